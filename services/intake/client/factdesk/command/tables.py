"""Rows of a file: CSV as spreadsheets write it, or JSON Lines.

CSV: with or without a byte-order mark, in UTF-8, UTF-16 or a named encoding; with commas, semicolons, tabs or bars; a first line
`sep=;`; quotes across lines. Cells are text, also those that a spreadsheet would take for formulas: in a file of refused rows,
which goes back to a spreadsheet, they are marked with an apostrophe, and read without it. A quote that is not closed makes the
whole file unreadable: what follows it can't be told apart.
"""

import csv
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click

from factdesk.command.broken_json import words_of
from factdesk.errors import FieldError

DELIMITERS = ",;\t|"
LONGEST_CELL = 10_000_000  # characters
REFUSED_ROW, REFUSED_BECAUSE = "refused_row", "refused_because"  # columns of the file of refused rows
REFUSED = "_refused"  # the same, in JSON Lines
FORMULA = re.compile(
    r"'?[=+\-@\t\r]"
)  # a spreadsheet would run it; or it is one that was marked, and has to be told apart from it
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Unreadable(click.ClickException):
    """A file that can't be read as what it should be. Nothing of it is sent."""


@dataclass(frozen=True)
class Row:
    """A row's number, counted from 1 without the header; its line in the file; its values by their columns; how it stood there;
    and what is wrong with it already."""

    number: int
    line: int
    values: dict[str, Any]
    original: Any
    wrong: tuple[FieldError, ...] = ()


class Table(ABC):
    """A file of rows. Iterated over anew, it is read anew."""

    suffix: str
    columns: list[str] | None  # None: each row names its own

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.path = path
        self.encoding = encoding or _encoding_of(path)

    @abstractmethod
    def __iter__(self) -> Iterator[Row]: ...

    @abstractmethod
    def write_refused(self, stream: IO[str], row: Row, reason: str, is_first: bool) -> None:
        """Write a row as it stood, with why it was refused, so that it can be mended and read again."""

    @contextmanager
    def _open(self) -> Iterator[IO[str]]:
        try:
            with open(self.path, encoding=self.encoding, newline="") as stream:
                yield stream
        except UnicodeError:
            raise Unreadable(
                f"{self.path} is not {self.encoding} text. Name another with --encoding, such as cp1252 for Windows."
            ) from None
        except LookupError:
            raise click.UsageError(f"There is no encoding {self.encoding}.") from None


