"""An index of its own for measuring, in a SQLite file that is made once for a set of docs."""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import registry
from sqlmodel import SQLModel
from tqdm import tqdm

from shared.db import Database, new_metadata
from shared.matching import (
    Encoder,
    Entry,
    Tables,
    TermRow,
    TextRow,
    VectorRow,
    add_words,
    indexing,
    text_indexes,
    vector_indexes,
)

AT_ONCE = 256


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    pass


class Text(TextRow, Table, table=True):
    __tablename__ = "texts"
    __table_args__ = text_indexes()


class Vector(VectorRow, Table, table=True):
    __tablename__ = "vectors"
    __table_args__ = vector_indexes()


class Term(TermRow, Table, table=True):
    __tablename__ = "terms"


TABLES = add_words(Tables(Text, Vector, Term))


def open_index(folder: Path, entries: Sequence[Entry], encoder: Encoder) -> Database:
    """The index of these texts, made unless it is there whole."""
    name = sha256(repr([entry.stamp for entry in entries]).encode()).hexdigest()[:16]
    path = folder / f"{name}.sqlite3"
    database = Database()
    database.connect(f"sqlite:///{path}")
    Table.metadata.create_all(database.engine)
    with database.transaction() as session:
        indexing.put(session, TABLES, entries)
    fill(database, encoder)
    return database


def fill(database: Database, encoder: Encoder) -> None:
    """Make the vectors that are missing."""
    if not encoder.models:
        return
    with database.reading() as session:
        left = indexing.count_missing(session, TABLES, encoder.tag)
    with tqdm(total=left, unit=" texts", disable=not left or bool(os.environ.get("QUIET"))) as bar:
        while True:
            with database.reading() as session:
                some = indexing.missing(session, TABLES, encoder.tag, AT_ONCE)
            if not some:
                return
            made = indexing.encode(some, encoder)
            with database.transaction() as session:
                indexing.keep(session, TABLES, made)
            bar.update(len(some))
