"""A story in the one form that every format is read into."""

import re
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from services.intake.checkable import find_checkable, find_dateline
from services.intake.parsing.words import bounded
from shared import contracts
from shared.contracts import Offered, Sentence, StoryStatus
from shared.errors import Invalid
from shared.fields import Language, Moment, Url

LONGEST_BODY = 200_000  # characters
LONGEST_READ = 50_000  # characters of it in which sentences are looked for
LONGEST_URI = 2_000
STATUSES: dict[str, StoryStatus] = {
    "usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled",
}  # fmt: skip
WITHDRAWN = (
    "cancel",
    "withh",
    "withdr",
    "kill",
    "retract",
    "revok",
    "deleted",
)  # how words begin for what does not stand
Format = Literal["ninjs", "newsml-g2", "newsarticle", "plain", "text", "feed"]


class Item(BaseModel):
    """What a story says of itself, bounded and clean. `published_at` is the first version's, `version_created_at` this one's."""

    format: Format
    uri: str
    version: str | None = None
    version_created_at: datetime | None = None
    status: StoryStatus = "usable"
    headline: str | None = None
    body: str = ""
    language: str | None = None
    publisher: str | None = None
    byline: str | None = None
    dateline: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    embargoed_until: datetime | None = None
    urgency: int = 5
    note: str | None = None
    usage: str | None = None
    topics: list[str] = []

    def as_story(self) -> contracts.Story:
        """Where a claim was found, as it is carried on."""
        return contracts.Story(
            url=self.url,
            headline=self.headline,
            publisher=self.publisher,
            dateline=self.dateline,
            published_at=self.published_at or self.version_created_at,
            external_id=self.uri[:300],
        )


class Checkable(BaseModel):
    """What was found in a story's body; see `checkable`."""

    sentences: tuple[Sentence, ...] = ()
    offered: Offered = Offered()
    has_rules: bool = True


class Read(NamedTuple):
    """A story that was read, with the sentences worth checking, and the bytes it was read from."""

    item: Item
    checkable: Checkable
    raw: bytes
    content_type: str


def read_item(item: Item, raw: bytes, content_type: str) -> Read:
    """Look for what is worth checking, and for the dateline if only the text has one. Takes its time, so it is done before a
    transaction opens."""
    written = find_dateline(item.body, item.language)
    alert = item.headline if item.status == "usable" and not item.body else None  # a wire's flash is a headline alone
    item = item.model_copy(
        update={
            "body": alert or item.body,
            "dateline": item.dateline or line(written.words),
            "publisher": item.publisher or line(written.agency),
        }
    )
    found = find_checkable(item.body[:LONGEST_READ], item.language, item.publisher)
    checkable = Checkable(sentences=found.sentences, offered=found.offered, has_rules=found.has_rules)
    return Read(item, checkable, raw, content_type)


def line(value: Any) -> str | None:
    """One line of somebody else's text."""
    return bounded(value, 300, lines=False) if isinstance(value, str) else None


def text(value: Any) -> str:
    """Paragraphs of somebody else's text."""
    return (bounded(value, LONGEST_BODY) or "") if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """A time, UTC where it names no zone; None if it is none, or only a part of one."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return TypeAdapter(Moment).validate_python(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def needed_moment(value: Any, field: str) -> datetime | None:
    """A time that much depends on. Raises Invalid if there is one that can't be read."""
    found = moment(value)
    if value not in (None, "") and found is None:
        raise Invalid.field(field, "must be a time, such as 2026-01-27T10:00:00Z")
    return found


def web_address(value: Any) -> str | None:
    """The address if it is one that can be linked."""
    return _valid(Url, value)


def language_tag(value: Any) -> str | None:
    return _valid(Language, value)


def urgency(value: Any) -> int:
    """From 1, the most urgent, to 9; 5 where nothing else is said."""
    number = (
        int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 3 else value
    )
    return int(number) if isinstance(number, int | float) and 1 <= number <= 9 else 5


def status(value: Any, field: str) -> StoryStatus:
    """A publishing status by its name, qcode or URI. Raises Invalid for one that we don't know, or that is empty: it may be a kill
    order."""
    known = STATUSES.get(_last_part(value))
    if known is None:
        raise Invalid.field(field, "must be usable, withheld or canceled")
    return known


def is_usable(value: Any) -> bool:
    """Whether it is the status of a story that stands."""
    return STATUSES.get(_last_part(value)) == "usable"


def withdraws(value: Any) -> bool:
    """Whether it is a status, or the name of a field, by which a story does not stand: `stat:canceled`, `killed`, `isWithdrawn`."""
    said = value.rpartition(":")[2].rpartition("/")[2] if isinstance(value, str) else ""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", said[:300])]
    return len(words) <= 2 and any(word.startswith(WITHDRAWN) and not word.endswith("able") for word in words)


def is_almost_status(name: str) -> bool:
    """Whether a field's name is `pubStatus`, or that mistyped."""
    name = name.strip().lower()
    return 6 < len(name) < 13 and bool(get_close_matches(name, ["pubstatus"], cutoff=0.8))  # comparing takes its time


def _last_part(value: Any) -> str:
    """`canceled` of `stat:canceled` and of `http://cv.iptc.org/newscodes/pubstatusg2/canceled`."""
    return str(value).rpartition(":")[2].rpartition("/")[2].strip().lower()


def name_of(value: Any) -> str:
    """The story's own name for ever. Raises Invalid."""
    found = value.strip() if isinstance(value, str) else ""
    if not found or len(found) > LONGEST_URI or not found.isprintable():
        raise Invalid.field("uri", f"must name the story, in 1 to {LONGEST_URI:,} characters")
    return found


def _valid(kind: Any, value: Any) -> str | None:
    try:
        found: str = TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None
    return found
