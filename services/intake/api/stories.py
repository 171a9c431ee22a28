"""Stories: sent in the format that the sender speaks, and what is worth checking in them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.intake import idempotency, pulling, stories, storyboard
from services.intake.auth import Caller, caller
from services.intake.backlog import refuse_when_full
from services.intake.idempotency import Answer, Name
from services.intake.schemas import PicksIn, StoriesOut, StoryBody, StoryOut
from services.intake.service import reading, transaction
from services.intake.stories.fetching import order_page
from services.intake.stories.picking import claims_in, in_story
from services.intake.stories.reading import HTML, JSON, TEXT, XML, Sent, kind_of, read
from services.intake.storyboard import Sender
from shared import cursor
from shared.errors import Invalid
from shared.fields import plain_url
from shared.openapi import IF_NONE_MATCH, Parameter, operation
from shared.parameters import limit, parameter
from shared.web import answer_page, etag_of, read_body, read_json, strict_json

bp = Blueprint("stories", __name__)

STRING = {"type": "string"}
HEADERS = {"Idempotency-Key": idempotency.header("Repeats within seven days get the first answer.")}


@bp.post("/stories")
@operation(
    {201: StoryOut, 200: StoryOut, 202: StoryOut},
    bodies={JSON: StoryBody, XML: STRING, HTML: STRING, TEXT: STRING},
    headers=HEADERS,
    problems=(403, 429, 503),
)
def post_story() -> ResponseReturnValue:
    """Send a story.

    JSON is an IPTC ninjs item (1.x, 2.x, 3.x) or the plain fields below, by itself or as `{"item": …, "claims": […]}` with the
    claims that you make from it. XML is NewsML-G2; HTML a page with a schema.org NewsArticle; plain text has its headline on the
    first line. With nothing but a `url` the page is fetched: 202.

    201 for a new story, 200 for one that is there: the same version again changes nothing, a newer one takes its place, a status of
    `canceled` is a kill order and reaches the desk at once. The answer lists the sentences worth checking, ranked, with what makes
    each checkable and the records that it offers. A claim is made only from what you pick, here or at `page_url`.
    """
    by = caller("claims:write")
    key = idempotency.read_key(request.headers.get("Idempotency-Key"))
    kind, body = kind_of(request.mimetype), read_body()
    sent = read(body, request.mimetype, request.headers["Content-Type"], strict_json(body) if kind == JSON else None)
    if sent.page:
        pulling.check_address(sent.page)
    refuse_when_full()
    return _once(by, key, body, lambda session: _take(session, sent, by))


@bp.get("/stories")
@operation(
    {200: StoriesOut},
    query={
        "cursor": "`next_cursor` of the page before.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(403, 404, 429),
)
def list_stories() -> ResponseReturnValue:
    """List your stories, the newest first."""
    by = caller("claims:read")
    most, place = limit(), parameter("cursor", str)
    before = cursor.uuid_in(place) if place else None
    with reading() as session:
        found = storyboard.list_stories(session, by.newsroom_id, most + 1, before)
    more = cursor.following(found, most)
    return answer_page(StoriesOut(data=found[:most], next_cursor=more), more)


@bp.get("/stories/<uuid:story_id>")
@operation({200: StoryOut, 304: None}, headers=IF_NONE_MATCH, problems=(403, 404, 429))
def show_story(story_id: UUID) -> ResponseReturnValue:
    """A story of yours as it stands, the sentences worth checking, and the claims made from it."""
    by = caller("claims:read")
    with reading() as session:
        story = storyboard.get_story(session, story_id, by.newsroom_id)
    answer = jsonify(story.model_dump(mode="json"))
    answer.set_etag(etag_of(answer.get_data(as_text=True)))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@bp.post("/stories/<uuid:story_id>/claims")
@operation({200: StoryOut}, body=PicksIn, headers=HEADERS, problems=(403, 404, 429, 503))
def pick(story_id: UUID) -> ResponseReturnValue:
    """Make claims from a story.

    `sentences` names sentences by their ids, and which of the records that each offers go with it: none does unasked. `claims` are
    claims in your own words. The answer's `results` say what became of each, the sentences first.
    """
    by = caller("claims:write")
    key = idempotency.read_key(request.headers.get("Idempotency-Key"))
    picks = read_json(PicksIn)
    refuse_when_full()
    return _once(by, key, read_body(), lambda session: _pick(session, story_id, picks, by))


def _once(by: Caller, key: str | None, body: bytes, do: Callable[[Session], Answer]) -> Response:
    """Do it, or answer what the first request under this key was answered."""
    with transaction() as session:
        if key is None:
            return _show(do(session))
        name = Name(by.newsroom_id, key)
        fingerprint = idempotency.fingerprint(request.method, request.path, body)
        taken = idempotency.take_all(session, {name: fingerprint})[name]
        if taken.fingerprint != fingerprint:
            raise idempotency.reused()
        answer = taken.answer or do(session)
        if taken.answer is None:
            idempotency.keep_all(session, [(name, fingerprint, answer)])
        return _show(answer)


def _pick(session: Session, story_id: UUID, picks: PicksIn, by: Caller) -> Answer:
    story = stories.get_own(session, story_id, by.newsroom_id)
    claims = claims_in(stories.message(session, story), picks)
    results = storyboard.make_claims(session, story, claims, _sender(by))
    return _answer(200, storyboard.describe(session, story).model_copy(update={"results": results}))


def _take(session: Session, sent: Sent, by: Caller) -> Answer:
    """Keep the stories, submit the claims made from the first, and describe it."""
    if sent.page:
        if sent.claims:
            raise Invalid.field(
                "claims", "can be made once the page has been read; send the story's text, or pick later"
            )
        story = order_page(session, plain_url(sent.page), by.newsroom_id, sent.test)
        return _answer(202, storyboard.describe(session, story).model_copy(update={"taken": "waits"}))
    kept = [stories.take(session, one, by.newsroom_id, sent.test) for one in sent.stories]
    first, others = kept[0], kept[1:]
    claims = in_story(stories.message(session, first.story), sent.claims)
    more: dict[str, Any] = {
        "results": storyboard.make_claims(session, first.story, claims, _sender(by)),
        "taken": first.what,
        "others": [f"/v1/stories/{one.story.id}" for one in others],
    }
    shown = storyboard.describe(session, first.story).model_copy(update=more)
    return _answer(201 if first.what == "new" else 200, shown)


def _answer(status: int, story: StoryOut) -> Answer:
    return Answer(status, story.model_dump_json().encode() + b"\n", story.url)


def _sender(by: Caller) -> Sender:
    return Sender(by.newsroom_id, by.newsroom, by.key_id, by.account)


def _show(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, content_type=JSON)
    response.headers["Location"] = answer.location
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    response.headers["Cache-Control"] = "no-store"  # it holds addresses that are keys
    return response
