"""What a newsroom does with its endpoints: add, change, rotate the secret, remove, try, send again."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import Delivery, Newsroom, WebhookEndpoint, WebhookEvent
from services.intake.schemas import PING, WebhookEndpointChange, WebhookEndpointIn, events_about
from services.intake.service import service
from services.intake.webhooks import errands, health
from services.intake.webhooks.fanning import address
from services.intake.webhooks.signatures import Secret, new_secret
from shared import pressing
from shared.clock import new_id, now
from shared.errors import Invalid, NotAllowed, NotFound

OVERLAP = timedelta(hours=24)  # for which the secret before signs along
MOST_PREVIOUS = 5  # secrets that sign along


def add_endpoint(
    session: Session, found: WebhookEndpointIn, newsroom_id: UUID, seed: bytes | None = None
) -> tuple[WebhookEndpoint, Secret]:
    """A new endpoint, and its secret. What was made from this `seed` a moment ago is that endpoint. Raises NotAllowed if there are
    too many, this address has one already, or the seed was used long ago."""
    session.get_one(Newsroom, newsroom_id, with_for_update=True)  # two at once don't pass the limit together
    if made := next((one for one in list_endpoints(session, newsroom_id) if one.salt == seed), None):
        pressing.refuse_later(made.created_at)
        return made, new_secret(made.id, seed)
    _refuse_second(session, newsroom_id, found.url)
    most = service.settings.webhook_endpoints_each
    if len(list_endpoints(session, newsroom_id)) >= most:
        raise NotAllowed(f"You have {most} endpoints already, as many as a newsroom may have. Delete one first.")
    endpoint_id = new_id()
    secret = new_secret(endpoint_id, seed)
    endpoint = WebhookEndpoint(
        id=endpoint_id,
        newsroom_id=newsroom_id,
        url=found.url,
        description=found.description,
        about=found.about,
        events=list(found.events or events_about(found.about)),
        salt=secret.salt,
        fingerprint=secret.fingerprint,
    )
    session.add(endpoint)
    session.flush()
    return endpoint, secret


def own_endpoint(session: Session, endpoint_id: UUID, newsroom_id: UUID, lock: bool = False) -> WebhookEndpoint:
    """One of a newsroom's own. Raises NotFound."""
    endpoint = session.get(WebhookEndpoint, endpoint_id, with_for_update=lock)
    if endpoint is None or endpoint.newsroom_id != newsroom_id or endpoint.deleted_at is not None:
        raise NotFound("You have no endpoint with this id.")
    return endpoint


def own_delivery(session: Session, endpoint: WebhookEndpoint, delivery_id: UUID, lock: bool = False) -> Delivery:
    """One of an endpoint's. Raises NotFound."""
    delivery = session.get(Delivery, delivery_id, with_for_update=lock)
    if delivery is None or delivery.endpoint_id != endpoint.id:
        raise NotFound("This endpoint has no delivery with this id.")
    return delivery


def list_endpoints(session: Session, newsroom_id: UUID) -> list[WebhookEndpoint]:
    """A newsroom's endpoints, the oldest first."""
    return list(
        session.exec(
            select(WebhookEndpoint)
            .where(WebhookEndpoint.newsroom_id == newsroom_id, col(WebhookEndpoint.deleted_at).is_(None))
            .order_by(col(WebhookEndpoint.id))
        )
    )


def list_all(session: Session) -> Sequence[tuple[WebhookEndpoint, str]]:
    """Every endpoint with its newsroom's name."""
    return session.exec(
        select(WebhookEndpoint, Newsroom.name)
        .join(Newsroom, col(Newsroom.id) == WebhookEndpoint.newsroom_id)
        .where(col(WebhookEndpoint.deleted_at).is_(None))
        .order_by(Newsroom.name, col(WebhookEndpoint.id))
    ).all()


def change_endpoint(
    session: Session, endpoint_id: UUID, found: WebhookEndpointChange, newsroom_id: UUID
) -> WebhookEndpoint:
    """Change what is named. Enabling it sends what was held."""
    endpoint = own_endpoint(session, endpoint_id, newsroom_id, lock=True)
    given = found.model_fields_set
    if found.url is not None and found.url != endpoint.url:
        _refuse_second(session, newsroom_id, found.url)
        endpoint.url = found.url
    if "description" in given:
        endpoint.description = found.description
    if found.events is not None:
        _set_events(endpoint, found)
    if found.enabled is True:
        health.enable(endpoint)
        errands.release(session, endpoint.id)
    elif found.enabled is False:
        health.disable(session, endpoint, "asked")
    endpoint.changed_at = now()
    return endpoint


