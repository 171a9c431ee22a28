"""Newsrooms that the desk takes nothing from any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now


class Sender(Table, table=True):
    """What the desk last decided of a newsroom: blocked, or let in again. One that was never decided of has no row."""

    __tablename__ = "senders"

    newsroom: str = Field(primary_key=True)
    revision: int = Field(default=0, sa_type=BigInteger)  # the moment in microseconds
    blocked: bool = False
    because: str = Field(default="", sa_type=Text)
    decided_by: UUID | None = Field(default=None, foreign_key="people.id")  # None is the admin, by command
    decided_at: datetime = Field(default_factory=now)
