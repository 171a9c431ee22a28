"""The public record of a claim, and every revision of its verdict that readers ever saw."""

from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field

from services.publish.models.base import Table
from shared.contracts import NoticePosted, Rating, RatingLook, VerdictApproved
from shared.db import Json

IS_LISTED = text("position IS NOT NULL")
IS_TO_TELL = text("to_tell")
IS_NOTICE = text("revision = 0 AND notice_at IS NOT NULL")


def ending_of(name: str) -> str:
    """What stands after the last dot of a file's name."""
    return name.rpartition(".")[2].lower()


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
    rating_words: dict[str, Any] | None = Field(
        default=None, sa_type=Json
    )  # in other languages: contracts.Rating.words
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


class Revision(Table, table=True):
    """One published version of a verdict. Never changed, never deleted: only what its rating is called and looks like goes with the
    desk's scale, beside the words that readers saw, which stay in `snapshot`."""

    __tablename__ = "revisions"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    revision: int = Field(primary_key=True)
    kind: str
    change: str | None = Field(default=None, sa_type=Text)
    headline: str
    rating_slug: str
    rating_label: str
    rating_look: str | None = None
    rating_meaning: str | None = None  # None: as it was approved
    rating_words: dict[str, Any] | None = Field(default=None, sa_type=Json)  # None: as it was approved
    published_at: datetime
    correction_number: int | None = Field(default=None, unique=True)  # its place in the list of corrections
    snapshot: dict[str, Any] = Field(sa_type=Json)  # contracts.VerdictApproved

    @cached_property
    def verdict(self) -> VerdictApproved:
        """It as it was approved."""
        return VerdictApproved.model_validate(self.snapshot)

    @property
    def rating(self) -> Rating:
        """Its rating as it is called and drawn now. How true it says that the claim is never changes."""
        approved = self.verdict.rating
        shape, _, colour = (self.rating_look or "").partition("-")
        look = {
            "slug": approved.slug, "label": self.rating_label, "meaning": self.rating_meaning or approved.meaning,
            "shape": shape or None, "colour": colour or None,
            "words": approved.words if self.rating_words is None else self.rating_words,
        }  # fmt: skip
        return approved.looking(RatingLook.model_validate(look))

    @property
    def shown(self) -> VerdictApproved:
        """It as readers see it now."""
        return self.verdict.model_copy(update={"rating": self.rating})


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


class FormerPath(Table, table=True):
    """An address that a check had once. It leads to the one that it has now, for ever."""

    __tablename__ = "former_paths"

    path: str = Field(primary_key=True)
    claim_id: UUID = Field(foreign_key="checks.claim_id")
    left_at: datetime


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


class Card(Table, table=True):
    """The picture of a check that other sites show where somebody links to it."""

    __tablename__ = "cards"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    version: str  # changes with what stands on it
    drawn_at: datetime
    image: bytes = Field(sa_type=LargeBinary)


class PageViews(Table, table=True):
    """How often a check was opened on a day (by UTC): its page, and its frame on other sites. Who read it is not known."""

    __tablename__ = "page_views"
    __table_args__ = (
        Index("ix_page_views_to_tell", "day", "claim_id", sqlite_where=IS_TO_TELL, postgresql_where=IS_TO_TELL),
    )

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    day: date = Field(primary_key=True)
    pages: int = 0
    frames: int = 0
    to_tell: bool = True  # the desk has not been told of these numbers
