"""Claims are made from a story: from its sentences as they stand, or in somebody's own words."""

from collections.abc import Sequence

from services.intake.schemas import ClaimIn, PicksIn, StoryIn
from services.intake.stories.item import Item
from shared.contracts import ClaimRecord, StoryReceived
from shared.errors import Invalid


def claims_in(story: StoryReceived, picks: PicksIn) -> list[ClaimIn]:
    """The claims that were picked, each with the story. Raises Invalid for a sentence that the story does not hold: it may have
    stood in an older version."""
    found = []
    sentences = {one.id: one for one in story.sentences}
    for number, pick in enumerate(picks.sentences):
        if pick.sentence not in sentences:
            raise Invalid.field(f"sentences/{number}/sentence", "is none of the story's sentences as it stands now")
        found.append(given(story.claim_from(sentences[pick.sentence], pick.take), story.doubt))
    return found + in_story(story, picks.claims)


def in_story(story: StoryReceived, claims: Sequence[ClaimIn]) -> list[ClaimIn]:
    """Claims in the sender's words, each with the story it was made from and its language, unless it names its own."""
    here = StoryIn.model_validate(story.story.model_dump(mode="json"))
    return [
        one.model_copy(
            update={
                "story": one.story or here,
                "language": one.language or story.language,
                "test": one.test or story.test,
            }
        )
        for one in claims
    ]


def given(record: ClaimRecord, reason: str | None) -> ClaimIn:
    """A record as a claim that is submitted."""
    fields = record.model_dump(mode="json")
    return ClaimIn.model_validate(fields | {"reason": reason})


def exact_of(claim: ClaimIn, item: Item) -> str | None:
    """The words that a claim stands in: as it quotes them, or its own if the story holds them."""
    if claim.quote:
        return claim.quote.exact
    return claim.text if claim.text in item.body else None
