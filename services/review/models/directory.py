"""People and bodies that the desk knows: who makes claims, whom to ask for comment, who is an expert for what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Known(Table, table=True):
    """Somebody, or a body. Claims are theirs by the name; how to reach them never leaves the desk."""

    __tablename__ = "directory"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)  # the name as claims are found by it: see `key_of`
    name: str
    title: str | None = None
    organization: str | None = None
    party: str | None = None
    same_as: str | None = None  # an address that says who it is
    topics: list[str] = Field(default_factory=list, sa_type=Json)  # what they can be asked about
    phone: str | None = None
    mail: str | None = None
    note: str | None = Field(default=None, sa_type=Text)
    changed_at: datetime = Field(default_factory=now)
    changed_by: UUID | None = Field(default=None, foreign_key="people.id")


def key_of(name: str | None) -> str | None:
    """A name as claims are found by it, whatever its case and spaces."""
    return " ".join(name.split()).casefold()[:300] if name and name.strip() else None
