"""The desk's rules for what comes in: what they look at, what they do, and what they would have done."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from services.review.schemas.desks import Slug
from shared.fields import In, Language, Line, ShortLine

MOST_RULES = 200
RuleClose = Literal["not_checkable", "out_of_scope", "spam"]
Several = Annotated[list[ShortLine], Field(max_length=50)]


class WhenIn(In):
    """What a claim has to be for a rule to fit. Of what is named, all has to hold; of several words, hosts or tags, one.

    `words` are looked for in the claim and its story's headline, whatever their case: whole words, several that follow one another,
    or with a `*` at the end the beginning of one. `pattern` is a regular expression as RE2 reads it. A host stands for those below
    it, a language for its regions.
    """

    words: Several = []
    without: Several = []
    pattern: Annotated[Line, Field(max_length=300)] | None = None
    newsrooms: Several = []
    publishers: Several = []
    hosts: Several = []
    languages: Annotated[list[Language], Field(max_length=50)] = []
    tags: Several = []

    @field_validator("hosts", "tags", "languages")
    @classmethod
    def _small(cls, given: list[str]) -> list[str]:
        return list(dict.fromkeys(one.casefold().strip(".") for one in given))

    @field_validator("words", "without")
    @classmethod
    def _said(cls, given: list[str]) -> list[str]:
        if empty := [one for one in given if not any(letter.isalnum() for letter in one)]:
            raise ValueError(f"has to hold letters or digits, not “{empty[0]}” alone")
        return list(dict.fromkeys(given))

    @property
    def is_everything(self) -> bool:
        """Whether nothing is named, so that every claim fits."""
        return not self.model_dump(exclude_defaults=True)


class ThenIn(In):
    """What is done with a claim that fits: it is given tags, an urgency, hours in the queue, a due time so many hours after it came
    in, somebody who checks it (by e-mail address), another desk; or it is closed, for a reason that its newsroom sees."""

    tags: Annotated[list[ShortLine], Field(max_length=30)] = []
    urgency: Annotated[int, Field(ge=1, le=9)] | None = None
    hours: Annotated[int, Field(ge=-2400, le=2400)] | None = None
    due_in_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    assign: Line | None = None
    desk: Slug | None = None
    close: RuleClose | None = None

    @field_validator("tags")
    @classmethod
    def _small(cls, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.casefold() for tag in tags))

    @property
    def is_nothing(self) -> bool:
        return not self.model_dump(exclude_defaults=True)


class RuleIn(In):
    """A rule. `desk` is the slug of the one whose claims alone it looks at. `place` orders the rules, from 1; a rule that `stops`
    is the last that a claim it fits meets."""

    name: ShortLine
    place: Annotated[int, Field(ge=1, le=MOST_RULES)] | None = None
    desk: Slug | None = None
    active: bool = True
    when: WhenIn = WhenIn()
    then: ThenIn = ThenIn()
    stops: bool = False

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.then.is_nothing and not self.stops:
            raise ValueError("then: a rule has to do something, or to stop those behind it")
        if self.then.close and self.when.is_everything:
            raise ValueError("when: a rule that closes claims has to say which")
        return self


class RuleOut(BaseModel):
    """A rule, and how many claims it has fitted."""

    id: UUID
    place: int
    name: str
    desk: str | None
    active: bool
    when: WhenIn
    then: ThenIn
    stops: bool
    fitted: int
    fitted_at: datetime | None
    changed_at: datetime


class RulesOut(BaseModel):
    """The rules, in the order in which they are gone through."""

    data: list[RuleOut]


class TriedCase(BaseModel):
    """A claim with which something else would have been done."""

    id: UUID
    text: str
    fits: bool = Field(description="Whether the rule itself fits it; else it changes what others do.")
    before: dict[str, Any] = Field(description="What comes of it by the rules as they are.")
    after: dict[str, Any] = Field(description="What would have come of it.")


class TriedOut(BaseModel):
    """What a rule would have done with the newest claims, among the others as they are."""

    looked_at: int
    fits: int
    changes: int
    closes: int = Field(description="How many would have been closed that were not.")
    examples: list[TriedCase] = Field(description="The newest twenty that would have gone otherwise.")


class HitOut(BaseModel):
    """What a rule did with a claim."""

    id: UUID
    case_id: UUID
    text: str
    at: datetime
    did: dict[str, Any]


class HitsOut(BaseModel):
    """A page of what a rule did, the newest first."""

    data: list[HitOut]
    next_cursor: str | None
