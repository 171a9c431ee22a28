"""Changes in an order that can be followed: whoever asks from where they stopped misses nothing.

Times won't do for that: of two transactions the one that began first may be seen last. On SQLite writers queue, so numbers grow as
commits do. On PostgreSQL the order is by transaction, and nothing is shown while an older transaction is still open.

A table that is followed has a growing `seq`, the `transaction` that wrote the row (PostgreSQL's, or 0 on SQLite) and the time `at`.

Numbers of transactions are those of one server. A dump that is restored on another brings some that this one has not reached, and
what comes then has lower ones. So the rows of the former are put before all others (`go_on`). Whoever stopped among them goes on
behind their row, wherever it is put: the transaction in their cursor may be one that this server, too, reaches some day.

A database that is restored from an older backup gives numbers once more that were given already. So a place holds the moment of
its row, too: whoever stopped at a row that is gone, or is another one now, is told so (`Gone`) rather than led past what is new.
"""

from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import BigInteger, MetaData, Text, cast, func, literal, select, tuple_, update
from sqlmodel import Session

from shared import cursor
from shared.clock import revision_of
from shared.errors import Gone, NotFound

RESTORED = (
    "The feed was put back to an older state, in which the place of this cursor is not known. "
    "Begin anew, without a cursor: what you know already comes once more, and nothing is left out."
)


class Place(NamedTuple):
    """Where a reader stopped: the row's transaction, its number, and its moment in microseconds, or 0 where that is not known (in
    a cursor from before there were moments in them)."""

    transaction: int
    number: int
    moment: int = 0


START = Place(0, 0)


class Followed(Protocol):
    """A row of a table that is followed."""

    @property
    def transaction(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...


# The first number that no transaction of this server has, as this statement sees it.
NOT_YET = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger)


def transaction_in(session: Session) -> tuple[tuple[str, str], ...]:
    """A row's `transaction`, as the database makes it (see `shared.rows`)."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (("transaction", "pg_current_xact_id()::text::bigint" if is_postgresql else "0"),)


def following(session: Session, chosen: Any, table: Any, place: Place) -> Any:
    """The chosen rows of a table after a place, the oldest first, as far as nothing can come in between any more. Raises Gone where
    the place is none of this table any more."""
    transaction, seq = table.c.transaction, table.c.seq
    stopped, number = (literal(one, BigInteger) for one in (_transaction_of(session, table, place), place.number))
    chosen = chosen.order_by(transaction, seq).where(tuple_(transaction, seq) > tuple_(stopped, number))
    if session.get_bind().dialect.name != "postgresql":
        return chosen
    oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    return chosen.where(transaction < oldest_open)


def go_on(session: Session, metadata: MetaData) -> int:
    """Take up where another server stopped, if the tables that are followed come from one. Returns how many rows did."""
    if session.get_bind().dialect.name != "postgresql":
        return 0
    followed = [one for one in metadata.sorted_tables if {"transaction", "seq"} <= set(one.c.keys())]
    moved = (update(one).where(one.c.transaction >= NOT_YET).values(transaction=0) for one in followed)
    return sum(session.connection().execute(one).rowcount for one in moved)


def _transaction_of(session: Session, table: Any, place: Place) -> int:
    """That of the row at a place, as it is now. Raises Gone where there is no such row any more."""
    if place.number == START.number:
        return START.transaction
    found = session.execute(select(table.c.transaction, table.c.at).where(table.c.seq == place.number)).one_or_none()
    if found is None or place.moment not in (0, revision_of(found.at)):
        raise Gone(RESTORED)
    return int(found.transaction)


def place_of(row: Followed) -> Place:
    """Where a reader stands who has read this row."""
    return Place(row.transaction, row.seq, revision_of(row.at))


def place_in(given: str) -> Place:
    """The place in a cursor, which is written of a Place's values. Raises NotFound."""
    try:
        place = Place(*cursor.read(given, int, int, int))
    except NotFound:
        place = Place(*cursor.read(given, int, int))
    if min(place) < 0:
        raise cursor.bad()
    return place
