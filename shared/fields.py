"""Types for what comes from outside: bounded text without control characters, web addresses, moments.

Where text is not free, the OpenAPI document says so by a pattern, exactly. Text keeps its bidirectional marks (pages
isolate it); half surrogates are refused while the body is read. Text is stripped of white space around it; an Excerpt
is not, because it has to be found again where it stands.
"""

import contextlib
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import urldefrag, urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

from shared.countries import COUNTRIES
from shared.hostnames import is_private

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff"
CONTROL = re.compile(f"[{CONTROLS}]")
# what hides where an address leads, and no address may hold (RFC 3987, 4.1)
HIDING = r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
# what takes no ink, or no place: joiners, marks of direction, fillers, selectors of variants, tags; a blank in Braille
UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    + "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # patterns of JSON Schema know no \U
)
VISIBLE = rf"[^\s{CONTROLS}{UNSEEN}]"
TWO_VISIBLE = rf"^[^{CONTROLS}]*{VISIBLE}[^{CONTROLS}]*{VISIBLE}[^{CONTROLS}]*$"
NOT_BLANK = rf"^[^{CONTROLS}]*{VISIBLE}[^{CONTROLS}]*$"
PORT = "6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4}"
WEB_ADDRESS = rf"""^https?://[^\s\\<>"/?#@:\[\]{CONTROLS}{HIDING}]+(:({PORT}))?([/?#][^\s\\<>"{CONTROLS}{HIDING}]*)?$"""
MAIL_ADDRESS = rf"""^[^\s@<>",;{CONTROLS}{UNSEEN}]+@[^\s@<>",;{CONTROLS}{UNSEEN}]+$"""
# RFC 3339 with the days that every month has, and a zone; without 29 February, which is taken in leap years
MOMENT = (
    "^(100[1-9]|10[1-9][0-9]|1[1-9][0-9]{2}|2[01][0-9]{2})-"
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])$"
)
WRITTEN = re.compile(  # the same in a machine's hand or a person's: a blank for the T, no seconds
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2}))"
)
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # the shape that BCP 47 gives them
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(2200, 1, 2, tzinfo=UTC)


class In(BaseModel):
    """What comes from outside: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


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
    if not re.fullmatch(WEB_ADDRESS.strip("^$"), url):
        if re.match("https?://[^/?#]*@", url):
            raise ValueError("must not hold a user name or password")
        if re.match(r"https?://\[", url):
            raise ValueError("must name its host, as in https://example.org/page: an IPv6 address is not taken")
        raise ValueError("must be an http or https address, such as https://example.org/page")
    return url


def _mail_address(address: str) -> str:
    if not re.fullmatch(MAIL_ADDRESS.strip("^$"), address):
        raise ValueError("must be an e-mail address, such as jo@example.org")
    return address


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("must be the two letters of a country (ISO 3166-1), such as DE")
    return code


def _public_address(url: str) -> str:
    if is_private(url):
        raise ValueError("must be an address that readers can reach, not one of a private network")
    return url


def _written_moment(given: Any) -> datetime:
    """Only what RFC 3339 calls a time: a number may be one of seconds or milliseconds, and a digit too few makes it 1970."""
    if isinstance(given, str) and (found := WRITTEN.fullmatch(given.strip())):
        with contextlib.suppress(ValueError):  # a month has no 31st, say
            given = datetime.fromisoformat("T".join(found.groups()).upper())
    if not isinstance(given, datetime) or given.tzinfo is None:
        raise ValueError("must be a time with a zone, such as 2026-01-27T10:00:00Z (RFC 3339)")
    return given


def _written_day(given: Any) -> date:
    if isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        with contextlib.suppress(ValueError):
            given = date.fromisoformat(given)
    if not isinstance(given, date) or isinstance(given, datetime):
        raise ValueError("must be a day such as 2026-01-27")
    return given


def plain_url(url: str) -> str:
    """An address without its fragment, which servers never see, its scheme and host in small letters: to find it again by."""
    parts = urlsplit(urldefrag(url).url)
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def _in_range(moment: datetime) -> datetime:
    # at the calendar's ends a conversion to another zone overflows
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("must lie between the years 1000 and 2200")
    return moment.astimezone(UTC)


def visible(text: str) -> str:
    """What can be seen of it: its characters without white space and those that take no ink."""
    return "".join(re.findall(VISIBLE, text))


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    if not re.search(VISIBLE, text):
        raise ValueError("must hold something that can be seen, not only characters of no width")
    return text


def _says_something(text: str) -> str:
    if len(visible(text)) < 2:
        raise ValueError("must say something that can be checked")
    return text


def _language_tag(tag: str) -> str:
    if not LANGUAGE_TAG.fullmatch(tag):
        raise ValueError("must be a language tag, such as en or pt-BR")
    return tag


def _not_blank(text: str) -> str:
    _not_empty(text.strip())
    return text


def _schema(most: int, **more: str | int) -> WithJsonSchema:
    """What is said of a text in the OpenAPI document: exactly what is accepted, so that a machine can tell beforehand."""
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": most} | more)


Line = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_clean),
    AfterValidator(_one_line),
    AfterValidator(_not_empty),
    _schema(300, pattern=NOT_BLANK),
]
ShortLine = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(_clean),
    AfterValidator(_one_line),
    AfterValidator(_not_empty),
    _schema(60, pattern=NOT_BLANK),
]
Text = Annotated[
    str,
    StringConstraints(max_length=10_000),
    AfterValidator(_clean),
    AfterValidator(_not_empty),
    _schema(10_000, pattern=NOT_BLANK),
]
Sentence = Annotated[Text, AfterValidator(_says_something), _schema(10_000, minLength=2, pattern=TWO_VISIBLE)]
LongText = Annotated[
    str,
    StringConstraints(max_length=50_000),
    AfterValidator(_clean),
    AfterValidator(_not_empty),
    _schema(50_000, pattern=NOT_BLANK),
]
Excerpt = Annotated[
    str,
    StringConstraints(max_length=10_000),
    AfterValidator(_exact),
    AfterValidator(_not_blank),
    _schema(10_000, pattern=NOT_BLANK),
]
Url = Annotated[
    str,
    StringConstraints(max_length=2_000),
    AfterValidator(_clean),
    AfterValidator(_web_address),
    _schema(2_000, pattern=WEB_ADDRESS),
]
PublicUrl = Annotated[Url, AfterValidator(_public_address)]
MailAddress = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_clean),
    AfterValidator(_mail_address),
    _schema(200, pattern=MAIL_ADDRESS),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_moment),
    AfterValidator(_in_range),
    WithJsonSchema({"type": "string", "pattern": MOMENT, "examples": ["2026-01-27T10:00:00Z"]}),
]
Day = Annotated[date, BeforeValidator(_written_day)]
Language = Annotated[
    str,
    StringConstraints(max_length=35),
    AfterValidator(_language_tag),
    WithJsonSchema(
        {"type": "string", "description": "A BCP 47 language tag, such as en or pt-BR.", "examples": ["en"]}
    ),
]
Country = Annotated[
    str,
    AfterValidator(_country),
    WithJsonSchema(
        {"type": "string", "description": "The two letters of ISO 3166-1.", "enum": list(COUNTRIES), "examples": ["DE"]}
    ),
]
