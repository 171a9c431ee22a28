"""A story's page for whoever sent it: the sentences worth checking, why, and what each offers. Its address is the key."""

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.intake import stories, storyboard
from services.intake.auth import account_of
from services.intake.backlog import refuse_when_full
from services.intake.schemas import PicksIn, StoryOut
from services.intake.service import reading, transaction
from services.intake.stories.picking import claims_in
from services.intake.storyboard import Sender
from shared.contracts import TAKES
from shared.errors import Problem
from shared.rates import HOUR, Rates

bp = Blueprint("stories", __name__)

PICKS_PER_HOUR = 200  # of one story by its page
_rates = Rates(HOUR)


@bp.get("/stories/<token>")
def show_story(token: str) -> ResponseReturnValue:
    """The story, its sentences and the claims made from it."""
    return _page(token)


@bp.post("/stories/<token>")
def pick(token: str) -> ResponseReturnValue:
    """Make claims from the sentences that were ticked; one that is a claim already is none once more."""
    picked = request.form.getlist("sentence")
    if not picked:
        return _page(token, "Tick at least one sentence.", 422)
    take = {one: [name for name in TAKES if f"{one} {name}" in request.form.getlist("take")] for one in picked}
    try:
        refuse_when_full()
        picks = PicksIn.model_validate({"sentences": [{"sentence": one, "take": take[one]} for one in picked]})
        with transaction() as session:
            found, newsroom = storyboard.story_at(session, token)
            _rates.spend(str(found.id), PICKS_PER_HOUR)
            by = Sender(newsroom.id, newsroom.name, None, account_of(session, newsroom.id))
            story = stories.get_own(session, found.id)
            made = {one.id for one in storyboard.describe(session, story).sentences if one.claim_id}
            fresh = [one for one in picks.sentences if one.sentence not in made]
            claims = claims_in(stories.message(session, story), picks.model_copy(update={"sentences": fresh}))
            storyboard.make_claims(session, story, claims, by)
    except Problem as problem:
        return _page(token, problem.detail, problem.status)
    except ValueError:
        return _page(token, "The form was not sent whole. Tick the sentences again.", 422)
    return redirect(f"/stories/{token}#claims", 303)


def _page(token: str, wrong: str | None = None, status: int = 200) -> Response:
    with reading() as session:
        story, newsroom = storyboard.story_at(session, token)
        shown: StoryOut = storyboard.describe(session, story)
    page = render_template("story.html", story=shown, newsroom=newsroom.name, wrong=wrong)
    answer = Response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return answer
