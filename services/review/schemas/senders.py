"""Newsrooms that are blocked or let in again."""

from datetime import datetime

from pydantic import BaseModel

from shared.fields import In, Line, Text


class BlockSenderIn(In):
    """Take nothing more from a newsroom that sent the claim in. `because` is for the desk alone."""

    newsroom: Line
    because: Text


class LetInIn(In):
    """Take from a newsroom again that was blocked."""

    newsroom: Line
    because: Text


class SenderOut(BaseModel):
    """What was decided of a newsroom last; by nobody of the desk: the admin, by command."""

    newsroom: str
    blocked: bool
    because: str
    decided_by: str | None
    decided_at: datetime


class SendersOut(BaseModel):
    """Every newsroom that was decided of, the newest decision first."""

    data: list[SenderOut]
