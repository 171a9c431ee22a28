"""Puts the review service together."""

from datetime import timedelta
from uuid import UUID

from flask import Flask, request
from flask_wtf import CSRFProtect

from services.review import api, auth, pages, uploads
from services.review.models import Press
from services.review.pages.notifications import count_unread
from services.review.service import service
from services.review.settings import Settings
from shared import log, pressing, shapes
from shared.openapi import add_openapi
from shared.web import VERSION, is_beside_page, keep_robots_out, new_app

DESCRIPTION = """\
What people do at the desk, as JSON. Send a personal token, made on your account page, as `Authorization: Bearer fdt_…`; it has
your rights. Clients send acts, never states. Send the case's `etag` in `If-Match`, so that you don't act on what somebody else
has changed meanwhile: 412. An act that is not possible now answers 409 and lists what is. Fields and query parameters that are not
known are refused.
"""


def create_app(settings: Settings | None = None) -> Flask:
    """The review service's web side, with settings from the environment unless given."""
    settings = service.start(settings)
    log.set_up("review", settings.log_level, settings.log_format)
    app = new_app(__name__, service)
    app.config.update(
        SESSION_COOKIE_NAME="factdesk_review",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=True,
    )
    auth.start_provider(app, settings)
    app.before_request(uploads.make_room)  # before the form is read, which is what looks for its token
    csrf = CSRFProtect(app)
    csrf.exempt(api.bp)  # the API takes tokens, never cookies
    presses = pressing.Presses(service, Press, _session_id)
    app.before_request(presses.begin)
    app.after_request(presses.end)
    pressing.add_to(app)
    app.register_blueprint(api.bp)
    app.register_blueprint(pages.bp)
    app.after_request(pages.keep_private)
    app.context_processor(
        lambda: {"me": auth.current_person(), "count_unread": count_unread, "is_beside_page": is_beside_page}
    )
    app.jinja_env.globals["drawn"] = shapes.svg
    keep_robots_out(app)
    add_openapi(app, "Factdesk review", DESCRIPTION, VERSION)
    return app


def _session_id() -> UUID | None:
    held = auth.current_sign_in()
    if held is None and request.endpoint == "pages.choose_password":  # whoever holds its link
        return pressing.NOBODY
    return held.id if held else None
