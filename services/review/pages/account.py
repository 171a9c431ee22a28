"""One's own account: password, sessions and personal tokens."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from services.review import auth, queries, workflow
from services.review.models import Person
from services.review.pages.door import ask_to_sign_in
from services.review.pages.wording import WAYS_IN, browser
from services.review.schemas import NewPasswordIn
from services.review.service import reading, transaction
from services.review.workflow.passkeys import list_passkeys
from shared.clock import now
from shared.errors import Invalid, NotFound, Problem
from shared.fields import Line
from shared.web import read_form

V = TypeVar("V", bound=Callable[..., Any])


class TokenIn(BaseModel):
    """What a personal token is for, in its owner's words."""

    name: Annotated[Line, Field(max_length=100)]


def signed_in(view: V) -> V:
    """A view for people: it is given who is signed in, first; who is not is asked to sign in and comes back. Who has to have a
    second factor and has none is led to where it is set up."""

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        person = auth.current_person()
        if person is None:
            return ask_to_sign_in(arguments)
        if auth.lacks_factor():
            return redirect(url_for(".show_second_factor"))
        return view(person, **arguments)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def signed_in_somehow(view: V) -> V:
    """A view that is open, too, to whoever still has to set up a second factor."""

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        person = auth.current_person()
        return ask_to_sign_in(arguments) if person is None else view(person, **arguments)

    return guarded  # type: ignore[return-value]


@signed_in
def show_account(person: Person) -> ResponseReturnValue:
    """One's own sessions and tokens."""
    return _account_page(person)


@signed_in
def change_password(person: Person) -> ResponseReturnValue:
    """Take another password. Whoever is signed in elsewhere is signed out there."""
    held = auth.current_sign_in()
    try:
        wanted = read_form(NewPasswordIn)
        auth.confirm_self(person, wanted.password)
        with transaction() as session:
            workflow.change_password(session, person, wanted.new, held.id if held else None)
    except Problem as problem:
        return _account_page(person, wrong_password=problem.detail), problem.status
    flash("Your password is changed. Wherever else you were signed in, you no longer are.")
    return redirect(url_for(".show_account"))


@signed_in
def make_token(person: Person) -> ResponseReturnValue:
    """Make a personal token and show it, once: the same one if the button is pressed twice."""
    try:
        wanted = read_form(TokenIn)
        with transaction() as session:
            token = auth.make_token(session, person, wanted.name, seed=auth.seed_of_press())
    except Problem as problem:
        return _account_page(person, problem=problem), problem.status
    return _account_page(person, token)


@signed_in
def revoke_token(person: Person, token_id: str) -> ResponseReturnValue:
    """Make a token open nothing any more."""
    if not re.fullmatch(r"[0-9a-f]{1,32}", token_id):
        raise NotFound("You have no such token.")
    with transaction() as session:
        auth.revoke_token(session, person, token_id)
    flash("The token is revoked.")
    return redirect(url_for(".show_account"))


@signed_in
def revoke_sign_ins(person: Person, sign_in_id: UUID | None = None) -> ResponseReturnValue:
    """End one session, or all others."""
    auth.revoke_sign_ins(person, sign_in_id)
    flash("Signed out there." if sign_in_id else "Signed out everywhere else.")
    return redirect(url_for(".show_account"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/account")(show_account)
    bp.post("/account/password")(change_password)
    bp.post("/account/tokens")(make_token)
    bp.post("/account/tokens/<token_id>/revoke")(revoke_token)
    bp.post("/account/sign-ins/revoke")(revoke_sign_ins)
    bp.post("/account/sign-ins/<uuid:sign_in_id>/revoke")(revoke_sign_ins)


def _account_page(
    person: Person, new_token: str | None = None, problem: Problem | None = None, wrong_password: str | None = None
) -> str:
    with reading() as session:
        factor = workflow.find_factor(session, person.id)
        passkeys = list_passkeys(session, person)
        codes_left = queries.count_recovery_codes(session, person.id)
        sign_ins = queries.list_sign_ins(session, person.id, now() - auth.IDLE)
        tokens = queries.list_tokens(session, person.id)
    return render_template(
        "account.html",
        factor=factor,
        codes_left=codes_left,
        passkeys=passkeys,
        wrong_password=wrong_password,
        sign_ins=sign_ins,
        tokens=tokens,
        new_token=new_token,
        current=auth.current_sign_in(),
        browser=browser,
        ways_in=WAYS_IN,
        typed=request.form.get("name", "") if problem else "",
        wrong=problem.members["errors"][0]["detail"] if isinstance(problem, Invalid) else problem and problem.detail,
    )
