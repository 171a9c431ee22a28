"""The chained history of every act."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.review.models.base import Table
from shared.db import Json


class HistoryEntry(Table, table=True):
    """One act. Each entry's hash covers the one before; see `history`."""

    __tablename__ = "history"
    __table_args__ = (UniqueConstraint("hash"), Index(None, "case_id", "seq"))

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    case_id: UUID | None = None
    person_id: UUID | None = None
    action: str
    salt: str | None = None
    details: dict[str, Any] | None = Field(default=None, sa_type=Json)
    details_digest: str
    previous: str
    hash: str


class ChainHead(Table, table=True):
    """The last entry of the history, in one row that appending locks."""

    __tablename__ = "chain_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = 0
    hash: str = ""
    noted: int = Field(
        default=0, sa_column_kwargs={"server_default": "0"}
    )  # what `seq` was when readers were told last
