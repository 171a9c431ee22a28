"""Whom newsrooms want told, what they were told, and what came of each try."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import Json

HELD = text("status = 'held'")
UNDER_WAY = text("under_way_until IS NOT NULL")


class WebhookEndpoint(Table, table=True):
    """An address of a newsroom's that is told of events.

    Its secret is not here: it is derived from `salt` and a key that only the processes know. A deleted endpoint stays,
    without its salts, until its deliveries have been tidied away.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index(None, "newsroom_id", "id"), Index(None, "about", "id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    url: str
    description: str | None = None
    about: str  # schemas.About
    events: list[str] = Field(sa_type=Json)
    salt: bytes = Field(sa_type=LargeBinary)
    fingerprint: str  # of the secret: shows which one it is, and whether it can still be derived
    previous: list[dict[str, str]] = Field(
        default=[], sa_type=Json
    )  # `salt` (hexadecimal) of each that signs along, `until`
    created_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)
    disabled_at: datetime | None = None
    disabled_because: str | None = None  # schemas.DisabledBecause
    deleted_at: datetime | None = None
    # how it has been answering; kept by the sending of deliveries
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    next_slot: datetime | None = None  # for a delivery that finds the endpoint busy
    usual_ms: int = 0  # how long a try takes, newer ones counting more

    @property
    def is_on(self) -> bool:
        """Whether it is to be told of anything now."""
        return self.disabled_at is None and self.deleted_at is None


class WebhookEvent(Table, table=True):
    """Something that happened, as it is told: written with the change, sent on to each endpoint afterwards."""

    __tablename__ = "webhook_events"
    __table_args__ = (Index(None, "occurred_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)  # the webhook-id
    type: str
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")  # whose claim or endpoint it is about
    claim_id: UUID | None = Field(default=None, foreign_key="claims.id")
    is_first_told: bool = False  # no earlier revision of the verdict was told of
    occurred_at: datetime = Field(default_factory=now)
    data: dict[str, Any] = Field(sa_type=Json)


class Delivery(Table, table=True):
    """One event on its way to one endpoint."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        Index(None, "endpoint_id", "id"),
        Index("ix_webhook_deliveries_held", "endpoint_id", "id", postgresql_where=HELD, sqlite_where=HELD),
        Index(
            "ix_webhook_deliveries_under_way",
            "endpoint_id",
            "under_way_until",
            postgresql_where=UNDER_WAY,
            sqlite_where=UNDER_WAY,
        ),
        Index(None, "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    endpoint_id: UUID = Field(foreign_key="webhook_endpoints.id")
    event_id: UUID = Field(foreign_key="webhook_events.id")
    status: str = "waiting"  # schemas.DeliveryStatus
    round: int = 1  # grows when it is sent again by hand or after its endpoint was off
    tries: int = 0  # in this round
    due_at: datetime | None = Field(default_factory=now)
    under_way_until: datetime | None = None  # a worker has it; after that it is taken for dead
    created_at: datetime = Field(default_factory=now)
    delivered_at: datetime | None = None

    def begin_round(self, moment: datetime) -> None:
        """It is to be sent at this moment, with all its tries before it."""
        self.status, self.due_at, self.under_way_until = "waiting", moment, None
        self.round, self.tries = self.round + 1, 0


class Attempt(Table, table=True):
    """One try to deliver, and what was answered."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index(None, "delivery_id", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    delivery_id: UUID = Field(foreign_key="webhook_deliveries.id")
    started_at: datetime
    took_ms: int
    status: int | None = None  # of the answer, if there was one
    error: str | None = Field(default=None, sa_type=Text)  # why it does not count as delivered
    answer: str | None = Field(default=None, sa_type=Text)  # the first kilobyte of its body


class Told(Table, table=True):
    """An endpoint was addressed with a verdict on this claim. It will be told of every correction."""

    __tablename__ = "webhook_told"
    __table_args__ = (Index(None, "endpoint_id"),)

    claim_id: UUID = Field(foreign_key="claims.id", primary_key=True)
    endpoint_id: UUID = Field(foreign_key="webhook_endpoints.id", primary_key=True)
