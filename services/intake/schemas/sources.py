"""What the API gives of the addresses that a claim points to."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.intake.examples import CLAIM_WITH_SOURCES_OUT
from services.intake.schemas.told import ClaimOut


class PictureOut(BaseModel):
    """The page as a browser showed it that runs no scripts, 1,280 pixels wide and up to 4,000 high (WebP)."""

    sha256: str = Field(description="Of the picture.")
    bytes: int
    taken_at: datetime = Field(description="A moment after the copy was made: the page may have changed in between.")
    url: str = Field(description="Where the picture is found in the API, relative to its address.")


class CopyOut(BaseModel):
    """A copy of the page as it was found, and what could be read from it: a hint, never a quotation."""

    sha256: str = Field(description="Of the file in the archive (WARC 1.1).")
    bytes: int
    content_type: str
    title: str | None
    publisher: str | None
    author: str | None
    published_on: date | None
    archived_at: datetime
    seen_at: datetime = Field(description="When the page was last found to be the same.")
    picture: PictureOut | None = Field(description="What it looked like, if the desk has pictures made.")
    no_picture: str | None = Field(description="Why there is no picture, in words, if one was tried.")
    archive_url: str = Field(description="Where the file is found in the API, relative to its address.")


class SourceOut(BaseModel):
    """An address that the claim points to, and what was found there."""

    url: str
    state: Literal["waiting", "archived", "failed"]
    reason: str | None = Field(description="Why the last visit brought nothing, in words.")
    visits: int
    visited_at: datetime | None
    next_visit_at: datetime | None = Field(description="When it is tried again, if it is.")
    archived: CopyOut | None = Field(description="The newest copy.")


class ClaimWithSourcesOut(ClaimOut):
    """A claim, what became of it, and what it points to."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLAIM_WITH_SOURCES_OUT]})

    sources: list[SourceOut] = Field(description="The story first, then its appearances.")
