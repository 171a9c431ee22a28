"""The sentences of a story are compared with what was checked before: by an errand, because each takes the models a moment."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from services.intake.models import Outbox, Story
from services.intake.service import service
from services.intake.stories.item import Checkable
from services.intake.stories.telling import tell
from shared import errands
from shared.contracts import SeenBefore, Sentence
from shared.errands import Errand


class Compare(Errand):
    """Compare a story's sentences, in the version with this digest, with what was checked before."""

    topic: ClassVar[str] = "compare-sentences"
    job: ClassVar[str] = "services.intake.errands.compare_sentences"

    story_id: UUID
    digest: str


def order_comparing(session: Session, story: Story) -> None:
    """Have the sentences of a story's newest version compared."""
    if Checkable.model_validate(story.checkable).sentences:
        errands.order(session, Outbox, service.name, [(Compare(story_id=story.id, digest=story.digest), None)])


def sentences_of(session: Session, errand: Compare) -> tuple[Sequence[Sentence], str | None]:
    """The sentences that are to be compared, and their language; none if there is a newer version."""
    story = session.get(Story, errand.story_id)
    if story is None or story.digest != errand.digest:
        return (), None
    return Checkable.model_validate(story.checkable).sentences, story.item.get("language")


def note_seen(session: Session, errand: Compare, found: Mapping[str, Sequence[SeenBefore]]) -> None:
    """Keep what was seen before, by the sentences' ids, and tell review if that is another than it knows."""
    story = session.get(Story, errand.story_id, with_for_update=True)
    if story is None or story.digest != errand.digest:
        return
    known = Checkable.model_validate(story.checkable)
    sentences = tuple(one.model_copy(update={"seen": tuple(found.get(one.id, ()))}) for one in known.sentences)
    if sentences != known.sentences:
        story.checkable = known.model_copy(update={"sentences": sentences}).model_dump(mode="json")
        tell(session, story)
