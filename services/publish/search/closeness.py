"""How close a check is to what is asked, alike on both databases, and what is written down so that they can choose by it.

What a word tells depends on where it stands: in a headline, in a claim, among how many others. That is known when a check is
written down, so each word of what a check is about is kept with its rank there, as one more word of the index (`ranks`). Then the
checks in which a frequent word tells most are a stretch of the index, too, however many others have it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

FENCE = "ufence"  # stands between what a check is about: its headline, its claim, its claimant, what more
FIELDS = (1.0, 1.2, 0.9, 0.5)  # how much a word tells in each of these
RANKS = "abcdefgh"  # the last is the highest
ABOUT = 1  # the least rank that a word has of what a check is about
STEPS = 2  # ranks in a difference of one


class Term(NamedTuple):
    """A word or phrase by stems, as the likely languages cut it; what else it may mean; what counts as a beginning, and of what:
    None if there are too many such words to name them."""

    ways: tuple[tuple[str, ...], ...]
    others: tuple[tuple[str, ...], ...] = ()
    beginning: str | None = None
    begun: tuple[str, ...] | None = None

    @property
    def named(self) -> tuple[tuple[str, ...], ...]:
        """All that is looked for as it stands."""
        return (*self.ways, *self.others, *((one,) for one in self.begun or ()))

    @property
    def open(self) -> str | None:
        """The beginning, if what begins so can't be named."""
        return None if self.begun else self.beginning


def closeness(about: str, terms: Sequence[Term]) -> int:
    """How close a check is: where each term stands, more for a field that says little else, and for terms that stand together.
    What is written otherwise, or only begins so, counts for less."""
    total = 0.0
    for weight, joined in _fields(about):
        here = sum(_fit(term, joined) for term in terms)
        if here:
            total += here * _telling(weight, joined)
            if len(terms) > 1 and f" {' '.join(' '.join(term.ways[0]) for term in terms)} " in joined:
                total += weight * len(terms)
    return round(total * 1000)


def ranks(about: str) -> list[str]:
    """The words of what a check is about, each behind the letter of its rank."""
    telling: dict[str, float] = {}
    for weight, joined in _fields(about):
        here = _telling(weight, joined)
        for word in set(joined.split()):
            telling[word] = telling.get(word, 0.0) + here
    return [f"x{RANKS[min(int(told * STEPS), len(RANKS) - 1)]}{word}" for word, told in sorted(telling.items())]


def ranked(word: str, least: int) -> list[str]:
    """A word as it is kept where its rank is at least this one."""
    return [f"x{letter}{word}" for letter in RANKS[least:]]


def _fields(about: str) -> Iterator[tuple[float, str]]:
    return zip(FIELDS, f" {about} ".split(FENCE), strict=False)


def _telling(weight: float, joined: str) -> float:
    """What a word tells that stands in a field once."""
    return weight * (1 + 1 / (math.sqrt(joined.count(" ")) + 1))


def _fit(term: Term, joined: str) -> float:
    for way in term.ways:
        if f" {' '.join(way)} " in joined:
            return float(len(way))
    for way in term.others:
        if f" {' '.join(way)} " in joined:
            return 0.6 * len(way)
    if term.beginning is None:
        return 0.0
    is_here = f" {term.beginning}" in joined or any(
        f" {one} " in joined for one in term.begun or () if not one.startswith(term.beginning)
    )
    return 0.5 if is_here else 0.0
