"""The head of the history is published, so that nobody, the desk included, can change what came before."""

from sqlmodel import Session, select

from services.review.models import ChainHead, Outbox
from services.review.workflow.stamps import order_stamp
from shared.clock import now
from shared.contracts import ROUTES, HistoryHeadNoted
from shared.outbox import tell


def tell_history_head(session: Session) -> None:
    """Tell how many entries the history has, and the hash of the last. Nothing is told of an empty one."""
    head = session.exec(select(ChainHead)).first()
    if head is not None and head.seq:
        message = HistoryHeadNoted(revision=head.seq, hash=head.hash, noted_at=now())
        tell(session, Outbox, message, ROUTES[HistoryHeadNoted])
        order_stamp(session, "head", head.hash, head.seq)
        head.noted = head.seq
        session.add(head)
