"""Days whose figures are kept: see `columns`. A day is kept once it is over, by a job every few minutes; all can be made again."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from services.review import history
from services.review.figures.columns import ALL_KEPT, DAY, NOTHING, Kept, in_columns, live, numbers_of, words_in
from services.review.models import CaseOutcome, CaseSpan, FigureColumn, FigureWord
from shared.clock import now
from shared.db import insert_if_absent, table_of

OVER = timedelta(hours=1)  # after its end a day is over: whatever began in it has ended
NAMES = [kept.stored(column) for kept in ALL_KEPT for column in kept.columns]


def days_to_keep(session: Session) -> list[date]:
    """The days that are over and not kept, the newest first."""
    firsts = (func.min(CaseSpan.left_at), func.min(CaseOutcome.at), func.min(CaseOutcome.first_at))
    found = [session.execute(select(one)).scalar_one() for one in firsts]
    first = min((one.date() for one in found if one is not None), default=None)
    if first is None:
        return []
    last = (now() - OVER).date() - DAY
    whole = select(col(FigureColumn.day)).group_by(col(FigureColumn.day)).having(func.count() == len(NAMES))
    kept = set(session.scalars(whole))
    days = (last - DAY * number for number in range((last - first).days + 1))
    return [day for day in days if day not in kept]


def keep_day(session: Session, day: date) -> None:
    """Keep a day's figures as its rows have them now."""
    history.take_turn(session)  # as the verbs do, which change them
    session.execute(delete(FigureColumn).where(col(FigureColumn.day) == day))
    made = [
        {"day": day, "name": kept.stored(name), "kept": values}
        for kept in ALL_KEPT
        for name, values in _made(session, kept, day)
    ]
    session.connection().execute(table_of(FigureColumn).insert(), made)


def forget_all(session: Session) -> None:
    """Keep no day, and no word."""
    history.take_turn(session)
    session.execute(delete(FigureColumn))
    session.execute(delete(FigureWord))


def _made(session: Session, kept: Kept, day: date) -> Iterator[tuple[str, bytes]]:
    rows = live(session, kept, kept.columns, day, day).get(day, [])
    words = words_in(kept, kept.columns, rows)
    lacking = sorted(words - numbers_of(session, words).keys())
    if lacking:
        last = session.execute(select(func.max(FigureWord.number))).scalar_one() or NOTHING
        fresh = [{"number": number, "words": one} for number, one in enumerate(lacking, start=last + 1)]
        session.connection().execute(insert_if_absent(session, FigureWord), fresh)
    yield from in_columns(kept, kept.columns, rows, numbers_of(session, words)).items()
