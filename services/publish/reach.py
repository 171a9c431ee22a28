"""How often a check's page was opened, and its frame on other sites: two numbers a day, and nothing of who read it.

A page holds a picture of one pixel that no cache keeps. So those are counted, too, to whom nginx or a content delivery network
sent the page, and programs are not that read a page and show it to nobody. No cookie is set. Which network asked is kept in memory
for an hour at most, to tell readers from a program that asks for the picture again and again.

A web process gathers what it sees for some seconds and writes it down in one transaction; what it has gathered when it is killed
is lost. The desk is told once an hour, of each day's numbers as they are then: told twice or late, they are the same.
"""

import atexit
import logging
import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from services.publish.models import Check, Outbox, PageViews
from services.publish.service import transaction
from shared.clock import now, revision_of
from shared.contracts import ROUTES, PagesViewed, Viewed
from shared.db import insert_if_absent, table_of
from shared.outbox import tell

log = logging.getLogger(__name__)

GATHERED_FOR = 10.0  # seconds
MOST_GATHERED = 50_000  # numbers, however many checks are asked for that there are not
ASKED_AT_ONCE = 1_000  # of which it is asked by one statement whether they are there
OF_ONE_CHECK = 30  # views an hour from one network, which many people may share
MOST_TOLD = 500  # numbers in one message
PROGRAMS = re.compile(r"(?<!\bcu)bot\b|crawl|spider|preview|headless|^$", re.I)  # in its name; Cubot makes phones


class ViewCounter:
    """The views that this process has seen and not yet written down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Counter[tuple[date, UUID, bool]] = Counter()
        self._waiting: threading.Timer | None = None

    def note(self, claim_id: UUID, framed: bool) -> None:
        """Count a view of a check's page, or of its frame (`framed`), today by UTC."""
        with self._lock:
            place = (datetime.now(UTC).date(), claim_id, framed)
            if place in self._seen or len(self._seen) < MOST_GATHERED:
                self._seen[place] += 1
            if self._waiting is None:
                self._waiting = threading.Timer(GATHERED_FOR, self.write)
                self._waiting.daemon = True
                self._waiting.start()

    def write(self) -> None:
        """Write down what was seen. What can't be written now is kept for the next time."""
        with self._lock:
            seen, self._seen = self._seen, Counter()
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None
        if not seen:
            return
        try:
            with transaction() as session:
                add(session, seen)
        except Exception:
            log.warning("views of pages could not be written down; they are kept", exc_info=True)
            with self._lock:
                self._seen.update(seen)


counter = ViewCounter()
atexit.register(counter.write)


def add(session: Session, seen: Counter[tuple[date, UUID, bool]]) -> None:
    """Add views to those of their days. Of checks that there are not, and of tests, none is counted."""
    checks = _counted(session, sorted({one for _, one, _ in seen}))
    places = sorted({(day, claim_id) for day, claim_id, _ in seen if claim_id in checks})
    if not places:
        return
    absent = [{"claim_id": one, "day": day, "pages": 0, "frames": 0, "to_tell": True} for day, one in places]
    session.connection().execute(insert_if_absent(session, PageViews), absent)
    table = table_of(PageViews)
    adding = (
        update(table)
        .where(table.c.claim_id == bindparam("of"), table.c.day == bindparam("on"))
        .values(pages=table.c.pages + bindparam("p"), frames=table.c.frames + bindparam("f"), to_tell=True)
    )
    rows = [{"of": one, "on": day, "p": seen[day, one, False], "f": seen[day, one, True]} for day, one in places]
    session.connection().execute(adding, rows)


def _counted(session: Session, claim_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these checks that are counted. Neither database takes as many in one statement as may be asked for."""
    found: set[UUID] = set()
    for start in range(0, len(claim_ids), ASKED_AT_ONCE):
        some = col(Check.claim_id).in_(claim_ids[start : start + ASKED_AT_ONCE])
        found.update(session.exec(select(Check.claim_id).where(some, col(Check.test).is_(False))))
    return found


def tell_some(session: Session) -> bool:
    """Tell the desk some of the numbers that it has not been told; whether there may be more."""
    waiting = select(PageViews).where(col(PageViews.to_tell)).order_by(col(PageViews.day), col(PageViews.claim_id))
    found = session.exec(waiting.limit(MOST_TOLD).with_for_update(skip_locked=True)).all()
    for day in sorted({one.day for one in found}):
        told = tuple(Viewed.model_validate(one, from_attributes=True) for one in found if one.day == day)
        message = PagesViewed(revision=revision_of(now()), day=day, views=told)
        tell(session, Outbox, message, ROUTES[PagesViewed])
    for one in found:
        one.to_tell = False
    return len(found) == MOST_TOLD


def is_program(name: str, purpose: Iterable[str]) -> bool:
    """Whether a page is opened by what calls itself a program, or by a browser that shows it to nobody yet (`Sec-Purpose`)."""
    return bool(PROGRAMS.search(name)) or any("prefetch" in one.lower() for one in purpose)
