"""Newsrooms that the desk takes nothing from any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now


class Sender(Table, table=True):
    """What the desk last decided of a newsroom: blocked, or let in again. One that was never decided of has no row."""

    __tablename__ = "senders"

    newsroom: str = Field(primary_key=True)
    revision: int = 1
    blocked: bool
    because: str = Field(sa_type=Text)
    decided_by: UUID = Field(foreign_key="people.id")
    decided_at: datetime = Field(default_factory=now)
