"""Desks of the newsroom, each with its own queue, rules and rating scale; who has which role at one; and who has approved what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Desk(Table, table=True):
    """A desk: politics, health. Claims without one follow the usual rules."""

    __tablename__ = "desks"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    tags: list[str] = Field(
        default_factory=list, sa_type=Json
    )  # a claim that comes in with one of them comes to this desk
    approvals_needed: int = 1
    evidence_needed: int = 2
    second_checks_needed: int = 0  # people who have to come to the same rating before it can be approved
    idle_remind_hours: float | None = None  # the times of its own, see `workflow.times`; None: the usual ones
    idle_offer_hours: float | None = None
    due_remind_hours: float | None = None
    ratings: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json
    )  # slug: label and meaning; empty: the usual scale
    proposal: dict[str, Any] | None = Field(
        default=None, sa_type=Json
    )  # ratings that wait for a second person: `id`, `ratings`, `by` whom, `at`
    former: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json
    )  # slug: contracts.RatingLook; what readers see of ratings that it uses no more
    scale_revision: int = 0  # how often publish was told of its ratings: contracts.ScalePosted
    made_at: datetime = Field(default_factory=now)


USUAL_RULES = Desk(slug="", name="", tags=[], ratings={})  # of claims that belong to no desk


class DeskRole(Table, table=True):
    """What somebody may do at one desk, beyond what they may everywhere."""

    __tablename__ = "desk_roles"

    desk_id: UUID = Field(primary_key=True, foreign_key="desks.id")
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    role: str


class Approval(Table, table=True):
    """That somebody approved a revision of a verdict. It stands until the verdict is sent back."""

    __tablename__ = "approvals"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    at: datetime = Field(default_factory=now)
