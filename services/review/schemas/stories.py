"""Stories, and the sentences that are picked from them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts import StoryReceived, StoryStatus, Take
from shared.fields import In, Language, Line, LongText, Moment, Sentence, Text, Url


class CaseStoryOut(BaseModel):
    """A story that a case's claim was made from. `stands`: whether its words still stand in the newest version."""

    id: UUID
    headline: str | None
    publisher: str | None
    version: str | None
    status: StoryStatus
    note: str | None
    changed_at: datetime
    stands: bool | None


class PickIn(In):
    """A sentence that becomes a claim, and which of the records it offers go with it. None does unasked."""

    sentence: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    take: Annotated[list[Take], Field(max_length=4)] = []


class PicksIn(In):
    """What of a story is to become claims: sentences of it, or what it says in words of the desk's own."""

    sentences: Annotated[list[PickIn], Field(max_length=100)] = []
    claims: Annotated[list[Sentence], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _picks_something(self) -> Self:
        if not (self.sentences or self.claims):
            raise ValueError("has to pick a sentence, or to hold a claim")
        return self


class BroughtIn(In):
    """Claims that the desk enters itself, the story that they stand in, or both. Without a headline the first line of the body is
    it, if it reads as one. The story's sentences worth checking are offered as those of any story."""

    story_id: UUID | None = Field(
        default=None, description="Chosen by you, so that a story that is sent twice is brought once."
    )
    claims: Annotated[list[Sentence], Field(max_length=50)] = []
    reason: Text | None = Field(default=None, description="Why they should be checked.")
    headline: Line | None = None
    publisher: Line | None = None
    url: Url | None = None
    published_at: Moment | None = None
    language: Language | None = None
    body: LongText | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.claims or self.body):
            raise ValueError("has to hold a claim, or the text of a story")
        return self


class BroughtOut(BaseModel):
    """What was brought is on its way."""

    story_id: UUID | None = Field(description="Where the story will be found; null if there is none, but claims alone.")


class StoryRow(BaseModel):
    """A story that a newsroom sent, without its text."""

    id: UUID
    newsroom: str
    headline: str | None
    publisher: str | None
    status: StoryStatus
    version: str | None
    versions: int
    urgency: int
    test: bool
    worth_checking: int = Field(description="How many of its sentences are worth checking.")
    claims: int = Field(description="How many claims were made from it.")
    received_at: datetime
    changed_at: datetime


class StoriesOut(BaseModel):
    """A page of stories, the newest first."""

    data: list[StoryRow]
    next_cursor: str | None


class StoryOut(StoryReceived):
    """A story as intake told of it; by sentence, the case that was made of it; which sentences are on their way to be one."""

    cases: dict[str, UUID] = Field(description="The cases made from its sentences, by the sentence's id.")
    asked_for: list[str] = Field(description="Sentences that somebody picked, whose case is not there yet.")
