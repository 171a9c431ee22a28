"""Answers of the database that may be a moment old, kept in this process: what every request asks is asked once a second."""

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import object_session

K = TypeVar("K")
V = TypeVar("V")
MOST = 10_000  # answers; then all are forgotten


class Remembered(Generic[K, V]):
    """What was found for a key in the last so many seconds. What was not found is asked for anew each time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[K, tuple[float, V]] = {}
        self._forgotten = 0  # times: what was asked for before it is not kept after it
        self._lock = threading.Lock()

    def get(self, key: K, ask: Callable[[], V | None]) -> V | None:
        """What is known of the key, or what `ask` says."""
        known, moment, forgotten = self._known.get(key), time.monotonic(), self._forgotten
        if known is not None and known[0] > moment:
            return known[1]
        found = ask()
        if found is not None:
            with self._lock:
                if len(self._known) >= MOST:
                    self._known.clear()
                if forgotten == self._forgotten:
                    self._known[key] = (moment + self._seconds, found)
        return found

    def forget(self) -> None:
        """Ask for everything anew."""
        with self._lock:
            self._forgotten += 1
            self._known.clear()

    def forget_with(self, *models: type[Any]) -> None:
        """Forget at once when this process commits a change of one of these records. Others' changes show when the time is over."""

        def when_committed(_mapper: Any, _connection: Any, record: Any) -> None:
            event.listen(object_session(record), "after_commit", lambda _session: self.forget(), once=True)

        for model in models:
            event.listen(model, "after_update", when_committed)
            event.listen(model, "after_delete", when_committed)
