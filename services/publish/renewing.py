"""All pages made anew, after a change of templates or look, without a reader seeing half of it.

They are made beside those that readers have; then one statement has readers see all the new ones; then each is put in the place of
the old one, which changes nothing for anybody. Some are made at a time, from what a few statements have gathered, while nothing is
locked: what they are made from is looked at again, by the page's ETag, when they are written. A page that was replaced meanwhile
was so by what is newer, and its new one is thrown away; one that has not changed is not written. What is published meanwhile is
made by the new templates anyway: its page stands with its check, and there is none beside it. Whatever dies: the next who goes on
does so where the last transaction ended. A page that can't be made keeps its old words, and is counted.

What lists and the search know of a check is written anew only if other code wrote it (`listing.version`): it takes longer than a
page, and templates don't change it.

Where nothing but ratings of desks' own scales look otherwise (`post_scale`), first what lists and feeds say of them is renamed, and
then only the pages that show one of them are made: their own, those that once had it, and those beside which it stands.

It is begun by `jobs.notice_look` when the look is another than that of the pages, or by `rerender`; the process for errands works
on it in stretches of a few seconds, each of which orders the next. Two at once do no harm: whoever is second has worked in vain.
"""

import gzip
import logging
import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from services.publish import cards, listing, material, rendering, scales, sites, workflow
from services.publish.material import WITHOUT_PAGES, Material
from services.publish.models import Check, NewPage, Outbox, Renewal, Revision
from services.publish.service import reading, service, transaction
from shared.clock import now
from shared.contracts import ScalePosted
from shared.db import table_of
from shared.errands import Errand, order
from shared.rows import replace_rows

log = logging.getLogger(__name__)

# Pages in a transaction, which are ready before it begins: a verdict that is published meanwhile need not wait.
AT_ONCE = 25
MOVED_AT_ONCE = 100
RENAMED_AT_ONCE = 50
FILED_AT_ONCE = 5  # which takes much longer
STRETCH = 5.0  # seconds of work in one errand: less than after which an errand counts as lost
KEPT = 20  # renewals that are told of


class Page(NamedTuple):
    """A page as it is made now of a check as it was then, and the ClaimReview in it. It is compressed unless it is the very page
    that stands."""

    check: Check
    etag: str
    page: bytes
    gzip: bytes | None
    node: str | None


class Made(NamedTuple):
    """Pages, and what was wrong with those that could not be made."""

    pages: list[Page]
    failed: dict[UUID, Exception]


class Renew(Errand):
    """Go on making pages anew."""

    topic: ClassVar[str] = "pages.renew"
    job: ClassVar[str] = "services.publish.errands.renew"
    number: int
    stretch: int


def newest(session: Session) -> Renewal | None:
    """The last renewal that was begun."""
    return session.exec(select(Renewal).order_by(col(Renewal.number).desc()).limit(1)).first()


def post_scale(session: Session, message: ScalePosted) -> None:
    """Have readers see a desk's ratings as they are called and drawn from now on."""
    if scales.keep(session, message):
        begin(session)


def notice(session: Session) -> None:
    """Begin a renewal if the pages are not as they would be made now."""
    last = newest(session)
    if last is None or (not _is_up_to_date(session, last) and (last.is_over or last.shown_at is None)):
        begin(session)


def _look() -> str:
    """Changes whenever a page would be made otherwise, or found otherwise; but for what ratings look like."""
    return f"{rendering.look()} {listing.version()}"


def _is_up_to_date(session: Session, renewal: Renewal) -> bool:
    return renewal.look == _look() and renewal.scales == scales.revisions(session)


