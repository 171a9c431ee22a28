"""What is nobody's mistake, and no bug: a database that is away or busy, a disk without room. Whoever asked can ask again.

What a statement itself got wrong (no such table, a number that is no number, more than PostgreSQL's limits) is a bug and stays one.
"""

import errno
import sqlite3

import psycopg

from shared.errors import Unavailable

AWAY = "The database does not answer. Try again in a moment."
BUSY = "The database is busy. Try again in a moment."
FULL = "There is no room left on the disk, so that nothing can be kept. Try again when whoever runs this has made some."
SOON, LATER = 5, 60  # seconds
LIMIT = "54"  # the class of what is too large or too much for PostgreSQL at any time
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
OF_SQLITE = {  # by the first eight bits, as its extended codes say more: https://www.sqlite.org/rescode.html
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_FULL: FULL,
}


def unable(error: BaseException) -> Unavailable | None:
    """How to say it, if an error is of this kind: 503, with when to ask again."""
    cause = getattr(error, "orig", None) or error  # SQLAlchemy wraps what the driver says
    words: str | None = None
    if isinstance(cause, sqlite3.OperationalError):
        words = OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    elif isinstance(cause, psycopg.errors.DiskFull):
        words = FULL
    elif isinstance(cause, psycopg.OperationalError) and not (cause.sqlstate or "").startswith(LIMIT):
        words = AWAY
    elif isinstance(cause, OSError) and cause.errno in NO_ROOM:
        words = FULL
    return Unavailable(words, retry_after=LATER if words == FULL else SOON) if words else None
