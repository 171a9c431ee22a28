"""Messages in: what has been applied already, so that each message is applied once however often it arrives.

The other half, the job that applies a batch, is in `shared.jobs`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Index, delete
from sqlmodel import Field, Session, SQLModel, col

from shared.clock import now
from shared.db import insert_if_absent, table_of

KEEP = timedelta(days=90)


class InboxRow(SQLModel):
    """A message that has been applied. A service makes it its own: `class Inbox(InboxRow, Table, table=True)`."""

    message_id: UUID = Field(primary_key=True)
    topic: str
    key: str
    revision: int = Field(sa_type=BigInteger)
    received_at: datetime = Field(default_factory=now)


def inbox_indexes() -> tuple[Index, ...]:
    """For `__table_args__`."""
    return (Index(None, "received_at"),)


def first_of(session: Session, inbox: type[InboxRow], messages: Iterable[tuple[UUID, str, str, int]]) -> set[UUID]:
    """Note messages down, each by its id, topic, key and revision. Returns the ids of those that were not noted before;
    of two at once, one waits for the other's commit."""
    moment = now()
    rows = [
        {"message_id": message_id, "topic": topic, "key": key, "revision": revision, "received_at": moment}
        for message_id, topic, key, revision in sorted(messages)
    ]
    table = table_of(inbox)
    written = insert_if_absent(session, inbox).returning(table.c.message_id)  # rowcount does not tell on PostgreSQL
    return set(session.connection().execute(written, rows).scalars()) if rows else set()


def tidy(session: Session, inbox: type[InboxRow]) -> None:
    """Forget ids of messages too old to come again. The records' own revisions keep refusing older ones."""
    session.execute(delete(inbox).where(col(inbox.received_at) < now() - KEEP))
