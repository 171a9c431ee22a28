"""What is done about webhooks after a commit: an event is sent on to the endpoints, a delivery is tried, what was held is
released."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from services.intake.models import Delivery, Outbox
from shared import errands
from shared.errands import Errand


class SendOn(Errand):
    """Make deliveries of an event, for the endpoints after this one."""

    topic: ClassVar[str] = "webhooks.send_on"
    job: ClassVar[str] = "services.intake.errands.send_on"

    event_id: UUID
    after: UUID | None = None


class Deliver(Errand):
    """Try to deliver, if that many tries of that round have been made."""

    topic: ClassVar[str] = "webhooks.deliver"
    job: ClassVar[str] = "services.intake.errands.deliver"

    endpoint_id: UUID
    delivery_id: UUID
    round: int
    tries: int


class Release(Errand):
    """Send what was held for an endpoint."""

    topic: ClassVar[str] = "webhooks.release"
    job: ClassVar[str] = "services.intake.errands.release"

    endpoint_id: UUID


def send_on(session: Session, event_id: UUID, after: UUID | None = None, due_at: datetime | None = None) -> None:
    """Order deliveries of an event, for the endpoints after this one."""
    _order(session, [(SendOn(event_id=event_id, after=after), due_at)])


def deliver(session: Session, tries: Iterable[tuple[Deliver, datetime | None]]) -> None:
    """Order tries, each for its moment."""
    _order(session, tries)


def next_try(delivery: Delivery) -> tuple[Deliver, datetime | None]:
    """The next try of a delivery and when it is due, to be ordered."""
    order = Deliver(
        endpoint_id=delivery.endpoint_id, delivery_id=delivery.id, round=delivery.round, tries=delivery.tries
    )
    return order, delivery.due_at


def release(session: Session, endpoint_id: UUID, due_at: datetime | None = None) -> None:
    """Order that what was held for an endpoint is sent."""
    _order(session, [(Release(endpoint_id=endpoint_id), due_at)])


def is_busy(session: Session, at_least: int) -> bool:
    """Whether so many tries are due or on their way."""
    return errands.is_busy(session, Outbox, "intake", Deliver, at_least)


def _order(session: Session, orders: Iterable[tuple[Errand, datetime | None]]) -> None:
    errands.order(session, Outbox, "intake", orders)
