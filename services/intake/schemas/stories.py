"""Stories: what the API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from services.intake.schemas.given import ClaimIn
from services.intake.schemas.told import LineOut
from shared.contracts import Offered, Sentence, State, StoryStatus, Take
from shared.fields import In, Language, Line, Moment, ShortLine, Url

MOST_CLAIMS = 200  # made of a story in one request


class PlainStoryIn(In):
    """A story as it is typed. With `url` alone the page is fetched and read. `uri` names it for ever; without one its address
    does, or else its first words."""

    uri: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\s\x00-\x1f\x7f-\x9f]+$")] | None = None
    version: ShortLine | None = None
    url: Url | None = None
    headline: Line | None = None
    body: Annotated[str, Field(max_length=200_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")] = ""
    language: Language | None = None
    publisher: Line | None = None
    byline: Line | None = None
    dateline: Line | None = None
    published_at: Moment | None = None
    embargoed_until: Moment | None = None
    urgency: Annotated[int, Field(ge=1, le=9)] = 5
    status: StoryStatus = "usable"
    note: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.url or self.uri or self.headline or self.body.strip()):
            raise ValueError("must hold a url, or a headline and a body")
        return self


class WrappedStoryIn(In):
    """A story, and the claims that you make from it."""

    item: dict[str, Any]
    claims: Annotated[list[ClaimIn], Field(max_length=MOST_CLAIMS)] = []
    test: bool = False


class NinjsIn(BaseModel):
    """An IPTC ninjs item as it is, of whichever version. It is kept whole; what it says is read where it is understood."""

    model_config = ConfigDict(extra="allow")

    uri: Annotated[str, Field(min_length=1, max_length=2_000)]


class StoryBody(RootModel[PlainStoryIn | WrappedStoryIn | NinjsIn]):
    """A story in JSON."""


class PickIn(In):
    """A sentence that becomes a claim, and which of the records it offers go with it. None does unasked."""

    sentence: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    take: Annotated[list[Take], Field(max_length=4)] = []


class PicksIn(In):
    """Claims from a story: sentences as they stand, or claims in your own words."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [{"required": [name], "properties": {name: {"minItems": 1}}} for name in ("sentences", "claims")]
        },
    )

    sentences: Annotated[list[PickIn], Field(max_length=MOST_CLAIMS)] = []
    claims: Annotated[list[ClaimIn], Field(max_length=MOST_CLAIMS)] = []

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.sentences and not self.claims:
            raise ValueError("must hold sentences or claims")
        return self


class SentenceOut(Sentence):
    """A sentence worth checking, and the claim that was made from it, if one was."""

    claim_id: UUID | None = None


class StoryClaimOut(BaseModel):
    """A claim that was made from the story."""

    id: UUID
    state: State
    text: str
    url: str
    stands: bool | None = Field(description="Whether its words stand in the newest version; null if they never did.")


class StoryRow(BaseModel):
    """A story, without its text."""

    id: UUID
    uri: str
    url: str = Field(description="Where it is found in the API, relative to its address.")
    page_url: str = Field(description="A page for people. Whoever has its address may make claims from the story.")
    status: StoryStatus
    version: str | None
    versions: int = Field(description="How many were received.")
    headline: str | None
    publisher: str | None
    test: bool
    received_at: datetime
    changed_at: datetime


class StoryOut(StoryRow):
    """A story as it stands, the sentences worth checking, the best first, and the claims made from it."""

    taken: Literal["new", "updated", "unchanged", "older", "waits"] | None = Field(
        default=None, description="What came of what you sent; waits: its page is being fetched."
    )
    address: str | None = Field(description="Where readers find it.")
    language: str | None
    dateline: str | None
    published_at: datetime | None
    embargoed_until: datetime | None
    note: str | None
    body: str
    waits_for_page: bool
    error: str | None = Field(description="Why its page could not be read, in words.")
    has_rules: bool = Field(description="Whether its language is one whose sentences can be ranked.")
    sentences: list[SentenceOut]
    offered: Offered = Field(
        description="What the story says of all that it reports. Nothing of it is applied unasked."
    )
    claims: list[StoryClaimOut]
    results: list[LineOut] = Field(default=[], description="What became of each claim that you sent along, in order.")
    others: list[str] = Field(default=[], description="The other stories of the message, where they are found.")


class StoriesOut(BaseModel):
    """A page of stories, newest first."""

    data: list[StoryRow]
    next_cursor: str | None
