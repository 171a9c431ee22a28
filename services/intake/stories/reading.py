"""A story in whatever format it comes: what it is, is told by its media type and, in JSON, by its fields."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.intake import parsing
from services.intake.parsing import Unreadable
from services.intake.parsing.words import bounded
from services.intake.schemas import ClaimIn, PlainStoryIn, WrappedStoryIn
from services.intake.stories import articles, newsml, ninjs
from services.intake.stories import item as fields
from services.intake.stories.item import Item, Read, read_item
from shared.checkable.headlines import split_headline
from shared.errors import BadRequest, Invalid, WrongMediaType
from shared.fields import plain_url
from shared.web import invalid

JSON, XML, HTML, TEXT = "application/json", "application/xml", "text/html", "text/plain"
PLAIN = frozenset(PlainStoryIn.model_fields)


class Sent(NamedTuple):
    """What a request holds: stories, the claims made from the first of them, whether it is a try; the address of a page that
    has to be fetched, where a story is nothing else."""

    stories: Sequence[Read]
    claims: Sequence[ClaimIn] = ()
    test: bool = False
    page: str | None = None


def read(body: bytes, mimetype: str, content_type: str, given: Any = None) -> Sent:
    """Read a request's body; `given` is what it holds, if it is JSON. Raises WrongMediaType, BadRequest or Invalid."""
    kind = kind_of(mimetype)
    if kind == JSON:
        return _read_json(given, body, content_type)
    if kind == XML:
        return Sent([read_item(one, body, content_type) for one in newsml.items_of(body)])
    if kind == HTML:
        return Sent([read_item(read_page(body, content_type), body, content_type)])
    return Sent([read_item(_typed(body), body, content_type)])


def kind_of(mimetype: str) -> str:
    """JSON, XML, HTML or TEXT. Raises WrongMediaType."""
    if mimetype == JSON or mimetype.endswith("+json"):
        return JSON
    if mimetype in (XML, "text/xml") or (mimetype.endswith("+xml") and mimetype != "application/xhtml+xml"):
        return XML
    if mimetype in (HTML, "application/xhtml+xml"):
        return HTML
    if mimetype == TEXT:
        return TEXT
    raise WrongMediaType(f"Send a story as {JSON} (ninjs, or plain fields), {XML} (NewsML-G2), {HTML} or {TEXT}.")


def read_page(body: bytes, content_type: str, url: str | None = None) -> Item:
    """The article in a page. Raises Invalid."""
    try:
        found = parsing.parse("article", body, url or "", content_type)
    except Unreadable as error:
        raise Invalid(f"The page can't be read: {error}") from None
    return articles.item_of(found, url)


def _read_json(given: Any, body: bytes, content_type: str) -> Sent:
    if not isinstance(given, dict):
        raise Invalid("A story is a JSON object.")
    claims: Sequence[ClaimIn] = ()
    test, where = False, ""
    if isinstance(given.get("item"), dict):
        wrapped = _valid(WrappedStoryIn, given)
        claims, test, where, given = wrapped.claims, wrapped.test, "item/", wrapped.item
        if claims:  # who sent them in, and why, is not kept with the story: it has to be forgotten where it is kept
            body = json.dumps(given, ensure_ascii=False).encode()
    if not _is_plain(given):
        return Sent([read_item(ninjs.item_of(given), body, content_type)], claims, test)
    plain = _valid(PlainStoryIn, given, where)
    if plain.url and not plain.body.strip() and plain.status == "usable":
        return Sent([], claims, test, page=plain.url)
    return Sent([read_item(_plain_item(plain), body, content_type)], claims, test)


def _is_plain(given: Mapping[str, Any]) -> bool:
    """ninjs has a `uri`, never a `body`, and says by `pubStatus` what is killed. What has no `uri`, or our own fields alone, is
    plain; so is what has our `status`: if another field is mistyped it is refused, rather than a kill order passed over."""
    has_our_status = "status" in given and not any(name.lower() == "pubstatus" for name in given)
    is_ours_alone = given.keys() <= PLAIN and ("body" in given or "url" in given)
    return "uri" not in given or has_our_status or is_ours_alone


def _plain_item(plain: PlainStoryIn) -> Item:
    body = fields.text(plain.body)
    if plain.status == "usable" and not (body and plain.headline):
        raise Invalid.field("headline" if body else "body", "is missing: a story has a headline and a body")
    if plain.status != "usable" and not (plain.uri or plain.url):
        raise Invalid.field("uri", "has to say which story is withdrawn or withheld; so can url")
    known = plain.model_dump(exclude={"uri", "body"})
    address = plain_url(plain.url) if plain.url else None
    return Item(**known, format="plain", body=body, uri=plain.uri or address or _name_by_words(plain.headline, body))


def _typed(body: bytes) -> Item:
    """Plain text: the first line is the headline, what follows the body; a first line that is a sentence belongs to the body."""
    try:
        words = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8 text.") from error
    headline, rest = split_headline(words, None)
    head, text = bounded(headline, 300, lines=False), fields.text(rest)
    if not head or not text:
        raise Invalid("A story as text has its headline on the first line, and below it its body.")
    return Item(format="text", headline=head, body=text, uri=_name_by_words(head, text))


def _name_by_words(headline: str | None, body: str) -> str:
    """A name for a story that has none: the same words are the same story."""
    return "urn:sha256:" + sha256(" ".join(f"{headline or ''} {body}".split()).casefold().encode()).hexdigest()


def _valid(schema: Any, given: Any, where: str = "") -> Any:
    try:
        return schema.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as error:
        problem = invalid(error)
        for one in problem.members.get("errors", []):
            one["pointer"] = one["pointer"].replace("#/", f"#/{where}", 1)
        raise problem from error
