"""Figures: a period to look at, and tables that a page shows and a spreadsheet takes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from shared.clock import now
from shared.fields import Day, In, ShortLine

USUAL_DAYS = 28
LONGEST_DAYS = 3660

FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)


def _in_range(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise ValueError("must lie between the years 2000 and 2999")
    return day


CountedDay = Annotated[Day, AfterValidator(_in_range)]
By = Literal["all", "desk", "channel", "rating"]
Of = Literal["topic", "claimant", "party", "channel"]
Kind = Literal["text", "count", "time", "share"]  # time in seconds, a share from 0 to 1


class PeriodIn(In):
    """What figures are asked for: the days from `since` to `until`, both included, in UTC; usually the last four weeks."""

    since: CountedDay | None = None
    until: CountedDay | None = None
    desk: ShortLine | None = None
    by: By = "all"
    of: Of = "topic"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("ends before it begins")
        if (self.last - self.first).days > LONGEST_DAYS:
            raise ValueError("is longer than ten years")
        return self

    @property
    def last(self) -> date:
        return self.until or now().date()

    @property
    def first(self) -> date:
        return self.since or self.last - timedelta(days=USUAL_DAYS - 1)

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last, time.min, UTC) + timedelta(days=1)


class Column(NamedTuple):
    """A column of a table, and what its cells are."""

    title: str
    kind: Kind = "text"


class FigureTable(NamedTuple):
    """Figures under a name: finished values, in the order in which they are read. `note` says what was counted."""

    name: str
    title: str
    columns: list[Column]
    rows: list[tuple[Any, ...]]
    note: str = ""


class ColumnOut(BaseModel):
    """A column of a table. A time is in seconds, a share from 0 to 1."""

    title: str
    kind: Kind


class FigureTableOut(BaseModel):
    """A table of figures, over the days from `since` to `until`, both included, in UTC."""

    name: str
    title: str
    note: str = Field(description="What was counted.")
    since: date
    until: date
    desk: str | None
    columns: list[ColumnOut]
    rows: list[list[str | int | float | None]]


class FigureNamesOut(BaseModel):
    """The names of the tables that you may see."""

    data: list[str]


class Spread(NamedTuple):
    """How many values there are, and their median and 90th percentile: None without values."""

    claims: int = 0
    half: float | None = None
    most: float | None = None
