"""A message with all of its text as it may be shown: see `shared.readable`."""

from typing import Any, TypeVar

from pydantic import BaseModel

from shared.readable import plain

M = TypeVar("M", bound=BaseModel)


def readable(message: M) -> M:
    """The same message with all of its text as it may be shown."""
    return type(message).model_validate(_clean(message.model_dump()))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


__all__ = ["plain", "readable"]
