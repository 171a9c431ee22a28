"""What was checked before, for people: this desk's verdicts and earlier checks by their words, and where to read what was found.
What stands there is public already."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from services.intake import earlier, lookups
from services.intake.earlier.words import LONGEST_QUERY, phrases
from services.intake.languages import chosen
from services.intake.service import reading
from shared import cursor
from shared.errors import TooManyRequests
from shared.networks import network
from shared.rates import Rates

bp = Blueprint("earlier", __name__)

EACH = 20  # checks on a page
SEARCHES = 60  # in a minute, from one network
_rates = Rates()


@bp.get("/earlier-checks")
def search() -> ResponseReturnValue:
    """The search, and what was found."""
    query = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    if not phrases(query):
        return _page(query, wrong=str(chosen()("earlier.no_word")) if query else None, status=422 if query else 200)
    try:
        _rates.spend(network(), SEARCHES)
    except TooManyRequests as problem:
        answer = _page(query, wrong=str(chosen()("earlier.busy")), status=429)
        answer.headers["Retry-After"] = problem.headers["Retry-After"]
        return answer
    place = request.args.get("cursor")
    with reading() as session:
        found = earlier.search(session, query, EACH, earlier.place_in(place) if place else None)
        checks = [earlier.describe(one) for one in found.checks]
        own = [] if place else lookups.find_verdicts(session, query)
    more = cursor.next_page(request.full_path, cursor.write(*found.following)) if found.following else None
    return _page(query, own=own, checks=checks, holding=found.holding, more=more, searched=True, is_first=not place)


def _page(query: str, status: int = 200, **values: object) -> Response:
    answer = Response(render_template("earlier.html", query=query, **values), status)
    answer.headers["Cache-Control"] = "no-store" if status != 200 else "public, max-age=60"
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["X-Robots-Tag"] = "noindex"  # the checks are found at their publishers
    return answer
