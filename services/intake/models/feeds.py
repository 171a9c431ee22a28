"""Feeds that are pulled for newsrooms, and what stood in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now


class Feed(Table, table=True):
    """A newsroom's RSS or Atom feed, and how the last pull of it went."""

    __tablename__ = "feeds"
    __table_args__ = (UniqueConstraint("newsroom_id", "url_hash"), Index(None, "due_at"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    url: str
    url_hash: str  # an address may be longer than an index takes
    title: str | None = None  # as the feed has it
    every_minutes: int
    created_at: datetime = Field(default_factory=now)
    pulls: int = 0  # that have ended
    pulled_at: datetime | None = None
    due_at: datetime | None = Field(default_factory=now)
    ordered_at: datetime | None = None  # a pull is on its way since
    etag: str | None = Field(default=None, sa_type=Text)  # of the last answer, for the next question
    last_modified: str | None = None
    failures: int = 0  # in a row
    error: str | None = Field(default=None, sa_type=Text)  # why the last pull brought nothing, or not all


class FeedEntry(Table, table=True):
    """What stood in a feed. The same key again is the same entry; `revision` grows when its words have changed."""

    __tablename__ = "feed_entries"
    __table_args__ = (UniqueConstraint("feed_id", "key_hash"), Index(None, "feed_id", "id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    feed_id: UUID = Field(foreign_key="feeds.id")
    key: str = Field(sa_type=Text)  # its guid or id, else its link
    key_hash: str
    revision: int = 1
    words_hash: str  # SHA-256 of what is told of it below
    link: str | None = Field(default=None, sa_type=Text)
    title: str | None = None
    text: str | None = Field(default=None, sa_type=Text)
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    first_seen_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)
