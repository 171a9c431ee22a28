"""Which column holds which field, and rows as claims by it."""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from factdesk.command.broken_json import words_of
from factdesk.command.fields import WrongValue, closed, kind_of, likely, path_for, put, value_of
from factdesk.command.submitting import assignment, checked_value
from factdesk.command.tables import Csv, JsonLines, Row
from factdesk.errors import FieldError


@dataclass(frozen=True)
class Mapped:
    """`paths`: the field of each column that is used. None: rows are claims as they are. `always`: fields that are the same for
    every row."""

    paths: Mapping[str, str] | None
    always: Mapping[str, Any] = field(default_factory=dict)
    zone: ZoneInfo | None = None

    def claim(self, row: Row) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
        """A row as a claim, and what is wrong with it."""
        wrong = list(row.wrong)
        claim: dict[str, Any] = {}
        if self.paths is None:
            claim = dict(row.values)
        else:
            for column, path in self.paths.items():
                if column in row.values:
                    self._put(claim, column, path, row.values[column], wrong)
        for path, value in self.always.items():
            put(claim, path, value)
        claim = claim if self.paths is None else closed(claim)
        if not wrong and not claim.get("text"):
            wrong.append(FieldError("#/text", "is empty"))
        return claim, tuple(wrong)

    def _put(self, claim: dict[str, Any], column: str, path: str, given: Any, wrong: list[FieldError]) -> None:
        kind = kind_of(path)
        try:
            if isinstance(given, str) and kind:
                text = given if path.startswith("quote.") else given.strip()  # a quote has to be found as it stands
                given = value_of(kind, text, self.zone)
            put(claim, path, given)
        except WrongValue as error:
            wrong.append(FieldError(_pointer(path), str(error)))

    def reason(self, errors: Sequence[FieldError], detail: str | None = None) -> str:
        """Why a row was refused, naming its columns."""
        columns = {_pointer(path): column for column, path in (self.paths or {}).items()}
        named = (
            (columns.get(one.pointer) or one.pointer.removeprefix("#").removeprefix("/"), one.detail) for one in errors
        )
        told = "; ".join(f"{name}: {words}" if name else words for name, words in named)
        return told or detail or "The desk refused it."


def given_by(file: Path | None, pairs: Iterable[str]) -> dict[str, str]:
    """The field of each column that is named, by a file and by COLUMN=FIELD. Raises click.UsageError."""
    given = _read(file) if file else {}
    for pair in pairs:
        column, sign, path = pair.rpartition("=")  # a column's name may hold the sign, a field's does not
        if not sign:
            raise click.UsageError(f"{pair!r} should be COLUMN=FIELD.")
        given[column.strip()] = path.strip()
    return given


def make_mapping(
    table: Csv | JsonLines,
    given: Mapping[str, str],
    always: Iterable[str] = (),
    zone: ZoneInfo | None = None,
    by_name: bool = True,
) -> Mapped:
    """The mapping as it was given and, unless not `by_name`, of a table's other columns those that are named as a field is.

    Raises click.UsageError.
    """
    for column, path in given.items():
        if kind_of(path) is None:
            raise click.UsageError(f"{column}: a claim has no field {path}.{likely(path)}")
    fixed = {path: checked_value(path, text) for path, text in map(assignment, always)}
    if table.columns is None:
        return Mapped(dict(given) or None, fixed, zone)
    if strange := [column for column in given if column not in table.columns]:
        raise click.UsageError(f"There is no column {strange[0]}. There are: {_listed(table.columns)}")
    paths = (named_columns(table.columns, given) if by_name else {}) | dict(given)
    if twice := {path for path in paths.values() if list(paths.values()).count(path) > 1}:
        raise click.UsageError(f"Two columns are mapped to {', '.join(sorted(twice))}.")
    if "text" not in paths.values() and "text" not in fixed:
        raise click.UsageError(
            f'Which column holds the claims? Say so: --map "COLUMN=text". There are: {_listed(table.columns)}'
        )
    return Mapped({column: paths[column] for column in table.columns if column in paths}, fixed, zone)


def unused(table: Csv | JsonLines, mapped: Mapped) -> list[str]:
    """The columns that hold no field."""
    ours = ("refused_row", "refused_because")
    return [name for name in table.columns or () if name and name not in (mapped.paths or {}) and name not in ours]


def named_columns(columns: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The columns, beside those that are given, that are named as a field is."""
    taken = set(given.values())
    found = {column: path for column in columns if column not in given and (path := path_for(column))}
    return {column: path for column, path in found.items() if path not in taken}


def _read(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path} can't be read: {words_of(error)}") from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise click.UsageError(f'{path} should name a field for each column: {{"Claim": "text"}}.')
    return found


def _pointer(path: str) -> str:
    return f"#/{path.replace('.', '/')}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name for name in names[:20] if name)
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown
