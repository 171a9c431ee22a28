"""Many claims in one request, each answered by itself.

With an idempotency key a line's own key is that key and its number. So when an answer breaks off, the same body is sent
again under the same key, with a blank line in the place of each that has its answer: the desk takes in every line once.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from factdesk.errors import NotAnswered, TryLater, UnexpectedAnswer, field_errors
from factdesk.given import written
from factdesk.patience import Waiting
from factdesk.records import Result
from factdesk.wire import Ask, Wire, wait

Given = str | Mapping[str, Any]

MOST_LINES = 10_000
MOST_BYTES = 30_000_000  # of a request; the desk takes 32 MB
NDJSON = "application/x-ndjson"
TAKEN_IN, DRY_RUN = "/v1/claims/batch", "/v1/claims/dry-run"  # where lines go
LATER = "The desk could not take it in now. Send it again."


def submit_many(wire: Wire, claims: Iterable[Given], key: str | None, most: int) -> Iterator[Result]:
    """Each claim's result, in order. See `Client.submit_many`."""
    key = key or str(uuid4())
    number = 0
    for part, lines in enumerate(_requests(claims, most), 1):
        for result in send(wire, lines, f"{key}-{part}"):
            yield _moved(result, number)
        number += len(lines)


def submit_batch(wire: Wire, claims: Sequence[Given | None], key: str | None) -> Iterator[Result]:
    """Each claim's result, in order. See `Client.submit_batch`."""
    if len(claims) > MOST_LINES:
        raise ValueError(f"There are more than {MOST_LINES:,} claims. Use submit_many.")
    return send(wire, [None if claim is None else line_of(claim) for claim in claims], key or str(uuid4()))


def judge(wire: Wire, claims: Iterable[Given], most: int) -> Iterator[Result]:
    """What the desk would say to each claim, in order. See `Client.judge`."""
    number = 0
    for lines in _requests(claims, most):
        for result in send(wire, lines, str(uuid4()), DRY_RUN):
            yield _moved(result, number)
        number += len(lines)


def line_of(claim: Given) -> bytes | Result:
    """A claim's line; or, if it can't be written or is too long to be sent, its result."""
    try:
        line = written({"text": claim} if isinstance(claim, str) else claim)
    except ValueError as error:
        return Result(0, 422, detail=f"It can't be sent: {error}")
    if len(line) > MOST_BYTES:
        return Result(0, 413, detail=f"It is larger than {MOST_BYTES:,} bytes.")
    return line


def send(wire: Wire, lines: Sequence[bytes | Result | None], key: str, door: str = TAKEN_IN) -> Iterator[Result]:
    """Send lines until each has its result; None is passed over. What was decided already is a line's Result.

    Raises Problem, NotAnswered or UnexpectedAnswer, after the results until then.
    """
    return _Sending(wire, lines, key, door).results()


class _Sending:
    """Lines under one key, on their way."""

    def __init__(self, wire: Wire, lines: Sequence[bytes | Result | None], key: str, door: str) -> None:
        self._wire, self._key, self._door = wire, key, door
        self._waiting = Waiting(wire.patience)
        self._todo = {n: line for n, line in enumerate(lines, 1) if isinstance(line, bytes)}
        self._known = {n: _moved(line, n) for n, line in enumerate(lines, 1) if isinstance(line, Result)}
        self._passing: dict[int, Result] = {}  # of the newest try
        self._order = [n for n, line in enumerate(lines, 1) if line is not None][::-1]

    def results(self) -> Iterator[Result]:
        while self._todo:
            ask = self._ask()
            try:
                for result in self._answered(ask):
                    self._take(result)
                    yield from self._ready()
                self._look_what_is_left()
            except (TryLater, NotAnswered) as error:
                self._wait(ask, error)
        yield from self._ready()

    def _take(self, result: Result) -> None:
        if result.number not in self._todo:
            raise UnexpectedAnswer(f"There is a result for line {result.number}, which was not sent.")
        if result.status >= 500:  # 429 says of a line that the day's quota is used up
            self._passing[result.number] = result
            return
        del self._todo[result.number]
        self._known[result.number] = result
        self._waiting.progress()

    def _ready(self) -> Iterator[Result]:
        """What is known and next in order."""
        while self._order and self._order[-1] in self._known:
            yield self._known.pop(self._order.pop())

    def _look_what_is_left(self) -> None:
        if len(self._passing) < len(self._todo):
            raise NotAnswered(f"The answer of {self._wire.base_url} broke off.")
        if self._todo:
            raise TryLater(503, {"title": "Service Unavailable", "detail": LATER})

    def _wait(self, ask: Ask, error: TryLater | NotAnswered) -> None:
        """Wait before the next try. If patience ends and each line was told to come later, that is its result."""
        try:
            wait(self._waiting, ask, error)
        except TryLater:
            if len(self._passing) < len(self._todo):
                raise
            self._known |= self._passing
            self._todo.clear()

    def _ask(self) -> Ask:
        self._passing = {}
        body = b"\n".join(self._todo.get(n, b"") for n in range(1, max(self._todo) + 1))
        headers = {"Content-Type": NDJSON, "Idempotency-Key": self._key}
        return Ask("POST", self._door, body=body, headers=headers, is_door=True)

    def _answered(self, ask: Ask) -> Iterator[Result]:
        with self._wire.open(ask, self._waiting) as response:
            rest = b""
            for part in self._wire.parts(response, self._waiting):
                *whole, rest = (rest + part).split(b"\n")  # what has no end was cut off
                yield from (_result(line) for line in whole if line.strip())


def _result(line: bytes) -> Result:
    try:
        told = json.loads(line)
        return Result(
            number=int(told["line"]),
            status=int(told["status"]),
            id=told.get("id"),
            receipt_url=told.get("receipt_url"),
            replayed=bool(told.get("replayed")),
            detail=told.get("detail"),
            errors=field_errors(told.get("errors")),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnexpectedAnswer(f"The answer has a line that is no result: {line[:80]!r}") from None


def _moved(result: Result, by: int) -> Result:
    return Result(**{**vars(result), "number": result.number + by})


def _requests(claims: Iterable[Given], most: int) -> Iterator[list[bytes | Result | None]]:
    """Lines, as many at a time as one request may have."""
    lines: list[bytes | Result | None] = []
    size = 0
    for line in map(line_of, claims):
        length = len(line) + 1 if isinstance(line, bytes) else 1
        if lines and (len(lines) == most or size + length > MOST_BYTES):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += length
    if lines:
        yield lines
