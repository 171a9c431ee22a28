"""The cases: the work on claims, and what intake told of the addresses they point to."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.review.models.base import Table
from shared.clock import now
from shared.contracts import ClaimRecord, SourceVisited, Submission
from shared.db import Json
from shared.fields import plain_url

IS_ALARMED = text("alarms > 0")
HAS_STATUS = text("status IS NOT NULL")
IS_TO_COMPARE = text("to_compare > 0")
IS_SEEN_BEFORE = text("seen_before > 0")


class Case(Table, table=True):
    """The work on one claim. Its id is the claim's."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "urgency", "id"),  # one for each order of the queue, with and without a state
        Index(None, "due_at", "id"),
        Index(None, "state", "id"),
        Index(None, "state", "urgency", "id"),
        Index(None, "state", "due_at", "id"),
        Index(None, "story_key", "id"),
        Index(None, "touched_at"),
        Index(None, "embargoed_until"),
        Index(None, "claimant_key", "id"),
        Index("ix_cases_alarmed", "id", sqlite_where=IS_ALARMED, postgresql_where=IS_ALARMED),  # few of very many
        Index("ix_cases_to_compare", "id", sqlite_where=IS_TO_COMPARE, postgresql_where=IS_TO_COMPARE),
        Index("ix_cases_seen_before", "id", sqlite_where=IS_SEEN_BEFORE, postgresql_where=IS_SEEN_BEFORE),
        Index(None, "stands_since", "id"),
        Index(None, "desk_id", "id"),
        Index(None, "desk_id", "state", "stands_since", "id"),
        Index(None, "state", "stands_since", "id"),
        Index("ix_cases_status", "status", "stands_since", "id", sqlite_where=HAS_STATUS, postgresql_where=HAS_STATUS),
        Index(None, "assignee_id", "state", "stands_since", "id"),
    )

    id: UUID = Field(primary_key=True)
    state: str = "unverified"
    version: int = 1  # grows with every act: the ETag, and the revision of CaseMoved
    moved_version: int = 0  # the version at the last CaseMoved
    moved_at: datetime | None = None
    claim_revision: int
    claim: dict[str, Any] = Field(sa_type=Json)  # contracts.ClaimRecord
    submissions: list[dict[str, Any]] = Field(sa_type=Json)  # contracts.Submission: the first and the newest
    submission_count: int = 1
    described: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # how the desk puts it: schemas.DescribeIn
    also_submitted: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)  # of claims merged into this one
    also_submission_count: int = 0
    merged_into: UUID | None = Field(default=None, index=True)  # the case that says the same and is checked
    before_merge: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # what it gets back when that is undone
    story_key: str | None = None  # the same for all claims of one story: see `story_key_of`
    urgency: int = 5
    due_at: datetime | None = None
    tags: list[str] = Field(default_factory=list, sa_type=Json)
    planned: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # what somebody set by hand: schemas.PlanIn
    ruled: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # what the desk's rules set: rules.Decision
    filled: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # the desk's own fields, by their ids
    status: str | None = None  # where the work stands, in the desk's own words; a move of the case ends it
    status_colour: str | None = None
    status_words: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # in other languages, by their tags
    legal: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # the legal question that is open: reason, by, at
    work_revision: int = 0  # of what intake was told of the work on it, which is `work_told`: see `workflow.underway`
    work_told: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    late_told_for: datetime | None = None  # the `due_at` of which was told that it has passed
    sources_revision: int = 0  # what intake was told of the addresses that the verdict rests on: see `workflow.sources`
    alarms: int = 0  # that nobody has settled
    worth: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # how checkable its words are: score, and why
    to_compare: int = 1  # 1 until it was compared, as it is worded now, with what is known: see `seen`
    seen_before: int = 0  # candidates that are surely the same and on which nobody has decided
    claimant_key: str | None = None  # whose claim it is, as the desk puts it: see `directory.key_of`
    stands_since: datetime = Field(default_factory=now)  # its place in the queue: see `rank`
    test: bool = False
    received_at: datetime
    opened_at: datetime = Field(default_factory=now)
    assignee_id: UUID | None = Field(default=None, foreign_key="people.id")
    taken_at: datetime | None = None
    touched_at: datetime | None = None  # when whoever has taken it last did something; None while nobody works on it
    revision: int = 1  # of the verdict that is worked on, or stands
    kind: str = "first"
    change: str | None = Field(default=None, sa_type=Text)
    close_reason: str | None = None
    approved_at: datetime | None = None  # of this revision; it waits for the site until it is published
    embargoed_until: datetime | None = None  # held until then though it was approved; None once it has been let go
    desk_id: UUID | None = None
    published_revision: int = 0
    urged_version: int = 0  # the version at the last CorrectionsUrged
    url: str | None = None
    story_status: str | None = None  # canceled or withheld, while a story that it was made from is

    @property
    def is_held(self) -> bool:
        """Whether it was approved and is held until a time."""
        return self.waits_for_site and self.embargoed_until is not None

    @property
    def record(self) -> ClaimRecord:
        return ClaimRecord.model_validate(self.claim)

    @property
    def text(self) -> str:
        """The claim in the desk's words, if it has any, else as it was received."""
        words: str = self.described.get("wording") or self.claim["text"]
        return words

    @property
    def sent_in(self) -> list[Submission]:
        return [Submission.model_validate(one) for one in self.submissions]

    @property
    def waits_for_site(self) -> bool:
        return self.approved_at is not None and self.state == "checked"


def story_key_of(record: ClaimRecord) -> str | None:
    """What claims of the same story have in common: its address, or else its publisher and headline. None without a story."""
    story = record.story
    if story is None:
        return None
    if story.url:
        return sha256(plain_url(story.url).encode()).hexdigest()[:24]
    if story.publisher and story.headline:
        return sha256(f"{story.publisher}\x00{story.headline}".casefold().encode()).hexdigest()[:24]
    return None


class CaseTag(Table, table=True):
    """A tag of a case, to filter by."""

    __tablename__ = "case_tags"
    __table_args__ = (Index(None, "case_id"),)

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
