"""What people have typed and not sent yet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now
from shared.db import Json


class Draft(Table, table=True):
    """The fields of a form of a case page, as one person last typed them. Nobody else sees it; sending the form ends it."""

    __tablename__ = "drafts"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    form: str = Field(primary_key=True)  # the act's name, and what it is about: "check", "note-<id>"
    fields: dict[str, Any] = Field(sa_type=Json)
    version: int  # of the case that was seen
    saved_at: datetime = Field(default_factory=now)
