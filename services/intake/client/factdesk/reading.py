"""Makes records of JSON. Unknown names are passed over, so that a newer desk does not break an older client; absent ones
take the record's default; what is of another kind than it has to be is an UnexpectedAnswer."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from factdesk.errors import UnexpectedAnswer

T = TypeVar("T")
PLAIN: dict[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


def read(kind: type[T], given: Any) -> T:
    """JSON's value as a record. A record with a field `raw` keeps the whole value there. Raises UnexpectedAnswer."""
    if not isinstance(given, Mapping):
        raise UnexpectedAnswer(f"The answer should hold an object for {kind.__name__}, but holds {given!r:.60}.")
    shape: Any = kind
    hints = _hints(shape)
    values: dict[str, Any] = {}
    for field in fields(shape):
        if field.name == "raw":
            values["raw"] = given
        elif field.name in given:
            values[field.name] = _value(hints[field.name], given[field.name], f"{kind.__name__}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise UnexpectedAnswer(f"The answer has no {field.name}, which {kind.__name__} needs.")
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, given: Any, name: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if given is None:
            return None
        return _value(next(one for one in get_args(hint) if one is not type(None)), given, name)
    if origin is tuple:
        if not isinstance(given, list):
            raise UnexpectedAnswer(f"{name} should be a list, but is {given!r:.60}.")
        return tuple(_value(get_args(hint)[0], one, name) for one in given)
    return _single(hint, given, name)


def _single(hint: Any, given: Any, name: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return read(hint, given)
    if hint is datetime:
        return _moment(given, name)
    if hint in PLAIN and (not isinstance(given, PLAIN[hint]) or (isinstance(given, bool) and hint is not bool)):
        raise UnexpectedAnswer(f"{name} should be {hint.__name__}, but is {given!r:.60}.")
    return given


def _moment(given: Any, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise UnexpectedAnswer(f"{name} should be a moment, but is {given!r:.60}.") from None
