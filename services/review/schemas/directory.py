"""The directory: people and bodies that the desk knows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.fields import In, Line, ShortLine, Text, Url


class KnownIn(In):
    """Somebody, or a body. `same_as` is an address that says who it is (schema.org `sameAs`); `topics` what to ask them about."""

    name: Line
    title: Line | None = None
    organization: Line | None = None
    party: Line | None = None
    same_as: Url | None = None
    topics: Annotated[list[ShortLine], Field(max_length=30)] = []
    phone: ShortLine | None = None
    mail: Line | None = None
    note: Text | None = None


class KnownOut(KnownIn):
    """Somebody, or a body, that the desk knows."""

    id: UUID
    changed_at: datetime


class DirectoryOut(BaseModel):
    """A page of the directory, by name."""

    data: list[KnownOut]
    next_cursor: str | None
