"""What the API gives: claims, and what became of them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.intake.examples import CLAIM_OUT, SUBMITTED_OUT
from services.intake.schemas.matching import MatchOut
from services.intake.schemas.verdicts import VerdictOut
from shared.contracts import MOST_SUBMISSIONS, CloseReason, RevisionKind, State
from shared.openapi import FieldError


class SubmissionOut(BaseModel):
    """One act of sending the claim in."""

    id: UUID
    external_id: str | None
    reason: str | None
    submitted_at: datetime


class ClaimOut(BaseModel):
    """A claim, and what became of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLAIM_OUT]})

    id: UUID
    state: State = Field(description="Published once readers can read the verdict; until then checked.")
    text: str
    duplicate_of: UUID | None = Field(
        default=None, description="The claim that says the same and is checked: state and verdict are that one's."
    )
    close_reason: CloseReason | None = Field(description="Why the desk closed it, if it did.")
    verdict: VerdictOut | None = Field(description="The newest verdict that readers can read.")
    rechecking: bool = Field(description="The desk is at work on another revision of a verdict that readers can read.")
    submission_count: int = Field(description="How often you sent it in.")
    submissions: list[SubmissionOut] = Field(
        description=f"The first time you sent it in, and the newest, the first one first: {MOST_SUBMISSIONS} at the most."
    )
    test: bool
    submitted_at: datetime
    changed_at: datetime
    url: str = Field(description="Where this claim is found in the API, relative to its address.")


class SubmittedOut(ClaimOut):
    """The answer to a submission. Keep `receipt_url`: it is shown once."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUBMITTED_OUT]})

    receipt_url: str = Field(description="A page for people. Whoever has its address may read it.")
    earlier: list[MatchOut] | None = Field(
        description="Claims and fact-checks that may say the same, the likeliest first. Null if so much was posted at once that "
        "there was no time to look: `earlier_url` answers."
    )
    earlier_url: str = Field(
        description="Where it is told at any time what may say the same, relative to the API's address."
    )


class LineOut(BaseModel):
    """What became of one line of a batch: its id, or its errors."""

    line: int = Field(description="Its number, counted from 1.")
    status: int = Field(description="As if it had been posted alone; of a dry run 200 if it holds.")
    id: UUID | None = None
    receipt_url: str | None = None
    replayed: bool | None = Field(default=None, description="An earlier request with this key took it in.")
    detail: str | None = None
    errors: list[FieldError] | None = None


class ClaimsOut(BaseModel):
    """A page of claims, newest first."""

    data: list[ClaimOut]
    next_cursor: str | None


class ChangeOut(BaseModel):
    """Something that became of a claim, and the claim as it stands now."""

    kind: Literal["submitted", "moved", "published", "renamed"] = Field(
        description="Submitted, perhaps again; moved at the desk; a revision of its verdict became public; its rating is "
        "called or drawn otherwise now, and the verdict is what it was."
    )
    at: datetime
    claim: ClaimOut


class ChangesOut(BaseModel):
    """Changes, the oldest first."""

    data: list[ChangeOut]
    next_cursor: str = Field(description="From where to go on, also when there is nothing new.")
    more: bool


class StepOut(BaseModel):
    """A step of what became of a claim."""

    kind: Literal[
        "received", "taken_up", "put_back", "late", "joined", "parted", "checked", "sent_back", "closed", "reopened",
        "rechecking", "settled", "published",
    ] = Field(
        description="Received; a fact-checker took it up, or put it back; the time passed by when it was due; "
        "joined with a claim that says the same, or parted from it again; checked, sent back, closed, reopened; another revision "
        "of a public verdict begun, or given up; a revision became public."
    )  # fmt: skip
    at: datetime
    reason: CloseReason | None = Field(default=None, description="Why it was closed.")
    revision_kind: RevisionKind | None = Field(
        default=None, description="What the revision is, if it is not the first."
    )
    revision: int | None = Field(default=None, description="Which revision of the verdict became public.")
    change: str | None = Field(default=None, description="Why there is another revision, in the desk's words.")
    due_at: datetime | None = Field(default=None, description="By when the desk had meant to have a verdict.")


class ReceiptPictureOut(BaseModel):
    """What a page looked like to a browser that runs no scripts (WebP)."""

    sha256: str
    bytes: int
    taken_at: datetime = Field(description="A moment after the copy was made: the page may have changed in between.")
    url: str = Field(description="Where the picture is found, relative to the address of the receipt's service.")


class ReceiptSourceOut(BaseModel):
    """A page that came with the submission, of which the desk has a copy."""

    url: str
    archived_at: datetime
    picture: ReceiptPictureOut | None


class ReceiptOut(BaseModel):
    """What became of one submission."""

    state: State
    text: str
    language: str | None
    test: bool
    submitted_at: datetime
    moved_at: datetime | None = Field(description="When the desk last moved it.")
    close_reason: CloseReason | None
    rechecking: bool
    recheck_kind: RevisionKind | None = Field(description="What the next revision will be, while it is made.")
    usual_hours: float | None = Field(
        default=None,
        description="While it waits: how long the newest verdicts took, from submission, at the median.",
    )
    late: bool = Field(default=False, description="It has waited longer than that, and for over an hour.")
    under_way: bool = Field(default=False, description="While it waits: a fact-checker is at work on it.")
    due_at: datetime | None = Field(
        default=None, description="While it waits: by when the desk means to have a verdict, if it said so."
    )
    delayed: bool = Field(default=False, description="That time has passed.")
    steps: list[StepOut] = Field(description="What became of it, step by step, the oldest first.")
    verdict: VerdictOut | None
    sources: list[ReceiptSourceOut] = Field(description="The pages that came with it of which there are copies.")
    is_joined: bool = Field(
        description="The desk joined it with a claim that says the same: state and verdict are that one's."
    )
    earlier: list[MatchOut] = Field(
        description="While it has no verdict: what readers can read on claims that may say the same, the likeliest first."
    )


class KeyOut(BaseModel):
    """An API key, without its secret."""

    id: str
    newsroom: str
    scopes: list[str]
    expires_at: datetime | None
    requests_per_minute: int
    claims_per_day: int = Field(description="Days begin at midnight, UTC.")
    claims_today: int = Field(description="How many of them have been submitted. Tries (`test`) count nowhere.")
