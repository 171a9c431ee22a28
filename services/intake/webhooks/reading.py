"""What newsrooms see of their endpoints and of what was delivered to them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from services.intake.models import Attempt, Delivery, WebhookEndpoint, WebhookEvent
from services.intake.schemas import (
    AttemptOut,
    AttemptWithAnswerOut,
    DeliveryOut,
    DeliveryWithBodyOut,
    WebhookEndpointOut,
)
from services.intake.webhooks.endpoints import own_delivery, own_endpoint
from services.intake.webhooks.sending import message_of


def describe_endpoint(endpoint: WebhookEndpoint) -> WebhookEndpointOut:
    """An endpoint as its newsroom sees it."""
    untils = [datetime.fromisoformat(one["until"]) for one in endpoint.previous]
    return WebhookEndpointOut.model_validate(
        endpoint.model_dump(include=set(WebhookEndpointOut.model_fields))
        | {
            "enabled": endpoint.disabled_at is None,
            "secret_fingerprint": endpoint.fingerprint,
            "previous_secret_until": max(untils, default=None),
        }
    )


def list_deliveries(
    session: Session,
    endpoint_id: UUID,
    newsroom_id: UUID,
    limit: int,
    status: str | None = None,
    before: UUID | None = None,
) -> list[DeliveryOut]:
    """What was or is to be delivered to an endpoint, the newest first: what was made before the delivery with this id."""
    own_endpoint(session, endpoint_id, newsroom_id)
    chosen = select(Delivery, WebhookEvent).join(WebhookEvent, col(WebhookEvent.id) == Delivery.event_id)
    chosen = chosen.where(Delivery.endpoint_id == endpoint_id).order_by(col(Delivery.id).desc()).limit(limit)
    if status is not None:
        chosen = chosen.where(Delivery.status == status)
    if before is not None:
        chosen = chosen.where(col(Delivery.id) < before)
    rows = session.exec(chosen).all()
    attempts = _attempts(session, [delivery.id for delivery, _ in rows])
    return [_describe(delivery, event, attempts[delivery.id]) for delivery, event in rows]


def get_delivery(session: Session, endpoint_id: UUID, delivery_id: UUID, newsroom_id: UUID) -> DeliveryWithBodyOut:
    """A delivery with what is sent, and what was answered to each try. Raises NotFound."""
    endpoint = own_endpoint(session, endpoint_id, newsroom_id)
    delivery = own_delivery(session, endpoint, delivery_id)
    event = session.get_one(WebhookEvent, delivery.event_id)
    tried = session.exec(select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(col(Attempt.id))).all()
    return DeliveryWithBodyOut.model_validate(
        _describe(delivery, event, []).model_dump()
        | {
            "body": message_of(event, endpoint),
            "attempts": [
                AttemptWithAnswerOut(**one.model_dump(include=set(AttemptWithAnswerOut.model_fields))) for one in tried
            ],
        }
    )


def describe_delivery(session: Session, delivery: Delivery) -> DeliveryOut:
    """A delivery as its newsroom sees it."""
    event = session.get_one(WebhookEvent, delivery.event_id)
    return _describe(delivery, event, _attempts(session, [delivery.id])[delivery.id])


def _attempts(session: Session, deliveries: list[UUID]) -> dict[UUID, list[AttemptOut]]:
    """The tries of each, without the answers' bodies."""
    found: dict[UUID, list[AttemptOut]] = {one: [] for one in deliveries}
    chosen = select(Attempt).where(col(Attempt.delivery_id).in_(deliveries)).order_by(col(Attempt.id))
    for one in session.exec(chosen.options(defer(Attempt.answer))):  # type: ignore[arg-type]
        found[one.delivery_id].append(
            AttemptOut(started_at=one.started_at, took_ms=one.took_ms, status=one.status, error=one.error)
        )
    return found


def _describe(delivery: Delivery, event: WebhookEvent, attempts: Sequence[AttemptOut]) -> DeliveryOut:
    return DeliveryOut.model_validate(
        delivery.model_dump(include=set(DeliveryOut.model_fields))
        | {"type": event.type, "claim_id": event.claim_id, "attempts": list(attempts)}
    )
