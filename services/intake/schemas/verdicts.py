"""A verdict, as the API gives it."""

from datetime import datetime

from pydantic import BaseModel, Field

from shared.contracts import RevisionKind


class RatingOut(BaseModel):
    """A step of the desk's scale; the numbers are None for ratings that say nothing about truth."""

    slug: str
    label: str
    value: int | None
    best: int | None
    worst: int | None


class VerdictOut(BaseModel):
    """The verdict that readers see, and where."""

    rating: RatingOut
    headline: str
    summary: str
    url: str
    revision: int
    kind: RevisionKind
    change: str | None = Field(description="For a revision after the first: what changed and why.")
    published_at: datetime
