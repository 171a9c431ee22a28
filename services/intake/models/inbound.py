"""Addresses at which other systems, such as messaging platforms, hand messages in, and what became of each message."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class InboundHook(Table, table=True):
    """An address of a newsroom's, and which part of what arrives there is which field of a claim."""

    __tablename__ = "inbound_hooks"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id", index=True)
    name: str
    header: str  # in which the sender shows the token
    token_hash: str
    each: str | None = Field(default=None, sa_type=Text)  # where the messages are, if several come at once
    mapping: dict[str, str] = Field(sa_type=Json)  # the field of each path
    test: bool = False
    made_at: datetime = Field(default_factory=now)
    used_at: datetime | None = None
    taken: int = 0
    passed_over: int = 0  # messages without text
    error: str | None = Field(default=None, sa_type=Text)  # why the last message that was refused was


class InboundMessage(Table, table=True):
    """A message that came in by an address, and what became of it: nothing of it is kept but the beginning of what was read as its
    text, if it was refused. The newest of each address are kept."""

    __tablename__ = "inbound_messages"
    __table_args__ = (Index(None, "hook_id", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hook_id: UUID = Field(foreign_key="inbound_hooks.id")
    at: datetime = Field(default_factory=now)
    outcome: str  # schemas.InboundOutcome
    external_id: str | None = None
    claim_id: UUID | None = None
    detail: str | None = Field(default=None, sa_type=Text)
    beginning: str | None = Field(default=None, sa_type=Text)
