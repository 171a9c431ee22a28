"""What intake counts for whoever looks after the services: how webhooks get through. See `shared.status`."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.intake.models import Delivery, WebhookEndpoint
from shared.clock import now
from shared.status import MOST_COUNTED, Figure

LATELY = timedelta(days=1)


def figures(session: Session) -> list[Figure]:
    """Webhook deliveries of the last day by what became of them, and endpoints that were turned off."""
    lately = select(Delivery.status).where(col(Delivery.created_at) > now() - LATELY).limit(MOST_COUNTED).subquery()
    counted = dict(session.execute(select(lately.c.status, func.count()).group_by(lately.c.status)).all())
    off = select(func.count()).where(
        col(WebhookEndpoint.disabled_at).is_not(None), col(WebhookEndpoint.deleted_at).is_(None)
    )
    words = {
        "delivered": "webhook deliveries of the last day that arrived",
        "waiting": "webhook deliveries of the last day that wait or are tried again",
        "held": "webhook deliveries of the last day that wait for an endpoint that is turned off",
        "given_up": "webhook deliveries of the last day that were given up on",
    }
    found = [
        Figure(words=said, count=counted.get(name, 0), wrong=name == "given_up" and bool(counted.get(name)))
        for name, said in words.items()
    ]
    count = session.execute(off).scalar_one()
    return [*found, Figure(words="webhook endpoints that are turned off", count=count, wrong=bool(count))]
