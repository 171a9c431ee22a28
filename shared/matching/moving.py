"""The words of an index, moved from SQLite to PostgreSQL."""

from shared.matching.indexing import WRITE
from shared.matching.tables import Tables
from shared.moving import Index, written_by


def words_of(tables: Tables) -> Index:
    """Of the texts of these tables."""
    read = f"SELECT rowid AS number, main, title, more FROM {tables.words} ORDER BY rowid"  # noqa: S608
    return written_by(tables.words, read, WRITE["postgresql"].format(words=tables.words))
