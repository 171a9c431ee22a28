"""A newsroom whose sending is abuse is blocked: nothing comes in from it by any way, and what it sent leaves the desk's queue.

What somebody at the desk has taken stays with them, and what is published stays: only claims that wait for somebody go. Once the
newsroom is let in again, they come back.
"""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake import visitors, workflow
from services.intake.models import Claim, Newsroom, Outbox
from services.intake.service import service
from shared import errands
from shared.clock import now
from shared.contracts import SenderJudged
from shared.errands import Errand

AT_ONCE = 200  # claims in one transaction; other writers wait no longer than that takes
LATE = timedelta(minutes=1)  # by then whatever had been let in before the block is stored


class TellBlocked(Errand):
    """Tell review, claim by claim, whether their newsroom is blocked: those after this one that wait, or that went for it."""

    topic: ClassVar[str] = "tell-blocked"
    job: ClassVar[str] = "services.intake.errands.tell_blocked"

    newsroom_id: UUID
    after: UUID | None = None


def block(session: Session, newsroom: Newsroom, because: str) -> bool:
    """Take nothing more from a newsroom, end its sessions, and have its claims leave the queue. Returns whether it was let in
    until now; if it was not, only the reason is changed."""
    was_let_in = newsroom.blocked_at is None
    newsroom.blocked_at, newsroom.blocked_because = newsroom.blocked_at or now(), because
    session.add(newsroom)
    visitors.sign_out_all(session, newsroom.id)
    _order(session, newsroom.id, late=True)
    return was_let_in


def unblock(session: Session, newsroom: Newsroom) -> bool:
    """Let a newsroom in again, and its claims come back into the queue. Returns whether it was blocked."""
    was_blocked = newsroom.blocked_at is not None
    newsroom.blocked_at = newsroom.blocked_because = None
    session.add(newsroom)
    _order(session, newsroom.id)
    return was_blocked


def heed(session: Session, message: SenderJudged) -> None:
    """Block a newsroom, or let it in, as the desk has decided. An older decision than the last changes nothing, nor one on a
    newsroom that is not known."""
    newsroom = session.exec(select(Newsroom).where(Newsroom.name == message.newsroom).with_for_update()).first()
    if newsroom is None or message.revision <= newsroom.decision_revision:
        return
    newsroom.decision_revision = message.revision
    if message.blocked:
        block(session, newsroom, message.because)
    else:
        unblock(session, newsroom)


def tell_some(session: Session, errand: TellBlocked) -> None:
    """Tell of the next claims, and order what comes after them."""
    newsroom = session.get_one(Newsroom, errand.newsroom_id)
    left = "unverified" if newsroom.blocked_at else "closed"
    chosen = select(Claim).where(Claim.newsroom_id == newsroom.id, Claim.state == left).order_by(col(Claim.id))
    if errand.after:
        chosen = chosen.where(col(Claim.id) > errand.after)
    if not newsroom.blocked_at:
        chosen = chosen.where(Claim.close_reason == "submitter_blocked")
    claims = session.exec(chosen.limit(AT_ONCE).with_for_update()).all()
    for claim in claims:
        claim.revision += 1
        workflow.tell_submitted(session, claim, newsroom)
    if len(claims) == AT_ONCE:
        more = TellBlocked(newsroom_id=newsroom.id, after=claims[-1].id)
        errands.order(session, Outbox, service.name, [(more, None)])


def _order(session: Session, newsroom_id: UUID, late: bool = False) -> None:
    errand = TellBlocked(newsroom_id=newsroom_id)
    moments = [None, now() + LATE] if late else [None]
    errands.order(session, Outbox, service.name, [(errand, moment) for moment in moments])
