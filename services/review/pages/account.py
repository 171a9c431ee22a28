"""Signing in and out, and one's own account: sessions and personal tokens."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from services.review import auth, queries
from services.review.models import Person
from services.review.pages.wording import browser, in_words
from services.review.service import reading, transaction
from shared.clock import now
from shared.errors import Invalid, NotFound, Problem
from shared.fields import Line
from shared.web import read_form

V = TypeVar("V", bound=Callable[..., Any])

# What a form sends beside what somebody typed.
NOT_TYPED = {
    "csrf_token", "seen", "zone", "draft", "reply_to", "note_id", "evidence_id", "statement_id", "request_id", "also", "kind",
    "stance", "public", "rating", "to",
}  # fmt: skip


class TokenIn(BaseModel):
    """What a personal token is for, in its owner's words."""

    name: Annotated[Line, Field(max_length=100)]


def signed_in(view: V) -> V:
    """A view for people: it is given who is signed in, first; who is not is asked to sign in and comes back."""

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        person = auth.current_person()
        if person is None:
            return _ask_to_sign_in(arguments)
        return view(person, **arguments)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def show_sign_in() -> ResponseReturnValue:
    """The form; whoever is signed in already goes on."""
    if auth.current_person():
        return redirect(_next())
    return _sign_in_page(_next())


def sign_in() -> ResponseReturnValue:
    """Check address and password; the address typed is kept if they are wrong."""
    email = request.form.get("email", "")[:300]
    try:
        auth.sign_in(email, request.form.get("password", "")[:1000])
    except Problem as problem:
        return _sign_in_page(_next(), email=email, wrong=problem.detail), problem.status, problem.headers
    return redirect(_next())


def sign_out() -> ResponseReturnValue:
    """End this session."""
    auth.sign_out()
    return redirect(url_for(".show_sign_in"))


@signed_in
def show_account(person: Person) -> ResponseReturnValue:
    """One's own sessions and tokens."""
    return _account_page(person)


@signed_in
def make_token(person: Person) -> ResponseReturnValue:
    """Make a personal token and show it, once."""
    try:
        wanted = read_form(TokenIn)
    except Invalid as problem:
        return _account_page(person, problem=problem), problem.status
    with transaction() as session:
        token = auth.make_token(session, person, wanted.name)
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


def words_typed() -> list[tuple[str, str]]:
    """What somebody wrote into the form that was sent, by the fields' names."""
    sent = request.form.items()
    return [(in_words("field", name), words) for name, words in sent if name not in NOT_TYPED and words.strip()]


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/sign-in")(show_sign_in)
    bp.post("/sign-in")(sign_in)
    bp.post("/sign-out")(sign_out)
    bp.get("/account")(show_account)
    bp.post("/account/tokens")(make_token)
    bp.post("/account/tokens/<token_id>/revoke")(revoke_token)
    bp.post("/account/sign-ins/revoke")(revoke_sign_ins)
    bp.post("/account/sign-ins/<uuid:sign_in_id>/revoke")(revoke_sign_ins)


def _account_page(person: Person, new_token: str | None = None, problem: Invalid | None = None) -> str:
    with reading() as session:
        sign_ins = queries.list_sign_ins(session, person.id, now() - auth.IDLE)
        tokens = queries.list_tokens(session, person.id)
    return render_template(
        "account.html",
        sign_ins=sign_ins,
        tokens=tokens,
        new_token=new_token,
        current=auth.current_sign_in(),
        browser=browser,
        typed=request.form.get("name", "") if problem else "",
        wrong=problem.members["errors"][0]["detail"] if problem else None,
    )


def _sign_in_page(
    back: str, email: str = "", wrong: str | None = None, kept: list[tuple[str, str]] | None = None
) -> str:
    return render_template("sign_in.html", email=email, wrong=wrong, next=back, kept=kept)


def _ask_to_sign_in(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Words that somebody typed before their session ended are shown to them, so that none are lost."""
    if request.method == "GET":
        return redirect(url_for(".show_sign_in", next=request.full_path.rstrip("?")))
    back = url_for(".show_case", case_id=arguments["case_id"]) if "case_id" in arguments else "/"
    kept = words_typed()
    if not kept:
        return redirect(url_for(".show_sign_in", next=back))
    wrong = "You were signed out before this was saved. Sign in to go on; what you typed stands below, to be copied."
    return _sign_in_page(back, wrong=wrong, kept=kept), 401


def _next() -> str:
    """Where to go after signing in: a page of ours alone, never another site."""
    asked = request.values.get("next", "/")
    return asked if re.fullmatch(r"/(?![/\\])[\w\-./?=&%+@,:]*", asked, re.ASCII) else "/"
