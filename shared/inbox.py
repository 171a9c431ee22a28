"""Messages in: what has been applied already, so that each message is applied once however often it arrives.

The other half, the job that applies a batch, is in `shared.jobs`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from shared.clock import now

KEEP = timedelta(days=90)


class InboxRow(SQLModel):
    """A message that has been applied. A service makes it its own: `class Inbox(InboxRow, Table, table=True)`."""

    message_id: UUID = Field(primary_key=True)
    topic: str
    key: str
    revision: int
    received_at: datetime = Field(default_factory=now)


def inbox_indexes() -> tuple[Index, ...]:
    """For `__table_args__`."""
    return (Index(None, "received_at"),)


def is_first(session: Session, inbox: type[InboxRow], message_id: UUID, topic: str, key: str, revision: int) -> bool:
    """Note a message down. False if it was noted before; of two at once, one waits for the other's commit."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"message_id": message_id, "topic": topic, "key": key, "revision": revision, "received_at": now()}
    written = insert(inbox).values(row).on_conflict_do_nothing().returning(col(inbox.message_id))
    return session.execute(written).first() is not None  # rowcount does not tell on PostgreSQL


def tidy(session: Session, inbox: type[InboxRow]) -> None:
    """Forget ids of messages too old to come again. The records' own revisions keep refusing older ones."""
    session.execute(delete(inbox).where(col(inbox.received_at) < now() - KEEP))
