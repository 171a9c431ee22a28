"""What readers say of a verdict, as the desk sees it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.fields import In

Aside = Literal["read", "hidden"]
RemarkState = Literal["waiting", "read", "hidden"]


class AsideIn(In):
    """Put a remark aside, as read or, as with spam and abuse, hidden; null brings it back."""

    aside: Aside | None


class OpinionsOut(BaseModel):
    """How many readers found a revision useful, and how many did not."""

    verdict_revision: int
    useful: int
    not_useful: int


class RemarkOut(BaseModel):
    """What a reader found useful in a revision (`is_useful`), or missed in it."""

    id: UUID
    case_id: UUID
    claim: str
    verdict_revision: int
    is_useful: bool
    text: str
    made_at: datetime
    aside: Aside | None
    aside_by: str | None
    aside_at: datetime | None
    may_put_aside: bool = Field(description="Whether who asks may put it aside: a checker, everywhere or at its desk.")


class RemarksOut(BaseModel):
    """A page of remarks, the newest first."""

    data: list[RemarkOut]
    next_cursor: str | None


class ReadersOut(BaseModel):
    """What readers say of a case's verdicts: numbers by revision, the newest first, and remarks."""

    opinions: list[OpinionsOut]
    remarks: list[RemarkOut] = Field(description="The newest that nobody has put aside; `/v1/remarks` has all of them.")
    waiting: int = Field(description="How many nobody has put aside.")
    put_aside: int
