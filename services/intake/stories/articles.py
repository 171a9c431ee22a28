"""A story from a page: what `parsing.articles` found in it, or says nothing of."""

from collections.abc import Mapping
from typing import Any

from services.intake.stories import item as fields
from services.intake.stories.item import Item
from shared.errors import Invalid
from shared.fields import plain_url


def item_of(found: Mapping[str, Any], url: str | None = None, language: str | None = None) -> Item:
    """Read an article. Its name is its address. Raises Invalid for a page with no article in it, or without an address."""
    headline = fields.line(found.get("headline"))
    body = _paragraphs(fields.text(found.get("body")), headline)
    if not headline or not body:
        raise Invalid("The page holds no article: no headline with a text.")
    address = fields.web_address(found.get("url")) or url
    if address is None:
        raise Invalid("The page does not say its address: a canonical link, or the article's url.")
    modified = fields.moment(found.get("modified"))
    return Item(
        format="newsarticle",
        uri=plain_url(address),
        version_created_at=modified or fields.moment(found.get("published")),
        headline=headline,
        body=body,
        language=fields.language_tag(found.get("language")) or language,
        publisher=fields.line(found.get("publisher")),
        byline=fields.line(found.get("author")),
        dateline=fields.line(found.get("dateline")),
        url=address,
        published_at=fields.moment(found.get("published")),
        usage=fields.line(found.get("usage")),
    )


def _paragraphs(text: str, headline: str | None) -> str:
    """A line each in the page's text; the headline, which is often its first, is not part of the body."""
    lines = [line for line in text.split("\n") if line.strip()]
    return "\n\n".join(lines[1:] if lines and lines[0].strip() == headline else lines)
