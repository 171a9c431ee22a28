"""The records that messages are made of, and the words that stand in them."""

from datetime import date
from typing import Literal, get_args
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

Stance = Literal["asserts", "confirms", "denies", "partly_confirms", "sets_condition"]
Outcome = Literal["no_response_yet", "declined", "answered"]
EvidenceStance = Literal["supports", "refutes", "context"]
Confidence = Literal["high", "moderate", "low"]
State = Literal["unverified", "checked", "published", "closed"]
RevisionKind = Literal["first", "correction", "clarification", "update", "retraction"]
PolicyName = Literal["methodology", "corrections-policy", "about", "funding"]
SourceState = Literal["archived", "failed"]
SourceChange = Literal["changed", "moved", "gone"]
StoryStatus = Literal["usable", "withheld", "canceled"]
Take = Literal["hedge", "condition", "statements", "requests_for_comment"]  # what of the offered records is taken over
TAKES: tuple[Take, ...] = get_args(Take)
CloseReason = Literal["not_checkable", "out_of_scope", "withdrawn", "spam", "duplicate", "submitter_blocked"]

DisputeState = Literal["open", "decided"]
Decision = Literal["upheld", "rejected", "not_a_dispute"]

UrgedOutcome = Literal["no_answer_yet", "corrected", "refused"]


# The slug of the rating of what judges nothing: an explainer has context and evidence, and no verdict on what is true.
EXPLAINER = "explainer"
StepState = Literal["done", "waived"]


class Snapshot(BaseModel):
    """A part of a message. Frozen; fields it doesn't know are ignored, and what it holds stands in no error."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


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
    """Who asked whom, when, how, until when, and what came of it when."""

    id: str
    asked_by: str
    asked: str
    asked_at: AwareDatetime | None = None
    channel: str | None = None
    deadline: AwareDatetime | None = None
    outcome: Outcome = "no_response_yet"
    reply: str | None = None
    replied_at: AwareDatetime | None = None


class Urged(Snapshot):
    """That somebody who made or spread a claim was asked to correct it, when and how, and what came of it when."""

    asked: str
    asked_at: AwareDatetime
    channel: str | None = None
    outcome: UrgedOutcome = "no_answer_yet"
    answered_at: AwareDatetime | None = None
    url: str | None = None


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


MOST_SUBMISSIONS = 100  # of one claim that are told: the first and the newest
READERS = "Readers"  # the newsroom of all who have none
DESK = "The desk"  # the newsroom of what the desk brings itself


class Submitter(Snapshot):
    """The person who sent a claim in, as their newsroom names them. For the desk's eyes, as the rest of a submission. Their
    e-mail address has no field to travel in: the desk judges a claim without it, and they are answered by their receipt."""

    name: str | None = None
    role: str | None = None
    country: str | None = None
    language: str | None = None
    platform: str | None = None


class Submission(Snapshot):
    """One act of sending the claim in. For the desk's eyes; it never goes on to publish. `appearances` are where a submission
    after the first one found it; where the first did stands in the claim."""

    id: UUID
    newsroom: str
    reason: str | None = None
    external_id: str | None = None
    submitter: Submitter | None = None
    submitted_at: AwareDatetime
    appearances: tuple[Appearance, ...] = ()


class EvidenceCopy(Snapshot):
    """A copy of a source as it was when it was read, by the SHA-256 of its file. The desk keeps the file for itself;
    `stamped_at` is when an authority outside of it has seen that SHA-256 (RFC 3161)."""

    sha256: str
    archived_at: AwareDatetime
    stamped_at: AwareDatetime | None = None


class EvidenceFile(Snapshot):
    """A file that is evidence, by its SHA-256, and what it is by its first bytes. The file itself goes another way: by a folder
    that the desk puts it in. `stamped_at` is when an authority outside of the desk has seen it (RFC 3161)."""

    sha256: str
    name: str
    media_type: str
    bytes: int
    stamped_at: AwareDatetime | None = None


class Evidence(Snapshot):
    """A source that was consulted and may be shown. `accessed_at` is when it was read, where that was not when it was entered
    (`consulted_at`); `position` is where in it the quote stands: "page 4", "at 12:31"; `interests` are what the source has at
    stake; `archive_url` is where a public archive shows a copy, which is another than the desk's own (`archived`)."""

    id: UUID
    kind: str
    title: str
    url: str | None = None
    publisher: str | None = None
    stance: EvidenceStance
    quote: str | None = None
    position: str | None = None
    interests: str | None = None
    consulted_at: AwareDatetime
    accessed_at: AwareDatetime | None = None
    archived: EvidenceCopy | None = None
    archive_url: str | None = None
    file: EvidenceFile | None = None


