"""IPTC NewsML-G2: a newsItem, or the text items of a newsMessage. https://iptc.org/standards/newsml-g2/

A document type or an entity is refused before anything is read: no news needs one, and they are how XML is turned against
its reader.
"""

import re
from typing import Any

from lxml import etree

from services.intake.stories import item as fields
from services.intake.stories.item import Item
from services.intake.stories.markup import local, text_of, text_of_html
from shared.errors import BadRequest, Invalid

MOST_ITEMS = 50  # of one message


def items_of(document: bytes) -> list[Item]:
    """Every text newsItem of a document. Raises BadRequest (not XML as we read it) or Invalid."""
    root = _parsed(document)
    items = [one for one in root.iter("{*}newsItem") if _has_text(one)]
    if not items:
        raise Invalid("The document holds no NewsML-G2 newsItem with text.")
    if len(items) > MOST_ITEMS:
        raise Invalid(f"The message holds more than {MOST_ITEMS} text items. Send it in parts.")
    sender = _text(root, "header/sender")
    return [_item(one, sender) for one in items]


def _parsed(document: bytes) -> Any:
    # an encoding with NULs in it hides letters from a search for bytes
    if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", document.replace(b"\x00", b""), re.IGNORECASE):
        raise BadRequest("The XML holds a document type or an entity. Send it without.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        place = getattr(error, "position", None)
        where = f" (line {place[0]}, column {place[1]})" if place and place[0] else ""
        raise BadRequest(f"The body is not well-formed XML{where}.") from None


def _has_text(item: Any) -> bool:
    kind = _coded(item, "itemMeta/itemClass").lower()
    return kind.endswith(("text", "composite")) or (not kind and bool(_body(item)))


def _item(one: Any, sender: str | None) -> Item:
    uri = fields.name_of(one.get("guid"))
    embargo = _text(one, "itemMeta/embargoed")
    return Item(
        format="newsml-g2",
        uri=uri,
        version=fields.line(one.get("version")),
        version_created_at=fields.needed_moment(_text(one, "itemMeta/versionCreated"), "itemMeta/versionCreated"),
        status=fields.status(_coded(one, "itemMeta/pubStatus"), "itemMeta/pubStatus"),
        headline=fields.line(_text(one, "contentMeta/headline") or _text(one, "itemMeta/title")),
        body=fields.text(_body(one) or _text(one, "contentMeta/description") or ""),
        language=fields.language_tag(_attribute(one, "contentMeta/language", "tag") or one.get(XML_LANG)),
        publisher=fields.line(_named(one, "contentMeta/infoSource") or _named(one, "itemMeta/provider") or sender),
        byline=fields.line(_text(one, "contentMeta/by")),
        dateline=fields.line(_text(one, "contentMeta/dateline") or _named(one, "contentMeta/located")),
        url=fields.web_address(_attribute(one, "itemMeta/link", "href") or uri),
        published_at=fields.moment(_text(one, "itemMeta/firstCreated") or _text(one, "contentMeta/contentCreated")),
        embargoed_until=fields.needed_moment(embargo, "itemMeta/embargoed"),
        urgency=fields.urgency(_text(one, "contentMeta/urgency")),
        note=fields.line(_text(one, "itemMeta/edNote")),
        usage=fields.line(_text(one, "rightsInfo/usageTerms")),
        topics=[name for subject in _all(one, "contentMeta/subject") if (name := fields.line(_name(subject)))][:20],
    )


XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _body(item: Any) -> str:
    """The longest of the texts that the item holds itself."""
    found = [text_of(_innermost(one)) for one in _all(item, "contentSet/inlineXML")]
    for one in _all(item, "contentSet/inlineData"):
        words = one.text or ""
        found.append(text_of_html(words) if "html" in (one.get("contenttype") or "") else words.strip())
    return max(found, key=len, default="")


def _innermost(inline: Any) -> Any:
    """The body of NITF or HTML in it, without its head."""
    bodies = [one for one in inline.iter() if local(one) == "body.content"]
    bodies = bodies or [one for one in inline.iter() if local(one) == "body"]
    return bodies[0] if bodies else inline


def _all(item: Any, path: str) -> list[Any]:
    found: list[Any] = item.findall("/".join(f"{{*}}{step}" for step in path.split("/")))
    return found


def _text(item: Any, path: str) -> str | None:
    """The words of the first such element that has any."""
    return next((words for one in _all(item, path) if (words := " ".join("".join(one.itertext()).split()))), None)


def _attribute(item: Any, path: str, name: str) -> str | None:
    return next((value for one in _all(item, path) if (value := one.get(name))), None)


def _coded(item: Any, path: str) -> str:
    return _attribute(item, path, "qcode") or _attribute(item, path, "uri") or ""


def _named(item: Any, path: str) -> str | None:
    return next((name for one in _all(item, path) if (name := _name(one))), None)


def _name(element: Any) -> str | None:
    """What a concept is called: its name, its literal, or the code's last part."""
    name = element.find("{*}name")
    words = "".join(name.itertext()).strip() if name is not None else ""
    return words or element.get("literal") or (element.get("qcode") or "").partition(":")[2] or None
