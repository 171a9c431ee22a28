"""Words as they are searched: in small letters, without accents, cut to what their forms have in common; numbers without the
commas between thousands. Made here for both databases, whose own rules differ, and for what marks hits on a page.

Scripts that put no space between words (Chinese, Japanese, Thai and their like) are taken sign by sign.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+")
WORD = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d{3})+(?!\d)|[^\W_]+(?:[\u0300-\u036f\u064b-\u065f]+[^\W_]*)*")
SIGNS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
LONGEST_TEXT, LONGEST_WORD = 100_000, 60  # letters
VOWEL = re.compile("[aeiouy]")
QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+)')
MOST = 16  # words or phrases of one question; the longest
# of no use where any word will do
COMMON = frozenset(
    """
    a about an and any are as at be been but by can did do does for from had has have he her him his how if in into is it its no not
    of on or our out over said say says she so some than that the their them then there these they this to up was we were what when
    where which who will with would you
    """.split()  # noqa: SIM905
)


class Placed(NamedTuple):
    """A word of a text: its stem, and where it stands in the text as it was given."""

    stem: str
    start: int
    end: int


def placed(text: str) -> Iterator[Placed]:
    """The words of a text that is shown, in their places."""
    for found in WORD.finditer(text):
        start, word = found.start(), found.group()
        if SIGNS.search(word):
            yield from (Placed(_plain(sign), start + at, start + at + 1) for at, sign in enumerate(word))
        else:
            yield Placed(stem(_plain(word)), start, found.end())


def stems(text: str | None) -> list[str]:
    """The stems of a text's words, in their order."""
    found = WORD.findall((text or "")[:LONGEST_TEXT])
    return [stem(part) for word in found for part in _parts(word) if part]


def plain_words(text: str) -> set[str]:
    """The words of a text, whole."""
    return {_plain(found.group()) for found in WORD.finditer(text[:LONGEST_TEXT])}


def phrases(question: str) -> list[list[str]]:
    """What is asked for: single words, and what stands between quotation marks as several that follow one another. Of many, the
    longest."""
    found: dict[tuple[str, ...], None] = {}
    for quoted, single in QUOTED.findall(unicodedata.normalize("NFC", question)):
        words = [_parts(word.group()) for word in WORD.finditer(quoted or single)]
        for phrase in [tuple(one for parts in words for one in parts)] if quoted else words:
            if phrase:
                found[phrase] = None
    kept = list(found)
    if len(kept) > MOST:
        kept = sorted(kept, key=lambda phrase: -sum(map(len, phrase)))[:MOST]
    return [list(phrase) for phrase in kept]


@lru_cache(65_536)
def _parts(word: str) -> tuple[str, ...]:
    signs = word if SIGNS.search(word) else [word]
    return tuple(one for one in map(_plain, signs) if one)


@lru_cache(65_536)
def stem(word: str) -> str:
    """What the forms of an English word have in common, roughly: closes, closed, closing. Other words lose little by it."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and VOWEL.search(rest):
            word = rest[:-1] if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(65_536)
def _plain(word: str) -> str:
    folded = MARKS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return "".join(sign for sign in unicodedata.normalize("NFKC", folded) if sign.isalnum())[:LONGEST_WORD]
