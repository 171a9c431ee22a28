"""What figures are made of: how long each case stood where, and what came of it, written by the verbs as it happens.

Two compact tables, because a page of figures must not read a million cases and their histories. Both can be made again from the
history; nothing is decided by them. What their rows of whole days hold is kept once more, column by column; see `figures.columns`.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.review.models.base import Table

IS_OPEN, IS_LEFT = text("ended_at IS NULL"), text("left_at IS NOT NULL")
IS_ANSWER = text("took IS NOT NULL")


class CaseSpan(Table, table=True):
    """A stretch of time in which a case stood in one stage, with one person or nobody, at one desk.

    The spans of a case follow one another without a gap from its submission until it is published or closed, and from when it is
    taken up again. `waited` and `worked` are the seconds of its stay in this state so far, this span included; the span with
    which it leaves the state has `left_at`, and there they are the whole stay.
    """

    __tablename__ = "case_spans"
    __table_args__ = (
        Index("ix_case_spans_open", "case_id", unique=True, postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
        Index("ix_case_spans_stage", "stage", "began_at", postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
        Index(None, "left_at", postgresql_where=IS_LEFT, sqlite_where=IS_LEFT),
        Index(None, "ended_at"),
    )

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    number: int = Field(primary_key=True)
    state: str
    stage: str  # queue, handed, work, idle; approval, reading, held, site: see `workflow.timing`
    person_id: UUID | None = None  # whom it was with
    desk_id: UUID | None = None
    channel: str  # the newsroom that sent it in first
    test: bool = False
    revision: int = 1
    began_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None  # the act
    left_at: datetime | None = None
    checker_id: UUID | None = None  # at the end of a stay: whose verdict it is about
    rating: str | None = None  # and which
    waited: float = 0.0
    worked: float = 0.0


class CaseOutcome(Table, table=True):
    """What came of a case: a verdict that readers can read, or that it was closed without one, and why.

    `stands` ends when a newer verdict takes its place or the case is taken up again; `first_at` is when the case had its first
    outcome of this kind. `took` are the seconds from submission to the first answer of all. What stands below it is what the
    codes of principles ask of a verdict, counted as it was published.
    """

    __tablename__ = "case_outcomes"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "first_at"),
        Index("ix_case_outcomes_took", "at", "took", postgresql_where=IS_ANSWER, sqlite_where=IS_ANSWER),
    )

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    number: int = Field(primary_key=True)
    kind: str  # published, closed
    at: datetime
    first_at: datetime
    stands: bool = True
    desk_id: UUID | None = None
    channel: str
    claimant: str | None = None
    party: str | None = None  # the claimant's organisation, or what a tag "party:…" says
    test: bool = False
    person_id: UUID | None = None  # who checked, or closed
    revision: int = 1
    revision_kind: str = "first"
    rating: str | None = None
    reason: str | None = None  # why it was closed
    took: float | None = None
    evidence: int = 0  # pieces, withheld ones included
    withheld: int = 0
    waived: bool = False
    asked: int = 0  # requests for comment
    named: int = 0  # statements by named speakers
    unnamed: int = 0
    says_limits: bool = False  # it says what is not known
    says_interests: bool = False


class FigureColumn(Table, table=True):
    """A column of all rows of a day that is over: numbers one after the other. Whatever changes one of these rows deletes all that
    is kept of its day."""

    __tablename__ = "figure_columns"
    __table_args__ = (Index(None, "day"),)

    name: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    kept: bytes


class FigureWord(Table, table=True):
    """A word or an id, and the number that stands for it in such a column."""

    __tablename__ = "figure_words"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    words: str = Field(unique=True)
