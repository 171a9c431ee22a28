"""How far sources can be relied on, as the desk judges them."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.review.models import site_of
from shared.fields import In, Line, Text

Reliability = Literal["reliable", "mostly_reliable", "mixed", "unreliable", "unclear"]
SourceKind = Literal["name", "site"]


class JudgeIn(In):
    """How far a source can be relied on, and why. `name` is that of an outlet, a body or a person as it stands on cases; of a site
    it is an address or a host (`courier.example`), which stands for all sites below it, too."""

    kind: SourceKind = "name"
    name: Line
    reliability: Reliability
    reason: Text

    @model_validator(mode="after")
    def _is_a_site(self) -> Self:
        if self.kind == "site" and site_of(self.name) is None:
            raise ValueError(
                "name: has to be somebody's site, such as courier.example (and not co.uk, where everybody has one)"
            )
        return self


class JudgementOut(BaseModel):
    """What somebody at the desk holds of a source. Readers are never told. `host` is that of a site as machines write it."""

    id: UUID
    kind: SourceKind
    name: str
    host: str | None
    reliability: Reliability
    reason: str
    by: str
    judged_at: datetime


class SourceJudgedOut(JudgementOut):
    """What the desk holds of a source, and what it held of it before, the latest first."""

    earlier: list[JudgementOut]


class ReliabilityOut(BaseModel):
    """A page of the sources that were judged, by name; sites first."""

    data: list[JudgementOut]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last.")
