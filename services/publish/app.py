"""Puts the publish service together."""

from flask import Flask, Response, request

from services.publish import api, crawlers, embedding, factchecktools, feeds, pages, queries, rendering, searching
from services.publish.hosts import Hosts
from services.publish.rendering.readable import plain
from services.publish.service import service
from services.publish.settings import Settings
from shared import log
from shared.kept import Kept
from shared.openapi import add_openapi
from shared.web import VERSION, new_app, shown_anywhere

ONE_YEAR = 31_536_000
DESCRIPTION = """\
The public record for machines: feeds, every ClaimReview, each check as data. Nothing needs a key, and scripts of any site may read
it. Answers carry an `ETag`: ask again with `If-None-Match`, and what has not changed costs nothing. Under `/v1` query
parameters that are not known are refused. Errors are problems as RFC 9457 describes them, in `application/problem+json`.
"""


def create_app(settings: Settings | None = None) -> Flask:
    """The publish service's web side, with settings from the environment unless given."""
    settings = service.start(settings)
    log.set_up("publish", settings.log_level, settings.log_format)
    app = new_app(__name__, service)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR  # a static file's address changes with its content
    app.after_request(_dress_frames)
    app.context_processor(rendering.everywhere)
    app.add_template_filter(plain, "plain")
    app.register_blueprint(pages.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(searching.bp)
    app.register_blueprint(crawlers.bp)
    app.register_blueprint(embedding.bp)
    app.register_blueprint(factchecktools.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(api.history.bp)
    add_openapi(app, "Factdesk publish", DESCRIPTION, VERSION)
    app.wsgi_app = Kept(  # type: ignore[method-assign]
        app.wsgi_app,
        find=queries.find_document,
        wanted=pages.ADDRESS,
        route="/checks/<year>/<month>/<slug>",
        metrics=app.extensions["metrics"],
        max_age=pages.MAX_AGE,
    )
    app.wsgi_app = Hosts(factchecktools.LongQuestions(app.wsgi_app))  # type: ignore[method-assign]
    return app


def _dress_frames(response: Response) -> Response:
    """Checks in other sites' frames are drawn with our style, too."""
    return shown_anywhere(response) if request.endpoint == "static" else response
