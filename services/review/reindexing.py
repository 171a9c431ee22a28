"""The indexes of words are held against the tables, and mended where they hold anything else.

It goes through cases, and others' fact-checks, in stretches. A stretch is looked at while nothing is locked. Only where something
is wrong it is looked at again, in a transaction that has its turn at the history, as whoever writes on a case has: so nothing that
is written meanwhile is lost. Rows that are right stay, and wrong ones keep their numbers: the newest texts have the highest, and on
SQLite texts lie in the order of their cases.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, Uuid, bindparam, column, text
from sqlmodel import Session, col, func, select

from services.review import history, texts, words
from services.review.models import EARLIER_TABLE, OPEN_TABLE, WORDS_TABLE, Case, EarlierCheck
from services.review.service import reading, transaction
from services.review.words import Written
from services.review.workflow.underway import OPEN

AT_ONCE = 50  # cases
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
# An index's rows by the same names on both databases: FTS5 keeps them in a table of its own
ROWS_ON_SQLITE = "(SELECT id AS number, c1 AS case_id, c2 AS part, c0 AS words FROM {table}_content)"
ROWS = (
    "SELECT number, case_id, part, CAST(words AS VARCHAR) AS words FROM {rows} AS kept "
    "WHERE case_id > :after AND case_id <= :last ORDER BY number"
)
AS_POSTGRESQL_KEEPS = (
    "SELECT CAST(to_tsvector('case_search', said) AS VARCHAR) FROM unnest(:texts) WITH ORDINALITY AS given (said, place) "
    "ORDER BY place"
)


class Stretch(NamedTuple):
    """What is looked at together: ids from after the one to the other."""

    after: UUID
    last: UUID

    def holds(self, case_id: Any) -> Any:
        return (col(case_id) > self.after) & (col(case_id) <= self.last)


class Row(NamedTuple):
    """A row of an index, with its words as the database keeps them."""

    number: int
    case_id: UUID
    part: str
    words: str


class Faults(NamedTuple):
    """Rows with other words than they should have, rows of no text, and texts without a row."""

    wrong: Sequence[tuple[int, Written]]
    surplus: Sequence[int]
    missing: Sequence[Written]

    @property
    def total(self) -> int:
        return len(self.wrong) + len(self.surplus) + len(self.missing)


def reindex(looked_at: Callable[[int], object]) -> int:
    """Have the indexes hold what the tables say, while others work. `looked_at` is told after each stretch of how many cases or
    checks it was. Returns how many rows were mended."""
    return sum(_go_through(model, count, mend, looked_at) for model, count, mend in INDEXED)


def count_all(session: Session) -> int:
    """How many cases and checks there are to look at."""
    return sum(session.exec(select(func.count()).select_from(model)).one() for model, *_ in INDEXED)


def _go_through(
    model: Any,
    count_faults: Callable[[Session, Stretch], int],
    mend: Callable[[Session, Stretch], int],
    looked_at: Callable[[int], object],
) -> int:
    mended, after = 0, FIRST
    while after != LAST:
        with reading() as session:
            ids = session.exec(select(model.id).where(model.id > after).order_by(model.id).limit(AT_ONCE)).all()
            stretch = Stretch(after, ids[-1] if len(ids) == AT_ONCE else LAST)
            is_wrong = count_faults(session, stretch) > 0
        if is_wrong:
            with transaction() as session:
                mended += mend(session, stretch)
        looked_at(len(ids))
        after = stretch.last
    return mended


def _count_of_cases(session: Session, stretch: Stretch) -> int:
    rows = _rows(session, WORDS_TABLE, stretch)
    stale, lacking = _faults_of_open(session, stretch, rows)
    return _faults(session, rows, texts.read(session, stretch.holds)).total + len(stale) + len(lacking)


def _mend_cases(session: Session, stretch: Stretch) -> int:
    history.take_turn(session)
    rows = _rows(session, WORDS_TABLE, stretch)
    faults = _faults(session, rows, texts.read(session, stretch.holds))
    stale, lacking = _faults_of_open(session, stretch, rows)
    if faults.total:
        _mend(session, WORDS_TABLE, faults)
        rows = _rows(session, WORDS_TABLE, stretch)
    _delete(session, OPEN_TABLE, _faults_of_open(session, stretch, rows)[0])
    words.follow(session, session.exec(select(Case.id).where(stretch.holds(Case.id))))
    return faults.total + len(stale) + len(lacking)


def _count_of_checks(session: Session, stretch: Stretch) -> int:
    return _faults_of_checks(session, stretch, _checks(stretch)).total


def _mend_checks(session: Session, stretch: Stretch) -> int:
    """Whoever takes in checks locks those that are known; of one that comes in meanwhile nothing is seen here, nor touched."""
    faults = _faults_of_checks(session, stretch, _checks(stretch).with_for_update())
    _mend(session, EARLIER_TABLE, faults)
    return faults.total


def _checks(stretch: Stretch) -> Any:
    return select(EarlierCheck).where(stretch.holds(EarlierCheck.id)).order_by(col(EarlierCheck.id))


def _faults_of_checks(session: Session, stretch: Stretch, checks: Any) -> Faults:
    known = {one.id: one for one in session.exec(checks)}
    rows = [row for row in _rows(session, EARLIER_TABLE, stretch) if row.case_id in known]
    return _faults(session, rows, [texts.of_earlier(one.taken) for one in known.values() if not one.removed])


def _faults(session: Session, rows: Iterable[Row], standing: Iterable[Written]) -> Faults:
    """What is wrong with the rows of an index, if these are the texts."""
    written = [one for one in standing if one.words.strip()]
    lacking: dict[tuple[UUID, str], list[tuple[str, Written]]] = defaultdict(list)
    for kept, one in zip(_as_kept(session, written), written, strict=True):
        lacking[one.case_id, one.part].append((kept, one))
    others, wrong, surplus = [], [], []
    for row in rows:
        theirs = lacking[row.case_id, row.part]
        place = next((place for place, (kept, _) in enumerate(theirs) if kept == row.words), None)
        if place is None:
            others.append(row)
        else:
            del theirs[place]
    for row in others:
        if theirs := lacking[row.case_id, row.part]:
            wrong.append((row.number, theirs.pop(0)[1]))
        else:
            surplus.append(row.number)
    return Faults(wrong, surplus, [one for theirs in lacking.values() for _, one in theirs])


def _faults_of_open(session: Session, stretch: Stretch, rows: Iterable[Row]) -> tuple[Sequence[int], Sequence[int]]:
    """Of the index of what is open, beside the rows of the one of all: the numbers of rows that are of no text of an open case, and
    of texts that it lacks."""
    is_open = col(Case.state).in_(OPEN)
    still_open = set(session.exec(select(Case.id).where(stretch.holds(Case.id), is_open)))
    standing = {row for row in rows if row.case_id in still_open}
    kept = set(_rows(session, OPEN_TABLE, stretch))
    return [row.number for row in kept - standing], [row.number for row in standing - kept]


def _mend(session: Session, table: str, faults: Faults) -> None:
    words.put_in_place(session, faults.wrong, table)
    _delete(session, table, faults.surplus)
    words.put_back(session, faults.missing, table)


def _delete(session: Session, table: str, numbers: Sequence[int]) -> None:
    if numbers:
        gone = text(f"DELETE FROM {table} WHERE {'rowid' if _is_sqlite(session) else 'number'} IN :numbers")  # noqa: S608
        session.connection().execute(gone.bindparams(bindparam("numbers", numbers, expanding=True)))


def _as_kept(session: Session, written: Sequence[Written]) -> Sequence[str]:
    """The words of texts as the database keeps them."""
    said = [words.as_put(session, one.words) for one in written]
    if _is_sqlite(session):
        return said
    asked = text(AS_POSTGRESQL_KEEPS).bindparams(bindparam("texts", said, type_=ARRAY(String)))
    return session.execute(asked).scalars().all()


def _rows(session: Session, table: str, stretch: Stretch) -> list[Row]:
    rows = (ROWS_ON_SQLITE if _is_sqlite(session) else "{table}").format(table=table)
    bound = [bindparam(name, value, type_=Uuid()) for name, value in stretch._asdict().items()]
    asked = text(ROWS.format(rows=rows)).bindparams(*bound)
    found = asked.columns(
        column("number", Integer), column("case_id", Uuid()), column("part", String), column("words", String)
    )
    return [Row(*row) for row in session.execute(found)]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


INDEXED = ((Case, _count_of_cases, _mend_cases), (EarlierCheck, _count_of_checks, _mend_checks))
