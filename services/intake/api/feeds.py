"""Feeds that are pulled for a newsroom."""

from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from services.intake import pulling, queries
from services.intake.auth import caller
from services.intake.schemas import EntriesOut, FeedIn, FeedOut, FeedsOut
from services.intake.service import reading, transaction
from shared import cursor
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json

bp = Blueprint("feeds", __name__)


@bp.post("/feeds")
@operation({201: FeedOut, 200: FeedOut}, body=FeedIn, problems=(403, 409, 429))
def add_feed() -> ResponseReturnValue:
    """Have a feed pulled.

    201 for a new feed, which is pulled at once. 200 if it was there: it is pulled as often as you say now.
    """
    by = caller("claims:write")
    found = read_json(FeedIn)
    pulling.check_address(found.url)
    with transaction() as session:
        feed, is_new = pulling.add_feed(session, found, by.newsroom_id)
        shown = queries.describe_feed(feed)
    answer = jsonify(shown.model_dump(mode="json"))
    answer.headers["Location"] = f"/v1/feeds/{feed.id}"
    return answer, 201 if is_new else 200


@bp.get("/feeds")
@operation({200: FeedsOut}, problems=(403, 429))
def list_feeds() -> ResponseReturnValue:
    """List your feeds."""
    by = caller("claims:read")
    with reading() as session:
        feeds = queries.list_feeds(session, by.newsroom_id)
    return jsonify(FeedsOut(data=feeds).model_dump(mode="json"))


@bp.get("/feeds/<uuid:feed_id>")
@operation({200: FeedOut}, problems=(403, 404, 429))
def show_feed(feed_id: UUID) -> ResponseReturnValue:
    """How the last pull of a feed went."""
    by = caller("claims:read")
    with reading() as session:
        return jsonify(queries.get_feed(session, feed_id, by.newsroom_id).model_dump(mode="json"))


@bp.delete("/feeds/<uuid:feed_id>")
@operation({204: None}, problems=(403, 404, 429))
def remove_feed(feed_id: UUID) -> ResponseReturnValue:
    """Stop pulling a feed, and forget its entries."""
    by = caller("claims:write")
    with transaction() as session:
        pulling.remove_feed(session, feed_id, by.newsroom_id)
    return "", 204


@bp.post("/feeds/<uuid:feed_id>/pull")
@operation({202: FeedOut}, problems=(403, 404, 429))
def pull_feed(feed_id: UUID) -> ResponseReturnValue:
    """Pull a feed now, without waiting until it is due."""
    by = caller("claims:write")
    with transaction() as session:
        shown = queries.describe_feed(pulling.pull_now(session, feed_id, by.newsroom_id))
    return jsonify(shown.model_dump(mode="json")), 202


@bp.get("/feeds/<uuid:feed_id>/entries")
@operation(
    {200: EntriesOut},
    query={
        "cursor": "`next_cursor` of the page before.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(403, 404, 429),
)
def list_entries(feed_id: UUID) -> ResponseReturnValue:
    """List what stood in a feed, what came last first."""
    by = caller("claims:read")
    most, place = limit(), parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        queries.get_feed(session, feed_id, by.newsroom_id)
        entries = queries.list_entries(session, feed_id, most + 1, before)
    more = cursor.following(entries, most)
    return answer_page(EntriesOut(data=entries[:most], next_cursor=more), more)
