"""Fact-checks that others published before, or this desk before it used Factdesk, and an index of their words.

The index is a table that no model describes, because the two databases have nothing alike for it: on SQLite a table of FTS5, on
PostgreSQL one of tsvectors. Whoever writes a check writes its words (`earlier.taking`); triggers would not do on SQLite, which
with `trusted_schema=OFF` lets none write to FTS5. Words come as `earlier.words` makes them, so that both databases find alike.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Column, Integer, Text, event
from sqlalchemy.schema import ExecutableDDLElement
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import table_of

WORDS_TABLE = "earlier_words"


class EarlierCheck(Table, table=True):
    """A published fact-check: one claim, judged on one page. The same claim on the same page again is the same check."""

    __tablename__ = "earlier_checks"

    # a number of its own for the index, whose rows FTS5 knows by nothing else
    number: int = Field(default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True))
    id: UUID = Field(default_factory=new_id, unique=True)
    key_hash: str = Field(unique=True)  # SHA-256 of its page's address and its claim's wording
    content_hash: str  # SHA-256 of all that was given, to tell whether anything has changed
    url: str
    claim: str = Field(sa_type=Text)
    claimant: str | None = None
    claimed_at: datetime | None = None
    rating_label: str
    rating_value: float | None = None
    rating_best: float | None = None
    rating_worst: float | None = None
    publisher_name: str
    publisher_url: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    headline: str | None = None
    imported_from: str  # a file's name, an address, or whose key it was
    imported_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)
    raw: str | None = Field(default=None, sa_type=Text)  # as it came: JSON in ASCII; None if it was too long to keep


ON_SQLITE = (
    f"CREATE VIRTUAL TABLE {WORDS_TABLE} "
    "USING fts5(claim, headline, tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
)
# English stems as FTS5's porter makes them, and no stop words: WHO and US are names
ON_POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY earlier_stems (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION earlier_search (COPY = pg_catalog.english)",
    "ALTER TEXT SEARCH CONFIGURATION earlier_search ALTER MAPPING REPLACE english_stem WITH earlier_stems",
    f"CREATE TABLE {WORDS_TABLE} (number BIGINT PRIMARY KEY REFERENCES earlier_checks (number) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL)",
    f"CREATE INDEX ix_{WORDS_TABLE}_words ON {WORDS_TABLE} USING gin (words) WITH (fastupdate = off)",
)

Table.metadata.info["unmodelled"] = (WORDS_TABLE,)  # and what begins so: FTS5 keeps its index in tables of its own
for dialect, statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table_of(EarlierCheck), "after_create", ddl.execute_if(dialect=dialect))
