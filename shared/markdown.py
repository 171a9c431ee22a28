"""Markdown that people wrote as HTML that can do nothing but be read.

CommonMark without raw HTML, then an allow-list. Links lead to where readers can go. Pictures become links: a reader's page asks
nobody else's server. Headings are moved below the page's own, without gaps, so that the page keeps one outline.
"""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from shared.hostnames import is_private
from shared.readable import direction_of

ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title"},
    "blockquote": {"dir"},
    "br": set(),
    "code": set(),
    "em": set(),
    "h2": {"dir"},
    "h3": {"dir"},
    "h4": {"dir"},
    "h5": {"dir"},
    "h6": {"dir"},
    "hr": set(),
    "li": {"dir"},
    "ol": {"start", "dir"},
    "p": {"dir"},
    "pre": {"dir"},
    "strong": set(),
    "ul": {"dir"},
}
OPENING = {"paragraph_open", "heading_open"}
AROUND = {
    "bullet_list_open",
    "ordered_list_open",
    "list_item_open",
    "blockquote_open",
}  # browsers look past what is in these
FIRST_LEVEL = 3  # the sections of the page are h2

_parser = MarkdownIt("commonmark", {"html": False}).disable("image")


def to_html(text: str, first_level: int = FIRST_LEVEL) -> Markup:
    """Markdown as safe HTML; each part of it has its own direction. Its highest heading is of `first_level`."""
    tokens = _parser.parse(text)
    _lower_headings(tokens, first_level)
    for place, token in enumerate(tokens):
        if token.type in OPENING:
            token.attrSet("dir", "auto")
        elif token.type == "inline":
            _unlink(token.children or [])
        elif token.type in AROUND and (found := _direction_within(tokens[place:])):
            token.attrSet("dir", found)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return Markup(  # noqa: S704
        nh3.clean(
            html,
            tags=set(ALLOWED),
            attributes=ALLOWED,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener",
        )
    )


def to_text(text: str) -> str:
    """Markdown as it is read where there is no HTML: its words without the marks, a blank line between parts. A link has its
    address behind it, if readers can follow it."""
    parts, mark = [], ""
    for token in _parser.parse(text):
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "• "
        elif token.type in ("inline", "fence", "code_block"):
            said = _words_of(token.children or []) if token.type == "inline" else token.content.rstrip()
            parts.append(mark + said)
            mark = ""
    return "\n\n".join(parts)


def _words_of(tokens: list[Token]) -> str:
    _unlink(tokens)
    said, led = "", ""
    for token in tokens:
        if token.type == "link_open" and not token.hidden:
            led = str(token.attrGet("href"))
        elif token.type == "link_close" and not token.hidden:
            said += "" if said.endswith(led) else f" ({led})"
        else:
            said += "\n" if token.type in ("softbreak", "hardbreak") else token.content
    return said


def links_inside(text: str) -> list[str]:
    """Where the links of a Markdown text lead that readers can't follow, and of which they get the words alone."""
    inline = [child for token in _parser.parse(text) for child in token.children or []]
    led = [str(one.attrGet("href")) for one in inline if one.type == "link_open"]
    return list(dict.fromkeys(url for url in led if _leads_inside(url)))


def _unlink(tokens: list[Token]) -> None:
    """Leave the words of links to networks of somebody's own: readers can't follow them, and they tell of what is inside."""
    hidden = False  # no link holds another
    for token in tokens:
        if token.type == "link_open":
            hidden = _leads_inside(str(token.attrGet("href")))
        token.hidden = hidden and token.type in ("link_open", "link_close")


def _leads_inside(url: str) -> bool:
    try:
        return url.lower().startswith(("http:", "https:", "//")) and is_private(url)
    except ValueError:  # it is no address
        return True


def _direction_within(tokens: list[Token]) -> str | None:
    """That of the first text, which bullets, numbers and the line beside a quotation follow."""
    return next((direction_of(one.content) for one in tokens if one.type == "inline"), None)


def _lower_headings(tokens: list[Token], first_level: int) -> None:
    open_above: list[str] = []  # the headings, as they were written, that the present one stands under
    for token in tokens:
        if token.type == "heading_open":
            open_above = [tag for tag in open_above if tag < token.tag] + [token.tag]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(first_level + len(open_above) - 1, 6)}"
