"""Who may do nothing on a case any more, because it went to another desk or because their rights changed, has it no longer: nobody
else could take it while they have it. What they agreed to by a desk's rules counts for no other desk."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.review.models import Approval, Case, Person, SecondCheck
from services.review.workflow.acts import UNVERIFIED
from services.review.workflow.allowed import has_role
from services.review.workflow.hands import forget_approvals
from services.review.workflow.moves import end
from services.review.workflow.notifying import notify

SENT_BACK = "It was sent back, and somebody else takes it up."


def free(session: Session, case: Case, by: Person | None, why: str) -> dict[str, Any]:
    """Have a case be nobody's if whoever has it may not work on it. Returns what the history tells of that: the address of who had
    it as `assignee`; nothing, if nothing was done."""
    person = session.get(Person, case.assignee_id) if case.assignee_id else None
    if person is None or may_have(session, case):
        return {}
    case.assignee_id = None
    if case.state == UNVERIFIED:  # of a verdict readers read when its claim was taken
        case.taken_at = None
    if person.active:
        notify(session, "taken_away", {person.id}, case, by, why)
    return {"assignee": person.email}


def may_have(session: Session, case: Case) -> bool:
    """Whether whoever has a case may work on it."""
    person = session.get(Person, case.assignee_id) if case.assignee_id else None
    return person is not None and person.active and has_role(session, case, person, "checker")


def give_back(session: Session, person: Person, by: Person | None, why: str) -> int:
    """Give back to the queue what somebody works on and may not any more. Returns how many cases."""
    held = select(Case).where(Case.assignee_id == person.id, Case.state == UNVERIFIED).order_by(col(Case.id))
    given = 0
    for case in session.exec(held.with_for_update()).all():
        if before := free(session, case, by, why):
            end(session, case, "release", by, before, {"assignee": None, "reason": why})
            given += 1
    return given


def count_no_more(session: Session, case: Case) -> None:
    """A case came to another desk: who has no say there approved nothing there, and checked nothing a second time."""
    mine = (col(SecondCheck.case_id) == case.id, col(SecondCheck.revision) == case.revision, col(SecondCheck.counts))
    approvals = (Approval.case_id == case.id, Approval.revision == case.revision)
    approved = _without(session, case, session.exec(select(Approval.person_id).where(*approvals)), "editor")
    if approved:
        forget_approvals(session, case, col(Approval.person_id).in_(approved))
    checked = _without(session, case, session.exec(select(SecondCheck.person_id).where(*mine)), "checker")
    if checked:
        session.execute(update(SecondCheck).where(*mine, col(SecondCheck.person_id).in_(checked)).values(counts=False))


def _without(session: Session, case: Case, people: Iterable[UUID], role: str) -> list[UUID]:
    """Those of these people who do not have a role for the case."""
    return [one for one in people if not has_role(session, case, session.get_one(Person, one), role)]
