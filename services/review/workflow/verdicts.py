"""The verdict's way: check, return, approve, close, reopen, and what publish answers."""

import re
from uuid import UUID

from sqlmodel import Session, select

from services.review import history, texts, words
from services.review.models import Approval, Case, Evidence, Person, Verdict
from services.review.schemas import CheckIn, CloseIn, ReopenIn, ReturnIn
from services.review.workflow import outcomes, restoring, timing
from services.review.workflow.acts import CHECKED, CLOSED, PUBLISHED
from services.review.workflow.allowed import refuse_if_taken_by_another
from services.review.workflow.checklists import refuse_if_open
from services.review.workflow.desks import rules_of
from services.review.workflow.hands import forget_approvals, lend_a_hand
from services.review.workflow.merging import forward_verdict
from services.review.workflow.moves import begin, end, tell_followers, tell_moved
from services.review.workflow.notifying import notify, settle
from services.review.workflow.parting import SENT_BACK, free
from services.review.workflow.ratings import scale_of
from services.review.workflow.second import let_go
from services.review.workflow.sources import settle_by_reopening, standing_evidence, tell_sources
from services.review.workflow.waiting import ask_for_approval
from shared.clock import now
from shared.contracts import VerdictPublished
from shared.errors import Invalid, NotFound

CASE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check(session: Session, case_id: UUID, found: CheckIn, by: Person, seen: int | None = None) -> Case:
    """Give a verdict. It needs two pieces of evidence, or a reason why there are fewer."""
    case = begin(session, case_id, "check", by, seen)
    refuse_if_taken_by_another(session, case, by)
    desk = rules_of(session, case)
    if found.rating not in (scale := [step.slug for step in scale_of(desk)]):
        whose = f" of the desk {desk.name}" if desk.name else ""
        raise Invalid.field("rating", f"has to be one of those{whose}: {', '.join(scale)}")
    missing = missing_for_check(standing_evidence(session, case), desk.evidence_needed)
    if missing and not found.waiver:
        raise Invalid.field("waiver", missing[0])
    refuse_if_open(session, case, by, found.rating)
    given = found.model_dump() | {"translation_of": _original(session, case, found.translation_of)}
    verdict = session.get(Verdict, (case.id, case.revision), with_for_update=True)
    before = _contents(verdict) if verdict else {}
    if verdict is None:
        verdict = Verdict(case_id=case.id, revision=case.revision, kind=case.kind, checked_by=by.id, **given)
    verdict.sqlmodel_update(given)
    verdict.kind, verdict.change = case.kind, case.change
    verdict.checked_by, verdict.checked_at = by.id, now()
    session.add(verdict)
    if before:
        texts.put_anew(session, case.id, "verdict")
    else:
        texts.keep(session, texts.of_verdict(verdict))
    lend_a_hand(session, case, by)
    ask_for_approval(session, case)
    return end(session, case, "check", by, before, _contents(verdict))


def return_case(session: Session, case_id: UUID, found: ReturnIn, by: Person, seen: int | None = None) -> Case:
    """Send a checked claim back, with a note that says why."""
    case = begin(session, case_id, "return", by, seen)
    forget_approvals(session, case)
    let_go(session, case)
    verdict = session.get_one(Verdict, (case.id, case.revision))
    case.approved_at = verdict.approved_at = verdict.approved_by = verdict.told = None  # if it was held until a time
    settle(session, case, "to_approve")
    settle(session, case, "second")
    notify(session, "returned", {verdict.checked_by}, case, by, found.note)
    had_it = free(session, case, by, SENT_BACK)
    return end(session, case, "return", by, had_it, {"note": found.note} | ({"assignee": None} if had_it else {}))


def close(session: Session, case_id: UUID, found: CloseIn, by: Person, seen: int | None = None) -> Case:
    """End the work without a verdict, for a reason that the submitter sees.

    If a verdict is public and was being checked again, it stands as it is and the case is published again.
    """
    case = begin(session, case_id, "close", by, seen)
    after: dict[str, object] = {"reason": found.reason, "note": found.note}
    if case.assignee_id is not None:
        notify(session, "taken_away", {case.assignee_id}, case, by, f"Closed: {found.note}")
    if case.published_revision:
        case.revision = case.published_revision
        standing = session.get_one(Verdict, (case.id, case.revision))
        case.kind, case.change, case.approved_at = standing.kind, standing.change, standing.approved_at
        return _back_to_published(session, case, by, after)
    case.close_reason = found.reason
    end(session, case, "close", by, {}, after)
    tell_sources(session, case)
    return case


