"""What is on the road: RQ's queues, workers and failed jobs, and what the scheduler did last, as Redis has them.

For people to look at. Nothing here is relied on: what stands in Redis may have been written by anybody who reaches it.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel
from redis import Redis
from rq import Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from shared.queues import queue
from shared.scheduler import ALIVE, RUNS

MOST_FAILED = 50  # of each queue, the newest
LONGEST_ERROR = 4_000


class Road(BaseModel):
    """One queue: what waits in it, what is being done, what failed."""

    name: str
    waiting: int
    under_way: int
    failed: int


class AtWork(BaseModel):
    """One worker."""

    name: str
    queues: str
    state: str
    seen_at: datetime | None
    done: int
    failed: int


class Failed(BaseModel):
    """A job that failed, and with what error."""

    id: str
    queue: str
    name: str
    failed_at: datetime | None
    error: str


class Run(BaseModel):
    """A job of the schedule: when it is due, when it was enqueued last, and what became of that."""

    name: str
    cron: str
    last_at: datetime | None
    next_at: datetime | None
    outcome: str


def roads(redis: Redis, names: Iterable[str]) -> list[Road]:
    """These queues."""
    found = []
    for name in names:
        one = queue(name, redis)
        under_way, failed = one.started_job_registry.count, one.failed_job_registry.count
        found.append(Road(name=name, waiting=one.count, under_way=under_way, failed=failed))
    return found


def workers(redis: Redis) -> list[AtWork]:
    """The workers that have shown a sign of life, by their queues."""
    found = [
        AtWork(
            name=one.name,
            queues=", ".join(one.queue_names()),
            state=str(one.get_state()).rpartition(".")[2],
            seen_at=_aware(one.last_heartbeat),
            done=one.successful_job_count,
            failed=one.failed_job_count,
        )
        for one in Worker.all(connection=redis, serializer=JSONSerializer)
    ]
    return sorted(found, key=lambda one: (one.queues, one.name))


def failed_jobs(redis: Redis, names: Iterable[str]) -> list[Failed]:
    """The jobs of these queues that failed, the newest first."""
    found: list[Failed] = []
    for name in names:
        registry = FailedJobRegistry(name, connection=redis, serializer=JSONSerializer)
        ids = registry.get_job_ids(-MOST_FAILED, -1)
        jobs = Job.fetch_many(ids, connection=redis, serializer=JSONSerializer)
        found += [_failed(one, name) for one in jobs if one is not None]
    return sorted(found, key=lambda one: one.failed_at.timestamp() if one.failed_at else 0, reverse=True)


def run_again(redis: Redis, name: str, job_id: str) -> bool:
    """Put a failed job back into its queue; the worker runs it only if it is one of its service's. False if it is no longer among
    the failed ones."""
    registry = FailedJobRegistry(name, connection=redis, serializer=JSONSerializer)
    try:
        registry.requeue(job_id)
    except (InvalidJobOperation, NoSuchJobError):
        return False
    return True


def schedule(redis: Redis) -> tuple[bool, list[Run]]:
    """Whether a scheduler is at work, and its jobs."""
    found = []
    for name, given in redis.hgetall(RUNS).items():
        told = _read(given)
        found.append(
            Run(
                name=_text(name),
                cron=str(told.get("cron", "")),
                last_at=_moment(told.get("last_at")),
                next_at=_moment(told.get("next_at")),
                outcome=_outcome(redis, told.get("job_id")),
            )
        )
    return redis.get(ALIVE) is not None, sorted(found, key=lambda one: one.name)


def _failed(job: Job, name: str) -> Failed:
    result = job.latest_result()
    error = (result.exc_string if result else None) or "It ended without saying why."
    told = error[-LONGEST_ERROR:]
    return Failed(id=job.id, queue=name, name=job.func_name or "?", failed_at=_aware(job.ended_at), error=told)


def _outcome(redis: Redis, job_id: object) -> str:
    """What became of a job: finished, failed, queued, …; nothing if it is no longer known."""
    if not isinstance(job_id, str):
        return ""
    try:
        return Job.fetch(job_id, connection=redis, serializer=JSONSerializer).get_status(refresh=False).value
    except (NoSuchJobError, AttributeError):
        return ""


def _read(given: bytes | str) -> dict[str, object]:
    try:
        told = json.loads(given)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _text(given: bytes | str) -> str:
    return given.decode(errors="replace") if isinstance(given, bytes) else given


def _moment(given: object) -> datetime | None:
    try:
        return datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
