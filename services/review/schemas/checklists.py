"""What a desk asks of every verdict, and how a case stands to it."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from services.review.schemas.desks import Slug
from shared.fields import In, Language, Line, ShortLine, Text

# How it is known that an item holds: somebody says so, or the case's records do.
Proof = Literal["person", "another", "evidence", "publishers", "roots", "asked", "answered", "archived"]
FieldKind = Literal["text", "choice", "date"]
Before = Literal["check", "approve"]
StatusColour = Literal["grey", "blue", "green", "amber", "red", "violet"]
Label = Annotated[Line, Field(max_length=160)]


class AskedIn(In):
    """What an item and a field have in common: when it is asked for; always, without tags and ratings. Without `id` it is new."""

    id: UUID | None = None
    label: Label
    before: Before = "check"
    required: bool = True
    tags: Annotated[list[ShortLine], Field(max_length=30)] = []
    ratings: Annotated[list[Slug], Field(max_length=30)] = []

    @field_validator("tags")
    @classmethod
    def _small(cls, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.casefold() for tag in tags))


class ItemIn(AskedIn):
    """An item of a checklist. `proof` says how it is known that it holds: a `person` ticks it, or `another` one, who had no hand in
    the verdict; or the records prove it: so many pieces of `evidence`, by so many `publishers`, so many independent `roots` of
    what is said; somebody was `asked` for comment, and has `answered` or let the time pass; every source is `archived`."""

    proof: Proof = "person"
    public: bool = Field(default=False, description="Whether readers are told that it holds, or why it was waived.")
    count: Annotated[int, Field(ge=1, le=9)] = 1


class FieldIn(AskedIn):
    """A field of the desk's own: text, a day, or one of the `choices`."""

    kind: FieldKind = "text"
    choices: Annotated[list[ShortLine], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _can_be_chosen(self) -> Self:
        if self.kind == "choice" and len(set(self.choices)) < 2:
            raise ValueError("choices: has to name two at least")
        return self


class StatusOf(In):
    """Where work on a claim can stand, in the words of the desk; `words` are the same in other languages, by their tags. The colour
    never tells it alone: the words stand beside."""

    label: ShortLine
    colour: StatusColour = "grey"
    words: Annotated[dict[Language, ShortLine], Field(max_length=20)] = {}

    @field_validator("words")
    @classmethod
    def _by_small_tags(cls, words: dict[str, str]) -> dict[str, str]:
        small = {language.casefold(): said for language, said in words.items()}
        if len(small) < len(words):
            raise ValueError("each language once")
        return small


class ChecklistIn(In):
    """All that a desk asks for, and its statuses, in this order."""

    items: Annotated[list[ItemIn], Field(max_length=40)] = []
    fields: Annotated[list[FieldIn], Field(max_length=20)] = []
    statuses: Annotated[list[StatusOf], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if len({one.label.casefold() for one in self.statuses}) < len(self.statuses):
            raise ValueError("statuses: have to have names of their own")
        return self


class ChecklistOut(BaseModel):
    """All that a desk asks for. `desk` is its slug; None for claims that belong to none."""

    desk: str | None
    items: list[ItemIn]
    fields: list[FieldIn]
    statuses: list[StatusOf]


class StatusIn(In):
    """One of the desk's statuses, by its name; None for none."""

    status: ShortLine | None = None


class TickIn(In):
    """An item of the checklist that holds; or does not, whatever was said before."""

    item_id: UUID
    done: bool = True


class WaiveIn(In):
    """An item of the checklist that need not hold, and why."""

    item_id: UUID
    reason: Text


class FillIn(In):
    """What stands in the desk's own fields, by their ids. It takes the place of all that stood there."""

    values: Annotated[dict[UUID, Text], Field(max_length=20)] = {}


class FlagIn(In):
    """A legal question that has to be cleared before the verdict can be approved."""

    reason: Text


class SealIn(In):
    """Why a case is taken out as a sealed file: for whom, for which proceedings."""

    reason: Text


class ClearIn(In):
    """Why a legal question no longer stands in the way."""

    reason: Text


class QuestionIn(In):
    """A question that has to be answered to judge the claim, and its answer when there is one. With `question_id` it is edited.
    Readers see one that is `public` with the verdict, once it has an answer."""

    question_id: UUID | None = None
    text: Text
    answer: Text | None = None
    public: bool = False


class ItemOut(BaseModel):
    """How a case stands to an item of the checklist. One that is `later` is asked for with other ratings or tags alone."""

    id: UUID
    label: str
    before: Before
    required: bool
    state: Literal["open", "done", "waived", "later"]
    public: bool = Field(description="Whether readers are told.")
    by_hand: bool = Field(description="Whether somebody ticks it; else the records prove it.")
    by: str | None = None
    at: datetime | None = None
    why: str | None = Field(default=None, description="What proves it, what is missing, or why it was waived.")


class FieldOut(BaseModel):
    """A field of the desk's own, and what stands in it."""

    id: UUID
    label: str
    kind: FieldKind
    choices: list[str]
    before: Before
    required: bool
    is_asked: bool = Field(description="Whether it is asked for with the tags and rating that the case has.")
    value: str | None = None


class LegalOut(BaseModel):
    """A legal question that stands in the way of approval."""

    reason: str
    by: str
    at: datetime


class QuestionOut(BaseModel):
    """A question, and its answer."""

    id: UUID
    text: str
    answer: str | None
    public: bool
    by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


def is_day(value: str) -> bool:
    """Whether this is a day as a field of the kind `date` holds it: 2026-01-27."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
