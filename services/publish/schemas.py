"""The shapes that publish's lists and its record as data are given in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, RootModel

from shared.contracts import (
    Answered,
    Appearance,
    CheckedStep,
    Confidence,
    EvidenceCopy,
    EvidenceFile,
    EvidenceStance,
    Party,
    Quote,
    RatingWords,
    RequestForComment,
    RevisionKind,
    Statement,
)
from shared.fields import In, Line, Text, Url
from shared.shapes import Colour, Shape

FacetKind = Literal["topic", "rating", "claimant", "language"]


RatingNames = Mapping[str, Mapping[str, str]]  # by languages' tags: contracts.RatingWords


class CheckRow(NamedTuple):
    """A check as a list shows it."""

    claim_id: UUID
    path: str
    headline: str
    summary: str
    kind: RevisionKind
    change: str | None
    rating_slug: str
    rating_label: str
    claim_text: str
    claimant: str | None
    language: str | None
    first_published_at: datetime
    updated_at: datetime
    claimant_slug: str | None = None
    rating_look: str | None = None
    rating_words: RatingNames | None = None
    written_in: str | None = None  # the verdict's language; None: the site's own


class ShelfRow(NamedTuple):
    """A list that readers leaf through, as the list of lists shows it."""

    kind: str
    slug: str
    name: str
    about: str | None
    same_as: str | None
    checks: int
    look: str | None = None


class StandingRow(NamedTuple):
    """How many claims of a claimant have a rating."""

    rating_slug: str
    rating_label: str
    rating_look: str | None
    checks: int


class Hit(NamedTuple):
    """A check that was found, with what was looked for marked."""

    row: CheckRow
    headline: Markup
    claim: Markup
    summary: Markup
    is_meant: bool  # it was found by what it says, and not by its words alone


class SearchResults(NamedTuple):
    """A page of what was found. `taken_for` are words that nobody wrote, and what they were taken for; `more` is the query of the
    next page, `newer` of the one before."""

    hits: list[Hit]
    number: int
    total: int
    is_cut: bool
    all_words: bool
    taken_for: Mapping[str, str]
    newer: str | None
    more: str | None


class CorrectionRow(NamedTuple):
    """A revision after the first, and the rating before and after it. What was before is None if it never arrived."""

    claim_id: UUID
    path: str
    revision: int
    kind: RevisionKind
    change: str | None
    headline: str
    old_slug: str | None
    old_label: str | None
    old_look: str | None
    old_words: RatingNames | None
    new_slug: str
    new_label: str
    new_look: str | None
    new_words: RatingNames | None
    published_at: datetime


class DisputeIn(In):
    """A reader's challenge to a verdict: what is wrong, why, and where that can be seen. `contact` is for the desk alone."""

    wrong: Annotated[Text, Field(max_length=2000)]
    reason: Annotated[Text, Field(max_length=5000)]
    url: Url | None = None
    contact: Annotated[Line, Field(max_length=200)] | None = None


class RemarkIn(In):
    """What a reader found useful in a fact-check, or missing, in a few words. For the desk alone."""

    text: Annotated[Text, Field(max_length=1000)]


class DisputeRow(NamedTuple):
    """A dispute that was decided in public."""

    path: str
    headline: str
    verdict_revision: int
    made_at: datetime
    decided_at: datetime
    decision: str
    reason: str


class RatingOut(BaseModel):
    """A step of the desk's scale. A higher value is truer; the numbers are None where a rating says nothing of truth."""

    slug: str
    label: str
    value: int | None
    best: int | None
    worst: int | None
    meaning: str | None
    shape: Shape | None
    colour: Colour | None
    words: dict[str, RatingWords] = Field(description="What it is called in other languages, by their tags.")


class StoryOut(BaseModel):
    """The article or broadcast in which the claim was found. Under which number its newsroom keeps it is the newsroom's own."""

    url: str | None
    headline: str | None
    publisher: str | None
    dateline: str | None
    published_at: datetime | None


class ClaimOut(BaseModel):
    """The claim as it was received."""

    text: str
    language: str | None
    claimant: Party | None
    claimed_at: datetime | None
    hedge: str | None
    condition: str | None
    story: StoryOut | None
    quote: Quote | None
    appearances: tuple[Appearance, ...]
    statements: tuple[Statement, ...]
    requests_for_comment: tuple[RequestForComment, ...]
    tags: tuple[str, ...]


class EvidenceFileOut(EvidenceFile):
    """A file that is evidence, and where it is fetched."""

    url: str


