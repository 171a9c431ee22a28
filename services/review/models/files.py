"""Files that are evidence on a case. What they hold lies outside of the database: see `files`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now


class CaseFile(Table, table=True):
    """A file that somebody brought to a case. It is kept as it came; only an operator can erase it, and the row says so."""

    __tablename__ = "case_files"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    sha256: str = Field(index=True)
    name: str
    media_type: str
    bytes: int
    tells_place: bool = False  # it is a picture that says where it was taken
    added_at: datetime = Field(default_factory=now)
    erased_at: datetime | None = None
    erased_reason: str | None = Field(default=None, sa_type=Text)
