"""All pages made anew, after a change of templates or look, without a reader seeing half of it.

They are made beside those that readers have, a few in each transaction; then one statement has readers see all the new ones; then
each is put in the place of the old one, which changes nothing for anybody. What is published meanwhile is made by the new templates
anyway: its page stands with its check, and there is none beside it. Whatever dies: the next who goes on does so where the last
transaction ended. A page that can't be made keeps its old words, and is counted.

It is begun by `jobs.notice_look` when the look is another than that of the pages, or by `rerender`; the process for errands works
on it in stretches of a few seconds, each of which orders the next. Two at once do no harm: they take turns.
"""

import logging
import time
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from services.publish import rendering, workflow
from services.publish.models import Check, NewPage, Outbox, Renewal
from services.publish.service import service, transaction
from shared.clock import now
from shared.errands import Errand, order

log = logging.getLogger(__name__)

AT_ONCE = 10  # pages in a transaction, so that a verdict that is published meanwhile need not wait
MOVED_AT_ONCE = 50
STRETCH = 5.0  # seconds of work in one errand: less than after which an errand counts as lost
KEPT = 20  # renewals that are told of


class Renew(Errand):
    """Go on making pages anew."""

    topic: ClassVar[str] = "pages.renew"
    job: ClassVar[str] = "services.publish.errands.renew"
    number: int
    stretch: int


def newest(session: Session) -> Renewal | None:
    """The last renewal that was begun."""
    return session.exec(select(Renewal).order_by(col(Renewal.number).desc()).limit(1)).first()


def notice(session: Session) -> None:
    """Begin a renewal if the pages are not as they would be made now."""
    last = newest(session)
    if last is None or (last.look != rendering.look() and (last.is_over or last.shown_at is None)):
        begin(session)


def begin(session: Session) -> Renewal:
    """Begin to make all pages anew, or go on where that was begun and is not over. One of another look that nobody has seen yet is
    given up."""
    last, look = newest(session), rendering.look()
    if last is not None and not last.is_over and (last.look == look or last.shown_at is not None):
        return last
    if last is not None and not last.is_over:
        last.settled_at = now()
        session.add(last)
    total = session.exec(select(func.count()).select_from(Check).where(col(Check.etag).is_not(None))).one()
    begun = Renewal(number=last.number + 1 if last else 1, look=look, begun_at=now(), total=total)
    session.add(begun)
    session.flush()
    order(session, Outbox, service.name, [(Renew(number=begun.number, stretch=begun.stretch), None)])
    log.info("pages are made anew", extra={"renewal": begun.number, "pages": total})
    return begun


def work(number: int, stretch: int) -> None:
    """Do a stretch of the work, and order the next one."""
    until = time.monotonic() + STRETCH
    while step(number) and time.monotonic() < until:
        pass
    with transaction() as session:
        renewal = _locked(session, number)
        if renewal is not None and not renewal.is_over and renewal.stretch == stretch:
            renewal.stretch += 1
            session.add(renewal)
            order(session, Outbox, service.name, [(Renew(number=number, stretch=renewal.stretch), None)])


def step(number: int) -> bool:
    """Make a few pages, have all of them seen, or put a few in their places. Returns whether there is more to do."""
    with transaction() as session:
        renewal = _locked(session, number)
        if renewal is None or renewal.is_over:
            return False
        if renewal.shown_at is None:
            _make_some(session, renewal)
        elif not _settle_some(session, renewal):
            _end(session, renewal)
        session.add(renewal)
        return not renewal.is_over


def _locked(session: Session, number: int) -> Renewal | None:
    return session.get(Renewal, number, with_for_update=True)


def _make_some(session: Session, renewal: Renewal) -> None:
    chosen = select(Check.claim_id).where(col(Check.etag).is_not(None)).order_by(col(Check.claim_id)).limit(AT_ONCE)
    ids = session.exec(chosen if renewal.last is None else chosen.where(Check.claim_id > renewal.last)).all()
    if not ids:
        renewal.shown_at = now()  # from this commit on readers see the new ones, all of them
        log.info("new pages are shown", extra={"renewal": renewal.number, "failed": renewal.failed})
        return
    for claim_id in ids:
        _make(session, renewal, claim_id)
    renewal.last, renewal.done = ids[-1], renewal.done + len(ids)


def _make(session: Session, renewal: Renewal, claim_id: UUID) -> None:
    try:
        with session.begin_nested():
            made = workflow.make_again(session, claim_id, renewal.number)
            if made is not None:
                session.merge(made)
            session.flush()
    except Exception as error:
        log.exception("a page could not be made anew", extra={"claim_id": str(claim_id)})
        renewal.failed, renewal.error = renewal.failed + 1, f"{claim_id}: {type(error).__name__}: {error}"[:2000]


def _settle_some(session: Session, renewal: Renewal) -> int:
    """Put some of the new pages in their places. Returns how many."""
    chosen = select(NewPage.claim_id).where(NewPage.renewal == renewal.number).order_by(col(NewPage.claim_id))
    ids = session.exec(chosen.limit(MOVED_AT_ONCE)).all()
    for claim_id in ids:
        check = workflow.lock(session, claim_id)
        made = session.get(NewPage, claim_id, populate_existing=True)
        if made is not None:
            check.etag, check.page, check.page_gzip = made.etag, made.page, made.page_gzip
            session.add(check)
            session.delete(made)
    session.flush()
    return len(ids)


def _end(session: Session, renewal: Renewal) -> None:
    renewal.settled_at = now()
    session.execute(delete(NewPage).where(col(NewPage.renewal) != renewal.number))
    session.execute(delete(Renewal).where(col(Renewal.number) <= renewal.number - KEPT))
    log.info("pages are renewed", extra={"renewal": renewal.number, "pages": renewal.done, "failed": renewal.failed})
