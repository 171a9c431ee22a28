"""Markdown that people wrote as HTML that can do nothing but be read.

CommonMark without raw HTML, then an allow-list. Links lead to where readers can go. Pictures become links: a reader's page asks
nobody else's server. Headings are moved below the page's own, without gaps, so that the page keeps one outline.
"""

from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from shared.inside import addresses_in, is_inside, without_addresses, without_host
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
BLOCKS_OF_CODE = ("fence", "code_block")
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
            _keep_to_readers(token.children or [])
        elif token.type in BLOCKS_OF_CODE:
            token.content = without_addresses(token.content)
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
        elif token.type in ("inline", *BLOCKS_OF_CODE):
            said = (
                _words_of(token.children or []) if token.type == "inline" else without_addresses(token.content.rstrip())
            )
            parts.append(mark + said)
            mark = ""
    return "\n\n".join(parts)


def _words_of(tokens: list[Token]) -> str:
    _keep_to_readers(tokens)
    said, led = "", ""
    for token in tokens:
        if token.type == "link_open" and not token.hidden:
            led = str(token.attrGet("href"))
        elif token.type == "link_close" and not token.hidden:
            said += "" if said.endswith(led) else f" ({led})"
        else:
            said += "\n" if token.type in ("softbreak", "hardbreak") else token.content
    return said


def addresses_inside(text: str) -> list[str]:
    """Every address in a Markdown text, of a link or written out, that leads inside a network of somebody's own, and that readers
    don't get."""
    env: dict[str, Any] = {}
    inline = [child for token in _parser.parse(text, env) for child in token.children or []]
    led = [str(one.attrGet("href")) for one in inline if one.type == "link_open"]
    led += [one["href"] for one in env.get("references", {}).values()]  # also of those that no link uses
    return list(dict.fromkeys([*filter(is_inside, led), *addresses_in(text)]))


def _keep_to_readers(tokens: list[Token]) -> None:
    """Leave the words of links that readers can't follow, and take out addresses that tell of what is inside."""
    hidden = ""  # where the link leads that is left out; no link holds another
    for token in tokens:
        if token.type == "link_open":
            led = str(token.attrGet("href"))
            hidden = led if is_inside(led) else ""
            token.hidden = bool(hidden)
            if title := token.attrGet("title"):
                token.attrSet("title", without_addresses(str(title)))
        elif token.type == "link_close":
            token.hidden, hidden = bool(hidden), ""
        elif hidden:
            token.content = without_host(token.content, hidden)
        else:
            token.content = without_addresses(token.content)


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
