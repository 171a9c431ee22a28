"""Cases and the queue, as the API shows them."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.review.schemas.acts import EvidenceKind
from services.review.schemas.checklists import FieldOut, ItemOut, LegalOut, QuestionOut, StatusColour, StatusOf
from services.review.schemas.desks import StepOut
from services.review.schemas.disputes import DisputeRow
from services.review.schemas.matching import CandidateOut, PrecisionOut, RepeatOut
from services.review.schemas.notices import NoticeOut
from services.review.schemas.people import PersonOut
from services.review.schemas.queue import FactorOut, PlanIn
from services.review.schemas.reliability import JudgementOut
from services.review.schemas.remarks import ReadersOut
from services.review.schemas.statements import DescribeIn, RequestOut, SiblingOut, StatementOut
from services.review.schemas.stories import CaseStoryOut
from services.review.schemas.urging import UrgedOut
from shared.contracts import (
    MOST_SUBMISSIONS,
    ClaimRecord,
    CloseReason,
    Confidence,
    EvidenceStance,
    SourceVisited,
    State,
    StoryStatus,
    Submission,
)
from shared.fields import In


class NoteOut(BaseModel):
    """A note, struck out or not."""

    id: UUID
    by: str
    text: str
    reply_to: UUID | None
    state: State
    written_at: datetime
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


class FileOut(BaseModel):
    """A file that was brought to a case. `tells_place` says that it is a picture which says where it was taken; of one that was
    erased there is nothing but this."""

    id: UUID
    name: str
    media_type: str
    bytes: int
    sha256: str
    tells_place: bool
    added_at: datetime
    erased_at: datetime | None
    erased_reason: str | None


class EvidenceOut(BaseModel):
    """A piece of evidence, struck out or not. `number` counts those that stand."""

    id: UUID
    number: int | None
    by: str
    kind: EvidenceKind
    title: str
    url: str | None
    publisher: str | None
    stance: EvidenceStance
    quote: str | None
    position: str | None
    interests: str | None
    file: FileOut | None
    archive_url: str | None
    public: bool
    withheld_reason: str | None
    consulted_at: datetime
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


class AlarmOut(BaseModel):
    """Something that has to be looked at: a source that was changed, moved or gone, a verdict to recheck, or one that expired."""

    id: UUID
    kind: Literal["changed", "moved", "gone", "recheck", "expired"]
    url: str | None
    words: str
    raised_at: datetime


class StampOut(BaseModel):
    """When an authority has seen a copy of a source, or a file that somebody brought, by its SHA-256 (RFC 3161)."""

    kind: Literal["copy", "file"]
    sha256: str
    stamped_at: datetime
    authority: str


class VerdictOut(BaseModel):
    """One revision of the verdict."""

    revision: int
    kind: str
    change: str | None
    rating: str
    rating_label: str
    rating_look: str | None = Field(description="The shape and colour of a rating of the desk's own, as in clock-teal.")
    headline: str
    summary: str
    text: str
    unknown: str | None
    confidence: Confidence | None = Field(description="How sure the desk is of it.")
    rests_on: str | None = Field(description="What that rests on.")
    waiver: str | None
    interests: str | None
    as_of: datetime | None
    valid_until: datetime | None
    recheck_at: datetime | None
    recheck_when: str | None
    language: str | None
    translation_of: UUID | None
    checked_by: str
    checked_at: datetime
    approved_by: str | None
    panel: list[str] = Field(
        description="Who approved it, where several editors had to; the last of them is `approved_by`."
    )
    approved_at: datetime | None
    published_at: datetime | None
    url: str | None


class SecondCheckOut(BaseModel):
    """A second checker's own rating; `counts` while the verdict that it was given on stands."""

    revision: int
    by: str
    rating: str
    rating_label: str
    rating_look: str | None = Field(description="The shape and colour of a rating of the desk's own, as in clock-teal.")
    agrees: bool
    note: str | None
    at: datetime
    counts: bool


