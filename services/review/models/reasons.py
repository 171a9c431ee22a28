"""What people at the desk think of the reasons for which claims are sent in."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now


class ReasonVote(Table, table=True):
    """Whether somebody finds worth following why a claim was sent in that time."""

    __tablename__ = "reason_votes"

    submission_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    case_id: UUID = Field(foreign_key="cases.id", index=True)  # on which it stood
    is_useful: bool
    voted_at: datetime = Field(default_factory=now)
