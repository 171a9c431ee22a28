"""The addresses at which other systems hand a newsroom's messages in."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import inbound, inbound_log
from services.intake.pages.newsroom.entrance import for_visitors, page, unless_gone
from services.intake.schemas import TELEGRAM, InboundHookIn, InboundHookMadeOut
from services.intake.service import reading, service, transaction
from services.intake.visitors import Visitor
from shared import cursor, pressing
from shared.errors import Invalid, Problem
from shared.parameters import parameter
from shared.web import validated

PAGE = 50


@for_visitors
def list_hooks(visitor: Visitor) -> ResponseReturnValue:
    """The addresses, and what came in by each."""
    return _page(visitor)


@for_visitors
def show_hook(visitor: Visitor, hook_id: UUID) -> ResponseReturnValue:
    """An address, what it reads, and what came in by it."""
    place = parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        hook = inbound.describe(inbound.get_hook(session, hook_id, visitor.newsroom_id))
        found = inbound_log.list_messages(session, hook_id, PAGE + 1, before)
    more = cursor.following(found, PAGE)
    next_page = more and url_for(".show_hook", hook_id=hook_id, cursor=more)
    return page("inbound_hook.html", visitor, hook=hook, messages=found[:PAGE], next_page=next_page)


@for_visitors
def add_hook(visitor: Visitor) -> ResponseReturnValue:
    """Make an address and show its token, once: the same one if the button is pressed twice."""
    given = {name: value for name in ("name", "header", "each") if (value := request.form.get(name, "").strip())}
    try:
        mapping = _mapping(request.form.get("mapping", ""))
        found = validated(InboundHookIn, given | {"mapping": mapping, "test": "test" in request.form})
        seed = pressing.seed_of(service.settings.secret_key, visitor.visit_id)
        with transaction() as session:
            hook, token = inbound.add_hook(session, found, visitor.newsroom_id, seed)
            made = InboundHookMadeOut(**inbound.describe(hook).model_dump(), token=token)
    except Problem as problem:
        return _page(visitor, problem)
    return _page(visitor, made=made)


@for_visitors
def remove_hook(visitor: Visitor, hook_id: UUID) -> ResponseReturnValue:
    """Take nothing more there; what came in stays."""
    with unless_gone(), transaction() as session:
        inbound.remove_hook(session, hook_id, visitor.newsroom_id)
    return redirect(url_for(".list_hooks"), 303)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/inbound")(list_hooks)
    bp.post("/inbound")(add_hook)
    bp.get("/inbound/<uuid:hook_id>")(show_hook)
    bp.post("/inbound/<uuid:hook_id>/remove")(remove_hook)


def _mapping(written: str) -> dict[str, str]:
    """Lines such as `text = message.text|message.caption`, as the field of each path. Raises Invalid."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, written.splitlines())):
        field, sign, path = (part.strip() for part in line.partition("="))
        if not (field and sign and path):
            raise Invalid.field("mapping", f"write a field, an equals sign and a path, not: {line[:100]}")
        if path in found:
            raise Invalid.field("mapping", f"names the path {path[:100]} twice")
        found[path] = field
    return found


def _page(
    visitor: Visitor, problem: Problem | None = None, made: InboundHookMadeOut | None = None
) -> ResponseReturnValue:
    with reading() as session:
        hooks = [inbound.describe(one) for one in reversed(inbound.list_hooks(session, visitor.newsroom_id))]
    example = "\n".join(f"{field} = {path}" for path, field in TELEGRAM["mapping"].items())
    return page(
        "inbound.html", visitor, problem, hooks=hooks, made=made, example=example, example_header=TELEGRAM["header"]
    )
