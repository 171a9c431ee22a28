"""What a desk asks of every verdict: its checklist, its own fields, and what was ticked or waived on a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json

NO_DESK = UUID(int=0)


class Checklist(Table, table=True):
    """What one desk asks for; that with the id `NO_DESK` is for claims that belong to none."""

    __tablename__ = "checklists"

    desk_id: UUID = Field(primary_key=True)
    items: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)  # schemas.ItemIn, each with its id
    fields: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)  # schemas.FieldIn, each with its id
    statuses: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)  # schemas.StatusOf: where work can stand
    changed_at: datetime = Field(default_factory=now)


# Of desks that ask for nothing; to make one takes longer than to read a dossier
USUAL_CHECKLIST = Checklist(desk_id=NO_DESK)


class Tick(Table, table=True):
    """That somebody says that an item of the checklist holds for a revision; or why it need not."""

    __tablename__ = "checklist_ticks"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    item_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id")
    at: datetime = Field(default_factory=now)
    waived: str | None = Field(default=None, sa_type=Text)  # why it need not hold; None: it holds


class Question(Table, table=True):
    """A question that has to be answered to judge a claim, and its answer. It can be struck out, never deleted."""

    __tablename__ = "questions"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    text: str = Field(sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)
    public: bool = False  # readers see it, once it has an answer
    answered_by: UUID | None = Field(default=None, foreign_key="people.id")
    answered_at: datetime | None = None
    asked_at: datetime = Field(default_factory=now)
    struck_at: datetime | None = None
    struck_by: UUID | None = Field(default=None, foreign_key="people.id")
    struck_reason: str | None = Field(default=None, sa_type=Text)
