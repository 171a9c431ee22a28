"""Who may send, and what they were answered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import Json
from shared.pressing import PressRow, press_indexes


class Newsroom(Table, table=True):
    """An organisation that sends claims and sees what became of its own."""

    __tablename__ = "newsrooms"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)
    contact_email: str | None = None
    created_at: datetime = Field(default_factory=now)
    blocked_at: datetime | None = None  # since when nothing is taken from it
    blocked_because: str | None = Field(default=None, sa_type=Text)  # for the desk alone
    decision_revision: int = Field(default=0, sa_type=BigInteger)  # the last decision that blocked it or let it in


class ApiKey(Table, table=True):
    """A key of a newsroom. Only the digest of its secret is kept."""

    __tablename__ = "api_keys"

    id: str = Field(primary_key=True)  # the part of the key that may be shown and logged
    newsroom_id: UUID = Field(foreign_key="newsrooms.id", index=True)
    name: str
    secret_hash: str
    scopes: list[str] = Field(sa_type=Json)
    per_minute: int | None = None  # requests; None: as the settings say
    per_day: int | None = None  # claims
    made_from: str | None = None  # the key whose rights it has at most, and whose limits it shares
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class Usage(Table, table=True):
    """How many claims a key has submitted on a day (UTC)."""

    __tablename__ = "usage"

    key_id: str = Field(primary_key=True, foreign_key="api_keys.id")
    day: date = Field(primary_key=True)
    claims: int


class IdempotencyKey(Table, table=True):
    """The first answer to a request that carried this key, to be given again byte for byte."""

    __tablename__ = "idempotency_keys"

    newsroom_id: UUID = Field(foreign_key="newsrooms.id", primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str  # SHA-256 over method, path and body
    status: int | None = None  # None only inside the transaction that makes it
    location: str | None = None
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    used_at: datetime = Field(default_factory=now, index=True)


class SignInLink(Table, table=True):
    """A link that signs somebody of a newsroom in, once. Only the digest of its token is kept."""

    __tablename__ = "sign_in_links"

    token_hash: str = Field(primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    made_at: datetime = Field(default_factory=now)
    expires_at: datetime
    used_at: datetime | None = None


class NewsroomVisit(Table, table=True):
    """A browser in which somebody of a newsroom is signed in. The cookie holds a random secret, this its digest."""

    __tablename__ = "newsroom_visits"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    secret_hash: str = Field(unique=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id", index=True)
    browser: str = ""
    signed_in_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    revoked_at: datetime | None = None


class Press(PressRow, Table, table=True):
    """Forms that were sent."""

    __tablename__ = "presses"
    __table_args__ = press_indexes()
