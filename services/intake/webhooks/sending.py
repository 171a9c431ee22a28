"""Tries of deliveries: whose turn it is and what is sent; then what follows from what came of it.

Many at a time, in as many statements as for one. An endpoint never has more than `AT_ONCE` deliveries under way, and one
alone while it is in trouble, so that a slow or dead one takes up no more of the workers than that. A delivery that finds
its endpoint busy comes back at a time of its own, not together with all the others.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.intake.models import Attempt, Delivery, WebhookEndpoint, WebhookEvent
from services.intake.schemas import PING
from services.intake.service import service
from services.intake.webhooks import errands, health, signatures
from services.intake.webhooks.errands import Deliver
from services.intake.webhooks.events import MENDS, in_utc, public_part
from services.intake.webhooks.health import Outcome
from shared.clock import now
from shared.db import row_of, table_of

AT_ONCE = 8  # deliveries under way to one endpoint
MARGIN = timedelta(seconds=15)  # for noting what came of a try; after that it is taken for dead
SENT_ALONG = {"Content-Type": "application/json", "User-Agent": "Factdesk-Webhooks/1"}
SPREAD = timedelta(milliseconds=50)  # between two deliveries that wait for an endpoint in trouble
SHORTEST_TURN, LONGEST_TURN = timedelta(milliseconds=10), timedelta(seconds=2)
LOST = (
    "Not sent: the endpoint's secret was made with a key that this desk has no longer. Rotate the secret, and give the new "
    "one to the receiver."
)


class Sending(NamedTuple):
    """A try that is to be made now."""

    order: Deliver
    url: str
    body: bytes
    headers: dict[str, str]


class _Found(NamedTuple):
    """A delivery and its endpoint, both locked, and what is delivered."""

    order: Deliver
    delivery: Delivery
    endpoint: WebhookEndpoint
    event: WebhookEvent

    @property
    def is_ping(self) -> bool:
        return self.event.type == PING

    @property
    def is_current(self) -> bool:
        """Whether the try that was ordered is still to be made."""
        stands = self.delivery.status, self.delivery.round, self.delivery.tries
        return stands == ("waiting", self.order.round, self.order.tries)


def begin_all(session: Session, orders: Sequence[Deliver]) -> list[Sending | None]:
    """For each order what is to be sent; None if there is nothing to do now. What has to wait is ordered again."""
    found = _lock_all(session, orders)
    under_way = _under_way(session, found.values())
    begun: dict[Deliver, Sending | None] = {}
    put_off: list[Delivery] = []
    for order, one in found.items():
        if not one.is_current:
            continue
        if not one.endpoint.is_on and not (one.is_ping and one.endpoint.deleted_at is None):
            _end(one.delivery, "given_up" if one.endpoint.deleted_at else "held")
        elif later := _turn(one, under_way[one.endpoint.id]):
            one.delivery.due_at = later
            put_off.append(one.delivery)
        else:
            begun[order] = _begin(session, one)
            under_way[one.endpoint.id] += 1
    _order_again(session, put_off)
    return [begun.get(order) for order in orders]


def finish_all(session: Session, tries: Sequence[tuple[Deliver, Outcome]]) -> list[None]:
    """Note what came of tries, and order the next ones if there are to be any."""
    found = _lock_all(session, [order for order, _ in tries])
    known = [(found[order], outcome) for order, outcome in tries if order in found]
    for one, _ in known:
        _note_time(one)
    _add_attempts(session, [(one.delivery, outcome) for one, outcome in known])
    # a try that is not current took so long that it was taken for dead, or the newsroom sent it again meanwhile
    _order_again(session, [one.delivery for one, outcome in known if one.is_current and _note(session, one, outcome)])
    return [None] * len(tries)


def message_of(event: WebhookEvent, endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What is sent, the same with each try."""
    is_own = endpoint.newsroom_id == event.newsroom_id
    return {
        "type": event.type,
        "timestamp": in_utc(event.occurred_at),
        "data": event.data if is_own else public_part(event.data),
    }


def _lock_all(session: Session, orders: Sequence[Deliver]) -> dict[Deliver, _Found]:
    """What the orders are about, as far as it is still there: endpoints before deliveries, each in the order of their
    ids, so that no two workers wait for each other."""
    endpoints = select(WebhookEndpoint).where(col(WebhookEndpoint.id).in_({one.endpoint_id for one in orders}))
    ours = {one.id: one for one in session.exec(endpoints.order_by(col(WebhookEndpoint.id)).with_for_update())}
    deliveries = select(Delivery).where(col(Delivery.id).in_({one.delivery_id for one in orders}))
    tried = {one.id: one for one in session.exec(deliveries.order_by(col(Delivery.id)).with_for_update())}
    events = select(WebhookEvent).where(col(WebhookEvent.id).in_({one.event_id for one in tried.values()}))
    told = {one.id: one for one in session.exec(events)}
    return {
        order: _Found(order, delivery, ours[order.endpoint_id], told[delivery.event_id])
        for order in orders
        if (delivery := tried.get(order.delivery_id))
    }


