"""IPTC NewsML-G2: a newsItem, the items of a newsMessage, or a packageItem. https://iptc.org/standards/newsml-g2/

Whatever says something is read: text, the caption of a picture, the script of a video, what a package says of the items in it.
What no story can be (vocabularies, plans, parts of an item) is refused by its own name.

A document type or an entity is refused before anything is read: no news needs one, and they are how XML is turned against
its reader.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from services.intake.stories import item as fields
from services.intake.stories.item import Item
from services.intake.stories.markup import local, text_of, text_of_html
from shared.contracts import StoryStatus
from shared.errors import BadRequest, Invalid

MOST_ITEMS = 50  # of one message


def items_of(document: bytes) -> list[Item]:
    """Every item of a document that says something, texts before pictures; else its packages. Raises BadRequest (not XML as we
    read it) or Invalid."""
    root = _parsed(document)
    items = sorted(filter(_says_something, root.iter("{*}newsItem")), key=_is_no_text)
    items = items or list(filter(_says_something, root.iter("{*}packageItem")))
    if not items:
        raise Invalid(_why_none(root))
    if len(items) > MOST_ITEMS:
        raise Invalid(f"The message holds more than {MOST_ITEMS} items with text. Send it in parts.")
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


def _says_something(item: Any) -> bool:
    """Whether it has words, or withdraws what had."""
    return _status(item) != "usable" or bool(_headline(item) or _words(item))


def _status(item: Any) -> StoryStatus:
    """What `itemMeta/pubStatus` says; usable if it is not there. Raises Invalid where it says nothing, or two things, or something
    in almost its place says that the story does not stand: a kill order that is mistyped would be read as a version that stands."""
    stated = _all(item, "itemMeta/pubStatus")
    said = {fields.status(one.get("qcode") or one.get("uri"), "itemMeta/pubStatus") for one in stated}
    if len(said) > 1:
        raise Invalid.field("itemMeta/pubStatus", "stands there twice, and says two things")
    status: StoryStatus = next(iter(said), "usable")
    for one in _about(item) if status == "usable" else ():
        if one not in stated and _may_withdraw(one):
            raise Invalid.field(
                etree.QName(one).localname,
                "may withdraw the story; in NewsML-G2 itemMeta/pubStatus does, by a qcode or uri",
            )
    return status


def _may_withdraw(one: Any) -> bool:
    """Whether an element that is not `pubStatus` means a kill order: `pubstatus` with anything but usable, a signal that kills."""
    values = [*one.attrib.values(), one.text]
    if fields.is_almost_status(local(one)):
        return not any(fields.is_usable(value) for value in values)
    return fields.withdraws(local(one)) or (local(one) == "signal" and any(map(fields.withdraws, values)))


def _about(item: Any) -> Iterator[Any]:
    """What is said of an item, not of others that it names, nor in its text."""
    for one in item.iterchildren():
        yield one
        yield from one.iterchildren()


def _is_no_text(item: Any) -> bool:
    kind = _coded(item, "itemMeta/itemClass").lower()
    return bool(kind) and not kind.endswith(("text", "composite"))


NO_STORY = {
    "planningItem": "says what is going to be covered. Send the newsItem once there is one",
    "conceptItem": "describes a person, a place, an event or a term. It is no story",
    "knowledgeItem": "is a vocabulary. It is no story",
    "catalogItem": "says where vocabularies are. It is no story",
}
PARTS = frozenset({"contentset", "contentmeta", "itemmeta", "groupset", "itemset", "inlinexml", "inlinedata", "nitf"})


def _why_none(root: Any) -> str:
    """What a document without a story is, so that its sender knows what to send instead."""
    kinds = [kind for kind in NO_STORY if next(root.iter(f"{{*}}{kind}"), None) is not None]
    found = next(root.iter("{*}newsItem"), None)
    if found is not None:
        kind = _coded(found, "itemMeta/itemClass").rpartition(":")[2].rpartition("/")[2] or "no class"
        return f"The newsItem ({kind}) holds no NewsML-G2 headline, text, caption or description: there is nothing to read in it."
    if next(root.iter("{*}packageItem"), None) is not None:
        return "The packageItem says nothing of the items in it: no NewsML-G2 headline, title or description. Send the items."
    if kinds:
        return f"A NewsML-G2 {kinds[0]} {NO_STORY[kinds[0]]}."
    if local(root) == "newsml":
        return "The document is NewsML 1.x. Send the story as NewsML-G2 (a newsItem) or ninjs."
    if local(root) in PARTS:
        name = etree.QName(root).localname
        return f"The document is a part of a story ({name}), and no NewsML-G2 newsItem. Send the whole newsItem, with its guid."
    return "The document holds no NewsML-G2 newsItem with text."


def _item(one: Any, sender: str | None) -> Item:
    uri = fields.name_of(one.get("guid"))
    embargo = _text(one, "itemMeta/embargoed")
    return Item(
        format="newsml-g2",
        uri=uri,
        version=fields.line(one.get("version")),
        version_created_at=fields.needed_moment(_text(one, "itemMeta/versionCreated"), "itemMeta/versionCreated"),
        status=_status(one),
        headline=fields.line(_headline(one) or _text(one, "itemMeta/title")),
        body=fields.text(_words(one)),
        language=fields.language_tag(_attribute(one, "contentMeta/language", "tag") or one.get(XML_LANG)),
        publisher=fields.line(_publisher(one) or sender),
        byline=fields.line(_text(one, "contentMeta/by") or _marked(one, "byline")),
        dateline=fields.line(
            _text(one, "contentMeta/dateline") or _marked(one, "dateline") or _named(one, "contentMeta/located")
        ),
        url=fields.web_address(_own_page(one) or uri),
        published_at=fields.moment(_text(one, "itemMeta/firstCreated") or _text(one, "contentMeta/contentCreated")),
        embargoed_until=fields.needed_moment(embargo, "itemMeta/embargoed"),
        urgency=fields.urgency(_text(one, "contentMeta/urgency")),
        note=fields.line(_text(one, "itemMeta/edNote")),
        usage=fields.line(_text(one, "rightsInfo/usageTerms")),
        topics=[name for subject in _all(one, "contentMeta/subject") if (name := fields.line(_topic(subject)))][:20],
    )


XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _headline(item: Any) -> str | None:
    return _text(item, "contentMeta/headline") or _marked(item, "hl1")


def _words(item: Any) -> str:
    """Its text; what is said of it, where it is a picture, a video or lies elsewhere; what a package says of the items in it."""
    described = _all(item, "contentMeta/description") or _all(item, "partMeta/description")
    return _body(item) or _paragraphs(described) or _paragraphs(_listed(item))


def _listed(package: Any) -> list[Any]:
    refs = package.iterfind("{*}groupSet/{*}group/{*}itemRef")
    return [one for ref in refs for one in ref if local(one) in ("headline", "title", "description")]


def _paragraphs(elements: list[Any]) -> str:
    """Their words, each once."""
    return "\n\n".join(dict.fromkeys(words for one in elements if (words := text_of(one))))


def _body(item: Any) -> str:
    """The longest of the texts that the item holds itself."""
    found = [_written(one) for one in _all(item, "contentSet/inlineXML")]
    for one in _all(item, "contentSet/inlineData"):
        words = one.text or ""
        found.append(text_of_html(words) if "html" in (one.get("contenttype") or "") else words.strip())
    return max(found, key=len, default="")


# Vocabularies of data: what is not prose in them is names, times and numbers.
FIGURES = frozenset({"sports-content", "events"})


def _written(inline: Any) -> str:
    """The body of NITF or HTML in it, without its head."""
    for name in ("body.content", "body"):
        for one in inline.iter():
            if local(one) == name:
                return text_of(one)
    if any(local(one) in FIGURES for one in inline):
        return _paragraphs([one for one in inline.iter() if local(one) in ("p", "definition", "note")])
    return text_of(inline)


def _marked(item: Any, name: str) -> str | None:
    """The words of the first such element of the text that the item holds."""
    found = (one for inline in _all(item, "contentSet/inlineXML") for one in inline.iter() if local(one) == name)
    return next((words for one in found if (words := " ".join("".join(one.itertext()).split()))), None)


def _publisher(item: Any) -> str | None:
    """By name or code; where neither is given, by the site that its URI is on."""
    paths = ("contentMeta/infoSource", "itemMeta/provider")
    names = [_named(item, path) for path in paths]
    sites = [urlsplit(uri).hostname for path in paths if (uri := _attribute(item, path, "uri"))]
    return next(filter(None, [*names, *(site.removeprefix("www.") for site in sites if site)]), None)


def _own_page(item: Any) -> str | None:
    """Where readers find this item, rather than another that it is related to."""
    links = [one for one in _all(item, "itemMeta/link") if (one.get("rel") or "").rpartition(":")[2].lower() in OWN]
    return next((one.get("href") for one in links if one.get("href")), None)


OWN = frozenset({"", "web", "self", "alternate", "canonical"})


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


def _topic(subject: Any) -> str | None:
    """What it is called; a bare number in somebody's vocabulary says nothing."""
    concept = subject.find("{*}mainConcept")
    name = _name(subject if concept is None else concept)
    return None if name and name.isdecimal() else name


def _named(item: Any, path: str) -> str | None:
    return next((name for one in _all(item, path) if (name := _name(one))), None)


def _name(element: Any) -> str | None:
    """What a concept is called: its name, its literal, or the code's last part."""
    name = element.find("{*}name")
    words = "".join(name.itertext()).strip() if name is not None else ""
    return words or element.get("literal") or (element.get("qcode") or "").partition(":")[2] or None
