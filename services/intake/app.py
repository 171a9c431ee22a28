"""Puts the intake service together."""

from flask import Flask

from services.intake import api, auth, pages, visitors
from services.intake.service import service
from services.intake.settings import Settings
from shared import log, pressing
from shared.openapi import add_openapi
from shared.web import VERSION, keep_robots_out, new_app

DESCRIPTION = """\
Newsroom systems post claims here and learn what became of each. Send your API key as `Authorization: Bearer fdk_…`. Times are
RFC 3339 with a zone and come back in UTC. Fields and query parameters that are not known are refused. Errors are problems as
RFC 9457 describes them, in `application/problem+json`.
"""


def create_app(settings: Settings | None = None) -> Flask:
    """The intake service's web side, with settings from the environment unless given."""
    settings = service.start(settings)
    log.set_up("intake", settings.log_level, settings.log_format)
    app = new_app(__name__, service)
    app.config.update(
        SESSION_COOKIE_NAME="factdesk_intake",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=visitors.LONGEST,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_CHECK_DEFAULT=False,  # by the pages that know somebody: keys and receipts' addresses are sent by nobody's browser
    )
    pages.newsroom.csrf.init_app(app)
    app.after_request(auth.tell_rate)
    app.register_blueprint(api.bp)
    app.register_blueprint(pages.bp)
    pressing.add_to(app)
    keep_robots_out(app)
    add_openapi(app, "Factdesk intake", DESCRIPTION, VERSION)
    return app
