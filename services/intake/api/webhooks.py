"""Webhooks: endpoints that are told of events, and what was delivered to them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from services.intake import webhooks
from services.intake.auth import caller
from services.intake.schemas import (
    DeliveriesOut,
    DeliveryOut,
    DeliveryStatus,
    DeliveryWithBodyOut,
    WebhookEndpointChange,
    WebhookEndpointIn,
    WebhookEndpointMadeOut,
    WebhookEndpointOut,
    WebhookEndpointsOut,
)
from services.intake.service import reading, transaction
from shared import cursor
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

bp = Blueprint("webhooks", __name__, url_prefix="/webhook-endpoints")


@bp.post("")
@operation({201: WebhookEndpointMadeOut}, body=WebhookEndpointIn, problems=(403, 409, 429))
def add_endpoint() -> ResponseReturnValue:
    """Add an endpoint.

    It is sent signed events after Standard Webhooks 1.0 from now on. The answer shows its secret, once. The address has
    to be https and on the public internet, and is looked up before it is taken.
    """
    by = caller("webhooks:write")
    found = read_json(WebhookEndpointIn)
    webhooks.check_address(found.url)
    with transaction() as session:
        endpoint, secret = webhooks.add_endpoint(session, found, by.newsroom_id)
        out = webhooks.describe_endpoint(endpoint)
    answer = _answer(WebhookEndpointMadeOut(**out.model_dump(), secret=secret.shown), 201)
    answer.headers["Location"] = f"/v1/webhook-endpoints/{endpoint.id}"
    return answer


@bp.get("")
@operation({200: WebhookEndpointsOut}, problems=(403, 429))
def list_endpoints() -> ResponseReturnValue:
    """List your endpoints."""
    by = caller("webhooks:read")
    with reading() as session:
        found = webhooks.list_endpoints(session, by.newsroom_id)
        return _answer(WebhookEndpointsOut(data=[webhooks.describe_endpoint(one) for one in found]))


@bp.get("/<uuid:endpoint_id>")
@operation({200: WebhookEndpointOut}, problems=(403, 404, 429))
def show_endpoint(endpoint_id: UUID) -> ResponseReturnValue:
    """An endpoint of yours, and how it is doing."""
    by = caller("webhooks:read")
    with reading() as session:
        return _answer(webhooks.describe_endpoint(webhooks.own_endpoint(session, endpoint_id, by.newsroom_id)))


@bp.patch("/<uuid:endpoint_id>")
@operation({200: WebhookEndpointOut}, body=WebhookEndpointChange, problems=(403, 404, 409, 429))
def change_endpoint(endpoint_id: UUID) -> ResponseReturnValue:
    """Change an endpoint.

    What is not named stays. `enabled: true` also puts one back in use that was disabled because it failed, and sends what
    was held for it. Whoever was told of a verdict is told of its corrections, whatever `events` says.
    """
    by = caller("webhooks:write")
    found = read_json(WebhookEndpointChange)
    if found.url is not None:
        webhooks.check_address(found.url)
    with transaction() as session:
        endpoint = webhooks.change_endpoint(session, endpoint_id, found, by.newsroom_id)
        return _answer(webhooks.describe_endpoint(endpoint))


@bp.delete("/<uuid:endpoint_id>")
@operation({204: None}, problems=(403, 404, 429))
def remove_endpoint(endpoint_id: UUID) -> ResponseReturnValue:
    """Delete an endpoint.

    It is told of nothing more, not even of corrections, and its deliveries can't be listed any longer.
    """
    by = caller("webhooks:write")
    with transaction() as session:
        webhooks.remove_endpoint(session, endpoint_id, by.newsroom_id)
    return Response(status=204)


@bp.post("/<uuid:endpoint_id>/rotate-secret")
@operation({200: WebhookEndpointMadeOut}, problems=(403, 404, 409, 429))
def rotate_secret(endpoint_id: UUID) -> ResponseReturnValue:
    """Change an endpoint's secret.

    The answer shows the new one, once. The one before signs along for 24 hours: give the receiver the new one meanwhile.
    """
    by = caller("webhooks:write")
    with transaction() as session:
        endpoint, secret = webhooks.rotate_secret(session, endpoint_id, by.newsroom_id)
        out = webhooks.describe_endpoint(endpoint)
    return _answer(WebhookEndpointMadeOut(**out.model_dump(), secret=secret.shown))


@bp.post("/<uuid:endpoint_id>/test")
@operation({202: DeliveryOut}, problems=(403, 404, 429))
def test_endpoint(endpoint_id: UUID) -> ResponseReturnValue:
    """Send a `test.ping`.

    Once, also to an endpoint that is disabled. What came of it is seen in its deliveries.
    """
    by = caller("webhooks:write")
    with transaction() as session:
        delivery = webhooks.ping(session, endpoint_id, by.newsroom_id)
        return _answer(webhooks.describe_delivery(session, delivery), 202)


@bp.get("/<uuid:endpoint_id>/deliveries")
@operation(
    {200: DeliveriesOut},
    query={
        "status": Parameter(
            "Only deliveries that stand so.",
            {"type": "string", "enum": ["waiting", "held", "delivered", "given_up"]},
        ),
        "cursor": "`next_cursor` of the page before, with the same other parameters.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(403, 404, 429),
)
def list_deliveries(endpoint_id: UUID) -> ResponseReturnValue:
    """List what was delivered, is being delivered or could not be.

    The newest come first. The next page is named in `next_cursor` and in `Link` (RFC 8288).
    """
    by = caller("webhooks:read")
    status, most, place = parameter("status", DeliveryStatus), limit(), parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        found = webhooks.list_deliveries(session, endpoint_id, by.newsroom_id, most + 1, status, before)
    more = cursor.following(found, most)
    return answer_page(DeliveriesOut(data=found[:most], next_cursor=more), more)


@bp.get("/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>")
@operation({200: DeliveryWithBodyOut}, problems=(403, 404, 429))
def show_delivery(endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """A delivery with what is sent, and what was answered."""
    by = caller("webhooks:read")
    with reading() as session:
        return _answer(webhooks.get_delivery(session, endpoint_id, delivery_id, by.newsroom_id))


@bp.post("/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay")
@operation({202: DeliveryOut}, problems=(403, 404, 409, 429))
def replay_delivery(endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Send a delivery again, now.

    With the same `webhook-id` as before, so that a receiver that has it can tell. The schedule of tries begins anew.
    """
    by = caller("webhooks:write")
    with transaction() as session:
        delivery = webhooks.replay(session, endpoint_id, delivery_id, by.newsroom_id)
        return _answer(webhooks.describe_delivery(session, delivery), 202)


def _answer(out: BaseModel, status: int = 200) -> Response:
    body: dict[str, Any] = out.model_dump(mode="json")
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"  # it may hold a secret
    return answer
