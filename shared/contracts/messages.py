"""The messages, but for those about stories. Where each goes is in `routes`."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.kinds import (
    ClaimMessage,
    DisputeMessage,
    Message,
    SenderMessage,
    UrgentMessage,
)
from shared.contracts.ratings import Rating, RatingLook
from shared.contracts.records import (
    Answered,
    ArchivedCopy,
    CheckedStep,
    ClaimRecord,
    CloseReason,
    Confidence,
    Decision,
    DisputeState,
    Evidence,
    NamedSource,
    Opinions,
    PolicyName,
    RevisionKind,
    SourceChange,
    SourceState,
    State,
    Submission,
    Urged,
    Viewed,
)


class ClaimSubmitted(ClaimMessage):
    """intake → review. `revision` grows with each further submission of the same claim; of `submission_count` the first and the
    newest are told, `MOST_SUBMISSIONS` of them. Those of a sender who is `blocked` don't wait for anybody; what the desk itself
    knows of the sender counts for more."""

    topic = "claim.submitted.v1"
    submitted_at: AwareDatetime
    claim: ClaimRecord
    submissions: tuple[Submission, ...]
    submission_count: int = 0
    blocked: bool = False

    @property
    def times(self) -> int:
        """How often it was sent in. Messages of before it was counted hold every time."""
        return max(self.submission_count, len(self.submissions))


class CaseMoved(ClaimMessage):
    """review → intake, publish. `revision` is the case's version; `verdict_revision` the revision of the
    verdict that is being worked on or stands, 1 for the first. A claim that was
    `merged_into` another is told of as that one stands."""

    topic = "case.moved.v1"
    state: State
    moved_at: AwareDatetime
    verdict_revision: int
    kind: RevisionKind = "first"
    close_reason: CloseReason | None = None
    merged_into: UUID | None = None


class CasesMoved(Message):
    """review → intake, publish. What became of many cases at once, such as those of a newsroom that was blocked: each as if it
    had been told by itself. `revision` is the highest of theirs."""

    topic = "cases.moved.v1"
    cases: tuple[CaseMoved, ...]

    @property
    def key(self) -> str:
        return self.cases[0].key if self.cases else ""


class WorkNoted(ClaimMessage):
    """review → intake. How the work on a claim stood when it was noted: whether somebody is at it, by when the desk means to have
    its verdict, and whether that time has passed (`late`). `revision` is its own count."""

    topic = "work.noted.v1"
    under_way: bool
    due_at: AwareDatetime | None = None
    late: bool
    noted_at: AwareDatetime


class VerdictApproved(UrgentMessage):
    """review → publish. `revision` is the verdict's: 1 the first, then one more for each correction or other
    change. `change` says in words for readers why there is a new one; None for the first. `panel` is who approved, where
    the desk wants several. `interests` are the ties that the checker declared; `confidence` says how sure the desk is of it, and
    `rests_on` what that rests on. It says what was known `as_of` a time, and can be relied on until `valid_until`. `wording` is the
    desk's own wording of the claim, where it has one; `claim` holds the words as they were received, and the records as the desk
    has them. `language` is the one that the verdict is written in; `translation_of` the claim whose verdict it says in that
    language; `desk` the slug of the desk that checked it. `questions` are those that the claim was broken into, `steps` what the
    desk asks of every verdict, as far as readers are told of them."""

    topic = "verdict.approved.v1"
    kind: RevisionKind
    change: str | None = None
    rating: Rating
    headline: str
    summary: str
    text: str
    unknown: str | None = None
    confidence: Confidence | None = None
    rests_on: str | None = None
    waiver: str | None = None
    interests: str | None = None
    as_of: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    wording: str | None = None
    claim: ClaimRecord
    evidence: tuple[Evidence, ...] = ()
    withheld: tuple[str, ...] = ()
    questions: tuple[Answered, ...] = ()
    steps: tuple[CheckedStep, ...] = ()
    language: str | None = None
    translation_of: UUID | None = None
    desk: str | None = None
    checked_by: tuple[str, ...]
    approved_by: str
    panel: tuple[str, ...] = ()
    received_at: AwareDatetime
    taken_at: AwareDatetime | None = None
    checked_at: AwareDatetime
    approved_at: AwareDatetime


class NoticePosted(UrgentMessage):
    """review → publish: what readers are told before there is a verdict, at the claim's permanent address. `revision` is the
    notice's. One that does not stand takes it back, and `text` says why. `desk` is the slug of the desk that posts it."""

    topic = "notice.posted.v1"
    stands: bool
    headline: str
    text: str
    wording: str | None = None
    desk: str | None = None
    claim: ClaimRecord
    as_of: AwareDatetime
    written_by: str
    posted_by: str


class PolicyPosted(Message):
    """review → publish: a page on how the newsroom works, who it is and who pays for it, as it reads from now on. `text` is
    Markdown; `language` is the one it is written in."""

    topic = "policy.posted.v1"
    name: PolicyName
    language: str
    title: str
    text: str
    posted_by: str
    posted_at: AwareDatetime

    @property
    def key(self) -> str:
        return f"{self.name}/{self.language}"


class ScalePosted(Message):
    """review → publish: what the ratings of a desk are called and drawn as from now on, all of those that it uses. It changes no
    verdict: a rating is the same one, of the same value, under another name or with another mark."""

    topic = "scale.posted.v1"
    desk: str
    looks: tuple[RatingLook, ...]

    @property
    def key(self) -> str:
        return self.desk


class SenderJudged(SenderMessage):
    """review → intake: an editor blocked a newsroom, or let it in again."""

    topic = "sender.judged.v1"


class SenderDecided(SenderMessage):
    """intake → review: the admin blocked a newsroom, or let it in again, by command."""

    topic = "sender.decided.v1"


