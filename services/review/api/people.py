"""Whose token it is, and what they are told."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import IDLE, token_owner
from services.review.auth import revoke_token as auth_revoke
from services.review.schemas import ChoicesIn, MeOut, NotificationsOut, ReadIn, SessionsOut, TokenOut, TokensOut
from services.review.service import reading, transaction
from shared import cursor
from shared.clock import now
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json


@bp.get("/me")
@operation({200: MeOut})
def show_me() -> ResponseReturnValue:
    """Whose token this is."""
    person = token_owner()
    return jsonify(MeOut(name=person.name, email=person.email, roles=person.roles).model_dump())


@bp.get("/me/tokens")
@operation({200: TokensOut})
def show_tokens() -> ResponseReturnValue:
    """Your personal tokens. They are made on your account page, after a sign-in."""
    person = token_owner()
    with reading() as session:
        tokens = [TokenOut.model_validate(one.model_dump()) for one in queries.list_tokens(session, person.id)]
    return jsonify(TokensOut(data=tokens).model_dump(mode="json"))


@bp.delete("/me/tokens/<token_id>")
@operation({204: None}, problems=(404,))
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Make a token of yours open nothing any more; it may be the one that you send."""
    person = token_owner()
    with transaction() as session:
        auth_revoke(session, person, token_id)
    return "", 204


@bp.get("/me/sessions")
@operation({200: SessionsOut})
def show_sessions() -> ResponseReturnValue:
    """Where you are signed in by a browser."""
    person = token_owner()
    with reading() as session:
        out = SessionsOut(data=queries.describe_sign_ins(session, person.id, now() - IDLE))
    return jsonify(out.model_dump(mode="json"))


@bp.delete("/me/sessions/<uuid:session_id>")
@operation({204: None}, problems=(404,))
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign out in one browser."""
    person = token_owner()
    with transaction() as session:
        workflow.end_session(session, person.id, session_id, person)
    return "", 204


@bp.get("/notifications")
@operation(
    {200: NotificationsOut},
    query={"cursor": "next_cursor of the page before.", "limit": "1 to 200, usually 50."},
    problems=(404,),
)
def show_notifications() -> ResponseReturnValue:
    """What you were told, the newest first."""
    person = token_owner()
    most, place = limit(), parameter("cursor", str)
    with reading() as session:
        rows = queries.list_notifications(session, person, most + 1, cursor.uuid_in(place) if place else None)
        unread = queries.count_unread(session, person)
    more = cursor.following(rows, most)
    return answer_page(NotificationsOut(data=rows[:most], unread=unread, next_cursor=more), more)


@bp.post("/notifications/read")
@operation({204: None}, body=ReadIn)
def read_notifications() -> ResponseReturnValue:
    """Note what you have read: these, or everything."""
    person = token_owner()
    found = read_json(ReadIn)
    with transaction() as session:
        workflow.read_notifications(session, person, found.ids)
    return "", 204


@bp.get("/notifications/choices")
@operation({200: ChoicesIn})
def show_choices() -> ResponseReturnValue:
    """How you are told beside the page."""
    person = token_owner()
    with reading() as session:
        return jsonify(queries.find_choices(session, person.id).model_dump(mode="json"))


@bp.put("/notifications/choices")
@operation({200: ChoicesIn}, body=ChoicesIn)
def choose() -> ResponseReturnValue:
    """Choose how you are told beside the page. It takes the place of what you chose before."""
    person = token_owner()
    found = read_json(ChoicesIn)
    with transaction() as session:
        workflow.choose(session, found, person)
        return jsonify(queries.find_choices(session, person.id).model_dump(mode="json"))
