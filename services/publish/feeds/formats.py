"""A feed as Atom (RFC 4287), as RSS 2.0 and as JSON Feed 1.1."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from services.publish.feeds.items import Feed, Item

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"

ET.register_namespace("atom", ATOM)
ET.register_namespace("dc", DUBLIN_CORE)


def atom(feed: Feed) -> bytes:
    """As Atom."""
    ratings = feed.page.partition("/corrections")[0].rstrip("/") + "/ratings/"
    root = ET.Element("feed", {"xmlns": ATOM, LANG: feed.language})
    _put(root, "id", feed.address)
    _put(root, "title", feed.title)
    _put(root, "updated", moment(feed.updated))
    for rel, href, kind in (("self", feed.address, "application/atom+xml"), ("alternate", feed.page, "text/html")):
        ET.SubElement(root, "link", {"rel": rel, "href": href, "type": kind})
    if feed.hub:
        ET.SubElement(root, "link", {"rel": "hub", "href": feed.hub})
    author = ET.SubElement(root, "author")
    _put(author, "name", feed.publisher)
    _put(author, "uri", feed.page)
    for item in feed.items:
        root.append(_atom_entry(item, ratings))
    return _bytes(root)


def _atom_entry(item: Item, ratings: str) -> ET.Element:
    entry = ET.Element("entry", {LANG: item.language} if item.language else {})
    _put(entry, "id", item.id)
    _put(entry, "title", item.title)
    _put(entry, "updated", moment(item.updated))
    _put(entry, "published", moment(item.published))
    ET.SubElement(entry, "link", {"rel": "alternate", "href": item.url, "type": "text/html"})
    if item.rating:
        slug, label = item.rating
        ET.SubElement(entry, "category", {"term": slug, "label": label, "scheme": ratings})
    for topic in item.topics:
        ET.SubElement(entry, "category", {"term": topic, "label": topic})
    _put(entry, "summary", item.text)
    return entry


def rss(feed: Feed) -> bytes:
    """As RSS."""
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", feed.title)
    _put(channel, "link", feed.page)
    _put(channel, "description", feed.title)
    _put(channel, "language", feed.language)
    _put(channel, "lastBuildDate", format_datetime(feed.updated))
    ET.SubElement(
        channel, f"{{{ATOM}}}link", {"rel": "self", "href": feed.address, "type": "application/rss+xml"}
    )  # which readers need to find the feed again
    if feed.hub:
        ET.SubElement(channel, f"{{{ATOM}}}link", {"rel": "hub", "href": feed.hub})
    for item in feed.items:
        entry = ET.SubElement(channel, "item")
        _put(entry, "title", item.title)
        _put(entry, "link", item.url)
        ET.SubElement(entry, "guid", {"isPermaLink": "false"}).text = item.id
        _put(entry, "pubDate", format_datetime(item.published))
        _put(entry, f"{{{ATOM}}}updated", moment(item.updated))
        _put(entry, f"{{{DUBLIN_CORE}}}creator", feed.publisher)
        for category in (*item.rating[1:], *item.topics) if item.rating else item.topics:
            _put(entry, "category", category)
        _put(entry, "description", item.text)
    return _bytes(root)


def json_feed(feed: Feed, reviews: Mapping[str, str]) -> bytes:
    """As JSON Feed; `reviews` are the ClaimReviews that there are, as JSON by their pages' addresses."""
    found: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "authors": [{"name": feed.publisher, "url": feed.page}],
    }
    if feed.hub:
        found["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return json.dumps(
        found | {"items": [_json_item(item, reviews) for item in feed.items]}, ensure_ascii=False
    ).encode()


def _json_item(item: Item, reviews: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_text": item.text,
        "date_published": moment(item.published),
        "date_modified": moment(item.updated),
        "tags": [*(item.rating[1:] if item.rating else ()), *item.topics],
    }
    if item.language:
        found["language"] = item.language
    if review := reviews.get(item.url):
        found["_claimreview"] = json.loads(review)
    return found


def moment(at: datetime) -> str:
    """RFC 3339."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06}Z"


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _bytes(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
