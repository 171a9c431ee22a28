"""A newsroom whose sending is abuse is blocked: nothing comes in from it by any way, and what it sent leaves the desk's queue.

An editor blocks it at the desk, the admin by command; the later decision stands, and each tells the other. What becomes of its
claims is the desk's: see `services.review.workflow.leaving`.
"""

from sqlmodel import Session, select

from services.intake import visitors, workflow
from services.intake.models import Newsroom
from shared.clock import now
from shared.contracts import SenderJudged


def block(session: Session, newsroom: Newsroom, because: str) -> bool:
    """Take nothing more from a newsroom, by the admin's command. Returns whether it was let in until now; if it was not, only the
    reason is changed."""
    was_let_in = newsroom.blocked_at is None
    _stop(session, newsroom, because)
    workflow.decide(session, newsroom)
    return was_let_in


def unblock(session: Session, newsroom: Newsroom) -> bool:
    """Let a newsroom in again, by the admin's command. Returns whether it was blocked."""
    was_blocked = newsroom.blocked_at is not None
    _let_in(session, newsroom)
    if was_blocked:
        workflow.decide(session, newsroom)
    return was_blocked


def heed(session: Session, message: SenderJudged) -> None:
    """Block a newsroom, or let it in, as the desk has decided. An older decision than the last changes nothing, nor one on a
    newsroom that is not known."""
    newsroom = session.exec(select(Newsroom).where(Newsroom.name == message.newsroom).with_for_update()).first()
    if newsroom is None or message.revision <= newsroom.decision_revision:
        return
    newsroom.decision_revision = message.revision
    if message.blocked:
        _stop(session, newsroom, message.because)
    else:
        _let_in(session, newsroom)


def _stop(session: Session, newsroom: Newsroom, because: str) -> None:
    """Nothing is taken from it, and its sessions end."""
    newsroom.blocked_at, newsroom.blocked_because = newsroom.blocked_at or now(), because
    session.add(newsroom)
    visitors.sign_out_all(session, newsroom.id)


def _let_in(session: Session, newsroom: Newsroom) -> None:
    newsroom.blocked_at = newsroom.blocked_because = None
    session.add(newsroom)
