"""Addresses that claims point to, what was found there, and the copies that are kept of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Source(Table, table=True):
    """An address that claims point to. It is visited once for all of them."""

    __tablename__ = "sources"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    url: str
    url_hash: str = Field(unique=True)  # an address may be longer than an index takes
    revision: int = 0  # grows with each visit, and each picture, that review is told of
    state: str = "waiting"  # contracts.SourceState, once it has been visited
    reason: str | None = Field(default=None, sa_type=Text)  # why the last visit brought nothing
    visits: int = 0  # that have ended
    failures: int = 0  # in a row
    visited_at: datetime | None = None
    due_at: datetime | None = None  # of the visit that is ordered
    copy_id: UUID | None = None  # the newest copy
    watch_at: datetime | None = Field(
        default=None, index=True
    )  # when it is looked at again, while a verdict rests on it
    unchanged: int = 0  # visits in a row that found what was there: the more, the longer until the next
    changes: int = 0  # that the desk was told of
    change: str | None = None  # the last of them: contracts.SourceChange
    change_detail: str | None = Field(default=None, sa_type=Text)


class ClaimSource(Table, table=True):
    """A claim points to a source."""

    __tablename__ = "claim_sources"
    __table_args__ = (Index(None, "source_id"),)

    claim_id: UUID = Field(foreign_key="claims.id", primary_key=True)
    source_id: UUID = Field(foreign_key="sources.id", primary_key=True)
    place: int  # in the claim: the story first, then its appearances


class DeskSource(Table, table=True):
    """The verdict on a claim rests on a source. Newsrooms see nothing of it: some of it the desk withholds."""

    __tablename__ = "desk_sources"
    __table_args__ = (Index(None, "source_id"),)

    claim_id: UUID = Field(foreign_key="claims.id", primary_key=True)
    source_id: UUID = Field(foreign_key="sources.id", primary_key=True)
    quotes: list[str] = Field(default_factory=list, sa_type=Json)
    watched: bool = True


TO_BE_PICTURED = text("picture_due_at IS NOT NULL")


class Copy(Table, table=True):
    """A page as it was found, kept as a file of the archive, and what could be read from it."""

    __tablename__ = "copies"
    __table_args__ = (
        Index(None, "source_id", "id"),
        Index(None, "picture_due_at", "id", postgresql_where=TO_BE_PICTURED, sqlite_where=TO_BE_PICTURED),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    source_id: UUID = Field(foreign_key="sources.id")
    sha256: str = Field(unique=True)  # of the file, whose name it is
    bytes: int  # of the file
    body_sha256: str  # of what the server sent
    made_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)  # when the same was last found there
    status: int  # of the answer
    landed_url: str  # after redirects
    content_type: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published_on: date | None = None
    text: str | None = Field(default=None, sa_type=Text)
    picture_sha256: str | None = None  # of the file with what the page looked like; pages that look the same share one
    picture_bytes: int | None = None
    picture_at: datetime | None = None  # when the page looked so: a moment after it was fetched
    no_picture: str | None = Field(default=None, sa_type=Text)  # why there is none, if one was tried
    picture_due_at: datetime | None = (
        None  # since when a picture is wanted; while it is made, when it would be tried again
    )
