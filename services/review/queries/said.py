"""Cases on which something was said, in the order of a list, whatever its order and however many there are.

What few texts say is looked up as a whole. What many say is gone through along the list, and each case is asked. On SQLite lists by
age go along the match instead, because texts lie in the order of their cases there; in other orders a case is asked in the index of
words if nearly every page has what is looked for, else among the numbers of all texts that say it, which are gathered first. So
nothing that was said is passed over because newer texts say it, too.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, column, table, text
from sqlmodel import Session, col

from services.review import words
from services.review.models import WORDS_TABLE, Case

# What FTS5 keeps of a row stands in a table with this ending: `c1` is its case
# of the texts with what is asked for: as it stands, and, if they are few, with the last word as a beginning
FEW = "(SELECT count(*) FROM (SELECT 1 FROM {index} WHERE %s LIMIT :most) AS few)"
HOLDS_ON_SQLITE = "{index} MATCH :words"
HOLDS_ON_POSTGRESQL = "words @@ to_tsquery('case_search', :words)"
AS_IT_STANDS = FEW % HOLDS_ON_SQLITE.replace(":words", ":whole")
AS_BEGINNING = f"CASE WHEN whole < :most AND :words IS NOT NULL THEN {FEW % HOLDS_ON_SQLITE} END"
# How many of the texts say it, in four stretches from the oldest to the newest, the fewest of the four: to count all would take
# longer than a page, and what is said of today's news stands in the newest alone
STRETCHES, IN_STRETCH = 4, 500  # cases on SQLite, where most have one text, or texts
FREQUENT, FREQUENT_ON_POSTGRESQL = 25, 4  # what is asked of each case costs ten times as much on SQLite
IN_STRETCHES_ON_SQLITE = ", ".join(
    f"(SELECT count(*) FROM {{index}} WHERE {{index}} MATCH :whole AND rowid BETWEEN {begins} AND {begins} + {length})"  # noqa: S608
    for length in [IN_STRETCH * words.STRETCH]
    for number in range(STRETCHES)
    for begins in [f"((SELECT max(id) FROM {{index}}_content) - {length}) / {STRETCHES - 1} * {number}"]  # noqa: S608
)
IN_STRETCHES_ON_POSTGRESQL = ", ".join(
    f"(SELECT count(*) FROM (SELECT words FROM {{index}} WHERE number >= "  # noqa: S608
    f"((SELECT max(number) FROM {{index}}) - {IN_STRETCH}) * {number} / {STRETCHES - 1} "
    f"ORDER BY number LIMIT {IN_STRETCH}) AS texts WHERE {HOLDS_ON_POSTGRESQL})"
    for number in range(STRETCHES)
)
AS_OFTEN = f"CASE WHEN whole = :most THEN min({IN_STRETCHES_ON_SQLITE}) END"
COUNT_ON_SQLITE = f"SELECT whole, {AS_BEGINNING}, {AS_OFTEN} FROM (SELECT {AS_IT_STANDS} AS whole) AS counted"  # noqa: S608
# To count even a few, PostgreSQL gathers the places of all texts that say it
COUNT_ON_POSTGRESQL = (
    f"SELECT CASE WHEN least({IN_STRETCHES_ON_POSTGRESQL}) >= :frequent THEN :most ELSE {FEW % HOLDS_ON_POSTGRESQL} END"
)
# One look into the index for each case: its texts lie side by side. It takes 25 microseconds, and as long again for each word more
ASKED_ON_SQLITE = (
    "EXISTS (SELECT 1 FROM {index} WHERE {index} MATCH :words AND rowid BETWEEN "
    "(SELECT min(id) FROM {index}_content WHERE c1 = cases.id) AND (SELECT max(id) FROM {index}_content WHERE c1 = cases.id) "
    "AND case_id = cases.id)"
)
# To gather takes a tenth of a microsecond for each text, and to ask then half a one for each case. The plus keeps SQLite from
# looking up each of the numbers among the texts of each case
AMONG_ON_SQLITE = (
    "EXISTS (SELECT 1 FROM {index}_content AS kept WHERE kept.c1 = cases.id "
    "AND +kept.id IN (SELECT rowid FROM {index} WHERE {index} MATCH :words))"
)
ASKED_ON_POSTGRESQL = (  # OFFSET 0 has PostgreSQL ask, and not join all that say it
    "EXISTS (SELECT 1 FROM {index} AS said WHERE said.case_id = cases.id "
    "AND said.words @@ to_tsquery('case_search', :words) OFFSET 0)"
)
# Where a case's texts lie; if it has none, those of the next one
FIRST_OF = "(SELECT min(id) FROM {index}_content WHERE c1 = (SELECT min(c1) FROM {index}_content WHERE c1 >= :after))"
LAST_OF = FIRST_OF.replace("min(id)", "max(id)").replace("min(c1)", "max(c1)").replace(">=", "<=")


class Said(NamedTuple):
    """What is asked for in the words of the database, and in which index; whether fewer texts say it than are looked up; whether
    its last word may go on, which takes reading all texts that say it; and, on SQLite, whether so many say it that few cases are
    asked in vain."""

    words: str
    kept_in: str  # the table
    is_sqlite: bool
    is_rare: bool
    is_open: bool = False
    is_frequent: bool = False

    @property
    def _holds(self) -> str:
        """Whether a text says it."""
        return HOLDS_ON_SQLITE.format(index=self.kept_in) if self.is_sqlite else HOLDS_ON_POSTGRESQL

    @property
    def _bound(self) -> Any:
        """The words as a parameter of its own, so that one statement can count several lists."""
        return bindparam("words", self.words, unique=True)

    @property
    def ids(self) -> Any:
        """The ids of all cases on which it was said, each once."""
        found = text(f"SELECT DISTINCT case_id FROM {self.kept_in} WHERE {self._holds}").bindparams(self._bound)  # noqa: S608
        return found.columns(column("case_id", Uuid())).subquery()

    @property
    def on_this(self) -> Any:
        """Whether it was said on a case of the list."""
        of_many = ASKED_ON_SQLITE if self.is_frequent and not self.is_open else AMONG_ON_SQLITE
        asked = of_many if self.is_sqlite else ASKED_ON_POSTGRESQL
        return text(asked.format(index=self.kept_in)).bindparams(self._bound)

    def along(self, chosen: Any, after: UUID | None, downwards: bool) -> Any:
        """Chosen cases by age, along the texts that say it, after a case: on SQLite. A case comes as often as texts of it do, one
        after the other."""
        texts = table(self.kept_in, column("rowid"), column("case_id", Uuid()))
        chosen = chosen.join(texts, texts.c.case_id == col(Case.id)).where(text(self._holds).bindparams(self._bound))
        if after is not None:
            beyond = f"{{index}}.rowid {f'< {FIRST_OF}' if downwards else f'> {LAST_OF}'}".format(index=self.kept_in)
            chosen = chosen.where(text(beyond).bindparams(after=after.hex))
        return chosen.order_by(texts.c.rowid.desc() if downwards else texts.c.rowid)

    def parts(self, session: Session, case_ids: Iterable[UUID]) -> list[tuple[UUID, str]]:
        """In what parts of these cases it was said, the newest text first."""
        ids = list(case_ids)
        if self.is_sqlite:
            # one look for each text; of words that may go on, each of which would take all together again, one look in all
            theirs = f"{'+' if self.is_open else ''}rowid IN (SELECT id FROM {self.kept_in}_content WHERE c1 IN :ids)"  # noqa: S608
            query = f"SELECT case_id, part FROM {self.kept_in} WHERE {self._holds} AND {theirs} ORDER BY rowid DESC"  # noqa: S608
        else:
            query = (
                f"SELECT case_id, part FROM {self.kept_in} WHERE case_id IN :ids AND {self._holds} ORDER BY number DESC"  # noqa: S608
            )
        asked = text(query).bindparams(
            bindparam("ids", [one.hex if self.is_sqlite else one for one in ids], expanding=True), self._bound
        )
        found = session.execute(asked.columns(column("case_id", Uuid()), column("part", String())))
        return [(case_id, part) for case_id, part in found]


def look_for(session: Session, asked: str, most: int, index: str = WORDS_TABLE) -> Said | None:
    """What is asked for, and whether fewer than `most` texts of the index say it; None if nothing is asked for that has letters
    or digits.

    On SQLite the last word is whole where `most` texts have it as it stands: to look for a beginning reads every text with any word
    that begins so.
    """
    wanted = words.as_asked(session, asked)
    if not wanted:
        return None
    if session.get_bind().dialect.name != "sqlite":
        given = {"words": wanted, "most": most, "frequent": FREQUENT_ON_POSTGRESQL}
        found = session.execute(text(COUNT_ON_POSTGRESQL.format(index=index)), given).scalar_one()
        return Said(wanted, index, is_sqlite=False, is_rare=found < most)
    whole = wanted.removesuffix(words.OPENED)
    opened = wanted if wanted != whole else None
    given = {"whole": whole, "words": opened, "most": most}
    as_it_stands, as_beginning, as_often = session.execute(text(COUNT_ON_SQLITE.format(index=index)), given).one()
    if as_beginning is None:
        is_frequent = as_often is not None and as_often >= FREQUENT
        return Said(whole, index, is_sqlite=True, is_rare=as_it_stands < most, is_frequent=is_frequent)
    return Said(wanted, index, is_sqlite=True, is_rare=as_beginning < most, is_open=True)
