"""The sentences of a story are compared with what was checked before: by an errand, because each takes the models a moment. They
are compared again when a verdict comes that one of them may have waited for.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import Outbox, Story
from services.intake.service import service
from services.intake.stories.item import Checkable
from services.intake.stories.telling import tell
from shared import errands
from shared.clock import now
from shared.contracts import ClaimRecord, SeenBefore, Sentence
from shared.errands import Errand
from shared.matching.languages import guess, telling
from shared.matching.words import plain, stem

LOOKED_BACK, MOST_LOOKED_AT = timedelta(days=7), 200  # stories that are looked through again, the newest
MOST_AGAIN = 20  # of which so many are compared
FEWEST_SHARED, SHARED = 2, 0.3  # telling words that a sentence shares with a claim, and of how many of the fewer


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


def order_again(session: Session, claim: ClaimRecord) -> None:
    """Have the newest stories compared again of which a sentence has words of a claim: what is known of that has changed."""
    wanted = _telling(claim.text, claim.language)
    newest = select(Story).where(col(Story.received_at) >= now() - LOOKED_BACK).order_by(col(Story.id).desc())
    ordered = 0
    for story in session.exec(newest.limit(MOST_LOOKED_AT)):
        language = story.item.get("language")
        some = Checkable.model_validate(story.checkable).sentences
        if any(_may_say(_telling(one.text, language), wanted) for one in some):
            order_comparing(session, story)
            ordered += 1
        if ordered == MOST_AGAIN:
            break


def _may_say(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= max(FEWEST_SHARED, SHARED * min(len(one), len(other)))


def _telling(text: str, language: str | None) -> frozenset[str]:
    known = (language or guess(text)).partition("-")[0].lower()
    return frozenset(stem(word, known) for word in telling(plain(text).split(), known))


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
