"""How a page is answered, the one address that it has, and what readers' forms have in common."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from services.publish import rendering
from services.publish.languages import Words
from shared.web import conditional

MAX_AGE = 60  # seconds; a correction shows within them


def answer(body: bytes, etag: str | None = None) -> Response:
    """A page as bytes; 304 if the reader has it already."""
    response = Response(body, content_type="text/html; charset=utf-8")
    return conditional(response, etag or rendering.etag(body), MAX_AGE)


def moved(address: str) -> ResponseReturnValue | None:
    """To the one address that a page has, from "/page/02" and other ways to write it."""
    return None if request.path == address else redirect(address, 301)


def private(response: Response) -> Response:
    """For one reader: kept by no cache, found by no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def wrong_in_words(words: Words, error: ValidationError) -> dict[str, Any]:
    """What pydantic found in a form, in the reader's words, by field."""
    found: dict[str, Any] = {}
    for one in error.errors(include_url=False, include_input=False):
        name, kind = str(one["loc"][0]), one["type"]
        if kind in ("string_too_long", "too_long"):
            found[name] = words("form.too_long", most=one["ctx"]["max_length"])
        elif kind == "missing":
            found[name] = words("form.needed")
        else:
            found[name] = words("form.bad_characters" if "control characters" in one["msg"] else "form.bad_url")
    return found
