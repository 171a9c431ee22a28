"""The text of marked-up text: paragraphs, apart by empty lines. lxml reads it without network, entities and huge trees."""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

BLOCKS = frozenset(
    {
        "p", "div", "section", "article", "h1", "h2", "h3", "h4",
        "h5", "h6", "hl1", "hl2", "li", "ul", "ol", "dl",
        "dt", "dd", "blockquote", "pre", "table", "tr", "td", "th",
        "figure", "figcaption", "body", "br", "hr", "block", "body.content", "body.head",
        "media", "caption",
    }
)  # fmt: skip
PASSED_OVER = frozenset(
    {
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "iframe",
        "svg",
        "media",
        "figure",
    }
)


def text_of_html(markup: str) -> str:
    """The paragraphs of HTML, whatever its faults."""
    if not markup.strip():
        return ""
    parser = HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        return text_of(document_fromstring(markup.encode("utf-8", "ignore"), parser=parser))
    except etree.ParserError:  # nothing in it
        return ""


def text_of(root: Any) -> str:
    """The paragraphs of an element."""
    paragraphs = "".join(_pieces(root)).split("\x00")
    return "\n\n".join(words for one in paragraphs if (words := " ".join(one.split())))


def _pieces(root: Any) -> Iterator[str]:
    """The text in order, with a NUL, which no markup can hold, at the edges of blocks."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = local(element)
        if event == "start":
            silent += name in PASSED_OVER
            if not silent:
                yield "\x00" if name in BLOCKS else ""
                yield element.text or ""
        else:
            if event == "end":
                silent -= name in PASSED_OVER
                yield "\x00" if name in BLOCKS and not silent else ""
            if not silent and element is not root:
                yield element.tail or ""


def local(element: Any) -> str:
    """An element's name without its namespace, in small letters; empty for what is none."""
    return str(etree.QName(element).localname).lower() if isinstance(element.tag, str) else ""
