"""Earlier checks that a newsroom's system posts: lines of JSON, or a document of JSON such as a DataFeed.

Each is one of ours, by our own names and judged strictly, or a ClaimReview, judged as in a file that is imported.
"""

import json
from collections.abc import Iterator
from typing import IO, Any

from services.intake.earlier.documents import elements
from services.intake.earlier.items import Item, Unreadable, items_in
from services.intake.schemas import EarlierCheckIn
from shared.errors import BadRequest, Invalid, Problem, TooLarge
from shared.web import MOST_BODY, parse_json, strict_json

MOST = 10_000  # lines, or elements of a list
Posted = tuple[Item, Problem | None]  # what it is or, if it is nothing that can be taken, why


def read_lines(body: IO[bytes]) -> Iterator[Posted]:
    """What stands in each line. Raises TooLarge before the first."""
    _count(sum(1 for line in body if line.strip()))
    body.seek(0)
    for number, line in enumerate(body, 1):
        if not line.strip():
            continue
        if len(line) > MOST_BODY:
            yield Item(number), TooLarge(f"The line is larger than {MOST_BODY:,} bytes.")
            continue
        try:
            value = strict_json(line)
        except Problem as problem:
            yield Item(number), problem
            continue
        yield from _judged(number, value)


def read_document(body: IO[bytes]) -> Iterator[Posted]:
    """What stands in a document. Raises TooLarge, or BadRequest for what is no JSON from its beginning, before the first."""
    try:
        _count(sum(1 for _ in elements(body)))
    except Unreadable as error:
        raise BadRequest(str(error)) from error
    body.seek(0)
    for one in elements(body):
        if one.wrong:
            yield Item(one.number), BadRequest(f"It {one.wrong}.")
        else:
            yield from _judged(one.number, one.value)


def _count(found: int) -> None:
    if found > MOST:
        raise TooLarge(f"There are more than {MOST:,} checks. Nothing was stored; send them in parts.")


def _judged(number: int, value: Any) -> Iterator[Posted]:
    """One of ours, or what schema.org's names hold."""
    if isinstance(value, dict) and not {"@type", "@graph", "item"} & set(value):
        try:
            yield Item(number, check=parse_json(EarlierCheckIn, json.dumps(value).encode()), given=value), None
        except Problem as problem:
            yield Item(number), problem
        return
    for one in items_in(number, value):
        yield one, Invalid(one.refused, errors=[{"pointer": "#", "detail": one.refused}]) if one.refused else None
