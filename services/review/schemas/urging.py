"""Asking those who made a claim to correct it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import model_validator

from shared import contracts
from shared.contracts import UrgedOutcome
from shared.fields import In, Line, Moment, Url


class UrgeIn(In):
    """Who was asked to correct the claim, when and how; later with what came of it. With `urge_id` it takes the place of that one.

    `url` is where the correction can be read.
    """

    urge_id: UUID | None = None
    asked: Line
    asked_at: Moment
    channel: Line | None = None
    outcome: UrgedOutcome = "no_answer_yet"
    answered_at: Moment | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _an_answer_has_an_outcome(self) -> Self:
        if self.outcome == "no_answer_yet" and (self.answered_at or self.url):
            raise ValueError("has been answered, so its outcome can't be no_answer_yet")
        return self


class UrgedOut(contracts.Urged):
    """Somebody who was asked to correct the claim."""

    id: UUID
    by: str
    entered_at: datetime
    changed_at: datetime | None
