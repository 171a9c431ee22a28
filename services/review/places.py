"""Places in the queue and other lists as cursors: the sort values of the last row, whatever the sort."""

from typing import Annotated, Any
from uuid import UUID

from flask import request
from pydantic import Field, TypeAdapter

from shared import cursor
from shared.fields import Moment

Number = Annotated[int, Field(ge=0, lt=2**31)]  # a larger one fits no column
KINDS: dict[str, tuple[Any, ...]] = {
    "rank": (Moment, UUID),
    "urgency": (Number, UUID),
    "due": (Moment, UUID),
    "disputes": (Moment, UUID),
}


def read_place(sort: str) -> list[Any] | None:
    """The place that the request's `cursor` names, for this sort; None for the beginning. Raises NotFound."""
    given = request.args.get("cursor")
    if not given:
        return None
    kinds = KINDS.get(sort, (UUID,))
    values = cursor.read(given, *(int if kind is Number else str for kind in kinds))
    try:
        return [TypeAdapter(kind).validate_python(value) for kind, value in zip(kinds, values, strict=True)]
    except ValueError:
        raise cursor.bad() from None


def write_place(after: list[Any] | None) -> str | None:
    """The cursor for a place in the queue; None for none."""
    return cursor.write(*(value if isinstance(value, int) else str(value) for value in after)) if after else None