class NoticePublished(UrgentMessage):
    """publish → review: readers can read the notice at `url` now. A desk that was restored is told the whole `notice` as it was
    posted, and in `case_revision` the newest version of the case that the site has heard of."""

    topic = "notice.published.v1"
    url: str
    published_at: AwareDatetime
    notice: NoticePosted | None = None
    case_revision: int = 0


class HistoryHeadNoted(Message):
    """review → publish: how many entries the desk's history has (`revision`), and the hash of the last. Whoever has noted it can
    prove later that nothing before it was changed. Told again once an authority has stamped it (RFC 3161): `stamp` is its answer,
    DER in base64."""

    topic = "history.head_noted.v1"
    hash: str
    noted_at: AwareDatetime
    authority: str | None = None
    stamped_at: AwareDatetime | None = None
    stamp: str | None = None

    @property
    def key(self) -> str:
        return "history"


class VerdictPublished(UrgentMessage):
    """publish → review, intake: readers can read it at `url` now. Its rating is called as in `scale_revision` of the desk's scale:
    of two tellings of one revision, the one with the higher stands. Of a claim that was merged into another, review tells intake:
    then `merged_into` is the one that was checked, and `case_revision` that of the merged case. `approved_at` says which text it
    is: a desk that was restored may have approved another under this number. Such a desk is told the whole `verdict` as it was
    approved, and in `case_revision` the newest version of the case that the site has heard of."""

    topic = "verdict.published.v1"
    kind: RevisionKind
    change: str | None = None
    url: str
    rating: Rating
    headline: str
    summary: str
    published_at: AwareDatetime
    scale_revision: int = 0
    merged_into: UUID | None = None
    case_revision: int = 0
    approved_at: AwareDatetime | None = None
    verdict: VerdictApproved | None = None


class PagesViewed(Message):
    """publish → review: how often checks were opened on a day (by UTC), as counted so far. Numbers only grow: the higher stands."""

    topic = "pages.viewed.v1"
    day: date
    views: tuple[Viewed, ...]

    @property
    def key(self) -> str:
        return self.day.isoformat()


class DisputeMoved(DisputeMessage):
    """review → publish: where a reader's challenge stands, until when it is decided, and how it was. Whoever holds its receipt sees
    all of it; other readers only what `is_public`."""

    topic = "dispute.moved.v1"
    claim_id: UUID
    state: DisputeState
    due_at: AwareDatetime
    decision: Decision | None = None
    reason: str | None = None
    decided_at: AwareDatetime | None = None
    is_public: bool = False


class VerdictDisputed(DisputeMessage):
    """publish → review: a reader challenges a published verdict. `contact` is for the desk alone: publish forgets it as soon as the
    desk has answered, and the desk after a time. `moved` is where the desk said that it stands, which a desk that was restored has
    lost."""

    topic = "verdict.disputed.v1"
    revision: int = 1
    claim_id: UUID
    verdict_revision: int
    wrong: str
    reason: str
    url: str | None = None
    contact: str | None = None
    language: str
    disputed_at: AwareDatetime
    moved: DisputeMoved | None = None


class OpinionsCounted(ClaimMessage):
    """publish → review: how many readers found each revision of a verdict useful, and how many did not. `revision` is how many they
    are in all. Numbers only grow: the higher stands."""

    topic = "opinions.counted.v1"
    opinions: tuple[Opinions, ...]


class RemarkMade(Message):
    """publish → review: what a reader says was useful in a published verdict, or was missing (`is_useful`). For the desk alone."""

    topic = "remark.made.v1"
    revision: int = 1
    remark_id: UUID
    claim_id: UUID
    verdict_revision: int
    is_useful: bool
    text: str
    made_at: AwareDatetime

    @property
    def key(self) -> str:
        return str(self.remark_id)


class CorrectionsUrged(ClaimMessage):
    """review → publish: who was asked to correct a claim after a verdict on it, all of them, and what came of it. `revision` is the
    case's version at that time."""

    topic = "corrections.urged.v1"
    urged: tuple[Urged, ...]


class SourceVisited(ClaimMessage):
    """intake → review: what was found at an address that the claim points to. `revision` is the source's: it grows with
    each visit. `archived` is the newest copy, which may be older than a visit that brought nothing (`reason`); `status` and
    `landed_url` are of the answer that it is a copy of, `quotes_missing` what is quoted from there and does not stand in its text.
    `changes` counts what the desk has to look at, the last being `change`: other words, another address, gone."""

    topic = "source.visited.v1"
    source_id: UUID
    url: str
    state: SourceState
    reason: str | None = None
    visited_at: AwareDatetime
    next_visit_at: AwareDatetime | None = None
    archived: ArchivedCopy | None = None
    status: int | None = None
    landed_url: str | None = None
    quotes_missing: tuple[str, ...] = ()
    changes: int = 0
    change: SourceChange | None = None
    change_detail: str | None = None


class SourcesNamed(ClaimMessage):
    """review → intake: the addresses that the verdict on a claim rests on, all of them; each is to be archived, and looked at again
    from time to time while the claim is `watched`. `revision` counts what was told of the case so."""

    topic = "sources.named.v1"
    sources: tuple[NamedSource, ...]
    watched: bool


class EarlierCheckTaken(Message):
    """intake → review: a fact-check that others published, as it was imported last; or that it was removed. `revision` grows with
    the time at which it changed."""

    topic = "earlier.taken.v1"
    check_id: UUID
    url: str
    text: str
    claimant: str | None = None
    rating: str
    headline: str | None = None
    publisher: str
    published_at: AwareDatetime | None = None
    language: str | None = None
    removed: bool = False

    @property
    def key(self) -> str:
        return str(self.check_id)
