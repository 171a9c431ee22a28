"""The front page of the desk: what waits, for whom."""

from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.models import Person
from services.review.pages import wording
from services.review.pages.account import signed_in
from services.review.places import read_place, write_place
from services.review.queries import Wanted
from services.review.service import reading
from shared import cursor
from shared.clock import now

PAGE = 30


class View(NamedTuple):
    """One list of the desk. `empty` says what to do when nothing is in it."""

    name: str
    title: str
    wanted: Wanted
    empty: str


def views_for(person: Person) -> list[View]:
    """The lists in the order in which they are worked through."""
    return [
        View(
            "mine",
            "Mine",
            Wanted("unverified", assignee=person.id),
            "You have taken nothing. Take a claim from Open: the most urgent stands first.",
        ),
        View(
            "open",
            "Open",
            Wanted("unverified", unassigned=True),
            "Nothing waits for a checker. Claims that newsrooms send in appear here.",
        ),
        View("work", "All unverified", Wanted("unverified"), "Nobody works on anything, and nothing waits."),
        View(
            "approve",
            "To approve",
            Wanted("checked", waits_for="approver"),
            "No verdict waits for a second pair of eyes.",
        ),
        View(
            "site",
            "Waiting for the site",
            Wanted("checked", waits_for="site"),
            "The site has taken everything that was approved.",
        ),
        View(
            "published",
            "Published",
            Wanted("published", sort="newest"),
            "Nothing has been published yet. A verdict that is checked and approved appears here with its address.",
        ),
        View("closed", "Closed", Wanted("closed", sort="newest"), "Nothing has been closed without a verdict."),
    ]


@signed_in
def show_queue(person: Person) -> ResponseReturnValue:
    """One list, with its filters; beside it all lists with their counts."""
    asked = {"q": request.args.get("q", "").strip()[:200], "tag": request.args.get("tag", "").strip()[:60]}
    with reading() as session:
        beside = rail(session, person)
        views: list[View] = beside["views"]
        view = next((one for one in views if one.name == request.args.get("view")), None)
        if view is None:  # what is mine comes first, unless there is nothing
            view = views[0] if beside["counts"]["mine"] else views[1]
        wanted = view.wanted._replace(q=asked["q"] or None, tag=asked["tag"] or None)
        page = queries.list_queue(session, wanted, PAGE, read_place(wanted.sort))
    more = write_place(page.after)
    here = url_for(".show_queue", view=view.name, q=wanted.q, tag=wanted.tag)
    return render_template(
        "queue.html",
        view=view,
        rows=page.rows,
        asked=asked,
        here=here,
        wording=wording,
        now=now(),
        next_page=cursor.next_page(here, more) if more else None,
        later_page=bool(request.args.get("cursor")),
        **beside,
    )


def rail(session: Any, person: Person) -> dict[str, Any]:
    """The lists with their counts, for every page that shows them."""
    views = views_for(person)
    counts = {one.name: queries.count_queue(session, one.wanted) for one in views}
    return {"views": views, "counts": counts, "most": queries.MOST_COUNTED}


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/")(show_queue)
