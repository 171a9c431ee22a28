"""What a newsroom looks after itself: its claims, files of them, stories, feeds, messages in, keys, endpoints and deliveries.

Whatever a page does is done by the same verbs as the API's. What belongs to another newsroom is not found.
"""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from services.intake import visitors
from services.intake.models import Press
from services.intake.pages.newsroom import claims, entrance, feeds, inbound, keys, uploads, webhooks
from services.intake.service import service
from shared.errors import BadRequest
from shared.pressing import Presses
from shared.web import problem_body

bp = Blueprint("newsroom", __name__, url_prefix="/newsroom")
csrf = CSRFProtect()


def _visit_id() -> UUID | None:
    found = visitors.visitor()
    return found.visit_id if found else None


presses = Presses(service, Press, _visit_id)


@bp.before_request
def take_files() -> ResponseReturnValue | None:
    """A file may be larger than whatever else is sent; one that is too large is refused on the page that it was chosen on."""
    if request.endpoint != "pages.newsroom.upload":
        return None
    request.max_content_length = uploads.MOST_BODY
    try:
        request.form  # noqa: B018 - read here, before the form's token is looked for in it
    except RequestEntityTooLarge:
        return uploads.refuse_too_large()  # type: ignore[call-arg]  # its decorator finds out who visits
    return None


bp.before_request(csrf.protect)  # every form of these pages has to come from one of them
bp.before_request(presses.begin)
bp.after_request(presses.end)
for part in (entrance, claims, keys, webhooks, feeds, inbound, uploads):
    part.add_to(bp)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Nothing of a newsroom's is kept by caches or found by search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@bp.errorhandler(CSRFError)
def refuse_form(_error: CSRFError) -> ResponseReturnValue:
    """A form from before the last sign-in, or one that another site sent. Who has just gone in or out, and presses once more, is
    where the button leads."""
    visitor = visitors.visitor()
    if request.endpoint == "pages.newsroom.sign_in" and visitor:
        return redirect(url_for("pages.newsroom.list_claims"), 303)
    if request.endpoint == "pages.newsroom.sign_out" and visitor is None:
        return entrance.sign_out()
    problem = BadRequest("This form is from before you last signed in. Go back, open the page again and send it anew.")
    return render_template("error.html", problem=problem_body(problem)), problem.status


__all__ = ["bp", "csrf"]
