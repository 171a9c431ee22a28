"""What whoever sent a claim in is told of the work on it: whether somebody is at it, by when the desk means to have its verdict,
and that this time has passed. Who is at it is the desk's own."""

from typing import Any

from sqlmodel import Session, col, or_, select

from services.review import history
from services.review.models import Case, Outbox
from shared.clock import now
from shared.contracts import ROUTES, WorkNoted
from shared.outbox import tell

OPEN = ("unverified", "checked")
NOTHING: dict[str, Any] = {"under_way": False, "due_at": None, "late": False}  # before anything was told
AT_ONCE = 200


def tell_work(session: Session, case: Case) -> None:
    """Tell intake how the work on a case stands, and on what was merged into it, if it was last told otherwise."""
    into = session.get(Case, case.merged_into) if case.merged_into else None
    work = _work_on(into or case)
    if work == {name: (case.work_told or NOTHING)[name] for name in NOTHING}:
        return
    case.work_revision += 1
    case.work_told = work | {"noted_at": now().isoformat()}
    known = WorkNoted(claim_id=case.id, revision=case.work_revision, **case.work_told)
    tell(session, Outbox, known, ROUTES[WorkNoted])
    for one in session.exec(select(Case).where(Case.merged_into == case.id).order_by(col(Case.id)).with_for_update()):
        tell_work(session, one)


def tell_work_again(session: Session, case: Case) -> None:
    """Tell intake once more what it was last told."""
    told = WorkNoted(claim_id=case.id, revision=case.work_revision, **case.work_told)
    tell(session, Outbox, told, ROUTES[WorkNoted])


def lift_work(session: Session, case: Case, known: int) -> None:
    """Tell how the work stands under a revision above `known`: intake knows that one since before a restore."""
    if case.work_revision < known:
        into = session.get(Case, case.merged_into) if case.merged_into else None
        case.work_revision = known + 1
        case.work_told = _work_on(into or case) | {"noted_at": now().isoformat()}
        tell_work_again(session, case)


def tell_late(session: Session) -> int:
    """Tell of claims whose verdict was meant to be there by now, of each once for every time that was set. Returns how many."""
    history.take_turn(session)
    untold = or_(col(Case.late_told_for).is_(None), col(Case.late_told_for) != col(Case.due_at))
    late = select(Case).where(col(Case.state).in_(OPEN), col(Case.due_at) <= now(), untold)
    cases = session.exec(late.order_by(col(Case.due_at), col(Case.id)).limit(AT_ONCE).with_for_update()).all()
    for case in cases:
        case.late_told_for = case.due_at
        tell_work(session, case)
    return len(cases)


def _work_on(case: Case) -> dict[str, Any]:
    is_open = case.state in OPEN
    late = is_open and case.due_at is not None and case.due_at <= now()
    under_way = case.state == "unverified" and case.assignee_id is not None
    return {"under_way": under_way, "due_at": case.due_at.isoformat() if case.due_at else None, "late": late}
