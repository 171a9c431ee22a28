"""Forms of the case page read as what the acts take, and records written as their forms' fields.

A field's name is its place in the act's JSON, with dots: `speaker.name`. Some are written as people write them: a statement's
way as `Reuters < Financial Times`, a day without an hour, a time in the zone of whoever wrote it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import request
from pydantic import BaseModel

from services.review.schemas import PlanIn, RequestOut, StatementOut, UrgedOut
from shared.contracts import ClaimRecord, Hop, Statement
from shared.errors import BadRequest, Invalid
from shared.faults import MISSING, NO_MOMENT
from shared.web import OF_EVERY_FORM, validated

M = TypeVar("M", bound=BaseModel)

NOT_FOR_ACTS = OF_EVERY_FORM | {"seen", "zone", "draft", "file", "file_name"}
# What a form of the case page is about, if there are several of the kind on it.
ABOUT = (
    "reply_to",
    "note_id",
    "evidence_id",
    "statement_id",
    "request_id",
    "question_id",
    "item_id",
    "alarm_id",
    "urge_id",
    "match_id",
)
ITEM = re.compile(r'[^\S\n]*"((?:[^"\n]|"")+)"[^\S\n]*(?=[,\n]|\Z)|([^,\n]+)')
ABOUT_ONE = re.compile(r"(?P<field>[a-z_]+): (?P<words>.+)", re.DOTALL)
TOO_LONG = re.compile(r"must have at most ([\d,]+) characters")  # as `shared.faults` says it
WAS = "_was"  # a day's field has another beside it: the moment that stood there, whose hour the day alone would lose
MOMENTS = frozenset(
    {
        "until", "asked_at", "answered_at", "deadline", "at", "due_at", "replied_at", "as_of", "valid_until", "recheck_at",
        "published_at",
    }
)  # fmt: skip
DAYS = frozenset({"said_at", "claimed_at"})
WHO = "who"  # whoever said something, in one line
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNTS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(NUMBERS, 1)}
GROUP = re.compile(rf"(?P<count>\d{{1,6}}|some|several|unnamed|{'|'.join(COUNTS)})\s+(?P<described_as>.+)", re.I)
RELATION = re.compile(r"(?P<name>.*\S)\s+\((?P<relation>[^()]+)\)")


def listed(text: str) -> list[str]:
    """What stands in a field with commas or lines between. Each may be of several words, as a tag such as "public health"; what has
    a comma of its own stands between quotation marks, as `in_a_line` writes it."""
    parts = [quoted.replace('""', '"') if quoted else bare for quoted, bare in ITEM.findall(text)]
    return [one for part in parts if (one := " ".join(part.split()))]


def in_a_line(parts: Iterable[str]) -> str:
    """A list as its field has it."""
    return ", ".join('"' + one.replace('"', '""') + '"' if "," in one or one.startswith('"') else one for one in parts)


def read_act(schema: type[M], also: Mapping[str, str]) -> M:
    """The request's form, and what else is given, as what an act takes. Fields left empty count as not given. Raises Invalid."""
    given: dict[str, Any] = {name: value for name, value in also.items() if name not in NOT_FOR_ACTS}
    for name, value in request.form.items():
        if name in NOT_FOR_ACTS or name in also or name.endswith(WAS) or not value.strip():
            continue
        place, written = who_said(value) if name == WHO else (name, _written(name, value))
        _put(given, place.split("."), written)
    return validated(schema, given)


def who_said(line: str) -> tuple[str, dict[str, Any]]:
    """Somebody in one line, as the field and what it holds: a name, and behind commas a title and an organisation; or a group
    without names, which begins with how many they are: `8 people familiar with the talks`, `a senior official`."""
    line = " ".join(line.split())
    if (group := GROUP.fullmatch(line)) and not _is_name(line):
        count = group["count"].lower()
        number = int(count) if count.isdecimal() else COUNTS.get(count)
        described = line if count in ("some", "several") else group["described_as"]
        return "unnamed", {"described_as": described} | ({"count": number} if number else {})
    name, *rest = (part.strip() for part in line.split(","))
    found = {"name": name, "title": ", ".join(rest[:-1]) or (rest[0] if rest else "")}
    if len(rest) > 1:
        found["organization"] = rest[-1]
    return "speaker", {field: value for field, value in found.items() if value}


def who_in_words(said: Statement) -> str:
    """Whoever said it in one line that `who_said` reads as the same. Empty where there is none, as with a comma in a name."""
    if said.speaker:
        meant: dict[str, Any] = said.speaker.model_dump(include={"name", "title", "organization"}, exclude_none=True)
        line = ", ".join(meant.values())
    elif said.unnamed:
        meant = said.unnamed.model_dump(include={"described_as", "count"}, exclude_none=True)
        line = f"{meant['count']} {meant['described_as']}" if "count" in meant else meant["described_as"]
    else:
        return ""
    return line if who_said(line)[1] == meant else ""


def _is_name(line: str) -> bool:
    """Whether what begins like a group has a name's capital letters, and behind a comma what somebody is: `A Day, mayor`."""
    name, comma, _ = line.partition(",")
    return bool(comma) and all(word[0].isupper() for word in name.split())


