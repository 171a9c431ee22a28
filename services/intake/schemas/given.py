"""What the API takes: a claim and its records."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator

from services.intake.examples import CLAIM_IN
from shared.contracts.given import PartyIn, RequestForCommentIn, StatementIn
from shared.fields import Country, Excerpt, In, Language, Line, MailAddress, Moment, Sentence, ShortLine, Text, Url


class StoryIn(In):
    """The article or broadcast in which the claim was found."""

    url: Url | None = None
    headline: Line | None = None
    publisher: Line | None = None
    dateline: Line | None = None
    published_at: Moment | None = None
    external_id: Line | None = None


class QuoteIn(In):
    """Where the claim stands in the story: the exact words and a little of what is before and after them."""

    exact: Excerpt
    prefix: Excerpt | None = None
    suffix: Excerpt | None = None


class AppearanceIn(In):
    """One place where the claim was made or repeated."""

    url: Url
    title: Line | None = None
    publisher: Line | None = None
    published_at: Moment | None = None
    medium: Annotated[Line | None, Field(examples=["article", "video", "post"])] = None


class SubmitterIn(In):
    """The person who sends the claim in. The newsroom is known by its key."""

    name: Line | None = None
    role: Annotated[Line | None, Field(examples=["night editor"])] = None
    email: Annotated[MailAddress | None, Field(description="For those who run the desk; no reviewer sees it.")] = None
    country: Annotated[Country | None, Field(description="Where they are: two letters of ISO 3166-1.")] = None
    language: Annotated[Language | None, Field(description="That they speak.")] = None
    platform: Annotated[
        ShortLine | None, Field(description="By what the claim reached them.", examples=["WhatsApp", "phone", "web"])
    ] = None


class ClaimIn(In):
    """A claim to be checked. Only `text` is required."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CLAIM_IN, {"text": CLAIM_IN["text"]}]})

    text: Annotated[Sentence, Field(description="The claim in its own words. They never change.")]
    language: Annotated[Language | None, Field(description="Of the text: a BCP 47 tag, such as en or pt-BR.")] = None
    claimant: Annotated[PartyIn | None, Field(description="Who makes the claim.")] = None
    claimed_at: Annotated[Moment | None, Field(description="When it was made.")] = None
    hedge: Annotated[Line | None, Field(description="How strongly it was claimed: likely, signalled.")] = None
    condition: Annotated[Line | None, Field(description="On what condition it was claimed.")] = None
    story: Annotated[StoryIn | None, Field(description="Where you found it.")] = None
    quote: Annotated[QuoteIn | None, Field(description="Where it stands in the story.")] = None
    appearances: Annotated[list[AppearanceIn], Field(max_length=50, description="Where else it was made.")] = []
    statements: Annotated[list[StatementIn], Field(max_length=50, description="Who says what about it.")] = []
    requests_for_comment: Annotated[
        list[RequestForCommentIn], Field(max_length=50, description="Who was asked, and what came of it.")
    ] = []
    reason: Annotated[Text | None, Field(description="Why it should be checked. For the desk alone.")] = None
    submitter: Annotated[SubmitterIn | None, Field(description="Who sends it in. For the desk alone.")] = None
    tags: Annotated[list[ShortLine], Field(max_length=20, description="In small letters; each counts once.")] = []
    urgency: Annotated[int, Field(ge=1, le=9, description="1 is the most urgent, 9 the least, as in ninjs.")] = 5
    due_at: Annotated[Moment | None, Field(description="When you need to know.")] = None
    external_id: Annotated[Line | None, Field(description="Your own name for this submission.")] = None
    test: Annotated[bool, Field(description="A try of your system. It never becomes one with a real claim.")] = False

    @field_validator("tags")
    @classmethod
    def _once_each(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.casefold() for tag in value))

    @field_validator("statements", "requests_for_comment")
    @classmethod
    def _ids_differ(cls, value: list[Any]) -> list[Any]:
        given = [item.id for item in value if item.id]
        if len(given) != len(set(given)):
            raise ValueError("holds an id twice")
        return value


class ReaderIn(In):
    """What a reader sends in by the form."""

    text: Sentence
    url: Url | None = None
    reason: Text | None = None
