"""Too many messages wait to be passed on: better to refuse a claim now than to promise what review can't take."""

import time

from services.intake.models import Outbox
from services.intake.service import reading, service
from shared.errors import Unavailable
from shared.outbox import unacknowledged

LOOK_EVERY = 1.0  # seconds
_seen = {"at": 0.0, "full": False}


def refuse_when_full() -> None:
    """Raises Unavailable (503, with Retry-After) while the outbox is full."""
    if time.monotonic() - _seen["at"] > LOOK_EVERY:
        most = service.settings.max_unacknowledged
        with reading() as session:
            _seen.update(at=time.monotonic(), full=unacknowledged(session, Outbox, "review", most) >= most)
    if _seen["full"]:
        raise Unavailable("Too many claims wait to be passed on. Nothing was stored; try again soon.", retry_after=30)
