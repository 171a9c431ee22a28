"""Where checks are found: lists, feeds, the search."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, Index, Text, event, text
from sqlalchemy.schema import ExecutableDDLElement
from sqlmodel import Field

from services.publish.models.base import Table
from services.publish.models.checks import Check
from shared.db import table_of

IS_KNOWN = text("same_as IS NOT NULL")


class Facet(Table, table=True):
    """What a listed check is found under in feeds and in the search: a topic, a rating, a claimant, a language."""

    __tablename__ = "facets"
    __table_args__ = (Index(None, "kind", "slug", "updated_at"),)

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    kind: str = Field(primary_key=True)  # schemas.FacetKind
    slug: str = Field(primary_key=True)
    label: str
    updated_at: datetime  # the check's


class ReviewNode(Table, table=True):
    """The ClaimReview of a listed check as text, so that a feed of all of them reads and makes nothing else. One that was
    retracted has none."""

    __tablename__ = "review_nodes"

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    path: str
    node: str | None = Field(default=None, sa_type=Text)
    first_published_at: datetime
    updated_at: datetime
    kept_at: datetime = Field(index=True)  # when the text last changed


class Sitemap(Table, table=True):
    """When something last changed in a stretch of the lists, so that the index of sitemaps looks at no check."""

    __tablename__ = "sitemaps"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    changed_at: datetime


class Spelling(Table, table=True):
    """A word of a headline, a claim or a topic as somebody may spell it who leaves out a letter, and as it is spelt."""

    __tablename__ = "spellings"
    __table_args__ = (
        Index("ix_spellings_known", "word", postgresql_ops={"word": "text_pattern_ops"},
              postgresql_where=text("shape = word"), sqlite_where=text("shape = word")),
    )  # fmt: skip

    shape: str = Field(primary_key=True)
    word: str = Field(primary_key=True)


class Shelf(Table, table=True):
    """A list that readers leaf through: the checks of a topic, of a claimant, or with a rating. It is never taken down."""

    __tablename__ = "shelves"
    __table_args__ = (
        Index(None, "kind", "count"),
        Index(None, "kind", "same_as", postgresql_where=IS_KNOWN, sqlite_where=IS_KNOWN),
    )

    kind: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    name: str
    about: str | None = Field(default=None, sa_type=Text)  # what a rating means, what a claimant is
    look: str | None = None  # the shape and colour of a rating of a desk's own
    same_as: str | None = None
    count: int = 0  # of the checks that stand on it now


class Listing(Table, table=True):
    """That a check stands on a shelf, or comes from the same story as others. A page of a list is a stretch of this key."""

    __tablename__ = "listings"

    kind: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    position: int = Field(primary_key=True)  # the check's
    claim_id: UUID = Field(foreign_key="checks.claim_id", index=True)


class Standing(Table, table=True):
    """How many claims of a claimant have a rating now: counted as they come, so that no page counts."""

    __tablename__ = "standings"

    claimant: str = Field(primary_key=True)  # slugs of shelves
    rating: str = Field(primary_key=True)
    count: int = 0


# The words of listed checks, by their places in the list: in a table that no model describes, because the two databases have
# nothing alike for it. Words come as `shared.matching.words` makes them, so that both find
# alike; what a check is about is there as it was written, too, for the order of what is found.
WORDS_TABLE = "check_words"
ON_SQLITE = (
    f"CREATE VIRTUAL TABLE {WORDS_TABLE} USING fts5(about, body, under, "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    f"CREATE TABLE {WORDS_TABLE} (position INTEGER PRIMARY KEY REFERENCES checks (position) ON DELETE CASCADE, "
    "about TEXT NOT NULL DEFAULT '', words TSVECTOR NOT NULL)",
    # What is new is put where it belongs at once: every question would read the list of what waits for it, some megabytes.
    f"CREATE INDEX ix_{WORDS_TABLE}_words ON {WORDS_TABLE} USING gin (words) WITH (fastupdate = off)",
)

Table.metadata.info["unmodelled"] = (WORDS_TABLE,)  # and what begins so: FTS5 keeps its index in tables of its own
for dialect, statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(table_of(Check), "after_create", ddl.execute_if(dialect=dialect))
