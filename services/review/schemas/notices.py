"""The notice before a verdict."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.review.schemas.acts import Headline
from shared.fields import In, Text


class NoticeIn(In):
    """What readers are told while a claim is being checked: `text` is Markdown, what is known and what is not."""

    headline: Headline
    text: Annotated[Text, Field(max_length=5000)]


class WithdrawIn(In):
    """Why a notice is taken back; readers see it."""

    reason: Text


class NoticeOut(BaseModel):
    """A version of the notice. `posted_at` is None until somebody else has posted it."""

    revision: int
    headline: str
    text: str
    stands: bool
    written_by: str
    written_at: datetime
    posted_by: str | None
    posted_at: datetime | None
    url: str | None
