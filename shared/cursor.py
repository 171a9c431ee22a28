"""Places in a list, handed out as opaque text: a page begins after the values that its cursor holds."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from shared.errors import NotFound

WORDS = "There is no such place in this list. Take the cursor from next_cursor of the page before, unchanged."


def write(*values: Any) -> str:
    """A cursor for these values (JSON)."""
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read(cursor: str, *kinds: type) -> list[Any]:
    """The values in a cursor that we wrote. Raises NotFound if it is not one of ours with values of these kinds."""
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise bad()
    if not all(_can_be_asked_for(value) for value in values):
        raise bad()
    return values


def _can_be_asked_for(value: Any) -> bool:
    """Whether a database takes it: no number beyond 64 bits, no text with NUL or half a surrogate."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, str) or not re.search("[\0\ud800-\udfff]", value)


def bad() -> NotFound:
    """The problem with a cursor that is not one of ours."""
    return NotFound(WORDS)


def uuid_in(cursor: str) -> UUID:
    """The id in a cursor that holds nothing else. Raises NotFound."""
    [value] = read(cursor, str)
    try:
        return UUID(value)
    except ValueError:
        raise bad() from None


class Named(Protocol):
    """What a list that goes by ids holds."""

    @property
    def id(self) -> UUID: ...


def following(found: Sequence[Named], most: int) -> str | None:
    """Where the next page begins, of a list that goes by ids and was asked for one more than `most`; None if this is the last."""
    return write(str(found[most - 1].id)) if len(found) > most else None


def next_page(path: str, cursor: str) -> str:
    """The address of the next page: the same path and query with this cursor."""
    parts = urlsplit(path)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
    return f"{parts.path}?{urlencode([*query, ('cursor', cursor)])}"
