"""The kinds of message: what each kind is about, and which are sent before others."""

from abc import abstractmethod
from typing import ClassVar
from uuid import UUID

from shared.contracts.records import Snapshot


class Message(Snapshot):
    """A fact about one record. `key` and `revision` order messages of a topic."""

    topic: ClassVar[str]
    revision: int

    @property
    @abstractmethod
    def key(self) -> str:
        """The record's name."""

    @property
    def urgent(self) -> bool:
        """Whether it is sent before what was told earlier."""
        return False


class ClaimMessage(Message):
    """A fact about one claim."""

    claim_id: UUID

    @property
    def key(self) -> str:
        return str(self.claim_id)


class StoryMessage(Message):
    """A fact about one story."""

    story_id: UUID

    @property
    def key(self) -> str:
        return str(self.story_id)


class DisputeMessage(Message):
    """A fact about one reader's challenge to a verdict."""

    dispute_id: UUID

    @property
    def key(self) -> str:
        return str(self.dispute_id)


class UrgentMessage(ClaimMessage):
    """A fact about one claim for which readers wait, or who will tell them: it does not stand behind ten thousand others."""

    @property
    def urgent(self) -> bool:
        return True


class SenderMessage(Message):
    """A decision on one newsroom: that nothing is taken from it any more, or that it may send again. Of two the one with the higher
    revision, a moment in microseconds, stands. `because` is for the desk alone."""

    newsroom: str
    blocked: bool
    because: str

    @property
    def key(self) -> str:
        return self.newsroom

    @property
    def urgent(self) -> bool:
        return True
