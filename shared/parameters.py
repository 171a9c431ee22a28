"""Query parameters, read as strictly as bodies are: one that nobody knows is refused, because a list that was asked for with
`stauts=open` and answered whole looks like one that was narrowed down.
"""

from difflib import get_close_matches
from typing import Any

from flask import current_app, request
from pydantic import TypeAdapter, ValidationError

from shared.errors import BadRequest
from shared.faults import words_of

LONGEST_NAME = 100  # of a parameter's that is told back


def refuse_unknown() -> None:
    """Before each request of an API's blueprint: the query may name what the operation declares, and nothing else.

    Raises BadRequest, which says what is known there. Of addresses that other systems call in their own way (`any_query`),
    and of views that declare nothing, any query is taken.
    """
    if not request.query_string or request.method == "OPTIONS":
        return
    operation = getattr(current_app.view_functions.get(request.endpoint or ""), "operation", None)
    if operation is None or operation.any_query:
        return
    known = list(operation.query)
    unknown = [name for name in request.args if name not in operation.query]
    if unknown:
        raise BadRequest(_words_for(unknown[0], known), unknown=[name[:LONGEST_NAME] for name in unknown], known=known)


def _words_for(unknown: str, known: list[str]) -> str:
    wrong = f"There is no query parameter {unknown[:LONGEST_NAME]!r} here"
    if not known:
        return f"{wrong}, nor any other."
    meant = get_close_matches(unknown[:LONGEST_NAME], known, 1)
    perhaps = f"; did you mean {meant[0]}?" if meant else "."
    return f"{wrong}{perhaps} Known: {', '.join(known)}."


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
        raise BadRequest(f"{name}: {words_of(error.errors()[0])}") from error


def limit(usual: int = 50, most: int = 200) -> int:
    """How many rows a page of a list is to have. Raises BadRequest."""
    given = parameter("limit", str, str(usual))
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and 1 <= int(given) <= most):
        raise BadRequest(f"limit has to be a number from 1 to {most}.")
    return int(given)
