"""What people are told of, and how they choose to be told."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field

from shared.fields import In, ShortLine

NotificationKind = Literal[
    "assigned",
    "mentioned",
    "answered",
    "returned",
    "second",
    "to_approve",
    "published",
    "reopened",
    "taken_away",
    "replied",
    "reminder",
    "offered",
    "story",
    "source",
    "disputed",
    "to_post",
    "legal",
    "ratings",
    "decided",
    "account",
]
Way = Literal["mail", "chat"]

# But for what is about one's account: that is mailed always, as `workflow.owners` says.
USUAL_WAYS: dict[NotificationKind, tuple[Way, ...]] = {
    "assigned": ("mail",),
    "mentioned": ("mail",),
    "answered": (),
    "returned": ("mail",),
    "second": (),
    "to_approve": (),
    "published": (),
    "reopened": ("mail",),
    "taken_away": ("mail",),
    "replied": (),
    "reminder": ("mail",),
    "offered": ("mail",),
    "story": ("mail",),
    "source": ("mail",),
    "disputed": ("mail",),
    "to_post": ("mail",),
    "legal": ("mail",),
    "ratings": ("mail",),
    "decided": ("mail",),
}


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("has to be a time zone such as Europe/Berlin") from None


class ChoicesIn(In):
    """How somebody wants to be told beside the page, by kind. What is left out is told in the page alone.

    `chat_name` is written before what is told in the newsroom's channel, so that their chat shows it to them. `digest_hour` is the
    hour of the day at which a mail sums up what waits; None for none. It is an hour in `digest_zone`, a name such as Europe/Berlin,
    in summer and in winter.
    """

    ways: dict[NotificationKind, list[Way]] = {}
    chat_name: ShortLine | None = None
    digest_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    digest_zone: Annotated[str, Field(max_length=60), AfterValidator(_known_zone)] = "UTC"


class NotificationOut(BaseModel):
    """Something that one was told. `by` is None if a clock told it; what is about ratings or one's account names no case."""

    id: UUID
    kind: NotificationKind
    case_id: UUID | None
    dispute_id: UUID | None = Field(description="The reader's challenge that it is about, if it is about one.")
    desk: str | None = Field(None, description="The slug of the desk whose ratings wait for a second person.")
    desk_name: str | None = None
    claim: str | None
    by: str | None
    words: str
    made_at: datetime
    read_at: datetime | None

    @property
    def path(self) -> str:
        """Where at the desk it leads: to the challenge, to the case, to a desk's ratings, or to one's account."""
        if self.dispute_id:
            return f"/disputes/{self.dispute_id}"
        if self.desk:
            return f"/desks#ratings-{self.desk}"
        return f"/cases/{self.case_id}" if self.case_id else "/account"

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        if self.desk:
            return f"The ratings of {self.desk_name}"
        return self.claim or "Your account"


class NotificationsOut(BaseModel):
    """A page of what one was told, the newest first."""

    data: list[NotificationOut]
    unread: int = Field(description="How many are unread in all; counted up to a hundred.")
    next_cursor: str | None


class ReadIn(In):
    """What one has read: these, or everything if none is named."""

    ids: Annotated[list[UUID], Field(max_length=200)] = []
