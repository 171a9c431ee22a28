"""What review stores: people, cases and all that is done on them, and the chained history of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.clock import new_id, now
from shared.contracts import ClaimRecord, SourceVisited, StoryReceived, Submission
from shared.db import Json, new_metadata
from shared.inbox import InboxRow, inbox_indexes
from shared.outbox import OutboxRow, outbox_indexes


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """The base of this service's tables, apart from every other service's."""


class Outbox(OutboxRow, Table, table=True):
    """Messages out."""

    __tablename__ = "outbox"
    __table_args__ = outbox_indexes()


class Inbox(InboxRow, Table, table=True):
    """Messages in."""

    __tablename__ = "inbox"
    __table_args__ = inbox_indexes()


class Person(Table, table=True):
    """Somebody who works at the desk."""

    __tablename__ = "people"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    email: str = Field(unique=True)  # case folded
    password_hash: str
    roles: list[str] = Field(sa_type=Json)
    active: bool = True
    created_at: datetime = Field(default_factory=now)

    def may(self, role: str) -> bool:
        """Admins may what editors may, editors what checkers may. Nobody is above four eyes."""
        rank = ("checker", "editor", "admin")
        return any(rank.index(mine) >= rank.index(role) for mine in self.roles if mine in rank)


class SignIn(Table, table=True):
    """A session of a person's browser. The cookie holds a random id, this its digest."""

    __tablename__ = "sign_ins"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    secret_hash: str = Field(unique=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    browser: str = ""
    signed_in_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    revoked_at: datetime | None = None


class SignInFailure(Table, table=True):
    """A wrong password, for as long as it counts against the next try."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "who", "failed_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    who: str  # digest of e-mail and network address
    failed_at: datetime = Field(default_factory=now)


class Token(Table, table=True):
    """A personal token for the API, with that person's rights. Only the digest of its secret is kept."""

    __tablename__ = "tokens"

    id: str = Field(primary_key=True)
    secret_hash: str
    person_id: UUID = Field(foreign_key="people.id", index=True)
    name: str
    made_at: datetime = Field(default_factory=now)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_on: date | None = None  # the day, in UTC: enough to see that nobody needs it


class Case(Table, table=True):
    """The work on one claim. Its id is the claim's."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "urgency", "id"),  # one for each order of the queue, with and without a state
        Index(None, "due_at", "id"),
        Index(None, "state", "id"),
        Index(None, "state", "urgency", "id"),
        Index(None, "state", "due_at", "id"),
        Index(None, "assignee_id", "state", "urgency", "id"),
    )

    id: UUID = Field(primary_key=True)
    state: str = "unverified"
    version: int = 1  # grows with every act: the ETag, and the revision of CaseMoved
    moved_version: int = 0  # the version at the last CaseMoved
    moved_at: datetime | None = None
    claim_revision: int
    claim: dict[str, Any] = Field(sa_type=Json)  # contracts.ClaimRecord
    submissions: list[dict[str, Any]] = Field(sa_type=Json)  # contracts.Submission
    urgency: int = 5
    due_at: datetime | None = None
    test: bool = False
    received_at: datetime
    opened_at: datetime = Field(default_factory=now)
    assignee_id: UUID | None = Field(default=None, foreign_key="people.id")
    taken_at: datetime | None = None
    revision: int = 1  # of the verdict that is worked on, or stands
    kind: str = "first"
    change: str | None = Field(default=None, sa_type=Text)
    close_reason: str | None = None
    approved_at: datetime | None = None  # of this revision; it waits for the site until it is published
    published_revision: int = 0
    url: str | None = None
    story_status: str | None = None  # canceled or withheld, while a story that it was made from is

    @property
    def record(self) -> ClaimRecord:
        return ClaimRecord.model_validate(self.claim)

    @property
    def sent_in(self) -> list[Submission]:
        return [Submission.model_validate(one) for one in self.submissions]

    @property
    def waits_for_site(self) -> bool:
        return self.approved_at is not None and self.state == "checked"


class CaseTag(Table, table=True):
    """A tag of a case, to filter by."""

    __tablename__ = "case_tags"

    tag: str = Field(primary_key=True)
    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")


class CaseSource(Table, table=True):
    """What intake told of an address that a claim points to. It may be told before the claim is: so there may be no case yet."""

    __tablename__ = "case_sources"

    case_id: UUID = Field(primary_key=True)
    source_id: UUID = Field(primary_key=True)
    revision: int
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.SourceVisited

    @property
    def visited(self) -> SourceVisited:
        return SourceVisited.model_validate(self.told)


class Story(Table, table=True):
    """What intake told of a story. `asked_for` are the sentences that somebody picked, until their claims have come."""

    __tablename__ = "stories"

    id: UUID = Field(primary_key=True)
    revision: int = 0
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.StoryReceived
    status: str = "usable"
    picks: int = 0
    asked_for: list[str] = Field(default_factory=list, sa_type=Json)

    @property
    def received(self) -> StoryReceived:
        return StoryReceived.model_validate(self.told)


class CaseStory(Table, table=True):
    """A case whose claim was made from a story. It may be told before the claim is: so there may be no case yet."""

    __tablename__ = "case_stories"

    case_id: UUID = Field(primary_key=True)
    story_id: UUID = Field(primary_key=True, foreign_key="stories.id", index=True)
    stands: bool | None = None  # whether the words still stand in the story's newest version


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
    waiver: str | None = Field(default=None, sa_type=Text)
    checked_by: UUID = Field(foreign_key="people.id")
    checked_at: datetime = Field(default_factory=now)
    approved_by: UUID | None = Field(default=None, foreign_key="people.id")
    approved_at: datetime | None = None
    told: dict[str, Any] | None = Field(default=None, sa_type=Json)  # contracts.VerdictApproved, as it was approved
    published_at: datetime | None = None
    url: str | None = None


class Hand(Table, table=True):
    """Who wrote, edited or added evidence to a revision: they can't approve it."""

    __tablename__ = "hands"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")


class HistoryEntry(Table, table=True):
    """One act. Each entry's hash covers the one before; see `history`."""

    __tablename__ = "history"
    __table_args__ = (UniqueConstraint("hash"), Index(None, "case_id", "seq"))

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    case_id: UUID | None = None
    person_id: UUID | None = None
    action: str
    salt: str | None = None
    details: dict[str, Any] | None = Field(default=None, sa_type=Json)
    details_digest: str
    previous: str
    hash: str


class ChainHead(Table, table=True):
    """The last entry of the history, in one row that appending locks."""

    __tablename__ = "chain_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = 0
    hash: str = ""
