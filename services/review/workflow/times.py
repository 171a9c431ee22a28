"""How long work may lie before somebody is reminded of it: as everywhere, or as a desk has it."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, or_, select

from services.review.models import USUAL_RULES, Case, Desk
from services.review.service import service
from shared.errors import Invalid

USUAL_DUE_HOURS = 2


class Times(NamedTuple):
    """So long before it is due, whoever has a claim is told; after so long without work on it they are reminded, and others are
    offered it."""

    due: timedelta
    remind: timedelta
    offer: timedelta


def times_of(desk: Desk) -> Times:
    """The times of a desk."""
    settings = service.settings
    return Times(
        timedelta(hours=desk.due_remind_hours or USUAL_DUE_HOURS),
        timedelta(hours=desk.idle_remind_hours or settings.idle_remind_hours),
        timedelta(hours=desk.idle_offer_hours or settings.idle_offer_hours),
    )


def times_by_desk(session: Session) -> list[tuple[ColumnElement[bool], Times]]:
    """Which cases follow which times: those of each desk that has some of its own, and before them all others."""
    usual = times_of(USUAL_RULES)
    own = [(one.id, times) for one in session.exec(select(Desk)) if (times := times_of(one)) != usual]
    desk = col(Case.desk_id)
    others = or_(desk.is_(None), desk.not_in([desk_id for desk_id, _ in own])) if own else true()
    return [(others, usual), *((desk == desk_id, times) for desk_id, times in own)]


def refuse_unless_in_order(desk: Desk) -> None:
    """Raise Invalid for a desk whose work would be offered to others before anybody is reminded of it."""
    times = times_of(desk)
    if times.offer <= times.remind:
        reminded = f"{times.remind.total_seconds() / 3600:g} h"
        raise Invalid.field("idle_offer_hours", f"has to be longer than what passes before the reminder, {reminded}")
