"""What people write on a case: notes, evidence, verdicts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Note(Table, table=True):
    """A reviewer's note. It can be struck out, never edited or deleted."""

    __tablename__ = "notes"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    reply_to: UUID | None = Field(default=None, foreign_key="notes.id")
    text: str = Field(sa_type=Text)
    state: str  # the case's at that time
    written_at: datetime = Field(default_factory=now)
    struck_at: datetime | None = None
    struck_by: UUID | None = Field(default=None, foreign_key="people.id")
    struck_reason: str | None = Field(default=None, sa_type=Text)


class Evidence(Table, table=True):
    """A source that was consulted. It can be struck out, never edited or deleted."""

    __tablename__ = "evidence"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    kind: str
    title: str
    url: str | None = None
    publisher: str | None = None
    stance: str
    quote: str | None = Field(default=None, sa_type=Text)
    position: str | None = None
    interests: str | None = None
    file_id: UUID | None = Field(default=None, foreign_key="case_files.id")
    archive_url: str | None = None  # where a public archive shows a copy
    public: bool = True
    withheld_reason: str | None = Field(default=None, sa_type=Text)
    consulted_at: datetime = Field(default_factory=now)
    struck_at: datetime | None = None
    struck_by: UUID | None = Field(default=None, foreign_key="people.id")
    struck_reason: str | None = Field(default=None, sa_type=Text)


class Verdict(Table, table=True):
    """One revision of a case's verdict. It can be rewritten until it is approved."""

    __tablename__ = "verdicts"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    kind: str
    change: str | None = Field(default=None, sa_type=Text)
    rating: str
    headline: str
    summary: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    unknown: str | None = Field(default=None, sa_type=Text)
    confidence: str | None = None  # how sure the desk is of it: contracts.Confidence
    rests_on: str | None = Field(default=None, sa_type=Text)  # and what that rests on
    waiver: str | None = Field(default=None, sa_type=Text)
    interests: str | None = Field(default=None, sa_type=Text)
    as_of: datetime | None = None  # what was known when
    valid_until: datetime | None = None  # after that readers should not rely on it
    recheck_at: datetime | None = Field(default=None, index=True)  # when the desk looks at it again
    recheck_when: str | None = Field(default=None, sa_type=Text)  # or what would be a reason to
    language: str | None = None  # that it is written in; None: the site's own
    translation_of: UUID | None = Field(default=None, foreign_key="cases.id")  # whose verdict it says in that language
    checked_by: UUID | None = Field(
        default=None, foreign_key="people.id"
    )  # None: known from the site alone, see `restoring`
    checked_at: datetime = Field(default_factory=now)
    approved_by: UUID | None = Field(default=None, foreign_key="people.id")
    approved_at: datetime | None = None
    released_at: datetime | None = None  # told to publish: later than approved if it was held until a time
    told: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.VerdictApproved, as it was approved
    published_at: datetime | None = None
    url: str | None = None


class Hand(Table, table=True):
    """Who wrote, edited or added evidence to a revision: they can't approve it."""

    __tablename__ = "hands"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
