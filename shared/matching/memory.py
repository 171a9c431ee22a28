"""What a process remembers of an index: the codes of its vectors, and the newest answers."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlmodel import Session

from shared.matching.answers import Answer, Asked

Changes = Mapping[str, int]  # how often something was changed, by the shelf
KEPT = 64  # answers, for who asks the same again


class Kept:
    """The newest answers of a process, for as long as nothing changes on the shelves that were asked."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[Asked, int], tuple[Changes, Answer]] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, asked: Asked, most: int, changes: Changes) -> Answer | None:
        with self._turn:
            known = self._answers.get((asked, most))
            return known[1] if known and known[0] == changes else None

    def put(self, asked: Asked, most: int, changes: Changes, answer: Answer) -> None:
        with self._turn:
            self._answers[asked, most] = changes, answer
            self._answers.move_to_end((asked, most))
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)


class Remembered(NamedTuple):
    codes: dict[str, Any]  # `semantic.Codes` by their space
    answers: Kept


class Memory:
    """What is remembered of each database that an index is in."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[Any, Remembered] = WeakKeyDictionary()

    def of(self, session: Session) -> Remembered:
        return self._of.setdefault(session.get_bind(), Remembered({}, Kept()))
