"""Links that open something once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class OneTimeLink(Table, table=True):
    """An invitation, or a way to a new password. What stands in its address is derived: see `links`."""

    __tablename__ = "one_time_links"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str  # invitation, password
    email: str = Field(index=True)
    # whose password it is; who came by the invitation
    person_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    rights: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # of who is invited: schemas.RightsIn
    made_by: UUID | None = Field(default=None, foreign_key="people.id")  # None: a command, or who forgot a password
    made_at: datetime = Field(default_factory=now)
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > now()