def begin(session: Session, all_pages: bool = False) -> Renewal:
    """Begin to make pages anew, or go on where that was begun and is not over. One of another look that nobody has seen yet is
    given up. `all_pages`: all of them, though nothing but ratings may look otherwise."""
    last, look, known = newest(session), _look(), scales.revisions(session)
    if last is not None and not last.is_over:
        if last.shown_at is not None or (_is_up_to_date(session, last) and not (all_pages and last.of_ratings)):
            return last
        last.settled_at = now()
        session.add(last)
    is_made = last is not None and (last.shown_at is not None or last.of_ratings)  # the pages, in its look
    since = (last.scales if last.shown_at else last.since) if last else {}
    total = session.exec(select(func.count()).select_from(Check).where(col(Check.etag).is_not(None))).one()
    begun = Renewal(
        number=last.number + 1 if last else 1,
        look=look,
        scales=known,
        since=since,
        of_ratings=not all_pages and is_made and last is not None and last.look == look and since != known,
        is_renamed=since == known,
        begun_at=now(),
        total=total,
    )
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
    """Rename some ratings, make some pages, have all of them seen, or put some in their places. Returns whether there is more."""
    with reading() as session:
        renewal = session.get(Renewal, number)
        is_making = renewal is not None and not renewal.is_over and renewal.is_renamed and renewal.shown_at is None
        last = renewal.last if renewal else None
        ids = _next(session, renewal) if renewal and is_making else []
        only = scales.Looks(session, renewal.since).slugs if renewal and renewal.of_ratings and ids else None
    made = _make(ids, only) if ids else None
    with transaction() as session:
        renewal = _locked(session, number)
        if renewal is None or renewal.is_over:
            return False
        if made is not None:
            if renewal.last == last and renewal.shown_at is None:  # else another one was faster
                _keep(session, renewal, ids, made)
        elif not renewal.is_renamed:
            _rename_some(session, renewal)
        elif renewal.shown_at is None:
            _show(session, renewal)
        elif not _settle_some(session, renewal):
            _end(session, renewal)
        session.add(renewal)
        return not renewal.is_over


def _locked(session: Session, number: int) -> Renewal | None:
    return session.get(Renewal, number, with_for_update=True)


def _next(session: Session, renewal: Renewal) -> list[UUID]:
    chosen = select(Check.claim_id).where(col(Check.etag).is_not(None)).order_by(col(Check.claim_id)).limit(AT_ONCE)
    found = session.exec(chosen if renewal.last is None else chosen.where(Check.claim_id > renewal.last))
    return list(found.all())


def _rename_some(session: Session, renewal: Renewal) -> None:
    """Give some checks what their ratings are called and drawn as now; when all have it, the lists of those ratings."""
    looks = scales.Looks(session, renewal.since)
    chosen = select(Revision.claim_id).where(col(Revision.rating_slug).in_(looks.slugs)).distinct()
    chosen = chosen.order_by(col(Revision.claim_id)).limit(RENAMED_AT_ONCE)
    ids = session.exec(chosen if renewal.renamed is None else chosen.where(Revision.claim_id > renewal.renamed)).all()
    if ids:
        workflow.rename(session, ids, looks)
        renewal.renamed = ids[-1]
    else:
        workflow.rename_shelves(session, looks)
        renewal.is_renamed = True


def _make(ids: list[UUID], only: AbstractSet[str] | None) -> Made:
    """Make the pages of these, while nothing is locked: all, or those that show one of `only` these ratings."""
    failed = _file(ids)
    with reading() as session:
        chosen = select(Check).options(*WITHOUT_PAGES).where(col(Check.claim_id).in_(set(ids) - failed.keys()))
        gathered = material.gather(session, session.exec(chosen).all())
    made = []
    for one in gathered:
        if only is not None and only.isdisjoint(one.ratings()):
            continue
        try:
            made.append(_made_from(one))
        except Exception as error:
            log.exception("a page could not be made anew", extra={"claim_id": str(one.check.claim_id)})
            failed[one.check.claim_id] = error
    return Made(made, failed)


