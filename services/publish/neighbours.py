"""Pages that name a check among those that belong together, after it became another: its headline, its rating, its address.

Who names it is in no table, because none is to be written while readers wait for a page: its address is looked for on the pages of
those that stand on a shelf with it, or did. That is an errand, in stretches, and each page is made in a transaction of its own. It
is ordered for a moment later: whoever makes a page meanwhile from what stood before is then done. A page that can't be made keeps
its old words and stops no other: it is an errand of its own, tried again, and told of if it is parked.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import LargeBinary, literal, or_, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from services.publish import filing, sites
from services.publish.models import Check, Listing, NewPage, Outbox
from services.publish.service import service
from shared.clock import now
from shared.errands import Errand, order

AT_ONCE = 100  # of which it is asked whether they name it
SOON = timedelta(seconds=2)


class ShowAgain(Errand):
    """Make the pages anew that name a check by one of these addresses, of those that stand on these shelves, the newest first."""

    topic: ClassVar[str] = "pages.neighbours"
    job: ClassVar[str] = "services.publish.errands.show_again"
    claim_id: UUID
    paths: tuple[str, ...]
    shelves: tuple[filing.Place, ...]
    below: int | None = None  # the place in the lists from which on it is done


class ShowOneAgain(Errand):
    """Make this page anew, which names a check that changed and could not be made with the others."""

    topic: ClassVar[str] = "pages.neighbour"
    job: ClassVar[str] = "services.publish.errands.show_one_again"
    claim_id: UUID


def tell(session: Session, check: Check, former: str | None, shelves: Iterable[filing.Place]) -> None:
    """Have those made anew that name a check, which may have had another address, and stands or stood on these shelves."""
    kinds = {sites.own(kind, sites.numbered(check.site)) for kind in filing.KINDS}
    together = sorted(place for place in shelves if place[0] in kinds)
    paths = dict.fromkeys(path for path in (former, check.path) if path)
    if together:
        wanted = ShowAgain(claim_id=check.claim_id, paths=tuple(paths), shelves=tuple(together))
        order(session, Outbox, service.name, [(wanted, now() + SOON)])


def put_off(session: Session, claim_id: UUID) -> None:
    """Have a page that could not be made tried again by itself."""
    order(session, Outbox, service.name, [(ShowOneAgain(claim_id=claim_id), now() + SOON)])


def next_of(session: Session, wanted: ShowAgain) -> tuple[list[UUID], ShowAgain | None]:
    """The checks of a stretch of the shelves whose pages name it, and what is left to be looked at."""
    stretch = session.execute(_stretch(wanted)).all()
    ids = [claim_id for _, claim_id in stretch if claim_id != wanted.claim_id]
    beside = select(Check.claim_id).outerjoin(NewPage, col(NewPage.claim_id) == col(Check.claim_id))
    named = [
        _holds(session, page, f'/checks/{path}"'.encode())
        for page in (Check.page, NewPage.page)
        for path in wanted.paths
    ]
    naming = set(session.exec(beside.where(col(Check.claim_id).in_(ids), or_(*named))))
    is_last = len(stretch) < AT_ONCE
    return (
        [claim_id for claim_id in ids if claim_id in naming],
        None if is_last else wanted.model_copy(update={"below": stretch[-1][0]}),
    )


def _stretch(wanted: ShowAgain) -> Any:
    """The next places on any of the shelves, each once: a look into the index for each shelf, however long it is."""
    parts = []
    for kind, slug in wanted.shelves:
        on_it = select_columns(col(Listing.position), col(Listing.claim_id))
        on_it = on_it.where(col(Listing.kind) == kind, col(Listing.slug) == slug)
        if wanted.below is not None:
            on_it = on_it.where(col(Listing.position) < wanted.below)
        parts.append(select_columns(on_it.order_by(col(Listing.position).desc()).limit(AT_ONCE).subquery()))
    together = union(*parts).subquery()
    return select_columns(together).order_by(together.c.position.desc()).limit(AT_ONCE)


def _holds(session: Session, page: Any, words: bytes) -> Any:
    """Whether these words stand on a page."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(col(page), words) > 0
    return func.position(literal(words, LargeBinary).op("IN")(col(page))) > 0
