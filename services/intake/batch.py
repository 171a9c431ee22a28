"""Many claims in one request: a body of up to ten thousand lines, held on disk, taken apart without being parsed.

A line is one JSON object: a line of NDJSON, or an element of a JSON array. What is in it is judged later, line by line; here
only the whole can be refused, before any of it is stored.
"""

import json
import re
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from shared.broken_json import words_of
from shared.errors import BadRequest, TooLarge

MOST_LINES = 10_000
MOST_BYTES = 32_000_000
IN_MEMORY = 1_000_000  # bytes of a body; what is longer is kept in a temporary file
AT_ONCE = 65_536
WHITE = re.compile(r"[ \t\r\n]*")


class Line(NamedTuple):
    """A line's number, counted from 1, and its bytes. Blank lines of NDJSON count and are passed over."""

    number: int
    body: bytes


class Lines:
    """The lines of a body. Close it after use."""

    def __init__(self, stream: IO[bytes], is_array: bool) -> None:
        """Read all of a body. Raises TooLarge (more bytes or lines than are taken) or BadRequest (not an array)."""
        self._file = held(stream)
        try:
            self._spans = self._elements() if is_array else self._rows()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Line]:
        for number, start, length in self._spans:
            self._file.seek(start)
            yield Line(number, self._file.read(length))

    def __len__(self) -> int:
        return len(self._spans)

    def close(self) -> None:
        """Forget the body."""
        self._file.close()

    def _rows(self) -> list[tuple[int, int, int]]:
        """Of NDJSON: each line that is not blank, by its number, where it begins and how long it is."""
        found, start = [], 0
        for number, row in enumerate(self._file, 1):
            if row.strip():
                found.append((number, start, len(row)))
                _count(found)
            start += len(row)
        return found

    def _elements(self) -> list[tuple[int, int, int]]:
        """Of a JSON array, in the same form."""
        try:
            text = self._file.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The body is not UTF-8 text.") from error
        found: list[tuple[int, int, int]] = []
        offset = 0  # in bytes, of the place `at` in characters
        for begin, end, at in _walk(text):
            offset += len(text[at:begin].encode())
            length = len(text[begin:end].encode())
            found.append((len(found) + 1, offset, length))
            _count(found)
            offset += length
        return found


def held(stream: IO[bytes]) -> IO[bytes]:
    """All of a body, in memory or on disk, to be read from its beginning. Close it after use. Raises TooLarge."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by whoever asked for it
    size = 0
    while part := stream.read(AT_ONCE):
        size += len(part)
        if size > MOST_BYTES:
            file.close()
            raise TooLarge(f"The body is larger than {MOST_BYTES:,} bytes. Nothing was stored; send it in parts.")
        file.write(part)
    file.seek(0)
    return file


def _count(found: list[tuple[int, int, int]]) -> None:
    if len(found) > MOST_LINES:
        raise TooLarge(f"There are more than {MOST_LINES:,} lines. Nothing was stored; send them in parts.")


def _walk(text: str) -> Iterator[tuple[int, int, int]]:
    """Each element of a JSON array: where it begins and ends, and where the one before ended, in characters.

    Raises BadRequest for what is not an array.
    """
    decoder = json.JSONDecoder()
    at = _after_white(text, 0)
    if text[at : at + 1] != "[":
        raise BadRequest("The body is not a JSON array. For a line each, send Content-Type: application/x-ndjson.")
    done, sign = 0, "["
    begin = _after_white(text, at + 1)
    if text[begin : begin + 1] == "]":
        sign, end = "]", begin
    while sign != "]":
        try:
            _, end = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"The body is not JSON: {words_of(error)}.") from error
        yield begin, end, done
        done, end = end, _after_white(text, end)
        sign = text[end : end + 1]
        if sign not in (",", "]") or not sign:
            raise BadRequest(
                f"The body is not a JSON array: after character {end} there is neither a comma nor its end."
            )
        begin = _after_white(text, end + 1)
    if _after_white(text, end + 1) != len(text):
        raise BadRequest("Something follows the JSON array.")


def _after_white(text: str, at: int) -> int:
    found = WHITE.match(text, at)
    return found.end() if found else at
