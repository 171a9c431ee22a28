"""What was indexed that says the same as a text, or may: found by words and by meaning, put in order by the signs that count.

Without a model, or when it does not answer, the words alone decide, and the answer says so.
"""

import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlmodel import Session, col, select

from shared.matching import lexical, weights
from shared.matching.cleaning import clean
from shared.matching.encoding import ENGLISH, MANY, Encoder, Space, searched
from shared.matching.errors import NotYet
from shared.matching.facts import Difference, Facts, differences, facts_of
from shared.matching.facts.names import missing
from shared.matching.facts.numbers import RANK
from shared.matching.facts.replaced import Replaced, replaced
from shared.matching.indexing import LONGEST
from shared.matching.languages import guess, telling
from shared.matching.lexical import Query
from shared.matching.shelves import OPEN, on
from shared.matching.tables import Tables, TextRow
from shared.matching.weights import FIELD, Thresholds, Weights, margin
from shared.matching.words import common_stems, plain, stem

log = logging.getLogger(__name__)

POOL = 100  # texts by words, and as many by meaning
WEIGHED = 50  # of which it is looked how much of them is asked, at least
COMPARED = 20  # of which the facts are compared, at least
CONTEXT_POOL = 50
MOST_WITHOUT = 1_000  # texts that are not to be found and may stand among the closest
KEPT = 64  # answers, for who asks the same again
ENOUGH = 1_000  # texts, among which to be the best says something
FEWEST_TO_BE_SURE = 3  # telling words that are asked: of fewer, many texts say so much
AS_WEIGHED = Thresholds()  # the thresholds that the weights bring along
UNLIKE, ALIKE = 0.4, 0.6  # texts that share so much: from where on what differs counts, and from where in full
# Cosines of words that stand at one another's places, by each model: of another meaning, and of the same
ANOTHER = {MANY: (0.62, 0.72), ENGLISH: (0.45, 0.65)}


class Asked(NamedTuple):
    """What is looked for; who said it and what was said around it, if that is known."""

    text: str
    speaker: str | None = None
    context: str | None = None
    language: str | None = None
    without: frozenset[UUID] = frozenset()  # what is not to be found: itself, say
    shelves: tuple[str, ...] = (OPEN,)  # where to look: of what stands elsewhere nothing is told

    @property
    def room(self) -> int:
        """How many of the closest are perhaps not to be found."""
        return min(len(self.without), MOST_WITHOUT)


class Found(NamedTuple):
    """A text that may say the same."""

    kind: str
    subject: UUID
    row: TextRow
    score: float  # its place in the order
    likelihood: float  # that it says the same
    signs: Mapping[str, float]
    differs: Sequence[Difference]
    shared: Sequence[str]  # words that stand in both, the most telling first


class Answer(NamedTuple):
    """What was found, the likeliest first; how it was found; and which language was assumed."""

    found: Sequence[Found]
    method: str  # "words and meaning" or "words"
    note: str | None  # why not by meaning, if it should have been
    language: str
    weights: Weights


class Pool(NamedTuple):
    """Candidates: their rows and signs, in what the best differ, and which words stand at others' places, by their numbers."""

    rows: Mapping[int, TextRow]
    signs: dict[int, dict[str, float]]
    differs: dict[int, Sequence[Difference]]
    replaced: dict[int, Sequence[Replaced]]


class Kept:
    """The newest answers of a process, for as long as nothing changes on the shelves that were asked."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[Asked, int], tuple[int, Answer]] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, asked: Asked, most: int, changes: int) -> Answer | None:
        with self._turn:
            known = self._answers.get((asked, most))
            return known[1] if known and known[0] == changes else None

    def put(self, asked: Asked, most: int, changes: int, answer: Answer) -> None:
        with self._turn:
            self._answers[asked, most] = changes, answer
            self._answers.move_to_end((asked, most))
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)


class Memory:
    """What a process remembers of an index, of each database that it is in: the codes of vectors, and answers."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[Any, Remembered] = WeakKeyDictionary()

    def of(self, session: Session) -> "Remembered":
        return self._of.setdefault(session.get_bind(), Remembered({}, Kept()))


class Remembered(NamedTuple):
    codes: dict[str, Any]
    answers: Kept


