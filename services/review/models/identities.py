"""Who somebody is to the newsroom's own sign-in (OpenID Connect)."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now


class Identity(Table, table=True):
    """A person as a provider knows them. Its subject never changes, whatever becomes of their e-mail address."""

    __tablename__ = "identities"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    linked_at: datetime = Field(default_factory=now)
