"""Types for what comes from outside: bounded text without control characters, web addresses, moments.

Text keeps its bidirectional marks (pages isolate it); half surrogates are refused while the body is read. Text is
stripped of white space around it; an Excerpt is not, because it has to be found again where it stands.
"""

import re
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, StringConstraints, WithJsonSchema

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _clean(text: str) -> str:
    return _exact(text).strip()


def _exact(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := CONTROL.search(text):
        raise ValueError(f"must not hold control characters (U+{ord(found.group()):04X})")
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\\<>\"]", url)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be an http or https address, such as https://example.org/page")
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password")
    return url


def _in_range(moment: datetime) -> datetime:
    # at the calendar's ends a conversion to another zone overflows
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("must lie between the years 1000 and 2200")
    return moment.astimezone(UTC)


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _not_blank(text: str) -> str:
    _not_empty(text.strip())
    return text


Line = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_clean),
    AfterValidator(_one_line),
    AfterValidator(_not_empty),
]
Text = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_clean), AfterValidator(_not_empty)]
LongText = Annotated[str, StringConstraints(max_length=50_000), AfterValidator(_clean), AfterValidator(_not_empty)]
Excerpt = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_exact), AfterValidator(_not_blank)]
Url = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_clean), AfterValidator(_web_address)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_range)]
Language = Annotated[
    str,
    StringConstraints(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"),
    WithJsonSchema(
        {"type": "string", "description": "A BCP 47 language tag, such as en or pt-BR.", "examples": ["en"]}
    ),
]
