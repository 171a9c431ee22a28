"""Inbound webhooks: messages of other systems, mapped to claims."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from services.intake import inbound, inbound_log
from services.intake.auth import caller
from services.intake.backlog import refuse_when_full
from services.intake.inbound import Read
from services.intake.models import InboundHook
from services.intake.schemas import (
    InboundHookIn,
    InboundHookMadeOut,
    InboundHookOut,
    InboundHooksOut,
    InboundMessagesOut,
    InboundOut,
)
from services.intake.service import reading, service, transaction
from shared import cursor
from shared.errors import Problem, WrongMediaType
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter
from shared.rates import Rates
from shared.web import answer_page, read_body, read_json, strict_json

bp = Blueprint("inbound", __name__)

_rates = Rates()


@bp.post("/inbound-hooks")
@operation({201: InboundHookMadeOut}, body=InboundHookIn, problems=(403, 409, 429))
def add_hook() -> ResponseReturnValue:
    """Make an inbound address.

    Another system, such as a messaging platform's bot, may send its messages there as they are; `mapping` says which part of a
    message is which field of a claim. The answer shows the token that the sender has to show, once.
    """
    by = caller("claims:write")
    found = read_json(InboundHookIn)
    with transaction() as session:
        hook, token = inbound.add_hook(session, found, by.newsroom_id)
        shown = InboundHookMadeOut(**inbound.describe(hook).model_dump(), token=token)
    answer = jsonify(shown.model_dump(mode="json"))
    answer.headers["Location"] = f"/v1/inbound-hooks/{hook.id}"
    answer.headers["Cache-Control"] = "no-store"
    return answer, 201


@bp.get("/inbound-hooks")
@operation({200: InboundHooksOut}, problems=(403, 429))
def list_hooks() -> ResponseReturnValue:
    """List your inbound addresses, and what came in by each."""
    by = caller("claims:read")
    with reading() as session:
        found: list[InboundHookOut] = [inbound.describe(one) for one in inbound.list_hooks(session, by.newsroom_id)]
    return jsonify(InboundHooksOut(data=found).model_dump(mode="json"))


@bp.delete("/inbound-hooks/<uuid:hook_id>")
@operation({204: None}, problems=(403, 404, 429))
def remove_hook(hook_id: UUID) -> ResponseReturnValue:
    """Delete an inbound address. What came in by it stays."""
    by = caller("claims:write")
    with transaction() as session:
        inbound.remove_hook(session, hook_id, by.newsroom_id)
    return Response(status=204)


@bp.get("/inbound-hooks/<uuid:hook_id>/messages")
@operation(
    {200: InboundMessagesOut},
    query={
        "cursor": "`next_cursor` of the page before.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(403, 404, 429),
)
def list_messages(hook_id: UUID) -> ResponseReturnValue:
    """List what came in by an inbound address, and what became of it.

    The newest come first; the newest thousand are kept. Of a message nothing is kept but why it was refused or passed over. What
    came without the right token is not listed: it was answered with 401.
    """
    by = caller("claims:read")
    most, place = limit(), parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        inbound.get_hook(session, hook_id, by.newsroom_id)
        found = inbound_log.list_messages(session, hook_id, most + 1, before)
    more = cursor.following(found, most)
    return answer_page(InboundMessagesOut(data=found[:most], next_cursor=more), more)


@bp.post("/inbound/<uuid:hook_id>")
@operation(
    {200: InboundOut},
    bodies={"application/json": {}},
    problems=(401, 403, 404, 409, 429, 503),
    secured=False,
    any_query=True,
)
def take_messages(hook_id: UUID) -> ResponseReturnValue:
    """Hand messages in.

    For the other system: in its own form, with the hook's token in the hook's header. A message is taken in once by its
    `external_id`, however often it is sent; one without text is passed over. Parameters that the other system adds to the address
    are passed over, too.
    """
    if request.mimetype != "application/json":
        raise WrongMediaType("Send JSON, with the header Content-Type: application/json.")
    with reading() as session:
        hook = inbound.open_hook(session, hook_id, request.headers)
    _rates.spend(str(hook.id), service.settings.requests_per_minute)
    messages = _messages(hook)
    refuse_when_full()
    with transaction() as session:
        out = inbound.take_in(session, hook_id, messages)
    return jsonify(out.model_dump(mode="json"))


def _messages(hook: InboundHook) -> list[Read]:
    """The messages in the body; what can't be read at all is written down, too."""
    try:
        return inbound.read_all(hook, strict_json(read_body()))
    except Problem as problem:
        with transaction() as session:
            inbound.note_refused(session, hook.id, problem)
        raise
