"""The newsroom's desks."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import DeskIn, DeskOut, DesksOut, NewDeskIn
from services.review.service import reading, transaction
from shared.openapi import operation
from shared.web import read_json


@bp.get("/desks")
@operation({200: DesksOut})
def show_desks() -> ResponseReturnValue:
    """The newsroom's desks, with their rules and ratings."""
    token_owner()
    with reading() as session:
        data = queries.describe_desks(session, queries.list_desks(session))
    return jsonify(DesksOut(data=data).model_dump(mode="json"))


@bp.post("/desks")
@operation({201: DeskOut}, body=NewDeskIn, problems=(403,))
def make_desk() -> ResponseReturnValue:
    """Make a desk. Only admins may."""
    person = token_owner()
    found = read_json(NewDeskIn)
    with transaction() as session:
        (desk,) = queries.describe_desks(session, [workflow.make_desk(session, found, person)])
    return jsonify(desk.model_dump(mode="json")), 201


@bp.put("/desks/<slug>")
@operation({200: DeskOut}, body=DeskIn, problems=(403, 404))
def change_desk(slug: str) -> ResponseReturnValue:
    """Put a desk's rules, ratings and people in place of those that it has. Only admins may."""
    person = token_owner()
    found = read_json(DeskIn)
    with transaction() as session:
        (desk,) = queries.describe_desks(session, [workflow.change_desk(session, slug, found, person)])
    return jsonify(desk.model_dump(mode="json"))