class HistoryOut(BaseModel):
    """One act."""

    seq: int
    at: datetime
    by: str | None
    action: str
    details: dict[str, Any] | None
    hash: str


class EarlierOut(BaseModel):
    """A fact-check that others published."""

    id: UUID
    url: str
    text: str
    claimant: str | None
    rating: str
    headline: str | None
    publisher: str
    published_at: datetime | None
    language: str | None


class WaitingVerdict(BaseModel):
    """What a verdict comes to, for whoever chooses which one to approve next."""

    rating: str
    rating_label: str
    rating_look: str | None = Field(description="Shape and colour of a rating of a desk's own, as in clock-teal.")
    headline: str


class CaseRow(BaseModel):
    """A case as it stands in the queue."""

    id: UUID
    state: State
    text: str
    claimant: str | None
    newsrooms: list[str]
    submissions: int
    urgency: int
    tags: list[str]
    assignee: PersonOut | None
    received_at: datetime
    due_at: datetime | None
    revision: int
    kind: str
    verdict: WaitingVerdict | None = Field(description="The verdict that waits to be approved.")
    waits_for_site: bool
    held_until: datetime | None = Field(description="Until when the verdict is held, though it was approved.")
    can_be_taken: bool
    etag: str
    test: bool
    status: str | None = Field(description="Where the work stands, in the desk's own words.")
    status_colour: StatusColour | None
    status_words: dict[str, str] = Field(description="The same in other languages, by their tags.")
    place: list[FactorOut] = Field(
        description="Why it stands where it does: hours of waiting, the strongest first after its age."
    )
    seen_before: int = Field(description="How many candidates are surely the same and wait for somebody's decision.")
    alarms: int = Field(
        description="How much has to be looked at: sources that changed or went, verdicts whose time has come."
    )
    unread: bool = Field(description="Whether something was done to it since you last looked, or you never did.")
    story_status: StoryStatus | None = Field(description="canceled or withheld, if a story that it was made from is.")


class QueueOut(BaseModel):
    """A page of the queue."""

    data: list[CaseRow]
    next_cursor: str | None


class ReachOut(BaseModel):
    """How often readers opened a check's page, and were shown its frame on other sites; `until` is the last day counted, by UTC."""

    pages: int
    frames: int
    until: date


class WeighIn(In):
    """Whether the reason for which a claim was sent in is worth following; null, or nothing, takes back what was said of it."""

    is_useful: bool | None = None


class ReasonOut(BaseModel):
    """What people at the desk think of the reason of a submission. `mine` is what you said; null if nothing."""

    submission_id: UUID
    useful: int
    not_useful: int
    mine: bool | None


