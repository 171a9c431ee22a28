"""The newsroom's desks."""

from collections.abc import Callable

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.models import Desk, Person
from services.review.schemas import ConfirmRatingsIn, DeskIn, DeskOut, DesksOut, NewDeskIn
from services.review.service import reading, transaction
from services.review.workflow import ratings
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
    """Put a desk's rules, ratings and people in place of those that it has. Only admins may.

    Ratings that stand on an approved verdict and would be called or drawn otherwise, left out or brought back are proposed, and
    stand in `proposal` until somebody else confirms them.
    """
    person = token_owner()
    found = read_json(DeskIn)
    with transaction() as session:
        (desk,) = queries.describe_desks(session, [workflow.change_desk(session, slug, found, person)])
    return jsonify(desk.model_dump(mode="json"))


@bp.post("/desks/<slug>/ratings/confirm")
@operation({200: DeskOut}, body=ConfirmRatingsIn, problems=(403, 404, 412))
def confirm_ratings(slug: str) -> ResponseReturnValue:
    """Agree to the ratings that somebody else proposed: readers see them from now on. Editors of the desk and admins may."""
    return _decide(slug, ratings.confirm_ratings)


@bp.post("/desks/<slug>/ratings/drop")
@operation({200: DeskOut}, body=ConfirmRatingsIn, problems=(403, 404, 412))
def drop_ratings(slug: str) -> ResponseReturnValue:
    """Do away with the ratings that were proposed. Editors of the desk and admins may."""
    return _decide(slug, ratings.drop_ratings)


def _decide(slug: str, verb: Callable[[Session, str, ConfirmRatingsIn, Person], Desk]) -> ResponseReturnValue:
    person = token_owner()
    found = read_json(ConfirmRatingsIn)
    with transaction() as session:
        (desk,) = queries.describe_desks(session, [verb(session, slug, found, person)])
    return jsonify(desk.model_dump(mode="json"))
