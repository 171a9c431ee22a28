"""The ClaimReviews in a page: JSON-LD wherever it stands, and microdata, both as JSON-LD's objects."""

import json
import re
from typing import Any

from lxml import etree, html

from services.intake.parsing import MOST_REVIEWED, Unreadable
from services.intake.parsing.pages import charset_of
from shared.broken_json import words_of

DEEPEST = 30  # items within items
WRAPPED = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)?(.*?)(?:-->|//\s*\]\]>|\]\]>)?[\s;]*\Z", re.S)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
USUAL_CHARSET = "windows-1252"  # of pages that say nothing (WHATWG Encoding)
ADDRESSED = {"a": "href", "link": "href", "area": "href", "img": "src", "audio": "src", "video": "src", "source": "src",
             "iframe": "src", "embed": "src", "object": "data"}  # fmt: skip


def read(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """`documents`: the values of the page's scripts of JSON-LD, then its items of microdata; `broken`: which of its scripts,
    counted from 1, are no JSON though they should be, and why; `url`: the page's address as it says itself, or None.

    Raises Unreadable.
    """
    if len(body) > MOST_REVIEWED:
        raise Unreadable(f"It is larger than {MOST_REVIEWED:,} bytes.")
    page = _parsed(body, content_type)
    documents, broken = [], []
    for number, script in enumerate(page.iter("script"), 1):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        if kind != "application/ld+json":
            continue
        try:
            documents.append(_json(script.text or ""))
        except (ValueError, RecursionError) as error:
            broken.append({"number": number, "why": f"is not JSON: {words_of(error)}"})
    documents += [_item(one, 0) for one in page.iter() if _is_item(one) and one.get("itemprop") is None]
    return {"documents": documents, "broken": broken, "url": _own_address(page)}


def _parsed(body: bytes, content_type: str) -> Any:
    try:
        parser = html.HTMLParser(encoding=_charset(body, content_type))
    except LookupError:
        parser = html.HTMLParser(encoding=USUAL_CHARSET)
    try:
        return html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("It is not a page.") from error


def _charset(body: bytes, content_type: str) -> str:
    """What the server says counts most, then UTF-8 if it is that, then what the page says."""
    if charset := charset_of(content_type):
        return charset
    try:
        body.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        found = CHARSET.search(body, 0, 4_096)
        return found[1].decode() if found else USUAL_CHARSET


def _own_address(page: Any) -> str | None:
    for link in page.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return link.get("href") or None
    return None


def _json(text: str) -> Any:
    """As browsers find it: between comments, with line ends inside of texts."""
    found = WRAPPED.match(text)
    return json.loads(found[1] if found else text, strict=False, parse_constant=lambda _: None)


def _is_item(element: Any) -> bool:
    return isinstance(element.tag, str) and element.get("itemscope") is not None


def _item(element: Any, depth: int) -> dict[str, Any]:
    """An item of microdata. `itemref` is not followed."""
    item: dict[str, Any] = {}
    kinds = (element.get("itemtype") or "").split()
    if kinds:
        item["@type"] = kinds
    if element.get("itemid"):
        item["@id"] = element.get("itemid")
    _gather(element, item, depth)
    return item


def _gather(element: Any, item: dict[str, Any], depth: int) -> None:
    todo = list(reversed(element))
    while todo:
        child = todo.pop()
        if not isinstance(child.tag, str):
            continue  # a comment
        names = (child.get("itemprop") or "").split()
        if names and depth < DEEPEST:
            value = _item(child, depth + 1) if _is_item(child) else _value(child)
            for name in names:
                known = item.get(name)
                item[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
        if not _is_item(child):
            todo.extend(reversed(child))


def _value(element: Any) -> str:
    """What a property says (HTML, 5.2.4)."""
    for name in ("content", ADDRESSED.get(element.tag), "datetime" if element.tag == "time" else None):
        if name and element.get(name) is not None:
            return str(element.get(name))
    return " ".join("".join(element.itertext()).split())