class CaseOut(BaseModel):
    """Everything about a case. `allowed` is what the person who asks may do now; `etag` goes into If-Match."""

    id: UUID
    state: State
    revision: int = Field(description="Of the verdict that is worked on, or stands.")
    kind: str
    change: str | None
    assignee: PersonOut | None
    claim: ClaimRecord
    submission_count: int = Field(description="How often it was sent in.")
    submissions: list[Submission] = Field(
        description=f"The first time, and the newest ones, the first one first: {MOST_SUBMISSIONS} at the most."
    )
    reasons: list[ReasonOut] = Field(
        description="What people at the desk think of their reasons, where somebody said it."
    )
    evidence: list[EvidenceOut]
    reliability: list[JudgementOut] = Field(
        description="How far those who stand on it can be relied on, and the sites that its sources are on or below."
    )
    sources: list[SourceVisited] = Field(description="What was found at the addresses that the claim points to.")
    timestamps: list[StampOut] = Field(description="Of the copies in `sources` and the files in `evidence`.")
    stories: list[CaseStoryOut] = Field(description="The stories that it was made from.")
    described: DescribeIn = Field(description="How the desk puts the claim; `claim` is as it was received.")
    statements: list[StatementOut]
    requests_for_comment: list[RequestOut]
    merged_into: SiblingOut | None = Field(description="The claim that says the same and is checked instead.")
    merged: list[SiblingOut] = Field(description="The claims that say the same and were merged into this one.")
    candidates: list[CandidateOut] = Field(
        description="What may say the same, or was decided about: `accept` and `refuse` decide."
    )
    is_compared: bool = Field(description="Whether what may say the same was looked for, as the claim is worded now.")
    repeated: list[RepeatOut] = Field(
        description="Who made or repeated it, where and when, with what was merged into it; the earliest 200 first."
    )
    repeated_more: int = Field(description="How many more times there are.")
    repeats: list[SiblingOut] = Field(description="Open claims of which this one is a candidate.")
    precision: PrecisionOut | None = Field(description="How often suggestions were right at this desk.")
    similar: list[SiblingOut] = Field(description="Other claims in which the rarest words of this one stand, too.")
    siblings: list[SiblingOut] = Field(description="The other claims of the same story.")
    notes: list[NoteOut]
    notice: NoticeOut | None = Field(description="The newest version of what readers are told before a verdict.")
    urged: list[UrgedOut] = Field(description="Who was asked to correct the claim.")
    disputes: list[DisputeRow] = Field(description="Readers' challenges to its verdicts.")
    readers: ReadersOut = Field(description="Whether readers found its verdicts useful, and what they wrote of that.")
    verdict: VerdictOut | None
    verdicts: list[VerdictOut]
    history: list[HistoryOut]
    allowed: list[str]
    may_edit: bool = Field(description="Whether who asks is an editor of it, everywhere or at its desk.")
    desk: str | None = Field(description="The slug of the desk that it belongs to.")
    ratings: list[StepOut] = Field(description="The ratings that its desk uses, in its words.")
    approvals: list[str] = Field(description="Who has approved the verdict that is worked on.")
    approvals_needed: int
    second_checks: list[SecondCheckOut] = Field(
        description="What second checkers made of the verdicts, the first one first."
    )
    second_checks_needed: int = Field(description="How many have to come to the same rating before approval.")
    held_until: datetime | None = Field(description="Until when the verdict is held after it was approved.")
    missing: list[str] = Field(description="What the desk's rule still asks for before the claim can be checked.")
    before_approval: list[str] = Field(description="What stands in the way of approving the verdict, whoever does it.")
    earlier: list[EarlierOut] = Field(description="Other fact-checks of others' in which its rarest words stand, too.")
    alarms: list[AlarmOut] = Field(description="What has to be looked at and was not settled yet.")
    checklist: list[ItemOut] = Field(description="What the desk asks of the verdict, and how the case stands to it.")
    fields: list[FieldOut] = Field(description="The desk's own fields, and what stands in them.")
    legal: LegalOut | None = Field(description="The legal question that stands in the way of approval.")
    questions: list[QuestionOut] = Field(description="What has to be answered to judge the claim.")
    urgency: int
    tags: list[str]
    received_at: datetime
    taken_at: datetime | None
    due_at: datetime | None
    close_reason: CloseReason | None
    approved_by: str | None
    approved_at: datetime | None
    published_revision: int
    url: str | None = Field(description="Where readers read the verdict.")
    reach: ReachOut | None = Field(description="How often they did; None before anybody was counted.")
    etag: str
    test: bool
    status: str | None = Field(description="Where the work stands, in the desk's own words.")
    status_colour: StatusColour | None
    status_words: dict[str, str] = Field(description="The same in other languages, by their tags.")
    statuses: list[StatusOf] = Field(description="Where the desk says that work can stand.")
    planned: PlanIn = Field(description="What the desk set by hand.")
    place: list[FactorOut] = Field(description="What moves it in the queue beside its age, in hours of waiting.")

    @property
    def as_described(self) -> ClaimRecord:
        """The claim as the desk puts it; what it does not put otherwise stands as it was received."""
        put = self.described.model_dump(mode="json", exclude_none=True)
        text = put.pop("wording", self.claim.text)
        return ClaimRecord.model_validate(self.claim.model_dump(mode="json") | put | {"text": text})
