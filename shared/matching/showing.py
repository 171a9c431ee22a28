"""Two texts beside one another, cut where they share words and where they differ, to be shown to people."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple
from unicodedata import category

from shared.matching.facts import Difference, differences, facts_of, nearest_sentence
from shared.matching.facts.polarity import WORD
from shared.matching.words import common_stems, plain, stem

SAME = "same"
ZERO_WIDTH_JOINER = "\u200d"
FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")
MOST_FIGURES = 3  # that a text is cut to and of which nobody knows whether they say something else


class Piece(NamedTuple):
    """A piece of a text; `what` is "" (nothing), "same" (a word of both), or what kind of difference it is."""

    text: str
    what: str


def side_by_side(
    ours: str, theirs: str, our_language: str | None = None, their_language: str | None = None
) -> tuple[list[Piece], list[Piece], list[Difference]]:
    """The pieces of both, and in what they differ. Languages that are not given are guessed."""
    mine, other = facts_of(ours, our_language), facts_of(theirs, their_language)
    found = differences(mine, other)
    both = _telling(ours, mine.language).keys() & _telling(theirs, other.language).keys()
    sentences = nearest_sentence(mine, other).text, nearest_sentence(other, mine).text
    return (
        _cut(ours, [(one.what, one.ours) for one in found], both, sentences[0], mine.language),
        _cut(theirs, [(one.what, one.theirs) for one in found], both, sentences[1], other.language),
        found,
    )


def _cut(
    text: str, differing: Iterable[tuple[str, str]], both: Iterable[str], sentence: str, language: str
) -> list[Piece]:
    marked: list[tuple[int, int, str]] = []
    for what, written in differing:
        # a denial is a list of words, of one sentence; anything else is written as it stands
        words = written.split() if what in ("denial", "opposite") else [written]
        marked += [(start, end, what) for word in words for start, end in _places(text, word, sentence)]
    shared = set(both)
    marked += [
        (start, end, SAME)
        for stemmed, places in _telling(text, language).items()
        if stemmed in shared
        for start, end in places
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


def _telling(text: str, language: str) -> dict[str, list[tuple[int, int]]]:
    """The stems of the words that say something, and where each stands."""
    common = common_stems(language)
    found: dict[str, list[tuple[int, int]]] = {}
    for match in WORD.finditer(text):
        for word in plain(match[0]).split()[:1]:
            stemmed = stem(word, language)
            if stemmed not in common:
                found.setdefault(stemmed, []).append(match.span())
    return found


def shortened(pieces: Sequence[Piece], beside: Sequence[Piece], most: int = 100) -> list[Piece]:
    """The pieces around what differs, about `most` characters, with … where something is left out; everything that differs is kept.
    Where nothing is known to differ, it is cut to where the text departs from the one beside it, and to figures which that one has
    not: two texts that begin alike never seem the same. Where little would be left out, nothing is."""
    text = _whole(pieces)
    if len(text) <= most * 1.5:
        return list(pieces)
    starts = list(accumulate((len(one.text) for one in pieces), initial=0))
    differing = [
        (at, at + len(one.text)) for at, one in zip(starts, pieces, strict=False) if one.what not in ("", SAME)
    ]
    kept = differing or _unlike(text, _whole(beside))
    around = max(12, most // (2 * len(kept)))
    windows: list[tuple[int, int]] = []
    for start, end in kept:
        begin = _to_words(text, max(start - around, 0), start)
        until = _back_to_words(text, end, end + around + max(around - start, 0))
        if windows and begin - windows[-1][1] < around:
            windows[-1] = windows[-1][0], max(until, windows[-1][1])
        else:
            windows.append((begin, until))
    found: list[Piece] = [Piece("… ", "")] if windows[0][0] > 0 else []
    for begin, until in windows:
        for at, one in zip(starts, pieces, strict=False):
            if part := one.text[max(begin - at, 0) : max(until - at, 0)]:
                found.append(Piece(part, one.what))
        if until < len(text):
            found.append(Piece(" … " if (begin, until) != windows[-1] else " …", ""))
    return found


def _whole(pieces: Iterable[Piece]) -> str:
    return "".join(one.text for one in pieces)


def _unlike(text: str, other: str) -> list[tuple[int, int]]:
    """Where a text departs from another, and the first figures that stand in it alone. Its beginning, if they are equal."""
    unlike = (at for at, (one, its) in enumerate(zip(text, other, strict=False)) if one != its)
    departs = next(unlike, min(len(text), len(other))) if text != other else 0
    known = set(FIGURE.findall(other))
    figures = [found.span() for found in FIGURE.finditer(text) if found[0] not in known]
    return sorted([(departs, departs), *figures[:MOST_FIGURES]])


def _to_words(text: str, at: int, end: int) -> int:
    """Where the first word begins from here on; where none does before the end, as in a script without spaces, here."""
    if not at:
        return 0
    space = text.find(" ", at, end)
    if space >= 0:
        return space + 1
    return next((one for one in range(at, end) if not _belong_together(text[one - 1], text[one])), at)


def _back_to_words(text: str, start: int, at: int) -> int:
    """Where the last word ends up to here; where none does after the start, here."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", start, at)
    if space >= 0:
        return space
    return next((one for one in range(at, start, -1) if not _belong_together(text[one - 1], text[one])), at)


def _belong_together(before: str, after: str) -> bool:
    """Whether a cut between two characters would leave another figure, or a letter or picture without its marks."""
    is_number = all(one.isdigit() or one in ".,:/" for one in (before, after))
    return is_number or category(after).startswith("M") or ZERO_WIDTH_JOINER in (before, after)
