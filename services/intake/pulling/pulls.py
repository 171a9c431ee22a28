"""A pull of a feed: whether it is still wanted, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from services.intake.models import Feed, Newsroom, Outbox
from services.intake.pulling.entries import read_changed, take
from services.intake.pulling.feeds import Pull
from services.intake.service import service
from services.intake.stories import Read
from shared import errands
from shared.clock import now

LONGEST_WAIT = timedelta(days=1)
MOST_DOUBLINGS = 12
CUT_OFF = "It was cut off before its end. The entries that are whole were taken in; all of it is asked for again."
BUSY = timedelta(seconds=20)


class Wanted(NamedTuple):
    """A feed that is to be pulled now, and the validators of its last answer."""

    url: str
    etag: str | None
    last_modified: str | None


class Nothing(NamedTuple):
    """A pull that failed: why, and for how many seconds the server asks us to stay away."""

    reason: str
    not_before: float = 0.0


class Unchanged(NamedTuple):
    """The server says that nothing has changed. `fresh_for` is for how many seconds that will be so, if it says."""

    fresh_for: float = 0.0


class Pulled(NamedTuple):
    """What the feed holds, as `parsing.feeds` reads it, and what the server says of it. `cut_off`: it may hold more."""

    title: str | None
    entries: Sequence[Mapping[str, Any]]
    etag: str | None
    last_modified: str | None
    fresh_for: float = 0.0
    cut_off: bool = False


Outcome = Nothing | Unchanged | Pulled


def begin(session: Session, pull: Pull) -> Wanted | None:
    """What is to be pulled; None if that pull has been made, the feed removed, or its newsroom blocked."""
    feed = session.get(Feed, pull.feed_id)
    if feed is None or feed.pulls != pull.number - 1 or session.get_one(Newsroom, feed.newsroom_id).blocked_at:
        return None
    return Wanted(feed.url, feed.etag, feed.last_modified)


def put_off(session: Session, pull: Pull) -> None:
    """Its host has as many visitors as it should have: a little later."""
    errands.order(session, Outbox, service.name, [(pull, now() + BUSY)])


def read(session: Session, pull: Pull, outcome: Outcome) -> dict[str, Read]:
    """What stands in a feed that is new or has changed, as stories; see `entries.read_changed`."""
    feed = session.get(Feed, pull.feed_id)
    if feed is None or not isinstance(outcome, Pulled):
        return {}
    return read_changed(session, feed.id, feed.url, outcome.title or feed.title, outcome.entries)


def end(session: Session, pull: Pull, outcome: Outcome, stories: Mapping[str, Read]) -> int:
    """Note what came of a pull, and take in what stands in the feed, of which `stories` were read. Returns how many entries are
    new or changed."""
    feed = session.get(Feed, pull.feed_id, with_for_update=True)
    if feed is None or feed.pulls != pull.number - 1:
        return 0
    feed.pulls, feed.pulled_at, feed.ordered_at = pull.number, now(), None
    if isinstance(outcome, Nothing):
        feed.error = outcome.reason
        feed.failures += 1
        wait = _usual(feed) * 2.0 ** min(feed.failures, MOST_DOUBLINGS)
        feed.due_at = _after(max(wait, outcome.not_before))
        return 0
    feed.error, feed.failures = None, 0
    feed.due_at = _after(max(_usual(feed), outcome.fresh_for))
    if isinstance(outcome, Unchanged):
        return 0
    feed.title = outcome.title or feed.title
    feed.etag, feed.last_modified = outcome.etag, outcome.last_modified
    if outcome.cut_off:
        feed.error = CUT_OFF
        feed.etag = feed.last_modified = None  # or the rest would count as known
        feed.due_at = _after(_usual(feed))
    return len(take(session, feed, outcome.entries, stories))


def _usual(feed: Feed) -> float:
    return feed.every_minutes * 60.0


def _after(seconds: float) -> datetime:
    return now() + min(timedelta(seconds=seconds), LONGEST_WAIT)
