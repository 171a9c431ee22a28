"""What a service says of itself to whoever looks after all of them, and what they may ask of it.

Nobody reads another's database. So each relay leaves a short, signed note in Redis every few seconds: how much waits, since
when, what was given up on and why. A note lasts a few seconds; where there is none, the relay is not running. To send again
what was parked, one leaves a signed request, which the relay carries out on its own tables. A request that is repeated or lost
does no harm: messages are sent again by their ids, and receivers drop what they know.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from redis import Redis
from sqlalchemy import func
from sqlmodel import Session, col, select

from shared import outbox
from shared.clock import now
from shared.outbox import OutboxRow
from shared.service import Service
from shared.signing import Signer

log = logging.getLogger(__name__)

WRITE_EVERY = timedelta(seconds=2)
KEPT = 15  # seconds: a note that is older than that stands for nothing
ASKED_WITHIN = timedelta(minutes=2)  # a request that is older is not carried out
MOST_ROWS = 50  # messages told of
MOST_COUNTED = 10_000
MOST_LOOKED_AT = 500  # of those that wait, the oldest, to find those that were refused
MOST_ASKED = 100  # messages in one request
MOST_AT_ONCE = 20  # requests
NOTE, REQUESTS = "factdesk:status:{}", "factdesk:requests:{}"


class MessageNote(BaseModel):
    """A message that was refused, or given up on."""

    id: UUID
    topic: str
    queue: str
    key: str
    tries: int
    refusals: int
    error: str | None
    written_at: datetime
    parked_at: datetime | None


class QueueNote(BaseModel):
    """What waits to be sent to one queue, or was and has not been answered."""

    queue: str
    count: int
    oldest: datetime


class Figure(BaseModel):
    """Something else that a service counts, in its own words; worth a look if `wrong`."""

    words: str
    count: int
    wrong: bool = False


class Note(BaseModel):
    """A service, as its relay saw it. Counts end at ten thousand. What is `late` was sent five times or more, and is sent on."""

    service: str
    at: datetime
    waiting: list[QueueNote]
    refused: list[MessageNote]
    parked: list[MessageNote]
    parked_count: int
    late_count: int = 0
    late_since: datetime | None = None
    received_at: datetime | None
    sent_today: int
    figures: list[Figure] = []


def signer(secret_key: str) -> Signer:
    """Of notes and requests."""
    return Signer(secret_key, "status")


def look(session: Session, service: Service[Any]) -> Note:
    """The service as it stands."""
    rows, inbox, moment = service.outbox, service.inbox, now()
    is_parked = col(rows.parked_at).is_not(None)
    parked = session.exec(select(rows).where(is_parked).order_by(col(rows.parked_at).desc()).limit(MOST_ROWS)).all()
    late_count, late_since = outbox.late(session, rows, MOST_COUNTED)
    return Note(
        service=service.name,
        at=moment,
        waiting=_waiting(session, rows, moment),
        refused=[_message(one) for one in _refused(session, rows)],
        parked=[_message(one) for one in parked],
        parked_count=_count(session, select(col(rows.id)).where(is_parked)),
        late_count=late_count,
        late_since=late_since,
        received_at=session.exec(select(func.max(inbox.received_at))).one(),
        sent_today=_count(session, select(col(rows.id)).where(col(rows.acknowledged_at) > moment - timedelta(days=1))),
        figures=_figures(session, service),
    )


def write(redis: Redis, service: Service[Any]) -> None:
    """Leave a note of how the service stands."""
    with service.reading() as session:
        told = look(session, service).model_dump(mode="json")
    sealed = {"note": told, "signature": signer(service.settings.secret_key).sign(told)}
    redis.set(NOTE.format(service.name), json.dumps(sealed), ex=KEPT)


def read(redis: Redis, service: str, signed_by: Signer) -> Note | None:
    """The newest note of a service; None if there is none that is young and holds."""
    note = _unsealed(redis.get(NOTE.format(service)), "note", signed_by)
    try:
        found = Note.model_validate(note) if note is not None else None
    except ValidationError:
        return None
    is_young = found is not None and found.service == service and found.at > now() - timedelta(seconds=2 * KEPT)
    return found if is_young else None


def ask_to_replay(redis: Redis, service: str, ids: Iterable[UUID], signed_by: Signer) -> None:
    """Ask a service's relay to send parked messages again."""
    asked = {"service": service, "at": now().isoformat(), "replay": [str(one) for one in ids][:MOST_ASKED]}
    name = REQUESTS.format(service)
    redis.rpush(name, json.dumps({"request": asked, "signature": signed_by.sign(asked)}))
    redis.expire(name, int(ASKED_WITHIN.total_seconds()))


