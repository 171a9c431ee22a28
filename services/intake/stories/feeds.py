"""A story from an entry of a feed."""

import re

from services.intake.models import Feed, FeedEntry
from services.intake.stories import item as fields
from services.intake.stories.item import LONGEST_URI, Item, Read, read_item

NAME_FOR_EVER = re.compile(r"(?:https?|urn|tag):\S+")


def item_of(feed: Feed, entry: FeedEntry) -> Read:
    """An entry as a story. One whose name is only a number within its feed is named by both."""
    uri = entry.key if NAME_FOR_EVER.fullmatch(entry.key) else f"{feed.url}#{' '.join(entry.key.split())}"
    item = Item(
        format="feed",
        uri=uri[:LONGEST_URI],
        version_created_at=entry.updated_at or entry.published_at,
        headline=fields.line(entry.title),
        body=fields.text(entry.text) or fields.text(entry.title),
        publisher=fields.line(feed.title),
        byline=fields.line(entry.author),
        url=fields.web_address(entry.link),
        published_at=entry.published_at,
    )
    return read_item(item, entry.model_dump_json(exclude={"id", "feed_id"}).encode(), "application/json")
