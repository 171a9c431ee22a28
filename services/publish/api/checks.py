"""Checks, one or many."""

import json
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import StringConstraints
from sqlmodel import Session

from services.publish import opinions, queries, rendering, search
from services.publish.api.answers import answer, answer_json
from services.publish.rendering.links import slug_of
from services.publish.schemas import CheckOut, ChecksOut, FacetKind, NinjsOut
from services.publish.service import reading
from shared import cursor
from shared.clock import start_of
from shared.fields import LANGUAGE_TAG, Day, Language
from shared.openapi import IF_NONE_MATCH, Parameter, operation
from shared.parameters import limit, parameter

bp = Blueprint("checks", __name__)

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
WORD = {"type": "string", "minLength": 1, "maxLength": 200}
DAY = {"type": "string", "format": "date"}
FILTERS: dict[str, tuple[FacetKind, Any]] = {
    "topic": ("topic", Word), "rating": ("rating", Word), "claimant": ("claimant", Word), "lang": ("language", Language),
}  # fmt: skip


@bp.get("/checks")
@operation(
    {200: ChecksOut, 304: None},
    headers=IF_NONE_MATCH,
    query={
        "topic": Parameter("Only what is about this topic.", WORD),
        "rating": Parameter("Only what has this rating, such as `mostly-false`.", WORD),
        "claimant": Parameter("Only the claims of this person or body.", WORD),
        "lang": Parameter("Only what is in this language, such as `pt`.", {"type": "string", "maxLength": 35,
                          "pattern": f"^{LANGUAGE_TAG.pattern}$"}),
        "since": Parameter("Only what was first published on this day (UTC) or later.", DAY),
        "until": Parameter("Only what was first published on this day (UTC) or before.", DAY),
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        "cursor": "`next_cursor` of the page before.",
    },
    problems=(404,),
    secured=False,
)  # fmt: skip
def list_checks() -> ResponseReturnValue:
    """Published checks, the newest first.

    All filters have to hold. The next page is in `next_cursor` and in `Link`; page 5,000 costs what page 1 costs.
    """
    most, given = limit(), parameter("cursor", str)
    below = search.LAST + 1 if given is None else _place_in(given)
    with reading() as session:
        places = search.newest(session, _asked(session, below), 0, most + 1)
        rows = queries.checks_at(session, places[:most])
        topics = queries.topics_of(session, [row.claim_id for row in rows])
    following = cursor.write(places[most - 1]) if len(places) > most else None
    out = ChecksOut(data=[rendering.summary_of(row, topics[row.claim_id]) for row in rows], next_cursor=following)
    return answer(out, cursor.next_page(request.full_path, following) if following else None)


@bp.get("/checks/<uuid:claim_id>")
@operation({200: CheckOut, 304: None}, headers=IF_NONE_MATCH, problems=(404,), secured=False)
def get_check(claim_id: UUID) -> ResponseReturnValue:
    """A published check: the current revision, what stands behind it, and where the earlier ones are kept."""
    with reading() as session:
        check, revisions = queries.get_check(session, claim_id)
        useful = opinions.counts(session, claim_id, check.revision)
    return answer(rendering.record_of(check, revisions, useful))


@bp.get("/checks/<uuid:claim_id>/ninjs")
@operation({200: NinjsOut, 304: None}, headers=IF_NONE_MATCH, problems=(404,), secured=False)
def get_item(claim_id: UUID) -> ResponseReturnValue:
    """A published check as an item of IPTC ninjs 3.1, for content management systems.

    Its `uri` stays the same, `version` grows. What was retracted is `canceled`: take it down, and say why, as the item does.
    """
    with reading() as session:
        check, revisions = queries.get_check(session, claim_id)
    return answer_json(json.dumps(rendering.ninjs_of(check, revisions), ensure_ascii=False, indent=1))


def _asked(session: Session, below: int) -> search.Asked:
    under: dict[FacetKind, str] = {}
    for name, (kind, of) in FILTERS.items():
        if value := parameter(name, of):
            under[kind] = value.lower() if name == "lang" else slug_of(value)
    since, until = parameter("since", Day), parameter("until", Day)
    first, last = queries.places_between(session, since and start_of(since), until and start_of(until, 1))
    return search.Asked("", under, first, min(last, below - 1))


def _place_in(given: str) -> int:
    place: int = cursor.read(given, int)[0]
    if not 0 <= place <= search.LAST:
        raise cursor.bad()
    return place
