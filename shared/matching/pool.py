"""Texts that may say the same as what is asked, and the signs that their words and facts give."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from shared.matching import lexical
from shared.matching.facts import COMPARED, Difference, Facts, differences, facts_of
from shared.matching.facts.names import missing
from shared.matching.facts.numbers import RANK
from shared.matching.facts.polarity import WORD
from shared.matching.facts.replaced import Replaced, replaced
from shared.matching.lexical import Query
from shared.matching.shelves import OPEN
from shared.matching.tables import Tables, Text
from shared.matching.weights import LATELY, WHEN, Weights
from shared.matching.words import common_stems, plain

HALF_AS_LATELY = 10.0  # days after which a decision counts half
HALF_AS_NEAR = timedelta(days=365)  # between what was said, which counts half
MOST_SHARED = 8  # telling words: more of them say no more
# Differences by which another thing is said
DENYING = frozenset({"denial", "opposite", "roles", "tense", "extent", "link"})
ACROSS_LANGUAGES = frozenset({"number", "unit", "date"})
UNLIKE, ALIKE = 0.4, 0.6  # texts that share so much: from where on what differs counts, and from where in full


class Pool(NamedTuple):
    """Candidates: their rows and signs, in what the best differ, and which words stand at others' places, by their numbers."""

    rows: Mapping[int, Text]
    signs: dict[int, dict[str, float]]
    differs: dict[int, Sequence[Difference]]
    replaced: dict[int, Sequence[Replaced]]

    def closest(self, numbers: Iterable[int], by: Weights, most: int) -> list[int]:
        """The best first; of equals what is on the open shelf, and what was there before. A third of the places is for the open
        shelf, so that what everybody can find is not crowded out by what only some can."""
        ordered = sorted(
            numbers, key=lambda number: (-by.score(self.signs[number]), self.rows[number].shelf != OPEN, number)
        )
        best = ordered[:most]
        has_place = [number for number in ordered if self.rows[number].shelf == OPEN][: most // 3]
        left_out = [number for number in has_place if number not in best]
        return best[: most - len(left_out)] + left_out

    def add_words(self, query: Query, around: Query | None, speaker: str | None) -> None:
        """Add the signs that the words give; `around` is what was said around what is asked."""
        told, most = sum(query.worth.values()) or 1.0, lexical.worth(query.total, 0)
        for number, row in self.rows.items():
            signs, parts = self.signs[number], row.parts
            if "bm25" not in signs:
                signs["bm25"] = lexical.bm25(query, parts)
            if around:
                signs["around"] = lexical.bm25(around, parts)
            if speaker and row.speaker:
                signs["speaker"] = float(_is_same_person(speaker, row.speaker))
            there = {*parts[0], *parts[1]}
            shared = [weight for term, weight in query.worth.items() if term in there]
            signs["shared"] = min(len(shared), MOST_SHARED) / MOST_SHARED
            signs["covered"], signs["rare"] = sum(shared) / told, max(shared, default=0.0) / most
        for name, share in (("bm25", "lexical"), ("around", "context_lexical")):
            highest = max((signs.get(name, 0.0) for signs in self.signs.values()), default=0.0) or 1.0
            for signs in self.signs.values():
                signs[share] = signs.pop(name, 0.0) / highest

    def add_decisions(self, days_since: Mapping[int, float]) -> None:
        """Add how lately somebody said of another text that it says the same."""
        for number, days in days_since.items():
            self.signs[number][LATELY] = HALF_AS_LATELY / (HALF_AS_LATELY + days)

    def add_times(self, said_at: datetime | None) -> None:
        """Add how near in time what is asked and each candidate were said: what is said now was mostly said a short while ago."""
        for number, row in self.rows.items():
            if said_at and row.said_at:
                self.signs[number][WHEN] = HALF_AS_NEAR / (HALF_AS_NEAR + abs(said_at - row.said_at))

    def weigh_words(self, session: Session, tables: Tables, best: Sequence[int], query: Query) -> None:
        """Weigh how much of these texts' wording is asked by how much each word tells."""
        wordings = {
            number: set(row.parts[0]) - common_stems(row.language) or set(row.parts[0])
            for number, row in ((number, self.rows[number]) for number in best)
        }
        counts = lexical.counts_of(session, tables, list(set().union(*wordings.values())), query.shelves)
        for number, terms in wordings.items():
            told = {term: lexical.worth(query.total, counts.get(term, 0)) for term in terms}
            # summed exactly, because sets have their order from chance
            asked = math.fsum(weight for term, weight in told.items() if term in query.worth)
            self.signs[number]["covers"] = asked / (math.fsum(told.values()) or 1.0)

    def compare_facts(self, asked: Facts, best: Sequence[int]) -> None:
        """Add the signs that come of comparing facts, and in what these texts differ from what is asked."""
        for number in best:
            row, signs = self.rows[number], self.signs[number]
            theirs = facts_of(row.main, spoken(row, asked))
            is_one_language = theirs.language == asked.language
            shared = (signs["covers"] * signs["covered"]) ** 0.5
            alike = min(1.0, max(0.0, (shared - UNLIKE) / (ALIKE - UNLIKE)))
            figures = alike if is_one_language else 1.0  # across languages figures are what can be compared
            if figures:
                self.differs[number] = told_across(differences(asked, theirs), is_one_language)
            found = [one.what for one in self.differs.get(number, ())]
            signs["numbers"] = figures * min(2, found.count("number") + found.count("unit"))
            signs["dates"] = figures * min(2, found.count("date"))
            signs["named"] = alike * min(2, found.count("name"))
            signs["denied"] = alike * float(not DENYING.isdisjoint(found))
            both = sum(any(one.is_as(other) for other in asked.numbers) for one in theirs.numbers if one.kind != RANK)
            signs["figures"] = min(2, both) / 2
            if figures and not found and is_one_language:  # the same, as far as facts tell
                self.replaced[number] = replaced(asked.words, theirs.words, asked.language)
            absent = missing(list(asked.names), list(theirs.names), f"{row.main} {row.title or ''}")
            signs["names"] = 1 - len(absent) / len(asked.names) if asked.names else 1.0


def spoken(row: Text, asked: Facts) -> str:
    """The language in which a text is compared: what is asked in, if they share half their words. Of few words it is a guess, and
    "não" alone may decide it."""
    if row.language == asked.language:
        return row.language
    theirs, ours = {word.lower() for word in WORD.findall(row.main[:COMPARED])}, set(asked.words)
    return asked.language if 2 * len(ours & theirs) >= max(len(ours), len(theirs)) else row.language


def told_across(found: Sequence[Difference], is_one_language: bool) -> Sequence[Difference]:
    """In what two texts differ, as far as that can be told: between languages names are written otherwise, and denials stand
    elsewhere."""
    return found if is_one_language else [one for one in found if one.what in ACROSS_LANGUAGES]


def _is_same_person(one: str, other: str) -> bool:
    ours, theirs = set(plain(one).split()), set(plain(other).split())
    shared = ours & theirs
    return bool(shared) and len(shared) >= min(len(ours), len(theirs))
