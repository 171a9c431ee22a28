"""Draws a card: 1200 by 630, as Open Graph's readers want it. The rating stands in words and as its shape, not in colour alone."""

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw

from services.publish.cards.fonts import Font, font_for
from services.publish.rendering.card import CardText
from shared import shapes
from shared.contracts import EXPLAINER

SIZE = (1200, 630)
MARGIN = 72
MARK_TOP, MARK = 144, 50  # where the shape stands, and its side
PAPER, INK, MUTED, LINE = "#fdfcf8", "#1d1b17", "#5f5a50", "#dcd6c9"
COLOURS = {
    "true": "#14663a", "mostly-true": "#3d6614", "half-true": "#785800", "mostly-false": "#964600", "false": "#a3151d",
    "misleading": "#84206b", "missing-context": "#23568c", "unproven": "#4f4b44", "satire": "#0d6269",
    "explainer": "#3a4a6b",
}  # fmt: skip
# The colours that a desk can give to ratings of its own, as the stylesheet has them.
OWN = {
    "green": COLOURS["true"], "olive": COLOURS["mostly-true"], "ochre": COLOURS["half-true"], "orange": COLOURS["mostly-false"],
    "red": COLOURS["false"], "plum": COLOURS["misleading"], "blue": COLOURS["missing-context"], "grey": COLOURS["unproven"],
    "teal": COLOURS["satire"], "indigo": COLOURS["explainer"],
}  # fmt: skip
SIZES = (68, 60, 52, 46, 40)  # of the headline: the largest at which it has room
MOST_LINES, LONGEST, MOST_HEIGHT = 5, 240, 300
RTL = {"R", "AL"}


def draw(wanted: CardText) -> bytes:
    """The card as PNG."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    is_rtl = _is_rtl(wanted.headline)
    shape, _, named = (wanted.look or "").partition("-")
    colour = OWN.get(named) or COLOURS.get(wanted.slug or "", INK)
    pen.rectangle((0, 0, 20, SIZE[1]), fill=colour)
    _line(pen, wanted.site, MARGIN, 40, INK, is_rtl=False)
    if shape:
        _own_mark(pen, shape, colour)
    else:
        _mark(pen, wanted.slug, colour)
    _line(pen, wanted.rating, 138, 54, colour, is_rtl=False, left=MARGIN + 72)
    _headline(pen, wanted.headline, is_rtl)
    pen.line((MARGIN, SIZE[1] - 78, SIZE[0] - MARGIN, SIZE[1] - 78), fill=LINE, width=2)
    _line(pen, wanted.kicker, SIZE[1] - 62, 30, MUTED, is_rtl=False)
    out = BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _line(
    pen: ImageDraw.ImageDraw, text: str, top: int, size: int, colour: str, is_rtl: bool, left: int = MARGIN
) -> None:
    """One line, cut where it has no more room."""
    font = font_for(text, size)
    if font is None:
        return
    shown = _cut(text, font, SIZE[0] - MARGIN - left)
    place = (SIZE[0] - MARGIN, top) if is_rtl else (left, top)
    pen.text(place, shown, font=font, fill=colour, anchor="ra" if is_rtl else "la")


def _headline(pen: ImageDraw.ImageDraw, text: str, is_rtl: bool) -> None:
    text = " ".join(text.split())[:LONGEST]
    room = SIZE[0] - 2 * MARGIN
    found = _fitting(text, room)
    if found is None:
        return
    font, lines = found
    kept = lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        kept[-1] = _cut(f"{kept[-1]} {lines[MOST_LINES]}", font, room)
    for number, line in enumerate(kept):
        place = (SIZE[0] - MARGIN if is_rtl else MARGIN, 234 + number * int(font.size * 1.25))
        direction = "rtl" if is_rtl else "ltr"
        pen.text(place, line, font=font, fill=INK, anchor="ra" if is_rtl else "la", direction=direction)


def _fitting(text: str, room: int) -> tuple[Font, list[str]] | None:
    """The largest letters in which the text has room, or else the smallest, and its lines; None if nobody has its letters."""
    for size in SIZES:
        font = font_for(text, size)
        if font is None:
            return None
        lines = _broken(text, font, room)
        if len(lines) * int(size * 1.25) <= MOST_HEIGHT or size == SIZES[-1]:
            return font, lines
    return None


def _broken(text: str, font: Font, room: int) -> list[str]:
    """Lines that have room: broken between words, and within one that has none."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and font.getlength(f"{line} {word}") <= room:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        line = word
        while font.getlength(line) > room:
            kept = len(line)
            while font.getlength(line[:kept]) > room:
                kept -= max(1, kept // 20)
            lines.append(line[:kept])
            line = line[kept:]
    return [*lines, line] if line else lines


def _cut(text: str, font: Font, room: int) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _is_rtl(text: str) -> bool:
    """By the first letter that has a direction."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction == "L" or direction in RTL:
            return direction in RTL
    return False


def _own_mark(pen: ImageDraw.ImageDraw, shape: str, colour: str) -> None:
    """The shape of a rating of a desk's own."""
    for stroke in shapes.STROKES.get(shape, ()):
        points = [(MARGIN + x * MARK / shapes.SIDE, MARK_TOP + y * MARK / shapes.SIDE) for x, y in stroke.points]
        if stroke.is_filled:
            pen.polygon(points, fill=colour)
        else:
            pen.line(points, fill=colour, width=6, joint="curve")


def _mark(pen: ImageDraw.ImageDraw, slug: str | None, colour: str) -> None:
    """The rating's shape, as pages draw it."""
    left, top, size = MARGIN, MARK_TOP, MARK
    box = (left, top, left + size, top + size)
    middle = left + size / 2
    if slug == "true":
        pen.ellipse(box, fill=colour)
    elif slug in ("mostly-true", "half-true", "mostly-false"):
        start = {"mostly-true": 0, "half-true": 90, "mostly-false": 180}[slug]
        pen.pieslice(box, -90, 180 if start == 0 else -90 + 180 if start == 90 else 0, fill=colour)
        pen.ellipse(box, outline=colour, width=6)
    elif slug == "false":
        pen.ellipse(box, outline=colour, width=6)
        pen.line((left, top + size, left + size, top), fill=colour, width=6)
    elif slug in ("misleading",):
        pen.polygon(((middle, top), (left + size, top + size), (left, top + size)), outline=colour, width=6)
    elif slug == EXPLAINER:
        pen.rounded_rectangle(box, radius=6, outline=colour, width=6)
        pen.rectangle((middle - 3, top + 11, middle + 3, top + 16), fill=colour)
        pen.rectangle((middle - 3, top + 21, middle + 3, top + 39), fill=colour)
    elif slug is None:
        pen.rectangle(box, outline=colour, width=6)
    else:
        pen.polygon(
            ((middle, top), (left + size, top + size / 2), (middle, top + size), (left, top + size / 2)),
            outline=colour,
            width=6,
        )
