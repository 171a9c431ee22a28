"""Stories that newsrooms sent: the list, and a story with its sentences worth checking."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, storyboard, workflow
from services.review.models import Person
from services.review.pages import statements, wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import PicksIn
from services.review.service import reading, transaction
from shared import cursor
from shared.clock import now
from shared.contracts import TAKES
from shared.errors import NotFound, Problem
from shared.parameters import parameter

PAGE = 30


@signed_in
def show_stories(person: Person) -> ResponseReturnValue:
    """The stories, the newest first."""
    place = parameter("cursor", str)
    with reading() as session:
        rows = storyboard.list_stories(session, PAGE + 1, cursor.uuid_in(place) if place else None)
        beside = rail(session, person)
    more = cursor.following(rows, PAGE)
    return render_template(
        "stories.html", rows=rows[:PAGE], more=more, later_page=place is not None, now=now(), wording=wording, **beside
    )


@signed_in
def show_story(person: Person, story_id: UUID) -> ResponseReturnValue:
    """A story, its sentences and what was made of them."""
    return _page(person, story_id)


@signed_in
def pick(person: Person, story_id: UUID) -> ResponseReturnValue:
    """Have the sentences checked that were ticked."""
    picked = request.form.getlist("sentence")
    if not picked:
        return _page(person, story_id, "Tick at least one sentence.", 422)
    taken = set(request.form.getlist("take"))
    chosen = [{"sentence": one, "take": [name for name in TAKES if f"{one} {name}" in taken]} for one in picked]
    try:
        picks = PicksIn.model_validate({"sentences": chosen})
        with transaction() as session:
            workflow.pick(session, story_id, picks, person)
    except NotFound:
        raise
    except Problem as problem:
        return _page(person, story_id, problem.detail, problem.status)
    except ValueError:
        return _page(person, story_id, "The form was not sent whole. Tick the sentences again.", 422)
    flash(f"{'One claim is' if len(picked) == 1 else f'{len(picked)} claims are'} on the way to the queue.")
    return redirect(url_for(".show_story", story_id=story_id))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/stories")(show_stories)
    bp.get("/stories/<uuid:story_id>")(show_story)
    bp.post("/stories/<uuid:story_id>")(pick)


def _page(person: Person, story_id: UUID, wrong: str | None = None, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        story = storyboard.get_story(session, story_id)
        cases = queries.find_cases(session, [one.claim_id for one in story.claims])
        beside = rail(session, person)
    page = render_template(
        "story.html",
        story=story,
        cases=cases,
        wrong=wrong,
        ticked=set(request.form.getlist("sentence") + request.form.getlist("take")),
        statements=statements,
        in_words=wording.in_words,
        wording=wording,
        **beside,
    )
    return page, status
