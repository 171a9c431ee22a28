"""What the desk's edges ask about stories."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import Case, Story
from services.review.schemas import StoryOut, StoryRow
from shared.errors import NotFound


def list_stories(session: Session, limit: int, before: UUID | None = None) -> list[StoryRow]:
    """Stories, the newest first: those that came before the story with this id."""
    chosen = select(Story).where(col(Story.revision) > 0).order_by(col(Story.id).desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(col(Story.id) < before)
    return [_row(story) for story in session.exec(chosen)]


def get_story(session: Session, story_id: UUID) -> StoryOut:
    """A story with its sentences, and the cases that were made from them. Raises NotFound."""
    story = session.get(Story, story_id)
    if story is None or story.revision == 0:
        raise NotFound("There is no such story.")
    told = story.received
    made = {" ".join((one.exact or "").split()).casefold(): one.claim_id for one in told.claims}
    there = set(session.exec(select(col(Case.id)).where(col(Case.id).in_(list(made.values())))))
    cases = {one.id: made[one.text.casefold()] for one in told.sentences if made.get(one.text.casefold()) in there}
    return StoryOut(**told.model_dump(), cases=cases, asked_for=[one for one in story.asked_for if one not in cases])


def is_expected(session: Session, story_id: UUID) -> bool:
    """Whether somebody brought a story of which intake has not told yet."""
    story = session.get(Story, story_id)
    return story is not None and story.revision == 0


def _row(story: Story) -> StoryRow:
    told = story.received
    return StoryRow(
        id=story.id,
        headline=told.story.headline,
        publisher=told.story.publisher,
        worth_checking=len(told.sentences),
        claims=len(told.claims),
        **told.model_dump(
            include={"newsroom", "status", "version", "versions", "urgency", "test", "received_at", "changed_at"}
        ),
    )
