"""What readers are told before there is a verdict: that a claim is reported, and not verified as of a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now
from shared.db import Json


class Notice(Table, table=True):
    """One version of a claim's notice. It can be rewritten until it is posted; whoever wrote it can't post it."""

    __tablename__ = "notices"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    headline: str
    text: str = Field(sa_type=Text)
    stands: bool = True  # false: this version takes the notice back, and `text` says why
    written_by: UUID | None = Field(default=None, foreign_key="people.id")  # None: known from the site alone
    written_at: datetime = Field(default_factory=now)
    posted_by: UUID | None = Field(default=None, foreign_key="people.id")
    posted_at: datetime | None = None
    told: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.NoticePosted, as it was posted
    url: str | None = None  # where readers read it
