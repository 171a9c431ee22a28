"""What the API takes and gives of feeds that are pulled."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.fields import In, Url


class FeedIn(In):
    """A feed that is to be pulled."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"url": "https://example.org/feed.xml", "every_minutes": 30}]}
    )

    url: Annotated[Url, Field(description="Of an RSS or Atom file.")]
    every_minutes: Annotated[int, Field(ge=5, le=1_440, description="Less often if the feed asks for that.")] = 15


class FeedOut(BaseModel):
    """A feed, and how the last pull of it went."""

    id: UUID
    url: str
    title: str | None = Field(description="As the feed has it.")
    every_minutes: int
    created_at: datetime
    pulls: int
    pulled_at: datetime | None
    due_at: datetime | None = Field(description="When it is pulled next.")
    failures: int = Field(description="In a row; each doubles the wait, up to a day.")
    error: str | None = Field(description="Why the last pull brought nothing, or not all.")


class FeedsOut(BaseModel):
    """Your feeds, by address."""

    data: list[FeedOut]


class EntryOut(BaseModel):
    """What stood in a feed, without its markup. The same `key` again is the same entry."""

    id: UUID
    key: str = Field(description="Its guid or id, else its link.")
    revision: int = Field(description="Grows when its words have changed.")
    link: str | None
    title: str | None
    text: str | None
    author: str | None
    published_at: datetime | None
    updated_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime


class EntriesOut(BaseModel):
    """A page of entries, what came last first."""

    data: list[EntryOut]
    next_cursor: str | None
