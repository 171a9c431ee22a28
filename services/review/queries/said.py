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

CONTENT = f"{WORDS_TABLE}_content"  # what FTS5 keeps of a row: `c1` is its case
# of the texts with what is asked for: as it stands, and, if they are few, with the last word as a beginning
FEW = f"(SELECT count(*) FROM (SELECT 1 FROM {WORDS_TABLE} WHERE {{}} LIMIT :most) AS few)"  # noqa: S608
HOLDS_ON_SQLITE = f"{WORDS_TABLE} MATCH :words"
HOLDS_ON_POSTGRESQL = "words @@ to_tsquery('case_search', :words)"
COUNT_ON_POSTGRESQL = f"SELECT {FEW.format(HOLDS_ON_POSTGRESQL)}"
AS_IT_STANDS = FEW.format(HOLDS_ON_SQLITE.replace(":words", ":whole"))
AS_BEGINNING = f"CASE WHEN whole < :most AND :words IS NOT NULL THEN {FEW.format(HOLDS_ON_SQLITE)} END"
COUNT_ON_SQLITE = f"SELECT whole, {AS_BEGINNING} FROM (SELECT {AS_IT_STANDS} AS whole) AS counted"  # noqa: S608
# One look into the index for each case: its texts lie side by side
ASKED_ON_SQLITE = (
    f"EXISTS (SELECT 1 FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :words AND rowid BETWEEN "  # noqa: S608
    f"(SELECT min(id) FROM {CONTENT} WHERE c1 = cases.id) AND (SELECT max(id) FROM {CONTENT} WHERE c1 = cases.id) "
    "AND case_id = cases.id)"
)
ASKED_ON_POSTGRESQL = (  # OFFSET 0 has PostgreSQL ask, and not join all that say it
    f"EXISTS (SELECT 1 FROM {WORDS_TABLE} AS said WHERE said.case_id = cases.id "  # noqa: S608
    "AND said.words @@ to_tsquery('case_search', :words) OFFSET 0)"
)
# Where a case's texts lie; if it has none, those of the next one
FIRST_OF = f"(SELECT min(id) FROM {CONTENT} WHERE c1 = (SELECT min(c1) FROM {CONTENT} WHERE c1 >= :after))"  # noqa: S608
LAST_OF = FIRST_OF.replace("min(id)", "max(id)").replace("min(c1)", "max(c1)").replace(">=", "<=")


class Said(NamedTuple):
    """What is asked for in the words of the database; whether fewer texts say it than are looked up; and whether its last word may
    go on, which to ask of each case would cost too much."""

    words: str
    is_sqlite: bool
    is_rare: bool
    is_open: bool = False

    @property
    def is_looked_up(self) -> bool:
        """Whether all cases on which it was said are looked up first."""
        return self.is_rare or self.is_open

    @property
    def ids(self) -> Any:
        """The ids of all cases on which it was said, each once."""
        holds = HOLDS_ON_SQLITE if self.is_sqlite else HOLDS_ON_POSTGRESQL
        found = text(f"SELECT DISTINCT case_id FROM {WORDS_TABLE} WHERE {holds}").bindparams(words=self.words)  # noqa: S608
        return found.columns(column("case_id", Uuid())).subquery()

    @property
    def on_this(self) -> Any:
        """Whether it was said on a case of the list."""
        return text(ASKED_ON_SQLITE if self.is_sqlite else ASKED_ON_POSTGRESQL).bindparams(words=self.words)

    def along(self, chosen: Any, after: UUID | None, downwards: bool) -> Any:
        """Chosen cases by age, along the texts that say it, after a case: on SQLite. A case comes as often as texts of it do, one
        after the other."""
        texts = table(WORDS_TABLE, column("rowid"), column("case_id", Uuid()))
        chosen = chosen.join(texts, texts.c.case_id == col(Case.id)).where(
            text(HOLDS_ON_SQLITE).bindparams(words=self.words)
        )
        if after is not None:
            beyond = f"{WORDS_TABLE}.rowid {f'< {FIRST_OF}' if downwards else f'> {LAST_OF}'}"
            chosen = chosen.where(text(beyond).bindparams(after=after.hex))
        return chosen.order_by(texts.c.rowid.desc() if downwards else texts.c.rowid)

    def parts(self, session: Session, case_ids: Iterable[UUID]) -> list[tuple[UUID, str]]:
        """In what parts of these cases it was said, the newest text first."""
        ids = list(case_ids)
        if self.is_sqlite:
            # one look for each text; of words that may go on, each of which would take all together again, one look in all
            theirs = f"{'+' if self.is_open else ''}rowid IN (SELECT id FROM {CONTENT} WHERE c1 IN :ids)"  # noqa: S608
            query = f"SELECT case_id, part FROM {WORDS_TABLE} WHERE {HOLDS_ON_SQLITE} AND {theirs} ORDER BY rowid DESC"  # noqa: S608
        else:
            query = f"SELECT case_id, part FROM {WORDS_TABLE} WHERE case_id IN :ids AND {HOLDS_ON_POSTGRESQL} ORDER BY number DESC"  # noqa: S608
        asked = text(query).bindparams(
            bindparam("ids", [one.hex if self.is_sqlite else one for one in ids], expanding=True), words=self.words
        )
        found = session.execute(asked.columns(column("case_id", Uuid()), column("part", String())))
        return [(case_id, part) for case_id, part in found]


def look_for(session: Session, asked: str, most: int) -> Said | None:
    """What is asked for, and whether fewer than `most` texts say it; None if nothing is asked for that has letters or digits.

    On SQLite the last word is whole where `most` texts have it as it stands: to look for a beginning reads every text with any word
    that begins so.
    """
    wanted = words.as_asked(session, asked)
    if not wanted:
        return None
    if session.get_bind().dialect.name != "sqlite":
        found = session.execute(text(COUNT_ON_POSTGRESQL), {"words": wanted, "most": most}).scalar_one()
        return Said(wanted, is_sqlite=False, is_rare=found < most)
    whole = wanted.removesuffix(words.OPENED)
    opened = wanted if wanted != whole else None
    given = {"whole": whole, "words": opened, "most": most}
    as_it_stands, as_beginning = session.execute(text(COUNT_ON_SQLITE), given).one()
    if as_beginning is None:
        return Said(whole, is_sqlite=True, is_rare=as_it_stands < most)
    return Said(wanted, is_sqlite=True, is_rare=as_beginning < most, is_open=True)