def what_about() -> str:
    """The note, statement or other entry that the form which was sent is about; empty if there is one form of its kind."""
    return next((request.form[field] for field in ABOUT if request.form.get(field)), "")


def form_name(act: str) -> str:
    """The name of the form that was sent, as the page has it: the act, and what it is about."""
    return f"{act}-{what_about()}".rstrip("-")


def typed_fields() -> dict[str, str]:
    """What stands in the fields of the form that was sent, but for what the page put there itself."""
    left_out = NOT_FOR_ACTS - {"file_name"}
    given = {name: value for name, value in request.form.items() if name not in left_out and name not in ABOUT}
    return {name: _shown_in_utc(name, value) for name, value in given.items()}


def fields_of(found: StatementOut | RequestOut | UrgedOut | ClaimRecord | PlanIn) -> dict[str, str]:
    """A record as the fields of its form."""
    fields: dict[str, str] = {}
    _flatten(fields, "", found.model_dump(exclude={"also", "statements", "requests_for_comment", "submissions"}))
    if isinstance(found, StatementOut):
        fields["via"] = way_in_words(found.via)
    return fields


def way_in_words(hops: tuple[Hop, ...]) -> str:
    """`Reuters (cites) < Financial Times`"""
    return " < ".join(f"{hop.name} ({hop.relation})" if hop.relation else hop.name for hop in hops)


def field_of(pointer: str) -> str:
    """The form's field that a problem's JSON pointer speaks of."""
    path = pointer.removeprefix("#").removeprefix("/").replace("/", ".")
    if path.startswith(("speaker", "unnamed")) and request.form.get(WHO):
        return WHO
    return "via" if path.startswith("via.") else path or "form"


def wrong_with(error: Mapping[str, str]) -> tuple[str, str]:
    """The field that one error of a problem is about, and what is wrong with it, as it stands beside it. What depends on several
    fields says with a colon which of them is to be mended."""
    if not error["pointer"].strip("#/") and (about := ABOUT_ONE.fullmatch(error["detail"])):
        return about["field"], for_people(about["words"])
    return field_of(error["pointer"]), for_people(error["detail"])


def for_people(detail: str) -> str:
    """What is wrong with a field, as it stands beside it."""
    if detail == NO_MOMENT:
        return "This is no day or time that there is."
    if too_long := TOO_LONG.fullmatch(detail):
        return f"This is too long: it may have {too_long[1]} letters."
    return {MISSING: "Please fill this in."}.get(detail, detail[:1].upper() + detail[1:])


def version_seen() -> int:
    """The version of what the form is about, as it was when the page was made. Raises BadRequest."""
    given = request.form.get("seen", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise BadRequest("The form lacks the version of what it is about. Open the page again.")
    return int(given)


def _put(given: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a field at its place. Raises Invalid if a form that is not the page's own has one field both whole and in parts."""
    for part in path[:-1]:
        given = given.setdefault(part, {})
        if not isinstance(given, dict):
            raise Invalid.field(part, "was sent both whole and in parts")
    given[path[-1]] = value


def _written(name: str, value: str) -> Any:
    """A field as the schema reads it. What can't be read goes through, for the schema to say so."""
    if name == "via":
        return [_hop(part.strip()) for part in re.split("[<←;]", value) if part.strip()]
    if name == "claims":
        return [one.strip() for one in value.splitlines() if one.strip()]
    if name == "tags":
        return listed(value)
    if name == "also":
        return [_also(one) for one in request.form.getlist("also") if one]
    if name in DAYS and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        was = request.form.get(name + WAS, "")
        return was if was.startswith(value) else f"{value}T00:00:00Z"
    if name in MOMENTS and re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?", value):
        return _in_utc(name, value)
    return value


def _in_utc(name: str, value: str) -> str:
    """A time as the browser writes it, from the zone of whoever sits before it."""
    try:
        zone = ZoneInfo(request.form.get("zone") or "UTC")
        return datetime.fromisoformat(value).replace(tzinfo=zone).astimezone(UTC).isoformat()
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        raise Invalid.field(name, "has to be a time such as 2026-01-27T14:05, in a zone that is known") from None


def _shown_in_utc(name: str, value: str) -> str:
    """What stands in a field as the page is made with it: times in UTC, which the browser shows in its own zone. A time that is not
    whole yet stays as it is."""
    if name not in MOMENTS:
        return value
    try:
        return f"{datetime.fromisoformat(_in_utc(name, value)):%Y-%m-%dT%H:%M}"
    except Invalid:
        return value


def _hop(written: str) -> dict[str, str]:
    found = RELATION.fullmatch(written)
    return found.groupdict() if found else {"name": written}


def _also(written: str) -> dict[str, str]:
    stance, _, case_id = written.partition(" ")
    return {"case_id": case_id, "stance": stance}


def _flatten(fields: dict[str, str], prefix: str, found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        if isinstance(value, Mapping):
            _flatten(fields, f"{prefix}{name}.", value)
        elif isinstance(value, datetime) and name in DAYS:
            fields[prefix + name] = f"{value:%Y-%m-%d}"
            fields[prefix + name + WAS] = value.isoformat()
        elif isinstance(value, datetime | date):
            fields[prefix + name] = f"{value:%Y-%m-%dT%H:%M}"
        elif value is not None and not isinstance(value, list | tuple):
            fields[prefix + name] = str(value)
