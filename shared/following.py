"""Changes in an order that can be followed: whoever asks from where they stopped misses nothing.

Times won't do for that: of two transactions the one that began first may be seen last. On SQLite writers queue, so numbers grow as
commits do. On PostgreSQL the order is by transaction, and nothing is shown while an older transaction is still open.

A table that is followed has a growing `seq` and the `transaction` that wrote the row: PostgreSQL's, or 0 on SQLite.

Numbers of transactions are those of one server. A dump that is restored on another brings some that this one has not reached, and
what comes then has lower ones. So the rows of the former are put before all others (`go_on`), and so is whoever stopped among them.
"""

from typing import Any

from sqlalchemy import BigInteger, MetaData, Text, case, cast, func, literal, tuple_, update
from sqlmodel import Session

from shared import cursor

Place = tuple[int, int]  # transaction and number: where a reader stopped
START: Place = (0, 0)
# The first number that no transaction of this server has, as this statement sees it.
NOT_YET = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger)


def transaction_in(session: Session) -> tuple[tuple[str, str], ...]:
    """A row's `transaction`, as the database makes it (see `shared.rows`)."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (("transaction", "pg_current_xact_id()::text::bigint" if is_postgresql else "0"),)


def following(session: Session, chosen: Any, transaction: Any, seq: Any, place: Place) -> Any:
    """The chosen rows after a place, the oldest first, as far as nothing can come in between any more."""
    chosen = chosen.order_by(transaction, seq)
    if session.get_bind().dialect.name != "postgresql":
        return chosen.where(tuple_(transaction, seq) > tuple_(*place))
    stopped, number = (literal(one, BigInteger) for one in place)
    stopped_here = case((stopped >= NOT_YET, 0), else_=stopped)
    oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    return chosen.where(tuple_(transaction, seq) > tuple_(stopped_here, number), transaction < oldest_open)


def go_on(session: Session, metadata: MetaData) -> int:
    """Take up where another server stopped, if the tables that are followed come from one. Returns how many rows did."""
    if session.get_bind().dialect.name != "postgresql":
        return 0
    followed = [one for one in metadata.sorted_tables if {"transaction", "seq"} <= set(one.c.keys())]
    moved = (update(one).where(one.c.transaction >= NOT_YET).values(transaction=0) for one in followed)
    return sum(session.connection().execute(one).rowcount for one in moved)


def place_in(given: str) -> Place:
    """The place in a cursor, which is written of a Place's values. Raises NotFound."""
    transaction, number = cursor.read(given, int, int)
    if not (0 <= transaction < 2**63 and 0 <= number < 2**63):
        raise cursor.bad()
    return transaction, number
