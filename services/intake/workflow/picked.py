"""The desk makes claims from a story that a newsroom sent."""

from sqlmodel import Session

from services.intake import stories
from services.intake.models import Newsroom
from services.intake.stories import Link
from services.intake.stories.picking import given
from services.intake.workflow.submitting import Given, submit_all
from shared.contracts import SentencesPicked
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
