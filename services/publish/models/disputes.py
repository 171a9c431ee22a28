"""Readers' challenges."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.publish.models.base import Table
from shared.clock import new_id, now
from shared.contracts import DisputeMoved
from shared.db import Json


class Dispute(Table, table=True):
    """A reader's challenge to a verdict. Other readers see that there was one only when the desk has decided it and says so."""

    __tablename__ = "disputes"
    __table_args__ = (Index(None, "claim_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    claim_id: UUID = Field(foreign_key="checks.claim_id")
    receipt_hash: str = Field(unique=True)  # of the receipt's address, which nobody else can guess
    verdict_revision: int
    wrong: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    url: str | None = None
    contact: str | None = None  # forgotten as soon as the desk has it
    language: str
    made_at: datetime = Field(default_factory=now)
    moved_revision: int = 0
    told: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.DisputeMoved
    number: int | None = Field(default=None, unique=True)  # its place in the list of those decided in public

    @property
    def moved(self) -> DisputeMoved | None:
        """Where the desk says that it stands; None until the desk has it."""
        return DisputeMoved.model_validate(self.told) if self.told else None
