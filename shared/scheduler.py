"""The scheduler: enqueues periodic jobs at their times, from a TOML file.

    [[job]]
    name = "services.review.jobs.tidy"   # a function marked with shared.jobs.periodic
    queue = "review"
    cron = "17 3 * * *"                  # in UTC

RQ's own cron pickles its jobs, which our workers refuse. A job is enqueued under an id made of its name and its
time, so that two schedulers enqueue it once.
"""

import json
import logging
import signal
import time
import tomllib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from croniter import croniter
from redis import Redis
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError

from shared.clock import now
from shared.process import die_with_parent
from shared.queues import connect, queue

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
KEPT = 3600  # seconds for which a second scheduler would find that the job has been enqueued
FAILED_KEPT = 7 * 86_400  # seconds for which one that failed can be looked at and run again
RUNS, ALIVE = "factdesk:schedule", "factdesk:scheduler"  # in Redis, for people to look at
ALIVE_FOR = 15  # seconds


class Periodic(NamedTuple):
    """One job of the schedule."""

    name: str
    queue: str
    cron: str

    def next_after(self, moment: datetime) -> datetime:
        found: datetime = croniter(self.cron, moment).get_next(datetime)
        return found


def read_schedule(path: Path) -> list[Periodic]:
    """The jobs in a schedule file. Raises ValueError if one of the times can't be read."""
    jobs = [Periodic(**job) for job in tomllib.loads(path.read_text())["job"]]
    for job in jobs:
        if not croniter.is_valid(job.cron):
            raise ValueError(f"{path}: {job.cron!r} is not a time that cron understands")
    return jobs


def run(path: Path, redis_url: str) -> None:
    """Enqueue the jobs of the schedule at their times until stopped."""
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    jobs, connection = read_schedule(path), connect(redis_url)
    due = {job: job.next_after(now()) for job in jobs}
    log.info("scheduler started", extra={"jobs": [job.name for job in jobs]})
    try:
        for job in jobs:
            _tell(job, None, connection)
        while True:
            _tell_alive(connection)
            for job, moment in due.items():
                if moment <= now() and enqueue(job, moment, connection):
                    due[job] = job.next_after(now())
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        log.info("scheduler stopped")


def enqueue(job: Periodic, moment: datetime, connection: Redis) -> bool:
    """Enqueue a job for a moment, once. False if Redis could not be reached."""
    job_id = f"{job.name.replace('.', '-')}-{moment:%Y%m%dT%H%M}"
    try:
        queue(job.queue, connection).enqueue(
            job.name, job_id=job_id, unique=True, result_ttl=KEPT, failure_ttl=FAILED_KEPT, job_timeout=600
        )
        _tell(job, job_id, connection)
    except DuplicateJobError:
        log.info("enqueued by another scheduler", extra={"job": job_id})
    except RedisError as error:
        log.warning("Redis does not answer; trying again", extra={"error": str(error)})
        return False
    return True


def _tell(job: Periodic, job_id: str | None, connection: Redis) -> None:
    """Leave word of when a job was enqueued last, and will be next."""
    told = {"cron": job.cron, "next_at": job.next_after(now()).isoformat()}
    try:
        known = connection.hget(RUNS, job.name)
        kept = json.loads(known) if known and job_id is None else {"last_at": now().isoformat(), "job_id": job_id}
        last = {name: kept.get(name) for name in ("last_at", "job_id")} if known or job_id else {}
        connection.hset(RUNS, job.name, json.dumps(last | told))
    except (RedisError, ValueError) as error:
        log.warning("the schedule could not be shown", extra={"error": str(error)})


def _tell_alive(connection: Redis) -> None:
    try:
        connection.set(ALIVE, now().isoformat(), ex=ALIVE_FOR)
    except RedisError:
        return
