"""What readers say of a verdict: whether it was useful, as publish counted it, and what they wrote of that."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now


class Opinion(Table, table=True):
    """How many readers found a revision of a verdict useful, and how many did not."""

    __tablename__ = "opinions"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    verdict_revision: int = Field(primary_key=True)
    useful: int = 0
    not_useful: int = 0


class Remark(Table, table=True):
    """What a reader found useful in a revision of a verdict, or missed in it. Ids grow with the time at which it was written.

    It is for the desk alone: no message and no page for readers has it. `aside` is "read" or "hidden" once somebody put it aside.
    """

    __tablename__ = "remarks"
    __table_args__ = (Index(None, "aside", "id"), Index(None, "case_id", "aside", "id"))

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    verdict_revision: int
    is_useful: bool
    text: str = Field(sa_type=Text)
    made_at: datetime
    received_at: datetime = Field(default_factory=now)
    aside: str | None = None
    aside_by: UUID | None = Field(default=None, foreign_key="people.id")
    aside_at: datetime | None = None
