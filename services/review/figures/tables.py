"""Every table of figures by its name: pages, files and machines get the same."""

from collections.abc import Callable

from sqlmodel import Session

from services.review.figures.clock import answers_over_time, stage_clock, standing_now, time_to_answer
from services.review.figures.people import checkers, workload
from services.review.figures.reach import reach
from services.review.figures.reports import balance, checklist, principles
from services.review.figures.verdicts import verdicts_by
from services.review.models import Person
from services.review.schemas import FigureTable, PeriodIn
from shared.errors import Forbidden, NotFound

Maker = Callable[[Session, PeriodIn], FigureTable]


# Every table by the name of its file.
TABLES: dict[str, Maker] = {
    "answers": time_to_answer,
    "answers-over-time": lambda session, asked: answers_over_time(session, asked)[1],
    "stage-clock": lambda session, asked: stage_clock(session, asked, "all"),
    "stage-clock-by-desk": lambda session, asked: stage_clock(session, asked, "desk"),
    "stage-clock-by-channel": lambda session, asked: stage_clock(session, asked, "channel"),
    "stage-clock-by-rating": lambda session, asked: stage_clock(session, asked, "rating"),
    "now": standing_now,
    "checkers": checkers,
    "workload": workload,
    "verdicts-by-topic": lambda session, asked: verdicts_by(session, asked, "topic"),
    "verdicts-by-claimant": lambda session, asked: verdicts_by(session, asked, "claimant"),
    "verdicts-by-party": lambda session, asked: verdicts_by(session, asked, "party"),
    "verdicts-by-channel": lambda session, asked: verdicts_by(session, asked, "channel"),
    "balance-by-claimant": lambda session, asked: balance(session, asked, "claimant"),
    "balance-by-party": lambda session, asked: balance(session, asked, "party"),
    "balance-by-channel": lambda session, asked: balance(session, asked, "channel"),
    "reach": reach,
    "principles": principles,
    "checklist": checklist,
}
FOR_EDITORS = frozenset({"checkers", "workload"})  # what single people do is for those who lead them


def make_table(session: Session, name: str, asked: PeriodIn, by: Person) -> FigureTable:
    """The table with this name. Raises NotFound or Forbidden."""
    if name not in TABLES:
        raise NotFound("There is no such table.")
    if name in FOR_EDITORS and not by.may("editor"):
        raise Forbidden("Only editors see figures of single people.")
    return TABLES[name](session, asked)
