"""Entries of feeds are taken in: each once, however often it stands in the feed, and again when its words have changed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from services.intake import stories
from services.intake.models import Feed, FeedEntry
from services.intake.stories.feeds import item_of
from shared.clock import now

WORDS = ("link", "title", "text", "author", "published_at")
MOMENTS = ("published_at", "updated_at")


def take(session: Session, feed: Feed, found: Sequence[Mapping[str, Any]]) -> list[FeedEntry]:
    """Take in what stands in a feed, in the form of `parsing.feeds`: each entry that is new or has changed is a version of a story.
    Returns those. What is not in the feed any more stays.
    """
    given = {sha256(one["key"].encode()).hexdigest(): one for one in reversed(found)}
    chosen = select(FeedEntry).where(FeedEntry.feed_id == feed.id, col(FeedEntry.key_hash).in_(list(given)))
    known = {entry.key_hash: entry for entry in session.exec(chosen)}
    taken = []
    for key_hash, one in given.items():  # the oldest first, as feeds begin with the newest
        words_hash = _words_hash(one)
        entry = known.get(key_hash)
        if entry is None:
            entry = FeedEntry(feed_id=feed.id, key=one["key"], key_hash=key_hash, words_hash=words_hash)
        elif entry.words_hash == words_hash:
            continue
        else:
            entry.revision += 1
            entry.words_hash, entry.changed_at = words_hash, now()
        for name in ("link", "title", "text", "author"):
            setattr(entry, name, one[name])
        for name in MOMENTS:
            setattr(entry, name, datetime.fromisoformat(one[name]) if one[name] else None)
        session.add(entry)
        taken.append(entry)
    session.flush()
    for entry in taken:
        stories.take(session, item_of(feed, entry), feed.newsroom_id)
    return taken


def _words_hash(one: Mapping[str, Any]) -> str:
    return sha256(json.dumps([one[name] for name in WORDS]).encode()).hexdigest()
