"""A claim's fields by their paths, such as `claimant.name`, `tags` or `appearances.0.url`, and how text becomes their value."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict
from zoneinfo import ZoneInfo

from factdesk.given import ClaimFields

Kind = Literal["text", "number", "yes or no", "moment", "list"]
YES, NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
SEPARATORS = re.compile(r"[;,|]")


class WrongValue(ValueError):
    """Text that can't be a field's value. Says what it has to be."""


@cache
def kinds() -> dict[str, Kind]:
    """Every field's path and kind; `N` stands for a number counted from 0."""
    return {"text": "text", **dict(_leaves(ClaimFields, ""))}


def kind_of(path: str) -> Kind | None:
    """A field's kind. None if there is no such field."""
    return kinds().get(re.sub(r"\.\d{1,2}(?=\.)", ".N", path))


def likely(path: str) -> str:
    """Words that name the fields most like this path, if there are any."""
    close = get_close_matches(path, kinds(), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def path_for(name: str) -> str | None:
    """The field that a column of this name holds, if it is named as the field is: `claimant.name`, `Claimant name`."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")
    numbers = re.findall(r"(?<=_)\d{1,2}(?=_)", plain)
    path = _by_plain_name().get(re.sub(r"(?<=_)\d{1,2}(?=_)", "n", plain))
    if path is None or path.count("N") != len(numbers):
        return None
    for number in numbers:
        path = path.replace("N", str(int(number)), 1)
    return path


def value_of(kind: Kind, text: str, zone: ZoneInfo | None = None) -> Any:
    """Text as a field's value. A date or moment without a zone is in `zone`, if there is one. Raises WrongValue."""
    if kind == "number":
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            raise WrongValue(f"has to be a whole number, not {text[:40]!r}")
        return int(text)
    if kind == "yes or no":
        if text.lower() not in YES + NO:
            raise WrongValue(f"has to be yes or no, not {text[:40]!r}")
        return text.lower() in YES
    if kind == "list":
        return [part.strip() for part in SEPARATORS.split(text) if part.strip()]
    return _moment(text, zone) if kind == "moment" else text


def put(claim: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path. What has numbers becomes a list with `closed`."""
    *way, last = path.split(".")
    for name in way:
        claim = claim.setdefault(name, {})
    claim[last] = value


def closed(value: Any) -> Any:
    """The same with lists in place of what `put` made under numbers; numbers that are missing close up."""
    if not isinstance(value, dict):
        return value
    if value and all(name.isdecimal() for name in value):
        return [closed(value[name]) for name in sorted(value, key=int)]
    return {name: closed(one) for name, one in value.items()}


@cache
def _by_plain_name() -> dict[str, str]:
    return {path.lower().replace(".", "_"): path for path in kinds()}


def _leaves(shape: Any, before: str) -> Iterator[tuple[str, Kind]]:
    for name, hint in get_type_hints(shape).items():
        yield from _leaf(hint, f"{before}{name}")


def _leaf(hint: Any, path: str) -> Iterator[tuple[str, Kind]]:
    if get_origin(hint) in (Union, UnionType):
        given = [one for one in get_args(hint) if one is not type(None)]
        hint = datetime if datetime in given else given[0]
    if is_typeddict(hint):
        yield from _leaves(hint, f"{path}.")
    elif get_origin(hint) is list and is_typeddict(get_args(hint)[0]):
        yield from _leaves(get_args(hint)[0], f"{path}.N.")
    elif get_origin(hint) is list:
        yield path, "list"
    else:
        kinds_by_type: dict[Any, Kind] = {int: "number", bool: "yes or no", datetime: "moment"}
        yield path, kinds_by_type.get(hint, "text")


def _moment(text: str, zone: ZoneInfo | None) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongValue(
            f"has to be a day or a time, such as 2026-03-30 or 2026-03-30 09:00, not {text[:40]!r}"
        ) from None
    if moment.tzinfo is None and zone is None:
        raise WrongValue(f"{text[:40]!r} has no time zone, and none is named for such dates")
    return text if moment.tzinfo else moment.replace(tzinfo=zone).isoformat()
