"""The desk's pages: the same verbs as the API, by forms."""

import logging

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from services.review import auth
from services.review.pages import (
    account,
    cases,
    checklists,
    copies,
    desks,
    directory,
    disputes,
    door,
    exports,
    files,
    links,
    notifications,
    operations,
    passkeys,
    people,
    policies,
    queue,
    reliability,
    remarks,
    rules,
    sealing,
    search,
    second_factor,
    senders,
    stats,
    stories,
    versions,
)
from shared.errors import BadRequest
from shared.pressing import NUMBER
from shared.web import problem_body

log = logging.getLogger(__name__)
bp = Blueprint("pages", __name__)
DOORS = ("pages.sign_in", "pages.pass_code", "pages.accept")
for part in (
    door,
    links,
    account,
    second_factor,
    passkeys,
    people,
    queue,
    versions,
    sealing,
    cases,
    stories,
    notifications,
    desks,
    rules,
    search,
    directory,
    reliability,
    checklists,
    copies,
    files,
    policies,
    senders,
    stats,
    exports,
    disputes,
    remarks,
    operations,
):
    part.add_to(bp)


def keep_private(response: Response) -> Response:
    """Nothing of the desk is kept by caches or found by search engines."""
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@bp.app_errorhandler(CSRFError)
def refuse_form(_error: CSRFError) -> ResponseReturnValue:
    """A form from before the last sign-in, or one that another site sent. Who has just gone in or out, and presses once more, is
    where the button leads."""
    is_in, is_ours = auth.current_person() is not None, request.form.get(NUMBER)
    if is_ours and is_in and request.endpoint in DOORS:
        return redirect(door.next_page())
    if is_ours and not is_in and request.endpoint == "pages.sign_out":
        return redirect(url_for("pages.show_sign_in"))
    log.warning("a form without its token was refused", extra={"path": request.path})
    problem = BadRequest("This form is from before you last signed in. Go back, open the page again and send it anew.")
    return render_template("error.html", problem=problem_body(problem)), problem.status


__all__ = ["bp", "keep_private"]
