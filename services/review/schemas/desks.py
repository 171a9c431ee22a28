"""Desks: what they are made of, and a claim's way to one."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from services.review.scale import SCALE
from shared.fields import In, Line, Moment, ShortLine, Text

Slug = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class StepIn(In):
    """A rating in a desk's own words."""

    label: ShortLine
    meaning: Line


class StepOut(StepIn):
    """A rating that a desk uses."""

    slug: str
    value: int | None


class MemberIn(In):
    """What somebody may do at a desk, beyond what they may everywhere."""

    email: Line
    role: Literal["checker", "editor"]


class DeskIn(In):
    """A desk. `tags` bring claims to it as they come in; `approvals_needed` is how many editors have to approve a verdict.

    `ratings` are those of the scale that it uses, in its own words; all of them in the usual words if none is named.
    """

    name: ShortLine
    tags: Annotated[list[ShortLine], Field(max_length=30)] = []
    approvals_needed: Annotated[int, Field(ge=1, le=9)] = 1
    evidence_needed: Annotated[int, Field(ge=0, le=9)] = 2
    ratings: dict[str, StepIn] = {}
    members: Annotated[list[MemberIn], Field(max_length=200)] = []

    @field_validator("tags")
    @classmethod
    def _small(cls, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.casefold() for tag in tags))

    @model_validator(mode="after")
    def _of_the_scale(self) -> Self:
        if unknown := [slug for slug in self.ratings if slug not in SCALE]:
            raise ValueError(f"has ratings that the scale does not have: {', '.join(unknown)}")
        if len(self.ratings) == 1:
            raise ValueError("needs two ratings at least, or none for the usual scale")
        return self


class NewDeskIn(DeskIn):
    """A desk that is not there yet. Its slug stands in addresses and never changes."""

    slug: Slug


class DeskOut(BaseModel):
    """A desk."""

    id: UUID
    slug: str
    name: str
    tags: list[str]
    approvals_needed: int
    evidence_needed: int
    ratings: dict[str, StepIn]
    members: list[MemberIn]


class DesksOut(BaseModel):
    """The desks, by name."""

    data: list[DeskOut]


class MoveIn(In):
    """The desk that a case goes to, by its slug; None for none in particular."""

    desk: Slug | None = None


class ScheduleIn(In):
    """Until when a verdict is held after it was approved; None to publish as soon as it is."""

    until: Moment | None = None
    note: Text | None = None
