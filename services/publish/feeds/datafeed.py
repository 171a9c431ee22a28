"""Every ClaimReview as one stream, of which no more than a few hundred are in memory at a time.

A DataFeed as the Data Commons fact-check feed is shaped, whose readers expect `item` to be a list or null, and times with
microseconds and an offset.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime

from services.publish import queries, rendering, sites
from services.publish.feeds.items import NEVER
from services.publish.models import ReviewNode
from services.publish.service import reading

AT_ONCE = 500
GZIP = 31  # what zlib calls the format


def data_feed(kept_at: datetime | None, packed: bool) -> Iterator[bytes]:
    """As a DataFeed."""
    return _packed(_data_feed(kept_at or NEVER), packed)


def lines(_kept_at: datetime | None, packed: bool) -> Iterator[bytes]:
    """One a line."""
    found = (f"{one.node}\n" for one in _nodes() if one.node)
    return _packed(found, packed)


def _data_feed(kept_at: datetime) -> Iterator[str]:
    site = rendering.site()
    head = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": f"{site['name']}: fact-checks",
        "dateModified": _moment(kept_at),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "dataFeedElement": ['
    comma = ""
    for one in _nodes():
        about = {
            "@type": "DataFeedItem",
            "dateCreated": _moment(one.first_published_at),
            "dateModified": _moment(one.updated_at),
            "url": f"{site['url']}/checks/{one.path}",
        }
        item = f"[{one.node}]" if one.node else "null"
        yield f'{comma}\n{json.dumps(about, ensure_ascii=False)[:-1]}, "item": {item}}}'
        comma = ","
    yield "\n]}\n"


def _nodes() -> Iterator[ReviewNode]:
    """Some at a time: no transaction is open while the network takes them."""
    last, end = sites.places()
    last -= 1
    while True:
        with reading() as session:
            found = queries.list_review_nodes(session, last, end, AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        last = found[-1].position


def _packed(parts: Iterator[str], packed: bool) -> Iterator[bytes]:
    if not packed:
        yield from (part.encode() for part in parts)
        return
    packer = zlib.compressobj(6, wbits=GZIP)
    for part in parts:
        if done := packer.compress(part.encode()):
            yield done
    yield packer.flush()


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06}+00:00"
