"""Passkeys: keys that a person's device or password manager keeps (WebAuthn)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now


class Passkey(Table, table=True):
    """A passkey of a person. Only its public half is here."""

    __tablename__ = "passkeys"

    id: str = Field(primary_key=True)  # the credential's, base64url
    person_id: UUID = Field(foreign_key="people.id", index=True)
    name: str
    public_key: str  # COSE, base64url
    sign_count: int = Field(default=0, sa_type=BigInteger)
    is_synced: bool = False  # kept by a password manager, not by one device alone
    made_at: datetime = Field(default_factory=now)
    last_used_at: datetime | None = None


class UsedChallenge(Table, table=True):
    """A challenge that was answered: no answer to it counts again."""

    __tablename__ = "used_challenges"

    challenge_hash: str = Field(primary_key=True)
    used_at: datetime = Field(default_factory=now)
