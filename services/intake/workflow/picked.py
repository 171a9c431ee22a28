"""The desk makes claims from a story that a newsroom sent, or brings a story and claims of its own."""

from sqlmodel import Session

from services.intake import stories
from services.intake.models import Newsroom
from services.intake.stories import Item, Link, read_item
from services.intake.stories.picking import exact_of, given
from services.intake.workflow.submitting import Given, newsroom_of_ours, submit_all
from shared.contracts import DESK, SentencesPicked, StoryBrought
from shared.outbox import Trace


def take_picked(session: Session, message: SentencesPicked) -> None:
    """Take in what somebody at the desk picked, as claims of the newsroom that sent the story. No quota counts them: the newsroom
    did not ask for it."""
    story = stories.get_own(session, message.story_id)
    newsroom = session.get_one(Newsroom, story.newsroom_id)
    claims = [given(one.claim, one.reason) for one in message.claims]
    taken = submit_all(session, [Given(one, newsroom.id, newsroom.name, None, Trace.here()) for one in claims])
    stories.link(
        session,
        story,
        [
            Link(one.claim_id, claim.quote.exact if claim.quote else None)
            for one, claim in zip(taken, claims, strict=True)
        ],
    )


def take_brought(session: Session, message: StoryBrought) -> None:
    """Take in what somebody at the desk brought: from then on it is as any newsroom's."""
    newsroom = newsroom_of_ours(session, DESK)
    claims = [given(one.claim, one.reason) for one in message.claims]
    taken = submit_all(session, [Given(one, newsroom.id, newsroom.name, None, Trace.here()) for one in claims])
    if not message.is_story:
        return
    told = message.story.model_dump(exclude={"external_id"})
    item = Item(format="text", uri=message.story_id.urn, body=message.body, language=message.language, **told)
    read = read_item(item, message.model_dump_json().encode(), "application/json")
    story = stories.take(session, read, newsroom.id, story_id=message.story_id).story
    links = [Link(one.claim_id, exact_of(claim, item)) for one, claim in zip(taken, claims, strict=True)]
    stories.link(session, story, links)
