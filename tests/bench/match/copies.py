"""Which texts of an index say nearly the same as others: what was published twice is no mistake when it is found instead."""

from collections.abc import Iterable
from uuid import UUID

import numpy as np
from sqlmodel import col, select

from bench.match.tables import Text, Vector
from shared.db import Database

NEARLY = 0.9  # the cosine of their wordings


class Copies:
    """The near copies of every text, by the vectors of one model."""

    def __init__(self, database: Database, space: str = "english") -> None:
        with database.reading() as session:
            chosen = select(Text.subject, Vector.whole, Vector.main).join(Vector, col(Vector.number) == Text.number)
            rows = session.exec(chosen.where(Vector.space == space)).all()
        self._places = {subject: place for place, (subject, _, _) in enumerate(rows)}
        self._subjects = [subject for subject, _, _ in rows]
        joined = b"".join(main or whole for _, whole, main in rows)
        self._vectors = np.frombuffer(joined, dtype=np.float16).reshape(len(rows), -1).astype(np.float32)

    def of(self, subjects: Iterable[UUID]) -> frozenset[UUID]:
        """These texts and their near copies."""
        found = set(subjects)
        for place in [self._places[one] for one in subjects if one in self._places]:
            near = np.nonzero(self._vectors @ self._vectors[place] >= NEARLY)[0]
            found |= {self._subjects[one] for one in near}
        return frozenset(found)
