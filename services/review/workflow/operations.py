"""What those who look after the services do to them from the desk. It stands in the history as every other act."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from services.review import history
from services.review.models import Outbox, Person
from shared import outbox
from shared.errors import Forbidden


def replay(session: Session, ids: Sequence[UUID], by: Person) -> int:
    """Send parked messages of this service again. Returns how many were parked. Raises Forbidden."""
    refuse_unless_editor(by)
    count = outbox.replay(session, Outbox, ids)
    note_asked(session, "review", [str(one) for one in ids], by)
    return count


def note_asked(session: Session, service: str, what: Sequence[str], by: Person) -> None:
    """Note that somebody had messages or jobs of a service sent or run again. Raises Forbidden."""
    refuse_unless_editor(by)
    history.append(
        session, "sent again", None, by.id, {"before": {}, "after": {"service": service, "what": list(what)}}
    )


def refuse_unless_editor(by: Person) -> None:
    """Raises Forbidden for who is neither editor nor admin."""
    if not by.may("editor"):
        raise Forbidden("Only editors and admins look after the services.")
