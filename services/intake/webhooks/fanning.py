"""Who is told of an event: a delivery for each endpoint, in portions, so that no transaction is long and no line of
errands is so full of one event's that others wait behind it.

An endpoint is told if it asked for events of this type, or if it was addressed with an earlier verdict on the same claim
and this one corrects or retracts it: whoever was told the first version is told of its correction, whatever it has asked
for since, and even if it is disabled; it is then told when it is enabled again.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.intake.models import Delivery, Told, WebhookEndpoint, WebhookEvent
from services.intake.schemas import PING
from services.intake.webhooks import errands
from services.intake.webhooks.errands import Deliver, Release, SendOn
from services.intake.webhooks.events import MENDS
from shared.clock import new_id, now
from shared.db import insert_if_absent, table_of

PORTION = 200  # endpoints, or deliveries, in one transaction
MOST_UNDER_WAY = 400  # tries that are due; while there are more, the next portion waits
PAUSE = timedelta(seconds=0.25)


def send_on(session: Session, order: SendOn) -> None:
    """Make the next portion of an event's deliveries. Endpoints that have theirs already are passed over."""
    event = session.get(WebhookEvent, order.event_id, with_for_update=True)
    if event is None:
        return
    if order.after and errands.is_busy(session, MOST_UNDER_WAY):
        errands.send_on(session, event.id, order.after, now() + PAUSE)
        return
    portion = _portion(session, event, order.after)
    _add_deliveries(session, event, portion)
    if len(portion) == PORTION:
        errands.send_on(session, event.id, portion[-1].id)


def address(session: Session, event: WebhookEvent, endpoints: Iterable[WebhookEndpoint]) -> list[UUID]:
    """Make deliveries of an event to these endpoints; all but a ping are held while an endpoint is disabled. Returns
    the deliveries' ids."""
    moment = now()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "endpoint_id": one.id,
            "event_id": event.id,
            "status": "waiting" if one.is_on or event.type == PING else "held",
            "round": 1,
            "tries": 0,
            "due_at": moment if one.is_on or event.type == PING else None,
            "created_at": moment,
        }
        for one in endpoints
    ]
    if not rows:
        return []
    session.connection().execute(table_of(Delivery).insert(), rows)
    if event.type.startswith("verdict."):
        told = [{"claim_id": event.claim_id, "endpoint_id": row["endpoint_id"]} for row in rows]
        session.connection().execute(insert_if_absent(session, Told), told)
    due = [row for row in rows if row["due_at"]]
    errands.deliver(
        session,
        [(Deliver(endpoint_id=row["endpoint_id"], delivery_id=row["id"], round=1, tries=0), moment) for row in due],
    )
    return [row["id"] for row in rows]


def release(session: Session, order: Release) -> None:
    """Send what was held for an endpoint, a portion at a time, if it is on."""
    endpoint = session.get(WebhookEndpoint, order.endpoint_id, with_for_update=True)
    if endpoint is None or not endpoint.is_on:
        return
    if errands.is_busy(session, MOST_UNDER_WAY):
        errands.release(session, endpoint.id, now() + PAUSE)
        return
    held = session.exec(
        select(Delivery)
        .where(Delivery.endpoint_id == endpoint.id, Delivery.status == "held")
        .order_by(col(Delivery.id))
        .limit(PORTION)
    ).all()
    for delivery in held:
        delivery.begin_round(now())
    session.flush()
    errands.deliver(session, [errands.next_try(one) for one in held])
    if len(held) == PORTION:
        errands.release(session, endpoint.id)


def _portion(session: Session, event: WebhookEvent, after: UUID | None) -> Sequence[WebhookEndpoint]:
    """The next endpoints that an event of this kind and newsroom may be for. A try of a newsroom's system, and what
    becomes of its claims on the way, is for those alone that ask about its own claims."""
    whose = WebhookEndpoint.newsroom_id == event.newsroom_id
    if event.type.startswith("verdict.") and not event.data["test"] and not event.data.get("duplicate_of"):
        whose = or_(whose, WebhookEndpoint.about == "all_verdicts")  # type: ignore[assignment]
    elif event.claim_id is not None:
        whose = whose & (WebhookEndpoint.about == "own_claims")
    chosen = (
        select(WebhookEndpoint)
        .where(whose, col(WebhookEndpoint.deleted_at).is_(None), WebhookEndpoint.created_at <= event.occurred_at)
        .order_by(col(WebhookEndpoint.id))
        .limit(PORTION)
    )
    if after is not None:
        chosen = chosen.where(col(WebhookEndpoint.id) > after)
    return session.exec(chosen).all()


def _add_deliveries(session: Session, event: WebhookEvent, portion: Sequence[WebhookEndpoint]) -> None:
    ids = [one.id for one in portion]
    done = set(session.exec(
        select(col(Delivery.endpoint_id)).where(Delivery.event_id == event.id, col(Delivery.endpoint_id).in_(ids))
    ))  # fmt: skip
    bound = _told_before(session, event, ids) if event.type in MENDS else set()
    wanted = _wanted_types(event)
    address(
        session,
        event,
        [
            one
            for one in portion
            if one.id not in done and (one.id in bound or (one.is_on and not wanted.isdisjoint(one.events)))
        ],
    )


def _wanted_types(event: WebhookEvent) -> set[str]:
    """The types of events of which one has to have been asked for. A correction that overtook what it corrects is the
    first that anybody hears of the verdict."""
    overtook = event.is_first_told and event.type == "verdict.corrected"
    return {event.type, "verdict.published"} if overtook else {event.type}


def _told_before(session: Session, event: WebhookEvent, ids: list[UUID]) -> set[UUID]:
    """Those who were addressed with an earlier verdict on the claim."""
    told = select(col(Told.endpoint_id)).where(Told.claim_id == event.claim_id, col(Told.endpoint_id).in_(ids))
    return set(session.exec(told))
