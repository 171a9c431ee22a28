"""An index as a service keeps it: with the models and weights that its settings name, its vectors made by an errand.

What is indexed, and what comes of it, is the service's own.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, func, select

from shared import errands
from shared.db import table_of
from shared.errands import Errand
from shared.matching import indexing
from shared.matching.answers import Answer, Asked
from shared.matching.encoding import Encoder, encoder
from shared.matching.matcher import DaysSince, Matcher, nobody_decided
from shared.matching.settings import MatchSettings
from shared.matching.tables import Tables
from shared.matching.weights import Thresholds, Weights
from shared.service import Service

Step = tuple[
    str, int | None, Iterator[int]
]  # of filling an index: what, how many there are, how many were done at a time
# The first thing that must be indexed of each kind, if there is one
Oldest = Callable[[Session], Sequence[tuple[str, UUID | None]]]
log = logging.getLogger(__name__)

ENCODED_AT_ONCE = 32  # texts: a second or less


class Keeper:
    """One index of one service. It may be made before the service is started."""

    def __init__(self, service: Service[Any], tables: Tables, days_since: DaysSince = nobody_decided) -> None:
        self._service = service
        self.tables = tables
        self._days_since = days_since
        self._in_vain = False  # whether it was made again and still lacked something: once is enough

    @property
    def encoder(self) -> Encoder:
        """Who makes vectors here."""
        return encoder(self._settings.match_models, self._settings.match_encoder)

    @property
    def tag(self) -> str:
        """With which versions of which models vectors are made here; empty without any, or if they can't be had."""
        if not self.encoder.models:
            return ""
        try:
            return self.encoder.tag
        except Exception:  # whatever a package that is missing or broken raises
            log.exception("the models can't be had")
            return ""

    def match(self, session: Session, asked: Asked, most: int, patience: float | None = None) -> Answer:
        """What may say the same as what is asked. With `patience`, in seconds, by words alone unless a model answers soon."""
        matcher, told = self._matcher, self._settings
        if patience is not None:
            matcher = matcher.asking(encoder(told.match_models, told.match_encoder, patience))
        return matcher.match(session, asked, most)

    @property
    def weights(self) -> Weights:
        """The weights and thresholds that are in use where words and meaning are compared."""
        return self._matcher.weights

    @property
    def is_as_shipped(self) -> bool:
        """Whether the weights and thresholds are those on which it was measured how often they are right."""
        return bool(self.encoder.models) and self.weights == Matcher.shipped(self.encoder)

    def put(self, session: Session, entries: Sequence[indexing.Entry]) -> int:
        """Index texts that are new or have changed. Returns how many there were."""
        return indexing.put(session, self.tables, entries)

    def encode_some(self) -> int:
        """Have the models read some texts that they have not read yet. Returns how many; nothing is locked while they read."""
        if not self.tag:
            return 0
        with self._service.reading() as session:
            some = indexing.missing(session, self.tables, self.tag, ENCODED_AT_ONCE)
        if some:
            made = indexing.encode(some, self.encoder)
            with self._service.transaction() as session:
                indexing.keep(session, self.tables, made)
        return len(some)

    def waits(self, session: Session) -> bool:
        """Whether there are texts that the models have not read yet."""
        return bool(self.tag) and bool(indexing.missing(session, self.tables, self.tag, 1))

    def restore(self, oldest: Oldest, steps: Callable[[], Iterator[Step]]) -> int:
        """Make the index again, by steps that fill an empty one, if it lacks what went in first: then it was lost. Returns how many
        texts went in."""
        if self._in_vain or self._holds(oldest):
            return 0
        log.warning("the index lacks what went in first, and is made again")
        with self._service.transaction() as session:
            indexing.empty(session, self.tables)
        count = sum(done for _, _, some in steps() for done in some)
        self._in_vain = not self._holds(oldest)
        if self._in_vain:
            log.error("the index still lacks what went in first: matching rebuild tells why")
        return count

    def _holds(self, oldest: Oldest) -> bool:
        texts = table_of(self.tables.texts)
        with self._service.reading() as session:
            for kind, subject in oldest(session):
                there = select(texts.c.number).where(texts.c.kind == kind, texts.c.subject == subject)
                if subject is not None and session.connection().scalar(there) is None:
                    return False
        return True

    def order(self, session: Session, errand: Errand) -> None:
        """Order an errand, unless one of its kind is at it."""
        rows, name = self._service.outbox, self._service.name
        if not errands.is_busy(session, rows, name, type(errand), 1):
            errands.order(session, rows, name, [(errand, None)])

    def count(self, session: Session) -> tuple[int, int]:
        """How many texts are indexed, and how many of them wait for the models."""
        texts = session.exec(select(func.count()).select_from(self.tables.texts)).one()
        waiting = indexing.count_missing(session, self.tables, self.tag) if self.tag else 0
        return texts, waiting

    @property
    def _matcher(self) -> Matcher:
        told = self._settings
        thresholds = Thresholds(told.match_suggest, told.match_sure)
        return _matcher(
            self.tables, told.match_models, told.match_encoder, told.match_weights, thresholds, self._days_since
        )

    @property
    def _settings(self) -> MatchSettings:
        settings: MatchSettings = self._service.settings
        return settings


@cache
def _matcher(
    tables: Tables,
    models: tuple[str, ...],
    where: str,
    weights: Path | None,
    thresholds: Thresholds,
    days_since: DaysSince,
) -> Matcher:
    tuned = Weights.read(weights.read_text()) if weights else None
    return Matcher(tables, encoder(models, where), tuned, thresholds, days_since)
