"""Two texts beside one another, cut where they share words and where they differ, to be shown to people."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.matching.facts import Difference, differences, facts_of, nearest_sentence
from shared.matching.facts.polarity import WORD
from shared.matching.languages import guess
from shared.matching.words import common_stems, plain, stem

SAME = "same"


class Piece(NamedTuple):
    """A piece of a text; `what` is "" (nothing), "same" (a word of both), or what kind of difference it is."""

    text: str
    what: str


def side_by_side(ours: str, theirs: str) -> tuple[list[Piece], list[Piece], list[Difference]]:
    """The pieces of both, and in what they differ."""
    mine, other = facts_of(ours), facts_of(theirs)
    found = differences(mine, other)
    both = _telling(ours).keys() & _telling(theirs).keys()
    sentences = nearest_sentence(mine, other).text, nearest_sentence(other, mine).text
    return (
        _cut(ours, [(one.what, one.ours) for one in found], both, sentences[0]),
        _cut(theirs, [(one.what, one.theirs) for one in found], both, sentences[1]),
        found,
    )


def _cut(text: str, differing: Iterable[tuple[str, str]], both: Iterable[str], sentence: str) -> list[Piece]:
    marked: list[tuple[int, int, str]] = []
    for what, written in differing:
        # a denial is a list of words, of one sentence; anything else is written as it stands
        words = written.split() if what in ("denial", "opposite") else [written]
        marked += [(start, end, what) for word in words for start, end in _places(text, word, sentence)]
    shared = set(both)
    marked += [
        (start, end, SAME) for stemmed, places in _telling(text).items() if stemmed in shared for start, end in places
    ]
    return list(_pieces(text, marked))


def _pieces(text: str, marked: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    """The text in pieces. Of marks that overlap the difference counts, and of two the first."""
    at = 0
    for start, end, what in _apart(marked):
        if start > at:
            yield Piece(text[at:start], "")
        yield Piece(text[start:end], what)
        at = end
    if at < len(text):
        yield Piece(text[at:], "")


def _apart(marked: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for one in sorted(marked, key=lambda mark: (mark[2] == SAME, mark[0])):
        place = bisect_left(kept, one)
        is_behind = place == 0 or kept[place - 1][1] <= one[0]
        if is_behind and (place == len(kept) or kept[place][0] >= one[1]):
            kept.insert(place, one)
    return kept


def _places(text: str, written: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Where it is written: in the sentence that is compared if it stands there, else anywhere, at the first place."""
    if not written:
        return
    pattern = re.compile(rf"(?<!\w){re.escape(written)}(?!\w)", re.I)
    begin = max(text.find(sentence), 0)
    found = pattern.search(text, begin) or pattern.search(text)
    if found:
        yield found.span()


def _telling(text: str) -> dict[str, list[tuple[int, int]]]:
    """The stems of the words that say something, and where each stands."""
    language = guess(text)
    common = common_stems(language)
    found: dict[str, list[tuple[int, int]]] = {}
    for match in WORD.finditer(text):
        for word in plain(match[0]).split()[:1]:
            stemmed = stem(word, language)
            if stemmed not in common:
                found.setdefault(stemmed, []).append(match.span())
    return found
