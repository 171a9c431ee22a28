"""How the relay learns within milliseconds that something was committed, on each database.

SQLite: `PRAGMA data_version` changes when another connection commits; asking costs microseconds. PostgreSQL:
`LISTEN`, whose notification arrives with the commit. A timer stands behind both.
"""

import sqlite3
import time
from typing import Protocol

import psycopg

from shared.db import Database

LOOK_EVERY = 0.005  # seconds between two looks at SQLite's data_version


class Alarm(Protocol):
    """Waits until something was committed, or for so many seconds at most."""

    def wait(self, seconds: float) -> None: ...


class DataVersion:
    """For a SQLite file."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        self._seen = self._version()

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (version := self._version()) == self._seen and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
        self._seen = version

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class Notifications:
    """For PostgreSQL. The connection is made again when it is lost; the timer covers the time between."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.Connection | None = None

    def wait(self, seconds: float) -> None:
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._url, autocommit=True)
                self._connection.execute("LISTEN outbox")
                return  # something may have been told before we listened
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.OperationalError:
            self._connection = None
            time.sleep(min(seconds, 1.0))


def alarm_for(database: Database) -> Alarm:
    """The alarm that fits the database."""
    return DataVersion(database.path) if database.is_sqlite else Notifications(database.url or "")
