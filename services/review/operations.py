"""How the services are, for whoever looks after them, and what is tried again at their wish.

Of itself review counts whether people are told by mail and chat. See `shared.status`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlmodel import Session, col

from services.review import workflow
from services.review.models import Outbox, Person
from services.review.schemas import OperationsOut, ServiceOut
from services.review.service import service, transaction
from shared import road, status
from shared.clock import now
from shared.errands import queue_of
from shared.errors import BadRequest, NotFound, Unavailable
from shared.queues import ERRANDS, connect
from shared.status import MOST_COUNTED, Figure, Note

LATELY = timedelta(days=1)
RETRY_AFTER = 5  # seconds
SERVICES = ("intake", "review", "publish")
QUEUES = tuple(name + ending for name in SERVICES for ending in ("", ERRANDS))
AWAY = "Redis does not answer: nothing could be asked. Messages wait in the outboxes and none is lost."
NOTHING_KNOWN: dict[str, Any] = {"queues": [], "workers": [], "failed": [], "scheduler": None, "schedule": []}


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


def look(session: Session) -> OperationsOut:
    """How the services are. Review's own messages are read from its database, the others' from the notes of their relays."""
    mine, redis_has = status.look(session, service), _in_redis()
    notes: dict[str, Note] = redis_has.pop("notes", {})
    at_work = {one.queues for one in redis_has.get("workers", ())}
    known = bool(redis_has)
    services = [
        ServiceOut(
            name=name,
            note=mine if name == service.name else notes.get(name),
            relay_runs=name in notes if known else None,
            has_worker=name in at_work if known else None,
        )
        for name in SERVICES
    ]
    return OperationsOut(at=now(), redis_answers=known, services=services, **(redis_has or NOTHING_KNOWN))


def replay(name: str, ids: list[UUID], by: Person) -> int:
    """Have parked messages of a service sent again: how many are, or how many another service was asked for. Raises Forbidden,
    NotFound or Unavailable."""
    if name not in SERVICES:
        raise NotFound("There is no such service.")
    with transaction() as session:
        if name == service.name:
            return workflow.replay(session, ids, by)
        workflow.note_asked(session, name, [str(one) for one in ids], by)
    with _redis() as redis:
        status.ask_to_replay(redis, name, ids, status.signer(service.settings.secret_key))
    return len(ids)


def run_again(queue: str, job_id: str, by: Person) -> bool:
    """Run a failed job again; false if it is no longer among those that failed. Raises Forbidden, BadRequest or Unavailable."""
    if queue not in QUEUES or not job_id:
        raise BadRequest("queue, job: have to name a job that failed.")
    with transaction() as session:
        workflow.note_asked(session, queue.removesuffix(ERRANDS), [job_id], by)
    with _redis() as redis:
        return road.run_again(redis, queue, job_id)


@contextmanager
def _redis() -> Iterator[Redis]:
    try:
        with connect(service.settings.redis_url) as redis:
            yield redis
    except RedisError:
        raise Unavailable(AWAY, retry_after=RETRY_AFTER) from None


def _in_redis() -> dict[str, Any]:
    """What Redis has of queues, workers and jobs, and the services' notes; nothing if it does not answer."""
    try:
        with _redis() as redis:
            is_scheduled, runs = road.schedule(redis)
            return {
                "notes": _notes(redis),
                "queues": road.roads(redis, QUEUES),
                "workers": road.workers(redis),
                "failed": road.failed_jobs(redis, QUEUES),
                "scheduler": is_scheduled,
                "schedule": runs,
            }
    except Unavailable:
        return {}


def _notes(redis: Redis) -> dict[str, Note]:
    signed_by = status.signer(service.settings.secret_key)
    found = {name: status.read(redis, name, signed_by) for name in SERVICES}
    return {name: note for name, note in found.items() if note is not None}
