"""A story from an entry of a feed."""

import json
import re
from collections.abc import Mapping
from typing import Any

from services.intake.stories import item as fields
from services.intake.stories.item import LONGEST_URI, Item, Read, read_item

NAME_FOR_EVER = re.compile(r"(?:https?|urn|tag):\S+")


def read_entry(feed_url: str, feed_title: str | None, one: Mapping[str, Any]) -> Read:
    """An entry, in the form of `parsing.feeds`, as a story. One whose name is only a number within its feed is named by both."""
    key = one["key"]
    uri = key if NAME_FOR_EVER.fullmatch(key) else f"{feed_url}#{' '.join(key.split())}"
    published = fields.moment(one["published_at"])
    item = Item(
        format="feed",
        uri=uri[:LONGEST_URI],
        version_created_at=fields.moment(one["updated_at"]) or published,
        headline=fields.line(one["title"]),
        body=fields.text(one["text"]) or fields.text(one["title"]),
        publisher=fields.line(feed_title),
        byline=fields.line(one["author"]),
        url=fields.web_address(one["link"]),
        published_at=published,
    )
    return read_item(item, json.dumps(dict(one)).encode(), "application/json")