class Csv(Table):
    """Rows under a header."""

    suffix = ".csv"
    columns: list[str]

    def __init__(
        self, path: Path, encoding: str | None = None, delimiter: str | None = None, most_empty: int | None = None
    ) -> None:
        """Reads the header. A file with more than `most_empty` empty rows is unreadable, however far it has been read."""
        super().__init__(path, encoding)
        self._most_empty = most_empty
        csv.field_size_limit(LONGEST_CELL)
        with self._open() as stream:
            first = stream.readline()
            self._skipped = first.lower().startswith("sep=")
            named = first[4:5] if self._skipped else None
            if not self._skipped:
                stream.seek(0)
            self._delimiter = delimiter or named or _delimiter_of(stream)
        with self._open() as stream:
            self.columns = [name.strip() for name in next(self._records(stream), (0, []))[1]]
        if not any(self.columns):
            raise Unreadable(f"{path} has no header: its first line should name the columns.")
        if self._is_report:
            _without_padding(self.columns)
        if twice := {name for name in self.columns if name and self.columns.count(name) > 1}:
            raise Unreadable(f"{path} has two columns of the name {', '.join(sorted(twice))}.")

    def __iter__(self) -> Iterator[Row]:
        with self._open() as stream:
            records = self._records(stream)
            next(records, None)
            for number, (line, cells) in enumerate(records, 1):
                if self._is_report:
                    cells = self._in_place([_unmarked(cell) for cell in cells])
                yield Row(number, line, self._values(cells), cells, self._wrong(cells))

    def write_refused(self, stream: IO[str], row: Row, reason: str, is_first: bool) -> None:
        writer = csv.writer(stream, delimiter=self._delimiter)
        kept = [n for n, name in enumerate(self.columns) if name not in (REFUSED_ROW, REFUSED_BECAUSE)]
        if is_first:
            writer.writerow([*(self.columns[n] for n in kept), REFUSED_ROW, REFUSED_BECAUSE])
        cells = [row.original[n] if n < len(row.original) else "" for n in kept]
        cells = [_marked(cell) for cell in (*cells, *row.original[len(self.columns) :])]
        writer.writerow([*cells, row.number, _marked(reason)])

    @property
    def _is_report(self) -> bool:
        """Whether this is a file of refused rows, in which formulas are marked as text."""
        return REFUSED_ROW in self.columns and REFUSED_BECAUSE in self.columns

    def _in_place(self, cells: list[str]) -> list[str]:
        """A refused row of more cells than columns ends with why it was refused: that under its columns, and what was too much
        behind it, as in any other file. Spreadsheets fill all rows up to the widest with empty cells."""
        own = len(self.columns) - 2
        if self.columns[own:] != [REFUSED_ROW, REFUSED_BECAUSE]:
            return cells
        _without_padding(cells, len(self.columns))
        return cells if len(cells) <= len(self.columns) else [*cells[:own], *cells[-2:], *cells[own:-2]]

    def _records(self, stream: IO[str]) -> Iterator[tuple[int, list[str]]]:
        """Each record that is not empty, with the line on which it begins."""
        before = 0
        if self._skipped:
            stream.readline()
            before = 1
        reader = csv.reader(stream, delimiter=self._delimiter, strict=True)
        line, empty = before + 1, 0
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                else:
                    empty += 1
                    if self._most_empty is not None and empty > self._most_empty:
                        raise Unreadable(f"{self.path} has more than {self._most_empty:,} empty rows. Delete them.")
                line = before + reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(
                f"{self.path} can't be read from line {line} on ({error}). Is a quotation mark missing there?"
            ) from None

    def _values(self, cells: list[str]) -> dict[str, Any]:
        ours = (REFUSED_ROW, REFUSED_BECAUSE)
        named = zip(self.columns, cells, strict=False)
        return {name: cell for name, cell in named if cell.strip() and name not in ours}

    def _wrong(self, cells: list[str]) -> tuple[FieldError, ...]:
        if not any(cell.strip() for cell in cells[len(self.columns) :]):
            return ()
        ours = 2 if self._is_report else 0
        return (FieldError("#", f"has {len(cells) - ours} cells under {len(self.columns) - ours} columns"),)


class JsonLines(Table):
    """A JSON object a line."""

    suffix = ".jsonl"
    columns = None

    def __iter__(self) -> Iterator[Row]:
        with self._open() as stream:
            number = 0
            for line, text in enumerate(stream, 1):
                if text.strip():
                    number += 1
                    yield self._row(number, line, text)

    def write_refused(self, stream: IO[str], row: Row, reason: str, is_first: bool) -> None:
        told: dict[str, Any] = {"row": row.number, "because": reason}
        if not isinstance(row.original, dict):
            told["line"] = row.original
        claim = row.original if isinstance(row.original, dict) else {}
        stream.write(json.dumps({**claim, REFUSED: told}, ensure_ascii=False) + "\n")

    @staticmethod
    def _row(number: int, line: int, text: str) -> Row:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            return Row(number, line, {}, text.strip(), (FieldError("#", f"is not JSON: {words_of(error, line)}"),))
        if not isinstance(found, dict):
            return Row(number, line, {}, text.strip(), (FieldError("#", "is not a JSON object"),))
        found.pop(REFUSED, None)
        return Row(number, line, found, found)


def open_table(path: Path, form: str | None, encoding: str | None, delimiter: str | None) -> Csv | JsonLines:
    """The rows of a file, by its ending unless its form is named. Raises Unreadable or click.UsageError."""
    form = form or {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}.get(path.suffix.lower())
    if form is None:
        raise click.UsageError(f"Is {path} CSV or JSON Lines? Say so with --format csv or --format jsonl.")
    return JsonLines(path, encoding) if form == "jsonl" else Csv(path, encoding, delimiter)


def _marked(cell: str) -> str:
    """A cell that no spreadsheet runs: what would be a formula begins with an apostrophe."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def _without_padding(cells: list[str], least: int = 0) -> None:
    """Take away the empty cells at the end, down to so many."""
    while len(cells) > least and not cells[-1].strip():
        cells.pop()


def _encoding_of(path: Path) -> str:
    with open(path, "rb") as stream:
        begins = stream.read(3)
    return next((name for mark, name in MARKS.items() if begins.startswith(mark)), "utf-8")


def _delimiter_of(stream: IO[str]) -> str:
    """What divides the header into the most columns."""

    def columns(delimiter: str) -> int:
        stream.seek(0)
        try:
            return len(next(csv.reader(stream, delimiter=delimiter, strict=True), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)
