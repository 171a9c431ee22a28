"""The search for readers: a page that needs no script. Programs use `claims:search`."""

from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints
from sqlmodel import Session

from services.publish import queries, rendering, search
from services.publish.rendering.links import slug_of
from services.publish.schemas import FacetKind, Hit, SearchResults
from services.publish.service import reading
from services.publish.visitors import spend
from shared.clock import start_of
from shared.fields import Day, Language
from shared.parameters import parameter
from shared.web import conditional

bp = Blueprint("searching", __name__)

MAX_AGE = 60  # seconds
PER_PAGE = 20
KINDS: dict[str, Any] = {
    "q": Annotated[str, StringConstraints(max_length=1_000)],
    "topic": Annotated[str, StringConstraints(max_length=200)],
    "claimant": Annotated[str, StringConstraints(max_length=200)],
    "rating": Annotated[str, StringConstraints(max_length=200)],
    "lang": Language,
    "since": Day,
    "until": Day,
    "page": Annotated[int, Field(ge=1, le=search.MOST // PER_PAGE)],
}
FACETS: dict[str, FacetKind] = {"topic": "topic", "claimant": "claimant", "rating": "rating", "lang": "language"}


@bp.get("/search")
def search_checks() -> ResponseReturnValue:
    """Checks by their words, filtered; without words the newest that fit the filters."""
    asked = {name: _given(name, kind) for name, kind in KINDS.items()}
    is_asked = any(value for name, value in asked.items() if name != "page")
    if is_asked:
        spend()
    with reading() as session:
        results = _search(session, asked) if is_asked else None
        options = {
            "ratings": queries.list_choices(session, "rating"),
            "languages": [slug for slug, _ in queries.list_choices(session, "language") if "-" not in slug],
        }
    body = rendering.search_page(asked, results, options)
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["X-Robots-Tag"] = "noindex"
    return conditional(response, rendering.etag(body), MAX_AGE)


def _given(name: str, kind: Any) -> Any:
    """A parameter; None if it is empty, as forms send what nobody filled in."""
    return parameter(name, kind) if any(one.strip() for one in request.args.getlist(name)) else None


def _search(session: Session, asked: dict[str, Any]) -> SearchResults:
    under = {
        kind: str(asked[name]).lower() if name == "lang" else slug_of(asked[name])
        for name, kind in FACETS.items()
        if asked[name]
    }
    since, until = asked["since"], asked["until"]
    first, last = queries.places_between(session, since and start_of(since), until and start_of(until, 1))
    found = search.find(session, search.Asked(asked["q"] or "", under, first, last))
    number = asked["page"] or 1
    shown = found.positions[(number - 1) * PER_PAGE : number * PER_PAGE]
    rows = queries.checks_at(session, shown)
    meant = {row.path for row in queries.checks_at(session, [place for place in shown if place in found.meant])}
    has_more = number * PER_PAGE < len(found.positions)
    return SearchResults(
        hits=[
            Hit(
                row,
                search.marked(row.headline, found.stems, 400),
                search.marked(row.claim_text, found.stems, language=row.language),
                search.marked(row.summary, found.stems),
                row.path in meant,
            )
            for row in rows
        ],
        number=number,
        total=len(found.positions),
        is_cut=len(found.positions) == search.MOST,
        all_words=found.all_words,
        taken_for=found.taken_for,
        newer=_query(asked, number - 1) if number > 1 else None,
        more=_query(asked, number + 1) if has_more else None,
    )


def _query(asked: dict[str, Any], number: int) -> str:
    kept = {name: value for name, value in asked.items() if value and name != "page"}
    return urlencode(kept | ({"page": number} if number > 1 else {}))
