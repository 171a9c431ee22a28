"""What the desk's actions take, and what its API gives."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.review.scale import SCALE
from shared.contracts import (
    ClaimRecord,
    CloseReason,
    EvidenceStance,
    RequestForComment,
    SourceVisited,
    State,
    Statement,
    StoryReceived,
    StoryStatus,
    Submission,
    Take,
)
from shared.fields import Line, LongText, Text, Url

EvidenceKind = Literal["document", "data", "on_the_record", "unnamed", "expert", "media"]
Headline = Annotated[Line, Field(max_length=200)]


class In(BaseModel):
    """What comes from outside: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class NothingIn(In):
    """An action that needs no more than its name."""


class AssignIn(In):
    """Hand a case to somebody, by e-mail address."""

    to: Line
    note: Text


class NoteIn(In):
    """A reviewer's note, or a reply to one."""

    text: Text
    reply_to: UUID | None = None


class StrikeIn(In):
    """Strike out a note or a piece of evidence; it stays readable with the reason."""

    note_id: UUID | None = None
    evidence_id: UUID | None = None
    reason: Text

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if (self.note_id is None) == (self.evidence_id is None):
            raise ValueError("has to name either a note_id or an evidence_id")
        return self


class EvidenceIn(In):
    """A source that was consulted. What is not public needs a reason that readers may see."""

    kind: EvidenceKind
    title: Line
    url: Url | None = None
    publisher: Line | None = None
    stance: EvidenceStance
    quote: Text | None = None
    public: bool = True
    withheld_reason: Text | None = None

    @model_validator(mode="after")
    def _withheld_with_reason(self) -> Self:
        if not self.public and not self.withheld_reason:
            raise ValueError("is withheld, so withheld_reason has to tell readers why")
        return self


class CheckIn(In):
    """A verdict. `waiver` says why there are fewer than two pieces of evidence, if there are."""

    rating: str
    headline: Headline
    summary: Annotated[Text, Field(max_length=500)]
    text: LongText
    unknown: Text | None = None
    waiver: Text | None = None

    @field_validator("rating")
    @classmethod
    def _is_on_the_scale(cls, value: str) -> str:
        if value not in SCALE:
            raise ValueError(f"has to be one of {', '.join(SCALE)}")
        return value


class ReturnIn(In):
    """Send a checked claim back to its checker."""

    note: Text


class CloseIn(In):
    """End the work without a verdict. The submitter sees the reason, not the note."""

    reason: CloseReason
    note: Text


class ReopenIn(In):
    """Take up a closed case again, or start the next revision of a published verdict.

    For a published one `kind` says what it will be, and readers see `note` as the reason for the change.
    """

    kind: Literal["correction", "clarification", "update", "retraction"] | None = None
    note: Text


class PersonOut(BaseModel):
    """Somebody at the desk."""

    name: str
    email: str


class MeOut(PersonOut):
    """Whose token this is."""

    roles: list[str]


class NoteOut(BaseModel):
    """A note, struck out or not."""

    id: UUID
    by: str
    text: str
    reply_to: UUID | None
    state: State
    written_at: datetime
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


class EvidenceOut(BaseModel):
    """A piece of evidence, struck out or not. `number` counts those that stand."""

    id: UUID
    number: int | None
    by: str
    kind: EvidenceKind
    title: str
    url: str | None
    publisher: str | None
    stance: EvidenceStance
    quote: str | None
    public: bool
    withheld_reason: str | None
    consulted_at: datetime
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


class VerdictOut(BaseModel):
    """One revision of the verdict."""

    revision: int
    kind: str
    change: str | None
    rating: str
    rating_label: str
    headline: str
    summary: str
    text: str
    unknown: str | None
    waiver: str | None
    checked_by: str
    checked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    published_at: datetime | None
    url: str | None


class HistoryOut(BaseModel):
    """One act."""

    seq: int
    at: datetime
    by: str | None
    action: str
    details: dict[str, Any] | None
    hash: str


class CaseRow(BaseModel):
    """A case as it stands in the queue."""

    id: UUID
    state: State
    text: str
    claimant: str | None
    newsrooms: list[str]
    submissions: int
    urgency: int
    tags: list[str]
    assignee: PersonOut | None
    received_at: datetime
    due_at: datetime | None
    revision: int
    kind: str
    waits_for_site: bool
    can_be_taken: bool
    etag: str
    test: bool
    story_status: StoryStatus | None = Field(description="canceled or withheld, if a story that it was made from is.")


class QueueOut(BaseModel):
    """A page of the queue."""

    data: list[CaseRow]
    next_cursor: str | None


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


class CaseOut(BaseModel):
    """Everything about a case. `allowed` is what the person who asks may do now; `etag` goes into If-Match."""

    id: UUID
    state: State
    revision: int = Field(description="Of the verdict that is worked on, or stands.")
    kind: str
    change: str | None
    assignee: PersonOut | None
    claim: ClaimRecord
    submissions: list[Submission]
    evidence: list[EvidenceOut]
    sources: list[SourceVisited] = Field(description="What was found at the addresses that the claim points to.")
    stories: list[CaseStoryOut] = Field(description="The stories that it was made from.")
    statements: list[Statement]
    requests_for_comment: list[RequestForComment]
    notes: list[NoteOut]
    verdict: VerdictOut | None
    verdicts: list[VerdictOut]
    history: list[HistoryOut]
    allowed: list[str]
    missing: list[str] = Field(description="What the desk's rule still asks for before the claim can be checked.")
    urgency: int
    tags: list[str]
    received_at: datetime
    taken_at: datetime | None
    due_at: datetime | None
    close_reason: CloseReason | None
    approved_by: str | None
    approved_at: datetime | None
    published_revision: int
    url: str | None = Field(description="Where readers read the verdict.")
    etag: str
    test: bool


class PickIn(In):
    """A sentence that becomes a claim, and which of the records it offers go with it. None does unasked."""

    sentence: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    take: Annotated[list[Take], Field(max_length=4)] = []


class PicksIn(In):
    """Sentences of a story that are to become claims."""

    sentences: Annotated[list[PickIn], Field(min_length=1, max_length=100)]


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
