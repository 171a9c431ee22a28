"""One service's database: where transactions begin and end.

Edges write `with transaction() as session` and read `with reading() as session`; verbs take the session and
never commit. `commit()` stands in this file alone.

SQLite's defaults lose updates without a word: with two processes a read-modify-write was lost every other
time. So `transaction()` begins IMMEDIATE, and `reading()` plain. SQLite's own waiting starves writers for
seconds; a kernel lock around write transactions makes them queue. `synchronous=FULL` costs one fsync a commit
and is what lets an accepted claim survive a power cut.
"""

import fcntl
import math
import select
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import JSON, ColumnElement, Dialect, Engine, MetaData, Table, and_, create_engine, event, text, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlmodel import Session, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# For every engine. What statements held, other people's words among it, stands in no error, and so in no log and no outbox.
OF_ANY: dict[str, Any] = {"pool_size": 10, "max_overflow": 10, "hide_parameters": True}
FRESH = 0.5  # seconds since a connection was used: so long it is taken to be there still

Json = JSON().with_variant(JSONB(), "postgresql")


def new_metadata() -> MetaData:
    """A service's metadata, with names for every constraint so that migrations can speak of them."""
    return MetaData(naming_convention=NAMING)


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements over many rows: an object for each row costs more than the row."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def row_of(model: type[SQLModel], **values: Any) -> dict[str, Any]:
    """A whole row for such a statement: these values, and the model's defaults."""
    found = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if name not in values and not field.is_required()
    }
    return found | values


def is_one_of(columns: Sequence[Any], keys: Collection[Any]) -> ColumnElement[bool]:
    """Whether a row's columns, together, are one of these keys, each a tuple with a value for every column.

    Every column is asked for by itself, too: by `(a, b) IN (…)` alone SQLite uses no index, and would read the whole table.
    """
    alone = [column.in_({key[place] for key in keys}) for place, column in enumerate(columns)]
    return and_(*alone, tuple_(*columns).in_(keys)) if len(alone) > 1 else alone[0]


def insert_if_absent(session: Session, model: type[SQLModel]) -> Any:
    """An INSERT that passes over what is there already, in the dialect of the database."""
    return _insert_if_absent(session.get_bind().dialect.name, model)


@cache
def _insert_if_absent(dialect: str, model: type[SQLModel]) -> Any:
    if dialect == "postgresql":
        insert = postgresql.insert(table_of(model)).on_conflict_do_nothing()
        return insert.execution_options(preserve_rowcount=True)  # or the driver's count of many rows is lost
    return table_of(model).insert().prefix_with("OR IGNORE")


