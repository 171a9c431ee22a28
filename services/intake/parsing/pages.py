"""What a page says of itself: title, publisher, author, date, and its text. A hint for people, never a quotation."""

import re
from datetime import date
from email.message import Message
from html import unescape
from typing import Any

from trafilatura import bare_extraction
from trafilatura.settings import Document

from services.intake.parsing.words import bounded

MOST_BYTES = 5_000_000  # of a page that are read
LONGEST_LINE = 300
LONGEST_TEXT = 100_000


def read(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """The names are those of `models.Copy`; what is not said is None."""
    body = body[:MOST_BYTES]
    kind, charset = _kind(content_type)
    if kind == "text/plain":
        return {"text": bounded(_decoded(body, charset), LONGEST_TEXT)}
    page = _decoded(body, charset) if charset else body
    found = bare_extraction(page, url=url, with_metadata=True, include_comments=False)
    if not isinstance(found, Document):  # no article in it; its title is better than nothing
        title = re.search(r"<title[^>]*>([^<]{1,2000})</title>", _decoded(body, charset), re.I)
        return {"title": bounded(unescape(title[1]), LONGEST_LINE, lines=False) if title else None}
    return {
        "title": bounded(found.title, LONGEST_LINE, lines=False),
        "publisher": bounded(found.sitename, LONGEST_LINE, lines=False),
        "author": bounded(found.author, LONGEST_LINE, lines=False),
        "published_on": _day(found.date),
        "text": bounded(found.text, LONGEST_TEXT),
    }


def charset_of(content_type: str) -> str | None:
    """The character set that the server names, in small letters."""
    return _kind(content_type)[1]


def _kind(content_type: str) -> tuple[str, str | None]:
    """The media type and the character set that the server names."""
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_type(), header.get_content_charset()


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _day(given: str | None) -> str | None:
    try:
        return date.fromisoformat((given or "")[:10]).isoformat()
    except ValueError:
        return None
