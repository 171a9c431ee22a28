"""Which newsrooms are blocked, as the desk is told of it."""

from sqlmodel import Session

from services.intake.models import Newsroom, Outbox
from shared.clock import now, revision_of
from shared.contracts import ROUTES, SenderDecided
from shared.outbox import tell


def decide(session: Session, newsroom: Newsroom) -> None:
    """The admin has just blocked a newsroom, or let it in: that is newer than whatever was decided before."""
    newsroom.decision_revision = max(newsroom.decision_revision + 1, revision_of(now()))
    tell_decided(session, newsroom)


def tell_decided(session: Session, newsroom: Newsroom) -> None:
    """Tell the desk what was decided of a newsroom last."""
    message = SenderDecided(
        newsroom=newsroom.name,
        revision=newsroom.decision_revision,
        blocked=newsroom.blocked_at is not None,
        because=newsroom.blocked_because or "",
    )
    tell(session, Outbox, message, ROUTES[SenderDecided])
