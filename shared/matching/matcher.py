"""What was indexed that says the same as a text, or may: found by words and by meaning, put in order by the signs that count.

Without a model, or when it does not answer, the words alone decide, and the answer says so.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session

from shared.matching import lexical, weights
from shared.matching.answers import Answer, Asked, Found
from shared.matching.cleaning import clean
from shared.matching.encoding import MANY, Encoder
from shared.matching.errors import NotYet, Silent
from shared.matching.facts import Difference, Facts, differences, facts_of
from shared.matching.indexing import LONGEST
from shared.matching.languages import language_of, telling
from shared.matching.lexical import Query
from shared.matching.meaning import CONTEXT_POOL, Meaning
from shared.matching.memory import Memory
from shared.matching.pool import Pool, spoken, told_across
from shared.matching.tables import Tables, Text, texts_of
from shared.matching.weights import FIELD, Thresholds, Weights, margin
from shared.matching.words import plain, stem

log = logging.getLogger(__name__)

POOL = 100  # texts by words, and as many by meaning
WEIGHED = 50  # of which it is looked how much of them is asked, at least
COMPARED = 20  # of which the facts are compared, at least
ENOUGH = 1_000  # texts, among which to be the best says something
HALF = 0.5  # of what was checked: so few words as are barely enough, and say less of it, may still become another claim
FEWEST_TO_BE_SURE = 3  # telling words that are asked: of fewer, many texts say so much
# Of texts by their numbers: how many days ago somebody said last of another one that it says the same, if somebody did
DaysSince = Callable[[Session, Asked, Sequence[Text]], Mapping[int, float]]
AS_WEIGHED = Thresholds()  # the thresholds that the weights bring along


def nobody_decided(_session: Session, _asked: Asked, _texts: Sequence[Text]) -> Mapping[int, float]:
    """Where nobody decides what says the same."""
    return {}


class Matcher:
    """Searches one index."""

    def __init__(
        self,
        tables: Tables,
        encoder: Encoder,
        tuned: Weights | None = None,
        thresholds: Thresholds = AS_WEIGHED,
        days_since: DaysSince = nobody_decided,
    ) -> None:
        self._tables = tables
        self._encoder = encoder
        self._tuned = tuned
        self._thresholds = thresholds
        self._days_since = days_since
        self._memory = Memory()

    def asking(self, encoder: Encoder) -> "Matcher":
        """The same index, with another encoder; what is in memory is there once."""
        other = Matcher(self._tables, encoder, self._tuned, self._thresholds, self._days_since)
        other._memory = self._memory
        return other

    @property
    def weights(self) -> Weights:
        """The weights that are used where words and meaning are compared."""
        return self._thresholds.on(self._tuned or weights.WITH_MODEL)

    @staticmethod
    def shipped(encoder: Encoder) -> Weights:
        """The weights that are used with an encoder, if no others are given."""
        return weights.WITH_MODEL if encoder.models else weights.BY_WORDS

    def match(self, session: Session, asked: Asked, most: int = 10) -> Answer:
        """The texts that may say the same as what is asked."""
        changes = lexical.changes_of(session, self._tables, asked.shelves)
        kept = self._memory.of(session).answers
        answer = kept.get(asked, most, changes)
        if answer is None:
            answer = self._match(session, asked, most, changes)
            # a model may answer the next time, or somebody may have decided
            if answer.note is None and self._days_since is nobody_decided:
                kept.put(asked, most, changes, answer)
        return answer

    def _match(self, session: Session, asked: Asked, most: int, changes: Mapping[str, int]) -> Answer:
        text = clean(asked.text[:LONGEST])
        language = language_of(text, asked.language)
        query = lexical.query_of(session, self._tables, text, language, asked.shelves)
        if not query.total:
            return self._nothing(language)
        meaning = self._meaning(session, changes, language)
        pool, method, note = self._gather(session, asked, text, query, meaning)
        by_meaning = method != "words"
        shipped = weights.WITH_MODEL if by_meaning else weights.BY_WORDS
        by = self._thresholds.on((self._tuned if by_meaning else None) or shipped)
        some = pool.closest(pool.rows, by, max(WEIGHED, most))
        pool.weigh_words(session, self._tables, some, query)
        best = pool.closest(some, by, max(COMPARED, most))
        said = facts_of(clean(asked.text[:LONGEST], signature=False), language)
        pool.compare_facts(said, best)
        if by_meaning:
            meaning.compare_words(pool)
        scores = {number: by.score(pool.signs[number]) for number in pool.closest(best, by, max(FIELD, most))}
        if by_meaning:
            meaning.compare_sentences(pool, list(scores)[:most], said, text)
        described = []
        for place, (number, score) in enumerate(list(scores.items())[:most]):
            ahead = 0.0 if place else margin(list(scores.values())[:FIELD])
            described.append(self._describe(pool, number, score, ahead, by, text, said, query))
        return Answer(described, method, note, language, by)

    def _nothing(self, language: str) -> Answer:
        """The answer of an empty index, for which no model is asked."""
        method = "words and meaning" if self._encoder.models else "words"
        return Answer([], method, None, language, self._thresholds.on(self._tuned or self.shipped(self._encoder)))

    def _meaning(self, session: Session, changes: Mapping[str, int], language: str) -> Meaning:
        return Meaning(session, self._tables, self._encoder, self._memory.of(session).codes, changes, language)

    def _gather(
        self, session: Session, asked: Asked, text: str, query: Query, meaning: Meaning
    ) -> tuple[Pool, str, str | None]:
        """The candidates with their signs, how they were found, and why not by meaning."""
        signs: dict[int, dict[str, float]] = {}
        known: dict[int, Text] = {}
        for hit in lexical.search(session, self._tables, query, POOL + asked.room):
            signs[hit.row.number], known[hit.row.number] = {"bm25": hit.score}, hit.row
        context = clean((asked.context or "")[:LONGEST])
        around = lexical.query_of(session, self._tables, context, query.language, asked.shelves) if context else None
        if around:
            for hit in lexical.search(session, self._tables, around, CONTEXT_POOL):
                signs.setdefault(hit.row.number, {})
                known[hit.row.number] = hit.row
        method, note = "words", None
        if self._encoder.models:
            try:
                meaning.gather(signs, [text or " ", *([context] if context else [])], POOL + asked.room)
                method = "words and meaning"
            except NotYet as error:
                note = f"The model of meaning does not answer: {error}"
            except Silent as error:  # of which the log has been told
                note = f"The model of meaning does not work: {error}"
            except Exception as error:  # whatever a model, its package or its process raises; the words remain
                log.exception("matching by words alone")
                note = f"The model of meaning does not work: {error}"
        others = [number for number in signs if number not in known]
        known |= {row.number: row for row in texts_of(session, self._tables, others)}
        rows = {
            number: row
            for number, row in known.items()
            if row.subject not in asked.without and row.shelf in asked.shelves  # it may have been moved meanwhile
        }
        pool = Pool(rows, {number: signs[number] for number in signs if number in rows}, {}, {})
        pool.add_words(query, around, asked.speaker)
        pool.add_times(asked.said_at)
        pool.add_decisions(self._days_since(session, asked, list(rows.values())))
        return pool, method, note

    def _describe(
        self, pool: Pool, number: int, score: float, margin: float, by: Weights, text: str, said: Facts, query: Query
    ) -> Found:
        row, signs = pool.rows[number], pool.signs[number]
        differs = pool.differs.get(number)
        if differs is None:
            theirs = facts_of(row.main, spoken(row, said))
            differs = told_across(differences(said, theirs), theirs.language == said.language)
        if signs.get("replaced"):
            differs = [*differs, *(Difference("word", *changed) for changed in pool.replaced[number])]
        there = {*row.parts[0], *row.parts[1]}
        words = {stem(word, query.language): word for word in telling(plain(text).split(), query.language)}
        shared = sorted((term for term in query.terms if term in there), key=lambda term: (-query.terms[term], term))
        across = spoken(row, said) != said.language and MANY in self._encoder.models and "main" in signs
        signs["told"] = _tells(query.total)
        likelihood = (weights.ACROSS if across else by).likelihood(signs, margin)
        asked = len(query.terms)
        if asked < FEWEST_TO_BE_SURE or (asked == FEWEST_TO_BE_SURE and signs.get("covers", 1.0) < HALF):
            likelihood = min(likelihood, math.nextafter(by.sure, 0))
        return Found(
            row.kind, row.subject, row, score, likelihood, signs, differs, [words.get(term, term) for term in shared]
        )


def _tells(texts: int) -> float:
    """How much it tells of a text to be the best of so many: of three, one has to be. From `ENOUGH` on it counts in full."""
    return min(1.0, math.log(1 + texts) / math.log(1 + ENOUGH))
