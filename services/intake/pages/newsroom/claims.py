"""A newsroom's claims and stories."""

from typing import get_args
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import queries, storyboard
from services.intake.pages.newsroom.entrance import for_visitors, page
from services.intake.parsing.words import bounded
from services.intake.pictures import send_picture
from services.intake.service import reading
from services.intake.visitors import Visitor
from shared import cursor
from shared.contracts import State
from shared.parameters import parameter

PAGE = 30


@for_visitors
def list_claims(visitor: Visitor) -> ResponseReturnValue:
    """The claims, the newest first, and where each stands."""
    state, place = parameter("state", State), parameter("cursor", str)
    name = bounded(request.args.get("external_id"), 300, lines=False)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        claims = queries.list_claims(session, visitor.newsroom_id, PAGE + 1, state, before, name)
    more = cursor.following(claims, PAGE)
    next_page = more and url_for(".list_claims", state=state, external_id=name, cursor=more)
    return page(
        "claims.html",
        visitor,
        claims=claims[:PAGE],
        state=state,
        states=get_args(State),
        name=name,
        next_page=next_page,
        later=place,
    )


@for_visitors
def show_claim(visitor: Visitor, claim_id: UUID) -> ResponseReturnValue:
    """A claim: each submission of it, what it points to, and what became of it."""
    with reading() as session:
        claim = queries.get_claim(session, claim_id, visitor.newsroom_id)
    return page("claim.html", visitor, claim=claim)


@for_visitors
def show_picture(visitor: Visitor, claim_id: UUID, digest: str) -> ResponseReturnValue:
    """What a page looked like that the claim points to, by the picture's SHA-256."""
    with reading() as session:
        sources = queries.get_claim(session, claim_id, visitor.newsroom_id).sources
    pictures = {one.archived.picture.sha256 for one in sources if one.archived and one.archived.picture}
    return send_picture(digest if digest in pictures else None)


@for_visitors
def list_stories(visitor: Visitor) -> ResponseReturnValue:
    """The stories, the newest first."""
    place = parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        stories = storyboard.list_stories(session, visitor.newsroom_id, PAGE + 1, before)
    more = cursor.following(stories, PAGE)
    next_page = more and url_for(".list_stories", cursor=more)
    return page("stories.html", visitor, stories=stories[:PAGE], next_page=next_page, later=place)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("")(list_claims)
    bp.get("/claims/<uuid:claim_id>")(show_claim)
    bp.get("/claims/<uuid:claim_id>/pictures/<digest>")(show_picture)
    bp.get("/stories")(list_stories)
