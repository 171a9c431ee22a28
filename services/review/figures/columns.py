"""The rows that figures are made of, as columns of numbers: of whole days, which are kept, and from the tables where they are not.

A desk of years has millions of rows. Medians and ninetieth percentiles have to be of the values themselves, so they can't be added
up day by day; but what a day's rows hold, column by column, is some kilobytes, and a few million numbers are grouped and halved in
milliseconds. Whatever changes a row of a day that is kept forgets the day in the same transaction; see `keeping` for how they come
to be kept. Words and ids stand in columns as numbers.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Any, NamedTuple
from uuid import UUID

import numpy
from numpy.typing import NDArray
from sqlalchemy import case, func, select
from sqlmodel import Session, col

from services.review.models import CaseOutcome, CaseSpan, CaseTag, Desk, FigureColumn, FigureWord, Tick
from services.review.schemas import PeriodIn

NUMBER, SECONDS = numpy.dtype("<u4"), numpy.dtype("<f8")
NOTHING = 0  # instead of words: there are none
TOPICS, TOPICS_OF = "topics", "topics_of"  # the topics of all rows one after the other, and how many each row has
DAY = timedelta(days=1)
ASKED_AT_ONCE = 500  # words in one statement

Numbers = NDArray[Any]


class Kept(NamedTuple):
    """Some rows of a table, each at the day of one of its moments, and what is kept of them. Tests are left out."""

    name: str
    model: type[CaseSpan | CaseOutcome]
    at: str
    words: tuple[str, ...]
    seconds: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()  # of these those that a tick of the verdict's checklist has: a row for each
    stands: bool = False  # only those that stand, with their topics

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.words, *self.seconds, *self.counts, *((TOPICS, TOPICS_OF) if self.stands else ()))

    def stored(self, column: str) -> str:
        """The name under which a column is kept."""
        return f"{self.name}.{column}"

    def tick(self, column: str) -> Any:
        """What a tick has in a column."""
        return col(Tick.item_id) if column == "item_id" else case((col(Tick.waived).is_not(None), 1), else_=0)

    def type_of(self, column: str) -> Any:
        return SECONDS if column in self.seconds else NUMBER


STAYS = Kept(
    "stays", CaseSpan, "left_at", ("state", "ended_by", "desk_id", "channel", "rating", "checker_id"), ("waited", "worked")
)  # fmt: skip
ANSWERS = Kept(
    "answers", CaseOutcome, "at", ("kind", "desk_id", "revision_kind"), ("took",),
    ("evidence", "withheld", "waived", "asked", "named", "unnamed", "says_limits", "says_interests"),
)  # fmt: skip
VERDICTS = Kept(
    "verdicts", CaseOutcome, "first_at", ("kind", "desk_id", "channel", "claimant", "party", "rating", "reason"), stands=True
)  # fmt: skip
TICKS = Kept("ticks", CaseOutcome, "at", ("item_id", "desk_id"), counts=("waived",), ticks=("item_id", "waived"))
ALL_KEPT = (STAYS, ANSWERS, VERDICTS, TICKS)


class Columns:
    """Columns of the same rows, by name."""

    def __init__(self, session: Session, values: dict[str, Numbers], new: Mapping[int, str]) -> None:
        self._session, self._values, self._new = session, values, new

    def __getitem__(self, name: str) -> Numbers:
        return self._values[name]

    def __len__(self) -> int:
        return len(next(iter(self._values.values())))

    def where(self, holds: Numbers) -> "Columns":
        """The rows of which something holds."""
        return Columns(self._session, {name: one[holds] for name, one in self._values.items()}, self._new)

    def having(self, **words: str) -> "Columns":
        """The rows that have these words in these columns."""
        numbers = {one: number for number, one in self._new.items()} | numbers_of(self._session, words.values())
        holds = [self[name] == numbers.get(one, -1) for name, one in words.items()]
        return self.where(numpy.logical_and.reduce(holds))

    def groups(self, *by: str) -> tuple[list[tuple[int, ...]], Numbers]:
        """The combinations that there are of some columns, and for each row the place of its own among them."""
        if not len(self):
            return [], numpy.zeros(0, numpy.uint32)
        own, place = _few(self[by[0]])
        keys: list[tuple[int, ...]] = [(one,) for one in own.tolist()]
        for name in by[1:]:
            own, here = _few(self[name])
            if len(own) == 1:
                keys = [(*key, int(own[0])) for key in keys]
                continue
            found, place = _few(place * len(own) + here)
            keys = [(*keys[one // len(own)], int(own[one % len(own)])) for one in found.tolist()]
        return keys, place

    def counts(self, *by: str) -> dict[tuple[int, ...], int]:
        """How many rows each combination of some columns has."""
        keys, place = self.groups(*by)
        return dict(zip(keys, numpy.bincount(place, minlength=len(keys)).tolist(), strict=True))

    def words_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """The words that stand for numbers."""
        wanted = sorted({one for one in numbers if one != NOTHING and one not in self._new})
        found = dict(self._new)
        for some in _some_of(wanted):
            chosen = select(col(FigureWord.number), col(FigureWord.words)).where(col(FigureWord.number).in_(some))
            found |= dict(self._session.execute(chosen).all())
        return found

    def ids_of(self, numbers: Iterable[int]) -> dict[int, UUID]:
        """The ids that stand for numbers."""
        wanted = set(numbers)
        return {number: UUID(words) for number, words in self.words_of(wanted).items() if number in wanted}


def read(session: Session, kept: Kept, names: Collection[str], asked: PeriodIn) -> Columns:
    """Columns of all rows of a period, and of the desk that is asked for. `day` is the number of a row's day. With topics a row
    stands there once for each of its topics."""
    wanted = dict.fromkeys((*names, *(["desk_id"] if asked.desk is not None else [])))
    columns = [one for one in wanted if one != "day"] + ([TOPICS_OF] if TOPICS in wanted else [])
    columns = columns or [kept.words[0]]
    pieces: dict[str, list[bytes]] = {one: [] for one in columns}
    days: list[tuple[int, int]] = []  # the number of a day, and of its rows
    rows_in = next(one for one in columns if one != TOPICS)
    new: dict[int, str] = {}

    def add(day: date, found: Mapping[str, bytes]) -> None:
        days.append((day.toordinal(), len(found[rows_in]) // kept.type_of(rows_in).itemsize))
        for name in columns:
            pieces[name].append(found[name])

    stored = _stored(session, kept, columns, asked)
    for day, found in stored.items():
        add(day, found)
    for first, last in _gaps(asked, stored):
        by_day = live(session, kept, columns, first, last)
        numbers = _with_new(session, words_in(kept, columns, chain.from_iterable(by_day.values())), new)
        for day, rows in by_day.items():
            add(day, in_columns(kept, columns, rows, numbers))
    values = {name: numpy.frombuffer(b"".join(pieces[name]), kept.type_of(name)) for name in columns}
    if "day" in wanted:
        values["day"] = numpy.repeat(*(numpy.array([one[n] for one in days], numpy.int64) for n in (0, 1)))
    if TOPICS in wanted:
        times = values.pop(TOPICS_OF)
        values = {name: one if name == TOPICS else numpy.repeat(one, times) for name, one in values.items()}
    found_columns = Columns(session, values, new)
    return found_columns if asked.desk is None else found_columns.having(desk_id=_desk(session, asked.desk))


def live(
    session: Session, kept: Kept, columns: Collection[str], first: date, last: date
) -> dict[date, list[dict[str, Any]]]:
    """The rows of some days as the tables have them, by day; `last` is the last of them. Words are as text."""
    at = col(getattr(kept.model, kept.at))
    where: list[Any] = [at >= begin_of(first), at < begin_of(last + DAY), col(kept.model.test).is_(False)]
    if kept.stands:
        where.append(col(CaseOutcome.stands))
    names = [one for one in columns if one not in (TOPICS, TOPICS_OF)]
    told = {one: kept.tick(one) if one in kept.ticks else col(getattr(kept.model, one)) for one in names}
    topics: dict[UUID, list[str]] = {}
    if TOPICS in columns:
        told["case_id"] = col(kept.model.case_id)
    chosen = select(at, *told.values()).where(*where).order_by(at)
    if kept.ticks:
        of_revision = (col(Tick.case_id) == col(CaseOutcome.case_id)) & (
            col(Tick.revision) == col(CaseOutcome.revision)
        )
        chosen = chosen.join(Tick, of_revision).where(col(CaseOutcome.kind) == "published")
    if TOPICS in columns:
        tagged = select(col(CaseTag.case_id), col(CaseTag.tag)).where(
            col(CaseTag.case_id).in_(select(col(CaseOutcome.case_id)).where(*where))
        )
        for case_id, tag in session.execute(tagged.order_by(col(CaseTag.tag))):
            topics.setdefault(case_id, []).append(tag)
    found: dict[date, list[dict[str, Any]]] = {}
    for moment, *values in session.execute(chosen):
        row = dict(zip(told, values, strict=True))
        if TOPICS in columns:
            row[TOPICS] = topics.get(row["case_id"]) or [None]
        found.setdefault(moment.astimezone(UTC).date(), []).append(row)
    return found


def words_in(kept: Kept, columns: Collection[str], rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """All words, and ids as words, that stand in rows."""
    rows, names = list(rows), [one for one in columns if one in kept.words]
    found = {row[name] for row in rows for name in names}
    return {str(one) for one in found.union(*(row.get(TOPICS, ()) for row in rows)) if one is not None}


def in_columns(
    kept: Kept, columns: Collection[str], rows: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]
) -> dict[str, bytes]:
    """Rows as columns. `numbers` has the words' numbers."""
    found: dict[str, list[Any]] = {}
    for name in columns:
        if name == TOPICS:
            values = [one for row in rows for one in row[TOPICS]]
        else:
            values = [len(row[TOPICS]) if name == TOPICS_OF else row[name] for row in rows]
        if name == TOPICS or name in kept.words:
            known = {one: NOTHING if one is None else numbers[str(one)] for one in set(values)}
            values = [known[one] for one in values]
        elif name in kept.seconds:
            values = [float("nan") if one is None else one for one in values]
        found[name] = values
    return {name: numpy.array(values, kept.type_of(name)).tobytes() for name, values in found.items()}


