"""Work of many callers in one commit.

A commit costs a write to the disk, whoever it is for. So whoever comes while another commits waits, and then the
first of those who wait does the work of all of them in one transaction: a single verb over many items. Under load a
commit serves as many as there are threads; alone, nobody waits for company.

A transaction that fails is tried item by item, so that one that can't be done harms nobody else. Not so one that was kept although
its commit raised, because the connection was lost before the answer (`shared.commits`): nothing is done twice.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from sqlmodel import Session

from shared.commits import Fate, Mark, mark_of, unknown

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")
MOST = 100  # items in one transaction
MANY = 4  # who are there at once: then they come faster than one by one
LASTS = 1.0  # seconds: so long after that many were there, as many are expected again


class _Waiting(Generic[T, R]):
    """One caller's item, and what came of it. `turn` is held until its caller has something to do: it is done, or leads."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.outcome: R | Exception | None = None
        self.done = False
        self.turn = threading.Lock()
        self.turn.acquire()

    def end(self, outcome: R | Exception) -> None:
        """Tell the outcome; the caller goes on at once, whatever is done next."""
        self.outcome, self.done = outcome, True
        self.turn.release()


class Together(Generic[T, R]):
    """Calls `do(session, items)`, which returns each item's outcome in order: what its caller gets, or an exception
    that its caller raises. The outcomes are told after the commit.

    The first to come leads: it does its own item and those of all who have come by the time that the transaction has begun. Then
    whoever has waited longest leads. Nobody whose item is done waits for the next transaction.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Session]],
        do: Callable[[Session, Sequence[T]], Sequence[R | Exception]],
    ) -> None:
        self._transaction = transaction
        self._do = do
        self._waiting: deque[_Waiting[T, R]] = deque()
        self._led = False
        self._busy_until = 0.0  # by the monotonic clock
        self._lock = threading.Lock()  # of these two, for a moment at a time

    @property
    def waiting(self) -> int:
        """How many have come and are not being served yet."""
        return len(self._waiting)

    @property
    def is_busy(self) -> bool:
        """Whether many come at once, so that whatever else takes a processor's time is at the cost of others who wait. How many
        wait at this moment doesn't tell: just after a transaction took all of them nobody does."""
        return len(self._waiting) >= MANY or time.monotonic() < self._busy_until

    def __call__(self, item: T) -> R:
        """This item's outcome, once it is committed. Raises what `do` gave or raised for it."""
        mine: _Waiting[T, R] = _Waiting(item)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            self._wait(mine)
        if not mine.done:
            self._lead()
        if isinstance(mine.outcome, Exception):
            raise mine.outcome
        return mine.outcome  # type: ignore[return-value]

    def _wait(self, mine: _Waiting[T, R]) -> None:
        """Until mine is done, or leads. If this thread is interrupted, others don't wait for it."""
        try:
            mine.turn.acquire()
        except BaseException:
            with self._lock:
                if mine in self._waiting:
                    self._waiting.remove(mine)
            if mine.turn.acquire(blocking=False) and not mine.done:
                self._hand_over()
            raise

    def _lead(self) -> None:
        """Do what waits, mine first. Whatever happens, all who were taken have an outcome, and somebody else leads."""
        taken: list[_Waiting[T, R]] = []
        try:
            if not self._commit(taken):
                log.warning("%s items could not be done together; each is tried alone", len(taken))
                for one in taken:  # so that one that can't be done harms nobody else
                    self._commit([one])
        finally:
            for one in taken or self._take(1):
                if not one.done:
                    one.end(RuntimeError("The process is stopping; whether this was done is not known."))
            self._hand_over()

    def _commit(self, taken: list[_Waiting[T, R]]) -> bool:
        """Do these in one transaction, or, if there are none, all who wait once it has begun. If it fails, one alone gets the
        error; of several each is still to be done. If nobody knows whether it failed, all are told so."""
        mark: Mark | None = None
        outcomes: Sequence[R | Exception] = ()
        try:
            with self._transaction() as session:
                taken.extend(() if taken else self._take(MOST))  # a writer may have waited for its turn: more have come
                if len(taken) >= MANY:
                    self._busy_until = time.monotonic() + LASTS
                outcomes = self._do(session, [one.item for one in taken])
                mark = mark_of(session)
        except Exception as error:
            taken.extend(() if taken else self._take(1))
            fate = mark.fate() if mark else Fate.LOST
            if fate is not Fate.LOST:
                log.warning("no answer to a commit", extra={"items": len(taken), "fate": fate.value}, exc_info=True)
            elif len(taken) > 1:
                log.info("a common transaction failed", exc_info=True)
                return False
            if fate is not Fate.KEPT:
                outcomes = [error if fate is Fate.LOST else unknown()] * len(taken)
        for one, outcome in zip(taken, outcomes, strict=True):
            one.end(outcome)
        return True

    def _take(self, most: int) -> list[_Waiting[T, R]]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]

    def _hand_over(self) -> None:
        with self._lock:
            self._led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].turn.release()
