"""What the services tell each other: past-tense facts, each with the whole snapshot and a growing revision.

A message is applied only if its revision is newer than what the receiver has; order and repeats don't
matter. Receivers ignore fields they don't know. A change that is not an added optional field is a new
version of the topic, both routed until the old one has drained.

`VerdictApproved` is the only way to the public record. It lists public fields alone: notes, withheld
evidence, the identity of unnamed sources and submitters' addresses have no field to travel in.
"""

from datetime import date
from typing import ClassVar, Literal, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

Stance = Literal["asserts", "confirms", "denies", "partly_confirms", "sets_condition"]
Outcome = Literal["no_response_yet", "declined", "answered"]
EvidenceStance = Literal["supports", "refutes", "context"]
State = Literal["unverified", "checked", "published", "closed"]
RevisionKind = Literal["first", "correction", "clarification", "update", "retraction"]
SourceState = Literal["archived", "failed"]
CloseReason = Literal["not_checkable", "out_of_scope", "withdrawn", "spam", "duplicate"]


class Snapshot(BaseModel):
    """A part of a message. Frozen; fields it doesn't know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Party(Snapshot):
    """A named person or body. `same_as` is a URL that identifies it (schema.org `sameAs`)."""

    name: str
    title: str | None = None
    organization: str | None = None
    same_as: str | None = None


class Hop(Snapshot):
    """One carrier on a statement's way, nearest to the reader first: Reuters *cites*, the FT *reports*."""

    name: str
    relation: str | None = None


class Unnamed(Snapshot):
    """An unnamed group at the end of the hops, as the carrier described it. Never their identity."""

    count: int | None = None
    described_as: str
    basis: str | None = None
    reason: str | None = None


class Statement(Snapshot):
    """What one party said about the claim, and the hops it came through."""

    id: str
    stance: Stance
    speaker: Party | None = None
    unnamed: Unnamed | None = None
    said_at: AwareDatetime | None = None
    quote: str | None = None
    paraphrase: str | None = None
    via: tuple[Hop, ...] = ()


class RequestForComment(Snapshot):
    """Who asked whom, when, how, until when, and what came of it."""

    id: str
    asked_by: str
    asked: str
    asked_at: AwareDatetime | None = None
    channel: str | None = None
    deadline: AwareDatetime | None = None
    outcome: Outcome = "no_response_yet"
    reply: str | None = None


class Story(Snapshot):
    """The article or broadcast in which the claim was found. `dateline` is free text: "Kyiv, 27 Jan"."""

    url: str | None = None
    headline: str | None = None
    publisher: str | None = None
    dateline: str | None = None
    published_at: AwareDatetime | None = None
    external_id: str | None = None


class Quote(Snapshot):
    """Where the claim stands in the story: a W3C TextQuoteSelector."""

    exact: str
    prefix: str | None = None
    suffix: str | None = None


class Appearance(Snapshot):
    """One place where the claim was made or repeated."""

    url: str
    title: str | None = None
    publisher: str | None = None
    published_at: AwareDatetime | None = None
    medium: str | None = None


class ClaimRecord(Snapshot):
    """One checkable statement, as it was received. The wording never changes."""

    text: str
    language: str | None = None
    claimant: Party | None = None
    claimed_at: AwareDatetime | None = None
    hedge: str | None = None
    condition: str | None = None
    story: Story | None = None
    quote: Quote | None = None
    appearances: tuple[Appearance, ...] = ()
    statements: tuple[Statement, ...] = ()
    requests_for_comment: tuple[RequestForComment, ...] = ()
    tags: tuple[str, ...] = ()
    urgency: int = 5
    due_at: AwareDatetime | None = None
    test: bool = False


class Submission(Snapshot):
    """One act of sending the claim in. For the desk's eyes; it never goes on to publish."""

    id: UUID
    newsroom: str
    reason: str | None = None
    external_id: str | None = None
    submitted_at: AwareDatetime