def _under_way(session: Session, found: Iterable[_Found]) -> Counter[UUID]:
    """How many deliveries each endpoint has under way."""
    counted = (
        select(col(Delivery.endpoint_id), func.count())
        .where(col(Delivery.endpoint_id).in_({one.endpoint.id for one in found}), col(Delivery.under_way_until) > now())
        .group_by(col(Delivery.endpoint_id))
    )
    return Counter(dict(session.exec(counted).all()))


def _turn(one: _Found, under_way: int) -> datetime | None:
    """When it is this delivery's turn; None if it is now."""
    delivery, endpoint, moment = one.delivery, one.endpoint, now()
    if delivery.under_way_until is not None and delivery.under_way_until > moment:
        return delivery.under_way_until  # another worker has it; if that one is dead, it will be ours
    if endpoint.paused_until is not None and endpoint.paused_until > moment and not one.is_ping:
        return _slot(endpoint, endpoint.paused_until, SPREAD)
    if under_way >= (1 if health.is_troubled(endpoint) else AT_ONCE):
        usual = timedelta(milliseconds=endpoint.usual_ms) / AT_ONCE
        return _slot(endpoint, moment, min(max(usual, SHORTEST_TURN), LONGEST_TURN))
    return None


def _slot(endpoint: WebhookEndpoint, earliest: datetime, step: timedelta) -> datetime:
    """The next free moment of a busy endpoint, after those that were given to others."""
    endpoint.next_slot = max(endpoint.next_slot or earliest, earliest) + step
    return endpoint.next_slot


def _begin(session: Session, one: _Found) -> Sending | None:
    moment = now()
    body = json.dumps(message_of(one.event, one.endpoint), ensure_ascii=False, separators=(",", ":")).encode()
    try:
        headers = signatures.headers(one.endpoint, one.event.id, body, moment)
    except signatures.LostSecret:
        outcome = Outcome(moment, 0, error=LOST)
        _add_attempts(session, [(one.delivery, outcome)])
        if _note(session, one, outcome):
            _order_again(session, [one.delivery])
        return None
    one.delivery.under_way_until = moment + _longest_try()
    return Sending(one.order, one.endpoint.url, body, headers | SENT_ALONG)


def _note(session: Session, one: _Found, outcome: Outcome) -> bool:
    """What follows from a try. Says whether there is to be another one."""
    delivery, endpoint = one.delivery, one.endpoint
    delivery.tries += 1
    if outcome.is_delivered:
        _end(delivery, "delivered")
        if health.note_success(endpoint):
            errands.release(session, endpoint.id)
        return False
    if one.is_ping:  # it is tried once, and its failure is no news to who asked for it
        _end(delivery, "given_up")
        return False
    health.note_failure(session, endpoint, outcome)
    if not endpoint.is_on:
        _end(delivery, "held")
        return False
    if delivery.tries > len(service.settings.webhook_waits):
        _end(delivery, "held" if one.event.type in MENDS else "given_up")
        return False
    delivery.due_at = now() + health.wait_after(delivery.tries, outcome)
    return True


def _end(delivery: Delivery, status: str) -> None:
    delivery.status, delivery.due_at = status, None


def _order_again(session: Session, deliveries: Sequence[Delivery]) -> None:
    errands.deliver(session, [errands.next_try(one) for one in deliveries])


def _add_attempts(session: Session, made: Sequence[tuple[Delivery, Outcome]]) -> None:
    rows = [row_of(Attempt, delivery_id=delivery.id, **outcome.noted()) for delivery, outcome in made]
    if rows:
        session.connection().execute(table_of(Attempt).insert(), rows)
    for delivery, outcome in made:
        delivery.under_way_until = None
        if outcome.is_delivered:
            delivery.delivered_at = delivery.delivered_at or now()


def _note_time(one: _Found) -> None:
    """How long a try takes with all that belongs to it, newer ones counting more."""
    if one.delivery.under_way_until is not None:
        took = _longest_try() - (one.delivery.under_way_until - now())
        one.endpoint.usual_ms = (3 * one.endpoint.usual_ms + took // timedelta(milliseconds=1)) // 4


def _longest_try() -> timedelta:
    return timedelta(seconds=service.settings.webhook_timeout) + MARGIN
