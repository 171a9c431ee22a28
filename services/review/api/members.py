"""Who works at the desk, for its admins."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlmodel import Session

from services.review import queries, workflow
from services.review.api.base import bp
from services.review.auth import IDLE, token_owner
from services.review.models import Person
from services.review.schemas import (
    ActsOut,
    HouseRulesIn,
    HouseRulesOut,
    InvitationOut,
    InviteIn,
    LinkOut,
    MemberOut,
    PeopleOut,
    RightsIn,
    SessionsOut,
)
from services.review.service import reading, transaction
from services.review.workflow import invitations
from shared.clock import now
from shared.errors import Forbidden
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json


@bp.get("/people")
@operation({200: PeopleOut}, problems=(403,))
def show_people() -> ResponseReturnValue:
    """Everybody with their rights, and the open invitations. Only for admins, as all that follows."""
    _admin()
    with reading() as session:
        out = PeopleOut(data=queries.describe_people(session), invitations=queries.describe_invitations(session))
    return jsonify(out.model_dump(mode="json"))


@bp.post("/people/invitations")
@operation({201: InvitationOut}, body=InviteIn, problems=(403,))
def invite() -> ResponseReturnValue:
    """Invite somebody. It is mailed if there is a mail server; the `url` works once, for seven days."""
    person = _admin()
    found = read_json(InviteIn)
    with transaction() as session:
        made = invitations.invite(session, found, person)
        (out,) = [one for one in queries.describe_invitations(session) if one.id == made.id]
    return jsonify(out.model_dump(mode="json")), 201


@bp.delete("/people/invitations/<uuid:link_id>")
@operation({204: None}, problems=(403, 404))
def withdraw_invitation(link_id: UUID) -> ResponseReturnValue:
    """Make an invitation open nothing any more."""
    person = _admin()
    with transaction() as session:
        invitations.withdraw_invitation(session, link_id, person)
    return "", 204


@bp.put("/people/<uuid:person_id>/rights")
@operation({200: MemberOut}, body=RightsIn, problems=(403, 404, 409))
def change_rights(person_id: UUID) -> ResponseReturnValue:
    """Put these rights in place of those that somebody has. The last admin stays one: 409."""
    person = _admin()
    found = read_json(RightsIn)
    with transaction() as session:
        workflow.change_rights(session, person_id, found, person)
        (out,) = queries.describe_people(session, person_id)
    return jsonify(out.model_dump(mode="json"))


@bp.post("/people/<uuid:person_id>/password-link")
@operation({201: LinkOut}, problems=(403, 404))
def make_password_link(person_id: UUID) -> ResponseReturnValue:
    """A link by which somebody chooses a new password: it works once, for two hours."""
    person = _admin()
    with transaction() as session:
        link = invitations.make_password_link(session, workflow.find_member(session, person_id), person)
        out = LinkOut(url=invitations.address_of(link), expires_at=link.expires_at)
    return jsonify(out.model_dump(mode="json")), 201


@bp.get("/people/<uuid:person_id>/sessions")
@operation({200: SessionsOut}, problems=(403, 404))
def show_sessions_of(person_id: UUID) -> ResponseReturnValue:
    """Where somebody is signed in by a browser."""
    _admin()
    with reading() as session:
        workflow.find_member(session, person_id)
        out = SessionsOut(data=queries.describe_sign_ins(session, person_id, now() - IDLE))
    return jsonify(out.model_dump(mode="json"))


@bp.delete("/people/<uuid:person_id>/sessions/<uuid:session_id>")
@operation({204: None}, problems=(403, 404))
def end_session_of(person_id: UUID, session_id: UUID) -> ResponseReturnValue:
    """Sign somebody out in one browser."""
    person = _admin()
    with transaction() as session:
        workflow.end_session(session, person_id, session_id, person)
    return "", 204


def _add_act(name: str, verb: Callable[[Session, UUID, Person], Any], summary: str) -> None:
    def view(person_id: UUID) -> ResponseReturnValue:
        person = _admin()
        with transaction() as session:
            verb(session, person_id, person)
            (out,) = queries.describe_people(session, person_id)
        return jsonify(out.model_dump(mode="json"))

    view.__doc__ = summary
    declared = operation({200: MemberOut}, problems=(403, 404, 409))(view)
    endpoint = f"{name.replace('-', '_')}_person"
    bp.add_url_rule(f"/people/<uuid:person_id>/{name}", endpoint, declared, methods=["POST"])


_add_act("deactivate", workflow.deactivate, "Let somebody in no more. What they work on goes back to the queue.")
_add_act("reactivate", workflow.reactivate, "Let somebody in again, with the rights that they had.")
_add_act("end-sessions", workflow.end_sessions, "Sign somebody out everywhere.")
_add_act("reset-second-factor", workflow.reset_factor, "Take away the second factor of somebody who lost it.")


@bp.get("/house-rules")
@operation({200: HouseRulesOut}, problems=(403,))
def show_house_rules() -> ResponseReturnValue:
    """What admins decided for the whole newsroom."""
    _admin()
    with reading() as session:
        return jsonify(queries.house_rules(session).model_dump(exclude={"id"}))


@bp.put("/house-rules")
@operation({200: HouseRulesOut}, body=HouseRulesIn, problems=(403,))
def rule_house() -> ResponseReturnValue:
    """Decide for the whole newsroom."""
    person = _admin()
    found = read_json(HouseRulesIn)
    with transaction() as session:
        return jsonify(workflow.rule_house(session, found, person).model_dump(exclude={"id"}))


@bp.get("/people/acts")
@operation(
    {200: ActsOut},
    query={"cursor": "next_cursor of the page before.", "limit": "1 to 200, usually 50."},
    problems=(403,),
)
def show_acts() -> ResponseReturnValue:
    """What was done to people and desks, the latest first, as the history has it."""
    _admin()
    most, before = limit(), parameter("cursor", Annotated[int, Field(ge=0, lt=2**63)])
    with reading() as session:
        acts = queries.list_acts(session, most + 1, before)
    more = str(acts[most - 1].seq) if len(acts) > most else None
    return answer_page(ActsOut(data=acts[:most], next_cursor=more), more)


def _admin() -> Person:
    """Whose token it is, who has to be an admin."""
    person = token_owner()
    if not person.may("admin"):
        raise Forbidden("Only an admin may do this.")
    return person
