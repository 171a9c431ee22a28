"""The base of publish's tables, and those that all services have."""

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db import new_metadata
from shared.inbox import InboxRow, inbox_indexes
from shared.outbox import OutboxRow, outbox_indexes


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """The base of this service's tables, apart from every other service's."""


class Outbox(OutboxRow, Table, table=True):
    """Messages out."""

    __tablename__ = "outbox"
    __table_args__ = outbox_indexes()


class Inbox(InboxRow, Table, table=True):
    """Messages in."""

    __tablename__ = "inbox"
    __table_args__ = inbox_indexes()


class Tally(Table, table=True):
    """How many there are of something. Its row is locked while the next number is given, so numbers have no gaps."""

    __tablename__ = "tallies"

    name: str = Field(primary_key=True)
    count: int = 0
