"""The directory of people and bodies."""

from typing import Annotated
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.models import Known
from services.review.schemas import DirectoryOut, KnownIn, KnownOut
from services.review.service import reading, transaction
from shared import cursor
from shared.fields import Text
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

Words = Annotated[Text, Field(max_length=200)]


@bp.get("/directory")
@operation(
    {200: DirectoryOut},
    query={
        "q": "What the name, organisation, party or a topic holds.",
        "cursor": "next_cursor of the page before.",
        "limit": "1 to 200, usually 50.",
    },
    problems=(404,),
)
def show_directory() -> ResponseReturnValue:
    """The people and bodies that the desk knows, by name."""
    token_owner()
    most, place = limit(), parameter("cursor", str)
    after = cursor.read(place, str)[0] if place else None
    with reading() as session:
        found = queries.list_known(session, parameter("q", Words), most + 1, after)
    more = cursor.write(found[most - 1].key) if len(found) > most else None
    return answer_page(DirectoryOut(data=[_out(one) for one in found[:most]], next_cursor=more), more)


@bp.post("/directory")
@operation({201: KnownOut}, body=KnownIn, problems=(403,))
def enter_known() -> ResponseReturnValue:
    """Enter somebody, or a body."""
    person = token_owner()
    found = read_json(KnownIn)
    with transaction() as session:
        out = _out(workflow.enter(session, found, person))
    return jsonify(out.model_dump(mode="json")), 201


@bp.put("/directory/<uuid:known_id>")
@operation({200: KnownOut}, body=KnownIn, problems=(403, 404))
def change_known(known_id: UUID) -> ResponseReturnValue:
    """Put what is known of somebody in place of what was."""
    person = token_owner()
    found = read_json(KnownIn)
    with transaction() as session:
        out = _out(workflow.enter(session, found, person, known_id))
    return jsonify(out.model_dump(mode="json"))


@bp.delete("/directory/<uuid:known_id>")
@operation({204: None}, problems=(403, 404))
def forget_known(known_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the directory. Their claims stay."""
    person = token_owner()
    with transaction() as session:
        workflow.forget(session, known_id, person)
    return "", 204


def _out(one: Known) -> KnownOut:
    return KnownOut.model_validate(one.model_dump(include=set(KnownOut.model_fields)))
