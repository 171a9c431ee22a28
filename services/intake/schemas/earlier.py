"""What the API takes and gives of earlier checks."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.examples import EARLIER_CHECK_IN, EARLIER_CHECK_OUT
from shared.fields import In, Language, Line, Moment, Text, Url
from shared.openapi import FieldError

Number = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


class EarlierRatingIn(In):
    """What the check came to, in its publisher's words; the numbers are of schema.org's Rating, nearer to `best` being truer."""

    label: Line
    value: Number | None = None
    best: Number | None = None
    worst: Number | None = None

    @model_validator(mode="after")
    def _is_on_its_scale(self) -> Self:
        if self.value is None:
            return self
        if self.best is not None and self.worst is not None and self.best <= self.worst:
            raise ValueError("has a best that is not above its worst")
        above, below = (
            self.best is not None and self.value > self.best,
            self.worst is not None and self.value < self.worst,
        )
        if above or below:
            raise ValueError("has a value that is not between its worst and its best")
        return self


class EarlierPublisherIn(In):
    """Who published the check."""

    name: Line
    url: Url | None = None


class EarlierCheckIn(In):
    """A fact-check that was published before."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EARLIER_CHECK_IN]})

    url: Annotated[Url, Field(description="Of the page on which it was published.")]
    claim: Annotated[Text, Field(description="The claim that was checked.")]
    claimant: Annotated[Line | None, Field(description="Who made it.")] = None
    claimed_at: Annotated[Moment | None, Field(description="When it was made.")] = None
    rating: EarlierRatingIn
    publisher: Annotated[EarlierPublisherIn | None, Field(description="Else the page's host stands for it.")] = None
    published_at: Annotated[Moment | None, Field(description="When the check was published.")] = None
    language: Annotated[Language | None, Field(description="A BCP 47 tag, such as en or pt-BR.")] = None
    headline: Annotated[Line | None, Field(description="The page's title.")] = None


class EarlierRatingOut(BaseModel):
    """What the check came to, in its publisher's words."""

    label: str
    value: float | None
    best: float | None
    worst: float | None


class EarlierPublisherOut(BaseModel):
    """Who published the check."""

    name: str
    url: str | None


class EarlierCheckOut(BaseModel):
    """A fact-check that was published before. Read it at its address: what stands here is what its publisher says of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EARLIER_CHECK_OUT]})

    id: UUID
    url: str
    claim: str
    claimant: str | None
    claimed_at: datetime | None
    rating: EarlierRatingOut
    publisher: EarlierPublisherOut
    published_at: datetime | None
    language: str | None
    headline: str | None
    imported_at: datetime
    changed_at: datetime = Field(description="When an import last brought something else than the one before.")


class EarlierChecksOut(BaseModel):
    """A page of earlier checks, the closest first; without a search, those imported last."""

    data: list[EarlierCheckOut]
    holding: Literal["all", "any"] = Field(
        description="all: each holds every word that was asked for. any: none does, and these hold the most telling of them."
    )
    next_cursor: str | None


class EarlierLineOut(BaseModel):
    """What became of one check of a request."""

    line: int = Field(description="Its line, or its place in the array or feed, counted from 1.")
    item: int | None = Field(default=None, description="Of several in one place: which, counted from 1.")
    status: int = Field(
        description="201: it is new. 200: it was there, and is now as you gave it. Else it was not taken."
    )
    id: UUID | None = None
    notes: list[str] = Field(default=[], description="What was left out of it because it does not hold.")
    detail: str | None = None
    errors: list[FieldError] = []
