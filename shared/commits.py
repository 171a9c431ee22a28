"""What became of a commit during which the connection to the database was lost.

Whoever only knows that the answer did not come knows nothing: the server may have kept everything just before. To do it again
would then do it twice, and to say that it failed would be wrong. PostgreSQL can be asked what became of a transaction by its id.
SQLite is in this process: a commit that raises has kept nothing.
"""

import time
from contextlib import closing
from enum import Enum
from typing import NamedTuple

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from shared.errors import Unavailable

ASKED_FOR = 5.0  # seconds: a server that is started anew, or has not noticed yet that nobody listens, is asked so long
ASKED_EVERY = 0.05
# The id of the transaction in which it is asked, if it has written.
WHICH = "SELECT pg_current_xact_id_if_assigned()::text"


class Fate(Enum):
    """What became of a transaction."""

    KEPT = "kept"
    LOST = "lost"
    UNKNOWN = "unknown"


def unknown() -> Unavailable:
    """What to say where nobody knows what became of it."""
    return Unavailable(
        "The database went away just now, and whether this was kept is not known. Send it again: "
        "under the same Idempotency-Key it is taken in once.",
        retry_after=5,
    )


class Mark(NamedTuple):
    """By what a transaction is known to the server, once its connection is gone."""

    engine: Engine
    transaction: str

    def fate(self) -> Fate:
        """Ask by another connection. Waits a moment for a server that can't be reached or does not know yet."""
        until = time.monotonic() + ASKED_FOR
        while (found := self._ask()) is Fate.UNKNOWN and time.monotonic() < until:
            time.sleep(ASKED_EVERY)
        return found

    def _ask(self) -> Fate:
        asked = text("SELECT pg_xact_status(CAST(:transaction AS xid8))")
        try:
            with self.engine.connect() as connection:
                said = connection.execute(asked, {"transaction": self.transaction}).scalar()
        except DBAPIError:
            return Fate.UNKNOWN
        return {"committed": Fate.KEPT, "aborted": Fate.LOST}.get(str(said), Fate.UNKNOWN)


def note_transaction(session: Session, transaction: str | None) -> None:
    """Remember what the server said to `WHICH` in the session's transaction, so that it is not asked once more."""
    session.info["transaction"] = session.get_transaction(), transaction


def mark_of(session: Session) -> Mark | None:
    """The mark of the session's transaction, as its last statement before the commit; None if nothing is unknown of a commit that
    raises: on SQLite, and where nothing was written."""
    session.flush()
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return None
    during, found = session.info.get("transaction", (None, None))
    if found is None or during is not session.get_transaction():
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(WHICH)
            found = cursor.fetchone()[0]  # type: ignore[index]
    return Mark(connection.engine, found) if found else None
