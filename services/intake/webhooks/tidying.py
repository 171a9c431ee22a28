"""What was delivered or given up long ago is forgotten, a portion at a time.

That an endpoint was told of a verdict is not forgotten while there is the endpoint: it has to hear of a correction in ten
years' time.
"""

from datetime import timedelta

from sqlalchemy import delete, exists
from sqlmodel import Session, col, or_, select

from services.intake.models import Attempt, Delivery, Told, WebhookEndpoint, WebhookEvent
from services.intake.service import service
from shared.clock import now

PORTION = 500


def tidy(session: Session) -> int:
    """Delete a portion of what is no longer listed. Returns how much there was; call again until it is 0."""
    before = now() - timedelta(days=service.settings.webhook_keep)
    ended = or_(col(Delivery.status).in_(["delivered", "given_up"]), col(WebhookEndpoint.deleted_at).is_not(None))
    deliveries = session.exec(
        select(col(Delivery.id))
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == Delivery.endpoint_id)
        .where(Delivery.created_at < before, ended)
        .order_by(col(Delivery.created_at))
        .limit(PORTION)
    ).all()
    session.execute(delete(Attempt).where(col(Attempt.delivery_id).in_(deliveries)))
    session.execute(delete(Delivery).where(col(Delivery.id).in_(deliveries)))
    events = session.exec(
        select(col(WebhookEvent.id))
        .where(WebhookEvent.occurred_at < before, ~exists().where(col(Delivery.event_id) == WebhookEvent.id))
        .limit(PORTION)
    ).all()
    session.execute(delete(WebhookEvent).where(col(WebhookEvent.id).in_(events)))
    return len(deliveries) + len(events) + _tidy_endpoints(session)


def _tidy_endpoints(session: Session) -> int:
    """Forget deleted endpoints of which no delivery is left."""
    empty = ~exists().where(col(Delivery.endpoint_id) == WebhookEndpoint.id)
    endpoints = session.exec(
        select(col(WebhookEndpoint.id)).where(col(WebhookEndpoint.deleted_at).is_not(None), empty).limit(PORTION)
    ).all()
    session.execute(delete(Told).where(col(Told.endpoint_id).in_(endpoints)))
    session.execute(delete(WebhookEndpoint).where(col(WebhookEndpoint.id).in_(endpoints)))
    return len(endpoints)
