"""Draws by what ways something came: who stands at the far end of each way, through whom it was carried, and what it leads to.

SVG made on the server: words and patterns carry the meaning, the stylesheet adds colour (classes `way-…`). Two drawings of
the same, one for wide screens and one for narrow ones; the stylesheet shows one. Neither needs a script.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from unicodedata import east_asian_width

from markupsafe import Markup

from shared.filling import filled, joined
from shared.readable import LEFT_TO_RIGHT, direction_of, kept_apart, slants

FONT, LINE, LETTER = 13, 17, 9  # px; LETTER is the room for an ellipsis
LATIN = 0x24F  # the last letter of Latin Extended-B
BOLD = 1.15  # times as wide
WIDTHS = (("iIjl.,:;'|![]() ", 0.4), ("frt-/", 0.45), ("mw", 0.98), ("MW@%—", 1.02))  # of letters, in ems
PAD, GAP, MOST_LINES = 8, 10, 3
MOST_OF_A_NAME = 2  # lines on a way, and of a way that is written below its source
MOST_OF_A_WAY = 5
MOST_BOXES, MOST_OPEN = 12, 8  # a picture is looked at; the list beside it has the rest
ABOVE, BELOW = LINE + 3, 5  # a way's names: above them stands what it does, below is room to the next way
TO_HEAD = 22  # from the last name to where a way ends
WIDE, BOX, TARGET = 760, 220, 170
NARROW = 340


class Way(NamedTuple):
    """One way to the target. `carriers` begin nearest to the target. `kind` (a word for the stylesheet) and `does` (a word for
    the reader) say what it does to the target; `blocked` ends it in a bar. Ways with the same `source` begin in one box."""

    source: str
    is_named: bool
    carriers: tuple[str, ...]
    does: str
    kind: str
    blocked: bool = False


class Open(NamedTuple):
    """Somebody from whom nothing has come: a name, and what there is to say of it. Without a name, that alone."""

    name: str
    note: str


def picture(
    name: str,
    summary: str,
    target: str,
    ways: Sequence[Way],
    waiting: Sequence[Open] = (),
    more: str = "… {number} more",
) -> Markup:
    """Both drawings. `name` and `summary` are read out to those who don't see them; a list that says the same belongs beside.
    `more` tells of those for whom there is no room."""
    boxes = [list(group) for _, group in groupby(ways, key=lambda way: (way.source, way.is_named))]
    if not boxes and not waiting:
        return Markup("")
    left_out = max(0, len(boxes) - MOST_BOXES) + max(0, len(waiting) - MOST_OPEN)
    boxes, waiting = boxes[:MOST_BOXES], list(waiting[:MOST_OPEN])
    waiting += [Open("", more.format(number=left_out))] if left_out else []
    return filled(
        '<figure class="ways">{}{}</figure>',
        _wide(name, summary, target, boxes, waiting),
        _narrow(name, summary, target, boxes, waiting),
    )


def wrapped(text: str, width: float, most: int = MOST_LINES) -> list[str]:
    """A text in lines of at most `width` px. A word that is too long is cut; what does not fit ends in an ellipsis."""
    lines, line = [], ""
    for word in text.split():
        while _width(word) > width:
            head = _fitting(word, width - (_width(line + " ") if line else 0))
            if head:
                lines.append(f"{line} {head}".strip())
                word = word[len(head) :]
            else:
                lines.append(line)
            line = ""
        if line and _width(f"{line} {word}") > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines += [line] if line else []
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _fitting(lines[most - 1], width - LETTER).rstrip() + "…"]


def _wide(name: str, summary: str, target: str, boxes: list[list[Way]], waiting: Sequence[Open]) -> Markup:
    labels = [wrapped(group[0].source, BOX - 2 * PAD) for group in boxes]
    heights = [
        max(_height(len(label)), sum(_across(way).height for way in group))
        for label, group in zip(labels, boxes, strict=True)
    ]
    words = wrapped(target, TARGET - 2 * PAD, 6)
    needed = sum(heights) + GAP * max(0, len(heights) - 1)
    end = 1 + max(needed, _height(len(words))) if boxes else 0.0
    parts: list[Markup] = []
    top = (end + 1 - needed) / 2  # in the middle, if the target is taller than all that leads to it
    for group, label, height in zip(boxes, labels, heights, strict=True):
        parts.append(_box(1, top, BOX, height, label, "named" if group[0].is_named else "unnamed"))
        parts += _lines_across([_across(way) for way in group], top, height)
        top += height + GAP
    if boxes:
        parts.append(_box(WIDE - TARGET - 1, 1, TARGET, end - 1, words, "target"))
    bottom, ends = _open_ends(waiting, end + GAP if boxes else 1.0, WIDE)
    return _svg(name, summary, "ways-wide", WIDE, max(bottom, end) + 1, [*parts, *ends])


class _Across(NamedTuple):
    """A way as it runs from its box to the target: its carriers' names in lines, and how much room each has."""

    way: Way
    names: list[list[str]]
    room: float

    @property
    def lines(self) -> int:
        return max((len(one) for one in self.names), default=1)

    @property
    def height(self) -> float:
        return ABOVE + LINE * self.lines + BELOW