def numbers_of(session: Session, words: Iterable[str]) -> dict[str, int]:
    """The numbers that words have. Those that have none yet are left out."""
    found: dict[str, int] = {}
    for some in _some_of(sorted(set(words))):
        chosen = select(col(FigureWord.words), col(FigureWord.number)).where(col(FigureWord.words).in_(some))
        found |= dict(session.execute(chosen).all())
    return found


def begin_of(day: date) -> datetime:
    """Its first moment, in UTC."""
    return datetime.combine(day, time.min, UTC)


def _stored(session: Session, kept: Kept, columns: Sequence[str], asked: PeriodIn) -> dict[date, dict[str, bytes]]:
    """The columns of the days that are kept, in their order."""
    names = {kept.stored(one): one for one in columns}
    chosen = select(col(FigureColumn.day), col(FigureColumn.name), col(FigureColumn.kept)).where(
        col(FigureColumn.name).in_(names), col(FigureColumn.day) >= asked.first, col(FigureColumn.day) <= asked.last
    )
    found: dict[date, dict[str, bytes]] = {}
    for day, name, values in session.execute(chosen):
        found.setdefault(day, {})[names[name]] = values
    return {day: found[day] for day in sorted(found) if len(found[day]) == len(columns)}


def _gaps(asked: PeriodIn, stored: Collection[date]) -> Iterator[tuple[date, date]]:
    """The runs of days that are not kept: the first and the last day of each."""
    edges = [asked.first - DAY, *sorted(stored), asked.last + DAY]
    for before, after in pairwise(edges):
        if after - before > DAY:
            yield before + DAY, after - DAY


