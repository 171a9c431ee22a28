"""The pages on how the newsroom works: what an editor writes, and what the desk shows of them."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field

from shared.contracts import PolicyName
from shared.fields import In, Line, LongText


class PolicyIn(In):
    """Such a page as it is to read from now on. `seen` is the revision that the editor began with, 0 if there was none."""

    title: Line
    text: LongText
    seen: Annotated[int, Field(ge=0)]


class PolicyRow(NamedTuple):
    """Such a page in one language: as it reads, or as it begins where nothing was posted yet (`revision` is 0)."""

    name: PolicyName
    language: str
    revision: int
    title: str
    text: str
    posted_by: str | None = None
    posted_at: datetime | None = None
