"""Stories that newsrooms sent."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import storyboard, workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import BroughtIn, BroughtOut, PicksIn, StoriesOut, StoryOut
from services.review.service import reading, transaction
from shared import cursor
from shared.openapi import operation
from shared.parameters import limit, parameter
from shared.web import answer_page, read_json


@bp.get("/stories")
@operation(
    {200: StoriesOut},
    query={"cursor": "next_cursor of the page before.", "limit": "1 to 200, usually 50."},
    problems=(404,),
)
def show_stories() -> ResponseReturnValue:
    """The stories that newsrooms sent, the newest first."""
    token_owner()
    most, place = limit(), parameter("cursor", str)
    with reading() as session:
        rows = storyboard.list_stories(session, most + 1, cursor.uuid_in(place) if place else None)
    more = cursor.following(rows, most)
    return answer_page(StoriesOut(data=rows[:most], next_cursor=more), more)


@bp.post("/stories")
@operation({202: BroughtOut}, body=BroughtIn, problems=(403,))
def bring_story() -> ResponseReturnValue:
    """Bring claims that no newsroom sent, the story that they stand in, or both.

    They are taken in as the desk's own; their cases come to the queue a moment later, and the story is found by `story_id`.
    """
    person = token_owner()
    found = read_json(BroughtIn)
    with transaction() as session:
        story_id = workflow.bring_story(session, found, person)
    return jsonify(BroughtOut(story_id=story_id).model_dump(mode="json")), 202


@bp.get("/stories/<uuid:story_id>")
@operation({200: StoryOut}, problems=(404,))
def show_story(story_id: UUID) -> ResponseReturnValue:
    """A story, its sentences worth checking, and the cases made from them."""
    token_owner()
    with reading() as session:
        return jsonify(storyboard.get_story(session, story_id).model_dump(mode="json"))


@bp.post("/stories/<uuid:story_id>/pick")
@operation({202: StoryOut}, body=PicksIn, problems=(403, 404))
def pick(story_id: UUID) -> ResponseReturnValue:
    """Have claims made from sentences of a story. Their cases come to the queue a moment later."""
    person = token_owner()
    picks = read_json(PicksIn)
    with transaction() as session:
        workflow.pick(session, story_id, picks, person)
        shown = storyboard.get_story(session, story_id)
    return jsonify(shown.model_dump(mode="json")), 202
