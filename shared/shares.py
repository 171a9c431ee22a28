"""Work beside other work, for no more than a share of the time, so that what matters more is not slowed by it.

What was not used is saved up, to an extent: whoever comes now and then finds time at once, and of many who come at once a few do.
What counts is a processor's time, not the clock's: on a busy machine the same work takes ten times as long without costing more,
and would use up by waiting what is saved for seconds to come.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SAVED = 1.0  # seconds of a processor's work, at most


class Share:
    """A share of a processor's time, between 0 (never) and 1 (whenever nobody else is at it)."""

    def __init__(self, share: float, saved: float = SAVED) -> None:
        self._share = share
        self._saved = saved
        self._left = saved if share > 0 else 0.0
        self._at = time.monotonic()
        self._turn = threading.Lock()

    @contextmanager
    def ask(self) -> Iterator[bool]:
        """Whether there is time, for one at a time. What the block's thread works is paid for afterwards."""
        if not self._turn.acquire(blocking=False):
            yield False
            return
        try:
            moment, began = time.monotonic(), time.thread_time()
            self._left = min(self._saved, self._left + (moment - self._at) * self._share)
            self._at = moment
            has_time = self._left > 0
            try:
                yield has_time
            finally:
                if has_time and self._share < 1:
                    self._left -= time.thread_time() - began
        finally:
            self._turn.release()
