"""Puts the intake service together."""

from flask import Flask

from services.intake import api, auth, pages
from services.intake.service import service
from services.intake.settings import Settings
from shared import log
from shared.openapi import add_openapi
from shared.web import VERSION, new_app

DESCRIPTION = """\
Newsroom systems post claims here and learn what became of each. Send your API key as `Authorization: Bearer fdk_…`. Times are
RFC 3339 with a zone and come back in UTC. Errors are problems as RFC 9457 describes them, in `application/problem+json`.
"""


def create_app(settings: Settings | None = None) -> Flask:
    """The intake service's web side, with settings from the environment unless given."""
    settings = service.start(settings)
    log.set_up("intake", settings.log_level, settings.log_format)
    app = new_app(__name__, service)
    app.after_request(auth.tell_rate)
    app.register_blueprint(api.bp)
    app.register_blueprint(pages.bp)
    add_openapi(app, "Factdesk intake", DESCRIPTION, VERSION)
    return app
