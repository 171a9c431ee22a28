"""What may say the same as a claim: an index of texts, which can be made again, and what was found and decided, which can't."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json
from shared.matching import tables_of

CASE, CHECK = "case", "earlier_check"  # what a text stands for, in the index and among what was found


MATCH_TABLES = tables_of(Table)


class Match(Table, table=True):
    """A case or a fact-check of others' that may say the same as a case, and what somebody decided about it.

    Those that are hardly the same are kept, too: by what was not chosen one learns.
    """

    __tablename__ = "matches"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "subject"),
        Index(None, "subject", "state"),
        Index(None, "decided_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    kind: str  # CASE or CHECK
    subject: UUID
    state: str = "open"  # or accepted, or refused
    method: str  # words and meaning, or words
    score: float  # its place in the order
    likelihood: float  # that it says the same
    says: str  # surely, perhaps, differs (but for that it would) or hardly, by the thresholds of the time
    signs: dict[str, float] = Field(sa_type=Json)  # what the score was made of: shared.matching.weights.SIGNS
    differs: list[dict[str, str]] = Field(sa_type=Json)  # shared.matching.Difference
    shared: list[str] = Field(sa_type=Json)  # words that stand in both
    found_at: datetime = Field(default_factory=now)
    decided_by: UUID | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = None
    note: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What the history tells of it."""
        return {
            "match_id": str(self.id), "found": self.kind, "subject": str(self.subject), "method": self.method,
            "likelihood": round(self.likelihood, 3),
        }  # fmt: skip
