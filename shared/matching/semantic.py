"""Texts whose vectors point where the asked one's does. The signs of a vector's dimensions, a bit each, choose four hundred of all;
their whole vectors, read from the database, decide.

The bits of all texts lie in the memory of the process that asks: 48 bytes a text. They are read when they are first needed, and
what came since is added before each search. What was taken out stays among the bits, and is not found in the database.
"""

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, select

from shared.db import table_of
from shared.matching.models import Vectors
from shared.matching.tables import Tables, any_of

CHOSEN = 400
AT_ONCE = 65_536  # rows that are read at a time
EXACT = 6  # digits of a cosine
BLOCK = 131_072  # codes that are compared at a time: more than a core's cache holds would be slower


class Near(NamedTuple):
    """A text, and the cosines of its vectors with the asked one: of wording and title, and of the wording alone."""

    number: int
    whole: float
    main: float

    @property
    def cosine(self) -> float:
        return (self.whole + self.main) / 2


class Codes:
    """The bits of every text in a space."""

    def __init__(self, space: str) -> None:
        self.space = space
        self._lock = threading.Lock()
        self._codes: NDArray[np.uint64] = np.empty((0, 1), dtype=np.uint64)
        self._places: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._count = 0

    def refresh(self, session: Session, tables: Tables) -> None:
        """Add what has come since the last look; begin anew if what was there is gone."""
        with self._lock:
            last = int(self._places[self._count - 1]) if self._count else 0
            if last > _last_place(session, tables, self.space):
                self._count = last = 0
            table = table_of(tables.vectors)
            chosen = (
                select(table.c.place, table.c.code)
                .where(table.c.space == self.space, table.c.place > last)
                .order_by(table.c.place)
                .execution_options(yield_per=AT_ONCE)
            )
            for some in session.connection().execute(chosen).partitions():
                self._add([row[0] for row in some], b"".join(row[1] for row in some), len(some))

    def _add(self, places: Sequence[int], codes: bytes, count: int) -> None:
        new = np.frombuffer(codes, dtype=np.uint64).reshape(count, -1)
        needed = self._count + count
        if needed > len(self._places) or self._codes.shape[1] != new.shape[1]:
            room = max(needed, int(len(self._places) * 1.25), 1_024)
            grown = np.empty((room, new.shape[1]), dtype=np.uint64)
            grown_places = np.empty(room, dtype=np.int64)
            if self._count:
                grown[: self._count], grown_places[: self._count] = (
                    self._codes[: self._count],
                    self._places[: self._count],
                )
            self._codes, self._places = grown, grown_places
        self._codes[self._count : needed], self._places[self._count : needed] = new, places
        self._count = needed

    def nearest(self, code: NDArray[np.uint64], most: int) -> list[tuple[int, int]]:
        """Of those that differ in the fewest bits in how many, and their places."""
        with self._lock:
            codes, places, count = self._codes, self._places, self._count
        if not count:
            return []
        distances = np.empty(count, dtype=np.uint16)
        for start in range(0, count, BLOCK):
            block = codes[start : min(start + BLOCK, count)]
            np.sum(np.bitwise_count(block ^ code), axis=1, dtype=np.uint16, out=distances[start : start + len(block)])
        most = min(most, count)
        found = _lowest(distances, most) if most < count else np.arange(count)
        return [(int(distances[one]), int(places[one])) for one in found]


def _lowest(distances: NDArray[np.uint16], most: int) -> NDArray[np.intp]:
    """Where the lowest are; of equals the first ones."""
    last = np.partition(distances, most - 1)[most - 1]
    below, equal = np.flatnonzero(distances < last), np.flatnonzero(distances == last)
    return np.concatenate((below, equal[: most - len(below)]))


def code_of(vectors: Vectors) -> NDArray[np.uint64]:
    """A bit a dimension, a row a text."""
    return np.packbits(vectors > 0, axis=1).view(np.uint64)


def stored(vector: NDArray[Any]) -> bytes:
    """A vector as it is kept."""
    return vector.astype(np.float16).tobytes()


def nearest(session: Session, tables: Tables, spaces: Sequence[Codes], vector: Vectors, most: int) -> list[Near]:
    """The texts in these spaces of one model that are nearest to a vector, with whole vectors compared."""
    found: list[tuple[int, int]] = []
    for one in spaces:
        one.refresh(session, tables)
        found += one.nearest(code_of(vector)[0], max(CHOSEN, most))
    places = [place for _, place in sorted(found)[: max(CHOSEN, most)]]
    near = _compare(session, tables, "place", places, [one.space for one in spaces], vector)
    return sorted(near, key=lambda one: (-one.cosine, one.number))[:most]


def compare(
    session: Session, tables: Tables, numbers: Sequence[int], spaces: Sequence[Codes], vectors: Vectors
) -> list[Near]:
    """How near these texts are, as far as they are in the spaces: to the nearest of the vectors."""
    return _compare(session, tables, "number", numbers, [one.space for one in spaces], vectors)


def _compare(
    session: Session, tables: Tables, by: str, values: Sequence[int], spaces: Sequence[str], vectors: Vectors
) -> list[Near]:
    if not values:
        return []
    table = table_of(tables.vectors)
    chosen = select(table.c.number, table.c.whole, table.c.main)
    found = chosen.where(any_of(session, table.c[by], values), table.c.space.in_(spaces))
    rows = session.connection().execute(found).all()
    if not rows:
        return []
    whole = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16).reshape(len(rows), -1)
    main = np.frombuffer(b"".join(row[2] or row[1] for row in rows), dtype=np.float16).reshape(len(rows), -1)
    cosines = [(some.astype(np.float32) @ vectors.T).max(axis=1) for some in (whole, main)]
    # equal vectors are equally near, wherever they stand among those that are multiplied together
    cosines = [some.astype(np.float64).round(EXACT) for some in cosines]
    return [Near(row[0], float(one), float(other)) for row, one, other in zip(rows, *cosines, strict=True)]


def _last_place(session: Session, tables: Tables, space: str) -> int:
    table = table_of(tables.vectors)
    chosen = select(table.c.place).where(table.c.space == space).order_by(table.c.place.desc()).limit(1)
    return int(session.connection().scalar(chosen) or 0)
