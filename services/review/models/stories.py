"""Stories that newsrooms sent, and the cases that were made of them."""

from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.review.models.base import Table
from shared.contracts import StoryReceived
from shared.db import Json


class Story(Table, table=True):
    """What intake told of a story. `asked_for` are the sentences that somebody picked, until their claims have come."""

    __tablename__ = "stories"

    id: UUID = Field(primary_key=True)
    revision: int = 0
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.StoryReceived
    status: str = "usable"
    picks: int = 0
    asked_for: list[str] = Field(default_factory=list, sa_type=Json)

    @property
    def received(self) -> StoryReceived:
        return StoryReceived.model_validate(self.told)


class CaseStory(Table, table=True):
    """A case whose claim was made from a story. It may be told before the claim is: so there may be no case yet."""

    __tablename__ = "case_stories"

    case_id: UUID = Field(primary_key=True)
    story_id: UUID = Field(primary_key=True, foreign_key="stories.id", index=True)
    stands: bool | None = None  # whether the words still stand in the story's newest version
