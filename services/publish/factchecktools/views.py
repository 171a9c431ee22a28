"""The addresses."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.publish import queries, search, sites
from services.publish.factchecktools import discovery
from services.publish.factchecktools.asking import (
    ErrorOut,
    InvalidArgument,
    Stretch,
    Unimplemented,
    answer,
    answer_problem,
    answer_whole,
    number,
    stretch,
    text,
    token,
)
from services.publish.factchecktools.shapes import claim_id_in, claim_of, is_ours, page_of, path_of
from services.publish.schemas import FacetKind
from services.publish.service import reading
from services.publish.visitors import spend
from shared.clock import now
from shared.errors import NotFound, Problem
from shared.openapi import IF_NONE_MATCH, Parameter, operation
from shared.web import readable_anywhere

bp = Blueprint("factchecktools", __name__)
bp.after_request(readable_anywhere)

OLDEST = 365_000  # days; what is older is all there is
COUNT = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
LIST: dict[str, str | Parameter] = {
    "pageSize": Parameter("How many; 10 unless given, 100 at most.", COUNT),
    "pageToken": "`nextPageToken` of the page before, with the same question.",
    "offset": Parameter("How many to pass over, unless there is a `pageToken`.", COUNT),
}
# Of each answer what is always the same; its fields stand in the discovery document.
PAGE = {"type": "object", "properties": {"name": {"type": "string"}, "pageUrl": {"type": "string"}}}
CLAIMS = {
    "type": "object",
    "properties": {"claims": {"type": "array", "items": {"type": "object"}}, "nextPageToken": {"type": "string"}},
}
PAGES = {
    "type": "object",
    "properties": {"claimReviewMarkupPages": {"type": "array", "items": PAGE}, "nextPageToken": {"type": "string"}},
}


@bp.errorhandler(Problem)
def tell(problem: Problem) -> ResponseReturnValue:
    return answer_problem(problem)


@bp.after_app_request
def tell_of_other_methods(response: Response) -> Response:
    """What the router refuses here, another method or an address that this API has not, comes in the same envelope."""
    if not request.path.startswith("/v1alpha1/") or response.mimetype != "application/problem+json":
        return response
    told = response.get_json()
    problem = Problem(told["detail"])
    problem.status = told["status"]
    problem.headers = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
    return readable_anywhere(answer_problem(problem))


@bp.before_request
def before() -> None:
    if "callback" in request.args:
        raise InvalidArgument("callback is not supported: an answer is JSON, and never a script.")


@bp.get("/v1alpha1/claims:search")
@operation(
    {200: CLAIMS, 304: None},
    headers=IF_NONE_MATCH,
    query={
        "query": "Words of the claim. Required, unless reviewPublisherSiteFilter is given.",
        "languageCode": "A language, such as `en` or `en-US`; the region does not count.",
        "reviewPublisherSiteFilter": "Only reviews of this site, such as `nytimes.com`.",
        "maxAgeDays": Parameter("Only what was reviewed in so many days.", COUNT),
        **LIST,
    },
    problems=(429,),
    secured=False,
    problem=ErrorOut,
)  # fmt: skip
def search_claims() -> ResponseReturnValue:
    """Claims that were checked, the closest first, as `claims.search` of the Google Fact Check Tools API answers.

    Its clients work here when their endpoint is changed; the discovery document is at `/$discovery/rest?version=v1alpha1`. Errors
    come in its envelope.
    """
    spend()
    asked = {name: text(name) for name in ("query", "languageCode", "reviewPublisherSiteFilter")}
    age = number("maxAgeDays")
    if not asked["query"] and not asked["reviewPublisherSiteFilter"]:
        raise InvalidArgument("Request must include query or reviewPublisherSiteFilter.")
    about: dict[str, Any] = asked | {"maxAgeDays": age}
    wanted = stretch(about)
    if asked["reviewPublisherSiteFilter"] and not is_ours(asked["reviewPublisherSiteFilter"]):
        return answer({})
    return answer(_claims(asked["query"], asked["languageCode"], age, wanted, about))


def _claims(query: str, language: str, age: int | None, wanted: Stretch, about: dict[str, Any]) -> dict[str, Any]:
    """Of words the closest, which are leafed through by their number; without words the newest, by their place in the list."""
    under: dict[FacetKind, str] = {"language": language.lower().replace("_", "-").partition("-")[0]} if language else {}
    with reading() as session:
        since = now() - timedelta(days=age) if age and age < OLDEST else None  # 0 is what a client sends for nothing
        first, last = queries.places_between(session, since, None)
        asked = search.Asked(query, under, first, last, standing=True)
        if query:
            start = wanted.offset if wanted.after is None else wanted.after
            places = search.find(session, asked).positions[start : start + wanted.size + 1]
            following = start + wanted.size
        else:
            places = _newest(session, asked, wanted)
            following = places[wanted.size - 1] if len(places) > wanted.size else 0
        rows = queries.checks_at(session, places[: wanted.size])
        claimed = queries.claim_dates(session, [row.claim_id for row in rows])
    more = token(about, following) if len(places) > wanted.size else None
    return {"claims": [claim_of(row, claimed.get(row.claim_id)) for row in rows], "nextPageToken": more}


def _newest(session: Session, asked: search.Asked, wanted: Stretch) -> list[int]:
    """Places in the list, one more than is wanted if there is one."""
    if wanted.after is not None:
        return search.newest(session, asked._replace(last=wanted.after - 1), 0, wanted.size + 1)
    return search.newest(session, asked, wanted.offset, wanted.size + 1)


@bp.get("/v1alpha1/pages")
@operation(
    {200: PAGES, 304: None},
    headers=IF_NONE_MATCH,
    query={
        "url": "The page at this address; not with organization.",
        "organization": "The pages of this site.",
        **LIST,
    },
    problems=(404,),
    secured=False,
    problem=ErrorOut,
)
def list_pages() -> ResponseReturnValue:
    """Pages with their ClaimReviews, the newest first, as `pages.list` answers. Needs `url` or `organization`."""
    url, organization = text("url", 2_000), text("organization")
    if bool(url) == bool(organization):
        raise InvalidArgument("Request must include url or organization, and not both.")
    about = {"organization": organization, "url": url}
    wanted = stretch(about)
    with reading() as session:
        if url:
            path = path_of(url)
            found = queries.verdicts_at_path(session, queries.path_now(path)) if path else []
        else:
            places = (
                _newest(session, search.Asked("", {}, *sites.places(), standing=True), wanted)
                if is_ours(organization)
                else []
            )
            found = queries.verdicts_at(session, places)
    more = token(about, found[wanted.size - 1][0].position or 0) if len(found) > wanted.size else None
    pages = [page_of(check, verdict) for check, verdict in found[: wanted.size]]
    return answer({"claimReviewMarkupPages": pages, "nextPageToken": more})


@bp.get("/v1alpha1/pages/<name>")
@operation({200: PAGE, 304: None}, headers=IF_NONE_MATCH, problems=(404,), secured=False, problem=ErrorOut)
def get_page(name: str) -> ResponseReturnValue:
    """A page with its ClaimReview, as `pages.get` answers."""
    claim_id = claim_id_in(name)
    with reading() as session:
        found = queries.verdict_of(session, claim_id) if claim_id else None
    if found is None:
        raise NotFound("Requested entity was not found.")
    return answer(page_of(*found))


@bp.get("/v1alpha1/claims:imageSearch")
@operation({}, problems=(501,), secured=False, problem=ErrorOut)
def search_images() -> ResponseReturnValue:
    """Claims can't be searched by an image here: it is answered as what there is not."""
    raise Unimplemented("Claims can't be searched by an image here.")


@bp.get("/$discovery/rest")
@operation(
    {200: {"type": "object"}, 304: None},
    headers=IF_NONE_MATCH,
    query={"version": Parameter("Of the API that is described.", {"enum": ["v1alpha1"]})},
    problems=(404,),
    secured=False,
    problem=ErrorOut,
)
def describe() -> Response:
    """The discovery document, from which Google's clients are made. The fields of every answer stand there."""
    if (version := text("version", 40)) not in ("", "v1alpha1"):
        raise NotFound(f"There is no version {version}.")
    return answer_whole(discovery.document())
