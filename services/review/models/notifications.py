"""What people are told of, and how they want to be told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Notification(Table, table=True):
    """Something that one person is told: in the page always, by mail and chat if they want it so."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("person_id", "once"),
        Index(None, "person_id", "read_at", "id"),
        Index(None, "case_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id")
    kind: str  # schemas.NotificationKind
    case_id: UUID | None = Field(default=None, foreign_key="cases.id")  # None: it is about their account, or a desk
    by_id: UUID | None = Field(default=None, foreign_key="people.id")  # None: a clock told it
    dispute_id: UUID | None = None  # the reader's challenge that it is about
    desk_id: UUID | None = None  # the desk whose ratings wait for a second person
    words: str = Field(default="", sa_type=Text)
    once: str  # what may be told once: a clock looks often
    made_at: datetime = Field(default_factory=now)
    read_at: datetime | None = None
    ways: list[str] = Field(default_factory=list, sa_type=Json)  # by which it is still to be told: mail, chat


class NotificationChoice(Table, table=True):
    """How a person wants to be told. Without a row: as `schemas.USUAL_WAYS` says."""

    __tablename__ = "notification_choices"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    ways: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # kind: ways beside the page
    chat_name: str | None = None
    digest_hour: int | None = Field(default=None, index=True)  # of the day, in `digest_zone`; None: no digest
    digest_zone: str = "UTC"
    digest_on: date | None = None  # the day there of the last one
