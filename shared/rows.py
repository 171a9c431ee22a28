"""Rows that every request or message writes or asks for, by the driver itself.

To have SQLAlchemy make a statement and its values costs several times what the database takes to execute it. So the statement is
made once, for a table and a set of columns, and values are made ready by the columns' own types.

Many rows are written by one call of the driver: at every call it gives up the interpreter's lock, and a writer whom many threads
wait for would wait for all of them as often as it has rows. SQLite takes rows as VALUES. PostgreSQL takes them as one JSON
document, and so sees the same statement every time and plans it once. (An array for each column does that as well; but the driver
writes those in Python, each quotation mark by itself, which took more than all the rest of a post.)
"""

import json
from collections import namedtuple
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Dialect, LargeBinary, Select, Table
from sqlalchemy import Column as AnyColumn
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.commits import WHICH, note_transaction
from shared.db import Database, table_of

AT_ONCE = 500  # rows in one statement: SQLite takes 32,766 values

Row = Mapping[str, Any]
Statement = tuple[str, Sequence[Any]]


class _Insert:
    """How rows of some columns get into a table. Columns that are not given have the model's defaults."""

    def __init__(
        self,
        model: type[SQLModel],
        given: tuple[str, ...],
        made: tuple[tuple[str, str], ...],
        conflict: str,
        dialect: Dialect,
    ) -> None:
        table = table_of(model)
        self._given = given
        self._usual = _defaults(table, {*given, *dict(made)})
        columns = (*given, *self._usual)
        names = ", ".join(f'"{name}"' for name in (*columns, *dict(made)))
        values = "".join(f", {sql}" for _, sql in made)
        self._is_sqlite = dialect.name == "sqlite"
        self._ready = [_readier(table.c[name], dialect) for name in columns]
        self._numbered = [f"c{number}" for number in range(len(columns))]
        self._begin = f'INSERT INTO "{table.name}" ({names}) '
        self._row = f"({', '.join('?' * len(columns))}{values})"
        self._end = {"raise": "", "pass": " ON CONFLICT DO NOTHING", "replace": _in_place(table, columns)}[conflict]
        if not self._is_sqlite:
            kinds = [table.c[name].type.dialect_impl(dialect).compile(dialect) for name in columns]
            typed = ", ".join(f"{number} {kind}" for number, kind in zip(self._numbered, kinds, strict=True))
            taken = f"{', '.join(self._numbered)}{values} FROM json_to_recordset(%s::json) AS given({typed})"
            self._begin += f"SELECT {taken}{self._end}"

    def statement(self, rows: Sequence[Row]) -> Statement:
        """That inserts these."""
        values = [[row[name] for row in rows] for name in self._given]
        values += [[value] * len(rows) for value in self._usual.values()]
        columns = [list(map(ready, some)) if ready else some for ready, some in zip(self._ready, values, strict=True)]
        if self._is_sqlite:
            sql = f"{self._begin} VALUES {', '.join([self._row] * len(rows))}{self._end}"
            return sql, list(chain.from_iterable(zip(*columns, strict=True)))
        given = [dict(zip(self._numbered, row, strict=True)) for row in zip(*columns, strict=True)]
        return self._begin, [json.dumps(given, default=_written)]


class Rows(NamedTuple):
    """Rows of one table, all of the same columns. `conflict`: what becomes of one whose key is there already: "raise"; "pass", and
    it is not written; or "replace", the old one is. `made`: columns whose values the database makes, with the SQL for it."""

    model: type[SQLModel]
    rows: Sequence[Row]
    conflict: Literal["raise", "pass", "replace"] = "raise"
    made: tuple[tuple[str, str], ...] = ()

    @property
    def most(self) -> int:
        """How many are written if none is there."""
        return len(self.rows)

    def statements(self, dialect: Dialect) -> Iterator[Statement]:
        """What writes them."""
        if self.rows:
            kind = (self.model, tuple(self.rows[0]), self.made, self.conflict, dialect.name)
            insert = _inserts.get(kind)
            if insert is None:
                insert = _inserts[kind] = _Insert(*kind[:4], dialect)
            for start in range(0, len(self.rows), AT_ONCE):
                yield insert.statement(self.rows[start : start + AT_ONCE])


class Sql(NamedTuple):
    """A statement that changes one row or none, `?` in it stands for a value; perhaps for one database alone."""

    text: str
    values: Sequence[Any] = ()
    only: str | None = None

    @property
    def most(self) -> int:
        return 1

    def statements(self, dialect: Dialect) -> Iterator[Statement]:
        """Itself, as the driver takes it."""
        if self.only in (None, dialect.name):
            yield self.text if dialect.name == "sqlite" else self.text.replace("?", "%s"), self.values


_inserts: dict[tuple[Any, ...], _Insert] = {}  # to make one costs more than to execute it


