"""The door: signing in, with a second factor where there is one, and out."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import auth
from services.review.pages.wording import in_words
from shared.errors import NotFound, Problem
from shared.web import OF_EVERY_FORM

# What a form sends beside what somebody typed.
NOT_TYPED = OF_EVERY_FORM | {
    "seen", "zone", "draft", "reply_to", "note_id", "evidence_id", "statement_id", "request_id", "question_id",
    "item_id", "alarm_id", "done", "also", "kind",
    "stance", "public", "rating", "to", "password", "new", "code", "next",
}  # fmt: skip


def show_sign_in() -> ResponseReturnValue:
    """The form; whoever is signed in already goes on."""
    if auth.current_person():
        return redirect(next_page())
    return _sign_in_page(next_page())


def sign_in() -> ResponseReturnValue:
    """Check address and password; the address typed is kept if they are wrong."""
    email = request.form.get("email", "")[:300]
    try:
        held = auth.sign_in(email, request.form.get("password", "")[:1000])
    except Problem as problem:
        return _sign_in_page(next_page(), email=email, wrong=problem.detail), problem.status, problem.headers
    return redirect(url_for(".show_code", next=next_page()) if held.waits else next_page())


def show_code() -> ResponseReturnValue:
    """Where the code of a second factor is typed, after the password."""
    if auth.waiting_session() is None:
        return redirect(url_for(".show_sign_in", next=next_page()))
    return render_template("sign_in_code.html", next=next_page())


def pass_code() -> ResponseReturnValue:
    """Check the code of a second factor."""
    try:
        auth.pass_code(request.form.get("code", "")[:100])
    except Problem as problem:
        if auth.current_person():  # by the press before this one
            return redirect(next_page())
        if auth.waiting_session() is None:
            return _sign_in_page(next_page(), wrong=problem.detail), problem.status
        page = render_template("sign_in_code.html", next=next_page(), wrong=problem.detail)
        return page, problem.status, problem.headers
    return redirect(next_page())


def go_to_provider() -> ResponseReturnValue:
    """Send the browser to the newsroom's own sign-in."""
    if auth.provider_name() is None:
        raise NotFound("This desk has no other sign-in than its own.")
    try:
        return auth.go_to_provider(next_page())
    except Problem as problem:
        return _sign_in_page(next_page(), wrong=problem.detail), problem.status, problem.headers


def come_from_provider() -> ResponseReturnValue:
    """Let in whom the newsroom's own sign-in vouches for."""
    if auth.provider_name() is None:
        raise NotFound("This desk has no other sign-in than its own.")
    try:
        return auth.come_from_provider()
    except Problem as problem:
        return _sign_in_page("/", wrong=problem.detail), problem.status, problem.headers


def sign_out() -> ResponseReturnValue:
    """End this session."""
    auth.sign_out()
    return redirect(url_for(".show_sign_in"))


def words_typed() -> list[tuple[str, str]]:
    """What somebody wrote into the form that was sent, by the fields' names."""
    sent = request.form.items()
    return [(in_words("field", name), words) for name, words in sent if name not in NOT_TYPED and words.strip()]


def ask_to_sign_in(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Words that somebody typed before their session ended are shown to them, so that none are lost."""
    if request.method == "GET":
        return redirect(url_for(".show_sign_in", next=request.full_path.rstrip("?")))
    back = url_for(".show_case", case_id=arguments["case_id"]) if "case_id" in arguments else "/"
    kept = words_typed()
    if not kept:
        return redirect(url_for(".show_sign_in", next=back))
    wrong = "You were signed out before this was saved. Sign in to go on; what you typed stands below, to be copied."
    return _sign_in_page(back, wrong=wrong, kept=kept), 401


def next_page() -> str:
    """Where to go after signing in: a page of ours alone, never another site."""
    asked = request.values.get("next", "/")
    return asked if re.fullmatch(r"/(?![/\\])[\w\-./?=&%+@,:]*", asked, re.ASCII) else "/"


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/sign-in")(show_sign_in)
    bp.post("/sign-in")(sign_in)
    bp.get("/sign-in/code")(show_code)
    bp.post("/sign-in/code")(pass_code)
    bp.get("/sign-in/provider")(go_to_provider)
    bp.get("/sign-in/provider/back")(come_from_provider)
    bp.post("/sign-out")(sign_out)


def _sign_in_page(
    back: str, email: str = "", wrong: str | None = None, kept: list[tuple[str, str]] | None = None
) -> str:
    return render_template(
        "sign_in.html",
        email=email,
        wrong=wrong,
        next=back,
        kept=kept,
        provider=auth.provider_name(),
        passkeys=auth.site() is not None,
    )
