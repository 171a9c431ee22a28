"""Query parameters, read as strictly as bodies are."""

from typing import Any

from flask import request
from pydantic import TypeAdapter, ValidationError

from shared.errors import BadRequest


def parameter(name: str, kind: Any, default: Any = None) -> Any:
    """A query parameter as a `kind` (anything pydantic knows); `default` if it was not given.

    Raises BadRequest if it does not hold, or was given twice: which of the two would count?
    """
    given = request.args.getlist(name)
    if not given:
        return default
    if len(given) > 1:
        raise BadRequest(f"{name} was given twice.")
    try:
        return TypeAdapter(kind).validate_python(given[0])
    except ValidationError as error:
        raise BadRequest(f"{name}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error


def limit(usual: int = 50, most: int = 200) -> int:
    """How many rows a page of a list is to have. Raises BadRequest."""
    given = request.args.get("limit", str(usual))
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and 1 <= int(given) <= most):
        raise BadRequest(f"limit has to be a number from 1 to {most}.")
    return int(given)
