"""How the services are, for machines, and having it tried again."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import operations, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.models import Person
from services.review.schemas import OperationsOut, ReplayIn, ReplayOut, RunAgainIn
from services.review.service import reading
from shared.openapi import operation
from shared.web import read_json


@bp.get("/operations")
@operation({200: OperationsOut}, problems=(403,))
def show_operations() -> ResponseReturnValue:
    """What waits between the services, what was given up on and failed, and who is at work. For editors and admins."""
    _editor()
    with reading() as session:
        found = operations.look(session)
    return jsonify(found.model_dump(mode="json"))


@bp.post("/operations/<name>/replay")
@operation({200: ReplayOut}, body=ReplayIn, problems=(403, 404, 503))
def replay_messages(name: str) -> ResponseReturnValue:
    """Have parked messages of a service sent again: review at once, others within seconds. Mend first what their errors tell."""
    person = _editor()
    count = operations.replay(name, read_json(ReplayIn).messages, person)
    return jsonify(ReplayOut(count=count).model_dump(mode="json"))


@bp.post("/operations/jobs/again")
@operation({200: ReplayOut}, body=RunAgainIn, problems=(403, 503))
def run_again() -> ResponseReturnValue:
    """Run a failed job again; `count` is 0 if it is no longer among those that failed. A job may run twice without harm."""
    person = _editor()
    found = read_json(RunAgainIn)
    count = int(operations.run_again(found.queue, found.job, person))
    return jsonify(ReplayOut(count=count).model_dump(mode="json"))


def _editor() -> Person:
    person = token_owner()
    workflow.refuse_unless_editor(person)
    return person