class Matcher:
    """Searches one index."""

    def __init__(
        self, tables: Tables, encoder: Encoder, tuned: Weights | None = None, thresholds: Thresholds = AS_WEIGHED
    ) -> None:
        self._tables = tables
        self._encoder = encoder
        self._tuned = tuned
        self._thresholds = thresholds
        self._memory = Memory()

    def asking(self, encoder: Encoder) -> "Matcher":
        """The same index, with another encoder; what is in memory is there once."""
        other = Matcher(self._tables, encoder, self._tuned, self._thresholds)
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
            answer = self._match(session, asked, most)
            if answer.note is None:  # else a model may answer the next time
                kept.put(asked, most, changes, answer)
        return answer

    def _match(self, session: Session, asked: Asked, most: int) -> Answer:
        text = clean(asked.text[:LONGEST])
        language = (asked.language or guess(text)).partition("-")[0].lower()
        query = lexical.query_of(session, self._tables, text, language, asked.shelves)
        if not query.total:
            return self._nothing(language)
        pool, method, note = self._gather(session, asked, text, language, query)
        chosen = self._tuned if self._tuned and method != "words" else None
        by = self._thresholds.on(chosen or (weights.BY_WORDS if method == "words" else weights.WITH_MODEL))
        some = _closest(pool, pool.rows, by, max(WEIGHED, most))
        self._weigh_words(session, pool, some, query)
        best = _closest(pool, some, by, max(COMPARED, most))
        said = facts_of(clean(asked.text[:LONGEST], signature=False))
        _compare_facts(pool, said, best, language)
        if method != "words":
            self._compare_words(pool, language)
        scores = {number: by.score(pool.signs[number]) for number in _closest(pool, best, by, max(FIELD, most))}
        described = []
        for place, (number, score) in enumerate(list(scores.items())[:most]):
            ahead = 0.0 if place else margin(list(scores.values())[:FIELD])
            described.append(self._describe(pool, number, score, ahead, by, text, said, query))
        return Answer(described, method, note, language, by)

    def _nothing(self, language: str) -> Answer:
        """The answer of an empty index, for which no model is asked."""
        method = "words and meaning" if self._encoder.models else "words"
        return Answer([], method, None, language, self._thresholds.on(self._tuned or self.shipped(self._encoder)))

    def _gather(
        self, session: Session, asked: Asked, text: str, language: str, query: Query
    ) -> tuple[Pool, str, str | None]:
        """The candidates with their signs, how they were found, and why not by meaning."""
        signs: dict[int, dict[str, float]] = {}
        known: dict[int, TextRow] = {}
        for hit in lexical.search(session, self._tables, query, POOL + asked.room):
            signs[hit.row.number], known[hit.row.number] = {"bm25": hit.score}, hit.row
        context = clean((asked.context or "")[:LONGEST])
        around = lexical.query_of(session, self._tables, context, language, asked.shelves) if context else None
        if around:
            for hit in lexical.search(session, self._tables, around, CONTEXT_POOL):
                signs.setdefault(hit.row.number, {})
                known[hit.row.number] = hit.row
        method, note = "words", None
        if self._encoder.models:
            try:
                self._add_meaning(session, signs, asked, [text or " ", *([context] if context else [])], language)
                method = "words and meaning"
            except NotYet as error:
                note = f"The model of meaning does not answer: {error}"
            except Exception as error:  # whatever a model, its package or its process raises; the words remain
                log.exception("matching by words alone")
                note = f"The model of meaning does not work: {error}"
        known |= self._rows(session, [number for number in signs if number not in known])
        rows = {
            number: row
            for number, row in known.items()
            if row.subject not in asked.without and row.shelf in asked.shelves  # it may have been moved meanwhile
        }
        pool = Pool(rows, {number: signs[number] for number in signs if number in rows}, {}, {})
        _add_words(pool, query, around, asked.speaker)
        return pool, method, note

    def _add_meaning(
        self,
        session: Session,
        signs: dict[int, dict[str, float]],
        asked: Asked,
        texts: Sequence[str],
        language: str,
    ) -> None:
        """Add the candidates near what is asked, and near what was said around it, which is the second of the texts if it is known;
        and the cosines of all."""
        semantic = import_module("shared.matching.semantic")  # numpy, for those who encode
        spaces = searched(language, self._encoder.models)
        vectors = {model: self._encoder.encode(model, texts) for model in dict.fromkeys(one.model for one in spaces)}
        found: dict[int, dict[str, float]] = {}
        looked = [(vectors[space.model], self._codes_of(session, semantic, space, asked.shelves)) for space in spaces]
        for vector, codes in looked:
            for near in semantic.nearest(session, self._tables, codes, vector[:1], POOL + asked.room):
                found[near.number] = {"main": near.main, "whole": near.whole}
            if len(texts) > 1:
                for near in semantic.nearest(session, self._tables, codes, vector[1:], CONTEXT_POOL):
                    found.setdefault(near.number, {})
        for vector, codes in looked:
            self._compare(session, semantic, codes, vector, {**signs, **found}, found)
        for number, more in found.items():
            signs.setdefault(number, {}).update(more)

    def _codes_of(self, session: Session, semantic: Any, space: Space, shelves: Sequence[str]) -> list[Any]:
        codes = self._memory.of(session).codes
        names = [on(space.name, shelf) for shelf in shelves]
        return [codes.setdefault(name, semantic.Codes(name)) for name in names]

    def _compare(
        self,
        session: Session,
        semantic: Any,
        codes: Sequence[Any],
        vectors: Any,
        candidates: Mapping[int, Any],
        found: dict[int, dict[str, float]],
    ) -> None:
        """Add the cosines of candidates that have not got them."""
        bare = [number for number in candidates if "main" not in found.get(number, {})]
        for near in semantic.compare(session, self._tables, bare, codes, vectors[:1]):
            found.setdefault(near.number, {}).update(main=near.main, whole=near.whole)
        if len(vectors) > 1:
            for near in semantic.compare(session, self._tables, list(candidates), codes, vectors[1:]):
                found.setdefault(near.number, {})["context"] = near.cosine

    def _weigh_words(self, session: Session, pool: Pool, best: Sequence[int], query: Query) -> None:
        """Weigh how much of these texts' wording is asked by how much each word tells."""
        wordings = {
            number: set(row.parts[0]) - common_stems(row.language) or set(row.parts[0])
            for number, row in ((number, pool.rows[number]) for number in best)
        }
        counts = lexical.counts_of(session, self._tables, list(set().union(*wordings.values())), query.shelves)
        for number, terms in wordings.items():
            told = {term: lexical.worth(query.total, counts.get(term, 0)) for term in terms}
            asked = sum(weight for term, weight in told.items() if term in query.worth)
            pool.signs[number]["covers"] = asked / (sum(told.values()) or 1.0)

    def _compare_words(self, pool: Pool, language: str) -> None:
        """Add how surely words that stand at others' places mean something else: as the nearest two of a text tell, because who
        puts one word otherwise may put another so, too."""
        model = MANY if MANY in self._encoder.models else ENGLISH
        known = model == MANY or language == "en"
        words = list(dict.fromkeys(word for pairs in pool.replaced.values() for pair in pairs for word in pair))
        if not words or not known:
            return
        try:
            vectors = dict(zip(words, self._encoder.encode(model, words), strict=True))
        except Exception:  # whatever a model, its package or its process raises; the rest was found
            log.exception("words at others' places were not compared")
            return
        another, same = ANOTHER[model]
        for number, pairs in pool.replaced.items():
            near = max((float(vectors[ours] @ vectors[theirs]) for ours, theirs in pairs), default=1.0)
            pool.signs[number]["replaced"] = min(1.0, max(0.0, (same - near) / (same - another)))

    def _rows(self, session: Session, numbers: Sequence[int]) -> dict[int, TextRow]:
        chosen = select(self._tables.texts).where(col(self._tables.texts.number).in_(numbers))
        return {row.number: row for row in session.exec(chosen)} if numbers else {}

    def _describe(
        self, pool: Pool, number: int, score: float, margin: float, by: Weights, text: str, said: Facts, query: Query
    ) -> Found:
        row, signs = pool.rows[number], pool.signs[number]
        differs = pool.differs[number] if number in pool.differs else differences(said, facts_of(row.main))
        if signs.get("replaced"):
            differs = [*differs, *(Difference("word", *changed) for changed in pool.replaced[number])]
        there = {*row.parts[0], *row.parts[1]}
        language = guess(text) if not row.language else row.language
        words = {stem(word, language): word for word in telling(plain(text).split(), language)}
        shared = sorted((term for term in query.terms if term in there), key=lambda term: (-query.terms[term], term))
        across = row.language != query.language and MANY in self._encoder.models and "main" in signs
        signs["told"] = _tells(query.total)
        likelihood = (weights.ACROSS if across else by).likelihood(signs, margin)
        if len(query.terms) < FEWEST_TO_BE_SURE:
            likelihood = min(likelihood, math.nextafter(by.sure, 0))
        return Found(
            row.kind, row.subject, row, score, likelihood, signs, differs, [words.get(term, term) for term in shared]
        )


