"""Markdown that people wrote as HTML that can do nothing but be read.

CommonMark without raw HTML, then an allow-list. Pictures become links: a reader's page asks nobody else's server.
Headings are moved below the page's own, without gaps, so that the page keeps one outline.
"""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

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
    "ol": {"start"},
    "p": {"dir"},
    "pre": {"dir"},
    "strong": set(),
    "ul": set(),
}
OPENING = {"paragraph_open", "heading_open", "list_item_open", "blockquote_open"}
FIRST_LEVEL = 3  # the sections of the page are h2

_parser = MarkdownIt("commonmark", {"html": False}).disable("image")


def to_html(text: str, first_level: int = FIRST_LEVEL) -> Markup:
    """Markdown as safe HTML; each paragraph finds its own direction. Its highest heading is of `first_level`."""
    tokens = _parser.parse(text)
    _lower_headings(tokens, first_level)
    for token in tokens:
        if token.type in OPENING:
            token.attrSet("dir", "auto")
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


def _lower_headings(tokens: list[Token], first_level: int) -> None:
    open_above: list[str] = []  # the headings, as they were written, that the present one stands under
    for token in tokens:
        if token.type == "heading_open":
            open_above = [tag for tag in open_above if tag < token.tag] + [token.tag]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(first_level + len(open_above) - 1, 6)}"
