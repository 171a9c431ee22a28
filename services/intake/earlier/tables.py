"""Earlier checks in a CSV file: which column holds what, and its rows as checks.

As spreadsheets write it: with or without a byte-order mark, with commas, semicolons, tabs or bars, a first line `sep=;`, quotes
across lines. The mapping is that of the command `factdesk import`: a JSON or TOML file that names a field for each column, or
`COLUMN=FIELD`. A column that is named as its field is needs none.
"""

import codecs
import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from services.intake.earlier.documents import NOT_UTF8
from services.intake.earlier.items import Item, Unreadable, item_of
from services.intake.earlier.reviews import Unfit, fitted, moment, number

FIELDS = (
    "url", "claim", "claimant", "claimed_at", "rating.label", "rating.value", "rating.best", "rating.worst",
    "publisher.name", "publisher.url", "published_at", "language", "headline",
)  # fmt: skip
ALSO = {
    "claimreviewed": "claim", "claim_reviewed": "claim", "text": "claim", "rating": "rating.label",
    "textual_rating": "rating.label",
    "publisher": "publisher.name", "date_published": "published_at", "review_date": "published_at", "claim_date": "claimed_at",
    "title": "headline", "language_code": "language", "in_language": "language",
}  # fmt: skip
NEEDED = ("url", "claim", "rating.label")
SIGNS = ",;\t|"
LONGEST_CELL = 5_000_000  # characters


class Wrong(Exception):
    """A mapping that can't be used. Says why."""


def read_mapping(file: Path | None, pairs: Iterable[str]) -> dict[str, str]:
    """The field of each column that is named, by a file and by `COLUMN=FIELD`. Raises Wrong."""
    given: dict[str, str] = {}
    if file is not None:
        given.update(_of_file(file))
    for pair in pairs:
        column, sign, field = pair.rpartition("=")  # a column's name may hold the sign, a field's does not
        if not sign:
            raise Wrong(f"{pair!r} should be COLUMN=FIELD.")
        given[column.strip()] = field.strip()
    for column, field in given.items():
        if field not in FIELDS:
            raise Wrong(f"{column}: an earlier check has no field {field}. There are: {', '.join(FIELDS)}")
    return given


