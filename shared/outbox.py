"""Messages out: written with the change they tell of, sent afterwards by `shared.relay`.

A row is written in the transaction that changes the state, one for each receiver, so that neither exists
without the other. It is done with only when the receiver has acknowledged it; until then it is sent again
and again. Receivers drop the repeats by the row's id (`shared.inbox`). So a message is applied once, and the
price is that everything on the way happens at least once.

    waiting ──claim──▶ sent ──acknowledge──▶ done (kept a week)
       ▲                │ │
       └─ no answer ────┘ └─ refused ten times, or a day without an answer ──▶ parked ──replay──▶ waiting

A receiver that is unable (its database is away, its disk full) has refused nothing: its messages are never parked for that, however
long it lasts.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, delete, func, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from shared.clock import new_id, now
from shared.log import request_id, traceparent
from shared.queues import ERRANDS
from shared.rows import Rows, Sql, write_all

KEEP_DONE = timedelta(days=7)
PARK_AFTER_REFUSALS = 10  # which takes three quarters of an hour
PARK_AFTER = timedelta(days=1)
UNABLE = (
    "The receiver is unable to apply anything: its database is away or busy, or its disk is full. Its log says which."
)
LONGEST_WAIT = timedelta(minutes=10)
LATE_AFTER = 5  # tries, which take four minutes: what was away for an update, or Redis, is back by then
IS_LATE = text(f"due_at IS NOT NULL AND tries >= {LATE_AFTER}")  # word for word, or the index of these is not used
WAKE = Sql("NOTIFY outbox", only="postgresql")
AHEAD = timedelta(days=1)  # so much sooner than it was written an urgent message is due: it overtakes those that wait


class Receiver(Protocol):
    """A queue, and the dotted name of the job on it."""

    @property
    def queue(self) -> str: ...
    @property
    def job(self) -> str: ...


class Fact(Protocol):
    """What can be told. `key` names the record, `revision` grows with each change of it. What is `urgent` is sent first."""

    @property
    def topic(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def urgent(self) -> bool: ...
    def model_dump_json(self) -> str: ...


class OutboxRow(SQLModel):
    """One message to one receiver. A service makes it its own: `class Outbox(OutboxRow, Table, table=True)`.

    `due_at` is when the relay has to do something about it; None when there is nothing more to do.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    topic: str
    key: str
    revision: int = Field(sa_type=BigInteger)
    queue: str
    job: str
    payload: str = Field(sa_type=Text)
    request_id: str | None = None
    traceparent: str | None = None
    written_at: datetime = Field(default_factory=now)
    due_at: datetime | None = Field(default_factory=now)
    sent_as: str | None = None  # the RQ job that carries it
    tries: int = 0
    refusals: int = 0
    error: str | None = Field(default=None, sa_type=Text)
    acknowledged_at: datetime | None = None
    parked_at: datetime | None = None


def outbox_indexes() -> tuple[Index, ...]:
    """For `__table_args__`: what is due, what is late, what is parked, and what is done."""
    is_due = text("due_at IS NOT NULL")
    is_parked = text("parked_at IS NOT NULL")
    return (
        Index(None, "queue", "due_at", "id", postgresql_where=is_due, sqlite_where=is_due),
        Index(None, "written_at", postgresql_where=IS_LATE, sqlite_where=IS_LATE),
        Index(None, "parked_at", postgresql_where=is_parked, sqlite_where=is_parked),
        Index(None, "acknowledged_at"),
    )


class Trace(NamedTuple):
    """The request from which a message comes; it travels to the receiver's log."""

    request_id: str | None
    traceparent: str | None

    @classmethod
    def here(cls) -> "Trace":
        """Of the request that is being answered."""
        return cls(request_id.get(), traceparent.get())


def tell(session: Session, outbox: type[OutboxRow], fact: Fact, receivers: Iterable[Receiver]) -> None:
    """Write a message for each receiver in the session's transaction; the relay wakes when it commits."""
    tell_all(session, outbox, [(fact, Trace.here())], receivers)


def tell_all(
    session: Session, outbox: type[OutboxRow], facts: Iterable[tuple[Fact, Trace]], receivers: Iterable[Receiver]
) -> None:
    """`tell` for many facts of one kind, each with the request it comes from, in one statement."""
    if told := telling(outbox, facts, receivers):
        write_all(session, told)


def telling(
    outbox: type[OutboxRow], facts: Iterable[tuple[Fact, Trace]], receivers: Iterable[Receiver]
) -> list[Rows | Sql]:
    """What `tell_all` writes."""
    moment, receivers = now(), list(receivers)
    written = [
        {
            "id": new_id(),
            "topic": fact.topic,
            "key": fact.key,
            "revision": fact.revision,
            "queue": receiver.queue,
            "job": receiver.job,
            "payload": payload,
            "request_id": trace.request_id,
            "traceparent": trace.traceparent,
            "written_at": moment,
            "due_at": moment - AHEAD if fact.urgent else moment,
            "tries": 0,
            "refusals": 0,
        }
        for fact, trace in facts
        for payload in [fact.model_dump_json()]
        for receiver in receivers
    ]
    return [Rows(outbox, written), WAKE] if written else []


def wake_relay(session: Session) -> None:
    """PostgreSQL delivers the notification at the commit. SQLite's relay sees the commit by itself."""
    if session.get_bind().dialect.name == WAKE.only:
        session.execute(text(WAKE.text))


