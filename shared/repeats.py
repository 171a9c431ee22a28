"""Whether the same came a moment ago, as by a double press: kept in the memory of each process for seconds, and nowhere else."""

import threading
import time

MOST_KEPT = 10_000  # then those that are over are forgotten, and if none is, all


class Repeats:
    """What came in the last `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def is_repeat(self, what: str) -> bool:
        """Whether this came in the last seconds, counted from the first time."""
        moment = time.monotonic()
        with self._lock:
            if self._until.get(what, 0.0) > moment:
                return True
            if len(self._until) >= MOST_KEPT:
                standing = {one: until for one, until in self._until.items() if until > moment}
                self._until = standing if len(standing) < MOST_KEPT else {}
            self._until[what] = moment + self._seconds
        return False
