"""The door: signing in, with a second factor where there is one, and out."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import auth
from services.review.pages.wording import in_words
from shared.errors import Problem

# What a form sends beside what somebody typed.
NOT_TYPED = {
    "csrf_token", "seen", "zone", "draft", "reply_to", "note_id", "evidence_id", "statement_id", "request_id", "question_id",
    "item_id", "alarm_id", "done", "also", "kind",
    "stance", "public", "rating", "to", "password", "new", "code", "next",
}  # fmt: skip


def show_sign_in() -> ResponseReturnValue:
    """The form; whoever is signed in already goes on."""
    if auth.current_person():
        return redirect(_next())
    return _sign_in_page(_next())


def sign_in() -> ResponseReturnValue:
    """Check address and password; the address typed is kept if they are wrong."""
    email = request.form.get("email", "")[:300]
    try:
        held = auth.sign_in(email, request.form.get("password", "")[:1000])
    except Problem as problem:
        return _sign_in_page(_next(), email=email, wrong=problem.detail), problem.status, problem.headers
    return redirect(url_for(".show_code", next=_next()) if held.waits else _next())


def show_code() -> ResponseReturnValue:
    """Where the code of a second factor is typed, after the password."""
    if auth.waiting_session() is None:
        return redirect(url_for(".show_sign_in", next=_next()))
    return render_template("sign_in_code.html", next=_next())


def pass_code() -> ResponseReturnValue:
    """Check the code of a second factor."""
    try:
        auth.pass_code(request.form.get("code", "")[:100])
    except Problem as problem:
        if auth.waiting_session() is None:
            return _sign_in_page(_next(), wrong=problem.detail), problem.status
        page = render_template("sign_in_code.html", next=_next(), wrong=problem.detail)
        return page, problem.status, problem.headers
    return redirect(_next())


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


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/sign-in")(show_sign_in)
    bp.post("/sign-in")(sign_in)
    bp.get("/sign-in/code")(show_code)
    bp.post("/sign-in/code")(pass_code)
    bp.post("/sign-out")(sign_out)


def _sign_in_page(
    back: str, email: str = "", wrong: str | None = None, kept: list[tuple[str, str]] | None = None
) -> str:
    return render_template("sign_in.html", email=email, wrong=wrong, next=back, kept=kept)


def _next() -> str:
    """Where to go after signing in: a page of ours alone, never another site."""
    asked = request.values.get("next", "/")
    return asked if re.fullmatch(r"/(?![/\\])[\w\-./?=&%+@,:]*", asked, re.ASCII) else "/"