class EvidenceOut(BaseModel):
    """A source that was consulted and may be shown."""

    id: UUID
    kind: str
    title: str
    url: str | None
    publisher: str | None
    stance: EvidenceStance
    quote: str | None
    position: str | None = None
    interests: str | None = None
    consulted_at: datetime
    accessed_at: datetime | None = None
    archived: EvidenceCopy | None = None
    archive_url: str | None = None
    file: EvidenceFileOut | None = None


class NoticeRow(BaseModel):
    """What is being checked, as the list shows it."""

    path: str
    headline: str
    claim_text: str
    as_of: datetime


class RevisionOut(BaseModel):
    """One of the versions that readers saw, and where it is kept."""

    revision: int
    kind: RevisionKind
    change: str | None
    headline: str
    rating: str
    published_at: datetime
    url: str


class UsefulOut(BaseModel):
    """How many readers found the current revision useful, and how many did not."""

    yes: int
    no: int


class CheckOut(BaseModel):
    """A published check: the current revision of its verdict, all that stands behind it, and its earlier revisions."""

    id: UUID
    url: str
    revision: int
    kind: RevisionKind
    change: str | None
    rating: RatingOut
    headline: str
    summary: str
    text: str
    unknown: str | None
    confidence: Confidence | None = None
    rests_on: str | None = None
    waiver: str | None
    interests: str | None
    as_of: datetime | None = None
    valid_until: datetime | None = None
    wording: str | None
    language: str | None = None
    translation_of: UUID | None = None
    claim: ClaimOut
    evidence: list[EvidenceOut]
    questions: tuple[Answered, ...] = ()
    steps: tuple[CheckedStep, ...] = ()
    desk: str | None = None
    withheld: list[str]
    checked_by: list[str]
    approved_by: str
    panel: list[str]
    received_at: datetime
    taken_at: datetime | None
    checked_at: datetime
    approved_at: datetime
    first_published_at: datetime
    published_at: datetime
    rechecking_since: datetime | None
    test: bool
    useful: UsefulOut
    revisions: list[RevisionOut]


class RatingNameOut(BaseModel):
    """A rating by its name alone."""

    slug: str
    label: str
    words: dict[str, RatingWords] = Field({}, description="The same in other languages, by their tags.")


class CheckSummaryOut(BaseModel):
    """A check as a list shows it. One that was retracted has no rating."""

    id: UUID
    url: str
    kind: RevisionKind
    headline: str
    summary: str
    rating: RatingNameOut | None
    claim: str
    claimant: str | None
    language: str | None
    topics: list[str]
    first_published_at: datetime
    updated_at: datetime


class ChecksOut(BaseModel):
    """A page of checks."""

    data: list[CheckSummaryOut]
    next_cursor: str | None


class ChangeOut(BaseModel):
    """Something that became of the record. `kind` is that of a verdict's revision (first, correction, clarification, update,
    retraction), or `notice`, `notice_withdrawn`, `rechecking`, `settled` (it is being checked again no more), `renamed` (its desk
    calls or draws the rating otherwise now, and the verdict is what it was); `revision` is the verdict's or the notice's, `id` the
    check's, `url` where its page is now."""

    kind: str
    at: datetime
    id: UUID
    revision: int
    url: str
    headline: str
    rating: RatingNameOut | None
    change: str | None


class ChangesOut(BaseModel):
    """Changes since a cursor, the oldest first; ask again with `next_cursor`."""

    data: list[ChangeOut]
    next_cursor: str
    more: bool


class NinjsOut(BaseModel):
    """An item of IPTC ninjs 3.1; its schema says the rest."""

    model_config = ConfigDict(extra="allow")

    uri: str
    version: str
    pubStatus: Literal["usable", "canceled"]  # noqa: N815


class HistoryHeadOut(BaseModel):
    """How many entries the desk's history had at a time, and the hash of the last."""

    entries: int
    hash: str
    noted_at: datetime
    stamped_at: datetime | None = Field(
        description="When an authority outside of the desk has seen the hash, by its own clock."
    )
    authority: str | None = Field(description="Which authority that is.")
    stamp_url: str | None = Field(description="Its answer (RFC 3161). What is stamped are the letters of the hash.")


class StampBytes(RootModel[bytes]):
    """The answer of an authority that stamps times (RFC 3161), as DER."""


class HistoryHeadsOut(HistoryHeadOut):
    """The newest, and those before it, the newest first."""

    earlier: list[HistoryHeadOut]
