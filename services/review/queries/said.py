"""Cases on which something was said, in the order of a list, whatever its order and however many there are.

What few texts say is looked up as a whole. What many say is gone through along the list, and each case is asked; on SQLite, whose
texts lie in the order of their cases, lists by age go along the match instead. So a page costs what it shows, and nothing that was
said is passed over because newer texts say it, too.
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
COUNT_ON_POSTGRESQL = f"SELECT {FEW % HOLDS_ON_POSTGRESQL}"
AS_IT_STANDS = FEW % HOLDS_ON_SQLITE.replace(":words", ":whole")
AS_BEGINNING = f"CASE WHEN whole < :most AND :words IS NOT NULL THEN {FEW % HOLDS_ON_SQLITE} END"
COUNT_ON_SQLITE = f"SELECT whole, {AS_BEGINNING} FROM (SELECT {AS_IT_STANDS} AS whole) AS counted"  # noqa: S608
# One look into the index for each case: its texts lie side by side
ASKED_ON_SQLITE = (
    "EXISTS (SELECT 1 FROM {index} WHERE {index} MATCH :words AND rowid BETWEEN "
    "(SELECT min(id) FROM {index}_content WHERE c1 = cases.id) AND (SELECT max(id) FROM {index}_content WHERE c1 = cases.id) "
    "AND case_id = cases.id)"
)
ASKED_ON_POSTGRESQL = (  # OFFSET 0 has PostgreSQL ask, and not join all that say it
    "EXISTS (SELECT 1 FROM {index} AS said WHERE said.case_id = cases.id "
    "AND said.words @@ to_tsquery('case_search', :words) OFFSET 0)"
)
# Where a case's texts lie; if it has none, those of the next one
FIRST_OF = "(SELECT min(id) FROM {index}_content WHERE c1 = (SELECT min(c1) FROM {index}_content WHERE c1 >= :after))"
LAST_OF = FIRST_OF.replace("min(id)", "max(id)").replace("min(c1)", "max(c1)").replace(">=", "<=")


class Said(NamedTuple):
    """What is asked for in the words of the database, and in which index; whether fewer texts say it than are looked up; and
    whether its last word may go on, which to ask of each case would cost too much."""

    words: str
    kept_in: str  # the table
    is_sqlite: bool
    is_rare: bool
    is_open: bool = False

    @property
    def is_looked_up(self) -> bool:
        """Whether all cases on which it was said are looked up first."""
        return self.is_rare or self.is_open

    @property
    def _holds(self) -> str:
        """Whether a text says it."""
        return HOLDS_ON_SQLITE.format(index=self.kept_in) if self.is_sqlite else HOLDS_ON_POSTGRESQL

    @property
    def ids(self) -> Any:
        """The ids of all cases on which it was said, each once."""
        found = text(f"SELECT DISTINCT case_id FROM {self.kept_in} WHERE {self._holds}").bindparams(words=self.words)  # noqa: S608
        return found.columns(column("case_id", Uuid())).subquery()

    @property
    def on_this(self) -> Any:
        """Whether it was said on a case of the list."""
        asked = ASKED_ON_SQLITE if self.is_sqlite else ASKED_ON_POSTGRESQL
        return text(asked.format(index=self.kept_in)).bindparams(words=self.words)

    def along(self, chosen: Any, after: UUID | None, downwards: bool) -> Any:
        """Chosen cases by age, along the texts that say it, after a case: on SQLite. A case comes as often as texts of it do, one
        after the other."""
        texts = table(self.kept_in, column("rowid"), column("case_id", Uuid()))
        chosen = chosen.join(texts, texts.c.case_id == col(Case.id)).where(
            text(self._holds).bindparams(words=self.words)
        )
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
            bindparam("ids", [one.hex if self.is_sqlite else one for one in ids], expanding=True), words=self.words
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
        found = session.execute(
            text(COUNT_ON_POSTGRESQL.format(index=index)), {"words": wanted, "most": most}
        ).scalar_one()
        return Said(wanted, index, is_sqlite=False, is_rare=found < most)
    whole = wanted.removesuffix(words.OPENED)
    opened = wanted if wanted != whole else None
    given = {"whole": whole, "words": opened, "most": most}
    as_it_stands, as_beginning = session.execute(text(COUNT_ON_SQLITE.format(index=index)), given).one()
    if as_beginning is None:
        return Said(whole, index, is_sqlite=True, is_rare=as_it_stands < most)
    return Said(wanted, index, is_sqlite=True, is_rare=as_beginning < most, is_open=True)
