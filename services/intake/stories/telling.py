"""Review is told of a story: all of it, as it stands."""

from sqlmodel import Session, col, select

from services.intake.models import Newsroom, Outbox, Story, StoryClaim
from services.intake.stories.item import Checkable, Item
from shared import contracts, outbox
from shared.contracts import ROUTES, StoryReceived


def tell(session: Session, story: Story) -> None:
    """Tell review of a story that has changed."""
    story.revision += 1
    session.add(story)
    session.flush()
    tell_again(session, story)


def tell_again(session: Session, story: Story) -> None:
    """Tell review of a story once more."""
    outbox.tell(session, Outbox, message(session, story), ROUTES[StoryReceived])


def message(session: Session, story: Story) -> StoryReceived:
    """A story as review is told of it."""
    item, checkable = Item.model_validate(story.item), Checkable.model_validate(story.checkable)
    newsroom = session.get_one(Newsroom, story.newsroom_id)
    chosen = select(StoryClaim).where(StoryClaim.story_id == story.id)
    claims = session.exec(chosen.order_by(col(StoryClaim.made_at), col(StoryClaim.claim_id))).all()
    return StoryReceived(
        story_id=story.id,
        revision=story.revision,
        newsroom=newsroom.name,
        status=item.status,
        version=item.version,
        versions=story.versions,
        story=item.as_story(),
        language=item.language,
        body=item.body,
        note=item.note,
        embargoed_until=item.embargoed_until,
        urgency=item.urgency,
        test=story.test,
        received_at=story.received_at,
        changed_at=story.changed_at,
        has_rules=checkable.has_rules,
        sentences=checkable.sentences,
        offered=checkable.offered,
        claims=tuple(contracts.StoryClaim(claim_id=one.claim_id, exact=one.exact, stands=one.stands) for one in claims),
    )
