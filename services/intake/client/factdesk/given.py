"""A claim as it is given: its fields' types, and how it is written for the wire."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypedDict

Moment: TypeAlias = str | datetime  # RFC 3339 with a zone, or an aware datetime


class _Named(TypedDict):
    name: str


class Party(_Named, total=False):
    """A person or body. `same_as` is a URL that identifies it."""

    title: str | None
    organization: str | None
    same_as: str | None


class Hop(_Named, total=False):
    """A carrier on a statement's way, such as a news agency."""

    relation: str | None


class _Described(TypedDict):
    described_as: str


class Unnamed(_Described, total=False):
    """A group that is not named."""

    count: int | None
    basis: str | None
    reason: str | None


class _Stanced(TypedDict):
    stance: Literal["asserts", "confirms", "denies", "partly_confirms", "sets_condition"]


class Statement(_Stanced, total=False):
    """What one party said about the claim."""

    id: str | None
    speaker: Party | None
    unnamed: Unnamed | None
    said_at: Moment | None
    quote: str | None
    paraphrase: str | None
    via: list[Hop]


class _Asked(TypedDict):
    asked_by: str
    asked: str


class RequestForComment(_Asked, total=False):
    """Who asked whom for comment, and what came of it."""

    id: str | None
    asked_at: Moment | None
    channel: str | None
    deadline: Moment | None
    outcome: Literal["no_response_yet", "declined", "answered"]
    reply: str | None
    replied_at: Moment | None


class FoundIn(TypedDict, total=False):
    """Where the claim was found."""

    url: str | None
    headline: str | None
    publisher: str | None
    dateline: str | None
    published_at: Moment | None
    external_id: str | None


class _Exact(TypedDict):
    exact: str


class Quote(_Exact, total=False):
    """Where the claim stands in the story."""

    prefix: str | None
    suffix: str | None


class _Placed(TypedDict):
    url: str


class Appearance(_Placed, total=False):
    """One place where the claim was made."""

    title: str | None
    publisher: str | None
    published_at: Moment | None
    medium: str | None


class Submitter(TypedDict, total=False):
    """The person who sends the claim in. `country` is two letters of ISO 3166-1, `platform` is by what the claim reached them."""

    name: str | None
    role: str | None
    email: str | None
    country: str | None
    language: str | None
    platform: str | None


class ClaimFields(TypedDict, total=False):
    """What may be said of a claim beside its text."""

    language: str | None
    claimant: Party | None
    claimed_at: Moment | None
    hedge: str | None
    condition: str | None
    story: FoundIn | None
    quote: Quote | None
    appearances: list[Appearance]
    statements: list[Statement]
    requests_for_comment: list[RequestForComment]
    reason: str | None
    submitter: Submitter | None
    tags: list[str]
    urgency: int
    due_at: Moment | None
    external_id: str | None
    test: bool


def written(value: Mapping[str, Any]) -> bytes:
    """JSON on one line, the same bytes for the same value each time.

    Raises ValueError for what has no JSON: a moment without a zone, NaN, half a surrogate pair, an object of another kind.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_moment)
        return text.encode()
    except TypeError as error:
        raise ValueError(str(error)) from None


def _moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r:.60} can't be written as JSON")
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value.isoformat()
