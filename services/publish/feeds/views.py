"""The feeds' addresses."""

from collections.abc import Callable
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pydantic import StringConstraints

from services.publish import queries, rendering
from services.publish.feeds.datafeed import data_feed, lines
from services.publish.feeds.formats import atom, json_feed, rss
from services.publish.feeds.items import Feed, checks_feed, corrections_feed
from services.publish.rendering.links import slug_of
from services.publish.schemas import FacetKind
from services.publish.service import reading
from shared.fields import LANGUAGE_TAG, Language
from shared.openapi import IF_NONE_MATCH, Parameter, operation
from shared.parameters import parameter
from shared.web import conditional, etag_of, readable_anywhere

bp = Blueprint("feeds", __name__, url_prefix="/feeds")
bp.after_request(readable_anywhere)

MAX_AGE = 60  # seconds
FILTERS: dict[str, FacetKind] = {"topic": "topic", "rating": "rating", "lang": "language"}
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
QUERY = {
    "topic": Parameter("Only what is about this topic.", {"type": "string", "minLength": 1, "maxLength": 200}),
    "rating": Parameter("Only what has this rating, such as `mostly-false`.", {"type": "string", "minLength": 1, "maxLength": 200}),
    "lang": Parameter("Only what is in this language, such as `pt` or `pt-BR`.", {"type": "string", "maxLength": 35,
                      "pattern": f"^{LANGUAGE_TAG.pattern}$"}),
}  # fmt: skip


class Format(NamedTuple):
    """How a feed is written, and what that is called."""

    write: Callable[[Feed], bytes]
    kind: str


LIST_OF_OBJECTS = {"type": "array", "items": {"type": "object"}}
ATOM = Format(atom, "application/atom+xml")
RSS = Format(rss, "application/rss+xml")
AS_TEXT = {200: {"type": "string"}, 304: None}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {"version": {"type": "string"}, "title": {"type": "string"}, "items": LIST_OF_OBJECTS},
}
DATA_FEED = {
    "type": "object",
    "required": ["@context", "@type", "dataFeedElement"],
    "properties": {"@type": {"const": "DataFeed"}, "dataFeedElement": LIST_OF_OBJECTS},
}


@bp.get("/atom.xml")
@operation(AS_TEXT, gives=ATOM.kind, query=QUERY, headers=IF_NONE_MATCH, secured=False)
def show_atom() -> ResponseReturnValue:
    """What was published or changed last, as Atom.

    The newest fifty. An entry keeps its id through all revisions; corrections and retractions say so. Conditional requests cost
    nothing.
    """
    return _answer(_checks_feed("atom.xml"), ATOM)


@bp.get("/rss.xml")
@operation(AS_TEXT, gives=RSS.kind, query=QUERY, headers=IF_NONE_MATCH, secured=False)
def show_rss() -> ResponseReturnValue:
    """The same as RSS 2.0."""
    return _answer(_checks_feed("rss.xml"), RSS)


@bp.get("/feed.json")
@operation(
    {200: JSON_FEED, 304: None}, gives="application/feed+json", query=QUERY, headers=IF_NONE_MATCH, secured=False
)
def show_json_feed() -> ResponseReturnValue:
    """The same as JSON Feed 1.1, each item with its ClaimReview as `_claimreview`."""
    feed = _checks_feed("feed.json")
    with reading() as session:
        reviews = queries.review_nodes_at(session, [item.url.partition("/checks/")[2] for item in feed.items])
    by_url = {f"{rendering.site()['url']}/checks/{path}": node for path, node in reviews.items()}
    return _answer(feed, Format(lambda one: json_feed(one, by_url), "application/feed+json"))


@bp.get("/corrections.xml")
@operation(AS_TEXT, gives=ATOM.kind, headers=IF_NONE_MATCH, secured=False)
def show_corrections() -> ResponseReturnValue:
    """Corrections, clarifications, updates and retractions, as Atom."""
    with reading() as session:
        rows, _ = queries.list_corrections(session, 1)
    return _answer(corrections_feed(rows), ATOM)


@bp.get("/claimreview.json")
@operation({200: DATA_FEED, 304: None}, headers=IF_NONE_MATCH, secured=False)
def show_claim_reviews() -> ResponseReturnValue:
    """Every ClaimReview, as a DataFeed of schema.org.

    All of them, in the order of first publication. What was retracted stands there with `item` null.
    """
    return _stream(data_feed, "application/json")


@bp.get("/claimreview.jsonl")
@operation({200: {"type": "object"}, 304: None}, gives="application/x-ndjson", headers=IF_NONE_MATCH, secured=False)
def show_claim_review_lines() -> ResponseReturnValue:
    """Every ClaimReview, one a line."""
    return _stream(lines, "application/x-ndjson")


def _checks_feed(name: str) -> Feed:
    """The feed of what is asked for. Other parameters change nothing, and no address in the feed repeats them."""
    asked = {given: str(value) for given in FILTERS if (value := _asked(given))}
    under = {FILTERS[given]: value.lower() if given == "lang" else slug_of(value) for given, value in asked.items()}
    with reading() as session:
        rows = queries.list_latest(session, under)
        topics = queries.topics_of(session, [row.claim_id for row in rows])
    return checks_feed(name, urlencode(asked), rows, topics)


def _asked(name: str) -> str | None:
    found: str | None = parameter(name, Language if name == "lang" else Word)
    return found


def _answer(feed: Feed, written: Format) -> Response:
    body = written.write(feed)
    response = Response(body, content_type=f"{written.kind}; charset=utf-8")
    response.last_modified = feed.updated
    response.headers.add("Link", f'<{feed.address}>; rel="self"')
    if feed.hub:
        response.headers.add("Link", f'<{feed.hub}>; rel="hub"')
    return conditional(response, rendering.etag(body), MAX_AGE)


def _stream(write: Callable[..., object], kind: str) -> Response:
    """All of it, piece by piece: whoever has the newest is told so before anything is read."""
    with reading() as session:
        kept_at = queries.last_kept(session)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(write(kept_at, packed), content_type=f"{kind}; charset=utf-8")  # type: ignore[arg-type]
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    return conditional(response, etag_of(kept_at, kind, packed), MAX_AGE)
