"""What intake counts for whoever looks after the services: how webhooks get through, and whether pages are pictured. See
`shared.status`."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.intake.browsing import can_be_started
from services.intake.models import Delivery, WebhookEndpoint
from services.intake.service import service
from shared.clock import now
from shared.status import MOST_COUNTED, Figure

LATELY = timedelta(days=1)


def figures(session: Session) -> list[Figure]:
    """Webhook deliveries of the last day by what became of them, endpoints that were turned off, and the browser."""
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
    return [*found, Figure(words="webhook endpoints that are turned off", count=count, wrong=bool(count)), _browser()]


def _browser() -> Figure:
    """Whether pages are pictured."""
    path = service.settings.browser
    if path and can_be_started(path):
        return Figure(words="browser that pictures pages", count=1)
    why = "what INTAKE_BROWSER names can’t be started" if path else "INTAKE_BROWSER names none"
    return Figure(words=f"browsers that picture pages: {why}", count=0, wrong=bool(path))
