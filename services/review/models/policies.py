"""The pages on how the newsroom works, as they were posted to the site."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now
from shared.db import Json


class Policy(Table, table=True):
    """One revision of such a page, in one language. Never changed, never deleted: readers find the earlier ones, too."""

    __tablename__ = "policies"

    name: str = Field(primary_key=True)  # contracts.PolicyName
    language: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    title: str
    text: str = Field(sa_type=Text)
    posted_by: UUID = Field(foreign_key="people.id")
    posted_at: datetime = Field(default_factory=now)
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.PolicyPosted