def reopen(session: Session, case_id: UUID, found: ReopenIn, by: Person, seen: int | None = None) -> Case:
    """Take up a closed case again; or start the next revision of a published verdict, for a reason readers see.

    It is nobody's then, or theirs who reopened it, if they take it: whoever had a closed one hears of that.
    """
    case = begin(session, case_id, "reopen", by, seen)
    before: dict[str, object] = {"revision": case.revision, "close_reason": case.close_reason}
    if case.state == PUBLISHED:
        if found.kind is None:
            raise Invalid.field("kind", "say whether this will be a correction, clarification, update or retraction")
        standing = session.get_one(Verdict, (case.id, case.revision))
        notify(session, "reopened", {standing.checked_by, *_approvers(session, case)}, case, by, found.note or "")
        case.revision += 1
        case.kind, case.change = found.kind, found.note
    after: dict[str, object] = {"revision": case.revision, "kind": case.kind, "note": found.note}
    had_it = session.get(Person, case.assignee_id) if found.take and case.assignee_id else None
    case.close_reason = case.approved_at = case.assignee_id = case.taken_at = case.embargoed_until = None
    if found.take:
        case.assignee_id, case.taken_at = by.id, now()
        before["assignee"], after["assignee"] = had_it.email if had_it else None, by.email
        if had_it and case.state == CLOSED:  # of a published one they were told above
            notify(session, "taken_away", {had_it.id}, case, by, f"{by.name} has it now: {found.note}")
    settle_by_reopening(session, case, by)
    end(session, case, "reopen", by, before, after)
    tell_sources(session, case)
    return case


def note_published(session: Session, message: VerdictPublished) -> None:
    """Publish told that readers can read a revision. Told again, or late, it changes nothing; but who sent in what was merged into
    it hears what its rating is called now. One that the desk lost by a restore is taken over from the site, if it is told whole."""
    history.take_turn(session)
    case = session.get(Case, message.claim_id, with_for_update=True)
    verdict = session.get(Verdict, (message.claim_id, message.revision), with_for_update=True)
    if case is None:
        raise NotFound(f"There is no case {message.claim_id}.")
    case.version = max(
        case.version, message.case_revision
    )  # or the site would take what it is told from here on for old news
    is_lost = not restoring.is_as_published(verdict, message)
    if verdict is None or is_lost:
        verdict = restoring.take_over(session, case, verdict, message)
    verdict.released_at = verdict.released_at or message.published_at
    verdict.published_at = verdict.published_at or message.published_at
    verdict.url = message.url
    if message.revision <= case.published_revision:
        if is_lost:
            restoring.note_known(session, case, message, {}, {})
        if message.revision == case.published_revision and message.scale_revision:
            forward_verdict(session, case)
        return
    case.published_revision, case.url = message.revision, message.url
    outcomes.note_verdict_published(session, case, verdict, verdict.published_at)
    if is_lost:
        restoring.stand_as_published(session, case, message)
    forward_verdict(session, case)
    notify(session, "published", {verdict.checked_by}, case, words=message.headline)
    if case.state == CHECKED and case.revision == message.revision:
        case.embargoed_until = None  # a backup of while it was held
        _back_to_published(session, case, None, {"revision": message.revision, "url": message.url})


def missing_for_check(evidence: list[Evidence], needed: int) -> list[str]:
    """What the desk's rule still asks for."""
    lacking = needed - len(evidence)
    if lacking <= 0:
        return []
    count = "one more piece" if lacking == 1 else f"{lacking} pieces"
    return [f"the desk's rule asks for {count} of evidence, or for a reason here why there are fewer"]


def _back_to_published(session: Session, case: Case, by: Person | None, after: dict[str, object]) -> Case:
    before = {"state": case.state}
    case.state = PUBLISHED
    words.follow(session, [case.id])
    case.version += 1
    tell_moved(session, case)
    tell_followers(session, case)
    act = "close" if by else "published"
    timing.note(session, case, act, by)
    history.append(
        session, act, case.id, by.id if by else None, {"before": before, "after": {"state": PUBLISHED, **after}}
    )
    return case


def _original(session: Session, case: Case, named: str | None) -> UUID | None:
    """The case whose verdict another one says in its own language, named by its id or by where readers read it; of a translation,
    what that is a translation of. Raises Invalid."""
    if not named:
        return None
    wanted = Case.id == UUID(named) if CASE_ID.fullmatch(named) else Case.url == named.partition("#")[0]
    found = session.exec(select(Case).where(wanted).limit(1)).first()
    if found is None or found.id == case.id:
        raise Invalid.field(
            "translation_of", "has to be the id of another case, or the address at which readers read it"
        )
    known = session.get(Verdict, (found.id, found.revision))
    return known.translation_of if known and known.translation_of else found.id


def _approvers(session: Session, case: Case) -> list[UUID]:
    """Who approved the revision that is worked on, or stands."""
    mine = (Approval.case_id == case.id, Approval.revision == case.revision)
    return list(session.exec(select(Approval.person_id).where(*mine)))


def _contents(verdict: Verdict) -> dict[str, object]:
    return verdict.model_dump(mode="json", include=set(CheckIn.model_fields))
