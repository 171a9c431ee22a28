"""A service's records moved from SQLite to PostgreSQL, when a newsroom outgrows one machine.

All of it or nothing: the new tables are made, filled and compared in one transaction of the new database. The old one is only
read, while nobody else has it open, and stays as it is. Keys between tables are taken away while rows come, because a row may
point to one that comes later, and put back at the end: PostgreSQL looks at every one of them then. Every row is read back and
has to be what was sent. Of the indexes of words, which have nothing alike on both, each service says how its own are written.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, inspect, select, text, tuple_
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from shared.db import Database
from shared.migrations import is_current, upgrade
from shared.service import Service

AT_ONCE = 500  # rows
KEYS = text(
    'SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name, pg_get_constraintdef(oid) AS rule '
    "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
)
NEXT_NUMBER = text(
    "SELECT setval(pg_get_serial_sequence(:named, :column), CAST(:last AS BIGINT)) "
    "WHERE pg_get_serial_sequence(:named, :column) IS NOT NULL"
)

Row = Mapping[str, Any]
Moved = Callable[[int, int], None]  # is told of so many rows that were moved, of how many in all


class Index(NamedTuple):
    """An index of words, a table that no model describes: the SQL that reads its rows on SQLite, and what writes them on
    PostgreSQL."""

    table: str
    read: str
    write: Callable[[Session, Sequence[Row]], None]


def written_by(table: str, read: str, statement: str) -> Index:
    """One whose rows go into PostgreSQL by a statement, with what was read as its parameters."""

    def write(session: Session, rows: Sequence[Row]) -> None:
        session.connection().execute(text(statement), rows)

    return Index(table, read, write)


class CannotMove(Exception):
    """It can't be moved; `args[0]` says why, and what to do. Nothing has changed."""


def move(service: Service[Any], url: str, indexes: Sequence[Index], moved: Moved) -> int:
    """Move what the service keeps to the empty PostgreSQL database at `url`. Returns how many rows that were. Raises CannotMove."""
    old, new = service.database, Database()
    if not old.is_sqlite:
        raise CannotMove("What is moved is an SQLite database, and this service's is another.")
    if not _names_postgresql(url):
        raise CannotMove("It can be moved to PostgreSQL alone: postgresql://user@host/database.")
    if not Path(old.path).exists():
        raise CannotMove(f"There is no {old.path}. Set {service.name.upper()}_DATABASE_URL to what is to be moved.")
    with _told_in_words():
        new.connect(url)
        if not is_current(old, service.migrations):
            raise CannotMove("The tables are not of the newest form. Run `migrate` first.")
        _look_whether_it_is_closed(old)
        with closing(new), old.transaction() as source, new.transaction() as target:
            return _move(service, source, target, indexes, moved)


def _move(service: Service[Any], source: Session, target: Session, indexes: Sequence[Index], moved: Moved) -> int:
    connection = target.connection()
    if found := inspect(connection).get_table_names():
        raise CannotMove(f"The new database has to be empty; it has a table {found[0]}.")
    upgrade(connection, service.migrations)
    keys = connection.execute(KEYS).all()
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}"))
    tables = sorted(service.outbox.metadata.tables.values(), key=lambda one: one.name)
    total = sum(_count(source, name) for name in [one.name for one in tables] + [one.table for one in indexes])
    for table in tables:
        with _told_in_words(table.name):
            connection.execute(table.delete())  # what a migration put there
            for count in _rows(source.connection(), connection, table):
                moved(count, total)
            _go_on_from(connection, table)
    for index in indexes:
        with _told_in_words(index.table):
            for count in _words(source, target, index):
                moved(count, total)
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.rule}"))
    return total


def _rows(source: Connection, target: Connection, table: Table) -> Iterator[int]:
    read = source.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
    for some in read.partitions():
        rows = [dict(row) for row in some]
        target.execute(table.insert(), rows)
        _compare(target, table, rows)
        yield len(rows)


def _compare(target: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Read the rows back. Raises CannotMove if one is not what was sent."""
    key = list(table.primary_key.columns)
    sent = {tuple(row[column.key] for column in key): row for row in rows}
    found = target.execute(select(table).where(tuple_(*key).in_(list(sent)))).mappings()
    kept = {tuple(row[column.key] for column in key): dict(row) for row in found}
    for name, row in sent.items():
        if kept.get(name) != row:
            raise CannotMove(f"A row of {table.name} came back otherwise than it was sent: {name}.")


def _go_on_from(connection: Connection, table: Table) -> None:
    """Have the numbers that the database itself gives go on after the last one."""
    key = list(table.primary_key.columns)
    if len(key) == 1 and issubclass(key[0].type.python_type, int):
        last = connection.execute(select(func.max(key[0]))).scalar()
        if last is not None:
            connection.execute(NEXT_NUMBER, {"named": table.name, "column": key[0].name, "last": last})


def _words(source: Session, target: Session, index: Index) -> Iterator[int]:
    read = source.connection().execution_options(yield_per=AT_ONCE).execute(text(index.read)).mappings()
    for some in read.partitions():
        index.write(target, [dict(row) for row in some])
        yield len(some)


def _count(session: Session, table: str) -> int:
    return int(session.connection().execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608


def _names_postgresql(url: str) -> bool:
    try:
        return make_url(url).get_backend_name() in ("postgres", "postgresql")
    except (SQLAlchemyError, ValueError):  # ValueError: of a port that is no number
        return False


def _look_whether_it_is_closed(database: Database) -> None:
    """SQLite leaves its write-ahead log only while nobody else has the file open. Raises CannotMove."""
    database.close()
    with closing(sqlite3.connect(database.path, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise CannotMove(f"Somebody has {database.path} open. Stop the desk first.") from None
            raise CannotMove(f"SQLite refused {database.path}: {error}") from error


@contextmanager
def _told_in_words(table: str = "") -> Iterator[None]:
    """What one of the two databases refuses, without the values of the statement."""
    where = f" a row of {table}" if table else ""
    try:
        yield
    except DBAPIError as error:
        who = "SQLite" if isinstance(error.orig, sqlite3.Error) else "PostgreSQL"
        raise CannotMove(f"{who} refused{where}: {str(error.orig).strip().splitlines()[0]}") from error
    except SQLAlchemyError as error:
        raise CannotMove(f"PostgreSQL refused{where}: {error}") from error
