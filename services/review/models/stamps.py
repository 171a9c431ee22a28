"""Timestamps by an authority outside of the desk."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from services.review.models.base import Table


class TimeStamp(Table, table=True):
    """That an authority has seen something, and when: a copy of a source or a file that somebody brought, by its
    SHA-256, or the head of the history."""

    __tablename__ = "timestamps"

    kind: str = Field(primary_key=True)  # copy, file, head
    stamped: str = Field(
        primary_key=True
    )  # a file's SHA-256, whose bytes were stamped; a hash, which was as it is written
    seq: int | None = Field(default=None, sa_type=BigInteger)  # of the history's entry
    authority: str
    stamped_at: datetime  # by the authority's clock
    response: bytes = Field(sa_type=LargeBinary)  # RFC 3161, DER