def rotate_secret(
    session: Session, endpoint_id: UUID, newsroom_id: UUID, seed: bytes | None = None
) -> tuple[WebhookEndpoint, Secret]:
    """A new secret. Each one before it signs along for a day from its end. With the `seed` of the last change it is the secret
    that was made then. Raises NotAllowed after too many in a day, or if that change was made long ago."""
    endpoint = own_endpoint(session, endpoint_id, newsroom_id, lock=True)
    if seed and (last := endpoint.previous[-1:]) and endpoint.salt == _salt_after(bytes.fromhex(last[0]["salt"]), seed):
        pressing.refuse_later(datetime.fromisoformat(last[0]["until"]) - OVERLAP)
        return endpoint, new_secret(endpoint.id, endpoint.salt)
    kept = [one for one in endpoint.previous if datetime.fromisoformat(one["until"]) > now()]
    if len(kept) >= MOST_PREVIOUS:
        raise NotAllowed(f"The secret was changed {MOST_PREVIOUS} times within a day. Try again tomorrow.")
    secret = new_secret(endpoint.id, seed and _salt_after(endpoint.salt, seed))
    endpoint.previous = [*kept, {"salt": endpoint.salt.hex(), "until": (now() + OVERLAP).isoformat()}]
    endpoint.salt, endpoint.fingerprint = secret.salt, secret.fingerprint
    endpoint.changed_at = now()
    return endpoint, secret


def _salt_after(salt: bytes, seed: bytes) -> bytes:
    """Made of both, so that a form that is sent again after other changes brings no old secret back."""
    return hmac.digest(seed, salt, "sha256")


def remove_endpoint(session: Session, endpoint_id: UUID, newsroom_id: UUID) -> None:
    """It is told of nothing more. What it was told is listed no longer, and is deleted in time."""
    endpoint = own_endpoint(session, endpoint_id, newsroom_id, lock=True)
    endpoint.deleted_at = now()
    endpoint.salt, endpoint.previous = b"", []


def ping(session: Session, endpoint_id: UUID, newsroom_id: UUID) -> Delivery:
    """Send a test.ping, once, whether the endpoint is enabled or not."""
    endpoint = own_endpoint(session, endpoint_id, newsroom_id, lock=True)
    event = WebhookEvent(
        type=PING, newsroom_id=newsroom_id, data={"endpoint_id": str(endpoint.id), "description": endpoint.description}
    )
    session.add(event)
    session.flush()
    [delivery_id] = address(session, event, [endpoint])
    return session.get_one(Delivery, delivery_id)


def replay(session: Session, endpoint_id: UUID, delivery_id: UUID, newsroom_id: UUID) -> Delivery:
    """Send a delivery now, with the same webhook-id, whatever came of it before. Raises NotAllowed."""
    endpoint = own_endpoint(session, endpoint_id, newsroom_id, lock=True)
    delivery = own_delivery(session, endpoint, delivery_id, lock=True)
    if not endpoint.is_on:
        raise NotAllowed("The endpoint is disabled. Enable it first; what is held for it is sent then.")
    if delivery.under_way_until is not None and delivery.under_way_until > now():
        raise NotAllowed("It is being sent at this moment.")
    delivery.begin_round(now())
    endpoint.paused_until = None  # somebody has looked after it
    session.flush()
    errands.deliver(session, [errands.next_try(delivery)])
    return delivery


def _refuse_second(session: Session, newsroom_id: UUID, url: str) -> None:
    if any(one.url == url for one in list_endpoints(session, newsroom_id)):
        raise NotAllowed("You have an endpoint with this url already.")


def _set_events(endpoint: WebhookEndpoint, found: WebhookEndpointChange) -> None:
    odd = sorted(set(found.events or []) - set(events_about(endpoint.about)))  # type: ignore[arg-type]
    if odd:
        raise Invalid.field("events", f"an endpoint about all verdicts is not told of {', '.join(odd)}")
    endpoint.events = list(found.events or [])