class Rows:
    """A CSV file's rows as items. `columns` are those that are used, with their fields; the others are passed over."""

    def __init__(self, stream: IO[bytes], mapping: Mapping[str, str], zone: ZoneInfo | None = None) -> None:
        """Reads the header. Raises Unreadable or Wrong."""
        csv.field_size_limit(LONGEST_CELL)
        self._text = io.TextIOWrapper(stream, encoding=_encoding(stream), errors="surrogateescape", newline="")
        self._zone = zone
        self._skipped = 0
        try:
            header = self._begin()
        except (UnicodeError, csv.Error) as error:
            raise Unreadable(_words(error, 1)) from None
        if NOT_UTF8.search("".join(header)):
            raise Unreadable("It is not UTF-8 text. Save it as UTF-8.")
        self._header = [name.strip() for name in header]
        self.columns = self._fields(mapping)

    def __iter__(self) -> Iterator[Item]:
        count, line = 0, 0
        try:
            for cells in self._rows:
                line = self._rows.line_num + self._skipped
                if any(cell.strip() for cell in cells):
                    count += 1
                    yield self._item(count, line, cells)
        except (UnicodeError, csv.Error) as error:
            raise Unreadable(_words(error, line + 1)) from None

    def _begin(self) -> list[str]:
        """Find out what stands between the cells, and read the header."""
        first = self._text.readline(1_000_000)
        named = re.match(r"sep=(.)\s*$", first, re.I)
        if named:
            self._skipped, first = 1, self._text.readline(1_000_000)
        sign = named[1] if named else max(SIGNS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
        self._rows = csv.reader(self._lines(first), delimiter=sign, strict=True)
        return next(self._rows, [])

    def _lines(self, first: str) -> Iterator[str]:
        yield first
        yield from self._text

    def _fields(self, mapping: Mapping[str, str]) -> dict[str, str]:
        if not any(self._header):
            raise Unreadable("It has no header: its first line should name the columns.")
        if strange := [column for column in mapping if column not in self._header]:
            raise Wrong(f"There is no column {strange[0]}. There are: {', '.join(filter(None, self._header[:20]))}")
        found = {column: mapping.get(column) or _by_name(column) for column in self._header}
        fields: dict[str, str] = {}
        for column, field in found.items():
            if field and (column in mapping or field not in mapping.values()):
                if field in fields.values():
                    raise Wrong(f"Two columns hold {field}. Say which is meant: COLUMN={field}")
                fields[column] = field
        if missing := [field for field in NEEDED if field not in fields.values()]:
            shown = ", ".join(filter(None, self._header[:20]))
            raise Wrong(f"Which column holds {missing[0]}? Say so: COLUMN={missing[0]}. There are: {shown}")
        return fields

    def _item(self, count: int, line: int, cells: list[str]) -> Item:
        given = dict(zip(self._header, cells, strict=False))
        if NOT_UTF8.search("".join(cells)):
            words = "holds bytes that are not UTF-8: save the file as UTF-8"
            return Item(count, given=self._whole(cells), refused=words, line=line)
        if any(cell.strip() for cell in cells[len(self._header) :]):
            words = f"has {len(cells)} cells under {len(self._header)} columns"
            return Item(count, given=self._whole(cells), refused=words, line=line)
        values = {field: text for column, field in self.columns.items() if (text := given.get(column, "").strip())}
        notes: list[str] = []
        try:
            fit = fitted(self._check(values, notes), notes)
        except Unfit as unfit:
            return Item(count, given=self._whole(cells), refused=str(unfit), line=line)
        return item_of(count, None, fit, given, line)

    def _whole(self, cells: list[str]) -> dict[str, str] | list[str]:
        """A row as it was sent: its cells by their columns, or in their order if some have no column that is theirs alone."""
        while len(cells) > len(self._header) and not cells[-1].strip():
            cells = cells[:-1]
        named = dict(zip(self._header, cells, strict=False))
        return named if len(named) == len(cells) else cells

    def _check(self, values: Mapping[str, str], notes: list[str]) -> dict[str, Any]:
        """A row's cells as a check's fields."""
        check: dict[str, Any] = {}
        for field, text in values.items():
            value: Any = text
            if field.endswith("_at"):
                value = self._moment(text)
            elif field in ("rating.value", "rating.best", "rating.worst"):
                value = number(text)
            if value is None:
                notes.append(
                    f"{field}: {text[:40]!r} is not {'a date' if field.endswith('_at') else 'a number'}; it was left out"
                )
                continue
            outer, _, inner = field.partition(".")
            if inner:
                check.setdefault(outer, {})[inner] = value
            else:
                check[outer] = value
        if "name" not in check.get("publisher", {"name": ""}):
            del check["publisher"]  # an address alone says less than the check's own
        return check

    def _moment(self, text: str) -> Any:
        found = moment(text)
        if found is None or self._zone is None or re.search(r"(Z|[+-][0-9:]{2,6}|GMT|UTC)\s*$", text[10:], re.I):
            return found
        return found.replace(tzinfo=self._zone)


def _of_file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{path} can't be read: {error}") from error
    if isinstance(found, dict) and all(isinstance(field, str) for field in found.values()):
        return found
    raise Wrong(f'{path} should name a field for each column: {{"Claim": "claim"}}.')


def _by_name(column: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
    named = {field.replace(".", "_"): field for field in FIELDS}
    return named.get(plain) or ALSO.get(plain)


def _encoding(stream: IO[bytes]) -> str:
    """By its mark; without one it has to be UTF-8."""
    begins = stream.read(3)
    stream.seek(0)
    if begins.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _words(error: Exception, line: int) -> str:
    if isinstance(error, UnicodeError):
        return f"It is not the text that it seems to be, from about line {line:,} on. Save it as UTF-8."
    return f"It can't be read from line {line:,} on ({error}). Is a quotation mark missing there?"
