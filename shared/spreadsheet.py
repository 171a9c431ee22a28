"""Tables as CSV (RFC 4180) that a spreadsheet opens safely, row by row as they come.

What somebody wrote may begin as a formula does; a spreadsheet would run it. Such a cell gets an apostrophe before it, which
spreadsheets take as "this is text" (OWASP, CSV injection). Numbers are left as they are.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
AT_ONCE = 64_000  # characters


def lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Each row as a line. Moments are written in ISO 8601, what is None as an empty cell."""
    held = io.StringIO()
    writer = csv.writer(held)
    for row in rows:
        writer.writerow([cell(one) for one in row])
        if held.tell() > AT_ONCE:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def cell(value: Any) -> Any:
    """A value as it may stand in a spreadsheet."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def download(name: str, rows: Iterable[Sequence[Any]], with_mark: bool = False) -> Response:
    """Rows as a file. `with_mark` puts a byte order mark first, by which Excel sees that it is UTF-8."""

    def stream() -> Iterator[str]:
        if with_mark:
            yield BYTE_ORDER_MARK
        yield from lines(rows)

    answer = Response(stream(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
