"""One's second factor: set it up with an app, make recovery codes, take it away again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.review import auth, codes, queries, workflow
from services.review.models import Person, SecondFactor
from services.review.pages.account import signed_in, signed_in_somehow
from services.review.schemas import CodeIn, PasswordIn
from services.review.service import reading, service, transaction
from shared.errors import NotAllowed, Problem
from shared.web import read_form

DESK = "Factdesk"


@signed_in_somehow
def show_second_factor(person: Person) -> ResponseReturnValue:
    """What one has set up, and what one can do with it."""
    return _page(person)


@signed_in_somehow
def begin(person: Person) -> ResponseReturnValue:
    """Make a secret, and show it as a picture for the app."""
    try:
        auth.confirm_self(person, read_form(PasswordIn).password)
        with transaction() as session:
            factor = workflow.begin_factor(session, person)
    except Problem as problem:
        return _page(person, problem)
    return _picture_page(person, factor)


@signed_in_somehow
def confirm(person: Person) -> ResponseReturnValue:
    """The first code: from now on one is asked for at sign-in. Recovery codes are shown, once: the same ones if the button is
    pressed twice."""
    with reading() as session:
        waiting = session.get(SecondFactor, person.id)
    try:
        typed = read_form(CodeIn).code
        with transaction() as session:
            made = workflow.confirm_factor(session, typed, person, service.settings.secret_key, auth.seed_of_press())
            auth.note_way(session, "code")
    except NotAllowed as problem:
        return _page(person, problem)
    except Problem as problem:
        return _picture_page(person, waiting, problem) if waiting else _page(person, problem)
    return render_template("recovery_codes.html", codes=made, is_new=True)


@signed_in
def renew_codes(person: Person) -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    try:
        auth.confirm_self(person, read_form(PasswordIn).password)
        with transaction() as session:
            made = workflow.renew_recovery_codes(session, person, auth.seed_of_press())
    except Problem as problem:
        return _page(person, problem)
    return render_template("recovery_codes.html", codes=made, is_new=False)


@signed_in
def drop(person: Person) -> ResponseReturnValue:
    """Take one's second factor away."""
    try:
        auth.confirm_self(person, read_form(PasswordIn).password)
        with transaction() as session:
            workflow.drop_factor(session, person, person)
    except Problem as problem:
        return _page(person, problem)
    flash("Your second factor is removed, and the recovery codes with it.")
    return redirect(url_for(".show_second_factor"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/account/second-factor")(show_second_factor)
    bp.post("/account/second-factor", endpoint="begin_factor")(begin)
    bp.post("/account/second-factor/confirm", endpoint="confirm_factor")(confirm)
    bp.post("/account/second-factor/codes", endpoint="renew_codes")(renew_codes)
    bp.post("/account/second-factor/remove", endpoint="drop_factor")(drop)


def _page(person: Person, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        factor = workflow.find_factor(session, person.id)
        left = queries.count_recovery_codes(session, person.id)
    page = render_template(
        "second_factor.html", factor=factor, codes_left=left, required=auth.lacks_factor(), wrong=_words(problem)
    )
    return (page, problem.status, problem.headers) if problem else page


def _picture_page(person: Person, factor: SecondFactor, problem: Problem | None = None) -> ResponseReturnValue:
    secret = codes.secret_of(service.settings.secret_key, factor.salt)
    page = render_template(
        "second_factor_picture.html",
        picture=codes.picture(codes.address_for_app(secret, person.email, DESK)),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        wrong=_words(problem),
    )
    return (page, problem.status, problem.headers) if problem else page


def _words(problem: Problem | None) -> str | None:
    """What is wrong, without the name of the field that it stands beside."""
    if problem is None:
        return None
    errors = problem.members.get("errors")
    return f"This {errors[0]['detail']}." if errors else problem.detail
