"""Readers' challenges: what the desk does with them, and what its API gives."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, model_validator

from services.review.schemas.people import PersonOut
from shared.contracts import Decision, DisputeState
from shared.fields import In, Line, Text


class DisputeAssignIn(In):
    """Who is to decide it, by e-mail address."""

    to: Line


class DecideIn(In):
    """How a dispute is decided, and why; the reader who sent it sees both, other readers if it is `public`.

    One that is upheld reopens the case: `kind` says as what. What is no dispute, such as spam, is never public.
    """

    decision: Decision
    reason: Text
    kind: Literal["correction", "clarification", "update", "retraction"] | None = None
    public: bool = True

    @model_validator(mode="after")
    def _upheld_changes_something(self) -> Self:
        if self.decision == "upheld" and self.kind is None:
            raise ValueError("a challenge that is upheld reopens the case: say as what kind of revision")
        if self.decision != "upheld" and self.kind is not None:
            raise ValueError("a kind of revision is for a challenge that is upheld alone")
        return self


class DisputeRow(BaseModel):
    """A dispute as a list shows it."""

    id: UUID
    case_id: UUID
    claim: str
    verdict_revision: int
    wrong: str
    made_at: datetime
    due_at: datetime
    state: DisputeState
    assignee: PersonOut | None
    decision: Decision | None
    decided_at: datetime | None


class DisputeOut(DisputeRow):
    """A dispute, whole. `had_part` are those who made or approved the challenged revision: none of them decides."""

    reason: str
    url: str | None
    contact: str | None
    language: str
    received_at: datetime
    answer: str | None
    is_public: bool
    kind: str | None
    decided_by: str | None
    had_part: list[str]
    deciders: list[PersonOut]
    allowed: list[Literal["assign", "decide"]]
    etag: str


class DisputesOut(BaseModel):
    """A page of disputes: open ones by their due time, decided ones the latest first."""

    data: list[DisputeRow]
    next_cursor: str | None
