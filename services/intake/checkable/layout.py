"""What of a story's text runs on in sentences: not its byline, nor the headings between its paragraphs.

A heading is told by its look, for the text is all that is left of a page or of a wire when somebody pastes it: a short line of
its own that ends without a mark, above text that has them. A text that has none, such as an alert, has no headings.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.checkable.rules import Rules

LONGEST = 120  # characters of a heading
OF_LONGEST = 0.6  # of the longest line: a shorter one that runs on was not broken for want of room
ENDS = re.compile(r"[.!?…:;,。！？；：।؟։]\W*$")
LISTED = re.compile(r"[-–—•*·▪‣]|\d{1,2}[.)]\s")  # what a list's items begin with


class Line(NamedTuple):
    """A line that is not empty: where its words begin and end, and the empty lines around it."""

    start: int
    end: int
    words: str
    is_below_empty: bool
    is_above_empty: bool


def running_text(body: str, rules: Rules | None) -> Iterator[tuple[int, int]]:
    """Where the text between headings begins and ends."""
    begin = 0
    for line in _headings(_lines(body), rules):
        if begin < line.start:
            yield begin, line.start
        begin = line.end
    if begin < len(body):
        yield begin, len(body)


def _lines(body: str) -> list[Line]:
    found, place, after_empty = [], 0, True
    whole = body.splitlines(keepends=True)
    for number, given in enumerate(whole):
        words = given.strip()
        if words:
            start = place + given.index(words)
            above_empty = number + 1 == len(whole) or not whole[number + 1].strip()
            found.append(Line(start, start + len(words), words, after_empty, above_empty))
        place, after_empty = place + len(given), not words
    return found


def _headings(lines: list[Line], rules: Rules | None) -> Iterator[Line]:
    longest = max((len(line.words) for line in lines), default=0)
    last_ended = max((number for number, line in enumerate(lines) if _ends(line)), default=0)
    runs_on = False  # whether the line before is the beginning of a sentence
    for number, line in enumerate(lines):
        below = lines[number + 1].words if number < last_ended else ""
        is_alone = line.is_below_empty and line.is_above_empty
        is_cut_short = len(line.words) < OF_LONGEST * longest and not runs_on and not below[:1].islower()
        if below and (is_alone or is_cut_short) and _looks_like_heading(line, rules):
            yield line
            runs_on = False
        else:
            runs_on = not line.is_above_empty and not _ends(line)


def _ends(line: Line) -> bool:
    return ENDS.search(line.words[-20:]) is not None


def _looks_like_heading(line: Line, rules: Rules | None) -> bool:
    if len(line.words) > LONGEST or _ends(line) or LISTED.match(line.words):
        return False
    return not (rules and rules.dateline.match(line.words))
