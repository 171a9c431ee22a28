"""The queue: what is set by hand, lists that are kept, acts on many cases, and why a case stands where it does."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from shared.fields import In, Line, Moment, ShortLine, Text

Sort = Literal["rank", "urgency", "oldest", "newest", "due"]
BulkAct = Literal["take", "assign", "release", "plan", "tag", "note", "close", "reopen"]


class PlanIn(In):
    """What the desk sets by hand. It takes the place of all that was set so before; what is left out is as the newsroom sent it.

    `worth` is how check-worthy the claim is, from 0 to 100, whatever its words say. `hours` moves the case in the queue as if it
    had waited so many hours more, or fewer. Both need a reason.
    """

    urgency: Annotated[int, Field(ge=1, le=9)] | None = None
    due_at: Moment | None = None
    tags: Annotated[list[ShortLine], Field(max_length=30)] | None = None
    hours: Annotated[int, Field(ge=-2400, le=2400)] | None = None
    worth: Annotated[int, Field(ge=0, le=100)] | None = None
    reason: Text | None = None

    @field_validator("tags")
    @classmethod
    def _small(cls, tags: list[str] | None) -> list[str] | None:
        return None if tags is None else list(dict.fromkeys(tag.casefold() for tag in tags))

    @model_validator(mode="after")
    def _moved_with_a_reason(self) -> Self:
        if (self.hours or self.worth is not None) and not self.reason:
            raise ValueError("is moved by hand, so reason has to say why")
        return self


class TagIn(In):
    """Tags that a case is given, and tags that are taken off it. Others stay."""

    add: Annotated[list[ShortLine], Field(max_length=30)] = []
    remove: Annotated[list[ShortLine], Field(max_length=30)] = []


class ListIn(In):
    """A list of the queue to be kept under a name. What is left out does not filter."""

    name: ShortLine
    view: ShortLine | None = None
    q: Line | None = None
    tag: ShortLine | None = None
    desk: ShortLine | None = None
    status: ShortLine | None = None
    sort: Sort | None = None
    is_shared: bool = False


class ListOut(BaseModel):
    """A list that somebody kept."""

    id: UUID
    name: str
    by: str
    is_mine: bool
    is_shared: bool
    filters: dict[str, Any]


class ListsOut(BaseModel):
    """Lists, by name."""

    data: list[ListOut]


class FactorOut(BaseModel):
    """One thing that moves a case in the queue: by how many hours of waiting, and why."""

    hours: float
    why: str


class BulkIn(In):
    """One act on up to a hundred cases, each as it stands now. `body` is what the act takes."""

    act: BulkAct
    cases: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    body: dict[str, Any] = {}


class BulkResult(BaseModel):
    """What came of one case: 200, or the status of the problem and what it says."""

    id: UUID
    status: int
    detail: str | None = None


class BulkOut(BaseModel):
    """What came of each case, in the order they were named."""

    results: list[BulkResult]
