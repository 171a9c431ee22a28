"""Work of many callers in one commit.

A commit costs a write to the disk, whoever it is for. So whoever comes while another commits waits, and then the
first of those who wait does the work of all of them in one transaction: a single verb over many items. Under load a
commit serves as many as there are threads; alone, nobody waits for company.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from sqlmodel import Session

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")
MOST = 100  # items in one transaction


class _Waiting(Generic[T, R]):
    """One caller's item, and what came of it."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.outcome: R | Exception | None = None
        self.done = False

    def end(self, outcome: R | Exception) -> None:
        self.outcome, self.done = outcome, True


class Together(Generic[T, R]):
    """Calls `do(session, items)`, which returns each item's outcome in order: what its caller gets, or an exception
    that its caller raises. The outcomes are told after the commit."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Session]],
        do: Callable[[Session, Sequence[T]], Sequence[R | Exception]],
    ) -> None:
        self._transaction = transaction
        self._do = do
        self._waiting: deque[_Waiting[T, R]] = deque()
        self._turn = threading.Lock()

    def __call__(self, item: T) -> R:
        """This item's outcome, once it is committed. Raises what `do` gave or raised for it."""
        mine: _Waiting[T, R] = _Waiting(item)
        self._waiting.append(mine)
        with self._turn:
            while not mine.done:
                self._work()
        if isinstance(mine.outcome, Exception):
            raise mine.outcome
        return mine.outcome  # type: ignore[return-value]

    def _work(self) -> None:
        """Do what has waited longest. Whatever happens, everybody who was taken has an outcome afterwards."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
        try:
            if len(taken) > 1 and not self._commit(taken):
                log.warning("%s items could not be done together; each is tried alone", len(taken))
            for one in taken:  # so that one that can't be done harms nobody else
                if not one.done:
                    self._commit([one])
        finally:
            for one in taken:
                if not one.done:
                    one.end(RuntimeError("The process is stopping; whether this was done is not known."))

    def _commit(self, taken: Sequence[_Waiting[T, R]]) -> bool:
        """Do these in one transaction. If it fails, one alone gets the error; of several each is still to be done."""
        try:
            with self._transaction() as session:
                outcomes = self._do(session, [one.item for one in taken])
        except Exception as error:
            if len(taken) > 1:
                log.info("a common transaction failed", exc_info=True)
                return False
            outcomes = [error]
        for one, outcome in zip(taken, outcomes, strict=True):
            one.end(outcome)
        return True
