"""The article in a page: what it says of itself in JSON-LD (schema.org NewsArticle), the rest as `pages` reads it."""

import json
from collections.abc import Iterator
from typing import Any

from lxml.html import document_fromstring

from services.intake.parsing import pages
from services.intake.parsing.words import bounded

ARTICLES = frozenset(
    {
        "NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle",
        "BackgroundNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle", "BlogPosting",
        "LiveBlogPosting", "Report", "AskPublicNewsArticle",
    }
)  # fmt: skip
MOST_NODES = 10_000
LONGEST = 200_000


def read(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """The names are those that `stories.articles` reads; what is not said is None."""
    said = pages.read(body, url, content_type)
    page = document_fromstring(body[: pages.MOST_BYTES])
    node = next(_articles(page), {})
    canonical = page.xpath("string(//link[@rel='canonical']/@href)")
    return {
        "headline": _words(node.get("headline") or node.get("name")) or said.get("title"),
        "body": bounded(_first_text(node.get("articleBody")), LONGEST) or said.get("text"),
        "url": _address(node) or canonical or None,
        "publisher": _name(node.get("publisher")) or said.get("publisher"),
        "author": _name(node.get("author")) or said.get("author"),
        "published": _words(node.get("datePublished")) or said.get("published_on"),
        "modified": _words(node.get("dateModified")),
        "dateline": _words(node.get("dateline")) or _name(node.get("locationCreated")),
        "language": _name(node.get("inLanguage")) or page.get("lang"),
        "usage": _words(node.get("usageInfo") or node.get("copyrightNotice")),
    }


def _articles(page: Any) -> Iterator[dict[str, Any]]:
    """The articles in the page's JSON-LD, in whatever it wraps them."""
    for script in page.xpath("//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text or "")]
        except ValueError:
            continue
        for _ in range(MOST_NODES):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                if ARTICLES & {str(kind) for kind in _listed(node.get("@type"))}:
                    yield node
                waiting += _listed(node.get("@graph")) + _listed(node.get("mainEntity"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _address(node: dict[str, Any]) -> str | None:
    page = node.get("mainEntityOfPage")
    return (
        _words(node.get("url"))
        or _words(page.get("@id") if isinstance(page, dict) else page)
        or _words(node.get("@id"))
    )


def _name(value: Any) -> str | None:
    """The first one's name, of a thing, a list of things, or words."""
    first = next(iter(_listed(value)), None)
    return _words(first.get("name") or first.get("alternateName") if isinstance(first, dict) else first)


def _words(value: Any) -> str | None:
    first = next(iter(_listed(value)), None)
    return bounded(first, 2_000, lines=False) if isinstance(first, str) else None


def _first_text(value: Any) -> str | None:
    first = next(iter(_listed(value)), None)
    return first if isinstance(first, str) else None
