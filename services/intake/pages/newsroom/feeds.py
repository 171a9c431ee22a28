"""The feeds that are pulled for a newsroom."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.intake import pulling, queries
from services.intake.pages.newsroom.entrance import for_visitors, page, unless_gone
from services.intake.schemas import FeedIn
from services.intake.service import reading, transaction
from services.intake.visitors import Visitor
from shared.errors import Problem
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
def pull_feed(visitor: Visitor, feed_id: UUID) -> ResponseReturnValue:
    """Pull a feed now."""
    with transaction() as session:
        pulling.pull_now(session, feed_id, visitor.newsroom_id)
    return redirect(url_for(".list_feeds"), 303)


@for_visitors
def remove_feed(visitor: Visitor, feed_id: UUID) -> ResponseReturnValue:
    """Stop pulling a feed."""
    with unless_gone(), transaction() as session:
        pulling.remove_feed(session, feed_id, visitor.newsroom_id)
    return redirect(url_for(".list_feeds"), 303)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/feeds")(list_feeds)
    bp.post("/feeds")(add_feed)
    bp.post("/feeds/<uuid:feed_id>/pull")(pull_feed)
    bp.post("/feeds/<uuid:feed_id>/remove")(remove_feed)


def _page(visitor: Visitor, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        feeds = queries.list_feeds(session, visitor.newsroom_id)
    return page("feeds.html", visitor, problem, feeds=feeds)
