"""What publish stores: a check for each claim it has heard of, and every revision that readers ever saw."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, LargeBinary, Text, event, text
from sqlalchemy.orm import registry
from sqlalchemy.schema import ExecutableDDLElement
from sqlmodel import Field, SQLModel

from shared.clock import new_id, now
from shared.contracts import DisputeMoved, NoticePosted, VerdictApproved
from shared.db import Json, new_metadata, table_of
from shared.inbox import InboxRow, inbox_indexes
from shared.matching import tables_of
from shared.outbox import OutboxRow, outbox_indexes

IS_LISTED = text("position IS NOT NULL")
IS_KNOWN = text("same_as IS NOT NULL")
IS_NOTICE = text("revision = 0 AND notice_at IS NOT NULL")


def ending_of(name: str) -> str:
    """What stands after the last dot of a file's name."""
    return name.rpartition(".")[2].lower()


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """The base of this service's tables, apart from every other service's."""


class Outbox(OutboxRow, Table, table=True):
    """Messages out."""

    __tablename__ = "outbox"
    __table_args__ = outbox_indexes()


class Inbox(InboxRow, Table, table=True):
    """Messages in."""

    __tablename__ = "inbox"
    __table_args__ = inbox_indexes()


class Tally(Table, table=True):
    """How many there are of something. Its row is locked while the next number is given, so numbers have no gaps."""

    __tablename__ = "tallies"

    name: str = Field(primary_key=True)
    count: int = 0


class Check(Table, table=True):
    """The public record of one claim: its address, what lists show of the current revision, and its page as bytes.

    The row is there as soon as anything is told of the claim, so that all news of it queues at one lock. Until
    the first verdict `revision` is 0 and there is no path and no page.
    """

    __tablename__ = "checks"
    __table_args__ = (
        Index(None, "site", "updated_at", postgresql_where=IS_LISTED, sqlite_where=IS_LISTED),
        Index(None, "site", "notice_at", postgresql_where=IS_NOTICE, sqlite_where=IS_NOTICE),
        Index(None, "position", "updated_at", postgresql_where=IS_LISTED, sqlite_where=IS_LISTED),
        Index(None, "site", "first_published_at", "position", postgresql_where=IS_LISTED, sqlite_where=IS_LISTED),
    )

    claim_id: UUID = Field(primary_key=True)
    # what review told by CaseMoved
    case_revision: int = 0
    case_state: str | None = None
    case_verdict_revision: int = 0  # the one that is worked on, or stands
    rechecking_since: datetime | None = None
    # what readers are told before there is a verdict
    notice_revision: int = 0
    notice: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.NoticePosted
    notice_at: datetime | None = None  # when the first was posted
    # who was asked to correct the claim
    urged_revision: int = 0
    urged: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.CorrectionsUrged
    # the site where it is at home; the address there, which only a corrected headline changes (the former one leads here); and the
    # place in the site's lists (newsrooms' tests have none): see `sites`
    site: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    path: str | None = Field(default=None, unique=True)  # "2026/01/the-bridge-was-closed-once"
    position: int | None = Field(default=None, unique=True)
    # the current revision
    revision: int = 0
    kind: str | None = None
    change: str | None = Field(default=None, sa_type=Text)
    headline: str | None = None
    summary: str | None = Field(default=None, sa_type=Text)
    rating_slug: str | None = None
    rating_label: str | None = None
    rating_look: str | None = None  # the shape and colour of one of a desk's own: contracts.Rating.look
    claim_text: str | None = Field(default=None, sa_type=Text)
    claimant: str | None = None
    claimant_slug: str | None = None  # of its list
    language: str | None = None  # the claim's
    written_in: str | None = None  # the verdict's language
    translation_of: UUID | None = Field(default=None, index=True)  # the claim whose verdict it says in that language
    test: bool = False
    first_published_at: datetime | None = None
    updated_at: datetime | None = None
    filed_by: str | None = None  # listing.version when it was last put where lists and the search find it
    etag: str | None = None
    page: bytes | None = Field(default=None, sa_type=LargeBinary)  # last, so that lists don't read past it
    page_gzip: bytes | None = Field(default=None, sa_type=LargeBinary)

    @property
    def posted(self) -> NoticePosted | None:
        """The newest notice."""
        return NoticePosted.model_validate(self.notice) if self.notice else None

    @property
    def is_rechecking(self) -> bool:
        """The desk is at work on a newer revision than the one readers see."""
        return self.case_state in ("unverified", "checked") and 0 < self.revision < self.case_verdict_revision


class Renewal(Table, table=True):
    """All pages made anew, after a change of templates or look; see `renewing`."""

    __tablename__ = "renewals"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    look: str  # rendering.look
    begun_at: datetime
    total: int
    done: int = 0
    failed: int = 0
    error: str | None = Field(default=None, sa_type=Text)  # of the last page that could not be made
    last: UUID | None = None  # the check whose page was made last
    stretch: int = 1  # of the work: the number of the errand that is to go on
    shown_at: datetime | None = None  # readers see the new pages from then on
    settled_at: datetime | None = None  # all of them stand with their checks

    @property
    def is_over(self) -> bool:
        return self.settled_at is not None


