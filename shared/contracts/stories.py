"""The messages about stories. Where each goes is in `routes`."""

from collections.abc import Collection

from pydantic import AwareDatetime

from shared.contracts.kinds import StoryMessage
from shared.contracts.records import (
    ClaimRecord,
    Offered,
    PickedClaim,
    Quote,
    Sentence,
    Story,
    StoryClaim,
    StoryStatus,
)


class StoryReceived(StoryMessage):
    """intake → review: a story as it stands now, with its sentences worth checking and the claims made from it. `revision`
    grows with every version and every claim. A status of canceled is the agency's kill order: hold, or retract."""

    topic = "story.received.v1"
    newsroom: str
    status: StoryStatus
    version: str | None = None
    versions: int = 1
    story: Story
    language: str | None = None
    body: str = ""
    note: str | None = None
    embargoed_until: AwareDatetime | None = None
    urgency: int = 5
    test: bool = False
    received_at: AwareDatetime
    changed_at: AwareDatetime
    has_rules: bool = True
    sentences: tuple[Sentence, ...] = ()
    offered: Offered = Offered()
    claims: tuple[StoryClaim, ...] = ()

    @property
    def urgent(self) -> bool:
        return self.status in ("canceled", "withheld")

    @property
    def doubt(self) -> str | None:
        """Why its claims should be checked, where it says so itself: that nobody could verify it."""
        return f"The story says: “{self.offered.unverified}”" if self.offered.unverified else None

    def claim_from(self, sentence: Sentence, take: Collection[str]) -> ClaimRecord:
        """One of its sentences as a claim, with those of the offered records that somebody chose."""
        mine = sentence.offered
        chosen = {
            "hedge": mine.hedge if "hedge" in take else None,
            "condition": mine.condition if "condition" in take else None,
            "claimant": mine.claimant if "statements" in take else None,
            "statements": mine.statements if "statements" in take else (),
            "requests_for_comment": mine.requests_for_comment if "requests_for_comment" in take else (),
            "quote": Quote(exact=sentence.exact, prefix=sentence.prefix, suffix=sentence.suffix),
        }
        return self.claim_of(sentence.text).model_copy(update=chosen)

    def claim_of(self, text: str) -> ClaimRecord:
        """What it says, in somebody's own words, as a claim."""
        return ClaimRecord(text=text, language=self.language, story=self.story, urgency=self.urgency, test=self.test)


class StoryBrought(StoryMessage):
    """review → intake: somebody at the desk brought a story, or claims of which no newsroom has told, and intake takes them in as
    the desk's own. A story that says nothing of itself is none: there are only its claims."""

    topic = "story.brought.v1"
    brought_by: str
    story: Story = Story()
    language: str | None = None
    body: str = ""
    claims: tuple[PickedClaim, ...] = ()

    @property
    def is_story(self) -> bool:
        return bool(self.body or self.story.headline or self.story.url)


class SentencesPicked(StoryMessage):
    """review → intake: somebody at the desk made claims from a story. `revision` counts such acts on the story."""

    topic = "sentences.picked.v1"
    picked_by: str
    claims: tuple[PickedClaim, ...]
