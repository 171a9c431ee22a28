"""Following what becomes of the record."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.publish import changes, queries, rendering
from services.publish.api.answers import answer
from services.publish.schemas import ChangesOut
from services.publish.service import reading
from shared import cursor, following
from shared.openapi import IF_NONE_MATCH, Parameter, operation
from shared.parameters import limit, parameter

bp = Blueprint("changes", __name__)


@bp.get("/changes")
@operation(
    {200: ChangesOut, 304: None},
    headers=IF_NONE_MATCH,
    query={
        "cursor": "`next_cursor` of the answer before; without it, from the beginning.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(404, 410),
    secured=False,
)
def list_changes() -> ResponseReturnValue:
    """Follow the record.

    Every change since `cursor`, the oldest first: verdicts, corrections, retractions, notices and their withdrawal, that a
    verdict is being checked again, and that its rating is called or drawn otherwise. Keep `next_cursor` and ask again: nothing is
    left out and, unless you ask with an older cursor, nothing comes twice. While `more` is true there is more at once.

    410 if the site was restored from a backup that is older than the cursor: begin anew, without one.
    """
    most, given = limit(), parameter("cursor", str)
    place = following.START if given is None else following.place_in(given)
    with reading() as session:
        found = changes.list_after(session, place, most + 1)
        checks = queries.checks_of(session, {one.claim_id for one in found[:most]})
        told = queries.revisions_named(session, [(one.claim_id, one.revision) for one in found[:most]])
    shown = found[:most]
    out = ChangesOut(
        data=[
            rendering.change_of(one, checks[one.claim_id], told.get((one.claim_id, one.revision)))
            for one in shown
            if one.claim_id in checks
        ],
        next_cursor=cursor.write(*(following.place_of(shown[-1]) if shown else place)),
        more=len(found) > most,
    )
    return answer(out)
