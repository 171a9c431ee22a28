"""The relay: takes due messages out of the outbox, sends them in batches, and reads the answers.

One process a service; a second one does no harm (SQLite: it waits for the first to die; PostgreSQL: they share
the rows by SKIP LOCKED). It remembers nothing that is not in the database: whatever dies, a row without an
acknowledgement is sent again when its time has come, whatever became of the job that carried it.

What it notes down, that a message was sent or answered, does not wait for the disk: should a power cut take that back, the
message is sent once more, and the receiver drops it.

Whoever comes alone goes at once. While a batch to a receiver is on its way, what comes for the same one gathers, for a moment at
most: so the more there is to do, the more messages are one job, and one transaction, and none waits where little is to be done.

Redis is a doorbell here. It may be emptied, replaced or away at any moment.
"""

import fcntl
import logging
import re
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.results import Result
from rq.serializers import JSONSerializer
from sqlalchemy import bindparam
from sqlmodel import col, func, select

from shared import following, outbox, status
from shared.clock import new_id, now
from shared.db import table_of
from shared.outbox import OutboxRow
from shared.process import die_with_parent
from shared.queues import ERRANDS, connect, queue
from shared.service import Service
from shared.wake import alarm_for

log = logging.getLogger(__name__)

BATCH = 100  # messages in a job, at most
BATCH_OF_ERRANDS = 10  # each is minutes of waiting, at worst
ERRAND_WAIT = timedelta(minutes=3)  # longer than an errand takes, waiting for its turn included
BATCH_BYTES = 1_000_000  # characters of payload in a job, about
CREDIT = 1_000  # unacknowledged messages per receiver, at most: bounds what Redis has to hold
JOB_TIMEOUT = 60  # seconds
ANSWER_KEPT = 600  # seconds that RQ keeps a job's answer
FIRST_LOOK = 0.02  # seconds until the first look for an answer; each further one waits longer
LAST_LOOK = 0.5
GATHER = 0.25  # seconds at most in which messages gather behind the batch before them, and errands behind errands
TIMER = 1.0  # seconds, when nothing wakes us
NO_LETTER = re.compile(r"[^A-Za-z0-9_-]")  # of what may stand in the id of a job
ENDED = (JobStatus.FINISHED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED)


