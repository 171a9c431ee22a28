"""JSON documents of any size, read piece by piece: a DataFeed, an array, or one object.

A library that streams JSON (ijson) gives up at the first fault, with what it has read ahead. Here elements are cut out one by one
by the JSON parser of Python, which is faster besides: one that is broken is refused alone, and reading goes on at the
next that is like those before. In memory is a window of the text, some megabytes, and one element.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from services.intake.earlier.items import Unreadable
from shared.broken_json import meaning, pinned

LONGEST = 1_000_000  # characters of an element
AT_ONCE = 262_144  # bytes
MOST_TRIES = 1_000  # places at which an element might begin, after a broken one
WHITE = re.compile(r"[ \t\r\n]*")
NEXT = re.compile(r",\s*(?=\{)")
NOT_UTF8 = re.compile("[\udc80-\udcff]")
LISTS = ("dataFeedElement",)


class Element(NamedTuple):
    """An element's number, counted from 1, and its value; or why it can't be read."""

    number: int
    value: Any
    wrong: str | None = None


def elements(stream: IO[bytes]) -> Iterator[Element]:
    """The elements of a DataFeed or an array; the document itself if it is neither. Raises Unreadable for what is no JSON from
    its beginning."""
    window = _Window(stream)
    sign = window.next_sign()
    if sign == "[":
        window.skip(1)
        yield from _in_array(window)
    elif sign == "{":
        yield from _in_object(window)
    else:
        raise Unreadable("It is not JSON: it begins with neither { nor [.")


def _in_object(window: "_Window") -> Iterator[Element]:
    """The elements of a feed that begins here, or the object."""
    whole: dict[str, Any] = {}
    window.skip(1)
    if window.next_sign() == "}":
        yield Element(1, whole)
        return
    while True:
        name = window.value("its first names")
        if not isinstance(name, str) or window.next_sign() != ":":
            raise Unreadable(f"It is not JSON at character {window.place:,}.")
        window.skip(1)
        if name in LISTS and window.next_sign() == "[":
            window.skip(1)
            yield from _in_array(window)
            return
        whole[name] = window.value(f"what it has under {name[:60]!r}")
        sign = window.next_sign()
        window.skip(1)
        if sign == "}":
            break
        if sign != ",":
            raise Unreadable(f"It is not JSON at character {window.place:,}.")
        window.next_sign()
    if whole.get("@type") == "DataFeed" and isinstance(whole.get(LISTS[0]), dict):
        whole = whole[LISTS[0]]  # one element, without a list
    yield Element(1, whole)


def _in_array(window: "_Window") -> Iterator[Element]:
    number, kind = 0, None
    if window.next_sign() == "]":
        return
    while True:
        number += 1
        try:
            value, wrong = window.decode(), None
            sign = window.next_sign()
            if sign not in (",", "]") or not sign:
                wrong = f"is followed by neither a comma nor the end of the list, at character {window.place:,}"
        except ValueError as error:
            value, wrong = None, _words(error, window)
        yield Element(number, None if wrong else value, wrong)
        if wrong and not window.find_next(kind):
            return
        if not wrong:
            kind = kind or _kind_of(value)
            window.skip(1)
            if sign == "]":
                return


class _Window:
    """A part of the text, and a place in it that moves on."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._json = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
        self._text, self._at, self._before = "", 0, 0
        self._ended = False

    @property
    def place(self) -> int:
        """In characters, counted from 1."""
        return self._before + self._at + 1

    def next_sign(self) -> str:
        """What comes next that is not white space; empty at the end."""
        while True:
            found = WHITE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._fill():
                return self._text[self._at : self._at + 1]

    def skip(self, count: int) -> None:
        """Go on."""
        self._at += count

    def decode(self) -> Any:
        """The value that begins here. Raises ValueError, and stays."""
        self.next_sign()
        self._look_ahead()
        try:
            value, end = self._json.raw_decode(self._text, self._at)
        except RecursionError:
            raise ValueError("is nested too deeply") from None
        if NOT_UTF8.search(self._text, self._at, end):
            self._at = end
            raise ValueError("holds bytes that are not UTF-8")
        self._at = end
        return value

    def value(self, what: str) -> Any:
        """The same. Raises Unreadable."""
        try:
            return self.decode()
        except ValueError as error:
            raise Unreadable(f"It can't be read: {what} {_words(error, self)}.") from None

    def find_next(self, kind: str | None) -> bool:
        """Go to where the next element begins that is of this kind, after a broken one. Whether there is one."""
        for _ in range(MOST_TRIES):
            self._look_ahead()
            found = NEXT.search(self._text, self._at)
            if found is None:
                self._at = max(self._at, len(self._text) - 1)
                if not self._fill():
                    return False
                continue
            self._at = found.end()
            start = self._at
            try:
                is_one = _kind_of(self.decode()) == kind
            except ValueError:
                is_one = False
            self._at = start
            if is_one:
                return True
        return False

    @property
    def offset(self) -> int:
        """The place, within the part of the text that is at hand."""
        return self._at

    def is_cut_off(self, error: json.JSONDecodeError) -> bool:
        """Whether an element is longer than what is read of it."""
        at_end = error.pos >= len(self._text) - len("false") or error.msg.startswith("Unterminated string")
        return at_end and not self._ended

    def _look_ahead(self) -> None:
        while len(self._text) - self._at < LONGEST and self._fill():
            continue

    def _fill(self) -> bool:
        """Read on. Whether there is more."""
        if self._ended:
            return False
        parts = [self._text[self._at :]]
        size = len(parts[0])
        while size < 2 * LONGEST and not self._ended:
            part = self._stream.read(AT_ONCE)
            self._ended = not part
            parts.append(self._decoder.decode(part, final=not part))
            size += len(parts[-1])
        self._before += self._at
        self._text, self._at = "".join(parts), 0
        return True


def _kind_of(value: Any) -> str | None:
    return str(value.get("@type")) if isinstance(value, dict) else None


def _words(error: ValueError, window: _Window) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return str(error) if str(error).startswith(("is ", "holds ")) else "holds a number that can't be read"
    if window.is_cut_off(error):
        return f"is longer than {LONGEST:,} characters"
    at = pinned(error)
    return f"is not JSON: {meaning(at)}, at character {window.place + max(0, at.pos - window.offset):,}"