def _tells(texts: int) -> float:
    """How much it tells of a text to be the best of so many: of three, one has to be. From `ENOUGH` on it counts in full."""
    return min(1.0, math.log(1 + texts) / math.log(1 + ENOUGH))


def _add_words(pool: Pool, query: Query, around: Query | None, speaker: str | None) -> None:
    """Add the signs that the words give."""
    told, most = sum(query.worth.values()) or 1.0, lexical.worth(query.total, 0)
    for number, row in pool.rows.items():
        signs, parts = pool.signs[number], row.parts
        if "bm25" not in signs:
            signs["bm25"] = lexical.bm25(query, parts)
        if around:
            signs["around"] = lexical.bm25(around, parts)
        if speaker and row.speaker:
            signs["speaker"] = float(_is_same_person(speaker, row.speaker))
        there = {*parts[0], *parts[1]}
        shared = [weight for term, weight in query.worth.items() if term in there]
        signs["covered"], signs["rare"] = sum(shared) / told, max(shared, default=0.0) / most
    for name, share in (("bm25", "lexical"), ("around", "context_lexical")):
        highest = max((signs.get(name, 0.0) for signs in pool.signs.values()), default=0.0) or 1.0
        for signs in pool.signs.values():
            signs[share] = signs.pop(name, 0.0) / highest


