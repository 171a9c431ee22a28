"""What of the desk's database no model describes, for `move-to`."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from services.review import words
from services.review.models import EARLIER_TABLE, MATCH_TABLES, WORDS_TABLE
from services.review.words import Written
from shared.matching.moving import words_of
from shared.moving import Index, Row


def _words(table: str) -> Index:
    """The texts of one index in the order in which they were written; those of open cases go into theirs at the same time."""

    def write(session: Session, rows: Sequence[Row]) -> None:
        words.keep(session, [Written(UUID(row["case_id"]), row["part"], row["words"]) for row in rows], table)

    return Index(table, f"SELECT words, case_id, part FROM {table} ORDER BY rowid", write)  # noqa: S608


INDEXES = (_words(WORDS_TABLE), _words(EARLIER_TABLE), words_of(MATCH_TABLES))
