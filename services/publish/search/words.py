"""Questions taken apart, and the places of words in texts that are shown. How words are made alike is for `shared.matching.words`
to say, for this search as for what says the same.

In which language a few words are asked nobody knows, so they are looked for as the likely languages cut them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.matching.languages import COMMON_WORDS, guess
from shared.matching.words import UNSPACED, plain, stem

WORD = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d{3})+(?!\d)|[^\W_]+(?:[\u0300-\u036f\u064b-\u065f]+[^\W_]*)*")
QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+)')
MOST = 16  # words or phrases of one question; the longest
# how people begin who ask whether something is true
ASKING = re.compile(
    r"""^\W*(?:
        (?:is|was)\ it\ (?:really\ )?(?:true|a\ fact|correct|right)\ (?:that\b)?
        | (?:fact.?check|true\ or\ false)\b:?
        | (?:is|was|are|were|did|do|does|has|have|had|can|will)\b(?=.*\?\s*$)
        | (?:stimmt\ es|ist\ es\ (?:wirklich\ )?(?:wahr|richtig)|ist\ es\ eine\ tatsache),?\ dass\b
        | stimmt\ (?:es|das)\b[,:]?
        | (?:est-ce\ (?:vrai\ )?que|est-il\ vrai\ que)\b
        | ¿?(?:es\ (?:verdad|cierto)\ que)\b
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)


class Placed(NamedTuple):
    """A word of a text: its stem, and where it stands in the text as it was given."""

    stem: str
    start: int
    end: int


def placed(text: str, language: str | None = None) -> Iterator[Placed]:
    """The words of a text that is shown, in their places."""
    language = language or guess(text)
    for found in WORD.finditer(text):
        start, word = found.start(), found.group()
        if UNSPACED.search(word):
            yield from (Placed(plain(sign), start + at, start + at + 1) for at, sign in enumerate(word))
        else:
            yield Placed(stem(plain(word), language), start, found.end())


def claim_in(question: str) -> str:
    """What is claimed, where it is asked whether it is true."""
    return ASKING.sub("", question, count=1) or question


def is_quoting(question: str) -> bool:
    """Whether it asks for words as they stand."""
    return any(sign in question for sign in '"“”„«»')


def corrected(question: str, taken_for: Mapping[str, str]) -> str:
    """A question with what its misspelt words were taken for."""
    return WORD.sub(lambda found: taken_for.get(plain(found[0]), found[0]), question) if taken_for else question


def languages_of(question: str, *likely: str | None) -> list[str]:
    """The languages in which a question may be asked: as it seems, and others that are likely here."""
    tags = [guess(question), *likely, "en"]
    return list(dict.fromkeys(tag.partition("-")[0].lower() for tag in tags if tag))


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


def says_something(phrase: Sequence[str], languages: Sequence[str]) -> bool:
    """Whether it is more than one of a language's commonest words."""
    return len(phrase) > 1 or all(phrase[0] not in COMMON_WORDS.get(one, ()) for one in languages)


@lru_cache(65_536)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(plain(word).split())
