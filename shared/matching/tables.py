"""The tables of an index of texts, and the words that are searched in them.

A service has tables of its own of these (`tables_of`) and hands them to a `Keeper`. Beside them stands a table of words that no
model describes, because the two databases have nothing alike for it: FTS5 on SQLite, tsvectors on PostgreSQL. Words come cut to
their stems (`matching.words`), so neither database needs rules of its own, and both find alike.

Everything here can be made again from what was indexed.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import new_class
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    DDL,
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    any_,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy import Text as LongText
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import ExecutableDDLElement
from sqlmodel import Field, Session, SQLModel

from shared.db import table_of

WEIGHTS = (1.0, 0.6, 0.2)  # of a text's wording, its title, and what more there is
WIDE = BigInteger().with_variant(Integer, "sqlite")


class TextRow(SQLModel):
    """A text as it was indexed. A changed text is a new row."""

    number: int = Field(default=None, sa_type=WIDE, primary_key=True)
    kind: str  # what it is, in the service's words
    subject: UUID  # what it stands for there
    shelf: str = ""  # who names it finds the text; see `shelves`
    stamp: str  # SHA-256 of all that was indexed
    main: str = Field(sa_type=LongText)
    title: str | None = Field(default=None, sa_type=LongText)
    more: str | None = Field(default=None, sa_type=LongText)
    speaker: str | None = None
    said_at: datetime | None = None
    language: str
    stems: str = Field(sa_type=LongText)  # of the three parts, a line each
    length: int  # words
    encoded: str = ""  # with which models; "" not yet

    @property
    def parts(self) -> list[list[str]]:
        """The stems of its wording, its title and what more there is."""
        return [part.split() for part in self.stems.split("\n")]


class Text(NamedTuple):
    """What of a text is looked at where it is searched: read so, hundreds cost a third of the rows with all that hangs on them."""

    number: int
    kind: str
    subject: UUID
    shelf: str
    main: str
    title: str | None
    speaker: str | None
    said_at: datetime | None
    language: str
    parts: list[list[str]]  # the stems of its wording, its title and what more there is


def texts_of(session: Session, tables: "Tables", numbers: Sequence[int]) -> list[Text]:
    """The texts with these numbers."""
    if not numbers:
        return []
    chosen = _texts_by_number(table_of(tables.texts), dialect_of(session))
    rows = session.connection().execute(chosen, {"given": given(session, numbers)})
    return [Text._make((*rest, [part.split() for part in stems.split("\n")])) for *rest, stems in rows]


@lru_cache(16)
def _texts_by_number(table: Table, dialect: str) -> Select[Any]:
    """The statement is made once: to make it takes as long as to run it."""
    names = ("number", "kind", "subject", "shelf", "main", "title", "speaker", "said_at", "language", "stems")
    return select(*(table.c[name] for name in names)).where(any_of(table.c.number, dialect))


def any_of(column: ColumnElement[Any], dialect: str) -> ColumnElement[bool]:
    """Whether a column is one of what is `given` as one value: a statement that is the same for any number of them."""
    asked = bindparam("given", type_=String() if dialect == "sqlite" else postgresql.ARRAY(column.type))
    if dialect == "sqlite":
        return column.in_(select(func.json_each(asked).table_valued("value").c.value))
    return column == any_(asked)


def given(session: Session, values: Sequence[int | str]) -> Any:
    """These values as one, as `any_of` wants them."""
    return json.dumps(list(values)) if dialect_of(session) == "sqlite" else list(values)


def dialect_of(session: Session) -> str:
    """Which database it is."""
    return session.get_bind().dialect.name


def text_indexes() -> tuple[UniqueConstraint | Index, ...]:
    """For `__table_args__`: one row for what it stands for, what is not encoded yet, and a shelf's newest."""
    return UniqueConstraint("kind", "subject"), Index(None, "encoded", "number"), Index(None, "shelf", "number")


class VectorRow(SQLModel):
    """A text's vector in one space. Places grow in the order in which they can be seen."""

    place: int = Field(default=None, sa_type=WIDE, primary_key=True)
    space: str  # a model's, of texts in English or in others, on one shelf
    number: int = Field(sa_type=WIDE)  # of the text
    code: bytes = Field(sa_type=LargeBinary)  # a bit a dimension: whether it is above zero
    whole: bytes = Field(sa_type=LargeBinary)  # of title and wording, in floats of 16 bits
    main: bytes | None = Field(default=None, sa_type=LargeBinary)  # of the wording alone, where there is a title


def vector_indexes() -> tuple[UniqueConstraint | Index, ...]:
    """For `__table_args__`: a text's vectors, and all codes of a space without the tables' other columns."""
    return UniqueConstraint("number", "space"), Index(None, "space", "place", "code")


class TermRow(SQLModel):
    """In how many texts of a shelf a word stands. After the shelf's mark, "" counts all texts, " " all their words, and "  " how
    often something was changed; "   ", once, which places of vectors were given away."""

    term: str = Field(primary_key=True)
    texts: int = Field(sa_type=WIDE)


class Tables(NamedTuple):
    """The tables of one index."""

    texts: type[TextRow]
    vectors: type[VectorRow]
    terms: type[TermRow]

    @property
    def words(self) -> str:
        """The name of the table of words."""
        return f"{table_of(self.texts).name}_words"


def words_tables(name: str) -> Mapping[str, tuple[str, ...]]:
    """What makes the table of words, on each database. Migrations write the same."""
    return {
        "sqlite": (
            f"CREATE VIRTUAL TABLE {name} USING fts5(main, title, more, "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")",
        ),
        "postgresql": (
            f"CREATE TABLE {name} (number BIGINT PRIMARY KEY "
            f"REFERENCES {name.removesuffix('_words')} (number) ON DELETE CASCADE, words TSVECTOR NOT NULL)",
            f"CREATE INDEX ix_{name}_words ON {name} USING gin (words) WITH (fastupdate = off)",
        ),
    }


def tables_of(base: type[SQLModel]) -> Tables:
    """The tables of a service's index: models of its own, whose other ones `base` is the base of."""

    def model(name: str, rows: type[SQLModel], table: str, *more: Any) -> Any:
        said: dict[str, Any] = {"__tablename__": table, "__module__": base.__module__, "__doc__": rows.__doc__}
        said |= {"__table_args__": more} if more else {}
        return new_class(name, (rows, base), {"table": True}, lambda namespace: namespace.update(said))

    texts = model("MatchText", TextRow, "match_texts", *text_indexes())
    vectors = model("MatchVector", VectorRow, "match_vectors", *vector_indexes())
    return add_words(Tables(texts, vectors, model("MatchTerm", TermRow, "match_terms")))


def add_words(tables: Tables) -> Tables:
    """Have the table of words made and known with the others."""
    table = table_of(tables.texts)
    table.metadata.info["unmodelled"] = (*table.metadata.info.get("unmodelled", ()), tables.words)
    for dialect, statements in words_tables(tables.words).items():
        for statement in statements:
            ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
    return tables
