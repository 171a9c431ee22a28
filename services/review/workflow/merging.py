"""Claims that say the same: one is checked, and whoever sent in the others is told what comes of it.

A merged case stands still. What happens on the case that it was merged into is told to intake of the merged claim, too, so that its
submitters follow it as their own. Undone, it stands as it stood before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import shorten
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import Case, Outbox, Person, Verdict
from services.review.schemas import MergeIn, NothingIn
from services.review.workflow.allowed import not_allowed, refuse_if_taken_by_another
from services.review.workflow.candidates import note_accepted, note_undone
from services.review.workflow.moves import begin, end, place
from services.review.workflow.notifying import notify
from services.review.workflow.parting import may_have
from services.review.workflow.ratings import rating_now
from services.review.workflow.sources import tell_sources
from shared.contracts import ROUTES, VerdictPublished
from shared.errors import Invalid
from shared.outbox import tell

TO_INTAKE = tuple(receiver for receiver in ROUTES[VerdictPublished] if receiver.queue == "intake")
MOST_SHOWN = 80  # letters of a claim in a refusal
KEPT = ("assignee_id", "taken_at")


def merge(session: Session, case_id: UUID, found: MergeIn, by: Person, seen: int | None = None) -> Case:
    """Say that a claim says the same as another. Its submitters get the other's verdict; its own case stands still until this is
    undone. A claim that readers read a verdict on is merged into none."""
    case = begin(session, case_id, "merge", by, seen)
    return join(session, case, found.into, by, {"text": found.reason, "found_by": found.found_by})


def join(session: Session, case: Case, into_id: UUID, by: Person, told: Mapping[str, Any]) -> Case:
    """Merge a case that is locked; see `merge`. `told` is what the history says of why."""
    refuse_if_taken_by_another(session, case, by)
    if case.published_revision:
        raise not_allowed(session, case, by, "Readers read a verdict on this claim; merge the other one into it.")
    into = _target(session, case, into_id, by)
    before = {name: getattr(case, name) for name in KEPT}
    case.before_merge = {name: str(value) if value else None for name, value in before.items()}
    if case.assignee_id is not None:
        notify(session, "taken_away", {case.assignee_id}, case, by, f"Merged into: {into.text}")
    case.merged_into, case.close_reason = into.id, "duplicate"
    case.assignee_id = case.taken_at = None
    session.add(case)
    session.flush()
    for one in merged_into(session, case.id):
        one.merged_into = into.id
    session.flush()
    _count_in(session, into)
    _count_in(session, case)  # nothing, now: it went on with the case itself
    note_accepted(session, case, into.id, by)
    end(session, case, "merge", by, {}, {"merged_into": str(into.id), **told})
    end(session, into, "merged with", by, {}, {"merged": str(case.id), "text": case.text})
    forward_verdict(session, into)
    tell_sources(session, case)
    return case


def unmerge(session: Session, case_id: UUID, _found: NothingIn, by: Person, seen: int | None = None) -> Case:
    """Say that a claim does not say the same as the other after all: its case stands as it stood before it was merged."""
    case = begin(session, case_id, "unmerge", by, seen)
    into = session.get_one(Case, case.merged_into, with_for_update=True)
    had = {name: value for name in KEPT if (value := case.before_merge.get(name))}
    case.merged_into = case.close_reason = None
    case.assignee_id = UUID(had["assignee_id"]) if "assignee_id" in had else None
    case.taken_at = datetime.fromisoformat(had["taken_at"]) if "taken_at" in had else None
    case.before_merge = {}
    if case.assignee_id is not None and not may_have(session, case):
        case.assignee_id = case.taken_at = None
    session.add(case)
    session.flush()
    _count_in(session, into)
    _count_in(session, case)
    note_undone(session, case, by)
    end(session, case, "unmerge", by, {"merged_into": str(into.id)}, {})
    end(session, into, "unmerged from", by, {"merged": str(case.id)}, {})
    tell_sources(session, case)
    return case


def part(session: Session, case: Case) -> None:
    """Readers read a verdict on a claim that was merged, which was undone before that: it was forgotten by a restore. It stands by
    itself again."""
    into = session.get_one(Case, case.merged_into, with_for_update=True)
    case.merged_into, case.before_merge = None, {}
    session.add(case)
    session.flush()
    _count_in(session, into)
    _count_in(session, case)
    end(session, into, "unmerged from", None, {"merged": str(case.id)}, {})


def merged_into(session: Session, case_id: UUID) -> Sequence[Case]:
    """The cases that were merged into this one, locked."""
    chosen = select(Case).where(Case.merged_into == case_id).order_by(col(Case.id))
    return session.exec(chosen.with_for_update().execution_options(populate_existing=True)).all()


def forward_verdict(session: Session, case: Case) -> None:
    """Tell intake of the claims that were merged into this one that readers can read its verdict."""
    verdict = session.get(Verdict, (case.id, case.published_revision)) if case.published_revision else None
    if verdict is None or verdict.told is None or verdict.published_at is None:
        return
    rating, scale_revision = rating_now(session, verdict.told)
    for one in merged_into(session, case.id):
        message = VerdictPublished.model_validate(
            {
                **{name: verdict.told.get(name) for name in ("revision", "kind", "change", "headline", "summary")},
                "rating": rating.model_dump(),
                "scale_revision": scale_revision,
                "claim_id": one.id,
                "url": verdict.url,
                "published_at": verdict.published_at,
                "merged_into": case.id,
                "case_revision": one.version,
            }
        )
        tell(session, Outbox, message, TO_INTAKE)


def recount(session: Session, case: Case) -> None:
    """Count what came in of a merged claim for the case that it was merged into."""
    if case.merged_into is not None:
        session.flush()
        _count_in(session, session.get_one(Case, case.merged_into, with_for_update=True))


def _count_in(session: Session, into: Case) -> None:
    merged = merged_into(session, into.id)
    into.also_submitted = [one for case in merged for one in case.submissions]
    into.also_submission_count = sum(case.submission_count for case in merged)
    place(into)


def _target(session: Session, case: Case, into_id: UUID, by: Person) -> Case:
    into = session.get(Case, into_id, with_for_update=True)
    if into is None:
        raise Invalid.field("into", "there is no such case")
    if into.id == case.id:
        raise Invalid.field("into", "is this case itself")
    if into.merged_into == case.id:
        raise not_allowed(session, case, by, "The other claim was merged into this one already; undo that first.")
    if into.merged_into is not None:
        other = session.get_one(Case, into.merged_into)
        words = shorten(other.text, MOST_SHOWN, placeholder="…")
        raise Invalid.field("into", f"was merged itself, into “{words}”: merge it into that one, {other.id}")
    if into.test != case.test:
        raise Invalid.field("into", "is a test and this is none, or the other way round")
    return into
