"""The worker: runs one service's jobs from one queue, and nothing else that Redis may ask for. What the module of the jobs wants to
have loaded before the first of them it loads in `warm_up`, if it has one.

Whoever can write to Redis can name any function of any module in a job, JSON or not. So a job's name is looked
up among the functions that the service's `jobs` module declares; callbacks, which are names too, are not
followed at all. One queue a worker: with two, RQ loses a job if the worker dies between the pop and the start.
"""

import logging
import time
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from redis import Redis
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from shared import errands
from shared.process import die_with_parent
from shared.queues import is_reachable, queue
from shared.service import Service

log = logging.getLogger(__name__)


class NotAJob(Exception):
    """A job in Redis names a function that is not one of the service's jobs."""


def jobs_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The dotted names that may be run, and what they name."""
    found = {name: value for name, value in vars(module).items() if getattr(value, "is_job", False)}
    return {f"{module.__name__}.{name}": value for name, value in found.items()}


def guarded_job(allowed: dict[str, Callable[..., Any]]) -> type[Job]:
    """An RQ job class that runs the allowed functions alone and follows no callback."""

    class GuardedJob(Job):
        @property
        def func(self) -> Callable[..., Any]:
            try:
                return allowed[self.func_name or ""]
            except KeyError:
                raise NotAJob(f"{self.func_name!r} is not a job of this service.") from None

        @property
        def success_callback(self) -> None:
            return None

        @property
        def failure_callback(self) -> None:
            return None

        @property
        def stopped_callback(self) -> None:
            return None

    return GuardedJob


class Worker(SimpleWorker):
    """Runs jobs in this process: they only write to the database, and a fork costs seven times the job."""

    max_connection_wait_time = 2  # seconds; Redis may come back any moment and messages are waiting


def run_worker(service: Service[Any]) -> None:
    """Apply messages until told to stop. Exits when its parent dies, so that no second worker lives on unseen."""
    _run(service, service.name, service.jobs_module)


def run_errands(service: Service[Any]) -> None:
    """Do the service's errands until told to stop; those that have begun are finished."""
    try:
        _run(service, errands.queue_of(service.name), service.errands_module)
    finally:
        errands.close()


def _run(service: Service[Any], name: str, module: str) -> None:
    die_with_parent()
    jobs = import_module(module)
    allowed = jobs_of(jobs)
    getattr(jobs, "warm_up", lambda: None)()
    connection = Redis.from_url(service.settings.redis_url)
    while not is_reachable(service.settings.redis_url):
        log.warning("Redis does not answer; trying again")
        time.sleep(1)
    worker = Worker(
        [queue(name, connection)],
        connection=connection,
        job_class=guarded_job(allowed),
        serializer=JSONSerializer,
        log_job_description=False,  # it would write the messages into the log
        worker_ttl=30,
        maintenance_interval=15,
    )
    # Our jobs say what was applied; RQ would say it five times.
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    log.info("worker started", extra={"jobs": sorted(allowed)})
    worker.work(logging_level=None)
