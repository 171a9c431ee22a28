"""Too many messages wait to be passed on: better to refuse a claim now than to promise what review can't take."""

import threading
import time

from services.intake.models import Outbox
from services.intake.service import reading, service
from shared.errors import Unavailable
from shared.outbox import unacknowledged

LOOK_EVERY = 1.0  # seconds
_seen = {"at": 0.0, "full": False}
_turn = threading.Lock()  # to look


def refuse_when_full() -> None:
    """Raises Unavailable (503, with Retry-After) while the outbox is full."""
    if time.monotonic() - _seen["at"] > LOOK_EVERY and _turn.acquire(blocking=False):
        try:  # the others go by what was seen last
            _look()
        finally:
            _turn.release()
    if _seen["full"]:
        raise Unavailable("Too many claims wait to be passed on. Nothing was stored; try again soon.", retry_after=30)


def _look() -> None:
    most = service.settings.max_unacknowledged
    with reading() as session:
        full = unacknowledged(session, Outbox, "review", most) >= most
    _seen.update(at=time.monotonic(), full=full)
