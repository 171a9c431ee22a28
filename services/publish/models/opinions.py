"""What readers say of a fact-check: whether it was useful, as numbers, and why, in their words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.publish.models.base import Table
from shared.clock import new_id, now


class Opinion(Table, table=True):
    """How many readers said of a revision that it was useful, or was not. Who they were is not known."""

    __tablename__ = "opinions"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    revision: int = Field(primary_key=True)
    is_useful: bool = Field(primary_key=True)
    count: int = 0


class Remark(Table, table=True):
    """What a reader wrote was useful in a revision, or was missing (`is_useful`). It is for the desk: no page and no API of the
    site shows it, and it says nothing of who wrote it."""

    __tablename__ = "remarks"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    claim_id: UUID = Field(foreign_key="checks.claim_id")
    showing_hash: str = Field(unique=True)  # of the showing of the form that it came by
    verdict_revision: int
    is_useful: bool
    text: str = Field(sa_type=Text)
    made_at: datetime = Field(default_factory=now)
