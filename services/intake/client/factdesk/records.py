"""What the desk tells, as records that don't change. Moments are in UTC. `raw` is the JSON as it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from factdesk.errors import FieldError

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Rating:
    """A step of the desk's scale. The numbers are None for ratings that say nothing about truth."""

    slug: str
    label: str
    value: int | None = None
    best: int | None = None
    worst: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The verdict that readers can read. `kind` is first, correction, clarification, update or retraction."""

    rating: Rating
    headline: str
    url: str
    summary: str = ""
    revision: int = 1
    kind: str = "first"
    change: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Submission:
    """One act of sending the claim in."""

    id: str
    external_id: str | None = None
    reason: str | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """A claim, and what became of it. `state` is unverified, checked, published or closed."""

    id: str
    state: str
    text: str
    duplicate_of: str | None = None
    close_reason: str | None = None
    verdict: Verdict | None = None
    rechecking: bool = False
    submissions: tuple[Submission, ...] = ()
    submission_count: int = 0
    test: bool = False
    submitted_at: datetime | None = None
    changed_at: datetime | None = None
    url: str | None = None
    etag: str | None = field(default=None, repr=False, compare=False)
    raw: Raw = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_settled(self) -> bool:
        """Whether the desk has done with it, for now: readers can read the verdict, or it was closed."""
        return self.state == "closed" or (self.state == "published" and not self.rechecking)


@dataclass(frozen=True)
class EarlierRating:
    """What an earlier check came to, in its publisher's words. Many give no numbers; nearer to `best` is truer."""

    label: str
    value: float | None = None
    best: float | None = None
    worst: float | None = None


@dataclass(frozen=True)
class Publisher:
    """Who published something, and where they are found."""

    name: str
    url: str | None = None


@dataclass(frozen=True)
class Difference:
    """Something in which two differ: a number, a unit, a date, a name, a denial, an opposite, who does it to whom, whether it
    was done yet, another word."""

    what: str = ""
    asked: str = ""
    found: str = ""


@dataclass(frozen=True)
class Match:
    """A claim, or a fact-check that was published before, that may say the same. `says` is surely the same, perhaps the same or
    something like it, by `score`, from 0 to 1. `verdict` is a claim's, `rating` and `publisher` are an earlier check's."""

    text: str = ""
    kind: str = "claim"
    id: str | None = None
    score: float | None = None
    says: str | None = None
    state: str | None = None
    url: str | None = None
    language: str | None = None
    verdict: Verdict | None = None
    rating: EarlierRating | None = None
    publisher: Publisher | None = None
    differs: tuple[Difference, ...] = ()
    shared: tuple[str, ...] = ()
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Submitted(Claim):
    """The answer to a submission. `receipt_url` is a page for people, shown once. `earlier` is what probably says the same, or None
    if the desk had no time to look: `Client.earlier_of` asks again. `is_new` is false if the same wording had come from you before;
    `is_replayed` is true if this very request had been answered before."""

    receipt_url: str = ""
    earlier: tuple[Match, ...] | None = None
    is_new: bool = True
    is_replayed: bool = False


@dataclass(frozen=True)
class Result:
    """What became of one claim of many. `number` counts them from 1. With `ok` it has an `id` and a receipt; else a
    `detail` and, where fields are wrong, `errors`."""

    number: int
    status: int
    id: str | None = None
    receipt_url: str | None = None
    replayed: bool = False
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it was taken in, now or before."""
        return 200 <= self.status < 300

    @property
    def is_new(self) -> bool:
        """Whether it is a new claim; else its wording had come from you before."""
        return self.status == 201

    @property
    def is_passing(self) -> bool:
        """Whether it may be taken in if it is sent again as it is."""
        return self.status == 429 or self.status >= 500


@dataclass(frozen=True)
class Change:
    """Something that became of a claim, and the claim as it stands now. `kind` is submitted, moved, published or renamed (its
    rating is called otherwise now). `cursor`, given to `changes`, begins with the page that this stands on."""

    kind: str
    claim: Claim
    at: datetime | None = None
    cursor: str | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Key:
    """The API key in use: whose it is, what it may do, and what it has left. `claims_today` counts by UTC."""

    id: str
    newsroom: str
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    requests_per_minute: int | None = None
    claims_per_day: int | None = None
    claims_today: int | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class EarlierCheck:
    """A fact-check that was published before, by others or by the desk. `url` is where it is to be read."""

    id: str
    url: str
    claim: str
    rating: EarlierRating
    publisher: Publisher
    claimant: str | None = None
    claimed_at: datetime | None = None
    published_at: datetime | None = None
    language: str | None = None
    headline: str | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Story:
    """A story as the desk has it. `taken` is what came of what was sent: new, updated, unchanged, older or waits; `status` is
    usable, withheld or canceled. Whoever has `page_url` may make claims from the story. `raw` holds its sentences."""

    id: str | None = None
    url: str | None = None
    uri: str | None = None
    page_url: str | None = None
    taken: str | None = None
    status: str | None = None
    version: str | None = None
    versions: int = 0
    headline: str | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Endpoint:
    """A webhook endpoint, and how it is doing. `secret` is told when it is made or rotated, and never again."""

    id: str
    url: str
    description: str | None = None
    about: str | None = None
    events: tuple[str, ...] = ()
    enabled: bool = True
    disabled_because: str | None = None
    failing_since: datetime | None = None
    secret: str | None = field(default=None, repr=False)
    secret_fingerprint: str | None = None
    created_at: datetime | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Attempt:
    """One try to deliver. Only a `status` of 200 to 299 counts as delivered."""

    started_at: datetime | None = None
    took_ms: int | None = None
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint. `event_id` is what is sent as `webhook-id`."""

    id: str
    type: str
    status: str
    event_id: str | None = None
    claim_id: str | None = None
    due_at: datetime | None = None
    created_at: datetime | None = None
    delivered_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    raw: Raw = field(default_factory=dict, repr=False, compare=False)
