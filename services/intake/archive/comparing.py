"""Whether a page says something else than it said: its words are compared, not its bytes, which often differ at every visit.

What a page consists of is taken as runs of four words. A date or a counter that moves on changes a few; another sentence, a
number in a short notice, a paragraph that has gone changes more than a twentieth.
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from services.intake.models import Copy
from shared.contracts import SourceChange

RUN = 4  # words
NOISE = 0.05  # of all runs
WORD = re.compile(r"\w+")
READABLE = ("text/html", "application/xhtml+xml", "text/plain")


class Change(NamedTuple):
    """What the desk has to look at."""

    kind: SourceChange
    detail: str


def compare(before: Copy, after: Copy) -> Change | None:
    """What is different of a copy from the one before it, beyond noise; None if nothing is."""
    if place(before.landed_url) != place(after.landed_url):
        return Change("moved", f"It leads to {after.landed_url} now.")
    if before.text and after.text:
        share = different(before.text, after.text)
        return (
            Change("changed", f"{max(1, round(share * 100))} % of its words are other ones.") if share > NOISE else None
        )
    if before.text and not after.text:
        return Change("changed", "There is no text in it any more.")
    if after.content_type not in READABLE:  # a file: whatever it shows, it is another one
        return Change("changed", "The file is another one.")
    return None


def different(before: str, after: str) -> float:
    """How much of two texts is in one of them alone, from 0 to 1."""
    first, second = _runs(before), _runs(after)
    return 1 - len(first & second) / max(len(first), len(second), 1)


def missing(quotes: list[str], text: str | None) -> list[str]:
    """Which of these quotes don't stand in a text, whatever its spaces and marks. None if there is no text to look in."""
    if not text:
        return []
    words = f" {_plain(text)} "
    return [quote for quote in quotes if f" {_plain(quote)} " not in words]


def _plain(text: str) -> str:
    return " ".join(WORD.findall(text.casefold()))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    return {tuple(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))}


def place(url: str) -> tuple[str, str]:
    """Where an address leads, without what changes and leads to the same: its protocol, `www.`, a slash at its end, its query."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/").casefold()
