"""The records of who says what and who was asked, as they are given: the same at every door that takes them."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from shared.contracts.records import Outcome, Stance
from shared.fields import In, Line, Moment, ShortLine, Text, Url


class PartyIn(In):
    """A named person or body. `same_as` is a URL that identifies it, such as its Wikidata page."""

    name: Line
    title: Line | None = None
    organization: Line | None = None
    same_as: Url | None = None


class HopIn(In):
    """One carrier on a statement's way; the one nearest to the reader comes first."""

    name: Line
    relation: Annotated[Line | None, Field(examples=["cites", "reports"])] = None


class UnnamedIn(In):
    """An unnamed group: how many, how the carrier describes them, how they know, why they are not named."""

    count: Annotated[int, Field(ge=1, le=100_000)] | None = None
    described_as: Line
    basis: Line | None = None
    reason: Line | None = None


class SaidIn(In):
    """What one party said about the claim. Either `speaker` or `unnamed` says who it was."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "required": ["speaker", "unnamed"],
                "properties": {"speaker": {"type": "object"}, "unnamed": {"type": "object"}},
            }
        },
    )

    stance: Stance
    speaker: PartyIn | None = None
    unnamed: UnnamedIn | None = None
    said_at: Moment | None = None
    quote: Text | None = None
    paraphrase: Text | None = None
    via: Annotated[list[HopIn], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if self.speaker and self.unnamed:
            raise ValueError("has to name a speaker or describe an unnamed group, not both")
        return self


class AskedIn(In):
    """Who asked whom for comment, when, how, until when, and what came of it. A reply goes with an outcome."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"reply": {"type": "null"}}},
                {"required": ["outcome"], "properties": {"outcome": {"not": {"const": "no_response_yet"}}}},
            ]
        },
    )

    asked_by: Line
    asked: Line
    asked_at: Moment | None = None
    channel: Line | None = None
    deadline: Moment | None = None
    outcome: Outcome = "no_response_yet"
    reply: Text | None = None
    replied_at: Moment | None = None

    @model_validator(mode="after")
    def _reply_goes_with_answered(self) -> Self:
        if self.reply and self.outcome == "no_response_yet":
            raise ValueError("has a reply, so its outcome can't be no_response_yet")
        return self


class StatementIn(SaidIn):
    """What one party said about the claim, with the sender's own id for it."""

    id: ShortLine | None = None


class RequestForCommentIn(AskedIn):
    """A request for comment, with the sender's own id for it."""

    id: ShortLine | None = None
