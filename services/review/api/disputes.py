"""Readers' challenges by API."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.api.base import bp, version_seen
from services.review.auth import token_owner
from services.review.places import read_place, write_place
from services.review.schemas import DecideIn, DisputeAssignIn, DisputeOut, DisputesOut
from services.review.service import reading, transaction
from shared.contracts import DisputeState
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

IF_MATCH = {"If-Match": "The `etag` of the dispute that you saw. `decide` needs it."}


@bp.get("/disputes")
@operation(
    {200: DisputesOut},
    query={
        "state": "open (usual; what is due first at the top) or decided (the latest first).",
        "cursor": "next_cursor of the page before.",
        "limit": "1 to 200, usually 50.",
    },
    problems=(404,),
)
def show_disputes() -> ResponseReturnValue:
    """Readers' challenges to verdicts."""
    token_owner()
    state, most = parameter("state", DisputeState, "open"), limit()
    with reading() as session:
        rows = queries.list_disputes(session, state, most + 1, read_place("disputes"))
    more = write_place(queries.place_of(rows[most - 1])) if len(rows) > most else None
    return answer_page(DisputesOut(data=rows[:most], next_cursor=more), more)


@bp.get("/disputes/<uuid:dispute_id>")
@operation({200: DisputeOut}, problems=(404,))
def show_dispute(dispute_id: UUID) -> ResponseReturnValue:
    """A challenge, and what you may do."""
    person = token_owner()
    with reading() as session:
        return _answer(queries.get_dispute(session, dispute_id, person))


@bp.post("/disputes/<uuid:dispute_id>/assign")
@operation({200: DisputeOut}, body=DisputeAssignIn, headers=IF_MATCH, problems=(403, 404, 409, 412))
def assign_dispute(dispute_id: UUID) -> ResponseReturnValue:
    """Say who decides: an editor who had no part in the verdict. Only editors may."""
    person = token_owner()
    found = read_json(DisputeAssignIn)
    with transaction() as session:
        dispute = workflow.assign_dispute(session, dispute_id, found, person, version_seen())
        return _answer(queries.describe_dispute(session, dispute, person))


@bp.post("/disputes/<uuid:dispute_id>/decide")
@operation({200: DisputeOut}, body=DecideIn, headers=IF_MATCH, problems=(403, 404, 409, 412, 428))
def decide_dispute(dispute_id: UUID) -> ResponseReturnValue:
    """Decide: upheld (the case is reopened as `kind`), rejected, or no dispute at all. Nobody who had a part in the verdict may."""
    person = token_owner()
    found = read_json(DecideIn)
    with transaction() as session:
        dispute = workflow.decide(session, dispute_id, found, person, version_seen())
        return _answer(queries.describe_dispute(session, dispute, person))


def _answer(out: DisputeOut) -> ResponseReturnValue:
    answer = jsonify(out.model_dump(mode="json"))
    answer.set_etag(out.etag.strip('"'))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