class Database:
    """A database by URL: `sqlite:///path` or `postgresql://…` (psycopg 3).

    It connects when it is first used, so that importing a service touches nothing.
    """

    def __init__(self) -> None:
        self.url: str | None = None
        self._reader: Engine | None = None
        self._writer: Engine | None = None
        self._asker: Engine | None = None
        self._hasty: Engine | None = None
        self._turn = threading.Lock()
        self.is_sqlite = False

    def connect(self, url: str) -> None:
        """Use this database from now on. Connections to another one are given up."""
        self.close()
        self.url = _with_driver(url)
        self.is_sqlite = make_url(self.url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", cache_kib=8_192)
            self._hasty = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", cache_kib=2_048, synchronous="NORMAL")
            self._reader = _sqlite_engine(self.url, begin="BEGIN", cache_kib=2_048)
            self._asker = _sqlite_engine(self.url, begin=None, cache_kib=512)
        else:
            self._writer = _postgresql_engine(self.url)
            self._reader = self._writer.execution_options(postgresql_readonly=True)
            self._hasty = self._writer
            # to ask takes no transaction, and no ping before: one round trip rather than four
            self._asker = create_engine(self.url, isolation_level="AUTOCOMMIT", **OF_ANY)
            event.listen(self._asker, "connect", _speak_in_utc)

    def close(self) -> None:
        """Give up every connection. Needed before a fork, harmless otherwise."""
        for engine in (self._reader, self._writer, self._asker, self._hasty):
            if engine is not None:
                engine.dispose()

    @property
    def path(self) -> str:
        """The SQLite file."""
        return _path(self.url or "")

    @property
    def engine(self) -> Engine:
        """The engine that may write."""
        return _connected(self._writer)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work. Commits at the end; an exception rolls all of it back."""
        with self._writers_turn(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def hasty_transaction(self) -> Iterator[Session]:
        """One that does not wait for the disk: a power cut may take back the last of these, each whole, and nothing that was
        committed otherwise. For what is then done again, and nothing else."""
        with self._writers_turn(), Session(_connected(self._hasty), expire_on_commit=False) as session:
            if not self.is_sqlite:
                session.execute(text("SET LOCAL synchronous_commit TO OFF"))
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look. Nothing that is changed here is kept."""
        with Session(_connected(self._reader), expire_on_commit=False, autoflush=False) as session:
            yield session

    def look_up(self, sql: str, *values: Any) -> Any:
        """One row by the driver itself, or None, without a transaction and at a tenth of what `reading` costs: for what every
        reader asks. `?` in the SQL stands for a value. (`shared.rows.Question` does the same with what SQLAlchemy writes.)"""
        return self.ask(sql if self.is_sqlite else sql.replace("?", "%s"), values)

    def ask(self, sql: str, values: Any) -> Any:
        """`look_up` with the driver's own placeholders."""
        asker = _connected(self._asker)
        try:
            return _one_row(asker, sql, values)
        except psycopg.OperationalError:
            asker.dispose()  # the server was started anew, it may be: whatever connections wait here are dead
            return _one_row(asker, sql, values)

    @property
    def dialect(self) -> Dialect:
        """How SQLAlchemy speaks to it."""
        return self.engine.dialect

    @contextmanager
    def _writers_turn(self) -> Iterator[None]:
        """Wait for the write lock of a SQLite file; the kernel releases it when the process dies."""
        if not self.is_sqlite:
            yield
            return
        with self._turn, open(f"{self.path}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@cache
def _path(url: str) -> str:
    return make_url(url).database or ""


def _connected(engine: Engine | None) -> Engine:
    if engine is None:
        raise RuntimeError("The database is not connected. Call connect(url) first.")
    return engine


def _one_row(engine: Engine, sql: str, values: Any) -> Any:
    connection = engine.raw_connection()
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()
    finally:
        connection.close()


def _has_been_told(connection: "psycopg.Connection[Any]") -> bool:
    """Whether something came in, or the line was cut, since the last answer. Asks the kernel, not the server."""
    line = select.poll()
    line.register(connection.pgconn.socket, select.POLLIN)
    return bool(line.poll(0))


def _with_driver(url: str) -> str:
    for old in ("postgres://", "postgresql://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url


def _sqlite_engine(url: str, begin: str | None, cache_kib: int, synchronous: str = "FULL") -> Engine:
    # the connection that was used last has the pages: writers use one at a time, and so one cache
    engine = create_engine(
        url,
        connect_args={"timeout": 10, "check_same_thread": False, "cached_statements": 512},
        pool_use_lifo=True,
        pool_reset_on_return="rollback" if begin else None,
        **OF_ANY,
    )
    # Many rows are one INSERT of many VALUES. The driver gives up the interpreter's lock at every call: with a call for each row,
    # a writer whom many threads wait for waits for all of them as often as it has rows. (SQLAlchemy does it where nothing stands
    # behind the values. So what is to happen to a row that is there stands before them: OR IGNORE, not ON CONFLICT.)
    engine.dialect.use_insertmanyvalues_wo_returning = True

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            f"cache_size=-{cache_kib}",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    if begin:
        event.listen(engine, "begin", lambda connection: connection.connection.dbapi_connection.execute(begin))

    return engine


def _speak_in_utc(connection: psycopg.Connection, _record: Any) -> None:
    """Moments come in UTC, whatever the server's zone: of two in one other zone Python subtracts what its clocks show, an hour more
    or less where summer time begins between them."""
    former, connection.autocommit = connection.autocommit, True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = former


def _postgresql_engine(url: str) -> Engine:
    """Whose connections are looked at before use, as with `pool_pre_ping`. One that was used a moment ago is not asked, for that is
    a round trip; but nobody has spoken on it, so if there is something to read, the server has said goodbye."""
    engine = create_engine(url, **OF_ANY)
    event.listen(engine, "connect", _speak_in_utc)

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used_at", math.inf) > FRESH or _has_been_told(connection):
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise InvalidatePoolError from error  # the others are dead, too

    return engine
