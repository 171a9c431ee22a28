"""Desks: what they are made of, and a claim's way to one."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from services.review.scale import BEST, SCALE, WORST
from shared.contracts import EXPLAINER
from shared.fields import In, Language, Line, Moment, ShortLine, Text
from shared.shapes import SHAPES, Colour, Shape

RESERVED = frozenset({"desk", "editors"})  # in a note `@desk` is everybody, `@editors` all editors
Hours = Annotated[float, Field(gt=0, le=8760, allow_inf_nan=False)]
Slug = Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class StepWordsIn(In):
    """What a rating is called in another language; the meaning as in the desk's own, if it is left out."""

    label: ShortLine
    meaning: Line | None = None


class StepIn(In):
    """A rating in a desk's own words; `words` are the same in other languages, by their tags. Those of the usual scale have German
    ones wherever the desk keeps their names. The rest is for ratings of its own: `value` says how true a claim is, from 1 to 5 or
    nothing; `shape` and `colour` are what it is marked with, beside its words. Without them it has a shape that no other has.
    """

    label: ShortLine
    meaning: Line
    value: Annotated[int, Field(ge=WORST, le=BEST)] | None = None
    place: Annotated[int, Field(ge=0, le=99)] | None = Field(
        default=None, description="Its place in the list, 0 the first."
    )
    shape: Shape | None = None
    colour: Colour | None = None
    words: Annotated[dict[Language, StepWordsIn], Field(max_length=20)] = {}

    @field_validator("words")
    @classmethod
    def _by_small_tags(cls, words: dict[str, StepWordsIn]) -> dict[str, StepWordsIn]:
        small = {language.casefold(): said for language, said in words.items()}
        if len(small) < len(words):
            raise ValueError("each language once")
        return small


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
    Whoever took one of its claims and does nothing on it is reminded after `idle_remind_hours`, and after `idle_offer_hours` it is
    offered to others; `due_remind_hours` before it is due they are told. What is left out is as everywhere.
    """

    name: ShortLine
    tags: Annotated[list[ShortLine], Field(max_length=30)] = []
    approvals_needed: Annotated[int, Field(ge=1, le=9)] = 1
    evidence_needed: Annotated[int, Field(ge=0, le=9)] = 2
    second_checks_needed: Annotated[int, Field(ge=0, le=9)] = 0
    idle_remind_hours: Hours | None = None
    idle_offer_hours: Hours | None = None
    due_remind_hours: Annotated[Hours, Field(le=168)] | None = None
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

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        """Not by colour alone: each rating of its own has another shape, and those of the usual scale keep theirs."""
        if any(slug in SCALE and (step.shape or step.colour) for slug, step in self.ratings.items()):
            raise ValueError("ratings: those of the usual scale have a shape and a colour already")
        if EXPLAINER in self.ratings:
            raise ValueError(f"ratings: {EXPLAINER} is no rating; every desk has it, in the same words")
        if len(self.ratings.keys() - SCALE.keys()) > len(SHAPES):
            raise ValueError(
                f"ratings: {len(SHAPES)} of its own at most, for there are so many shapes to tell them apart"
            )
        shapes = [step.shape for step in self.ratings.values() if step.shape]
        if twice := next((one for one in shapes if shapes.count(one) > 1), None):
            raise ValueError(f"ratings: the shape {twice} marks two of them; colour alone does not tell them apart")
        return self


class NewDeskIn(DeskIn):
    """A desk that is not there yet. Its slug stands in addresses and never changes."""

    slug: Slug

    @field_validator("slug")
    @classmethod
    def _free(cls, slug: str) -> str:
        if slug in RESERVED:
            raise ValueError("stands for other people in notes; take another word")
        return slug


class ConfirmRatingsIn(In):
    """The ratings that were looked at, by the `id` of their proposal."""

    id: UUID


class ProposalOut(BaseModel):
    """Ratings that count, and are seen by readers, once somebody other than `by` has confirmed them."""

    id: UUID
    ratings: dict[str, StepIn]
    by: str
    at: datetime


class DeskOut(BaseModel):
    """A desk. `proposal` are ratings that wait for a second person, because they change what stands on what was approved."""

    id: UUID
    slug: str
    name: str
    tags: list[str]
    approvals_needed: int
    evidence_needed: int
    second_checks_needed: int
    idle_remind_hours: float | None
    idle_offer_hours: float | None
    due_remind_hours: float | None
    ratings: dict[str, StepIn]
    proposal: ProposalOut | None
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
