"""A newsroom's webhook endpoints, and what was delivered to each."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import webhooks
from services.intake.pages.newsroom.entrance import for_visitors, page, unless_gone
from services.intake.schemas import EVENTS, WebhookEndpointChange, WebhookEndpointIn
from services.intake.service import reading, service, transaction
from services.intake.visitors import Visitor
from shared import cursor, pressing
from shared.errors import NotFound, Problem
from shared.parameters import parameter
from shared.web import validated

PAGE = 30


@for_visitors
def list_endpoints(visitor: Visitor) -> ResponseReturnValue:
    """The endpoints, and how each is doing."""
    return _list(visitor)


@for_visitors
def add_endpoint(visitor: Visitor) -> ResponseReturnValue:
    """Add an endpoint and show its secret, once: the same one if the button is pressed twice."""
    given = {name: value for name in ("url", "description", "about") if (value := request.form.get(name, "").strip())}
    try:
        found = validated(WebhookEndpointIn, given | _events())
        webhooks.check_address(found.url)
        seed = pressing.seed_of(service.settings.secret_key, visitor.visit_id)
        with transaction() as session:
            endpoint, secret = webhooks.add_endpoint(session, found, visitor.newsroom_id, seed)
    except Problem as problem:
        return _list(visitor, problem)
    return _show(visitor, endpoint.id, secret=secret.shown)


@for_visitors
def show_endpoint(visitor: Visitor, endpoint_id: UUID) -> ResponseReturnValue:
    """An endpoint, and its deliveries, the newest first."""
    return _show(visitor, endpoint_id)


@for_visitors
def do(visitor: Visitor, endpoint_id: UUID, name: str) -> ResponseReturnValue:
    """Ping an endpoint, change its secret (once, if the button is pressed twice), or put it out of use or in use again."""
    try:
        with transaction() as session:
            if name == "rotate-secret":
                seed = pressing.seed_of(service.settings.secret_key, visitor.visit_id)
                _, secret = webhooks.rotate_secret(session, endpoint_id, visitor.newsroom_id, seed)
            elif name == "test":
                webhooks.ping(session, endpoint_id, visitor.newsroom_id)
            elif name in ("enable", "disable"):
                change = WebhookEndpointChange(enabled=name == "enable")
                webhooks.change_endpoint(session, endpoint_id, change, visitor.newsroom_id)
            else:
                raise NotFound("There is no such act.")
    except NotFound:
        raise
    except Problem as problem:
        return _show(visitor, endpoint_id, problem)
    if name == "rotate-secret":
        return _show(visitor, endpoint_id, secret=secret.shown)
    return redirect(url_for(".show_endpoint", endpoint_id=endpoint_id), 303)


@for_visitors
def remove_endpoint(visitor: Visitor, endpoint_id: UUID) -> ResponseReturnValue:
    """Tell an endpoint nothing more."""
    with unless_gone(), transaction() as session:
        webhooks.remove_endpoint(session, endpoint_id, visitor.newsroom_id)
    return redirect(url_for(".list_endpoints"), 303)


@for_visitors
def change_endpoint(visitor: Visitor, endpoint_id: UUID) -> ResponseReturnValue:
    """Say where an endpoint is, what it is, or what it is told of."""
    given = {name: request.form.get(name, "").strip() or None for name in ("url", "description")}
    try:
        change = validated(WebhookEndpointChange, given | {"events": request.form.getlist("event")})
        webhooks.check_address(str(change.url))
        with transaction() as session:
            webhooks.change_endpoint(session, endpoint_id, change, visitor.newsroom_id)
    except NotFound:
        raise
    except Problem as problem:
        return _show(visitor, endpoint_id, problem)
    return redirect(url_for(".show_endpoint", endpoint_id=endpoint_id), 303)


@for_visitors
def show_delivery(visitor: Visitor, endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """A delivery: what is sent, and what was answered to each try."""
    with reading() as session:
        endpoint = webhooks.describe_endpoint(webhooks.own_endpoint(session, endpoint_id, visitor.newsroom_id))
        delivery = webhooks.get_delivery(session, endpoint_id, delivery_id, visitor.newsroom_id)
    return page(
        "delivery.html",
        visitor,
        endpoint=endpoint,
        delivery=delivery,
        body=json.dumps(delivery.body, indent=2, ensure_ascii=False),
    )


@for_visitors
def replay(visitor: Visitor, endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Deliver something once more."""
    try:
        with transaction() as session:
            webhooks.replay(session, endpoint_id, delivery_id, visitor.newsroom_id)
    except NotFound:
        raise
    except Problem as problem:
        return _show(visitor, endpoint_id, problem)
    return redirect(url_for(".show_endpoint", endpoint_id=endpoint_id), 303)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/webhooks")(list_endpoints)
    bp.post("/webhooks")(add_endpoint)
    bp.get("/webhooks/<uuid:endpoint_id>")(show_endpoint)
    bp.post("/webhooks/<uuid:endpoint_id>")(change_endpoint)
    bp.post("/webhooks/<uuid:endpoint_id>/delete")(remove_endpoint)
    bp.post("/webhooks/<uuid:endpoint_id>/<name>")(do)
    bp.get("/webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>")(show_delivery)
    bp.post("/webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay")(replay)


def _events() -> dict[str, Any]:
    ticked = request.form.getlist("event")
    return {"events": ticked} if ticked else {}


def _list(visitor: Visitor, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        found = [webhooks.describe_endpoint(one) for one in webhooks.list_endpoints(session, visitor.newsroom_id)]
    return page("webhooks.html", visitor, problem, endpoints=found, events=EVENTS)


def _show(
    visitor: Visitor, endpoint_id: UUID, problem: Problem | None = None, secret: str | None = None
) -> ResponseReturnValue:
    place = parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        endpoint = webhooks.describe_endpoint(webhooks.own_endpoint(session, endpoint_id, visitor.newsroom_id))
        found = webhooks.list_deliveries(session, endpoint_id, visitor.newsroom_id, PAGE + 1, None, before)
    more = cursor.following(found, PAGE)
    next_page = more and url_for(".show_endpoint", endpoint_id=endpoint_id, cursor=more)
    return page(
        "webhook.html",
        visitor,
        problem,
        endpoint=endpoint,
        deliveries=found[:PAGE],
        events=EVENTS,
        secret=secret,
        next_page=next_page,
    )