class Answered(Snapshot):
    """A question that a claim was broken into, and its answer, both for readers."""

    question: str
    answer: str


class CheckedStep(Snapshot):
    """What the desk asks of every verdict and tells readers of: that it was done, or why it was not asked of this one."""

    label: str
    state: StepState
    why: str | None = None


class CheckSign(Snapshot):
    """Something in a sentence that makes it checkable, or less so: its kind, why in words, the points it gives, the words."""

    kind: str
    why: str
    points: int
    words: str


class Offered(Snapshot):
    """What a sentence or story says of itself, as records that a person may take over. Nothing of it is applied unasked. Of a
    sentence: who says so, and who answers it elsewhere; who was asked about it. Of a story: everybody who was asked."""

    claimant: Party | None = None  # whose claim it is; goes with the statements
    hedge: str | None = None
    condition: str | None = None
    statements: tuple[Statement, ...] = ()
    requests_for_comment: tuple[RequestForComment, ...] = ()
    unverified: str | None = None  # the sentence that says that nobody could verify it


class SeenBefore(Snapshot):
    """Something that readers can read already on a claim that may say the same: a verdict of this desk, or a fact-check that was
    published before. `rating` is what it came to, `score` from 0 to 1 how likely it is the same."""

    kind: Literal["claim", "earlier_check"]
    id: UUID
    text: str
    url: str
    rating: str
    publisher: str | None = None
    says: Literal["surely the same", "perhaps the same"]
    score: float


class Sentence(Snapshot):
    """A sentence of a story that is worth checking: where it stands (`start` in characters of the body, and a W3C
    TextQuoteSelector), its rank from 0 to 100, and what the rank is made of; what was seen before that may say the same, the
    likeliest first. The same words have the same `id`."""

    id: str
    text: str
    exact: str
    prefix: str | None = None
    suffix: str | None = None
    start: int
    score: int
    signs: tuple[CheckSign, ...] = ()
    offered: Offered = Offered()
    seen: tuple[SeenBefore, ...] = ()

    @property
    def offers(self) -> list[Take]:
        """What there is to take over with it."""
        return [name for name in TAKES if getattr(self.offered, name)]


class StoryClaim(Snapshot):
    """A claim that was made from a story; whether its words still stand in the newest version, None if they never did."""

    claim_id: UUID
    exact: str | None = None
    stands: bool | None = None


class PickedClaim(Snapshot):
    """A claim that somebody at the desk made from a story."""

    claim: ClaimRecord
    reason: str


class NamedSource(Snapshot):
    """An address that a verdict rests on, and what is quoted from there, word for word."""

    url: str
    quotes: tuple[str, ...] = ()


class Viewed(Snapshot):
    """How often a check's page was opened, and its frame on other sites."""

    claim_id: UUID
    pages: int
    frames: int


class Opinions(Snapshot):
    """How many readers found a revision useful, and how many did not."""

    verdict_revision: int
    useful: int
    not_useful: int


class Picture(Snapshot):
    """What a page looked like at a time, by the SHA-256 of its file (WebP)."""

    sha256: str
    bytes: int
    taken_at: AwareDatetime


class ArchivedCopy(Snapshot):
    """A copy of a page, by the SHA-256 of its file, and what could be read from it: a hint, never a quotation.
    `seen_at` is when the page was last found to be the same. There may be a `picture` of the page, or why there is none."""

    sha256: str
    bytes: int
    content_type: str
    archived_at: AwareDatetime
    seen_at: AwareDatetime
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published_on: date | None = None
    picture: Picture | None = None
    no_picture: str | None = None
