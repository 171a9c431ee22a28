"""How long to go on trying, and how long to wait between two tries."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from factdesk.errors import FactdeskError


@dataclass(frozen=True)
class Patience:
    """`seconds` without any progress are the most that one call takes. Between two tries it waits as long as the desk
    says in `Retry-After`, else `first` seconds, then twice that, up to `most`; half of it by chance, so that many
    clients don't come back at once."""

    seconds: float = 60.0
    first: float = 0.25
    most: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic  # seconds
    chance: Callable[[], float] = random.random  # 0 to 1


class Waiting:
    """One call's patience, as it runs out."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.progress()

    def progress(self) -> None:
        """Something came of it: begin anew."""
        self._tries = 0
        self._ends = self._patience.clock() + self._patience.seconds

    @property
    def left(self) -> float:
        """Seconds that are left, 0 or more."""
        return max(0.0, self._ends - self._patience.clock())

    def wait(self, error: FactdeskError, retry_after: float | None = None) -> None:
        """Wait before the next try. Raises the error, at once, if there is no time for another."""
        self._tries += 1
        pause = self._pause() if retry_after is None else retry_after
        if pause >= self.left:
            raise error
        self._patience.sleep(pause)

    def _pause(self) -> float:
        whole = min(self._patience.most, self._patience.first * 2.0 ** min(self._tries - 1, 30))
        return whole * (0.5 + self._patience.chance() / 2)


def retry_after(header: str | None) -> float | None:
    """Seconds of a `Retry-After` header: a number of them or a date (RFC 9110). None if it says neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
