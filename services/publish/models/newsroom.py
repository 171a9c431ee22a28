"""What the newsroom says of itself and of its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from services.publish.models.base import Table
from shared.db import Json


class HistoryHead(Table, table=True):
    """How long the desk's history was, and the hash of its last entry: nothing before it can be changed without being found out."""

    __tablename__ = "history_heads"

    entries: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: str
    noted_at: datetime
    authority: str | None = None  # which has stamped it (RFC 3161)
    stamped_at: datetime | None = None  # by its clock
    stamp: bytes | None = Field(default=None, sa_type=LargeBinary)  # its answer, DER


class Policy(Table, table=True):
    """One revision of a page on how the newsroom works, in one language. Never changed, never deleted."""

    __tablename__ = "policies"

    name: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    title: str
    text: str = Field(sa_type=Text)
    posted_by: str
    posted_at: datetime


class Scale(Table, table=True):
    """The ratings of a desk as they are called and drawn now: what of them readers' pages show, whatever they were called when a
    verdict was approved. One that the desk uses no more keeps its last look."""

    __tablename__ = "scales"

    desk: str = Field(primary_key=True)  # its slug
    revision: int = Field(sa_type=BigInteger)  # contracts.ScalePosted
    looks: dict[str, Any] = Field(sa_type=Json)  # by the rating's slug: contracts.RatingLook
    changed: dict[str, int] = Field(
        sa_type=Json
    )  # by the rating's slug: the revision with which its look became what it is
