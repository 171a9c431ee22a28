"""What has to be looked at on a case: a source that has gone or says something else, a verdict whose time has come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now


class Alarm(Table, table=True):
    """Something that nobody at the desk did, and that somebody has to look at. It is settled with a note, or by reopening."""

    __tablename__ = "alarms"
    __table_args__ = (UniqueConstraint("case_id", "once"), Index(None, "case_id", "settled_at"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    kind: str  # contracts.SourceChange; recheck or expired for a verdict whose time has come
    once: str  # what is raised once
    url: str | None = None
    words: str = Field(sa_type=Text)
    raised_at: datetime = Field(default_factory=now)
    settled_at: datetime | None = None
    settled_by: UUID | None = Field(default=None, foreign_key="people.id")
    note: str | None = Field(default=None, sa_type=Text)
