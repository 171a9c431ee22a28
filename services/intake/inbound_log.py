"""What became of the messages that other systems hand in, so that somebody sees why one was refused, or why none came.

A message is somebody's. So of one that was taken there is the claim, of one without text the names of what it holds and never what
stands there, of one that was refused the beginning of what was read as its text.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, delete, select

from services.intake.models import InboundHook, InboundMessage
from services.intake.schemas import InboundMessageOut, InboundOutcome
from shared.clock import new_id, now
from shared.readable import plain
from shared.rows import add_rows

KEPT = 1_000  # of each address; what is more is forgotten at night
MOST_NAMES = 15
LONGEST_NAME = 60
LONGEST_BEGINNING = 200


class Became(NamedTuple):
    """What became of one message."""

    outcome: InboundOutcome
    external_id: str | None = None
    claim_id: UUID | None = None
    detail: str | None = None
    beginning: str | None = None

    def readable(self) -> dict[str, Any]:
        """Its parts as they may be shown. What somebody else wrote can hold what no database takes, such as NUL."""
        return {name: plain(one) if isinstance(one, str) else one for name, one in self._asdict().items()}


def note(session: Session, hook_id: UUID, messages: Sequence[Became]) -> None:
    """Write down what became of messages, in their order."""
    moment = now()
    add_rows(
        session,
        InboundMessage,
        [{"id": new_id(), "hook_id": hook_id, "at": moment} | one.readable() for one in messages],
    )


def list_messages(session: Session, hook_id: UUID, limit: int, before: UUID | None = None) -> list[InboundMessageOut]:
    """What came in by an address, the newest first: before the message with this id."""
    chosen = select(InboundMessage).where(InboundMessage.hook_id == hook_id).order_by(col(InboundMessage.id).desc())
    if before is not None:
        chosen = chosen.where(col(InboundMessage.id) < before)
    fields = set(InboundMessageOut.model_fields)
    return [InboundMessageOut(**one.model_dump(include=fields)) for one in session.exec(chosen.limit(limit))]


def forget(session: Session, hook_id: UUID) -> None:
    """Forget what came in by an address."""
    session.execute(delete(InboundMessage).where(col(InboundMessage.hook_id) == hook_id))


def tidy(session: Session) -> None:
    """Forget all but the newest of each address."""
    for hook_id in session.exec(select(InboundHook.id)).all():
        mine = select(InboundMessage.id).where(InboundMessage.hook_id == hook_id)
        last = session.exec(mine.order_by(col(InboundMessage.id).desc()).offset(KEPT).limit(1)).first()
        if last is not None:
            older = col(InboundMessage.id) <= last
            session.execute(delete(InboundMessage).where(col(InboundMessage.hook_id) == hook_id, older))


def names_in(message: Any) -> str:
    """Where something stands in a message, as a mapping names it: what it is is not told."""
    names = list(dict.fromkeys(_paths(message)))
    shown = ", ".join(name[:LONGEST_NAME] for name in names[:MOST_NAMES])
    return f"{shown}, …" if len(names) > MOST_NAMES else shown


def _paths(message: Any) -> Iterator[str]:
    waiting: list[tuple[str, Any]] = [("", message)]
    for path, value in waiting:  # grows while it is gone through
        if len(waiting) > 10 * MOST_NAMES:
            return
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}" if path else name, one) for name, one in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}.*" if path else "*", one) for one in value[:3]]
        elif path:
            yield path
