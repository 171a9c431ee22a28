"""Rows that every request or message writes or asks for, by the driver itself.

To have SQLAlchemy make a statement and its values costs several times what the database takes to execute it. So the statement is
made once, for a table and a set of columns, and values are made ready by the columns' own types.

Many rows are written by one call of the driver: at every call it gives up the interpreter's lock, and a writer whom many threads
wait for would wait for all of them as often as it has rows. SQLite takes rows as VALUES. PostgreSQL takes an array for each column,
and so sees the same statement every time and plans it once.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import JSON, Dialect, Select, Table
from sqlalchemy import Column as AnyColumn
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.db import Database, table_of

AT_ONCE = 500  # rows in one statement: SQLite takes 32,766 values

Row = Mapping[str, Any]


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
        self._begin = f'INSERT INTO "{table.name}" ({names}) '
        self._row = f"({', '.join('?' * len(columns))}{values})"
        self._end = {"raise": "", "pass": " ON CONFLICT DO NOTHING", "replace": _in_place(table, columns)}[conflict]
        if not self._is_sqlite:
            arrays = ", ".join(f"%s::{_array(table.c[name], dialect)}" for name in columns)
            numbered = ", ".join(f"c{number}" for number in range(len(columns)))
            self._begin += f"SELECT {numbered}{values} FROM unnest({arrays}) AS given({numbered}){self._end}"  # noqa: S608 our own names

    def execute(self, cursor: Any, rows: Sequence[Row]) -> int:
        """Insert these; returns how many were inserted."""
        values = [[row[name] for row in rows] for name in self._given]
        values += [[value] * len(rows) for value in self._usual.values()]
        columns = [list(map(ready, some)) if ready else some for ready, some in zip(self._ready, values, strict=True)]
        if self._is_sqlite:
            sql = f"{self._begin} VALUES {', '.join([self._row] * len(rows))}{self._end}"
            cursor.execute(sql, list(chain.from_iterable(zip(*columns, strict=True))))
        else:
            cursor.execute(self._begin, columns, prepare=True)
        return int(cursor.rowcount)


_inserts: dict[tuple[Any, ...], _Insert] = {}  # to make one costs more than to execute it


def add_rows(
    session: Session, model: type[SQLModel], rows: Sequence[Row], made: tuple[tuple[str, str], ...] = ()
) -> None:
    """Insert rows, all of the same columns. `made`: columns whose values the database makes, with the SQL for it."""
    _write(session, model, rows, "raise", made)


def add_absent(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> int:
    """Insert rows, but for those that are there already. Returns how many were not; waits for who is at the same ones."""
    return _write(session, model, rows, "pass")


def replace_rows(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert whole rows, each in the place of the one with the same primary key, if there is one. Of many rows that is one
    statement, which an UPDATE is not."""
    _write(session, model, rows, "replace")


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


def _write(
    session: Session, model: type[SQLModel], rows: Sequence[Row], conflict: str, made: tuple[tuple[str, str], ...] = ()
) -> int:
    if not rows:
        return 0
    connection = session.connection()
    dialect = connection.dialect
    kind = (model, tuple(rows[0]), made, conflict, dialect.name)
    insert = _inserts.get(kind)
    if insert is None:
        insert = _inserts[kind] = _Insert(*kind[:4], dialect)
    cursor = connection.connection.cursor()
    try:
        return sum(insert.execute(cursor, rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE))
    finally:
        cursor.close()


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


def _readier(column: AnyColumn[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value ready for the driver, after the column's type; None if it is so already."""
    if isinstance(column.type, JSON):
        return lambda value: None if value is None else json.dumps(value)
    ready: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    # Of many rows most have the same moment; to write it costs more than to look it up.
    return lru_cache(maxsize=64)(ready) if ready and isinstance(column.type, UTCDateTime) else ready


def _array(column: AnyColumn[Any], dialect: Dialect) -> str:
    """The array's type; JSON comes as text."""
    kind = column.type.dialect_impl(dialect).compile(dialect)
    return f"text[]::{kind}[]" if kind in ("JSON", "JSONB") else f"{kind}[]"