def claim(session: Session, outbox: type[OutboxRow], queue: str, limit: int, first_wait: timedelta) -> list[OutboxRow]:
    """Take up to `limit` due rows of a queue for sending. They are due again after the visibility timeout,
    `first_wait` doubling with each try.

    Rows are claimed before they are sent: a relay that dies in between costs one timeout, never a message.
    Never by "id greater than the last": PostgreSQL commits ids out of order, and rows would be skipped.
    """
    rows = session.exec(
        select(outbox)
        .where(col(outbox.queue) == queue, col(outbox.due_at) <= now())
        .order_by(col(outbox.due_at), col(outbox.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.tries += 1
        row.due_at = now() + min(first_wait * 2 ** min(row.tries - 1, 12), LONGEST_WAIT)
        if row.written_at < now() - PARK_AFTER and row.tries > 1 and row.error != UNABLE:
            _park(row, row.error or "No answer for a day.")
    return [row for row in rows if row.parked_at is None]


def give_back(session: Session, outbox: type[OutboxRow], ids: Iterable[UUID]) -> None:
    """Redis could not be reached: the rows are due again at once, and the try does not count."""
    session.execute(
        update(outbox)
        .where(col(outbox.id).in_(list(ids)), col(outbox.due_at).is_not(None))
        .values(due_at=now(), tries=col(outbox.tries) - 1, sent_as=None)
    )


def catch_up(session: Session, outbox: type[OutboxRow]) -> int:
    """What is due later than the longest wait was written or sent while the clock ran ahead: it is due now. Returns how many.
    Errands are left alone: some are for another day."""
    found = session.execute(
        update(outbox)
        .where(col(outbox.due_at) > now() + LONGEST_WAIT, ~col(outbox.queue).endswith(ERRANDS))
        .values(due_at=now())
    )
    return int(found.rowcount)  # type: ignore[attr-defined]


def acknowledge(session: Session, outbox: type[OutboxRow], ids: Iterable[UUID]) -> None:
    """The receiver has applied them, or had already."""
    session.execute(
        update(outbox)
        .where(col(outbox.id).in_(list(ids)), col(outbox.acknowledged_at).is_(None))
        .values(due_at=None, acknowledged_at=now(), error=None, parked_at=None)
    )


def put_off(session: Session, outbox: type[OutboxRow], ids: Iterable[UUID]) -> None:
    """The receiver was unable to do anything, and not because of them: they are tried again when due, until it is able."""
    session.execute(
        update(outbox).where(col(outbox.id).in_(list(ids)), col(outbox.due_at).is_not(None)).values(error=UNABLE)
    )


def refuse(session: Session, outbox: type[OutboxRow], errors: Mapping[UUID, str]) -> list[UUID]:
    """The receiver could not apply them: they are tried again when due, and parked after ten refusals. Where it was unable to do
    anything until now, their day without an answer begins anew: what they need may only come behind them.

    Returns the ids of those that were parked now.
    """
    if not errors:
        return []
    rows = session.exec(
        select(outbox).where(col(outbox.id).in_(list(errors)), col(outbox.due_at).is_not(None)).with_for_update()
    ).all()
    for row in rows:
        row.refusals += 1
        row.written_at = now() if row.error == UNABLE else row.written_at
        row.error = errors[row.id]
        if row.refusals >= PARK_AFTER_REFUSALS:
            _park(row, errors[row.id])
    return [row.id for row in rows if row.parked_at is not None]


def replay(session: Session, outbox: type[OutboxRow], ids: Iterable[UUID] | None = None) -> int:
    """Send parked messages again, with the same ids; all of them if `ids` is None. Returns how many."""
    parked = col(outbox.parked_at).is_not(None)
    chosen = parked if ids is None else parked & col(outbox.id).in_(list(ids))
    found = session.execute(
        update(outbox).where(chosen).values(due_at=now(), written_at=now(), parked_at=None, tries=0, refusals=0)
    )
    wake_relay(session)
    return int(found.rowcount)  # type: ignore[attr-defined]


def unacknowledged(session: Session, outbox: type[OutboxRow], queue: str, at_most: int) -> int:
    """How many messages to a receiver wait for an acknowledgement, counted up to `at_most`."""
    chosen = select(col(outbox.id)).where(col(outbox.queue) == queue, col(outbox.due_at).is_not(None))
    waiting = chosen.order_by(col(outbox.written_at)).limit(at_most).subquery()
    return session.exec(select(func.count()).select_from(waiting)).one()


def late(session: Session, outbox: type[OutboxRow], at_most: int) -> tuple[int, datetime | None]:
    """How many messages to other services were sent several times in vain and will be again, counted up to `at_most`, and when the
    oldest of them was written. Errands are not among them: other people's machines may be away for long."""
    chosen: Any = select(col(outbox.written_at).label("written_at")).where(
        IS_LATE, ~col(outbox.queue).endswith(ERRANDS)
    )
    some = chosen.order_by(col(outbox.written_at)).limit(at_most).subquery()
    count, since = session.exec(select(func.count(), func.min(some.c.written_at)).select_from(some)).one()
    return count, since


def tidy(session: Session, outbox: type[OutboxRow]) -> None:
    """Delete what was acknowledged over a week ago. Parked messages are never deleted by themselves."""
    session.execute(delete(outbox).where(col(outbox.acknowledged_at) < now() - KEEP_DONE))


def _park(row: OutboxRow, error: str) -> None:
    row.parked_at, row.due_at, row.error = now(), None, error
