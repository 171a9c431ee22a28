"""The lists of checks: all of them, of a topic, of a claimant, with a rating; what is being checked; what was corrected."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from services.publish import queries, rendering
from services.publish.pages.answers import answer, moved
from services.publish.service import reading
from shared.errors import NotFound

SHELVES = {"topics": "topic", "claimants": "claimant", "ratings": "rating"}
MOST = 2**31 - 1  # the highest place that a list can have


def show_checks() -> ResponseReturnValue:
    """The newest checks."""
    return _checks_page(1)


def show_checks_page(page: int) -> ResponseReturnValue:
    """An older part of the list."""
    if page == 1:
        return redirect("/", 301)
    return moved(f"/page/{page}") or _checks_page(page)


def show_corrections() -> ResponseReturnValue:
    """The newest corrections and other changes."""
    return _corrections_page(1)


def show_corrections_page(page: int) -> ResponseReturnValue:
    """An older part of the corrections."""
    if page == 1:
        return redirect("/corrections", 301)
    return moved(f"/corrections/page/{page}") or _corrections_page(page)


def show_being_checked() -> ResponseReturnValue:
    """What is reported and being checked."""
    with reading() as session:
        notices = queries.list_notices(session, queries.MOST_BEING_CHECKED)
    return answer(rendering.being_checked_page(notices))


def show_shelves(shelves: str) -> ResponseReturnValue:
    """The topics, claimants or ratings."""
    with reading() as session:
        found = queries.list_shelves(session, SHELVES[shelves])
    return answer(rendering.shelves_page(shelves, found))


def show_shelf(shelves: str, slug: str) -> ResponseReturnValue:
    """The checks of a topic, a claimant or with a rating; with a claimant, how their claims were rated."""
    if elsewhere := moved(f"/{shelves}/{slug.lower()}"):
        return elsewhere
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 12 and int(before) < MOST):
        raise NotFound("The list does not go on there.")
    with reading() as session:
        page = queries.list_shelf(session, SHELVES[shelves], slug, int(before) if before else None)
        standings = queries.list_standings(session, slug) if shelves == "claimants" else []
    return answer(rendering.shelf_page(shelves, page.shelf, page.rows, standings, page.before, is_first=not before))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/")(show_checks)
    bp.get("/page/<int:page>")(show_checks_page)
    bp.get("/corrections")(show_corrections)
    bp.get("/corrections/page/<int:page>")(show_corrections_page)
    bp.get("/being-checked")(show_being_checked)
    bp.get("/<any(topics, claimants, ratings):shelves>")(show_shelves)
    bp.get("/<any(topics, claimants, ratings):shelves>/<slug>")(show_shelf)


def _checks_page(page: int) -> ResponseReturnValue:
    with reading() as session:
        rows, has_older = queries.list_checks(session, page)
        notices = queries.list_notices(session) if page == 1 else []
    return answer(rendering.checks_page(rows, page, has_older, notices))


def _corrections_page(page: int) -> ResponseReturnValue:
    with reading() as session:
        rows, has_older = queries.list_corrections(session, page)
    return answer(rendering.corrections_page(rows, page, has_older))
