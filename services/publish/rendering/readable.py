"""Text as it may be shown. What was received is kept as it was; what is shown leaves out what nobody sees.

Explicit bidirectional controls can turn the text around them, or close the isolation that a page puts around
them; direction comes from `dir="auto"` and `<bdi>` instead. Characters that XML can't hold would break feeds.
"""

import re
from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)
UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def readable(message: M) -> M:
    """The same message with all of its text as it may be shown."""
    return type(message).model_validate(_clean(message.model_dump()))


def plain(text: str) -> str:
    """One text as it may be shown."""
    return UNSEEN.sub("", text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value