def _is_same_person(one: str, other: str) -> bool:
    ours, theirs = set(plain(one).split()), set(plain(other).split())
    shared = ours & theirs
    return bool(shared) and len(shared) >= min(len(ours), len(theirs))


def _closest(pool: Pool, numbers: Iterable[int], by: Weights, most: int) -> list[int]:
    """The best first; of equals what is on the open shelf, and what was there before. A third of the places is for the open shelf,
    so that what everybody can find is not crowded out by what only some can."""
    ordered = sorted(
        numbers, key=lambda number: (-by.score(pool.signs[number]), pool.rows[number].shelf != OPEN, number)
    )
    best = ordered[:most]
    has_place = [number for number in ordered if pool.rows[number].shelf == OPEN][: most // 3]
    left_out = [number for number in has_place if number not in best]
    return best[: most - len(left_out)] + left_out


def _compare_facts(pool: Pool, asked: Facts, best: Sequence[int], language: str) -> None:
    """Add the signs that come of comparing facts, and in what these texts differ from what is asked."""
    for number in best:
        row, signs = pool.rows[number], pool.signs[number]
        theirs = facts_of(row.main)
        shared = (signs["covers"] * signs["covered"]) ** 0.5
        alike = min(1.0, max(0.0, (shared - UNLIKE) / (ALIKE - UNLIKE)))
        figures = alike if row.language == language else 1.0  # across languages figures are what can be compared
        if figures:
            pool.differs[number] = differences(asked, theirs)
        found = [one.what for one in pool.differs.get(number, ())]
        signs["numbers"] = figures * min(2, found.count("number") + found.count("unit"))
        signs["dates"] = figures * min(2, found.count("date"))
        signs["named"] = alike * min(2, found.count("name"))
        signs["denied"] = alike * float(not {"denial", "opposite", "roles"}.isdisjoint(found))
        both = sum(any(one.is_as(other) for other in asked.numbers) for one in theirs.numbers if one.kind != RANK)
        signs["figures"] = min(2, both) / 2
        if figures and not found and language == row.language:  # the same, as far as facts tell
            pool.replaced[number] = replaced(asked.words, theirs.words, language)
        absent = missing(list(asked.names), list(theirs.names), f"{row.main} {row.title or ''}")
        signs["names"] = 1 - len(absent) / len(asked.names) if asked.names else 1.0
