"""What pages are made from, gathered for many checks at once: the number of statements does not grow with them.

Nothing is locked and nothing is written. Pages themselves stay where they are, because nobody who makes new ones needs the old.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from services.publish import filing, rendering, sites
from services.publish.filing import Related
from services.publish.models import Check, Dispute, Revision

WITHOUT_PAGES = (defer(Check.page), defer(Check.page_gzip))  # type: ignore[arg-type]
# Asked at each publication: to write one takes longer than to ask it.
IDS: Any = bindparam("ids", expanding=True)
REVISIONS = (
    select(Revision).where(col(Revision.claim_id).in_(IDS)).order_by(col(Revision.claim_id), col(Revision.revision))
)
DISPUTES = (  # that were decided in public
    select(Dispute)
    .where(col(Dispute.claim_id).in_(IDS), col(Dispute.number).is_not(None))
    .order_by(col(Dispute.claim_id), col(Dispute.number))
)
SAME = (
    select(Check)
    .options(*WITHOUT_PAGES)
    .where(col(Check.claim_id).in_(IDS) | col(Check.translation_of).in_(IDS))
    .where(Check.revision > 0, col(Check.test).is_(False))
    .order_by(col(Check.claim_id))
)


class Material(NamedTuple):
    """What the page of a check is made from: its revisions (the first one first), related checks, what readers challenged and the
    desk decided, and the checks that say the same in other languages."""

    check: Check
    revisions: Sequence[Revision]
    beside: Sequence[Related]
    disputes: Sequence[Dispute]
    others: Sequence[Check]

    def ratings(self) -> set[str]:
        """The slugs of all ratings that its page shows."""
        return {one.rating_slug for one in self.revisions} | {one.rating_slug for one in self.beside}

    def page(self) -> bytes | None:
        """What readers are to see, if anything."""
        with sites.at(self.check.site):
            if self.check.revision:
                return rendering.verdict_page(*self)
            return rendering.notice_page(self.check) if self.check.notice else None


def gather(session: Session, checks: Sequence[Check]) -> list[Material]:
    """Of each of these, in their order."""
    published = [check for check in checks if check.revision]
    ids = [check.claim_id for check in published]
    if not published:
        return [Material(check, (), (), (), ()) for check in checks]
    revisions, disputes = defaultdict[UUID, list[Revision]](list), defaultdict[UUID, list[Dispute]](list)
    for revision in session.exec(REVISIONS, params={"ids": ids}):
        revisions[revision.claim_id].append(revision)
    for dispute in session.exec(DISPUTES, params={"ids": ids}):
        disputes[dispute.claim_id].append(dispute)
    beside, others = filing.related(session, published), in_other_languages(session, published)
    return [
        Material(check, revisions[one], beside.get(one, ()), disputes[one], others.get(one, ()))
        for check in checks
        for one in [check.claim_id]
    ]


def revisions_of(session: Session, claim_id: UUID) -> Sequence[Revision]:
    """Every revision of a check, the first one first."""
    return session.exec(REVISIONS, params={"ids": [claim_id]}).all()


def in_other_languages(session: Session, checks: Sequence[Check]) -> dict[UUID, list[Check]]:
    """For each of these, the checks that say the same in other languages, in the order in which they came."""
    originals = {check.claim_id: check.translation_of or check.claim_id for check in checks if not check.test}
    by_original = defaultdict[UUID, list[Check]](list)
    for one in session.exec(SAME, params={"ids": sorted(set(originals.values()))}):
        by_original[one.translation_of or one.claim_id].append(one)
    return {
        claim_id: [one for one in by_original[original] if one.claim_id != claim_id]
        for claim_id, original in originals.items()
    }