def _across(way: Way) -> _Across:
    carriers = _shortened(list(reversed(way.carriers)))
    room = (WIDE - TARGET - BOX - 12 - TO_HEAD) / max(1, len(carriers))
    return _Across(way, [wrapped(one, room - 14, MOST_OF_A_NAME) for one in carriers], room)


def _lines_across(ways: Sequence[_Across], top: float, height: float) -> list[Markup]:
    """The ways from one box, below one another: what is left of its height is shared among them."""
    spare = (height - sum(one.height for one in ways)) / len(ways)
    parts = []
    for one in ways:
        parts.append(_line_across(one, top + spare / 2 + ABOVE + LINE * one.lines / 2))
        top += one.height + spare
    return parts


def _line_across(one: _Across, middle: float) -> Markup:
    """From the box at the far end to the target, with the carriers' names on it and above its end what it does."""
    left, right, way = BOX + 1, WIDE - TARGET - 1, one.way
    parts = [_line(left, middle, right - (7 if way.blocked else 1), middle, way)]
    for place, name in enumerate(one.names):
        parts.append(_on_line(left + 10 + one.room * (place + 0.5), middle, name))
    above = middle - LINE * one.lines / 2 - 4
    parts.append(_text(right - 14, above, _cut(way.does, (right - left - 30) / BOLD), "end", f"does way-{way.kind}"))
    return joined(parts)


def _narrow(name: str, summary: str, target: str, boxes: list[list[Way]], waiting: Sequence[Open]) -> Markup:
    parts: list[Markup] = []
    trunk, top = 12, 1.0
    for group in boxes:
        label = wrapped(group[0].source, NARROW - 40 - 2 * PAD)
        parts.append(
            _box(38, top, NARROW - 39, _height(len(label)), label, "named" if group[0].is_named else "unnamed")
        )
        top += _height(len(label))
        for way in group:
            said = " ← ".join([way.does, *map(kept_apart, _shortened(list(way.carriers)))])
            lines = wrapped(said, (NARROW - 44) / BOLD, MOST_OF_A_WAY)
            parts.append(
                joined(
                    _text(42, top + LINE * (n + 1) - 1, one, "start", f"does way-{way.kind}")
                    for n, one in enumerate(lines)
                )
            )
            middle = top + LINE * 0.5 + 3
            parts.append(_line(36, middle, trunk, middle, way))
            top += LINE * len(lines) + 4
        top += GAP
    height = _height(len(wrapped(target, NARROW - 2 * PAD, 4)))
    if boxes:
        parts.append(filled('<path class="way-trunk" d="M{} 14V{}"/>', trunk, round(top - 2, 1)))
        parts.append(filled('<path class="way-head" d="M{} {}l-5 -9h10z"/>', trunk, round(top, 1)))
        parts.append(_box(1, top, NARROW - 2, height, wrapped(target, NARROW - 2 * PAD, 4), "target"))
        top += height + GAP
    bottom, ends = _open_ends(waiting, top, NARROW)
    return _svg(name, summary, "ways-narrow", NARROW, bottom + 1, [*parts, *ends])


def _svg(name: str, summary: str, kind: str, width: float, height: float, parts: Iterable[Markup]) -> Markup:
    return filled(
        '<svg class="{}" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-name {}-summary" font-size="{}">'
        '<title id="{}-name">{}</title><desc id="{}-summary">{}</desc><g aria-hidden="true">{}</g></svg>',
        kind, width, round(height, 1), kind, kind, FONT, kind, name, kind, summary, joined(parts)
    )  # fmt: skip


