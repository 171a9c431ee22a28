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
