"""What comes of a verdict: readers' challenges and how the desk decides them; who was asked to correct the claim."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.review.models.base import Table
from shared import contracts
from shared.clock import new_id, now
from shared.db import Json


class Dispute(Table, table=True):
    """A reader's challenge to one revision of a verdict. Its id is the one that its receipt has at publish.

    `contact` leaves this table by being erased alone; no message and no page for readers has it.
    """

    __tablename__ = "disputes"
    __table_args__ = (Index(None, "state", "due_at", "id"), Index(None, "state", "decided_at", "id"))

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    verdict_revision: int
    wrong: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    url: str | None = None
    contact: str | None = None
    language: str
    made_at: datetime
    received_at: datetime = Field(default_factory=now)
    due_at: datetime
    state: str = "open"
    version: int = 1  # grows with every act: its ETag, and the revision of DisputeMoved
    assignee_id: UUID | None = Field(default=None, foreign_key="people.id")
    decision: str | None = None
    answer: str | None = Field(default=None, sa_type=Text)  # why, for the reader
    is_public: bool = False
    kind: str | None = None  # of the revision that it led to, if it was upheld
    decided_by: UUID | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = None


class Urging(Table, table=True):
    """That somebody was asked to correct a claim on which a verdict can be read."""

    __tablename__ = "urgings"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.Urged
    entered_at: datetime = Field(default_factory=now)
    changed_at: datetime | None = None

    @property
    def record(self) -> contracts.Urged:
        return contracts.Urged.model_validate(self.told)
