"""Entries of feeds are taken in: each once, however often it stands in the feed, and again when its words have changed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake import stories
from services.intake.models import Feed, FeedEntry
from services.intake.stories import Read
from services.intake.stories.feeds import read_entry
from shared.clock import now

WORDS = ("link", "title", "text", "author", "published_at")
MOMENTS = ("published_at", "updated_at")


def take(session: Session, feed: Feed, found: Sequence[Mapping[str, Any]], read: Mapping[str, Read]) -> list[FeedEntry]:
    """Take in what stands in a feed, in the form of `parsing.feeds`: each entry that is new or has changed is a version of a story.
    `read` are those that were read as stories already, by their keys. Returns the entries. What is not in the feed any more stays.
    """
    given = _by_hash(found)
    known = {entry.key_hash: entry for entry in session.exec(_chosen(feed.id, given))}
    taken = []
    for key_hash, one in given.items():
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
        session.flush()
        stories.take(session, read.get(one["key"]) or read_entry(feed.url, feed.title, one), feed.newsroom_id)
        taken.append(entry)
    return taken


def read_changed(
    session: Session, feed_id: UUID, url: str, title: str | None, found: Sequence[Mapping[str, Any]]
) -> dict[str, Read]:
    """The entries that are new or have changed, as stories, by their keys. It takes its time, so it is done before the transaction
    in which they are taken in."""
    given = _by_hash(found)
    known = {entry.key_hash: entry.words_hash for entry in session.exec(_chosen(feed_id, given))}
    changed = [one for key_hash, one in given.items() if known.get(key_hash) != _words_hash(one)]
    return {one["key"]: read_entry(url, title, one) for one in changed}


def _by_hash(found: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The entries by what is kept of their keys, the oldest first, as feeds begin with the newest."""
    return {sha256(one["key"].encode()).hexdigest(): one for one in reversed(found)}


def _chosen(feed_id: UUID, given: Mapping[str, Any]) -> SelectOfScalar[FeedEntry]:
    return select(FeedEntry).where(FeedEntry.feed_id == feed_id, col(FeedEntry.key_hash).in_(list(given)))


def _words_hash(one: Mapping[str, Any]) -> str:
    return sha256(json.dumps([one[name] for name in WORDS]).encode()).hexdigest()
