"""Claims: submitted, and what became of them."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter

from services.intake import idempotency, lookups, posting, queries
from services.intake.auth import caller
from services.intake.backlog import refuse_when_full
from services.intake.idempotency import Answer, Name
from services.intake.posting import Post
from services.intake.schemas import ClaimIn, ClaimOut, ClaimsOut, ClaimWithSourcesOut, SubmittedOut
from services.intake.service import reading
from services.intake.workflow import Given
from shared import cursor
from shared.contracts import State
from shared.fields import MOMENT, Line, Moment
from shared.openapi import IF_NONE_MATCH, Parameter, operation
from shared.outbox import Trace
from shared.parameters import limit, parameter
from shared.web import answer_page, etag_of, read_json

bp = Blueprint("claims", __name__)


@bp.post("/claims")
@operation(
    {201: SubmittedOut, 200: SubmittedOut},
    body=ClaimIn,
    headers={
        "Idempotency-Key": idempotency.header(
            "Of your own, such as a UUID. Repeats within seven days get the first answer."
        )
    },
    problems=(403, 429, 503),
)
def submit_claim() -> ResponseReturnValue:
    """Submit a claim.

    201 for a new claim. 200 if the same wording has come from you before: it is another submission of the same claim.
    With an `Idempotency-Key` a repeat of the same request gets the first answer byte for byte, with
    `Idempotent-Replayed: true`; another request under the same key is refused with 422.

    `earlier` names claims and fact-checks that probably say the same, with their verdicts, so that nobody waits for what is known.
    """
    by = caller("claims:write")
    key = idempotency.read_key(request.headers.get("Idempotency-Key"))
    found = read_json(ClaimIn)
    refuse_when_full()
    given = Given(found, by.newsroom_id, by.newsroom, by.key_id, Trace.here(), by.account)
    post = Post(given)
    if key is not None:
        fingerprint = idempotency.fingerprint(request.method, request.path, request.get_data())
        post = Post(given, Name(by.newsroom_id, key), fingerprint)
    return _show(posting.post(lookups.look_beside(post)))


@bp.get("/claims/<uuid:claim_id>")
@operation({200: ClaimWithSourcesOut, 304: None}, headers=IF_NONE_MATCH, problems=(403, 404, 429))
def show_claim(claim_id: UUID) -> ResponseReturnValue:
    """What became of a claim of yours, and of the pages that it points to."""
    by = caller("claims:read")
    with reading() as session:
        claim = queries.get_claim(session, claim_id, by.newsroom_id)
    answer = jsonify(claim.model_dump(mode="json"))
    answer.set_etag(etag_of(answer.get_data(as_text=True)))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@bp.get("/claims")
@operation(
    {200: ClaimsOut},
    query={
        "state": Parameter("Only claims in this state.", {"type": "string", "enum": list(get_args(State))}),
        "since": Parameter(
            "Only claims that changed at or after this moment (RFC 3339, with a zone).",
            {"type": "string", "pattern": MOMENT},
        ),
        "external_id": Parameter(
            "Only claims that you sent under this name of your own.",
            {"type": "string", "minLength": 1, "maxLength": 300},
        ),
        "cursor": "`next_cursor` of the page before, with the same other parameters.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(403, 404, 429),
)
def list_claims() -> ResponseReturnValue:
    """List your claims.

    The newest come first; with `since`, what changed first comes first, so that you can follow every change. The
    next page is named in `next_cursor` and in `Link` (RFC 8288).
    """
    by = caller("claims:read")
    state, since, most = parameter("state", State), parameter("since", Moment), limit()
    place, name = parameter("cursor", str), parameter("external_id", Line)
    with reading() as session:
        if since is None:
            before = cursor.uuid_in(place) if place else None
            claims = queries.list_claims(session, by.newsroom_id, most + 1, state, before, name)
        else:
            after = _change_in(place) if place else None
            claims = queries.list_changed(session, by.newsroom_id, most + 1, since, state, after, name)
    more = _place_of(claims[most - 1], by_change=since is not None) if len(claims) > most else None
    return answer_page(ClaimsOut(data=claims[:most], next_cursor=more), more)


def _place_of(claim: ClaimOut, by_change: bool) -> str:
    return cursor.write(claim.changed_at.isoformat(), str(claim.id)) if by_change else cursor.write(str(claim.id))


def _change_in(place: str) -> tuple[datetime, UUID]:
    """The moment and the id in a cursor of `_place_of`. Raises NotFound."""
    moment, claim_id = cursor.read(place, str, str)
    try:
        return TypeAdapter(Moment).validate_python(moment), UUID(claim_id)
    except ValueError:
        raise cursor.bad() from None


def _show(answer: Answer) -> Response:
    headers = {"Location": answer.location, "Cache-Control": "no-store"}  # it holds the receipt's address
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, content_type="application/json")
