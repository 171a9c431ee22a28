"""How a page is answered, and the one address that it has."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from services.publish import rendering
from shared.web import conditional

MAX_AGE = 60  # seconds; a correction shows within them


def answer(body: bytes, etag: str | None = None) -> Response:
    """A page as bytes; 304 if the reader has it already."""
    response = Response(body, content_type="text/html; charset=utf-8")
    return conditional(response, etag or rendering.etag(body), MAX_AGE)


def moved(address: str) -> ResponseReturnValue | None:
    """To the one address that a page has, from "/page/02" and other ways to write it."""
    return None if request.path == address else redirect(address, 301)
