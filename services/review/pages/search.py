"""Search over everything that was written at the desk, and over what others published."""

from typing import get_args

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.models import Person
from services.review.pages import terms
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.places import read_place, write_place
from services.review.service import reading
from shared import cursor
from shared.contracts import State

PAGE = 30
ASKED = {"q": 200, "state": 20, "desk": 40}


@signed_in
def show_found(person: Person) -> ResponseReturnValue:
    """What was found."""
    asked = {name: request.args.get(name, "").strip()[:most] for name, most in ASKED.items()}
    state = asked["state"] if asked["state"] in get_args(State) else None
    wanted = queries.Wanted(state=state, desk=asked["desk"] or None, q=asked["q"] or None, sort="newest")
    with reading() as session:
        found = queries.search(session, wanted, PAGE, read_place("newest"), person)
        desks = queries.list_desks(session)
        beside = rail(session, person)
    more = write_place(found.after)
    here = url_for(".show_found", q=wanted.q, state=state, desk=wanted.desk)
    return render_template(
        "search.html",
        asked=asked,
        found=found,
        desks=desks,
        states=get_args(State),
        terms=terms,
        here=here,
        next_page=cursor.next_page(here, more) if more else None,
        later_page=bool(request.args.get("cursor")),
        **beside,
    )


def add_to(bp: Blueprint) -> None:
    """Register the view."""
    bp.get("/search")(show_found)
