"""The feeds that are pulled for a newsroom."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.intake import pulling, queries
from services.intake.pages.newsroom.entrance import for_visitors, page
from services.intake.schemas import FeedIn
from services.intake.service import reading, transaction
from services.intake.visitors import Visitor
from shared.errors import NotFound, Problem
from shared.web import read_form


@for_visitors
def list_feeds(visitor: Visitor) -> ResponseReturnValue:
    """The feeds, and how the last pull of each went."""
    return _page(visitor)


@for_visitors
def add_feed(visitor: Visitor) -> ResponseReturnValue:
    """Have a feed pulled."""
    try:
        found = read_form(FeedIn)
        pulling.check_address(found.url)
        with transaction() as session:
            pulling.add_feed(session, found, visitor.newsroom_id)
    except Problem as problem:
        return _page(visitor, problem)
    return redirect(url_for(".list_feeds"), 303)


@for_visitors
def do_with_feed(visitor: Visitor, feed_id: UUID, name: str) -> ResponseReturnValue:
    """Pull a feed now, or stop pulling it."""
    verbs = {"pull": pulling.pull_now, "remove": pulling.remove_feed}
    if name not in verbs:
        raise NotFound("There is no such act.")
    with transaction() as session:
        verbs[name](session, feed_id, visitor.newsroom_id)
    return redirect(url_for(".list_feeds"), 303)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/feeds")(list_feeds)
    bp.post("/feeds")(add_feed)
    bp.post("/feeds/<uuid:feed_id>/<name>")(do_with_feed)


def _page(visitor: Visitor, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        feeds = queries.list_feeds(session, visitor.newsroom_id)
    return page("feeds.html", visitor, problem, feeds=feeds)