def _made_from(given: Material) -> Page:
    check, page = given.check, given.page() or b""
    with sites.at(check.site):
        node = listing.node_of(check, given.revisions) if check.revision else None
    etag = rendering.etag(page)
    return Page(check, etag, page, gzip.compress(page, mtime=0) if etag != check.etag else None, node)


def _file(ids: Sequence[UUID]) -> dict[UUID, Exception]:
    """Put those of these where lists and the search find them that other code than this put there. Returns who failed, and why."""
    late = (col(Check.revision) > 0) & col(Check.filed_by).is_distinct_from(listing.version())
    with reading() as session:
        waiting = session.exec(select(Check.claim_id).where(col(Check.claim_id).in_(ids), late)).all()
    failed: dict[UUID, Exception] = {}
    for start in range(0, len(waiting), FILED_AT_ONCE):
        with transaction() as session:
            for claim_id in waiting[start : start + FILED_AT_ONCE]:
                try:
                    with session.begin_nested():
                        workflow.file_again(session, claim_id)
                        session.flush()
                except Exception as error:
                    log.exception("a page could not be made anew", extra={"claim_id": str(claim_id)})
                    failed[claim_id] = error
    return failed


def _keep(session: Session, renewal: Renewal, ids: Sequence[UUID], made: Made) -> None:
    """Put new pages beside those that readers have. One that was replaced while they were made was so by what is newer."""
    standing = _lock(session, ids)
    pages = [one for one in made.pages if standing.get(one.check.claim_id) == one.check.etag]
    rows = [
        {
            "claim_id": one.check.claim_id,
            "renewal": renewal.number,
            "etag": one.etag,
            "page": one.page,
            "page_gzip": one.gzip,
        }
        for one in pages
        if one.gzip
    ]
    replace_rows(session, NewPage, rows)
    listing.keep_nodes(session, {one.check.position: one.node for one in pages if one.check.position is not None})
    cards.order_cards(session, [one.check for one in pages])
    renewal.last, renewal.done = ids[-1], renewal.done + len(ids)
    for claim_id, error in made.failed.items():
        renewal.failed, renewal.error = renewal.failed + 1, f"{claim_id}: {type(error).__name__}: {error}"[:2000]


def _lock(session: Session, ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """The ETags of the pages that stand, which nobody changes now."""
    chosen = select(Check.claim_id, Check.etag).where(col(Check.claim_id).in_(ids)).order_by(col(Check.claim_id))
    return dict(session.exec(chosen.with_for_update()).all())


def _show(session: Session, renewal: Renewal) -> None:
    renewal.shown_at = now()  # from this commit on readers see the new ones, all of them
    log.info("new pages are shown", extra={"renewal": renewal.number, "failed": renewal.failed})


def _settle_some(session: Session, renewal: Renewal) -> int:
    """Put some of the new pages in their places. Returns how many."""
    chosen = select(NewPage.claim_id).where(NewPage.renewal == renewal.number).order_by(col(NewPage.claim_id))
    ids = session.exec(chosen.limit(MOVED_AT_ONCE)).all()
    if ids:
        _lock(session, ids)  # so that none is replaced now, and what was replaced before is no longer there
        new, mine = table_of(NewPage), table_of(Check)
        moved = {name: new.c[name] for name in ("etag", "page", "page_gzip")}
        session.connection().execute(
            update(mine).values(moved).where(mine.c.claim_id == new.c.claim_id, new.c.claim_id.in_(ids))
        )
        session.execute(delete(NewPage).where(col(NewPage.claim_id).in_(ids)))
    return len(ids)


def _end(session: Session, renewal: Renewal) -> None:
    renewal.settled_at = now()
    session.execute(delete(NewPage).where(col(NewPage.renewal) != renewal.number))
    session.execute(delete(Renewal).where(col(Renewal.number) <= renewal.number - KEPT))
    log.info("pages are renewed", extra={"renewal": renewal.number, "pages": renewal.done, "failed": renewal.failed})
