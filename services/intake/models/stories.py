"""Stories that newsrooms send or that feeds bring, each version of them, and the claims that were made from them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Story(Table, table=True):
    """A story at its newest version. `revision` grows with every version and every claim that is made from it."""

    __tablename__ = "stories"
    __table_args__ = (UniqueConstraint("newsroom_id", "uri_hash", "test"), Index(None, "newsroom_id", "id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    uri: str = Field(sa_type=Text)
    uri_hash: str  # a name may be longer than an index takes
    test: bool = False
    revision: int = 0
    versions: int = 0  # that were received, the older ones too
    version: str | None = None  # as the sender counts them
    version_created_at: datetime | None = None
    digest: str = ""  # SHA-256 of what is told of it below
    status: str = "usable"  # contracts.StoryStatus
    item: dict[str, Any] = Field(sa_type=Json)  # stories.Item
    checkable: dict[str, Any] = Field(sa_type=Json)  # stories.Checkable: the sentences worth checking
    received_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)
    reads: int = 0  # how often its page was fetched, where the sender gave an address alone
    read_at: datetime | None = None
    waits_for_page: bool = False
    error: str | None = Field(default=None, sa_type=Text)  # why the last fetch brought nothing


class StoryVersion(Table, table=True):
    """A story as it was received, byte for byte but without claims that came with it, in the order in which it came."""

    __tablename__ = "story_versions"

    story_id: UUID = Field(primary_key=True, foreign_key="stories.id")
    number: int = Field(primary_key=True)
    version: str | None = None
    status: str
    format: str
    content_type: str
    raw: bytes = Field(sa_type=LargeBinary)
    received_at: datetime = Field(default_factory=now)


class StoryClaim(Table, table=True):
    """A claim that was made from a story, and the words that it stands in."""

    __tablename__ = "story_claims"

    story_id: UUID = Field(primary_key=True, foreign_key="stories.id")
    claim_id: UUID = Field(primary_key=True, foreign_key="claims.id", index=True)
    exact: str | None = Field(default=None, sa_type=Text)
    stands: bool | None = None  # whether they stand in the newest version
    made_at: datetime = Field(default_factory=now)
