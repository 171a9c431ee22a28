"""Feeds (Atom, RFC 4287)."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from services.publish import queries, rendering
from services.publish.rendering.readable import plain
from services.publish.schemas import CheckRow
from services.publish.service import reading
from shared.web import conditional

bp = Blueprint("feeds", __name__, url_prefix="/feeds")

ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # an empty feed has to say when it changed, and must not change by itself
NOTES = {"correction": "Correction", "clarification": "Clarification", "update": "Update", "retraction": "Retracted"}

ET.register_namespace("", ATOM)


@bp.get("/atom.xml")
def show_atom() -> ResponseReturnValue:
    """The checks that were published or changed last. An entry's id stays the same through all of its revisions."""
    with reading() as session:
        rows = queries.list_latest(session)
    body = ET.tostring(_feed(rows), encoding="utf-8", xml_declaration=True)
    return conditional(Response(body, content_type="application/atom+xml; charset=utf-8"), rendering.etag(body), 60)


def _feed(rows: list[CheckRow]) -> ET.Element:
    site = rendering.site()
    feed = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": site["language"]})
    _text(feed, "id", f"{site['url']}/feeds/atom.xml")
    _text(feed, "title", f"{site['name']}: fact-checks")
    _text(feed, "updated", _moment(max((row.updated_at for row in rows), default=NEVER)))
    _link(feed, "self", f"{site['url']}/feeds/atom.xml", "application/atom+xml")
    _link(feed, "alternate", f"{site['url']}/", "text/html")
    author = ET.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", site["name"])
    _text(author, "uri", f"{site['url']}/")
    for row in rows:
        feed.append(_entry(row, site))
    return feed


def _entry(row: CheckRow, site: dict[str, str]) -> ET.Element:
    entry = ET.Element(f"{{{ATOM}}}entry")
    note = NOTES.get(row.kind)
    _text(entry, "id", f"urn:uuid:{row.claim_id}")
    _text(entry, "title", f"Retracted: {row.headline}" if row.kind == "retraction" else row.headline)
    _text(entry, "updated", _moment(row.updated_at))
    _text(entry, "published", _moment(row.first_published_at))
    _link(entry, "alternate", f"{site['url']}/checks/{row.path}", "text/html")
    if row.kind != "retraction":
        ET.SubElement(
            entry, f"{{{ATOM}}}category",
            {"term": plain(row.rating_slug), "label": plain(row.rating_label), "scheme": f"{site['url']}/ratings/"},
        )  # fmt: skip
    told = [f"{note}: {row.change or 'no reason was given.'}"] if note else []
    told += [] if row.kind == "retraction" else [f"{row.rating_label}. {row.summary}"]
    told += [f"The claim: “{row.claim_text}”" + (f" ({row.claimant})" if row.claimant else "")]
    _text(entry, "summary", "\n\n".join(told))
    return entry


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = plain(text)


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": kind})


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06}Z"
