"""What somebody decided about what may say the same, whichever act decided it."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import CASE, Case, Match, Person
from services.review.seen import count_open
from shared.clock import now
from shared.errors import Invalid


def get_candidate(session: Session, case: Case, match_id: UUID) -> Match:
    """What was found for a case, locked. Raises Invalid."""
    match = session.get(Match, match_id, with_for_update=True)
    if match is None or match.case_id != case.id:
        raise Invalid.field("match_id", "was not found for this case")
    return match


def decide(session: Session, case: Case, match: Match, state: str, by: Person, note: str | None = None) -> None:
    """Write down who decided what, and when."""
    match.state, match.note = state, note
    match.decided_by, match.decided_at = by.id, now()
    session.add(match)
    count_open(session, case)


def note_accepted(session: Session, case: Case, into_id: UUID, by: Person) -> None:
    """A case was merged: if the other one was suggested, that was right."""
    chosen = select(Match).where(Match.case_id == case.id, Match.kind == CASE, Match.subject == into_id)
    match = session.exec(chosen.with_for_update()).first()
    if match is not None and match.state != "accepted":
        decide(session, case, match, "accepted", by)


def note_undone(session: Session, case: Case, by: Person) -> None:
    """A merging was undone: what was suggested was wrong after all."""
    chosen = select(Match).where(Match.case_id == case.id, Match.kind == CASE, col(Match.state) == "accepted")
    for match in session.exec(chosen.with_for_update()).all():
        decide(session, case, match, "refused", by, match.note)
