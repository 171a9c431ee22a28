"""Letters for a card: the first typeface that has all of a text's, of the one that is set, those that machines have, and the one
that the drawing library brings. A text whose letters nobody has is left out: empty boxes say nothing."""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from services.publish.service import service

Font = ImageFont.FreeTypeFont
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"))
# by the beginnings of their files' names, the ones with the widest choice of letters last
NAMES = (
    "NotoSans-Bold", "NotoSans-Regular", "DejaVuSans-Bold", "DejaVuSans", "LiberationSans-Bold", "NotoSansArabic", "NotoSansHebrew",
    "NotoSansDevanagari", "NotoSansThai", "NotoSansCJK", "FreeSansBold", "unifont",
)  # fmt: skip
ENDINGS = {".ttf", ".otf", ".ttc"}


def font_for(text: str, size: int) -> Font | None:
    """A typeface in this size that has all letters of the text; None if there is none."""
    needed = frozenset(sign for sign in text if not unicodedata.category(sign).startswith(("Z", "C", "M")))
    for font in _fonts(size):
        if all(_has(font, sign) for sign in needed):
            return font
    return None


@cache
def _fonts(size: int) -> tuple[Font, ...]:
    return tuple(_open_all(size))


def _open_all(size: int) -> Iterator[Font]:
    for path in _paths():
        try:
            yield ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
        except OSError:  # not a typeface, or a broken one
            continue
    built_in = ImageFont.load_default(size)
    if isinstance(built_in, ImageFont.FreeTypeFont):
        yield built_in


@cache
def _paths() -> tuple[Path, ...]:
    if service.settings.card_font:
        return (Path(service.settings.card_font),)
    known = {path.stem: path for folder in FOLDERS for path in folder.rglob("*") if path.suffix.lower() in ENDINGS}
    chosen = [
        path for name in NAMES for stem, path in sorted(known.items()) if stem == name or stem.startswith(f"{name}-")
    ]
    return tuple(dict.fromkeys(chosen))


@cache
def _missing(font: Font) -> bytes:
    return _drawn(font, "\U0010fffe")


@lru_cache(16_384)
def _has(font: Font, sign: str) -> bool:
    """Whether this letter is not drawn as what stands for those that a typeface lacks."""
    return _drawn(font, sign) != _missing(font)


def _drawn(font: Font, sign: str) -> bytes:
    mask = font.getmask(sign)
    return bytes(mask) + repr(mask.size).encode()
