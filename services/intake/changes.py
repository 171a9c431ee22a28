"""Every change of a newsroom's claims, in an order that can be followed: whoever asks from where they stopped misses nothing.

Times won't do for that: of two transactions the one that began first may be seen last. On SQLite writers queue, so numbers grow
as commits do. On PostgreSQL the order is by transaction, and nothing is shown while an older transaction is still open.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Text, cast, func, insert, tuple_
from sqlmodel import Session, col, select

from services.intake.models import Change
from shared.clock import now
from shared.db import table_of

Kind = Literal["submitted", "moved", "published"]
Place = tuple[int, int]  # transaction and number: where a reader stopped
START: Place = (0, 0)


class Noted(NamedTuple):
    """A change of a claim."""

    newsroom_id: UUID
    claim_id: UUID
    kind: Kind


def note_all(session: Session, changes: Iterable[Noted]) -> None:
    """Write changes down in the transaction that makes them."""
    moment = now()
    rows = [{**change._asdict(), "at": moment} for change in changes]
    if not rows:
        return
    session.connection().execute(_insert(session.get_bind().dialect.name), rows)


@cache
def _insert(dialect: str) -> Any:
    transaction: Any = cast(cast(func.pg_current_xact_id(), Text), BigInteger) if dialect == "postgresql" else 0
    return insert(table_of(Change)).values(transaction=transaction)


def list_after(session: Session, newsroom_id: UUID, place: Place, limit: int) -> Sequence[Change]:
    """A newsroom's changes after this place, the oldest first."""
    order = (col(Change.transaction), col(Change.seq))
    chosen = select(Change).where(Change.newsroom_id == newsroom_id, tuple_(*order) > tuple_(*place)).order_by(*order)
    if session.get_bind().dialect.name == "postgresql":
        oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
        chosen = chosen.where(col(Change.transaction) < oldest_open)
    return session.exec(chosen.limit(limit)).all()


def place_of(change: Change) -> Place:
    """Where a reader stands who has read this change."""
    return change.transaction, change.seq
