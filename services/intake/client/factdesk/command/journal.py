"""What was sent of a file and what came of it, kept beside the file: an interrupted import goes on where it stopped, and a mended
file sends what is new in it.

The journal is JSON Lines: first the desk's address, then a line for each row that was taken in, with its claim's id and its
receipt's address, which is told once. A row is known by its content: the first so many rows of the same content as there are
lines about it count as sent.
"""

import json
import os
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Self

import click

from factdesk.given import written
from factdesk.records import Result

DIGITS = 32


def digest_of(claim: Mapping[str, Any]) -> str:
    """What makes two rows the same. Raises ValueError for what can't be written as JSON."""
    return sha256(written(claim)).hexdigest()[:DIGITS]


class Journal:
    """Opened with `with`: read to its end, then added to."""

    def __init__(self, path: Path, desk: str) -> None:
        self.path = path
        self._desk = desk
        self._sent: Counter[str] = Counter()
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        end = self._read() if self.path.exists() else 0
        # for its owner alone: it holds the addresses of receipts
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
        file.seek(end)
        file.truncate()  # without a line that was cut off
        self._file = file
        if not end:
            self._write({"desk": self._desk})
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def was_sent(self, digest: str) -> bool:
        """Whether this row was sent. Asked once for each row, in order."""
        if not self._sent[digest]:
            return False
        self._sent[digest] -= 1
        return True

    def note(self, row: int, digest: str, result: Result) -> None:
        """A row was taken in."""
        told = {"row": row, "id": result.id, "receipt_url": result.receipt_url, "is_new": result.is_new}
        self._write(told | {"digest": digest})

    def _write(self, line: dict[str, Any]) -> None:
        if self._file:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def _read(self) -> int:
        """Where the last whole line ends, in bytes."""
        end = 0
        with open(self.path, "rb") as stream:
            for number, line in enumerate(stream):
                if not line.endswith(b"\n"):
                    break
                self._note_line(number, line)
                end += len(line)
        return end

    def _note_line(self, number: int, line: bytes) -> None:
        try:
            told = json.loads(line)
            if number == 0:
                desk = told["desk"]
            else:
                self._sent[told["digest"]] += 1
        except (ValueError, KeyError, TypeError):
            raise click.UsageError(
                f"{self.path} is no journal of an import. Name another file with --journal."
            ) from None
        if number == 0 and desk != self._desk:
            raise click.UsageError(
                f"{self.path} tells what was sent to {desk}. For {self._desk} name another file with --journal."
            )
