"""How questions are read and answered here: parameters, pages of a list, and the envelope of errors."""

import json
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Response, request
from pydantic import BaseModel

from services.publish.rendering import etag
from shared import cursor
from shared.errors import NotFound, Problem
from shared.web import conditional

MAX_AGE = 60  # seconds
USUAL, MOST = 10, 100  # results on a page
HIGHEST = 2**31 - 1
STATUSES = {
    400: "INVALID_ARGUMENT",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ErrorIn(BaseModel):
    """What went wrong, in the words of that API."""

    code: int
    message: str
    status: str


class ErrorOut(BaseModel):
    """The envelope of errors."""

    error: ErrorIn


class InvalidArgument(Problem):
    """A parameter does not hold."""

    status, title = 400, "Bad Request"


class Unimplemented(Problem):
    """There is such a method, and not here."""

    status, title = 501, "Not Implemented"


class Stretch(NamedTuple):
    """Which results are wanted: so many, after so many or after the place in a token."""

    size: int
    offset: int = 0
    after: int | None = None


def text(name: str, longest: int = 1_000) -> str:
    """A parameter; empty if it was not given. Raises InvalidArgument."""
    given = request.args.getlist(name)
    if len(given) > 1:
        raise InvalidArgument(f"{name} was given {len(given)} times.")
    found = given[0].strip() if given else ""
    if len(found) > longest or "\x00" in found:
        raise InvalidArgument(f"{name} must be text of at most {longest} characters.")
    return found


def number(name: str, least: int = 0) -> int | None:
    """A parameter that is a whole number; None if it was not given. Raises InvalidArgument."""
    given = text(name, 20)
    if not given:
        return None
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or abs(int(given)) > HIGHEST:
        raise InvalidArgument(f"Invalid value at '{name}' (TYPE_INT32), \"{given}\"")
    if int(given) < least:
        raise InvalidArgument(f"{name} must not be less than {least}.")
    return int(given)


def stretch(asked: Mapping[str, object]) -> Stretch:
    """Which results, of what is `asked`. A pageToken counts for more than an offset, and goes with the question that it came from.
    Raises InvalidArgument."""
    size = min(number("pageSize") or USUAL, MOST)
    token, offset = text("pageToken", 200), number("offset") or 0
    if not token:
        return Stretch(size, offset)
    try:
        place, of = cursor.read(token, int, str)
    except NotFound:
        place, of = -1, ""
    if of != _about(asked) or not 0 <= place <= HIGHEST:
        raise InvalidArgument("pageToken is not one of this request's.")
    return Stretch(size, after=place)


def token(asked: Mapping[str, object], place: int) -> str:
    """Where the next page of what is `asked` begins."""
    return cursor.write(place, _about(asked))


def answer(found: Mapping[str, Any]) -> Response:
    """What was found, without what is empty."""
    return answer_whole({name: value for name, value in found.items() if value not in (None, [], "")})


def answer_whole(found: Mapping[str, Any]) -> Response:
    """All of it."""
    body = _written(found)
    return conditional(Response(body, content_type="application/json; charset=utf-8"), etag(body), MAX_AGE)


def answer_problem(problem: Problem) -> Response:
    """An error as these clients read it."""
    code = problem.status
    status = STATUSES.get(code, "INTERNAL" if code >= 500 else HTTPStatus(code).name)
    body = _written({"error": {"code": code, "message": problem.detail, "status": status}})
    response = Response(body, status=code, content_type="application/json; charset=utf-8")
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(found: Mapping[str, Any]) -> bytes:
    plain = request.args.get("prettyPrint", "true").lower() in ("false", "0")
    return json.dumps(found, ensure_ascii=False, indent=None if plain else 2).encode()


def _about(asked: Mapping[str, object]) -> str:
    return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:12]