def carry_out(redis: Redis, service: Service[Any]) -> None:
    """Do what the service was asked to. What is not signed, or too old, is passed over."""
    signed_by = signer(service.settings.secret_key)
    for _ in range(MOST_AT_ONCE):
        given = redis.lpop(REQUESTS.format(service.name))
        if given is None:
            return
        asked = _unsealed(given, "request", signed_by)
        if not _may_be_done(asked, service.name):
            log.error("a request was refused: it is not signed, or too old")
            continue
        ids = [UUID(one) for one in asked["replay"]]
        with service.transaction() as session:
            count = outbox.replay(session, service.outbox, ids)
        log.info("parked messages are sent again", extra={"count": count})


def _may_be_done(asked: Any, service: str) -> bool:
    if asked is None or asked["service"] != service:
        return False
    return bool(now() - ASKED_WITHIN < datetime.fromisoformat(asked["at"]) <= now() + ASKED_WITHIN)


def _unsealed(given: Any, name: str, signed_by: Signer) -> Any:
    """What was sealed, if its signature holds; else None."""
    try:
        sealed = json.loads(given) if given is not None else {}
    except ValueError:
        return None
    if not isinstance(sealed, dict) or not signed_by.holds(sealed.get(name), sealed.get("signature")):
        return None
    return sealed[name]


def _waiting(session: Session, rows: type[OutboxRow], moment: datetime) -> list[QueueNote]:
    """What is due or on its way, by queue. What is ordered for later is not waiting."""
    is_waiting = col(rows.due_at).is_not(None) & (col(rows.written_at) <= moment)
    some = select(col(rows.queue), col(rows.written_at)).where(is_waiting).limit(MOST_COUNTED).subquery()
    grouped = select(some.c.queue, func.count(), func.min(some.c.written_at)).group_by(some.c.queue)
    found = session.exec(grouped.order_by(some.c.queue)).all()
    return [QueueNote(queue=queue, count=count, oldest=oldest) for queue, count, oldest in found]


def _refused(session: Session, rows: type[OutboxRow]) -> Sequence[OutboxRow]:
    """Those of the oldest that wait which receivers have refused, or which nobody answered."""
    oldest = select(col(rows.id)).where(col(rows.due_at).is_not(None)).order_by(col(rows.queue), col(rows.due_at))
    within = col(rows.id).in_(oldest.limit(MOST_LOOKED_AT).subquery().select())
    return session.exec(select(rows).where(within, col(rows.error).is_not(None)).limit(MOST_ROWS)).all()


def _count(session: Session, chosen: Any) -> int:
    found: int = session.exec(select(func.count()).select_from(chosen.limit(MOST_COUNTED).subquery())).one()
    return found


def _message(row: OutboxRow) -> MessageNote:
    given = row.model_dump(include=set(MessageNote.model_fields))
    given["error"] = row.error[-2000:] if row.error else None
    return MessageNote(**given)


def _figures(session: Session, service: Service[Any]) -> list[Figure]:
    """What the service itself adds, if it has a module `operations`."""
    name = f"services.{service.name}.operations"
    if not (service.folder / "operations.py").exists():
        return []
    found: list[Figure] = import_module(name).figures(session)
    return found
