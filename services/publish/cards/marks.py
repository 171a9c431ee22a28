"""The shapes of the ratings, as pages draw them."""

from collections.abc import Callable

from PIL import ImageDraw

from services.publish.cards.fonts import font_for
from services.publish.rendering.card import RETRACTED, TAKEN_BACK
from shared import shapes
from shared.contracts import EXPLAINER

PAPER = "#fdfcf8"
WIDTH = 6  # of a line
Place = tuple[int, int, int]  # left, top, and how long a side is
Box = tuple[int, int, int, int]
Pen = ImageDraw.ImageDraw


def draw(pen: Pen, place: Place, colour: str, slug: str | None, own: str) -> None:
    """The shape of a rating: a desk's own, or that of the usual scale with this slug; without one, of what is not rated."""
    left, top, side = place
    if own:
        _of_a_desk(pen, place, colour, own)
    else:
        MARKS.get(slug, _other)(pen, (left, top, left + side, top + side), colour)


def _of_a_desk(pen: Pen, place: Place, colour: str, shape: str) -> None:
    left, top, side = place
    for stroke in shapes.STROKES.get(shape, ()):
        points = [(left + x * side / shapes.SIDE, top + y * side / shapes.SIDE) for x, y in stroke.points]
        if stroke.is_filled:
            pen.polygon(points, fill=colour)
        else:
            pen.line(points, fill=colour, width=WIDTH, joint="curve")


def _true(pen: Pen, box: Box, colour: str) -> None:
    pen.ellipse(box, fill=colour)


def _filled_until(end: int, begin: int = -90) -> Callable[[Pen, Box, str], None]:
    def part_of_a_disc(pen: Pen, box: Box, colour: str) -> None:
        pen.pieslice(box, begin, end, fill=colour)
        pen.ellipse(box, outline=colour, width=WIDTH)

    return part_of_a_disc


def _false(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    pen.ellipse(box, outline=colour, width=WIDTH)
    pen.line((left, bottom, right, top), fill=colour, width=WIDTH)


def _misleading(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    middle = (left + right) / 2
    pen.polygon(((middle, top), (middle, bottom), (left, bottom)), fill=colour)
    pen.polygon(((middle, top), (right, bottom), (left, bottom)), outline=colour, width=WIDTH)


def _missing_context(pen: Pen, box: Box, colour: str) -> None:
    for begin in range(0, 360, 45):
        pen.arc(box, begin, begin + 24, fill=colour, width=WIDTH)


def _unproven(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, _ = box
    if font := font_for("?", right - left + 8):
        pen.text(((left + right) / 2, top - 6), "?", font=font, fill=colour, anchor="ma")


def _satire(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    middle = (left + right) / 2
    pen.ellipse(box, fill=colour)
    for eye in (middle - 9, middle + 9):
        pen.ellipse((eye - 4, top + 14, eye + 4, top + 22), fill=PAPER)
    pen.chord((left + 12, top + 12, right - 12, bottom - 10), 10, 170, fill=PAPER)


def _explainer(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, _ = box
    middle = (left + right) / 2
    pen.rounded_rectangle(box, radius=6, outline=colour, width=WIDTH)
    pen.rectangle((middle - 3, top + 11, middle + 3, top + 16), fill=colour)
    pen.rectangle((middle - 3, top + 21, middle + 3, top + 39), fill=colour)


def _unrated(pen: Pen, box: Box, colour: str) -> None:
    pen.rectangle(box, outline=colour, width=WIDTH)


def _crossed_out(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    for begin, end in (((left, top), (right, bottom)), ((left, bottom), (right, top))):
        pen.line((begin, end), fill=colour, width=WIDTH + 2)


def _other(pen: Pen, box: Box, colour: str) -> None:
    left, top, right, bottom = box
    across, down = (left + right) / 2, (top + bottom) / 2
    pen.polygon(((across, top), (right, down), (across, bottom), (left, down)), outline=colour, width=WIDTH)


MARKS: dict[str | None, Callable[[Pen, Box, str], None]] = {
    "true": _true,
    "mostly-true": _filled_until(180),
    "half-true": _filled_until(270, begin=90),
    "mostly-false": _filled_until(0),
    "false": _false,
    "misleading": _misleading,
    "missing-context": _missing_context,
    "unproven": _unproven,
    "satire": _satire,
    EXPLAINER: _explainer,
    RETRACTED: _crossed_out,
    TAKEN_BACK: _crossed_out,
    None: _unrated,
}