class Rating(Snapshot):
    """One step of the desk's scale. `value`, `best` and `worst` are schema.org `ratingValue` and its bounds,
    a higher value is truer; all three are None for ratings that say nothing about truth (unproven, satire)."""

    slug: str
    label: str
    value: int | None = None
    best: int | None = None
    worst: int | None = None
    meaning: str | None = None


class Evidence(Snapshot):
    """A source that was consulted and may be shown."""

    id: UUID
    kind: str
    title: str
    url: str | None = None
    publisher: str | None = None
    stance: EvidenceStance
    quote: str | None = None
    consulted_at: AwareDatetime


class Message(Snapshot):
    """A fact about one claim. `key` and `revision` order messages of a topic."""

    topic: ClassVar[str]
    claim_id: UUID
    revision: int

    @property
    def key(self) -> str:
        return str(self.claim_id)


class ClaimSubmitted(Message):
    """intake → review. `revision` grows with each further submission of the same claim."""

    topic = "claim.submitted.v1"
    submitted_at: AwareDatetime
    claim: ClaimRecord
    submissions: tuple[Submission, ...]


class CaseMoved(Message):
    """review → intake, publish. `revision` is the case's version; `verdict_revision` the revision of the
    verdict that is being worked on or stands, 1 for the first."""

    topic = "case.moved.v1"
    state: State
    moved_at: AwareDatetime
    verdict_revision: int
    kind: RevisionKind = "first"
    close_reason: CloseReason | None = None


class VerdictApproved(Message):
    """review → publish. `revision` is the verdict's: 1 the first, then one more for each correction or other
    change. `change` says in words for readers why there is a new one; None for the first."""

    topic = "verdict.approved.v1"
    kind: RevisionKind
    change: str | None = None
    rating: Rating
    headline: str
    summary: str
    text: str
    unknown: str | None = None
    waiver: str | None = None
    claim: ClaimRecord
    evidence: tuple[Evidence, ...] = ()
    withheld: tuple[str, ...] = ()
    checked_by: tuple[str, ...]
    approved_by: str
    received_at: AwareDatetime
    taken_at: AwareDatetime | None = None
    checked_at: AwareDatetime
    approved_at: AwareDatetime


class VerdictPublished(Message):
    """publish → review, intake: readers can read it at `url` now."""

    topic = "verdict.published.v1"
    kind: RevisionKind
    change: str | None = None
    url: str
    rating: Rating
    headline: str
    summary: str
    published_at: AwareDatetime


class ArchivedCopy(Snapshot):
    """A copy of a page, by the SHA-256 of its file, and what could be read from it: a hint, never a quotation.
    `seen_at` is when the page was last found to be the same."""

    sha256: str
    bytes: int
    content_type: str
    archived_at: AwareDatetime
    seen_at: AwareDatetime
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published_on: date | None = None


class SourceVisited(Message):
    """intake → review: what was found at an address that the claim points to. `revision` is the source's: it grows with
    each visit. `archived` is the newest copy, which may be older than a visit that brought nothing (`reason`)."""

    topic = "source.visited.v1"
    source_id: UUID
    url: str
    state: SourceState
    reason: str | None = None
    visited_at: AwareDatetime
    next_visit_at: AwareDatetime | None = None
    archived: ArchivedCopy | None = None


class Receiver(NamedTuple):
    """A queue, and the dotted name of the job on it."""

    queue: str
    job: str


ROUTES: dict[type[Message], tuple[Receiver, ...]] = {
    ClaimSubmitted: (Receiver("review", "services.review.jobs.claim_submitted"),),
    SourceVisited: (Receiver("review", "services.review.jobs.source_visited"),),
    CaseMoved: (
        Receiver("intake", "services.intake.jobs.case_moved"),
        Receiver("publish", "services.publish.jobs.case_moved"),
    ),
    VerdictApproved: (Receiver("publish", "services.publish.jobs.verdict_approved"),),
    VerdictPublished: (
        Receiver("review", "services.review.jobs.verdict_published"),
        Receiver("intake", "services.intake.jobs.verdict_published"),
    ),
}
