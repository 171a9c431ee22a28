"""Draws a card: 1200 by 630, as Open Graph's readers want it. As on the page the claim comes first, then how it is rated, in words
and as its shape, then what holds: nobody may take the rating for one of the headline. That of a retracted one is struck through.
"""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

from services.publish.cards import marks
from services.publish.cards.fonts import Font, font_for
from services.publish.rendering.card import RETRACTED, CardText
from shared.readable import direction_of

SIZE = (1200, 630)
MARGIN = 72
CLAIM_TOP, CLAIM_SIZE, CLAIM_LINES = 104, 31, 2
MARK_TOP, MARK = 214, 50  # where the shape stands, and its side
HEADLINE_TOP = 302
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
SIZES = (60, 54, 48, 42, 36)  # of the headline: the largest at which it has room
MOST_LINES, LONGEST, MOST_HEIGHT = 5, 240, 236
STRUCK_AT = 0.62  # of the letters' size from their top: through the middle of small ones
SHADES = 16  # of each colour: at the edge of a letter nobody sees more


def draw(wanted: CardText) -> bytes:
    """The card as PNG."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    is_rtl = _is_rtl(wanted.headline)
    shape, _, named = (wanted.look or "").partition("-")
    colour = OWN.get(named) or COLOURS.get(wanted.slug or "", INK)
    pen.rectangle((0, 0, 20, SIZE[1]), fill=colour)
    _line(pen, wanted.site, 48, 34, INK, is_rtl=False)
    _claim(pen, wanted.claim)
    marks.draw(pen, (MARGIN, MARK_TOP, MARK), colour, wanted.slug, shape)
    _line(pen, wanted.rating, MARK_TOP - 6, 54, colour, is_rtl=False, left=MARGIN + 72)
    _headline(pen, wanted.headline, is_rtl, is_struck=wanted.slug == RETRACTED)
    pen.line((MARGIN, SIZE[1] - 78, SIZE[0] - MARGIN, SIZE[1] - 78), fill=LINE, width=2)
    _line(pen, wanted.kicker, SIZE[1] - 62, 30, MUTED, is_rtl=False)
    return _as_png(image, colour)


def draw_plain(site: str, kicker: str, accent: str) -> bytes:
    """The card of a site, for what has none of its own: who publishes it, and that it is about fact-checks."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 20, SIZE[1]), fill=accent or INK)
    _headline(pen, site, _is_rtl(site))
    _line(pen, kicker, HEADLINE_TOP - 62, 40, accent or MUTED, is_rtl=False)
    pen.line((MARGIN, SIZE[1] - 78, SIZE[0] - MARGIN, SIZE[1] - 78), fill=LINE, width=2)
    return _as_png(image, accent or INK)


def _as_png(image: Image.Image, colour: str) -> bytes:
    """In the colours that it was drawn with: to look for them in the picture would take longer than to draw it. From the next level
    of compression on it takes twice as long, for a file smaller by a twentieth."""
    out = BytesIO()
    image.quantize(palette=_palette(colour), dither=Image.Dither.NONE).save(out, "PNG", compress_level=3)
    return out.getvalue()


@lru_cache(32)
def _palette(colour: str) -> Image.Image:
    """All that is drawn with, each in the shades between it and the paper that the edges of letters have."""
    paper, shades = ImageColor.getrgb(PAPER), list[int]()
    for one in map(ImageColor.getrgb, (INK, MUTED, LINE, colour)):
        for part in range(SHADES):
            shades += [round(p + (c - p) * part / (SHADES - 1)) for p, c in zip(paper, one, strict=True)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades)
    return palette


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


def _claim(pen: ImageDraw.ImageDraw, text: str) -> None:
    text = " ".join(text.split())[:LONGEST]
    if font := font_for(text, CLAIM_SIZE):
        _lines(pen, _broken(text, font, SIZE[0] - 2 * MARGIN), font, CLAIM_TOP, CLAIM_LINES, MUTED, _is_rtl(text))


def _headline(pen: ImageDraw.ImageDraw, text: str, is_rtl: bool, is_struck: bool = False) -> None:
    text = " ".join(text.split())[:LONGEST]
    room = SIZE[0] - 2 * MARGIN
    found = _fitting(text, room)
    if found is None:
        return
    font, lines = found
    _lines(pen, lines, font, HEADLINE_TOP, MOST_LINES, INK, is_rtl, is_struck)


def _lines(
    pen: ImageDraw.ImageDraw,
    lines: list[str],
    font: Font,
    top: int,
    most: int,
    colour: str,
    is_rtl: bool,
    is_struck: bool = False,
) -> None:
    """Lines below one another, the last one cut if there are more."""
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = _cut(f"{kept[-1]} {lines[most]}", font, SIZE[0] - 2 * MARGIN)
    for number, line in enumerate(kept):
        place = (SIZE[0] - MARGIN if is_rtl else MARGIN, top + number * int(font.size * 1.25))
        direction = "rtl" if is_rtl else "ltr"
        pen.text(place, line, font=font, fill=colour, anchor="ra" if is_rtl else "la", direction=direction)
        if is_struck:
            beyond = place[0] + font.getlength(line) * (-1 if is_rtl else 1)
            height = place[1] + font.size * STRUCK_AT
            pen.line((place[0], height, beyond, height), fill=colour, width=int(font.size / 12))


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
    return direction_of(text) == "rtl"
