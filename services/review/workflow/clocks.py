"""Clocks: what is due, what nobody answered, and work that was taken and lies idle.

They are looked at every few minutes; each thing is told once. Idle work goes back to the queue by itself, so that a claim does
not wait for somebody who has left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Case, CaseRead, CommentRequest, Draft, Person
from services.review.workflow import timing
from services.review.workflow.acts import CHECKED, UNVERIFIED
from services.review.workflow.moves import end
from services.review.workflow.notifying import notify
from services.review.workflow.times import Times, times_by_desk
from shared.clock import in_zone, now

LATEST = timedelta(hours=6)  # a clock that stood still so long tells no more of what was due before
HALF_A_DAY = timedelta(hours=12)
AT_ONCE = 200


def remind(session: Session) -> None:
    """Tell people what is due soon or overdue, and which requests for comment nobody answered in time."""
    moment = now()
    for (of_desk, times), state in product(times_by_desk(session), (UNVERIFIED, CHECKED)):
        near = select(Case).where(
            Case.state == state,
            col(Case.due_at) > moment - LATEST,
            col(Case.due_at) <= moment + times.due,
            col(Case.assignee_id).is_not(None),
            of_desk,
        )
        for case in session.exec(near.order_by(col(Case.due_at), col(Case.id))).all():
            _remind_of_due(session, case, moment)
    waiting = select(CommentRequest, Case).join(Case, col(Case.id) == CommentRequest.case_id)
    over = waiting.where(
        col(CommentRequest.waits_until) > moment - LATEST,
        col(CommentRequest.waits_until) <= moment,
        col(CommentRequest.struck_at).is_(None),
        col(Case.state).in_((UNVERIFIED, CHECKED)),
    )
    for asked, case in session.exec(over).all():
        words = f"{asked.record.asked} has not answered in time"
        to = {one for one in (case.assignee_id or asked.person_id,) if one}
        notify(session, "reminder", to, case, words=words, once=f"unanswered {asked.id} {asked.waits_until}")


def offer_again(session: Session) -> int:
    """Remind people of work that they took and have not touched, and give back to the queue what stays so. Returns how many."""
    history.take_turn(session)
    return sum(_offer_idle(session, of_desk, times) for of_desk, times in times_by_desk(session))


def _offer_idle(session: Session, of_desk: ColumnElement[bool], times: Times) -> int:
    moment = now()
    remind_before, offer_before = moment - times.remind, moment - times.offer
    idle = select(Case).where(Case.state == UNVERIFIED, col(Case.touched_at) <= remind_before, of_desk)
    idle = idle.order_by(col(Case.touched_at)).limit(AT_ONCE).with_for_update()
    offered = 0
    for case in session.exec(idle).all():
        last = _last_touch(session, case)
        if last > remind_before:
            case.touched_at = last  # they read or typed: looked at again when that is long ago
        elif last > offer_before:
            words = (
                f"Nothing was done on it for {_hours(moment - last)}; after {_hours(times.offer)} others can take it."
            )
            notify(session, "reminder", _assignee(case), case, words=words, once=f"idle {case.id} {last.isoformat()}")
        else:
            timing.lie_idle(session, case, last)
            _offer(session, case, _hours(moment - last))
            offered += 1
    return offered


def _offer(session: Session, case: Case, idle: str) -> None:
    was, reason = case.assignee_id, f"nothing was done on it for {idle}"
    person = session.get(Person, was)
    case.assignee_id = case.taken_at = None
    before = {"assignee": person.email if person else None}
    end(session, case, "offered again", None, before, {"assignee": None, "reason": reason})
    notify(session, "offered", {was} if was else (), case, words=f"It is in the queue again: {reason}.")


def _last_touch(session: Session, case: Case) -> datetime:
    """When its assignee last did, read or typed something on a case."""
    read = session.get(CaseRead, (case.assignee_id, case.id))
    mine = select(Draft.saved_at).where(Draft.person_id == case.assignee_id, Draft.case_id == case.id)
    typed: Sequence[datetime] = session.exec(mine).all()
    return max(one for one in (case.touched_at, read.seen_at if read else None, *typed) if one)


def _remind_of_due(session: Session, case: Case, moment: datetime) -> None:
    if case.due_at is None or not case.assignee_id:
        return
    due_at, is_over = case.due_at, case.due_at <= moment
    written = "%H:%M" if due_at - moment < HALF_A_DAY else "%-d %b, %H:%M"

    def words(zone: ZoneInfo) -> str:
        return "It is overdue." if is_over else f"It is due at {in_zone(due_at, written, zone)}."

    once = f"{'overdue' if is_over else 'due'} {case.id} {due_at.isoformat()}"
    notify(session, "reminder", _assignee(case), case, words=words, once=once)


def _assignee(case: Case) -> set[UUID]:
    return {case.assignee_id} if case.assignee_id else set()


def _hours(span: timedelta) -> str:
    return f"{round(span.total_seconds() / 3600, 1):g} h"
