"""The front page of the desk: what waits, for whom."""

from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.places import read_place, write_place
from services.review.queries import Wanted
from services.review.service import reading
from shared import cursor

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
            "mine", "Mine", Wanted("unverified", assignee=person.id), "You have taken nothing. Take a claim from Open."
        ),
        View("open", "Open", Wanted("unverified", unassigned=True), "Nothing waits for a checker."),
        View("work", "In work", Wanted("unverified"), "Nobody works on anything, and nothing waits."),
        View(
            "approve",
            "To approve",
            Wanted("checked", waits_for="approver"),
            "No verdict waits for a second pair of eyes.",
        ),
        View("site", "Waiting for site", Wanted("checked", waits_for="site"), "The site has taken everything."),
        View("published", "Published", Wanted("published", sort="newest"), "Nothing has been published yet."),
        View("closed", "Closed", Wanted("closed", sort="newest"), "Nothing has been closed."),
    ]


@signed_in
def show_queue(person: Person) -> ResponseReturnValue:
    """One list, with its filters; beside it all lists with their counts."""
    views = views_for(person)
    view = next((one for one in views if one.name == request.args.get("view")), None)
    asked = {"q": request.args.get("q", "").strip()[:200], "tag": request.args.get("tag", "").strip()[:60]}
    with reading() as session:
        counts = {one.name: queries.count_queue(session, one.wanted) for one in views}
        if view is None:  # what is mine comes first, unless there is nothing
            view = views[0] if counts["mine"] else views[1]
        wanted = view.wanted._replace(q=asked["q"] or None, tag=asked["tag"] or None)
        page = queries.list_queue(session, wanted, PAGE, read_place(wanted.sort))
    more = write_place(page.after)
    return render_template(
        "queue.html",
        views=views,
        view=view,
        counts=counts,
        rows=page.rows,
        asked=asked,
        most=queries.MOST_COUNTED,
        next_page=cursor.next_page(request.full_path, more) if more else None,
        later_page=bool(request.args.get("cursor")),
    )


def rail(session: Any, person: Person) -> dict[str, Any]:
    """The lists with their counts, for other pages that show them."""
    views = views_for(person)
    counts = {one.name: queries.count_queue(session, one.wanted) for one in views}
    return {"views": views, "counts": counts, "most": queries.MOST_COUNTED}


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/")(show_queue)
