"""How data is answered."""

from flask import Response
from pydantic import BaseModel

from services.publish import rendering
from shared.web import conditional

MAX_AGE = 60  # seconds


def answer(out: BaseModel, more: str | None = None) -> Response:
    """As JSON that may be kept a minute; `more` is the address of the next page."""
    return answer_json(out.model_dump_json(indent=1), more)


def answer_json(text: str, more: str | None = None) -> Response:
    """The same, of JSON."""
    body = text.encode()
    response = Response(body, content_type="application/json")
    if more:
        response.headers["Link"] = f'<{more}>; rel="next"'
    return conditional(response, rendering.etag(body), MAX_AGE)
