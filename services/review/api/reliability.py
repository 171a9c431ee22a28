"""How far sources can be relied on. It is the desk's own: readers are never told."""

from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.review import queries
from services.review.api.base import bp
from services.review.api.directory import Words
from services.review.auth import token_owner
from services.review.models import Judgement
from services.review.schemas import JudgeIn, ReliabilityOut, SourceJudgedOut
from services.review.service import reading, transaction
from services.review.workflow import reliability
from shared import cursor
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json


@bp.get("/reliability")
@operation(
    {200: ReliabilityOut},
    query={
        "q": "What the name or the reason holds.",
        "cursor": "next_cursor of the page before.",
        "limit": "1 to 200, usually 50.",
    },
    problems=(404,),
)
def show_reliability() -> ResponseReturnValue:
    """The sources that somebody has judged, by name, sites first."""
    token_owner()
    most, place = limit(), parameter("cursor", str)
    after = cursor.read(place, str)[0] if place else None
    with reading() as session:
        found = queries.list_judgements(session, parameter("q", Words), most + 1, after)
        people = queries.people_by_id(session, {one.judged_by for one in found})
    more = cursor.write(found[most - 1].key) if len(found) > most else None
    data = queries.describe_judgements(found[:most], people)
    return answer_page(ReliabilityOut(data=data, next_cursor=more), more)


@bp.post("/reliability")
@operation({201: SourceJudgedOut}, body=JudgeIn, problems=(403,))
def judge_source() -> ResponseReturnValue:
    """Say how far a source can be relied on, and why. It takes the place of what was held of it before."""
    person = token_owner()
    found = read_json(JudgeIn)
    with transaction() as session:
        out = _whole(session, reliability.judge(session, found, person))
    answer = jsonify(out.model_dump(mode="json"))
    answer.headers["Location"] = url_for(".show_judgement", judgement_id=out.id)
    return answer, 201


@bp.get("/reliability/<uuid:judgement_id>")
@operation({200: SourceJudgedOut}, problems=(404,))
def show_judgement(judgement_id: UUID) -> ResponseReturnValue:
    """What the desk holds of the source that this judgement is about, and what it held before."""
    token_owner()
    with reading() as session:
        out = _whole(session, reliability.get_judgement(session, judgement_id))
    return jsonify(out.model_dump(mode="json"))


@bp.delete("/reliability/<uuid:judgement_id>")
@operation({204: None}, problems=(403, 404))
def forget_judgements(judgement_id: UUID) -> ResponseReturnValue:
    """Forget all that was ever held of the source that this judgement is about. Only for editors."""
    person = token_owner()
    with transaction() as session:
        reliability.forget_judgements(session, judgement_id, person)
    return "", 204


def _whole(session: Session, one: Judgement) -> SourceJudgedOut:
    found = queries.judgements_on(session, one.key)
    people = queries.people_by_id(session, {each.judged_by for each in found})
    standing, *earlier = queries.describe_judgements(found, people)
    return SourceJudgedOut(**standing.model_dump(), earlier=earlier)
