"""What was sent, and what became of it."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, VerdictPublished
from shared.db import Json


class Claim(Table, table=True):
    """One checkable statement as it was received, and what the desk and the public record told of it."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("newsroom_id", "wording_hash", "test"),
        Index(None, "newsroom_id", "id"),
        Index(None, "newsroom_id", "state", "id"),
        Index(None, "newsroom_id", "changed_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    wording_hash: str
    revision: int = 1
    submission_count: int = 1
    received: dict[str, Any] = Field(sa_type=Json)  # contracts.ClaimRecord
    test: bool = False
    submitted_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)
    state: str = "unverified"  # what follows from what was told; see `settle`
    # what review told by CaseMoved
    case_state: str | None = None
    case_revision: int = 0
    case_moved_at: datetime | None = None
    verdict_revision: int = 1  # the one that is worked on, or stands
    verdict_kind: str = "first"  # what that revision is: a correction, say
    close_reason: str | None = None
    merged_into: UUID | None = None  # the claim that says the same, whose state and verdict these are
    unmerged_published: int = 0  # revisions of others' verdicts that it was told of and no longer counts
    unmerged_revision: int = 0  # the CaseMoved that undid it: what was told of the other before counts no more
    # what review told by WorkNoted
    work_revision: int = 0
    under_way: bool = False
    due_at: datetime | None = None
    late: bool = False
    # what review told by SourcesNamed
    sources_revision: int = 0
    # what publish told by VerdictPublished
    published_revision: int = 0
    verdict: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.VerdictPublished

    @property
    def record(self) -> ClaimRecord:
        return ClaimRecord.model_validate(self.received)

    @property
    def published(self) -> VerdictPublished | None:
        return VerdictPublished.model_validate(self.verdict) if self.verdict else None

    @property
    def rechecking(self) -> bool:
        """A verdict is public, and the desk is at work on another revision of it."""
        return self.verdict is not None and self.state in ("unverified", "checked")

    def settle(self) -> None:
        """Set the state from what review and publish told, which arrives in any order.

        Published means that intake has the address of the page: as soon as publish tells of the revision that the
        desk is at, or of a later one, and not before, though review may say so earlier.
        """
        told = self.case_state or "unverified"
        if self.published_revision >= self.verdict_revision:
            self.state = "published"
        else:
            self.state = "checked" if told == "published" else told
        self.changed_at = now()


class Step(Table, table=True):
    """A step that was told of what becomes of a claim. None is ever changed: together they are what its receipts tell."""

    __tablename__ = "steps"
    __table_args__ = (Index(None, "claim_id", "at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    claim_id: UUID = Field(foreign_key="claims.id")
    kind: str  # steps.Kind
    at: datetime
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


NAMED = text("external_id IS NOT NULL")


class Submission(Table, table=True):
    """One act of sending a claim in."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index(None, "newsroom_id", "external_id", postgresql_where=NAMED, sqlite_where=NAMED),
        Index(None, "claim_id", "number"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    claim_id: UUID = Field(foreign_key="claims.id")
    number: int  # of those of its claim, counted from 1
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    api_key_id: str | None = Field(default=None, foreign_key="api_keys.id")
    receipt_hash: str = Field(unique=True)
    reason: str | None = Field(default=None, sa_type=Text)
    external_id: str | None = None
    submitter: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.Submitter
    appearances: list[Any] | None = Field(default=None, sa_type=Json)  # contracts.Appearance, of one after the first
    submitted_at: datetime = Field(default_factory=now)

    @staticmethod
    def hash_of(token: str) -> str:
        """What is kept of a receipt's token."""
        return sha256(token.encode()).hexdigest()


class Change(Table, table=True):
    """Something became of a claim. In the order in which it can be followed; see `changes`."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "newsroom_id", "transaction", "seq"),)

    seq: int = Field(default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True))
    transaction: int = Field(sa_type=BigInteger)  # PostgreSQL's; 0 on SQLite
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    claim_id: UUID = Field(foreign_key="claims.id")
    kind: str  # changes.Kind
    at: datetime
