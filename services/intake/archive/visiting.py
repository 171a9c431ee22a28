"""A visit to a source: whether it is still wanted, and what came of it."""

import random
from datetime import timedelta
from typing import NamedTuple

from sqlmodel import Session

from services.intake.archive.comparing import Change, compare, place
from services.intake.archive.naming import watch_again
from services.intake.archive.picturing import order_picture
from services.intake.archive.room import room_left
from services.intake.archive.told import tell_review
from services.intake.archive.wanting import Visit
from services.intake.models import Copy, Outbox, Source
from services.intake.service import service
from shared import errands
from shared.clock import now

LONGEST_PUT_OFF = 600.0  # seconds


class Wanted(NamedTuple):
    """A source that is to be visited now, and how many more bytes the archive takes."""

    url: str
    newest_body: str | None  # SHA-256 of what was found last
    newest_place: tuple[str, str] | None  # and where: a page that has moved is another find, though it says the same
    room: int


class Nothing(NamedTuple):
    """A visit that brought nothing: why, and whether and when it may be worth another."""

    reason: str
    again: bool = True
    not_before: float = 0.0  # seconds, as the server asked


class Same(NamedTuple):
    """A visit that found what was found last."""


class Kept(NamedTuple):
    """A visit that found a page: the file it is in now, and what the page says of itself. The names are those of `Copy`."""

    sha256: str
    bytes: int
    body_sha256: str
    status: int
    landed_url: str
    content_type: str
    page: dict[str, object]


Outcome = Nothing | Same | Kept


def begin(session: Session, visit: Visit) -> Wanted | None:
    """What is to be visited; None if that visit has been made."""
    source = session.get(Source, visit.source_id)
    if source is None or source.visits != visit.number - 1:
        return None
    copy = session.get(Copy, source.copy_id) if source.copy_id else None
    room = room_left(session)
    return (
        Wanted(source.url, copy.body_sha256, place(copy.landed_url), room)
        if copy
        else Wanted(source.url, None, None, room)
    )


def put_off(session: Session, visit: Visit) -> None:
    """Its host has as many visitors as it should have: come later, the later the more often that was so."""
    wait = min(2.0 ** min(visit.put_off + 1, 12), LONGEST_PUT_OFF) * random.uniform(0.5, 1.5)  # noqa: S311 - spread, not secret
    later = visit.model_copy(update={"put_off": visit.put_off + 1})
    errands.order(session, Outbox, service.name, [(later, now() + timedelta(seconds=wait))])


def end(session: Session, visit: Visit, outcome: Outcome) -> None:
    """Note what came of a visit, order the next one if there is to be one, and tell review for every claim."""
    source = session.get(Source, visit.source_id, with_for_update=True)
    if source is None or source.visits != visit.number - 1:
        return
    source.visits, source.visited_at, source.due_at = visit.number, now(), None
    source.revision += 1
    if isinstance(outcome, Nothing):
        _note_nothing(session, source, outcome)
    else:
        _note_page(session, source, outcome)
    watch_again(session, source)
    session.flush()
    tell_review(session, source)


def _note_nothing(session: Session, source: Source, outcome: Nothing) -> None:
    source.reason = outcome.reason
    source.state = "archived" if source.copy_id else "failed"
    source.failures += 1
    waits = service.settings.archive_waits
    if outcome.again and source.failures <= len(waits):
        wait = max(waits[source.failures - 1], outcome.not_before)
        source.due_at = now() + timedelta(seconds=wait)
        errands.order(
            session, Outbox, service.name, [(Visit(source_id=source.id, number=source.visits + 1), source.due_at)]
        )
    elif source.change == "gone":
        source.unchanged += 1
    elif source.copy_id:  # tried often enough
        _note_change(source, Change("gone", outcome.reason))


def _note_page(session: Session, source: Source, outcome: Same | Kept) -> None:
    source.state, source.reason, source.failures = "archived", None, 0
    source.unchanged += 1
    if source.change == "gone":
        source.change = source.change_detail = None
    if isinstance(outcome, Same):
        same = session.get_one(Copy, source.copy_id)
        same.seen_at = now()
        order_picture(session, same)
        return
    before = session.get(Copy, source.copy_id) if source.copy_id else None
    found = outcome._asdict()
    page = found.pop("page")
    copy = Copy(source_id=source.id, **found, **page)
    session.add(copy)
    session.flush()
    source.copy_id = copy.id
    if before is not None:
        before.picture_due_at = None  # the page does not look so any more
    order_picture(session, copy)
    if before is not None and (change := compare(before, copy)):
        _note_change(source, change)


def _note_change(source: Source, change: Change) -> None:
    source.changes += 1
    source.change, source.change_detail = change
    source.unchanged = 0