def _with_new(session: Session, words: set[str], new: dict[int, str]) -> dict[str, int]:
    """The numbers of words. Those that have none yet get one for this answer alone, and stand in `new`."""
    known = {one: number for number, one in new.items()} | numbers_of(session, words)
    lacking = sorted(words - known.keys())
    if lacking:
        last = max(new, default=session.execute(select(func.max(FigureWord.number))).scalar_one() or NOTHING)
        fresh = dict(enumerate(lacking, start=last + 1))
        new |= fresh
        known |= {one: number for number, one in fresh.items()}
    return known


def _desk(session: Session, slug: str) -> str:
    """What stands for a desk: its id as words; what stands for no desk, if there is none of this name."""
    return str(session.execute(select(col(Desk.id)).where(col(Desk.slug) == slug)).scalar_one_or_none())


def _few(values: Numbers) -> tuple[Numbers, Numbers]:
    """The different numbers in a column, and for each row the place of its own among them."""
    there = numpy.zeros(int(values.max(initial=0)) + 1, numpy.bool_)
    there[values] = True
    different = numpy.flatnonzero(there)
    places = numpy.zeros(len(there), numpy.uint32)
    places[different] = numpy.arange(len(different), dtype=numpy.uint32)
    return different, places.take(values)


def _some_of(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), ASKED_AT_ONCE):
        yield values[start : start + ASKED_AT_ONCE]