def _box(left: float, top: float, width: float, height: float, lines: list[str], kind: str) -> Markup:
    first = top + (height - LINE * len(lines)) / 2 + LINE * 0.75
    words = joined(
        _text(left + width / 2, first + LINE * number, line, "middle", "", " ".join(lines))
        for number, line in enumerate(lines)
    )
    dashes = Markup(' stroke-dasharray="5 4"') if kind == "unnamed" else ""
    return filled(
        '<rect class="way-{}" x="{}" y="{}" width="{}" height="{}" rx="4"{}/>{}',
        kind,
        left,
        round(top, 1),
        width,
        round(height, 1),
        dashes,
        words,
    )


def _line(start: float, top: float, end: float, bottom: float, way: Way) -> Markup:
    """Solid for who stands behind it, dashed against, dotted for what is between. A blocked one ends in a bar, others in a head."""
    dashes = {"against": "8 5", "between": "2 4"}.get(way.kind, "none")
    back = 1 if end > start else -1
    if way.blocked:
        ending = filled('<path class="way-bar" d="M{} {}v14"/>', end, round(bottom - 7, 1))
    else:
        ending = filled('<path class="way-head" d="M{} {}l{} -5v10z"/>', end, round(bottom, 1), -9 * back)
    return filled(
        '<path class="way-line way-{}" d="M{} {}L{} {}" stroke-dasharray="{}"/>{}',
        way.kind,
        start,
        round(top, 1),
        end,
        round(bottom, 1),
        dashes,
        ending,
    )


def _open_ends(waiting: Sequence[Open], top: float, width: float) -> tuple[float, list[Markup]]:
    """Those from whom nothing has come, below one another, and where they end."""
    parts: list[Markup] = []
    for one in waiting:
        if one.name:
            parts.append(filled('<circle class="way-open" cx="12" cy="{}" r="6"/>', round(top + LINE * 0.6, 1)))
        for line in wrapped(f"{kept_apart(one.name)}: {one.note}" if one.name else one.note, width - 34):
            parts.append(_text(28, top + LINE * 0.9, line, "start", "waiting"))
            top += LINE
        top += PAD
    return top, parts


def _on_line(left: float, middle: float, lines: list[str]) -> Markup:
    """A name on a way, on paper of its own that the way does not run through."""
    width, height = max((_width(one) for one in lines), default=0.0) + 10, LINE * len(lines)
    top = middle - height / 2
    back = filled(
        '<rect class="way-paper" x="{}" y="{}" width="{}" height="{}"/>',
        round(left - width / 2, 1),
        round(top, 1),
        round(width, 1),
        height,
    )
    kind = "carrier" if slants("".join(lines)) else "carrier upright"
    whole = " ".join(lines)
    words = (_text(left, top + LINE * (place + 0.77), one, "middle", kind, whole) for place, one in enumerate(lines))
    return back + joined(words)


def _text(left: float, base: float, words: str, anchor: str, kind: str, whole: str | None = None) -> Markup:
    """A line of words: one of the `whole` runs as that does, whatever letter it begins with itself."""
    is_rtl = anchor == "middle" and direction_of(whole or words) == "rtl"
    runs = Markup(' direction="rtl"') if is_rtl else ""
    return filled(
        '<text x="{}" y="{}" text-anchor="{}"{}{}>{}</text>',
        round(left, 1),
        round(base, 1),
        anchor,
        filled(' class="way-{}"', kind) if kind else "",
        runs,
        words,
    )


def _shortened(carriers: list[str]) -> list[str]:
    """Of a long way both ends, and how many there are between them."""
    return carriers if len(carriers) <= 3 else [carriers[0], f"… {len(carriers) - 2} more …", carriers[-1]]


def _height(lines: int) -> float:
    return LINE * lines + 2 * PAD


def _cut(text: str, width: float) -> str:
    return text if _width(text) <= width else _fitting(text, width - LETTER).rstrip() + "…"


def _fitting(text: str, width: float) -> str:
    """As much of a text as fits."""
    taken = 0.0
    for place, letter in enumerate(text):
        taken += _width(letter)
        if taken > width:
            return text[:place]
    return text


@lru_cache(8_192)
def _width(text: str) -> float:
    return FONT * sum(map(_ems, text))


@lru_cache(4_096)
def _ems(letter: str) -> float:
    """About as wide as a wide sans serif has it: what is guessed too wide leaves room, what is too narrow runs over."""
    if letter == LEFT_TO_RIGHT:
        return 0.0
    if east_asian_width(letter) in "WF":
        return 1.05
    for letters, ems in WIDTHS:
        if letter in letters:
            return ems
    if ord(letter) > LATIN:
        return 0.95
    return 0.75 if letter.isupper() else 0.64
