"""The index of all that is written on cases, to search in.

A table that no model describes, because the two databases have nothing alike for it: on SQLite one of FTS5, on PostgreSQL one of
tsvectors. Each text that is written is a row of its own, the newest last, so that writing one costs one row and the newest are
found first. Words are stemmed as in English and none is left out: WHO and US are names.
"""

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from services.review.models.base import Table
from services.review.models.cases import Case
from shared.db import table_of

WORDS_TABLE = "case_words"

ON_SQLITE = (
    f"CREATE VIRTUAL TABLE {WORDS_TABLE} USING fts5(words, case_id UNINDEXED, part UNINDEXED, "
    "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY case_stems (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION case_search (COPY = pg_catalog.english)",
    "ALTER TEXT SEARCH CONFIGURATION case_search ALTER MAPPING REPLACE english_stem WITH case_stems",
    f"CREATE TABLE {WORDS_TABLE} (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id UUID NOT NULL, "
    "part VARCHAR NOT NULL, words TSVECTOR NOT NULL)",
    f"CREATE INDEX ix_{WORDS_TABLE}_words ON {WORDS_TABLE} USING gin (words)",
)

Table.metadata.info["unmodelled"] = (WORDS_TABLE,)  # and what begins so: FTS5 keeps its index in tables of its own
for dialect, statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table_of(Case), "after_create", ddl.execute_if(dialect=dialect))
