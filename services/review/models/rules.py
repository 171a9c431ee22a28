"""The desk's rules for what comes in, and what each of them did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Rule(Table, table=True):
    """If a claim that comes in is so, then this is done with it. Rules are gone through in the order of their `place`."""

    __tablename__ = "rules"
    __table_args__ = (Index(None, "place", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place: int
    name: str
    desk_id: UUID | None = Field(default=None, foreign_key="desks.id")  # claims of this desk alone; None: all
    active: bool = True
    when: dict[str, Any] = Field(sa_type=Json)  # schemas.WhenIn
    then: dict[str, Any] = Field(sa_type=Json)  # schemas.ThenIn
    stops: bool = False  # a claim that it fits goes no further
    fitted: int = 0  # how many claims it has fitted
    fitted_at: datetime | None = None
    made_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)


class RuleHit(Table, table=True):
    """What a rule did with a claim as it came in."""

    __tablename__ = "rule_hits"
    __table_args__ = (Index(None, "rule_id", "id"), Index(None, "at"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    rule_id: UUID = Field(foreign_key="rules.id")
    case_id: UUID = Field(foreign_key="cases.id")
    at: datetime = Field(default_factory=now)
    did: dict[str, Any] = Field(sa_type=Json)  # what it changed, by field; empty: nothing that was not so before
