"""The index of checks is made again: by command, and by itself if it was lost."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from services.publish import listing, search
from services.publish.models import Check
from services.publish.service import reading, transaction
from shared.matching.keeping import Step

AT_ONCE = 50


def fill() -> Iterator[Step]:
    """Index the listed checks, of an index that was emptied."""
    with reading() as session:
        total = session.exec(select(func.count()).where(col(Check.position).is_not(None))).one()
    yield "checks", total, _fill()


def _fill() -> Iterator[int]:
    last = None
    while ids := _after(last):
        with transaction() as session:
            listing.index_again(session, ids)
        last = ids[-1]
        yield len(ids)


def _after(last: UUID | None) -> list[UUID]:
    chosen = select(col(Check.claim_id)).where(Check.revision > 0).order_by(col(Check.claim_id)).limit(AT_ONCE)
    with reading() as session:
        return list(session.exec(chosen if last is None else chosen.where(col(Check.claim_id) > last)))


def oldest(session: Session) -> Sequence[tuple[str, UUID | None]]:
    """What was indexed early, if nothing was lost."""
    chosen = select(Check.claim_id).where(col(Check.position).is_not(None)).order_by(col(Check.claim_id)).limit(1)
    return [(search.CHECK, session.exec(chosen).first())]
