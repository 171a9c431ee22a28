"""Who says what about a claim, through whom, and who was asked for comment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared import contracts
from shared.clock import new_id, now
from shared.db import Json


class Statement(Table, table=True):
    """What one party said about one claim. It can be edited until the verdict is approved, and struck out, never deleted.

    The same utterance can bear on several claims, confirming one and denying another: then each has a row of its own, with
    the same `utterance_id`, so that what has been published of one is not changed by work on another.
    """

    __tablename__ = "statements"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    utterance_id: UUID = Field(index=True)
    person_id: UUID | None = Field(default=None, foreign_key="people.id")  # None: it came with the claim
    given_id: str | None = None  # its id in the claim as it was received
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.Statement
    known_to: str | None = None  # who at the desk knows an unnamed source. It never leaves the desk
    entered_at: datetime = Field(default_factory=now)
    changed_at: datetime | None = None
    struck_at: datetime | None = None
    struck_by: UUID | None = Field(default=None, foreign_key="people.id")
    struck_reason: str | None = Field(default=None, sa_type=Text)

    @property
    def record(self) -> contracts.Statement:
        return contracts.Statement.model_validate(self.told | {"id": str(self.id)})


class CommentRequest(Table, table=True):
    """Who asked whom for comment on a claim, and what came of it. It can be struck out, never deleted."""

    __tablename__ = "requests_for_comment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="people.id")  # None: it came with the claim
    given_id: str | None = None
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.RequestForComment
    waits_until: datetime | None = Field(default=None, index=True)  # its deadline, while nobody has answered
    entered_at: datetime = Field(default_factory=now)
    changed_at: datetime | None = None
    struck_at: datetime | None = None
    struck_by: UUID | None = Field(default=None, foreign_key="people.id")
    struck_reason: str | None = Field(default=None, sa_type=Text)

    @property
    def record(self) -> contracts.RequestForComment:
        return contracts.RequestForComment.model_validate(self.told | {"id": str(self.id)})
