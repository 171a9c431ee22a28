"""IPTC ninjs 1.x, 2.x and 3.x: JSON. https://iptc.org/standards/ninjs/

The names changed their case with 3.0 and their shape with 2.0: `body_main` and `headline_main` became lists of objects. What is
read is what a desk needs; the whole item is kept as it came.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from services.intake.stories import item as fields
from services.intake.stories.item import Item
from services.intake.stories.markup import text_of_html
from shared.contracts import StoryStatus
from shared.errors import Invalid


class Part(NamedTuple):
    """A headline or body: what for, in which format, the words."""

    role: str
    kind: str
    words: str


def item_of(given: Mapping[str, Any]) -> Item:
    """Read an item. Raises Invalid for what can't be passed over: no `uri`, an unknown status, a time that is none."""
    found = {name.lower(): value for name, value in given.items()}
    uri = fields.name_of(found.get("uri"))
    return Item(
        format="ninjs",
        uri=uri,
        version=_version(found.get("version")),
        version_created_at=fields.needed_moment(found.get("versioncreated"), "versionCreated"),
        status=_status(given),
        headline=fields.line(_best(found, "headline")) or fields.line(found.get("title")),
        body=fields.text(_best(found, "body") or _best(found, "description")),
        language=fields.language_tag(found.get("language")),
        publisher=_publisher(found),
        byline=fields.line(found.get("byline") or found.get("by")),
        dateline=fields.line(found.get("located")),
        url=fields.web_address(_link(found) or uri),
        published_at=fields.moment(found.get("firstcreated")),
        embargoed_until=fields.needed_moment(found.get("embargoeduntil") or found.get("embargoed"), "embargoedUntil"),
        urgency=fields.urgency(found.get("urgency")),
        note=fields.line(found.get("ednote")),
        usage=fields.line(found.get("usageterms")),
        topics=list(_names(found, "subjects", "subject"))[:20],
    )


def _status(given: Mapping[str, Any]) -> StoryStatus:
    """What `pubStatus` says; usable if it is not there. Raises Invalid where it kills nothing and another field does, by its
    name or by what it says: a kill order that is mistyped would be read as a version that stands."""
    said = {name: fields.status(value, name) for name, value in given.items() if name.lower() == "pubstatus"}
    if len(set(said.values())) == 1 and "usable" not in said.values():
        return next(iter(said.values()))
    for name, value in given.items():
        if said.get(name, "usable") != "usable" or (name not in said and _kills(name, value)):
            raise Invalid.field(
                name, "says that the story does not stand; in ninjs pubStatus says so, and here it does not"
            )
    return "usable"


def _kills(name: str, value: Any) -> bool:
    """Whether a field that is not `pubStatus` means a kill order: `status` or `pubStaus` with `canceled`, `killed` with `true`."""
    if fields.is_almost_status(name) or "stat" in name.lower():
        return fields.withdraws(value)
    if isinstance(value, dict | list) or not fields.withdraws(name):
        return False
    is_denied = value.strip().lower() in NO if isinstance(value, str) else not value
    return not is_denied and fields.web_address(value) is None


NO = frozenset(("", "0", "false", "f", "no", "n", "none", "null"))  # in small letters


def _version(value: Any) -> str | None:
    return fields.line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _best(found: Mapping[str, Any], name: str) -> str:
    """The main one of the headlines, say; plain text before marked-up text, the longest first."""
    parts = [*_listed(found.get("bodies" if name == "body" else f"{name}s")), *_suffixed(found, name)]
    parts = [part for part in parts if part.words.strip()]
    if not parts:
        return ""
    best = max(parts, key=lambda part: (part.role in ("main", "", "text"), "html" not in part.kind, len(part.words)))
    marked = "html" in best.kind or "xml" in best.kind
    return text_of_html(best.words) if marked else best.words


def _listed(given: Any) -> Iterator[Part]:
    """2.x and 3.x: `bodies: [{role, contentType, value}]`."""
    for one in given if isinstance(given, list) else []:
        if isinstance(one, dict):
            part = {name.lower(): value for name, value in one.items()}
            if isinstance(part.get("value"), str):
                kind = str(part.get("contenttype") or "") or _guessed(part["value"])
                yield Part(str(part.get("role") or "").lower(), kind.lower(), part["value"])


def _suffixed(found: Mapping[str, Any], name: str) -> Iterator[Part]:
    """1.x: `body_main`, `body_richtext`, or plain `body`."""
    for key, value in found.items():
        stem, _, role = key.partition("_")
        if stem == name and isinstance(value, str):
            yield Part(role, _guessed(value), value)


def _guessed(words: str) -> str:
    return "text/html" if "</" in words or "<p>" in words or "<br" in words else "text/plain"


def _publisher(found: Mapping[str, Any]) -> str | None:
    sources = [*_names(found, "infosources", "infosource"), found.get("copyrightholder")]
    return next((name for one in sources if (name := fields.line(one))), None)


def _names(found: Mapping[str, Any], *keys: str) -> Iterator[str]:
    for key in keys:
        for one in found[key] if isinstance(found.get(key), list) else []:
            name = fields.line(one.get("name") if isinstance(one, dict) else one)
            if name:
                yield name


def _link(found: Mapping[str, Any]) -> Any:
    """Where readers find it: its `web` rendition's address, if it has one."""
    renditions = found.get("renditions")
    listed = renditions.values() if isinstance(renditions, dict) else renditions if isinstance(renditions, list) else []
    pages = [
        one.get("href") for one in listed
        if isinstance(one, dict) and "html" in str(one.get("contentType") or one.get("mimetype") or "")
    ]  # fmt: skip
    return pages[0] if pages else None
