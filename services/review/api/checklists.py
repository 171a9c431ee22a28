"""What the desks ask of every verdict."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import ChecklistIn, ChecklistOut
from services.review.service import reading, transaction
from shared.openapi import operation
from shared.parameters import parameter
from shared.web import read_json

OF = {"desk": "The slug of a desk; without it, that of claims which belong to none."}


@bp.get("/checklist")
@operation({200: ChecklistOut}, query=OF, problems=(404,))
def show_checklist() -> ResponseReturnValue:
    """What a desk asks of every verdict: the items of its checklist and its own fields."""
    token_owner()
    slug = parameter("desk", str)
    with reading() as session:
        kept = workflow.get_checklist(session, slug)
        return jsonify(queries.describe_checklist(kept, slug).model_dump(mode="json"))


@bp.put("/checklist")
@operation({200: ChecklistOut}, body=ChecklistIn, query=OF, problems=(403,))
def change_checklist() -> ResponseReturnValue:
    """Put what a desk asks for in place of what it asked for. Only admins may. Items and fields keep what was done with them by
    their ids."""
    person = token_owner()
    found, slug = read_json(ChecklistIn), parameter("desk", str)
    with transaction() as session:
        kept = workflow.change_checklist(session, slug, found, person)
        return jsonify(queries.describe_checklist(kept, slug).model_dump(mode="json"))
