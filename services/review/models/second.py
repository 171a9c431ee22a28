"""What a second checker makes of a verdict."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now


class SecondCheck(Table, table=True):
    """A second checker's own rating of a claim that was checked. It counts while the verdict that it was given on stands."""

    __tablename__ = "second_checks"
    __table_args__ = (Index(None, "case_id", "revision"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    revision: int
    person_id: UUID = Field(foreign_key="people.id")
    rating: str
    agrees: bool  # with the rating that the verdict had then
    note: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(default_factory=now)
    counts: bool = True  # false once the verdict that it was given on was sent back, or given anew
