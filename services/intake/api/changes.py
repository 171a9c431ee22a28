"""Following what becomes of a newsroom's claims."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from services.intake import changes, queries
from services.intake.auth import caller
from services.intake.schemas import ChangeOut, ChangesOut
from services.intake.service import reading
from shared import cursor
from shared.following import START, place_in, place_of
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter

bp = Blueprint("changes", __name__)


@bp.get("/changes")
@operation(
    {200: ChangesOut},
    query={
        "cursor": "`next_cursor` of the answer before; without it, from the beginning.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(403, 404, 410, 429),
)
def list_changes() -> ResponseReturnValue:
    """Follow your claims.

    Every change since `cursor`, the oldest first, each with its claim as it stands now: submissions, moves at the desk (closing
    and withdrawal among them), verdicts and their corrections. Keep `next_cursor` and ask again: nothing is left out and, unless
    you ask with an older cursor, nothing comes twice. While `more` is true there is more at once.

    410 if the desk was restored from a backup that is older than the cursor: begin anew, without one.
    """
    by = caller("claims:read")
    most = limit()
    given = parameter("cursor", str)
    place = START if given is None else place_in(given)
    with reading() as session:
        found = changes.list_after(session, by.newsroom_id, place, most + 1)
        claims = queries.get_claims(session, {change.claim_id for change in found[:most]})
    shown = found[:most]
    out = ChangesOut(
        data=[ChangeOut(kind=one.kind, at=one.at, claim=claims[one.claim_id]) for one in shown],
        next_cursor=cursor.write(*(place_of(shown[-1]) if shown else place)),
        more=len(found) > most,
    )
    answer = jsonify(out.model_dump(mode="json"))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
