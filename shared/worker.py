"""The worker: runs one service's jobs from one queue, and nothing else that Redis may ask for. What the module of the jobs wants to
have loaded before the first of them it loads in `warm_up`, if it has one.

Whoever can write to Redis can name any function of any module in a job, JSON or not. So a job's name is looked
up among the functions that the service's `jobs` module declares; callbacks, which are names too, are not
followed at all. One queue a worker: with two, RQ loses a job if the worker dies between the pop and the start.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import FrameType, ModuleType
from typing import Any

from redis import Redis
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job, JobStatus
from rq.results import Result
from rq.serializers import JSONSerializer
from rq.utils import utcformat
from rq.worker import WorkerStatus

from shared import errands
from shared.clock import new_id, now
from shared.process import die_with_parent
from shared.queues import is_reachable, queue
from shared.service import Service

log = logging.getLogger(__name__)

SIGN_OF_LIFE = timedelta(seconds=5)  # so often a worker that has much to do says that it lives


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
    """Runs jobs in this process: they only write to the database, and a fork costs seven times the job.

    Of each job RQ notes, by fifty commands, what those need who have jobs repeated, depend on one another or be suspended. That
    takes longer than to apply a message, and nobody here reads it: the outbox is the record. So of a job that goes well two calls
    note what the relay and the page of operations read. One that fails is RQ's to note.
    """

    max_connection_wait_time = 2  # seconds; Redis may come back any moment and messages are waiting

    def prepare_execution(self, job: Job) -> Execution:
        """Note that a job begins, all at once."""
        [its_queue], ttl = self.queues, self.get_heartbeat_ttl(job)
        execution = Execution(new_id().hex, job.id, self.connection, self.name)
        self.last_heartbeat, self._state = now(), WorkerStatus.BUSY
        with self.connection.pipeline() as pipeline:
            pipeline.hset(self.key, mapping={"last_heartbeat": utcformat(self.last_heartbeat), "state": self._state})
            pipeline.expire(self.key, ttl)
            its_queue.started_job_registry.add_execution(execution, pipeline=pipeline, ttl=ttl)
            job.prepare_for_execution(self.name, pipeline=pipeline)
            pipeline.persist(job.key)
            pipeline.lrem(its_queue.intermediate_queue_key, 1, job.id)
            pipeline.execute()
        return execution

    def prepare_job_execution(self, job: Job, remove_from_intermediate_queue: bool = False) -> None:
        """Nothing is left to be noted."""

    def _finalize_success(self, job: Job, queue: Queue, execution: Execution, return_value: Any) -> None:
        """Note what a job has returned, all at once."""
        job.ended_at, self._state = now(), WorkerStatus.IDLE
        ttl = job.get_result_ttl(self.default_result_ttl)
        with self.connection.pipeline() as pipeline:
            pipeline.hset(job.key, mapping={"status": JobStatus.FINISHED, "ended_at": utcformat(job.ended_at)})
            job.cleanup(ttl, pipeline=pipeline, remove_from_queue=False)
            if ttl != 0:
                Result.create(job, Result.Type.SUCCESSFUL, ttl, return_value, pipeline=pipeline)
            queue.started_job_registry.remove_execution(execution, pipeline=pipeline)
            self.increment_successful_job_count(pipeline)
            pipeline.hset(self.key, "state", self._state)
            pipeline.execute()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember to stop: what RQ raises here, to end its waiting, may fall where exceptions are passed over (a `__del__`)."""
        self._stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        """Note what it is at, if that is something else than before."""
        if pipeline is not None or state != self._state:
            super().set_state(state, pipeline)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that it lives, unless it did so a moment ago; and who it is, if Redis was emptied meanwhile.

        RQ calls this at each turn of its waiting, which has no other end while Redis is away: raises StopRequested if the worker
        was told to stop and nothing is under way.
        """
        if self._stop_requested and self._state != WorkerStatus.BUSY:
            raise StopRequested
        last = self.last_heartbeat
        if timeout or pipeline is not None or last is None or now() - last > SIGN_OF_LIFE:
            super().heartbeat(timeout, pipeline)
            if pipeline is None and not self.connection.hexists(self.key, "birth"):
                self.connection.delete(self.key)
                self.register_birth()  # type: ignore[no-untyped-call]
                super().set_state(self._state)

    def check_for_suspension(self, burst: bool) -> None:
        """Nobody suspends a worker of ours: they stop its process."""


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