class NewPage(Table, table=True):
    """A page beside the one that readers see, until all are made; then before it, until it is put in its place."""

    __tablename__ = "new_pages"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    renewal: int = Field(index=True)
    etag: str
    page: bytes = Field(sa_type=LargeBinary)
    page_gzip: bytes = Field(sa_type=LargeBinary)


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


class Change(Table, table=True):
    """Something became of the record. In the order in which it can be followed; see `changes`."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "transaction", "seq"),)

    seq: int = Field(default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True))
    transaction: int = Field(sa_type=BigInteger)  # PostgreSQL's; 0 on SQLite
    claim_id: UUID = Field(foreign_key="checks.claim_id")
    kind: str  # changes.Kind
    revision: int  # of the verdict or the notice
    at: datetime


class HistoryHead(Table, table=True):
    """How long the desk's history was, and the hash of its last entry: nothing before it can be changed without being found out."""

    __tablename__ = "history_heads"

    entries: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: str
    noted_at: datetime
    authority: str | None = None  # which has stamped it (RFC 3161)
    stamped_at: datetime | None = None  # by its clock
    stamp: bytes | None = Field(default=None, sa_type=LargeBinary)  # its answer, DER


class Card(Table, table=True):
    """The picture of a check that other sites show where somebody links to it."""

    __tablename__ = "cards"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    version: str  # changes with what stands on it
    drawn_at: datetime
    image: bytes = Field(sa_type=LargeBinary)


class Sitemap(Table, table=True):
    """When something last changed in a stretch of the lists, so that the index of sitemaps looks at no check."""

    __tablename__ = "sitemaps"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    changed_at: datetime


class Spelling(Table, table=True):
    """A word of a headline, a claim or a topic as somebody may spell it who leaves out a letter, and as it is spelt."""

    __tablename__ = "spellings"

    shape: str = Field(primary_key=True)
    word: str = Field(primary_key=True)


class Revision(Table, table=True):
    """One published version of a verdict. Never changed, never deleted."""

    __tablename__ = "revisions"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    revision: int = Field(primary_key=True)
    kind: str
    change: str | None = Field(default=None, sa_type=Text)
    headline: str
    rating_slug: str
    rating_label: str
    rating_look: str | None = None
    published_at: datetime
    correction_number: int | None = Field(default=None, unique=True)  # its place in the list of corrections
    snapshot: dict[str, Any] = Field(sa_type=Json)  # contracts.VerdictApproved

    @cached_property
    def verdict(self) -> VerdictApproved:
        return VerdictApproved.model_validate(self.snapshot)


class PublicFile(Table, table=True):
    """A file that a published revision shows. The file itself lies outside of the database. It stays when a newer revision has
    it no more, because the one that readers saw can still be read."""

    __tablename__ = "public_files"

    sha256: str = Field(primary_key=True)
    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id", index=True)
    name: str
    media_type: str

    @property
    def ending(self) -> str:
        """Of its name: it stands in its address, so that any web server knows what it is."""
        return ending_of(self.name)


class Opinion(Table, table=True):
    """How many readers said of a revision that it was useful, or was not. Who they were is not known."""

    __tablename__ = "opinions"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    revision: int = Field(primary_key=True)
    is_useful: bool = Field(primary_key=True)
    count: int = 0


class FormerPath(Table, table=True):
    """An address that a check had once. It leads to the one that it has now, for ever."""

    __tablename__ = "former_paths"

    path: str = Field(primary_key=True)
    claim_id: UUID = Field(foreign_key="checks.claim_id")
    left_at: datetime


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


class Policy(Table, table=True):
    """One revision of a page on how the newsroom works, in one language. Never changed, never deleted."""

    __tablename__ = "policies"

    name: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    title: str
    text: str = Field(sa_type=Text)
    posted_by: str
    posted_at: datetime


class Dispute(Table, table=True):
    """A reader's challenge to a verdict. Other readers see that there was one only when the desk has decided it and says so."""

    __tablename__ = "disputes"
    __table_args__ = (Index(None, "claim_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    claim_id: UUID = Field(foreign_key="checks.claim_id")
    receipt_hash: str = Field(unique=True)  # of the receipt's address, which nobody else can guess
    verdict_revision: int
    wrong: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    url: str | None = None
    contact: str | None = None  # forgotten as soon as the desk has it
    language: str
    made_at: datetime = Field(default_factory=now)
    moved_revision: int = 0
    told: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.DisputeMoved
    number: int | None = Field(default=None, unique=True)  # its place in the list of those decided in public

    @property
    def moved(self) -> DisputeMoved | None:
        """Where the desk says that it stands; None until the desk has it."""
        return DisputeMoved.model_validate(self.told) if self.told else None


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
    f"CREATE INDEX ix_{WORDS_TABLE}_words ON {WORDS_TABLE} USING gin (words)",
)

Table.metadata.info["unmodelled"] = (WORDS_TABLE,)  # and what begins so: FTS5 keeps its index in tables of its own
for dialect, statements in (("sqlite", ON_SQLITE), ("postgresql", ON_POSTGRESQL)):
    for statement in statements:
        ddl: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(table_of(Check), "after_create", ddl.execute_if(dialect=dialect))

MATCH_TABLES = tables_of(Table)  # what is public on claims that may say the same; it can be made again from the checks
