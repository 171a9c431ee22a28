"""What two texts differ in that changes what they say: a number, a unit, a date, a name, a denial, whether it was done yet.

"5 million" is not "50 million", and a denial is not what it denies. A text that merely says more than the other differs in
nothing: what counts is what each has and the other has not.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from shared.matching.facts.claimed import beyond, bounds, died_of, excepted, extents, links, nearly, of_two, ranked
from shared.matching.facts.names import Name, alike, in_one_place, in_short, missing, names
from shared.matching.facts.numbers import RANK, Number, numbers
from shared.matching.facts.polarity import BANNING, ENDED, MAY, WORD, Denial, asks, denials, is_denied, opposed
from shared.matching.facts.polarity import alike as by_stem
from shared.matching.facts.roles import crossed, crossed_comparison, on_sale, remarked, reversed_roles, swapped
from shared.matching.facts.times import untimely
from shared.matching.facts.units import CALENDAR, HUNDREDTHS
from shared.matching.languages import language_of

What = Literal["number", "unit", "date", "name", "denial", "opposite", "roles", "tense", "extent", "link", "word"]


class Difference(NamedTuple):
    """One thing in which two texts differ, as each has it; empty where one has nothing."""

    what: What
    ours: str
    theirs: str


class Facts(NamedTuple):
    """What a text says that can be compared without understanding it."""

    text: str
    language: str  # its code; of its sentences, too
    numbers: tuple[Number, ...]
    names: tuple[Name, ...]
    denials: tuple[Denial, ...]
    words: tuple[str, ...]
    stems: frozenset[str]
    bounds: Mapping[str, str]  # "least" and "most" of it, as each is said, which stands among no words


COMPARED = 2_000  # characters of a text, the first
MOST = 60  # numbers, and names, of a text: each is compared with each of the other, and nobody says so many at once


def facts_of(text: str, given: str | None = None) -> Facts:
    """The facts of a text, in the language that was given with it; else it is guessed."""
    return _facts_of(text[:COMPARED], given)  # cut before it is remembered: a text has up to 50,000 characters


@lru_cache(8_192)
def _facts_of(some: str, given: str | None) -> Facts:
    language = language_of(some, given)
    said = in_short(some)
    unbound, bound = bounds(said, language)
    words = tuple(word.lower() for word in WORD.findall(unbound))
    return Facts(
        some,
        language,
        tuple(numbers(some, language)[:MOST]),
        tuple(names(said, language)[:MOST]),
        tuple(denials(unbound, language)),
        words,
        frozenset(map(by_stem, words)),
        bound,
    )


def differences(ours: Facts, theirs: Facts) -> list[Difference]:
    """All in which they differ, sentence by sentence: what stands in another sentence is said of something else."""
    found: list[Difference] = []
    for mine, other in _facing(ours, theirs):
        left, right = _left(mine.numbers, theirs.numbers), _left(other.numbers, ours.numbers)
        found += _numbers(left, right)
        named = {one.key for one in ours.names} & {one.key for one in theirs.names}
        found += _names(
            missing(mine.names, theirs.names, theirs.text), missing(other.names, ours.names, ours.text), named
        )
        found += _polarity(mine, other, (ours, theirs))
        found += _times(mine, other)
        found += _claimed(mine, other)
    return list(dict.fromkeys(found))


def _facing(ours: Facts, theirs: Facts) -> list[tuple[Facts, Facts]]:
    """Sentences that say the same thing of the same, or not: the two nearest ones, and all others that share half their words."""
    nearest = nearest_sentence(ours, theirs), nearest_sentence(theirs, ours)
    found = [nearest]
    for one in sentences(ours) if len(sentences(theirs)) > 1 else ():
        other = nearest_sentence(theirs, one)
        if one != nearest[0] and other != nearest[1] and _share(one, other) >= HALF:
            found.append((one, other))
    return found


def _share(one: Facts, other: Facts) -> float:
    return len(one.stems & other.stems) / max(len(one.stems), len(other.stems), 1)


def _left(ours: Sequence[Number], theirs: Sequence[Number]) -> list[Number]:
    """The numbers that the other text has not."""
    return [one for one in ours if not any(one.is_as(other) and _same_unit(one, other) for other in theirs)]


def _numbers(left: Sequence[Number], others: Sequence[Number]) -> list[Difference]:
    right = list(others)
    found: list[Difference] = []
    for one in left:
        against = [other for other in right if _comparable(one, other)]
        if against:
            other = min(against, key=lambda other: (one.kind != other.kind, abs(one.value - other.value)))
            right.remove(other)
            found.append(Difference(_what(one, other), one.written, other.written))
    return found


def _same_unit(one: Number, other: Number) -> bool:
    """Whether the units of equal amounts agree: 5 euros are no 5 dollars, and 5 a day no 5 a year. What is not said agrees."""
    ours, theirs = one.unit.partition(" a "), other.unit.partition(" a ")
    if one.kind == other.kind == "money" and ours[0] != theirs[0] and not _is_part(ours[0], theirs[0]):
        return False
    return not ours[2] or not theirs[2] or ours[2] == theirs[2]


def _is_part(one: str, other: str) -> bool:
    """Whether one currency's unit is a hundredth of the other's."""
    return other in HUNDREDTHS.get(one, ()) or one in HUNDREDTHS.get(other, ())


def _comparable(one: Number, other: Number) -> bool:
    if (one.kind in CALENDAR) != (other.kind in CALENDAR):
        return False
    if one.kind in CALENDAR or RANK in (one.kind, other.kind):
        return one.kind == other.kind
    return one.kind == other.kind or not one.kind or not other.kind or one.figure == other.figure


def _what(one: Number, other: Number) -> What:
    if one.kind in CALENDAR:
        return "date"
    return "unit" if (one.kind, one.unit) != (other.kind, other.unit) and one.figure == other.figure else "number"


HALF, MOSTLY = 0.5, 0.65
LONG = 16  # words of a sentence
# Not after "3." as in "im 3. Quartal"; before "| Daily News" and "- Daily News"
SENTENCES = re.compile(r"(?<=[.!?;:…])(?<!\b\d\.)(?<!\b\d\d\.)\s+|\n+|\s+[—–|-]\s+")
MOST_SENTENCES = 60  # each is compared with each of the other text


def sentences(text: Facts) -> tuple[Facts, ...]:
    """The facts of each sentence of a text, of the first ones if it has none but short ones."""
    return _sentences(text.text, text.language)


@lru_cache(4_096)
def _sentences(text: str, language: str) -> tuple[Facts, ...]:
    some = (one for one in SENTENCES.split(text) if one.strip())
    return tuple(facts_of(one, language) for one in islice(some, MOST_SENTENCES))


def nearest_sentence(text: Facts, to: Facts) -> Facts:
    """The sentence of a text that shares the most words with another text. A denial in another sentence denies something else."""
    wanted = set(to.words)
    some = sentences(text)
    if len(some) < 2:
        return text
    return max(some, key=lambda one: len(wanted.intersection(one.words)) / (8 + len(set(one.words))))


def _names(left: Sequence[Name], others: Sequence[Name], named: Collection[str]) -> list[Difference]:
    """Names at the same place; or the only ones that either lacks, if neither begins its sentence: there any word is large. The
    first name of somebody whom both name stands at no place of a name that is said of something else."""
    right, found = list(others), []
    alone = len(left) == len(right) == 1 and bool(left[0].before and right[0].before)
    alone = alone and (left[0].after in named) == (right[0].after in named)
    for one in left:
        against = [other for other in right if not alike(one.key, other.key) and (alone or in_one_place(one, other))]
        if against:
            right.remove(against[0])
            found.append(Difference("name", one.written, against[0].written))
    return found


def _polarity(ours: Facts, theirs: Facts, whole: tuple[Facts, Facts]) -> list[Difference]:
    """Of two sentences; of the whole texts they are from, because what both deny, each somewhere, is denied by neither alone."""
    pairs, turned = _turned(ours, theirs)
    mine, other = _denying(ours, theirs, whole[1]), _denying(theirs, ours, whole[0])
    denied = is_denied(mine, ours.language) != is_denied(other, theirs.language)
    if asks(ours.text) != asks(theirs.text):
        denied = False  # "can they vote?" is asked of who says that they cannot
    if mine and other and min(len(ours.words), len(theirs.words)) > LONG:
        denied = False  # where so much is said, both deny the same, and one something else as well
    if denied and not pairs and (_is_banned(ours, theirs, other) or _is_banned(theirs, ours, mine)):
        denied = False  # "may not be sold" is "the sale is banned"
    # "remained open" is "did not close": what is denied and opposite is the same again
    if denied and len(pairs) == 1 and set(pairs[0]).isdisjoint([*mine, *other]):
        return []
    if mine and other and not denied:  # what is "not real" is "fake"
        pairs = [pair for pair in pairs if set(pair).isdisjoint([*mine, *other])]
    found = [Difference("opposite", *pair) for pair in pairs]
    found += [Difference("roles", turned, turned)] if turned and not denied else []
    if denied:
        found.append(Difference("denial", " ".join(mine), " ".join(other)))
    return found


def _turned(ours: Facts, theirs: Facts) -> tuple[list[tuple[str, str]], str | None]:
    """The opposites of two sentences, and the word around which who does it and who it is done to are changed."""
    language, is_one_language = ours.language, theirs.language == ours.language
    pairs, turned = list(dict.fromkeys(opposed(ours.words, theirs.words))), None
    pairs = [(one, other) for one, other in pairs if not on_sale(ours.words, one, theirs.words, other)]
    if is_one_language and _share(ours, theirs) >= MOSTLY:
        if crossed_comparison(ours.words, theirs.words, language):
            # "Ada has more than Bob" is "Bob has less than Ada"
            pairs, turned = pairs[1:], None if pairs else "than"
        elif language == "en":
            turned = reversed_roles(ours.words, theirs.words)
            # "Ada sold it to Bob" is "Bob bought it from Ada"
            pairs = [pair for pair in pairs if not crossed(ours.words, pair[0], theirs.words, pair[1])]
    if not turned and not pairs:
        turned = swapped(ours.words, theirs.words, language)
        if not turned and is_one_language:
            turned = remarked(ours.words, theirs.words, language)
    return pairs, turned


def _times(ours: Facts, theirs: Facts) -> list[Difference]:
    """What one says will be done and the other that it was, if they say the rest alike."""
    if _share(ours, theirs) < HALF or theirs.language != ours.language:
        return []
    told = untimely(ours.words, theirs.words, ours.language)
    return [Difference("tense", *told)] if told else []


def _claimed(ours: Facts, theirs: Facts) -> list[Difference]:
    """How much of a thing is claimed, and whether one thing causes another, if they say the rest alike."""
    language = ours.language
    if _share(ours, theirs) < HALF or theirs.language != language:
        return []
    told: list[tuple[What, tuple[str, str] | None]] = [
        ("extent", extents(ours.words, theirs.words, language)), ("link", links(ours.words, theirs.words, language)),
        ("extent", beyond(ours.words, ours.bounds, theirs.words, theirs.bounds)),
        ("extent", excepted(ours.words, theirs.words, language)), ("denial", nearly(ours.words, theirs.words, language)),
        ("extent", of_two(ours.words, theirs.words, language)), ("extent", ranked(ours.words, theirs.words, language)),
        ("link", died_of(ours.words, theirs.words, language)),
    ]  # fmt: skip
    return [Difference(what, *pair) for what, pair in told if pair]


def _is_banned(one: Facts, other: Facts, denying: Sequence[str]) -> bool:
    """Whether a text bans what the other says that it may not be."""
    bans = [not BANNING.isdisjoint(text.words) for text in (one, other)]
    may_not = denying == ["not"] or (bool(denying) and not MAY.isdisjoint(other.words))
    return may_not and bans == [True, False] and not one.denials


def _denying(ours: Facts, theirs: Facts, whole: Facts) -> list[str]:
    """The denials of something that the other sentence speaks of, and that is not denied elsewhere in its text. What both say has
    ended is denied by neither."""
    has_ended = not ENDED.isdisjoint(theirs.words)
    elsewhere = {one.first for one in whole.denials} - {one.first for one in theirs.denials}
    return [
        one.word
        for one in ours.denials
        if not (has_ended and one.word in ENDED)
        and not (one.first and one.first in elsewhere)
        and (not one.about or one.about & theirs.stems or opposed(sorted(one.about), theirs.words))
    ]
