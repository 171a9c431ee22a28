"""A message with all of its text as it may be shown: see `shared.readable`."""

import re
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.readable import UNSEEN, plain

M = TypeVar("M", bound=BaseModel)
# In JSON, which writes what is left of the controls as \u0007, \b or \f.
SUSPECT = re.compile(rf"{UNSEEN.pattern}|\\[ubf]")


def readable(message: M) -> M:
    """The same message with all of its text as it may be shown. That most have nothing else one look at all of it tells."""
    if SUSPECT.search(message.model_dump_json()) is None:
        return message
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
