"""Who says what, who was asked, and the desk's own wording: what the acts take and what the API gives."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import contracts
from shared.contracts import Stance, State
from shared.contracts.given import AskedIn, PartyIn, SaidIn
from shared.fields import In, Line, Moment, Text


class AlsoIn(In):
    """Another claim that the same utterance bears on, and what it does to that one."""

    case_id: UUID
    stance: Stance


class StatementIn(SaidIn):
    """What one party said, and the way it came: `via` begins with the carrier nearest to the reader.

    With `statement_id` it takes the place of that statement. `known_to` says who at the desk knows an unnamed source; it never
    leaves the desk. `also` names other claims that the same words bear on.
    """

    statement_id: UUID | None = None
    known_to: Line | None = None
    also: Annotated[list[AlsoIn], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _somebody_said_it(self) -> Self:
        if not (self.speaker or self.unnamed or self.via):
            raise ValueError("has to say who said it: a name, a description, or at least who carried it")
        if self.known_to and not self.unnamed:
            raise ValueError("names its speaker, so there is nothing that only somebody at the desk knows")
        return self


class AskIn(AskedIn):
    """A request for comment. With `request_id` it takes the place of that one."""

    request_id: UUID | None = None


class ReplyIn(In):
    """What came of a request for comment. `at` is when; now unless given."""

    request_id: UUID
    outcome: Literal["answered", "declined"]
    text: Text | None = None
    at: Moment | None = None

    @model_validator(mode="after")
    def _an_answer_has_words(self) -> Self:
        if self.outcome == "answered" and not self.text:
            raise ValueError("is an answer, so text has to hold it")
        return self


class DescribeIn(In):
    """How the desk puts the claim. What is left out stands as it was received; the words as received are kept beside it."""

    wording: Text | None = None
    claimant: PartyIn | None = None
    claimed_at: Moment | None = None
    hedge: Line | None = None
    condition: Text | None = None


class ElsewhereOut(In):
    """Another claim that the same words bear on."""

    case_id: UUID
    text: str
    stance: Stance


class SiblingOut(In):
    """Another claim of the same story."""

    id: UUID
    text: str
    state: State


class StatementOut(contracts.Statement):
    """A statement, struck out or not. `by` is None if it came with the claim."""

    by: str | None
    entered_at: datetime
    changed_at: datetime | None
    known_to: str | None
    also: list[ElsewhereOut]
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


class RequestOut(contracts.RequestForComment):
    """A request for comment, struck out or not. `by` is None if it came with the claim."""

    by: str | None
    entered_at: datetime
    changed_at: datetime | None
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None