def write_all(session: Session, steps: Iterable[Rows | Sql]) -> list[int]:
    """Do all of this in order, on PostgreSQL in one round trip: in none, if there is nothing to do. Returns how many rows each step
    has changed."""
    session.flush()  # what is done here passes the session by
    dialect = session.get_bind().dialect
    wanted = [list(step.statements(dialect)) for step in steps]
    if not any(wanted):
        return [0] * len(wanted)
    driver = session.connection().connection.dbapi_connection
    if dialect.name == "sqlite":
        with closing(driver.cursor()) as cursor:  # type: ignore[union-attr]
            return [sum(cursor.execute(*one).rowcount for one in some) for some in wanted]
    with driver.pipeline():  # type: ignore[union-attr]
        done = [[driver.execute(*one, prepare=bool(one[1])) for one in some] for some in wanted]  # type: ignore[union-attr]
        asked = driver.execute(WHICH)  # type: ignore[union-attr]
    note_transaction(session, asked.fetchone()[0])
    return [sum(cursor.rowcount for cursor in some) for some in done]


def write_new(session: Session, steps: Sequence[Rows | Sql]) -> bool:
    """Do all of this if all of it is new: every row is written (they "pass" what is there), and every statement changes a row. If
    not so, none of it is done. Waits for who is at the same rows."""
    _, *changed = write_all(session, [Sql("SAVEPOINT new"), *steps])
    is_new = all(count == step.most for count, step in zip(changed, steps, strict=True))
    if not is_new:  # by itself: it has the driver forget what it has prepared, which it can't in the middle of others
        with closing(session.connection().connection.cursor()) as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT new")
    return is_new


def add_rows(
    session: Session, model: type[SQLModel], rows: Sequence[Row], made: tuple[tuple[str, str], ...] = ()
) -> None:
    """Insert rows, all of the same columns. `made`: columns whose values the database makes, with the SQL for it."""
    write_all(session, [Rows(model, rows, made=made)])


def add_absent(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> int:
    """Insert rows, but for those that are there already. Returns how many were not; waits for who is at the same ones."""
    return write_all(session, [Rows(model, rows, "pass")])[0]


def replace_rows(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert whole rows, each in the place of the one with the same primary key, if there is one. Of many rows that is one
    statement, which an UPDATE is not."""
    write_all(session, [Rows(model, rows, "replace")])


class Question:
    """A SELECT of at most one row, with `bindparam`s for text, that every request asks: written once."""

    def __init__(self, chosen: "Select[*tuple[Any, ...]]") -> None:
        self._chosen = chosen
        self._row = namedtuple("Row", [column.name for column in chosen.selected_columns])  # type: ignore[misc]
        self._made: dict[str, tuple[str, list[str] | None, list[Callable[[Any], Any] | None]]] = {}

    def ask(self, database: Database, **values: str) -> Any:
        """The row, its values by name, or None."""
        dialect = database.dialect
        if dialect.name not in self._made:
            self._made[dialect.name] = self._make(dialect)
        sql, order, readers = self._made[dialect.name]
        found = database.ask(sql, [values[name] for name in order] if order is not None else values)
        if found is None:
            return None
        return self._row(*(read(value) if read else value for read, value in zip(readers, found, strict=True)))

    def _make(self, dialect: Dialect) -> tuple[str, list[str] | None, list[Callable[[Any], Any] | None]]:
        made = self._chosen.compile(dialect=dialect)
        kinds = [column.type.dialect_impl(dialect) for column in self._chosen.selected_columns]
        return str(made), made.positiontup, [kind.result_processor(dialect, None) for kind in kinds]


def _defaults(table: Table, but: Container[str]) -> dict[str, Any]:
    """What stands in columns that are not given. Raises TypeError for one whose value is made anew for each row."""
    found: dict[str, Any] = {}
    for column in table.c:
        if column.default is not None and column.name not in but:
            if not isinstance(column.default, ScalarElementColumnDefault):
                raise TypeError(f"Rows of {table.name} have to bring their {column.name}.")
            found[column.name] = column.default.arg
    return found


def _in_place(table: Table, columns: Iterable[str]) -> str:
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    return f" ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f'"{name}" = excluded."{name}"' for name in columns)


def _written(value: Any) -> str:
    """What JSON has no form for, as PostgreSQL reads it."""
    if isinstance(value, UUID | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be written")


def _readier(column: AnyColumn[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value ready for the statement, after the column's type; None if it is so already. To PostgreSQL all of them go
    in one JSON document: JSON as it is, bytes in hexadecimal digits."""
    is_sqlite = dialect.name == "sqlite"
    if isinstance(column.type, JSON):
        return (lambda value: None if value is None else json.dumps(value)) if is_sqlite else None
    if isinstance(column.type, LargeBinary) and not is_sqlite:
        return lambda value: None if value is None else f"\\x{value.hex()}"
    ready: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    # Of many rows most have the same moment; to write it costs more than to look it up.
    return lru_cache(maxsize=64)(ready) if ready and isinstance(column.type, UTCDateTime) else ready
