"""An index of what guests wrote, in a hotel: the matching knows nothing of newsrooms."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.db import new_metadata
from shared.matching import Tables, TermRow, TextRow, VectorRow, add_words, text_indexes, vector_indexes


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    pass


class Note(TextRow, Table, table=True):
    __tablename__ = "notes"
    __table_args__ = text_indexes()


class NoteVector(VectorRow, Table, table=True):
    __tablename__ = "note_vectors"
    __table_args__ = vector_indexes()


class NoteTerm(TermRow, Table, table=True):
    __tablename__ = "note_terms"


TABLES = add_words(Tables(Note, NoteVector, NoteTerm))


NOTES = (
    "The breakfast was served on the terrace every morning.",
    "The pool was closed for repairs in August.",
    "Our room had a view of the harbour and the old bridge.",
    "The night porter lost the key of room 12.",
    "Die Sauna war am Sonntag leider geschlossen.",
    "El desayuno era excelente y muy abundante.",
)


def texts(answer):
    """Those that were found, the likeliest first."""
    return [one.row.main for one in answer.found]
