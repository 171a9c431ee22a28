"""The people of the desk, for its admins: who is there, what each may do, who is invited, and what admins did."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.review import auth, queries, workflow
from services.review.models import Person
from services.review.pages import wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import HouseRulesIn, InviteIn, RightsIn
from services.review.service import reading, service, transaction
from services.review.workflow import invitations
from shared.clock import now
from shared.errors import Forbidden, Problem
from shared.parameters import parameter
from shared.web import validated

ACTS = 30
DONE = {
    "deactivate": "They come in no more, and what they were working on is back in the queue.",
    "reactivate": "They may come in again.",
    "end-sessions": "They are signed out everywhere.",
    "reset-second-factor": "Their password is enough now, until they set up another second factor.",
}


@signed_in
def show_people(person: Person) -> ResponseReturnValue:
    """Everybody, the open invitations, and the latest acts of administration."""
    return _page(person)


@signed_in
def invite(person: Person) -> ResponseReturnValue:
    """Invite somebody; the link is shown, and mailed if there is a mail server."""
    try:
        found = validated(InviteIn, _rights() | {"email": request.form.get("email", "").strip()})
        with transaction() as session:
            invitations.invite(session, found, person)
    except Problem as problem:
        return _page(person, problem, "invite")
    mailed = "It is mailed to them, too." if service.settings.smtp_url else "Send it to them: no mail server is set up."
    flash(f"{found.email} is invited: the link stands below. {mailed}")
    return redirect(url_for(".show_people", _anchor="h-invited"))


@signed_in
def withdraw_invitation(person: Person, link_id: UUID) -> ResponseReturnValue:
    """Make an invitation open nothing any more."""
    with transaction() as session:
        invitations.withdraw_invitation(session, link_id, person)
    flash("The invitation is withdrawn.")
    return redirect(url_for(".show_people", _anchor="h-invited"))


@signed_in
def change_rights(person: Person, person_id: UUID) -> ResponseReturnValue:
    """Change what somebody may do."""
    try:
        found = validated(RightsIn, _rights())
        with transaction() as session:
            changed = workflow.change_rights(session, person_id, found, person)
            name = changed.name
    except Problem as problem:
        return _page(person, problem, str(person_id))
    flash(f"What {name} may do is changed, from this moment.")
    return redirect(url_for(".show_people", _anchor=f"p-{person_id}"))


@signed_in
def do_to_person(person: Person, person_id: UUID, act: str) -> ResponseReturnValue:
    """Deactivate or reactivate somebody, end their sessions, take their second factor away."""
    verbs: dict[str, Callable[[Session, UUID, Person], Any]] = {
        "deactivate": workflow.deactivate,
        "reactivate": workflow.reactivate,
        "end-sessions": workflow.end_sessions,
        "reset-second-factor": workflow.reset_factor,
    }
    try:
        with transaction() as session:
            verbs[act](session, person_id, person)
    except Problem as problem:
        return _page(person, problem, str(person_id))
    flash(DONE[act])
    return redirect(url_for(".show_people", _anchor=f"p-{person_id}"))


@signed_in
def show_sessions(person: Person, person_id: UUID) -> ResponseReturnValue:
    """Where somebody is signed in."""
    if not person.may("admin"):
        raise Forbidden("Only admins look after the people of the desk.")
    with reading() as session:
        return render_template(
            "sessions.html",
            whose=workflow.find_member(session, person_id),
            sign_ins=queries.list_sign_ins(session, person_id, now() - auth.IDLE),
            browser=wording.browser,
            ways_in=wording.WAYS_IN,
            **rail(session, person),
        )


@signed_in
def end_session(person: Person, person_id: UUID, sign_in_id: UUID) -> ResponseReturnValue:
    """Sign somebody out in one browser."""
    with transaction() as session:
        workflow.end_session(session, person_id, sign_in_id, person)
    flash("They are signed out there.")
    return redirect(url_for(".show_sessions", person_id=person_id))


@signed_in
def make_password_link(person: Person, person_id: UUID) -> ResponseReturnValue:
    """Make a link by which somebody chooses a new password, and show it: the same one if the button is pressed twice."""
    try:
        with transaction() as session:
            whose = workflow.find_member(session, person_id)
            link = invitations.make_password_link(session, whose, person, auth.seed_of_press())
            address = invitations.address_of(link)
    except Problem as problem:
        return _page(person, problem, str(person_id))
    return _page(person, about=str(person_id), link=address)


@signed_in
def rule_house(person: Person) -> ResponseReturnValue:
    """Decide from which role on a second factor is required, and whether readers are led to copies in public archives."""
    given = {"second_factor_from": request.form.get("second_factor_from") or None}
    found = validated(HouseRulesIn, given | {"shows_archives": "shows_archives" in request.form})
    with transaction() as session:
        workflow.rule_house(session, found, person)
    flash("Kept. It holds from this moment.")
    return redirect(url_for(".show_people", _anchor="h-rules"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/people")(show_people)
    bp.post("/people/invitations")(invite)
    bp.post("/people/invitations/<uuid:link_id>/withdraw")(withdraw_invitation)
    bp.post("/people/rules")(rule_house)
    bp.post("/people/<uuid:person_id>/rights")(change_rights)
    bp.get("/people/<uuid:person_id>/sessions")(show_sessions)
    bp.post("/people/<uuid:person_id>/sessions/<uuid:sign_in_id>/end")(end_session)
    bp.post("/people/<uuid:person_id>/password-link", endpoint="make_password_link_for")(make_password_link)
    bp.post(f"/people/<uuid:person_id>/<any({', '.join(repr(one) for one in DONE)}):act>")(do_to_person)


def _page(
    person: Person, problem: Problem | None = None, about: str = "", link: str | None = None
) -> ResponseReturnValue:
    if not person.may("admin"):
        raise Forbidden("Only admins look after the people of the desk.")
    before = parameter("before", int)
    with reading() as session:
        people = queries.describe_people(session)
        invited = queries.describe_invitations(session)
        acts = queries.list_acts(session, ACTS + 1, before)
        page = render_template(
            "people.html",
            people=people,
            invitations=invited,
            acts=acts[:ACTS],
            more=acts[ACTS - 1].seq if len(acts) > ACTS else None,
            later_page=before is not None,
            desks=queries.list_desks(session),
            rules=queries.house_rules(session),
            wrong=wording.problem_in_words(problem),
            about=about,
            link=link,
            typed=request.form,
            told=wording.act_of_admin,
            **rail(session, person),
        )
    return (page, problem.status) if problem else page


def _rights() -> dict[str, Any]:
    """The form as what somebody may do: `role`, and `desk.SLUG` for each desk."""
    form = request.form
    desks = {name.removeprefix("desk."): role for name, role in form.items() if name.startswith("desk.") and role}
    return {"role": form.get("role") or None, "desks": desks}
