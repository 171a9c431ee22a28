"""Files of claims that somebody of a newsroom uploads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from services.intake.models.base import Table
from shared.clock import new_id, now
from shared.db import Json


class Upload(Table, table=True):
    """A CSV file, which column holds which field, and how far it has been sent. `done` rows were dealt with, in order, in the
    transactions that dealt with them."""

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "newsroom_id", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    newsroom_id: UUID = Field(foreign_key="newsrooms.id")
    name: str  # the file's
    content: bytes = Field(sa_type=LargeBinary)
    encoding: str | None = None  # None: as its first bytes say, else UTF-8
    zone: str | None = None  # of dates that name none; None: such rows are refused
    header: str | None = (
        None  # a digest of its columns' names: files of the same are mapped alike. None: it can't be read
    )
    mapped_like: str | None = None  # the name of the file whose mapping it was given
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=Json)  # the field of each column that is used
    test: bool = False
    state: str = "waiting"  # waiting, sending, sent
    rows: int = 0
    done: int = 0
    new: int = 0
    known: int = 0  # the same wording had come before
    refused: list[list[Any]] = Field(default_factory=list, sa_type=Json)  # [row's number, why]
    made_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
