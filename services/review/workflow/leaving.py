"""What a blocked newsroom sent and nobody has taken leaves the queue, and comes back once it is let in again.

A newsroom may have sent ten thousand claims, so it is done some hundreds at a time, each in a few statements. It goes by what the
desk knows of the sender at that moment: whatever is done twice, or late, ends as was decided last.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from services.review import history, words
from services.review.history import Act
from services.review.models import Case, Outbox, Sender
from services.review.service import service
from services.review.workflow import outcomes, timing
from services.review.workflow.acts import CLOSED, MOVES, UNVERIFIED
from services.review.workflow.moves import moved, place, tell_followers
from shared.clock import now
from shared.contracts import ROUTES, CasesMoved
from shared.errands import Errand, order
from shared.outbox import tell

BLOCKED = "submitter_blocked"
AT_ONCE = 500  # cases in one transaction; other writers wait no longer than that takes


class Heed(Errand):
    """Go on having a newsroom's cases leave the queue, or come back."""

    topic: ClassVar[str] = "sender.heed"
    job: ClassVar[str] = "services.review.errands.heed_sender"

    newsroom: str


def heed(session: Session, newsroom: str) -> bool:
    """Have some of a newsroom's cases leave the queue, or come back, as was decided last. Returns whether there may be more."""
    history.take_turn(session)
    sender = session.get(Sender, newsroom)
    if sender is None:
        return False
    stand = waits() if sender.blocked else went()
    theirs = col(Case.submissions)[0]["newsroom"].as_string() == newsroom
    chosen = select(Case).where(theirs, *stand).order_by(col(Case.id)).limit(AT_ONCE)
    cases = session.exec(chosen.with_for_update()).all()
    move(session, cases, sender.blocked)
    return len(cases) == AT_ONCE


def heed_and_order(session: Session, newsroom: str) -> None:
    """Have a newsroom's cases leave the queue, or come back: the first some hundreds now, the others by an errand."""
    if heed(session, newsroom):
        order(session, Outbox, service.name, [(Heed(newsroom=newsroom), None)])


def waits() -> tuple[ColumnElement[bool], ...]:
    """Of cases that nobody has taken and of which readers know nothing."""
    nobody_has_it = col(Case.assignee_id).is_(None)
    return col(Case.state) == UNVERIFIED, nobody_has_it, col(Case.published_revision) == 0


def went() -> tuple[ColumnElement[bool], ...]:
    """Of cases that left the queue with their sender; what a person closed stays closed."""
    return col(Case.state) == CLOSED, col(Case.close_reason) == BLOCKED


def blocked_of(session: Session, newsrooms: Iterable[str]) -> dict[str, bool]:
    """Of these newsrooms those on which was decided: whether each is blocked."""
    chosen = select(Sender.newsroom, Sender.blocked).where(col(Sender.newsroom).in_(set(newsrooms)))
    return dict(session.exec(chosen).all())


def move(session: Session, cases: Sequence[Case], blocked: bool) -> None:
    """End these cases because their sender is blocked, or have them wait again. All of them stand accordingly."""
    if not cases:
        return
    act, before, after = (
        ("sender blocked", {}, {"reason": BLOCKED}) if blocked else ("sender let in", {"reason": BLOCKED}, {})
    )
    moment, was = now(), cases[0].state
    state = MOVES[was, act]
    for case in cases:
        case.version += 1
        case.moved_version, case.moved_at = case.version, moment
        case.state, case.close_reason = state, after.get("reason")
        case.status = case.status_colour = case.touched_at = None
        place(case)
        session.add(case)
    words.follow(session, [case.id for case in cases])
    facts = [moved(case) for case in cases]
    told = CasesMoved(cases=tuple(facts), revision=max(one.revision for one in facts))
    tell(session, Outbox, told, ROUTES[CasesMoved])
    merged = select(Case.merged_into).where(col(Case.merged_into).in_([case.id for case in cases]))
    followed = set(session.exec(merged))
    for case in cases:
        if case.id in followed:
            tell_followers(session, case)
    if blocked:
        outcomes.note_closed(session, cases, None, BLOCKED)
    else:
        outcomes.take_back(session, cases)
    timing.note_moved(session, cases, act)
    details = {"before": {"state": was} | before, "after": {"state": state} | after}
    history.append_all(session, [Act(act, case.id, None, details) for case in cases])
