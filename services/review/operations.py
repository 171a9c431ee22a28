"""What review counts for whoever looks after the services: whether people are told by mail and chat. See `shared.status`."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from services.review.models import Outbox
from services.review.service import service
from shared.clock import now
from shared.errands import queue_of
from shared.status import MOST_COUNTED, Figure

LATELY = timedelta(days=1)


def figures(session: Session) -> list[Figure]:
    """Mails and lines in the chat: sent, waiting, tried again, given up on."""
    is_ours = col(Outbox.queue) == queue_of(service.name)
    waits = col(Outbox.due_at).is_not(None)
    counted = {
        "mails and lines in the chat of the last day": col(Outbox.acknowledged_at) > now() - LATELY,
        "mails and lines that wait, or are ordered for later": waits,
        "mails and lines that are tried again": waits & col(Outbox.error).is_not(None),
        "mails and lines that were given up on": col(Outbox.parked_at).is_not(None),
    }
    found = [Figure(words=words, count=_count(session, is_ours & chosen)) for words, chosen in counted.items()]
    found[2].wrong, found[3].wrong = bool(found[2].count), bool(found[3].count)
    return found


def _count(session: Session, chosen: object) -> int:
    some = select(col(Outbox.id)).where(chosen).limit(MOST_COUNTED).subquery()  # type: ignore[arg-type]
    found: int = session.execute(select(func.count()).select_from(some)).scalar_one()
    return found
