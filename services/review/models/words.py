"""The index of all that is written on cases, to search in.

A table that no model describes, because the two databases have nothing alike for it: on SQLite one of FTS5, on PostgreSQL one of
tsvectors. Each text that is written is a row of its own, the newest last, so that writing one costs one row and the newest are
found first. Words are stemmed as in English and none is left out: WHO and US are names.

The texts of cases that are open stand in an index of their own, too, under the same numbers: most lists are of open cases, and
what looking for words in them costs does not grow with the archive.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from services.review.models.base import Table
from services.review.models.cases import Case
from shared.db import table_of

WORDS_TABLE = "case_words"
OPEN_TABLE = "open_words"  # the same of cases that are open
EARLIER_TABLE = "earlier_words"  # the same of others' fact-checks, whose id stands in `case_id`

STEMS_ON_POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY case_stems (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION case_search (COPY = pg_catalog.english)",
    "ALTER TEXT SEARCH CONFIGURATION case_search ALTER MAPPING REPLACE english_stem WITH case_stems",
)


def on_sqlite(table: str) -> tuple[str, ...]:
    """The statements that make an index."""
    return (
        f"CREATE VIRTUAL TABLE {table} USING fts5(words, case_id UNINDEXED, part UNINDEXED, "
        "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
        f"CREATE INDEX ix_{table}_case_id ON {table}_content (c1)",  # `case_id`, as FTS5 keeps it
    )


def on_postgresql(table: str, number: str = "BIGINT GENERATED ALWAYS AS IDENTITY") -> tuple[str, ...]:
    """The statements that make an index."""
    return (
        f"CREATE TABLE {table} (number {number} PRIMARY KEY, case_id UUID NOT NULL, "
        "part VARCHAR NOT NULL, words TSVECTOR NOT NULL)",
        f"CREATE INDEX ix_{table}_words ON {table} USING gin (words) WITH (fastupdate = off)",
        f"CREATE INDEX ix_{table}_case_id ON {table} (case_id)",
    )


ON_SQLITE = (*on_sqlite(WORDS_TABLE), *on_sqlite(OPEN_TABLE), *on_sqlite(EARLIER_TABLE))
ON_POSTGRESQL = (
    *STEMS_ON_POSTGRESQL,
    *on_postgresql(WORDS_TABLE),
    *on_postgresql(OPEN_TABLE, "BIGINT"),
    *on_postgresql(EARLIER_TABLE),
)

# And what begins so: FTS5 keeps its index in tables of its own.
Table.metadata.info["unmodelled"] = (*Table.metadata.info.get("unmodelled", ()), WORDS_TABLE, OPEN_TABLE, EARLIER_TABLE)
for dialect, statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table_of(Case), "after_create", ddl.execute_if(dialect=dialect))
