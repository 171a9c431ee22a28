"""What readers wrote of verdicts, by API."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.places import read_place, write_place
from services.review.schemas import AsideIn, RemarkOut, RemarksOut, RemarkState
from services.review.service import reading, transaction
from services.review.workflow.remarks import put_aside
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json


@bp.get("/remarks")
@operation(
    {200: RemarksOut},
    query={
        "state": "waiting (usual: nobody has put it aside), read or hidden.",
        "case": "Only those on the verdicts of this case.",
        "cursor": "next_cursor of the page before.",
        "limit": "1 to 200, usually 50.",
    },
    problems=(404,),
)
def show_remarks() -> ResponseReturnValue:
    """What readers found useful in verdicts, or missed in them, the newest first."""
    person = token_owner()
    state, case_id, most = parameter("state", RemarkState, "waiting"), parameter("case", UUID), limit()
    with reading() as session:
        rows = queries.list_remarks(session, person, state, most + 1, case_id, read_place("remarks"))
    more = write_place([rows[most - 1].id]) if len(rows) > most else None
    return answer_page(RemarksOut(data=rows[:most], next_cursor=more), more)


@bp.put("/remarks/<uuid:remark_id>")
@operation({200: RemarkOut}, body=AsideIn, problems=(403, 404))
def put_remark_aside(remark_id: UUID) -> ResponseReturnValue:
    """Put a remark aside, or bring it back. Checkers may."""
    person = token_owner()
    found = read_json(AsideIn)
    with transaction() as session:
        out = queries.get_remark(session, put_aside(session, remark_id, found, person), person)
    return jsonify(out.model_dump(mode="json"))
