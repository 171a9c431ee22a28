"""What is wrong with a value, in words for whoever sent it: pydantic's are for whoever wrote the schema."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

MISSING = "is missing"
NO_MOMENT = "must be a date and a time, such as 2026-03-30T09:00:00Z"

_LIMITS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_long": lambda limit: f"must have at most {limit['max_length']:,} characters",
    "string_too_short": lambda limit: f"must have at least {limit['min_length']:,} characters",
    "too_long": lambda limit: f"must have at most {limit['max_length']:,} entries",
    "too_short": lambda limit: f"must have at least {limit['min_length']:,} entries",
    "less_than_equal": lambda limit: f"must be at most {limit['le']}",
    "greater_than_equal": lambda limit: f"must be at least {limit['ge']}",
    "less_than": lambda limit: f"must be less than {limit['lt']}",
    "greater_than": lambda limit: f"must be more than {limit['gt']}",
    "literal_error": lambda limit: f"must be {limit['expected']}",
}
# How the names of the kinds of errors begin: the first that fits.
_KINDS = {
    "missing": MISSING,
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "int_": "must be a whole number",
    "float_": "must be a number",
    "bool_": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "datetime_": NO_MOMENT,
    "timezone_aware": "must name its time zone, as 2026-03-30T09:00:00Z or 2026-03-30T11:00:00+02:00 does",
    "date_": "must be a date, such as 2026-03-30",
    "uuid_": "must be an id, such as 01a21fd7-1bd2-726c-90a0-2a26de1fcec0",
}


def words_of(error: ErrorDetails) -> str:
    """What is wrong with one value; it stands behind the name of the value, as in `urgency: must be at most 9`."""
    kind = error["type"]
    if kind == "too_long" and isinstance(
        error.get("input"), str
    ):  # pydantic calls letters items once a text was put in order
        kind = "string_too_long"
    if kind in _LIMITS:
        return _LIMITS[kind](error["ctx"])
    meant = next((words for begins, words in _KINDS.items() if kind.startswith(begins)), None)
    return meant or error["msg"].removeprefix("Value error, ")
