"""Texts whose vectors point where the asked one's does. The signs of a vector's dimensions, a bit each, choose four hundred of all;
their whole vectors, read from the database, decide.

The bits of all texts lie in the memory of the process that asks: 48 bytes a text. They are read when they are first needed, and
what came since is added before each search. What was taken out stays among the bits, and is not found in the database.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, Table, bindparam, select
from sqlmodel import Session

from shared.db import table_of
from shared.matching.models import Vectors
from shared.matching.tables import Tables, any_of, dialect_of, given

CHOSEN = 400
AT_ONCE = 65_536  # rows that are read at a time
EXACT = 6  # digits of a cosine
BLOCK = 65_536  # codes that are compared at a time: more than a core's cache holds would be slower


class Near(NamedTuple):
    """A text, and the cosines of its vectors with the asked one: of wording and title, and of the wording alone."""

    number: int
    whole: float
    main: float

    @property
    def cosine(self) -> float:
        return (self.whole + self.main) / 2


class Bits(NamedTuple):
    """The bits of every text in a space, as somebody looked at them: a row each eight bytes of a code, so that one instruction
    compares many texts. Whatever others add or begin anew, these stay."""

    space: str
    codes: NDArray[np.uint64]
    places: NDArray[np.int64]  # ascending

    @property
    def is_empty(self) -> bool:
        return not len(self.places)

    def nearest(self, code: NDArray[np.uint64], most: int) -> list[tuple[int, int]]:
        """Of those that differ in the fewest bits in how many, and their places."""
        found: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        distances: NDArray[np.uint16] = np.empty(0, dtype=np.uint16)
        for start in range(0, len(self.places), BLOCK):
            some = _distances(self.codes[:, start : start + BLOCK], code)
            # what is as far as the last of those that were found before stands behind it
            near = np.flatnonzero(some < distances.max()) if len(found) == most else np.arange(len(some))
            found, distances = np.concatenate((found, near + start)), np.concatenate((distances, some[near]))
            if len(found) > most:
                kept = _lowest(distances, most)
                found, distances = found[kept], distances[kept]
        return list(zip(distances.tolist(), self.places[found].tolist(), strict=True))

    def has(self, place: int, code: bytes) -> bool:
        """Whether this code is known at this place."""
        at = int(np.searchsorted(self.places, place))
        return at < len(self.places) and int(self.places[at]) == place and self.codes[:, at].tobytes() == code


class Codes:
    """The bits of a space, kept in memory between questions."""

    def __init__(self, space: str) -> None:
        self.space = space
        self._lock = threading.Lock()
        self._changes = -1
        self._forget()

    def refresh(self, session: Session, tables: Tables, changes: int) -> Bits:
        """The bits with what has come since the last look; anew if what was there is gone. Where nothing was changed on the shelf
        (`changes` tells how often something was), there is nothing to look for.

        Who asks may see the database as it was before somebody else looked: what they don't see yet stays for those who do, and is
        not found in the database by them."""
        with self._lock:
            if changes == self._changes:
                return self._bits
            first, newest = _ends(session, tables, self.space)
            known = self._bits
            is_older = newest is not None and known.has(*newest) and newest[0] < known.places[-1]
            if not is_older:
                if first is None or not known.has(*first) or first[0] != known.places[0]:
                    self._forget()
                self._read(session, tables)
            self._changes = max(changes, self._changes) if is_older else changes
            return self._bits

    @property
    def _bits(self) -> Bits:
        return Bits(self.space, self._codes[:, : self._count], self._places[: self._count])

    def _forget(self) -> None:
        """Begin anew, elsewhere in memory: somebody may be comparing what is there."""
        self._codes: NDArray[np.uint64] = np.empty((1, 0), dtype=np.uint64)
        self._places: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._count = 0

    def _read(self, session: Session, tables: Tables) -> None:
        """Add what stands at later places than what is known."""
        table = table_of(tables.vectors)
        last = int(self._places[self._count - 1]) if self._count else 0
        chosen = (
            select(table.c.place, table.c.code)
            .where(table.c.space == self.space, table.c.place > last)
            .order_by(table.c.place)
            .execution_options(yield_per=AT_ONCE)
        )
        for some in session.connection().execute(chosen).partitions():
            self._add([row[0] for row in some], b"".join(row[1] for row in some), len(some))

    def _add(self, places: Sequence[int], codes: bytes, count: int) -> None:
        new = np.frombuffer(codes, dtype=np.uint64).reshape(count, -1).T
        needed = self._count + count
        if needed > len(self._places) or len(self._codes) != len(new):
            room = max(needed, int(len(self._places) * 1.25), 1_024)
            grown = np.empty((len(new), room), dtype=np.uint64)
            grown_places = np.empty(room, dtype=np.int64)
            if self._count:
                grown[:, : self._count] = self._codes[:, : self._count]
                grown_places[: self._count] = self._places[: self._count]
            self._codes, self._places = grown, grown_places
        self._codes[:, self._count : needed], self._places[self._count : needed] = new, places
        self._count = needed


def _distances(codes: NDArray[np.uint64], code: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """In how many bits each differs."""
    found = np.zeros(codes.shape[1], dtype=np.uint16)
    differ = np.empty(codes.shape[1], dtype=np.uint64)
    bits = np.empty(codes.shape[1], dtype=np.uint8)
    for row, asked in zip(codes, code, strict=True):
        np.add(found, np.bitwise_count(np.bitwise_xor(row, asked, out=differ), out=bits), out=found)
    return found


def _lowest(distances: NDArray[np.uint16], most: int) -> NDArray[np.intp]:
    """Where the lowest are, in their order; of equals the first ones."""
    last = np.partition(distances, most - 1)[most - 1]
    below, equal = np.flatnonzero(distances < last), np.flatnonzero(distances == last)
    return np.sort(np.concatenate((below, equal[: most - len(below)])))


def code_of(vectors: Vectors) -> NDArray[np.uint64]:
    """A bit a dimension, a row a text."""
    return np.packbits(vectors > 0, axis=1).view(np.uint64)


def stored(vector: NDArray[Any]) -> bytes:
    """A vector as it is kept."""
    return vector.astype(np.float16).tobytes()


def nearest(session: Session, tables: Tables, spaces: Sequence[Bits], vector: Vectors, most: int) -> list[Near]:
    """The texts in these spaces of one model, as they were refreshed last, that are nearest to a vector, with whole vectors
    compared."""
    code = code_of(vector)[0]
    found = [near for one in spaces for near in one.nearest(code, max(CHOSEN, most))]
    places = [place for _, place in sorted(found)[: max(CHOSEN, most)]]
    return _compare(session, tables, "place", places, spaces, vector, most)


def compare(
    session: Session, tables: Tables, numbers: Sequence[int], spaces: Sequence[Bits], vectors: Vectors
) -> list[Near]:
    """How near these texts are, as far as they are in the spaces: to the nearest of the vectors."""
    return _compare(session, tables, "number", numbers, spaces, vectors, len(numbers))


def _compare(
    session: Session,
    tables: Tables,
    by: str,
    values: Sequence[int],
    spaces: Sequence[Bits],
    vectors: Vectors,
    most: int,
) -> list[Near]:
    """The nearest of these, so many."""
    names = [one.space for one in spaces if not one.is_empty]
    if not values or not names:
        return []
    asked = {"given": given(session, values), "spaces": names}
    rows = session.connection().execute(_vectors_by(table_of(tables.vectors), by, dialect_of(session)), asked).all()
    if not rows:
        return []
    numbers, wholes, mains = zip(*rows, strict=True)
    whole = _cosines(wholes, vectors)
    main = _cosines([one or other for one, other in zip(mains, wholes, strict=True)], vectors) if any(mains) else whole
    order = np.lexsort((numbers, -(whole + main) / 2))[:most]
    return [
        Near(numbers[at], one, other)
        for at, one, other in zip(order.tolist(), whole[order].tolist(), main[order].tolist(), strict=True)
    ]


def _cosines(stored: Sequence[bytes], vectors: Vectors) -> NDArray[np.float64]:
    """Of each with the nearest of the vectors. Equal vectors are equally near, wherever they stand among those that are multiplied
    together."""
    some = np.frombuffer(b"".join(stored), dtype=np.float16).reshape(len(stored), -1).astype(np.float32)
    cosines: NDArray[np.float64] = (some @ vectors.T).max(axis=1).astype(np.float64).round(EXACT)
    return cosines


@lru_cache(16)
def _vectors_by(table: Table, by: str, dialect: str) -> Select[Any]:
    """The statement is made once: to make it takes as long as to run it."""
    return select(table.c.number, table.c.whole, table.c.main).where(
        any_of(table.c[by], dialect), table.c.space.in_(bindparam("spaces", expanding=True))
    )


def _ends(session: Session, tables: Tables, space: str) -> list[tuple[int, bytes] | None]:
    """The first and the newest place of a space, with their codes."""
    table = table_of(tables.vectors)
    there = select(table.c.place, table.c.code).where(table.c.space == space).limit(1)
    ends = (there.order_by(table.c.place), there.order_by(table.c.place.desc()))
    found = [session.connection().execute(one).first() for one in ends]
    return [(int(row[0]), bytes(row[1])) if row else None for row in found]
