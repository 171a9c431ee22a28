"""An uploaded file: its columns, its rows as claims, and the report of what was refused."""

import hashlib
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import click

from factdesk.command.fields import kinds
from factdesk.command.mapping import Mapped, make_mapping, named_columns
from factdesk.command.tables import REFUSED_BECAUSE, REFUSED_ROW, Csv, Row
from factdesk.errors import FieldError
from services.intake.models import Upload
from services.intake.schemas import ClaimIn
from shared.errors import Invalid, Problem
from shared.web import parse_json

MOST_BYTES = 10_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 500
MOST_EMPTY = 100_000  # rows, which are read in a tenth of a second or two
SHOWN = 5  # rows as claims
FIELDS = [path.replace(".N.", ".0.") for path in kinds()]  # that a column can hold


class Look(NamedTuple):
    """What a file holds, as it is mapped now: the first claims, each as its fields by their paths. `refused` names rows that would
    not be taken, `wrong` why nothing can be sent yet."""

    columns: list[str]
    mapping: Mapping[str, str]
    rows: int = 0
    claims: list[list[tuple[str, str]]] = []
    refused: list[tuple[int, str]] = []
    wrong: str | None = None


class Ready(NamedTuple):
    """A row: its claim, or why it is refused."""

    row: Row
    claim: ClaimIn | None
    refused: str | None


def look(upload: Upload) -> Look:
    """Read the whole file and send nothing. Raises Invalid for one that can't be read at all."""
    with open_upload(upload) as table:
        mapping = _mapping(upload, table)
        if trouble := _trouble(mapping):
            return Look(table.columns, mapping, wrong=trouble)
        mapped = _mapped(mapping, table, upload.zone)
        claims: list[list[tuple[str, str]]] = []
        refused: list[tuple[int, str]] = []
        count = 0
        for one in ready_rows(table, mapped, upload.test):
            count += 1
            if count > MOST_ROWS:
                raise Invalid(f"The file has more than {MOST_ROWS:,} rows. Send it in parts.")
            if one.claim is None:
                refused.append((one.row.number, one.refused or ""))
            elif len(claims) < SHOWN:
                claims.append(list(_flat(one.claim.model_dump(mode="json", exclude_defaults=True))))
        return Look(table.columns, mapping, count, claims, refused)


@contextmanager
def open_upload(upload: Upload) -> Iterator[Csv]:
    """The table in an upload. Raises Invalid."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "the file"
        path.write_bytes(upload.content)
        try:
            table = Csv(path, upload.encoding, most_empty=MOST_EMPTY)
            if len(table.columns) > MOST_COLUMNS:
                raise Invalid(f"The file has more than {MOST_COLUMNS} columns.")
            yield table
        except click.ClickException as error:
            raise Invalid(error.message.replace(str(path), upload.name).replace("--encoding", "its encoding")) from None


def header_of(upload: Upload) -> str | None:
    """A digest of its columns' names, in whatever order, without those that a file of refused rows has besides. None if they can't
    be read, as in another encoding than was chosen."""
    try:
        with open_upload(upload) as table:
            names = sorted({*filter(None, table.columns)} - {REFUSED_ROW, REFUSED_BECAUSE})
    except Invalid:
        return None
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def ready_rows(table: Csv, mapped: Mapped, test: bool) -> Iterator[Ready]:
    """Each row as a claim, or why it is none, naming its columns."""
    for row in table:
        fields, wrong = mapped.claim(row)
        if wrong:
            yield Ready(row, None, mapped.reason(wrong))
            continue
        try:
            claim = parse_json(ClaimIn, json.dumps(fields | ({"test": True} if test else {})).encode())
        except Problem as problem:
            yield Ready(row, None, _reason(mapped, problem))
        else:
            yield Ready(row, claim, None)


def mapped_rows(upload: Upload, table: Csv) -> Iterator[Ready]:
    """The rows of an upload as it is mapped."""
    return ready_rows(table, _mapped(_mapping(upload, table), table, upload.zone), upload.test)


def report_of(upload: Upload) -> str:
    """What was refused, as CSV that can be mended and uploaded again: the rows as they stood, and why."""
    because = {int(number): str(words) for number, words in upload.refused}
    out, is_first = io.StringIO(), True
    with open_upload(upload) as table:
        for row in table:
            if row.number in because:
                table.write_refused(out, row, because[row.number], is_first)
                is_first = False
    return out.getvalue()


def _mapping(upload: Upload, table: Csv) -> dict[str, str]:
    """The mapping that was chosen, of the columns and fields that there are; before that, what the columns' names say."""
    chosen = {column: path for column, path in upload.mapping.items() if column in table.columns and path in FIELDS}
    return chosen if upload.mapping else named_columns(table.columns, {})


def _trouble(mapping: Mapping[str, str]) -> str | None:
    """Why nothing can be sent by a mapping; None if something can."""
    paths = list(mapping.values())
    if twice := [path for path in paths if paths.count(path) > 1]:
        return f"Two columns are to hold {twice[0]}. Choose one of them."
    return None if "text" in paths else "Choose the column that holds the claims: the field is called text."


def _mapped(mapping: Mapping[str, str], table: Csv, zone: str | None) -> Mapped:
    return make_mapping(table, mapping, by_name=False, zone=ZoneInfo(zone) if zone else None)


def _flat(value: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """A claim's fields as lines to read, each under its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{before}.{name}" if before else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{before}.{number}")
    else:
        yield before, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _reason(mapped: Mapped, problem: Problem) -> str:
    errors = [FieldError(one["pointer"], one["detail"]) for one in problem.members.get("errors", [])]
    return mapped.reason(errors, problem.detail)
