"""Passkeys: one's own, and signing in by one. The page's script speaks with the browser; what is decided is decided here."""

from typing import Annotated, Any

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from services.review import auth, passkeys
from services.review.models import Person
from services.review.pages.account import signed_in_somehow
from services.review.pages.door import next_page
from services.review.schemas import PasswordIn
from services.review.service import reading, service, transaction
from services.review.workflow.passkeys import add_passkey as keep_passkey
from services.review.workflow.passkeys import list_passkeys
from services.review.workflow.passkeys import remove_passkey as drop_passkey
from shared.errors import NotAllowed, Problem
from shared.fields import In, ShortLine
from shared.web import read_form, read_json


class AnswerIn(BaseModel):
    """What a browser answers, as `PublicKeyCredential.toJSON()` gives it."""

    credential: Annotated[dict[str, Any], Field(max_length=20)]


class NewPasskeyIn(AnswerIn):
    """A passkey that was made, and what its owner calls it."""

    name: ShortLine


class ConfirmIn(In):
    """One's password, before a passkey is made."""

    password: Annotated[str, Field(max_length=1000)] = ""


@signed_in_somehow
def show_passkeys(person: Person) -> ResponseReturnValue:
    """One's passkeys."""
    return _page(person)


@signed_in_somehow
def ask_to_make(person: Person) -> ResponseReturnValue:
    """What the browser is to make a passkey by, once it is sure who asks."""
    auth.confirm_self(person, read_json(ConfirmIn).password)
    with reading() as session:
        known = [one.id for one in list_passkeys(session, person)]
    asked = passkeys.ask_to_make(site(), person.id, person.email, person.name, auth.new_challenge("make"), known)
    return jsonify(asked)


@signed_in_somehow
def add_passkey(person: Person) -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    found = read_json(NewPasskeyIn)
    with transaction() as session:
        challenge = auth.take_challenge(session, "make")
        keep_passkey(session, passkeys.read_made(site(), found.credential, challenge), found.name, person)
        auth.note_way(session, "passkey")
    flash(f"“{found.name}” is added. You can sign in by it from now on.")
    return jsonify({"next": url_for(".show_passkeys")}), 201


@signed_in_somehow
def remove_passkey(person: Person, passkey_id: str) -> ResponseReturnValue:
    """Make a passkey open nothing any more."""
    try:
        auth.confirm_self(person, read_form(PasswordIn).password)
        with transaction() as session:
            drop_passkey(session, passkey_id, person)
    except Problem as problem:
        return _page(person, problem)
    flash("The passkey is removed. Remove it from your device, too.")
    return redirect(url_for(".show_passkeys"))


def ask_to_use() -> ResponseReturnValue:
    """What the browser is to sign in by."""
    return jsonify(passkeys.ask_to_use(site(), auth.new_challenge("sign in")))


def sign_in_by_passkey() -> ResponseReturnValue:
    """Sign in by the browser's answer."""
    auth.sign_in_by_passkey(read_json(AnswerIn).credential)
    return jsonify({"next": next_page()})


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/account/passkeys")(show_passkeys)
    bp.post("/account/passkeys/options", endpoint="ask_to_make_passkey")(ask_to_make)
    bp.post("/account/passkeys")(add_passkey)
    bp.post("/account/passkeys/<passkey_id>/remove")(remove_passkey)
    bp.post("/sign-in/passkey/options", endpoint="ask_to_use_passkey")(ask_to_use)
    bp.post("/sign-in/passkey")(sign_in_by_passkey)


def _page(person: Person, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        mine = list_passkeys(session, person)
    page = render_template(
        "passkeys.html",
        passkeys=mine,
        possible=auth.site() is not None,
        address=service.settings.public_base_url,
        required=auth.lacks_factor(),
        wrong=problem.detail if problem else None,
    )
    return (page, problem.status, problem.headers) if problem else page


def site() -> passkeys.Site:
    """The desk as passkeys know it. Raises NotAllowed if its address can't have any."""
    found = auth.site()
    if found is None:
        raise NotAllowed("Passkeys need an https address with a name.")
    return found
