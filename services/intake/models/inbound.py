"""Addresses at which other systems, such as messaging platforms, hand messages in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
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
