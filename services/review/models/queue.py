"""How the queue is looked at: what each person has read, who looks at what now, and lists that were saved."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json

PRESENT_FOR = timedelta(seconds=60)  # after the last sign of somebody who looks at a case


class CaseRead(Table, table=True):
    """The version of a case that a person last looked at, and when: unread marks, and who looks at it now."""

    __tablename__ = "case_reads"
    __table_args__ = (Index(None, "case_id", "seen_at"),)

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    version: int
    seen_at: datetime = Field(default_factory=now)
    opened_at: datetime | None = None  # since when they have looked at it without a break


class SavedList(Table, table=True):
    """A list of the queue with its filters, under a name of somebody's choosing; for all if it is shared."""

    __tablename__ = "saved_lists"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    name: str
    is_shared: bool = False
    filters: dict[str, Any] = Field(sa_type=Json)  # as in the address of the queue: view, q, tag, desk, status, sort
    made_at: datetime = Field(default_factory=now)
