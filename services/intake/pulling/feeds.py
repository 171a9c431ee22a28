"""A newsroom's feeds: added, removed, and pulled when they are due."""

from datetime import timedelta
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, or_
from sqlmodel import Session, col, func, select

from services.intake.models import Feed, FeedEntry, Newsroom, Outbox
from services.intake.schemas import FeedIn
from services.intake.service import service
from shared import errands
from shared.clock import now
from shared.db import insert_if_absent, row_of
from shared.errands import Errand
from shared.errors import Invalid, NotAllowed, NotFound
from shared.fetch import Refused, Unreachable, check_destination
from shared.fields import plain_url

MOST_FEEDS = 200  # of one newsroom
AT_ONCE = 1_000  # feeds of which pulls are ordered in one go
LOST_AFTER = timedelta(hours=1)  # a pull that was ordered and never ended


class Pull(Errand):
    """Pull a feed for the `number`th time, counted from 1."""

    topic: ClassVar[str] = "pull"
    job: ClassVar[str] = "services.intake.errands.pull"

    feed_id: UUID
    number: int


def check_address(url: str) -> None:
    """Raises Invalid for an address that is never fetched. One that can't be reached now may be later."""
    try:
        check_destination(url, service.settings.private_hosts)
    except Refused as refusal:
        raise Invalid.field("url", str(refusal)) from None
    except Unreachable:
        return


def add_feed(session: Session, found: FeedIn, newsroom_id: UUID) -> tuple[Feed, bool]:
    """Have a feed pulled for a newsroom, from now on. Returns it, and whether it is new; one that is there is pulled as often as
    is asked for now. Raises NotAllowed when the newsroom has as many as it may have."""
    session.get_one(Newsroom, newsroom_id, with_for_update=True)  # so that two at once are counted
    url = plain_url(found.url)
    digest = sha256(url.encode()).hexdigest()
    same = select(Feed).where(Feed.newsroom_id == newsroom_id, Feed.url_hash == digest)
    feed = session.exec(same).first()
    if feed is not None:
        feed.every_minutes = found.every_minutes
        return feed, False
    count = session.exec(select(func.count()).select_from(Feed).where(Feed.newsroom_id == newsroom_id)).one()
    if count >= MOST_FEEDS:
        raise NotAllowed(f"A newsroom may have {MOST_FEEDS} feeds. Remove one first.")
    row = row_of(Feed, newsroom_id=newsroom_id, url=url, url_hash=digest, every_minutes=found.every_minutes)
    session.connection().execute(insert_if_absent(session, Feed), [row])
    feed = session.exec(same).one()
    _order(session, [feed])
    return feed, True


def remove_feed(session: Session, feed_id: UUID, newsroom_id: UUID | None = None) -> None:
    """Stop pulling a feed, and forget what stood in it. Raises NotFound; others' feeds are not found."""
    feed = _get(session, feed_id, newsroom_id)
    session.execute(delete(FeedEntry).where(col(FeedEntry.feed_id) == feed.id))
    session.delete(feed)


def pull_now(session: Session, feed_id: UUID, newsroom_id: UUID | None = None) -> Feed:
    """Have a feed pulled without waiting until it is due. Raises NotFound."""
    feed = _get(session, feed_id, newsroom_id)
    if not _is_on_its_way(feed):
        _order(session, [feed])
    return feed


def order_due(session: Session) -> int:
    """Order a pull of each feed that is due, of newsrooms that are not blocked; returns how many."""
    lost = now() - LOST_AFTER
    due = (
        select(Feed)
        .join(Newsroom, col(Newsroom.id) == col(Feed.newsroom_id))
        .where(col(Newsroom.blocked_at).is_(None))
        .where(col(Feed.due_at) <= now(), or_(col(Feed.ordered_at).is_(None), col(Feed.ordered_at) < lost))
        .order_by(col(Feed.due_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Feed)
    )
    feeds = list(session.exec(due))
    _order(session, feeds)
    return len(feeds)


def _is_on_its_way(feed: Feed) -> bool:
    return feed.ordered_at is not None and feed.ordered_at > now() - LOST_AFTER


def _order(session: Session, feeds: list[Feed]) -> None:
    for feed in feeds:
        feed.ordered_at = now()
        session.add(feed)
    session.flush()
    pulls = [(Pull(feed_id=feed.id, number=feed.pulls + 1), None) for feed in feeds]
    errands.order(session, Outbox, service.name, pulls)


def _get(session: Session, feed_id: UUID, newsroom_id: UUID | None) -> Feed:
    feed = session.get(Feed, feed_id, with_for_update=True)
    if feed is None or newsroom_id not in (None, feed.newsroom_id):
        raise NotFound("You have no feed with this id.")
    return feed
