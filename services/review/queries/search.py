"""Search over everything that was ever written at the desk, and over what others published."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.review.models import Person
from services.review.queries.earlier import list_earlier
from services.review.queries.queue import Page, Wanted, list_queue
from services.review.schemas import EarlierOut, FoundCase

MOST_EARLIER = 20


class Found(NamedTuple):
    """A page of what was found."""

    cases: list[FoundCase]
    earlier: list[EarlierOut]
    after: list[Any] | None


def search(session: Session, wanted: Wanted, limit: int, after: Sequence[Any] | None, reader: Person) -> Found:
    """The cases on which the words stand, with where; on the first page others' fact-checks, too."""
    if not wanted.q:
        return Found([], [], None)
    page = list_queue(session, wanted, limit, after, reader)
    parts = _parts(session, page)
    cases = [FoundCase(case=row, parts=parts.get(row.id, [])) for row in page.rows]
    earlier = list_earlier(session, wanted.q, MOST_EARLIER) if after is None else []
    return Found(cases, earlier, page.after)


def _parts(session: Session, page: Page) -> dict[UUID, list[str]]:
    ids = {row.id for row in page.rows}
    found: dict[UUID, list[str]] = {}
    for case_id, part in page.said.parts(session, ids) if page.said and ids else ():
        if part not in found.setdefault(case_id, []):
            found[case_id].append(part)
    return found
