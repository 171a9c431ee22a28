"""What is asked of an index, and what it answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.matching.facts import Difference
from shared.matching.shelves import OPEN
from shared.matching.tables import Text
from shared.matching.weights import Weights

MOST_WITHOUT = 1_000  # texts that are not to be found and may stand among the closest


class Asked(NamedTuple):
    """What is looked for; who said it and what was said around it, if that is known."""

    text: str
    speaker: str | None = None
    context: str | None = None
    language: str | None = None
    without: frozenset[UUID] = frozenset()  # what is not to be found: itself, say
    shelves: tuple[str, ...] = (OPEN,)  # where to look: of what stands elsewhere nothing is told
    said_at: datetime | None = None

    @property
    def room(self) -> int:
        """How many of the closest are perhaps not to be found."""
        return min(len(self.without), MOST_WITHOUT)


class Found(NamedTuple):
    """A text that may say the same."""

    kind: str
    subject: UUID
    row: Text
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
