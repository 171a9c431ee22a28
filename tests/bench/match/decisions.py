"""What a desk would have decided that had the questions of the train file before it: that each repeats its texts, on its day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from bench.match.reading import Question
from shared.matching import Asked
from shared.matching.tables import Text


class Decisions:
    """How many days lie between a question and the nearest one of others that a text answers. What was decided of the question
    itself, or of sentences of the same debate, does not count; with `only_before`, neither does what came that day or later."""

    def __init__(self, decided: Sequence[Question], asking: Sequence[Question], only_before: bool) -> None:
        self._accepted: dict[UUID, list[Question]] = defaultdict(list)
        for one in decided:
            for subject in one.relevant:
                self._accepted[subject].append(one)
        self._asking = {one.asked: one for one in [*decided, *asking]}
        self._only_before = only_before

    def has(self, one: Question) -> bool:
        """Whether what a question asks for was accepted."""
        return any(self._days(one, subject) for subject in one.relevant)

    def days_since(self, _session: Session, asked: Asked, texts: Sequence[Text]) -> Mapping[int, float]:
        """As a `Matcher` wants it."""
        one = self._asking.get(asked._replace(without=frozenset()))
        if one is None:
            return {}
        days = {text.number: self._days(one, text.subject) for text in texts}
        return {number: min(some) for number, some in days.items() if some}

    def _days(self, one: Question, subject: UUID) -> list[float]:
        passed = [
            (one.day - other.day).days
            for other in self._accepted.get(subject, ())
            if one.day and other.day and other.place != one.place
        ]
        return [float(abs(days)) for days in passed if days > 0 or not self._only_before]
