"""Stories that newsrooms sent: the list, and a story with its sentences worth checking."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from services.review import queries, storyboard, workflow
from services.review.models import Person
from services.review.pages import forms, statements, wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import BroughtIn, PicksIn
from services.review.service import reading, transaction
from shared import cursor
from shared.clock import new_id, now
from shared.contracts import TAKES
from shared.errors import NotFound, Problem
from shared.parameters import parameter
from shared.web import invalid

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
def show_bringing(person: Person) -> ResponseReturnValue:
    """The form by which the desk enters claims and stories itself."""
    return _bringing(person)


@signed_in
def bring_story(person: Person) -> ResponseReturnValue:
    """Take in claims, one a line, and the story that they stand in."""
    try:
        found = forms.read_act(BroughtIn, {})
        with transaction() as session:
            story_id = workflow.bring_story(session, found, person)
    except Problem as problem:
        return _bringing(person, problem)
    if story_id:
        return redirect(url_for(".show_story", story_id=story_id))
    flash(f"{_on_their_way(len(found.claims))} to the queue: they stand first in a moment.")
    return redirect(url_for(".show_queue", view="open", sort="newest"))


@signed_in
def show_story(person: Person, story_id: UUID) -> ResponseReturnValue:
    """A story, its sentences and what was made of them; of one that was only just brought, that it is on its way."""
    with reading() as session:
        waits = storyboard.is_expected(session, story_id)
        beside = rail(session, person) if waits else {}
    return render_template("story_waits.html", **beside) if waits else _page(person, story_id)


@signed_in
def pick(person: Person, story_id: UUID) -> ResponseReturnValue:
    """Have the sentences checked that were ticked."""
    picked = request.form.getlist("sentence")
    own = list(dict.fromkeys(one for line in request.form.get("claims", "").splitlines() if (one := line.strip())))
    if not picked and not own:
        return _page(person, story_id, "Tick at least one sentence, or enter a claim in your own words.", 422)
    taken = set(request.form.getlist("take"))
    chosen = [{"sentence": one, "take": [name for name in TAKES if f"{one} {name}" in taken]} for one in picked]
    try:
        picks = PicksIn.model_validate({"sentences": chosen, "claims": own})
        with transaction() as session:
            workflow.pick(session, story_id, picks, person)
    except NotFound:
        raise
    except Problem as problem:
        return _page(person, story_id, problem.detail, problem.status)
    except ValidationError as error:
        return _page(person, story_id, _wrong_with(invalid(error).members["errors"]), 422)
    flash(f"{_on_their_way(len(picked) + len(own))} to the queue.")
    return redirect(url_for(".show_story", story_id=story_id))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/stories")(show_stories)
    bp.get("/stories/new")(show_bringing)
    bp.post("/stories/new")(bring_story)
    bp.get("/stories/<uuid:story_id>")(show_story)
    bp.post("/stories/<uuid:story_id>")(pick)


def _wrong_with(errors: list[dict[str, str]]) -> str:
    """What is wrong with what was written; what is ticked is the page's own."""
    written = [one["detail"] for one in errors if one["pointer"].startswith("#/claims")]
    if not written:
        return "The form was not sent whole. Tick the sentences again."
    return f"What it claims in your own words: {forms.for_people(written[0])}"


def _on_their_way(count: int) -> str:
    return f"{'One claim is' if count == 1 else f'{count} claims are'} on the way"


def _bringing(person: Person, problem: Problem | None = None) -> ResponseReturnValue:
    shown = ("claims", "reason", "headline", "publisher", "url", "published_at", "language", "body")
    errors: dict[str, str] = {}
    for error in problem.members.get("errors", []) if problem else []:
        field = forms.field_of(error["pointer"]).partition(".")[0]
        errors.setdefault(field, forms.for_people(error["detail"]))
    with reading() as session:
        beside = rail(session, person)
    if problem and not errors.keys() <= set(shown):
        errors["form"] = problem.detail
    story_id = request.form.get("story_id") or new_id()
    page = render_template("story_brought.html", given=request.form, story_id=story_id, wrong=errors, **beside)
    return (page, problem.status) if problem else page


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
