"""What readers read and the desk knows nothing of, because it was restored from a backup of before.

The site is right about what readers read, so its revision stands at the desk under its own number, whatever has that number here.
What the site never had does not come back: who worked on it by their accounts, what was withheld, when it was to be looked at
again.
"""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.review import history, texts, words
from services.review.models import Approval, Case, Hand, Person, SecondCheck, Verdict
from services.review.workflow import timing
from services.review.workflow.acts import PUBLISHED
from services.review.workflow.merging import part
from services.review.workflow.moves import tell_followers, tell_moved
from services.review.workflow.notifying import notify, settle
from shared.contracts import VerdictApproved, VerdictPublished
from shared.errors import NotFound

ACT = "published"
AS_IT_STANDS = (
    "kind", "change", "headline", "summary", "text", "unknown", "confidence", "rests_on", "waiver", "interests", "as_of",
    "valid_until", "language", "checked_at", "approved_at",
)  # fmt: skip # of contracts.VerdictApproved, by the same names in a verdict


def is_as_published(verdict: Verdict | None, message: VerdictPublished) -> bool:
    """Whether the desk let this very revision go: another may have been approved under its number after a restore. Sites of before
    do not say when it was approved."""
    if verdict is None or verdict.told is None:
        return False
    if message.approved_at is None:
        return True
    return VerdictApproved.model_validate(verdict.told).approved_at == message.approved_at


def take_over(session: Session, case: Case, verdict: Verdict | None, message: VerdictPublished) -> Verdict:
    """Have the revision at the desk that readers read. What was written here under its number stands in the history. Raises
    NotFound if the site told no more than that there is one: reconciling has it tell all of it."""
    told = message.verdict
    if told is None:
        raise NotFound(
            f"There is no revision {message.revision} of a verdict on {message.claim_id} as readers read it."
        )
    as_it_stands = {name: getattr(told, name) for name in AS_IT_STANDS} | {"rating": told.rating.slug}
    verdict = verdict or Verdict(case_id=case.id, revision=told.revision, **as_it_stands)
    verdict.sqlmodel_update(as_it_stands)
    original = session.get(Case, told.translation_of) if told.translation_of else None
    verdict.translation_of = original.id if original else None
    verdict.checked_by = verdict.approved_by = verdict.recheck_at = verdict.recheck_when = None
    verdict.released_at = message.published_at
    verdict.told = told.model_dump(mode="json")
    session.add(verdict)
    _forget_agreement(session, case.id, told.revision)
    session.flush()
    _keep_from_deciding(session, told)
    texts.put_anew(session, case.id, "verdict")
    return verdict


def stand_as_published(session: Session, case: Case, message: VerdictPublished) -> None:
    """Have the case stand where readers see it: published at this revision, so that the next one has the next number. Work that was
    begun on a revision of that number ends."""
    told = message.verdict
    before = {"state": case.state, "revision": case.revision}
    if told is None or case.revision > told.revision:
        note_known(session, case, message, before, {})
        return
    if case.merged_into is not None:
        part(session, case)
    if case.assignee_id is not None:
        notify(session, "taken_away", {case.assignee_id}, case, words="Readers read this revision already.")
    for kind in ("to_approve", "second"):
        settle(session, case, kind)
    case.revision, case.kind, case.change, case.approved_at = told.revision, told.kind, told.change, told.approved_at
    case.close_reason = case.embargoed_until = case.status = case.status_colour = None
    case.status_words = {}
    case.assignee_id = case.touched_at = None
    case.state = PUBLISHED
    case.version += 1
    words.follow(session, [case.id])
    tell_moved(session, case)
    tell_followers(session, case)
    timing.note(session, case, ACT, None)
    note_known(session, case, message, before, {"state": PUBLISHED})


def note_known(
    session: Session, case: Case, message: VerdictPublished, before: dict[str, object], after: dict[str, object]
) -> None:
    """Write down that the desk has a revision from the site alone, and what readers read there of who made it."""
    told = message.verdict
    by = f" Readers read: checked by {', '.join(told.checked_by)}, approved by {told.approved_by}." if told else ""
    note = f"Known from the site after a restore; the desk itself has no record of who made or approved it.{by}"
    after = {**after, "revision": message.revision, "url": message.url, "note": note}
    history.append(session, ACT, case.id, None, {"before": before, "after": after})


def _forget_agreement(session: Session, case_id: UUID, revision: int) -> None:
    """Who agreed here to something else under this number agreed to nothing that readers read."""
    for model in (Approval, SecondCheck):
        session.execute(delete(model).where(col(model.case_id) == case_id, col(model.revision) == revision))


def _keep_from_deciding(session: Session, told: VerdictApproved) -> None:
    """Whoever has a name that stands under the verdict decides on no challenge to it. It says no more than that: whether it is the
    same person is not known, and the careful answer is that it may be."""
    named = {*told.checked_by, told.approved_by, *told.panel}
    for person_id in session.exec(select(col(Person.id)).where(col(Person.name).in_(named))).all():
        session.merge(Hand(case_id=told.claim_id, revision=told.revision, person_id=person_id))