class Relay:
    """Sends one service's messages."""

    def __init__(self, service: Service[Any]) -> None:
        self._service = service
        self._outbox = service.outbox
        self._redis = connect(service.settings.redis_url)
        # Asked at each commit: to write them takes longer than to ask them.
        rows = table_of(self._outbox).c
        name: Any = bindparam("name")
        moment: Any = bindparam("moment")
        self._due = select(rows.queue).where(rows.due_at <= moment).distinct()
        on_the_way = select(rows.id).where(rows.queue == name, rows.due_at > moment, rows.sent_as.is_not(None))
        self._on_the_way = select(func.count()).select_from(on_the_way.limit(CREDIT).subquery())
        self.first_wait = timedelta(seconds=service.settings.resend_after)
        self.gather_for = GATHER
        self._gathering: dict[str, tuple[str, float]] = {}  # by receiver: behind which job, and until when
        self._outstanding: dict[str, list[UUID]] = {}  # by RQ job: only a short cut to the answers
        self._patience = FIRST_LOOK
        self._stopping = False
        self._told_at = datetime.min.replace(tzinfo=UTC)

    def run(self) -> None:
        """Send until told to stop by SIGTERM or SIGINT."""
        die_with_parent()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with self._alone():
            self.go_on()
            log.info("relay started")
            self.remember_outstanding()
            alarm = alarm_for(self._service.database)
            while not self._stopping:
                if self.step() and self.tell_status():
                    alarm.wait(self._patience if self._outstanding else GATHER if self._gathering else TIMER)
                else:
                    time.sleep(TIMER)

    def step(self) -> bool:
        """One look at answers and due messages. False if Redis could not be reached."""
        try:
            self._read_answers()
            for name in self._queues():
                if not self._gathers(name):
                    self._send_due(name)
        except RedisError as error:
            log.warning("Redis does not answer; messages wait in the outbox", extra={"error": str(error)})
            return False
        return True

    def tell_status(self) -> bool:
        """Say how the service stands, every few seconds, and do what was asked of it. False if Redis could not be reached."""
        if now() - self._told_at < status.WRITE_EVERY:
            return True
        self._told_at = now()
        try:
            status.carry_out(self._redis, self._service)
            status.write(self._redis, self._service)
        except RedisError:
            return False
        except Exception:  # only for people to look at: messages must not wait for it
            log.exception("the service's status could not be told")
        return True

    def _queues(self) -> list[str]:
        """The receivers with something due."""
        with self._service.reading() as session:
            return list(session.connection().execute(self._due, {"moment": now()}).scalars())

    def _gathers(self, name: str) -> bool:
        """Whether what is due for a receiver is to wait for company. Who does errands gives no answer: they wait for a moment."""
        job_id, until = self._gathering.get(name, ("", 0.0))
        if time.monotonic() < until and (job_id in self._outstanding or name.endswith(ERRANDS)):
            return True
        self._gathering.pop(name, None)
        return False

    def _send_due(self, name: str) -> None:
        """Send what is due for one receiver, in batches, as far as its credit goes."""
        self._redis.ping()  # before rows are claimed: an outage is not the messages' fault
        with self._service.hasty_transaction() as session:
            room = CREDIT - self._unacknowledged(session, name)
            errands = name.endswith(ERRANDS)
            wait = max(ERRAND_WAIT, self.first_wait) if errands else self.first_wait
            most = BATCH_OF_ERRANDS if errands else BATCH
            rows = outbox.claim(session, self._outbox, name, room, wait) if room > 0 else []
            batches = list(_batches(rows, most))
            for batch in batches:
                job_id = f"{NO_LETTER.sub('-', batch[0].topic)}-{new_id()}"
                for row in batch:
                    row.sent_as = job_id
        for number, batch in enumerate(batches):
            try:
                self._enqueue(name, batch)
            except RedisError:
                self._give_back(row for unsent in batches[number:] for row in unsent)
                raise
        if 0 < len(rows) < most:  # where there are more, there is company enough
            self._gathering[name] = batches[-1][0].sent_as or "", time.monotonic() + self.gather_for

    def _unacknowledged(self, session: Any, name: str) -> int:
        """How many of a receiver's messages are on their way."""
        found: int = session.connection().execute(self._on_the_way, {"name": name, "moment": now()}).scalar_one()
        return found

    def _enqueue(self, name: str, batch: list[OutboxRow]) -> None:
        job_id = batch[0].sent_as or ""
        wait = max(1, int((batch[0].due_at - now()).total_seconds())) if batch[0].due_at else 1
        queue(name, self._redis).enqueue(
            batch[0].job,
            [self._envelope(row) for row in batch],
            job_id=job_id,
            description=f"{len(batch)} {batch[0].topic}",
            job_timeout=JOB_TIMEOUT,
            ttl=wait + JOB_TIMEOUT,  # after that it has been sent again
            result_ttl=ANSWER_KEPT,
            failure_ttl=ANSWER_KEPT,
        )
        if not name.endswith(ERRANDS):  # who does errands acknowledges them in the database
            self._outstanding[job_id] = [row.id for row in batch]
            self._patience = FIRST_LOOK

    def _envelope(self, row: OutboxRow) -> dict[str, Any]:
        """What `shared.jobs.receives` reads."""
        envelope = {
            "id": str(row.id),
            "topic": row.topic,
            "key": row.key,
            "revision": row.revision,
            "payload": row.payload,
            "request_id": row.request_id,
            "traceparent": row.traceparent,
        }
        return envelope | {"signature": self._service.messages.sign(envelope)}

    def _read_answers(self) -> None:
        """Acknowledge or refuse the messages of the jobs that have ended."""
        self._patience = min(self._patience * 1.5, LAST_LOOK)
        job_ids = list(self._outstanding)
        for job_id, state in zip(job_ids, self._states(job_ids), strict=True):
            if state is None:  # lost; the messages are sent again when they are due
                del self._outstanding[job_id]
                self._redis.delete(Job.key_for(job_id))  # it may have a heartbeat that came after it was lost
            elif state in ENDED:
                self._note_answer(Job(job_id, self._redis, JSONSerializer), self._outstanding.pop(job_id))
                self._forget(job_id, state)
                self._patience = FIRST_LOOK

    def _states(self, job_ids: list[str]) -> list[str | None]:
        """How the jobs stand, as Redis has them; None for those that it has lost."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for job_id in job_ids:
                pipeline.hget(Job.key_for(job_id), "status")
            found: list[bytes | None] = pipeline.execute() if job_ids else []
        return [None if state is None else state.decode(errors="replace") for state in found]

    def _forget(self, job_id: str, state: str) -> None:
        """Delete a job whose answer was read. One that failed stands in RQ's lists, too."""
        if state == JobStatus.FINISHED:
            self._redis.delete(Job.key_for(job_id), Result.get_key(job_id))  # type: ignore[no-untyped-call]
            return
        with suppress(NoSuchJobError):
            Job.fetch(job_id, self._redis, JSONSerializer).delete()

    def _note_answer(self, job: Job, ids: list[UUID]) -> None:
        outcomes = self._outcomes(job, ids)
        refused = {message_id: error for message_id, error in outcomes.items() if error is not None}
        with self._service.hasty_transaction() as session:
            outbox.acknowledge(session, self._outbox, set(outcomes) - set(refused))
            outbox.put_off(session, self._outbox, set(ids) - set(outcomes))
            parked = outbox.refuse(session, self._outbox, refused)
        for message_id in parked:
            log.error("message parked", extra={"message_id": str(message_id), "error": refused[message_id]})

    def _outcomes(self, job: Job, ids: list[UUID]) -> dict[UUID, str | None]:
        """What the job says of each message: None if it was applied, else the error; nothing if its receiver was unable to."""
        result = job.latest_result()
        answer = result.return_value if result else None
        if isinstance(answer, dict) and self._service.answers.holds(answer.get("outcomes"), answer.get("signature")):
            outcomes: dict[str, str | None] = answer["outcomes"]
            return {message_id: outcomes[str(message_id)] for message_id in ids if str(message_id) in outcomes}
        error = ((result and result.exc_string) or "The job ended without a signed answer.")[-2000:]
        log.warning("a job ended without an answer", extra={"job": job.id, "error": error})
        return dict.fromkeys(ids, error)

    def _give_back(self, rows: Iterable[OutboxRow]) -> None:
        with self._service.hasty_transaction() as session:
            outbox.give_back(session, self._outbox, [row.id for row in rows])

    def go_on(self) -> None:
        """Whoever follows changes misses none after a restore, and no message waits for a clock that ran ahead: it is here that
        a desk begins again."""
        with self._service.transaction() as session:
            if late := outbox.catch_up(session, self._outbox):
                log.warning("the clock was set back", extra={"messages": late})
            if moved := following.go_on(session, self._outbox.metadata):
                log.warning("the database comes from another server", extra={"changes": moved})

    def remember_outstanding(self) -> None:
        """What an earlier relay had sent and not heard of."""
        with self._service.reading() as session:
            sent = select(self._outbox).where(
                col(self._outbox.due_at).is_not(None), col(self._outbox.sent_as).is_not(None)
            )
            sent = sent.where(col(self._outbox.queue).not_like(f"%{ERRANDS}"))
            for row in session.exec(sent.limit(10 * CREDIT)):
                self._outstanding.setdefault(row.sent_as or "", []).append(row.id)

    def _stop(self, *_: Any) -> None:
        self._stopping = True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """On SQLite, wait until no other relay of this service runs; the kernel frees the lock of a dead one."""
        if not self._service.database.is_sqlite:
            yield
            return
        with open(f"{self._service.database.path}.relay.lock", "w") as lock:
            while not self._stopping:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(TIMER / 4)
            yield


def _batches(rows: list[OutboxRow], most: int) -> Iterator[list[OutboxRow]]:
    """Rows of one job together, in the order of their keys (so that two receivers lock records in one order), no
    batch larger than `most` messages or, but for a single message, `BATCH_BYTES`."""
    ordered = sorted(rows, key=lambda row: (row.job, row.key, row.revision))
    for _, group in groupby(ordered, key=lambda row: row.job):
        batch: list[OutboxRow] = []
        size = 0
        for row in group:
            if batch and (len(batch) == most or size + len(row.payload) > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(row)
            size += len(row.payload)
        yield batch
