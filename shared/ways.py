"""Draws by what ways something came: who stands at the far end of each way, through whom it was carried, and what it leads to.

SVG made on the server: words and patterns carry the meaning, the stylesheet adds colour (classes `way-…`). Two drawings of
the same, one for wide screens and one for narrow ones; the stylesheet shows one. Neither needs a script.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple
from unicodedata import east_asian_width

from markupsafe import Markup, escape

FONT, LINE, LETTER = 13, 17, 9  # px; LETTER is the room for an ellipsis
LATIN = 0x24F  # the last letter of Latin Extended-B
BOLD = 1.15  # times as wide
WIDTHS = (("iIjl.,:;'|![]() ", 0.4), ("frt-/", 0.45), ("mw", 0.98), ("MW@%—", 1.02))  # of letters, in ems
PAD, GAP, MOST_LINES = 8, 10, 3
ROW = 42  # what one line with a word above it needs
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
    """Somebody from whom nothing has come: a name, and what there is to say of it."""

    name: str
    note: str


def picture(name: str, summary: str, target: str, ways: Sequence[Way], waiting: Sequence[Open] = ()) -> Markup:
    """Both drawings. `name` and `summary` are read out to those who don't see them; a list that says the same belongs beside."""
    boxes = [list(group) for _, group in groupby(ways, key=lambda way: (way.source, way.is_named))]
    if not boxes and not waiting:
        return Markup("")
    return Markup('<figure class="ways">{}{}</figure>').format(
        _wide(name, summary, target, boxes, waiting), _narrow(name, summary, target, boxes, waiting)
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
        max(_height(len(label)), ROW * len(group) + GAP * (len(group) - 1))
        for label, group in zip(labels, boxes, strict=True)
    ]
    words = wrapped(target, TARGET - 2 * PAD, 6)
    needed = sum(heights) + GAP * max(0, len(heights) - 1)
    end = 1 + max(needed, _height(len(words))) if boxes else 0.0
    parts: list[Markup] = []
    top = (end + 1 - needed) / 2  # in the middle, if the target is taller than all that leads to it
    for group, label, height in zip(boxes, labels, heights, strict=True):
        parts.append(_box(1, top, BOX, height, label, "named" if group[0].is_named else "unnamed"))
        step = height / len(group)
        parts += [_line_across(way, top + step * (place + 0.5)) for place, way in enumerate(group)]
        top += height + GAP
    if boxes:
        parts.append(_box(WIDE - TARGET - 1, 1, TARGET, end - 1, words, "target"))
    bottom, ends = _open_ends(waiting, end + GAP if boxes else 1.0, WIDE)
    return _svg(name, summary, "ways-wide", WIDE, max(bottom, end) + 1, [*parts, *ends])


def _line_across(way: Way, middle: float) -> Markup:
    """From the box at the far end to the target, with the carriers' names on it and above its end what it does."""
    left, right = BOX + 1, WIDE - TARGET - 1
    parts = [_line(left, middle, right - (7 if way.blocked else 1), middle, way)]
    carriers = _shortened(list(reversed(way.carriers)))
    room = (right - left - 20) / max(1, len(carriers))
    for place, carrier in enumerate(carriers):
        parts.append(_on_line(left + 10 + room * (place + 0.5), middle + 4.5, _cut(carrier, room - 14)))
    parts.append(_text(right - 14, middle - 9, _cut(way.does, 150 / BOLD), "end", f"does way-{way.kind}"))
    return Markup("").join(parts)


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
            said = " ← ".join([way.does, *_shortened(list(way.carriers))])
            lines = wrapped(said, (NARROW - 44) / BOLD)
            parts.append(
                Markup("").join(
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
        parts.append(Markup('<path class="way-trunk" d="M{} 14V{}"/>').format(trunk, round(top - 2, 1)))
        parts.append(Markup('<path class="way-head" d="M{} {}l-5 -9h10z"/>').format(trunk, round(top, 1)))
        parts.append(_box(1, top, NARROW - 2, height, wrapped(target, NARROW - 2 * PAD, 4), "target"))
        top += height + GAP
    bottom, ends = _open_ends(waiting, top, NARROW)
    return _svg(name, summary, "ways-narrow", NARROW, bottom + 1, [*parts, *ends])


def _svg(name: str, summary: str, kind: str, width: float, height: float, parts: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="{}" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-name {}-summary" font-size="{}">'
        '<title id="{}-name">{}</title><desc id="{}-summary">{}</desc>{}</svg>'
    ).format(
        kind, width, round(height, 1), kind, kind, FONT, kind, name, kind, summary, Markup("").join(parts)
    )  # fmt: skip


def _box(left: float, top: float, width: float, height: float, lines: list[str], kind: str) -> Markup:
    first = top + (height - LINE * len(lines)) / 2 + LINE * 0.75
    words = Markup("").join(
        _text(left + width / 2, first + LINE * number, line, "middle", "") for number, line in enumerate(lines)
    )
    dashes = Markup(' stroke-dasharray="5 4"') if kind == "unnamed" else ""
    return Markup('<rect class="way-{}" x="{}" y="{}" width="{}" height="{}" rx="4"{}/>{}').format(
        kind, left, round(top, 1), width, round(height, 1), dashes, words
    )


def _line(start: float, top: float, end: float, bottom: float, way: Way) -> Markup:
    """Solid for who stands behind it, dashed against, dotted for what is between. A blocked one ends in a bar, others in a head."""
    dashes = {"against": "8 5", "between": "2 4"}.get(way.kind, "none")
    back = 1 if end > start else -1
    if way.blocked:
        ending = Markup('<path class="way-bar" d="M{} {}v14"/>').format(end, round(bottom - 7, 1))
    else:
        ending = Markup('<path class="way-head" d="M{} {}l{} -5v10z"/>').format(end, round(bottom, 1), -9 * back)
    return Markup('<path class="way-line way-{}" d="M{} {}L{} {}" stroke-dasharray="{}"/>{}').format(
        way.kind, start, round(top, 1), end, round(bottom, 1), dashes, ending
    )


def _open_ends(waiting: Sequence[Open], top: float, width: float) -> tuple[float, list[Markup]]:
    """Those from whom nothing has come, below one another, and where they end."""
    parts: list[Markup] = []
    for one in waiting:
        parts.append(Markup('<circle class="way-open" cx="12" cy="{}" r="6"/>').format(round(top + LINE * 0.6, 1)))
        for line in wrapped(f"{one.name}: {one.note}", width - 34, 2):
            parts.append(_text(28, top + LINE * 0.9, line, "start", "waiting"))
            top += LINE
        top += PAD
    return top, parts


def _on_line(left: float, base: float, words: str) -> Markup:
    width = _width(words) + 10
    back = Markup('<rect class="way-paper" x="{}" y="{}" width="{}" height="{}"/>').format(
        round(left - width / 2, 1), round(base - 12, 1), round(width, 1), 16
    )
    return back + _text(left, base, words, "middle", "carrier")


def _text(left: float, base: float, words: str, anchor: str, kind: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
        round(left, 1), round(base, 1), anchor, Markup(' class="way-{}"').format(kind) if kind else "", escape(words)
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


def _width(text: str) -> float:
    return FONT * sum(_ems(letter) for letter in text)


def _ems(letter: str) -> float:
    """About as wide as a wide sans serif has it: what is guessed too wide leaves room, what is too narrow runs over."""
    if east_asian_width(letter) in "WF":
        return 1.05
    for letters, ems in WIDTHS:
        if letter in letters:
            return ems
    if ord(letter) > LATIN:
        return 0.95
    return 0.75 if letter.isupper() else 0.64
