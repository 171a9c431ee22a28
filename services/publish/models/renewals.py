"""Pages that are made anew, beside those that readers see."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field

from services.publish.models.base import Table
from shared.db import Json


class Renewal(Table, table=True):
    """All pages made anew, after a change of templates or of what ratings look like; see `renewing`."""

    __tablename__ = "renewals"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    look: str  # rendering.look
    scales: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json
    )  # revisions of desks' scales that pages are brought up to
    since: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # those that they were up to before
    of_ratings: bool = (
        False  # because some of these look otherwise, and nothing else: the pages that don't show them stay
    )
    renamed: UUID | None = None  # the last check whose ratings were given their new look
    is_renamed: bool = True  # all of them have it
    begun_at: datetime
    total: int
    done: int = 0
    failed: int = 0
    error: str | None = Field(default=None, sa_type=Text)  # of the last page that could not be made
    last: UUID | None = None  # the check whose page was made last
    stretch: int = 1  # of the work: the number of the errand that is to go on
    shown_at: datetime | None = None  # readers see the new pages from then on
    settled_at: datetime | None = None  # all of them stand with their checks

    @property
    def is_over(self) -> bool:
        return self.settled_at is not None


class NewPage(Table, table=True):
    """A page beside the one that readers see, until all are made; then before it, until it is put in its place."""

    __tablename__ = "new_pages"

    claim_id: UUID = Field(primary_key=True, foreign_key="checks.claim_id")
    renewal: int = Field(index=True)
    etag: str
    page: bytes = Field(sa_type=LargeBinary)
    page_gzip: bytes = Field(sa_type=LargeBinary)
