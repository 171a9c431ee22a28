"""Pages behind links that work once: coming by an invitation, choosing a new password; and asking for one."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import auth, passkeys
from services.review.pages import wording
from services.review.pages.passkeys import AnswerIn, site
from services.review.schemas import AcceptIn, ResetIn
from services.review.service import reading, service, transaction
from services.review.workflow import invitations
from shared import pressing
from shared.errors import NotFound, Problem
from shared.fields import In, Line
from shared.web import read_form, read_json


class NameIn(In):
    """The name that colleagues see, before a passkey is made."""

    name: Line


class ComeIn(AnswerIn):
    """Who comes by an invitation with a passkey that was made: the name that colleagues see."""

    name: Line


def show_invitation(token: str) -> ResponseReturnValue:
    """Who is invited is greeted, and asked for a name and a password. Looking uses nothing up: mail servers look, too."""
    return _invitation_page(token)


def accept(token: str) -> ResponseReturnValue:
    """Come in by an invitation. Who presses twice is in by the first press."""
    secret = pressing.seed_of(service.settings.secret_key, pressing.NOBODY).hex()
    try:
        found = read_form(AcceptIn)
        with transaction() as session:
            person = invitations.accept(session, token, found)
            auth.open_session(session, person, "password", secret=secret)
    except NotFound:
        if not auth.open_again(secret):
            raise
    except Problem as problem:
        return _invitation_page(token, problem)
    flash("Welcome to the desk.")
    return redirect(url_for(".show_queue"))


def ask_to_come(token: str) -> ResponseReturnValue:
    """What the browser is to make a passkey by, for who comes by an invitation."""
    name = read_json(NameIn).name
    with reading() as session:
        link = invitations.open_link(session, token, "invitation")
    person_id = invitations.id_of(link)
    asked = passkeys.ask_to_make(site(), person_id, link.email, name, auth.new_challenge(f"come {link.id}"), [])
    return jsonify(asked)


def come_by_passkey(token: str) -> ResponseReturnValue:
    """Come in by an invitation, with the passkey that the browser made in place of a password."""
    found = read_json(ComeIn)
    with transaction() as session:
        link = invitations.open_link(session, token, "invitation")
        made = passkeys.read_made(site(), found.credential, auth.take_challenge(session, f"come {link.id}"))
        called = wording.browser(request.user_agent.string or "")
        person = invitations.accept_by_passkey(session, token, found.name, made, called)
        auth.open_session(session, person, "passkey")
    flash("Welcome to the desk. You sign in by your passkey; your account page takes others, and a password beside it.")
    return jsonify({"next": url_for(".show_queue")}), 201


def show_new_password(token: str) -> ResponseReturnValue:
    """Where a new password is chosen."""
    return _password_page(token)


def choose_password(token: str) -> ResponseReturnValue:
    """Take the new password; then one signs in by it, with the second factor if there is one."""
    try:
        found = read_form(ResetIn)
        with transaction() as session:
            invitations.use_password_link(session, token, found.password)
    except NotFound:
        raise
    except Problem as problem:
        return _password_page(token, problem)
    flash("Your password is changed. Sign in by it.")
    return redirect(url_for(".show_sign_in"))


def show_forgotten() -> ResponseReturnValue:
    """Where who forgot their password asks for a link."""
    return render_template("forgotten.html", can_mail=bool(service.settings.smtp_url))


def ask_password_link() -> ResponseReturnValue:
    """Have a link mailed. The answer is the same whether anybody has this address."""
    email = request.form.get("email", "").strip()[:200]
    try:
        auth.ask_password_link(email)
    except Problem as problem:
        page = render_template("forgotten.html", can_mail=True, wrong=problem.detail)
        return page, problem.status, problem.headers
    return render_template("forgotten.html", can_mail=True, asked=email)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/invitation/<token>")(show_invitation)
    bp.post("/invitation/<token>")(accept)
    bp.post("/invitation/<token>/passkey/options")(ask_to_come)
    bp.post("/invitation/<token>/passkey")(come_by_passkey)
    bp.get("/password/<token>")(show_new_password)
    bp.post("/password/<token>")(choose_password)
    bp.get("/forgotten")(show_forgotten)
    bp.post("/forgotten")(ask_password_link)


def _invitation_page(token: str, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        link = invitations.open_link(session, token, "invitation")
    page = render_template(
        "invitation.html",
        link=link,
        typed=request.form,
        wrong=wording.problem_in_words(problem),
        possible=auth.site() is not None,
        token=token,
        me=None,
    )
    return (page, problem.status) if problem else page


def _password_page(token: str, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        link = invitations.open_link(session, token, "password")
    page = render_template("new_password.html", link=link, wrong=wording.problem_in_words(problem), me=None)
    return (page, problem.status) if problem else page
