"""What a feed holds, RSS or Atom: its name, and its entries."""

import calendar
import contextlib
import html
import re
import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import nh3

from services.intake.parsing import Unreadable
from services.intake.parsing.words import bounded

MOST_ENTRIES = 500
LONGEST_LINE = 300
LONGEST_ADDRESS = 2_000
LONGEST_TEXT = 20_000
MOST_OF_A_PAGE = 200_000  # bytes in which its head stands
END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.I)
END_OF_ENTRY = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.I)
BEGIN_OF_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.I)
FEEDS = ("application/rss+xml", "application/atom+xml")


def read(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """`title`, `ttl` (minutes, or None), and `entries`, the newest 500 of the file's order, without any that has neither an id nor
    a link; and whether it is `cut_off`: it has no end, and an entry that has none is left out. Raises Unreadable."""
    found = feedparser.parse(
        body, response_headers={"content-type": content_type, "content-location": url}, sanitize_html=False
    )
    if not found.get("version"):
        named = _named_in(body, url)
        raise Unreadable(f"It is a page. Its feed is at {named}" if named else "It is neither RSS nor Atom.")
    if found.get("bozo") and not found.entries and not found.feed:
        raise Unreadable("It is broken before its first entry.")
    ttl = str(found.feed.get("ttl", ""))
    is_cut_off, is_in_entry = _cut(body) if found.get("bozo") else (False, False)
    whole = found.entries[:-1] if is_in_entry else found.entries
    entries = [entry for one in whole[:MOST_ENTRIES] if (entry := _entry(one))]
    return {
        "cut_off": is_cut_off,
        "title": _words(found.feed.get("title"), LONGEST_LINE, lines=False),
        "ttl": int(ttl) if ttl.isascii() and ttl.isdecimal() and len(ttl) < 7 else None,
        "entries": entries,
    }


def _cut(body: bytes) -> tuple[bool, bool]:
    """Whether a feed has no end, and whether it breaks off within an entry. Many are no XML for other reasons, and stay so."""
    plain = body.replace(b"\0", b"")  # letters of two bytes
    if END.search(plain):
        return False, False
    last = max((found.end() for found in END_OF_ENTRY.finditer(plain)), default=0)
    return True, BEGIN_OF_ENTRY.search(plain, last) is not None


def _named_in(body: bytes, url: str) -> str | None:
    """The address of the feed that a page names, as browsers look for it."""
    links = _Links()
    with contextlib.suppress(AssertionError):  # what is so broken that not even HTML is read on
        links.feed(body[:MOST_OF_A_PAGE].decode("utf-8", "replace"))
    for link in links.found:
        is_feed = link.get("type", "").lower() in FEEDS and "alternate" in link.get("rel", "").lower().split()
        with contextlib.suppress(ValueError):
            if is_feed and (address := _address(urljoin(url, link.get("href", "")))):
                return address
    return None


class _Links(HTMLParser):
    """The `link` elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "link":
            self.found.append({name: value or "" for name, value in attrs})


def _entry(one: Any) -> dict[str, Any] | None:
    link = _address(one.get("link"))
    key = bounded(one.get("id"), LONGEST_ADDRESS, lines=False) or link
    if key is None:
        return None
    content = max((str(part.get("value", "")) for part in one.get("content", [])), key=len, default="")
    return {
        "key": key,
        "link": link,
        "title": _words(one.get("title"), LONGEST_LINE, lines=False),
        "text": _words(content or one.get("summary"), LONGEST_TEXT),
        "author": _words(one.get("author"), LONGEST_LINE, lines=False),
        "published_at": _moment(one.get("published_parsed")),
        "updated_at": _moment(one.get("updated_parsed")),
    }


def _words(marked_up: str | None, most: int, lines: bool = True) -> str | None:
    """What stands there, without its markup."""
    if not marked_up:
        return None
    broken = re.sub(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", "\n", marked_up[: most * 10], flags=re.I)
    return bounded(html.unescape(nh3.clean(broken, tags=set())), most, lines)


def _address(link: Any) -> str | None:
    """A web address that can be shown as a link."""
    if not isinstance(link, str) or len(link) > LONGEST_ADDRESS or re.search(r"[\s\\<>\"]", link):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in ("http", "https") and parts.hostname and not parts.username else None


def _moment(parsed: time.struct_time | None) -> str | None:
    """A moment in UTC, as feedparser gives it."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
