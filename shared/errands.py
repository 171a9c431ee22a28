"""Work of a service's own that waits for the network: it is ordered in the transaction that wants it, travels the same road as
messages, and is done by a process of its own, many at a time.

An errand is a row of the outbox to the service's own second queue, so that it is done at least once, whatever dies, and may be
ordered for later. What tells it from a message: nobody answers. The row is in the same database, so the process that has done an
errand acknowledges it there. Nothing is locked while the network answers; a slow host keeps one thread, never the queue.

What was done may be done again: an errand looks first whether it is still wanted.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import event, func, or_
from sqlmodel import Session, col, select

from shared import outbox
from shared.clock import new_id, now
from shared.db import table_of
from shared.envelopes import Answer, Envelope, is_signed
from shared.log import request_id, traceparent, words_of
from shared.outbox import OutboxRow, Trace, wake_relay
from shared.queues import ERRANDS
from shared.service import Service
from shared.together import Together

log = logging.getLogger(__name__)

AT_ONCE = 32  # errands in one process
MOST_WAITING = 64  # taken from Redis and not begun: beyond that the queue waits


class Errand(BaseModel):
    """What is to be done, as small as can be: the rest is looked up when it is done. `job` is the dotted name of the function that
    does it."""

    model_config = ConfigDict(frozen=True)

    topic: ClassVar[str]
    job: ClassVar[str]


class NotNow(Exception):
    """What an errand needs does not answer now. It is tried again as any that fails, and the log has a line of it, no traceback."""


E = TypeVar("E", bound=Errand)


def queue_of(service: str) -> str:
    """The queue of a service's errands."""
    return service + ERRANDS


def order(
    session: Session, rows: type[OutboxRow], service: str, errands: Iterable[tuple[Errand, datetime | None]]
) -> None:
    """Order errands in the session's transaction, each for its moment; None is as soon as can be."""
    trace, moment = Trace.here(), now()
    ordered = [
        {
            "id": new_id(),
            "topic": errand.topic,
            "key": "",
            "revision": 1,
            "queue": queue_of(service),
            "job": errand.job,
            "payload": errand.model_dump_json(),
            "request_id": trace.request_id,
            "traceparent": trace.traceparent,
            "written_at": due_at or moment,  # its age counts from when it is to be done
            "due_at": due_at or moment,
            "tries": 0,
            "refusals": 0,
        }
        for errand, due_at in errands
    ]
    if ordered:
        session.connection().execute(table_of(rows).insert(), ordered)
        wake_relay(session)


class Soon:
    """Has an errand done a moment after something came in: one for all that comes in this process until shortly before."""

    def __init__(self, service: Service[Any], errand: Errand, after: timedelta) -> None:
        self._service = service
        self._errand = errand
        self._after = after
        self._ordered: tuple[object, float] = None, 0.0  # for which database, and until when it does for what comes in

    def order(self, session: Session) -> None:
        """See that the errand is done after this transaction. Costs nothing if one is ordered that is not due for long enough: a
        transaction that takes longer than half of the moment has to have somebody else who looks."""
        database, began = session.get_bind(), time.monotonic()
        if self._ordered[0] is database and began < self._ordered[1]:
            return
        order(session, self._service.outbox, self._service.name, [(self._errand, now() + self._after)])
        ordered = database, began + self._after.total_seconds() / 2

        def note(_: Session) -> None:
            self._ordered = ordered

        event.listen(session, "after_commit", note, once=True)


def is_busy(session: Session, rows: type[OutboxRow], service: str, kind: type[Errand], at_least: int) -> bool:
    """Whether so many errands of a kind are due or on their way."""
    pressing = (
        select(col(rows.id))
        .where(
            col(rows.queue) == queue_of(service),
            col(rows.job) == kind.job,
            col(rows.due_at).is_not(None),
            or_(col(rows.due_at) <= now(), col(rows.sent_as).is_not(None)),
        )
        .limit(at_least)
        .subquery()
    )
    return session.exec(select(func.count()).select_from(pressing)).one() >= at_least


def does(kind: type[E], service: Service[Any]) -> Callable[[Callable[[E], None]], Callable[[list[Envelope]], Answer]]:
    """Make a function that does an errand the job of it. It opens its own transactions. If it raises, the errand is tried
    again later, and parked after ten times."""

    done = Together(service.transaction, partial(_acknowledge, service))

    def decorate(handle: Callable[[E], None]) -> Callable[[list[Envelope]], Answer]:
        @wraps(handle)
        def job(batch: list[Envelope]) -> Answer:
            for envelope in batch:
                if is_signed(service, envelope):
                    _office.begin(partial(_do, service, kind, handle, done, envelope))
                else:
                    log.error("errand refused: its signature does not hold")
            return {}

        job.contract = kind  # type: ignore[attr-defined]
        job.is_job = True  # type: ignore[attr-defined]
        return job

    return decorate


def _acknowledge(service: Service[Any], session: Session, ids: Sequence[UUID]) -> list[None]:
    outbox.acknowledge(session, service.outbox, ids)
    return [None] * len(ids)


def _do(
    service: Service[Any],
    kind: type[E],
    handle: Callable[[E], None],
    done: Callable[[UUID], None],
    envelope: Envelope,
) -> None:
    request_id.set(envelope["request_id"])
    traceparent.set(envelope["traceparent"])
    about = {"message_id": envelope["id"], "topic": envelope["topic"]}
    errand = UUID(envelope["id"])
    try:
        handle(kind.model_validate_json(envelope["payload"]))
    except Exception as error:
        words = words_of(error)
        if isinstance(error, NotNow):
            log.warning("errand waits", extra={**about, "why": str(error)})
        else:
            log.exception("errand failed", extra=about)
        with service.transaction() as session:
            outbox.refuse(session, service.outbox, {errand: words})
        return
    done(errand)
    log.info("errand done", extra=about)


class _Office:
    """The threads of this process that run errands."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._room = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)

    def begin(self, work: Callable[[], None]) -> None:
        """Have this done by the next free thread; waits while too many wait already."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, "errand")
        self._room.acquire()
        self._threads.submit(self._run, work)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # the database is away, say; the errand is due again in a while
            log.exception("an errand could not be noted")
        finally:
            self._room.release()

    def close(self) -> None:
        """Finish what has begun and drop what waits; that is due again in a while."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
            self._room = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)


_office = _Office()
close = _office.close
