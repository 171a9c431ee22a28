"""How an endpoint has been answering, and what follows: how long the next try waits, and when it is disabled."""

import logging
import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from services.intake.models import WebhookEndpoint
from services.intake.schemas.webhooks import DisabledBecause
from services.intake.service import service
from services.intake.webhooks import events
from shared.clock import now

log = logging.getLogger(__name__)

TROUBLED = 5  # failures in a row, after which an endpoint is tried with one delivery at a time
LONGEST_PAUSE = timedelta(minutes=5)  # between two tries of an endpoint in trouble
LONGEST_WAIT = timedelta(days=1)  # that an endpoint may ask for
JITTER = 0.1


class Outcome(NamedTuple):
    """What came of a try. `status` is None if there was no answer; `error` is None if it was delivered; `retry_after`
    is how long the answer asks to wait."""

    started_at: datetime
    took_ms: int
    status: int | None = None
    error: str | None = None
    answer: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        return self.error is None

    def noted(self) -> dict[str, Any]:
        """What is kept of it."""
        kept = self._asdict()
        del kept["retry_after"]
        return kept


def is_troubled(endpoint: WebhookEndpoint) -> bool:
    return endpoint.failures >= TROUBLED


def wait_after(tries: int, outcome: Outcome) -> timedelta:
    """How long until the next try, after so many: as the schedule says, or longer if the endpoint asks for it."""
    planned = timedelta(seconds=service.settings.webhook_waits[tries - 1])
    planned *= 1 + JITTER * random.random()  # noqa: S311 - spreads the tries, keeps no secret
    return max(planned, min(outcome.retry_after or timedelta(0), LONGEST_WAIT))


def note_success(endpoint: WebhookEndpoint) -> bool:
    """It answers. Says whether it is out of trouble now, so that what is held for it can be sent."""
    was_troubled = is_troubled(endpoint)
    endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
    return was_troubled


def note_failure(session: Session, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """It does not take what is sent: it gets a pause if this goes on, and is disabled after days of it or by a 410."""
    moment = now()
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or outcome.started_at
    pauses = [timedelta(0)]
    if outcome.status in (429, 503) and outcome.retry_after:
        pauses.append(min(outcome.retry_after, LONGEST_WAIT))
    if is_troubled(endpoint):
        waits = service.settings.webhook_waits
        pauses.append(min(timedelta(seconds=waits[min(endpoint.failures - TROUBLED, len(waits) - 1)]), LONGEST_PAUSE))
    endpoint.paused_until = max(endpoint.paused_until or moment, moment + max(pauses))
    too_long = moment - endpoint.failing_since >= timedelta(days=service.settings.webhook_disable_after)
    if outcome.status == 410:
        disable(session, endpoint, "gone")
    elif too_long and is_troubled(endpoint):
        disable(session, endpoint, "failing")


def disable(session: Session, endpoint: WebhookEndpoint, because: DisabledBecause) -> None:
    """Send it nothing more until it is enabled again, and tell the newsroom's other endpoints if it did not ask for it."""
    if not endpoint.is_on:
        return
    endpoint.disabled_at, endpoint.disabled_because = now(), because
    endpoint.changed_at = endpoint.disabled_at
    if because != "asked":
        log.warning("webhook endpoint disabled", extra={"endpoint_id": str(endpoint.id), "because": because})
        events.tell_disabled(session, endpoint)


def enable(endpoint: WebhookEndpoint) -> None:
    """Send to it again, with a clean sheet."""
    endpoint.disabled_at, endpoint.disabled_because = None, None
    endpoint.failures, endpoint.failing_since = 0, None
    endpoint.paused_until, endpoint.next_slot = None, None
