"""How the services are: what waits between them, what was given up on, who is at work; and having it tried again. See `operations`.

Without Redis the page says so and shows what it can.
"""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import operations, workflow
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.pages.spans import in_words
from services.review.service import reading, service
from shared.errors import BadRequest, NotFound, Unavailable
from shared.status import MOST_ASKED

TRACE = "Traceback (most recent call last):"


@signed_in
def show_operations(person: Person) -> ResponseReturnValue:
    """The page."""
    workflow.refuse_unless_editor(person)
    with reading() as session:
        found = operations.look(session)
        beside = rail(session, person)
    return render_template(
        "operations.html",
        found=found,
        mine=service.name,
        mails=bool(service.settings.smtp_url),
        chats=bool(service.settings.chat_webhook_url),
        now=found.at,
        in_words=in_words,
        gist=gist,
        **beside,
    )


def gist(error: str) -> str:
    """The line of an error that says what it is: of a trace the one behind its last calls, whatever is told below it."""
    said = error.rpartition(TRACE)[2].strip("\n").splitlines()
    return next((one for one in said if one and not one[0].isspace()), "An error without a word.")


@signed_in
def replay_messages(person: Person, name: str) -> ResponseReturnValue:
    """Have parked messages of a service sent again."""
    workflow.refuse_unless_editor(person)
    if name not in operations.SERVICES:
        raise NotFound("There is no such service.")
    ids = _ids()
    try:
        count = operations.replay(name, ids, person)
        if name == service.name:
            flash(f"{count} of {len(ids)} are on their way again.")
        else:
            flash(f"{name.title()} was asked to send {count} again; it does within seconds.")
    except Unavailable as problem:
        flash(problem.detail)
    return redirect(url_for(".show_operations", _anchor=f"h-{name}"))


@signed_in
def run_again(person: Person) -> ResponseReturnValue:
    """Run a failed job again."""
    workflow.refuse_unless_editor(person)
    try:
        found = operations.run_again(request.form.get("queue", ""), request.form.get("job", "")[:300], person)
        flash("It is in its queue again." if found else "It is no longer among the jobs that failed.")
    except Unavailable as problem:
        flash(problem.detail)
    return redirect(url_for(".show_operations", _anchor="h-jobs"))


def _ids() -> list[UUID]:
    try:
        ids = [UUID(one) for one in request.form.getlist("message")]
    except ValueError:
        raise BadRequest("message: has to be the id of one.") from None
    if not 1 <= len(ids) <= MOST_ASKED:
        raise BadRequest(f"message: name 1 to {MOST_ASKED}.")
    return ids


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/operations")(show_operations)
    bp.post("/operations/jobs")(run_again)
    bp.post("/operations/<name>")(replay_messages)
