"""Changes in an order that can be followed: whoever asks from where they stopped misses nothing.

Times won't do for that: of two transactions the one that began first may be seen last. On SQLite writers queue, so numbers grow as
commits do. On PostgreSQL the order is by transaction, and nothing is shown while an older transaction is still open.

A table that is followed has a growing `seq` and the `transaction` that wrote the row: PostgreSQL's, or 0 on SQLite.
"""

from typing import Any

from sqlalchemy import BigInteger, Text, cast, func, tuple_
from sqlmodel import Session

from shared import cursor

Place = tuple[int, int]  # transaction and number: where a reader stopped
START: Place = (0, 0)


def transaction_in(session: Session) -> tuple[tuple[str, str], ...]:
    """A row's `transaction`, as the database makes it (see `shared.rows`)."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (("transaction", "pg_current_xact_id()::text::bigint" if is_postgresql else "0"),)


def following(session: Session, chosen: Any, transaction: Any, seq: Any, place: Place) -> Any:
    """The chosen rows after a place, the oldest first, as far as nothing can come in between any more."""
    chosen = chosen.where(tuple_(transaction, seq) > tuple_(*place)).order_by(transaction, seq)
    if session.get_bind().dialect.name != "postgresql":
        return chosen
    oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    return chosen.where(transaction < oldest_open)


def place_in(given: str) -> Place:
    """The place in a cursor, which is written of a Place's values. Raises NotFound."""
    transaction, number = cursor.read(given, int, int)
    if not (0 <= transaction < 2**63 and 0 <= number < 2**63):
        raise cursor.bad()
    return transaction, number
