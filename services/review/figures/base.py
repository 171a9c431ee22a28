"""What all figures have in common: the period and the desk that are looked at, and names for ids."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from services.review.models import CaseOutcome, CaseSpan, Desk, Person
from services.review.schemas import PeriodIn

NOBODY = "somebody who is not known"
NO_DESK = "no desk"
MOST_SHOWN = 50  # rows of a table on a page; all of them are in its file


def of_desk(session: Session, table: type[CaseSpan | CaseOutcome], asked: PeriodIn) -> list[Any]:
    """The conditions that leave out tests, and other desks than the one that is asked for."""
    found: list[Any] = [col(table.test).is_(False)]
    if asked.desk is not None:
        found.append(col(table.desk_id) == select(col(Desk.id)).where(col(Desk.slug) == asked.desk).scalar_subquery())
    return found


def names(session: Session) -> dict[UUID | None, str]:
    """Everybody's name."""
    return dict(session.execute(select(col(Person.id), col(Person.name))).all())


def desk_names(session: Session) -> dict[UUID | None, str]:
    """The desks' names, and a word for none."""
    return {None: NO_DESK, **dict(session.execute(select(col(Desk.id), col(Desk.name))).all())}
