"""The signs that the models of meaning give: how near texts are to what is asked, to a sentence of it, and to what was said around
it; and whether a word that stands at another's place means something else."""

import logging
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlmodel import Session

from shared.matching.encoding import ENGLISH, MANY, Encoder, Space, searched
from shared.matching.errors import Silent
from shared.matching.facts import Facts, sentences
from shared.matching.facts.sisters import are_sisters
from shared.matching.pool import Pool
from shared.matching.shelves import on
from shared.matching.tables import Tables

log = logging.getLogger(__name__)

CONTEXT_POOL = 50  # texts near what was said around it
SENTENCES, FEWEST_WORDS = 5, 3  # of what is asked that are compared by themselves, and words of one of them
# Cosines of words that stand at one another's places, by each model: of another meaning, and of the same
ANOTHER = {MANY: (0.62, 0.72), ENGLISH: (0.45, 0.65)}


class Meaning:
    """What the models tell of one question, in the spaces of the shelves that are asked."""

    def __init__(
        self,
        session: Session,
        tables: Tables,
        encoder: Encoder,
        codes: dict[str, Any],
        changes: Mapping[str, int],
        language: str,
    ) -> None:
        self._session = session
        self._tables = tables
        self._encoder = encoder
        self._codes = codes
        self._changes = changes  # how often something was, on each shelf that is asked
        self._language = language
        self._spaces = searched(language, encoder.models)

    def gather(self, signs: dict[int, dict[str, float]], texts: Sequence[str], most: int) -> None:
        """Add the candidates near what is asked, and near what was said around it, which is the second of the texts if it is known;
        and the cosines of all. Raises whatever a model, its package or its process raises."""
        semantic = import_module("shared.matching.semantic")  # numpy, for those who encode
        vectors = {
            model: self._encoder.encode(model, texts) for model in dict.fromkeys(one.model for one in self._spaces)
        }
        found: dict[int, dict[str, float]] = {}
        looked = [(vectors[space.model], self._codes_of(semantic, space)) for space in self._spaces]
        looked = [(vector, codes) for vector, codes in looked if any(not one.is_empty for one in codes)]
        for vector, codes in looked:
            for near in semantic.nearest(self._session, self._tables, codes, vector[:1], most):
                found[near.number] = {"main": near.main, "whole": near.whole}
            if len(texts) > 1:
                for near in semantic.nearest(self._session, self._tables, codes, vector[1:], CONTEXT_POOL):
                    found.setdefault(near.number, {})
        for vector, codes in looked:
            self._compare(semantic, codes, vector, {**signs, **found}, found)
        for number, more in found.items():
            signs.setdefault(number, {}).update(more)

    def compare_sentences(self, pool: Pool, numbers: Sequence[int], said: Facts, text: str) -> None:
        """Add how near the nearest sentence of what is asked comes: a post says other things as well, and its author's name, which
        stands in the text that was searched, is none of them."""
        alone = [one.text for one in sentences(said) if len(one.words) >= FEWEST_WORDS][:SENTENCES]
        texts = [one for one in dict.fromkeys([said.text, *alone]) if one != text]
        if not texts:
            return
        semantic = import_module("shared.matching.semantic")
        space = self._spaces[0]
        try:
            vectors = self._encoder.encode(space.model, [one or " " for one in texts])
        except Silent:
            return  # the log has been told, and the rest was found
        except Exception:  # whatever a model, its package or its process raises; the rest was found
            log.exception("sentences were not compared")
            return
        for near in semantic.compare(self._session, self._tables, numbers, self._codes_of(semantic, space), vectors):
            signs = pool.signs[near.number]
            signs["nearest"] = max(near.whole, signs.get("whole", 0.0))

    def compare_words(self, pool: Pool) -> None:
        """Add how surely words that stand at others' places mean something else: as the nearest two of a text tell, because who
        puts one word otherwise may put another so, too. Sisters always do."""
        for number, pairs in pool.replaced.items():
            if any(are_sisters(*pair) for pair in pairs):
                pool.signs[number]["replaced"] = 1.0
        model = MANY if MANY in self._encoder.models else ENGLISH
        known = model == MANY or self._language == "en"
        unsure = {number: pairs for number, pairs in pool.replaced.items() if not pool.signs[number].get("replaced")}
        words = list(dict.fromkeys(word for pairs in unsure.values() for pair in pairs for word in pair))
        if not words or not known:
            return
        try:
            vectors = dict(zip(words, self._encoder.encode(model, words), strict=True))
        except Silent:
            return  # the log has been told, and the rest was found
        except Exception:  # whatever a model, its package or its process raises; the rest was found
            log.exception("words at others' places were not compared")
            return
        another, same = ANOTHER[model]
        for number, pairs in unsure.items():
            near = max((float(vectors[ours] @ vectors[theirs]) for ours, theirs in pairs), default=1.0)
            pool.signs[number]["replaced"] = min(1.0, max(0.0, (same - near) / (same - another)))

    def _codes_of(self, semantic: Any, space: Space) -> list[Any]:
        found = []
        for shelf, changes in self._changes.items():
            name = on(space.name, shelf)
            codes = self._codes.setdefault(name, semantic.Codes(name))
            found.append(codes.refresh(self._session, self._tables, changes))
        return found

    def _compare(
        self,
        semantic: Any,
        codes: Sequence[Any],
        vectors: Any,
        candidates: Mapping[int, Any],
        found: dict[int, dict[str, float]],
    ) -> None:
        """Add the cosines of candidates that have not got them."""
        bare = [number for number in candidates if "main" not in found.get(number, {})]
        for near in semantic.compare(self._session, self._tables, bare, codes, vectors[:1]):
            found.setdefault(near.number, {}).update(main=near.main, whole=near.whole)
        if len(vectors) > 1:
            for near in semantic.compare(self._session, self._tables, list(candidates), codes, vectors[1:]):
                found.setdefault(near.number, {})["context"] = near.cosine
