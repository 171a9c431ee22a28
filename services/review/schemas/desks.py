"""Desks: what they are made of, and a claim's way to one."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from services.review.scale import BEST, WORST
from shared.fields import In, Line, Moment, ShortLine, Text

Slug = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class StepIn(In):
    """A rating in a desk's own words. `value` counts for ratings of its own: how true a claim is, from 1 to 5, or nothing."""

    label: ShortLine
    meaning: Line
    value: Annotated[int, Field(ge=WORST, le=BEST)] | None = None
    place: Annotated[int, Field(ge=0, le=99)] | None = Field(
        default=None, description="Its place in the list, 0 the first."
    )


class StepOut(StepIn):
    """A rating that a desk uses."""

    slug: str


class MemberIn(In):
    """What somebody may do at a desk, beyond what they may everywhere."""

    email: Line
    role: Literal["checker", "editor"]


class DeskIn(In):
    """A desk. `tags` bring claims to it as they come in; `approvals_needed` is how many editors have to approve a verdict.

    `ratings` are those that it uses: of the usual scale in its own words, and others of its own; the usual scale if none is
    named. `second_checks_needed` is how many people have to come to the same rating before a verdict can be approved.
    """

    name: ShortLine
    tags: Annotated[list[ShortLine], Field(max_length=30)] = []
    approvals_needed: Annotated[int, Field(ge=1, le=9)] = 1
    evidence_needed: Annotated[int, Field(ge=0, le=9)] = 2
    second_checks_needed: Annotated[int, Field(ge=0, le=9)] = 0
    ratings: Annotated[dict[Slug, StepIn], Field(max_length=20)] = {}
    members: Annotated[list[MemberIn], Field(max_length=200)] = []

    @field_validator("tags")
    @classmethod
    def _small(cls, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.casefold() for tag in tags))

    @model_validator(mode="after")
    def _can_be_chosen_from(self) -> Self:
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
    second_checks_needed: int
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
