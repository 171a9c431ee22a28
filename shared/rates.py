"""How many requests a caller has left in this minute or hour, told in the header fields of draft-ietf-httpapi-ratelimit-headers.

Counted in the memory of each web process: it protects the machine, and costs no write. What must be exact, such as how much a
caller may store in a day, is counted in the database.
"""

import threading
import time
from typing import NamedTuple

from shared.errors import TooManyRequests

MINUTE, HOUR = 60, 3600  # seconds
NAMES = {MINUTE: "minute", HOUR: "hour"}
MOST_CALLERS = 10_000  # remembered; then all are forgotten, which gives everybody a new window


class Rate(NamedTuple):
    """Where a caller stands: requests allowed in a window of so many seconds, those left, and the seconds until the next."""

    window: int
    allowed: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As structured fields (RFC 9651)."""
        return {
            "RateLimit-Policy": f'"{NAMES[self.window]}";q={self.allowed};w={self.window}',
            "RateLimit": f'"{NAMES[self.window]}";r={self.left};t={self.seconds}',
        }


class Rates:
    """Counts requests by caller, window by window: a minute or an hour."""

    def __init__(self, length: int = MINUTE) -> None:
        self._length = length
        self._counts: dict[str, int] = {}
        self._window = 0
        self._lock = threading.Lock()

    def spend(self, caller: str, allowed: int) -> Rate:
        """Count a request. Raises TooManyRequests (429, with Retry-After) beyond the allowed ones; it carries the headers."""
        moment = time.time()
        window, seconds = int(moment // self._length), self._length - int(moment % self._length)
        with self._lock:
            if window != self._window or len(self._counts) > MOST_CALLERS:
                self._counts.clear()
                self._window = window
            used = self._counts[caller] = self._counts.get(caller, 0) + 1
        rate = Rate(self._length, allowed, max(0, allowed - used), seconds)
        if used > allowed:
            problem = TooManyRequests(
                f"More than {allowed:,} requests in this {NAMES[self._length]}. Go on in {seconds} seconds.",
                retry_after=seconds,
            )
            problem.headers |= rate.headers
            raise problem
        return rate
