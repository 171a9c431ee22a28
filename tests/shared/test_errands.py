"""Errands: ordered with the change that wants them, done at least once by a process of their own, many at a time."""

import threading
from datetime import timedelta

import hotel
import pytest
from rq.serializers import JSONSerializer
from sqlmodel import select

from shared import errands
from shared.clock import now
from shared.outbox import unacknowledged
from shared.queues import queue
from shared.worker import Worker, guarded_job, jobs_of


@pytest.fixture
def order(service):
    def call(*numbers, due_at=None):
        with service.transaction() as session:
            calls = [(hotel.CallTaxi(number=number), due_at) for number in numbers]
            errands.order(session, hotel.Outbox, "hotel", calls)

    return call


@pytest.fixture
def taxi():
    """`taxi("7", function)`: what calling one for a room does."""
    yield hotel.taxis.__setitem__
    hotel.taxis.clear()


@pytest.fixture
def run(service, relay, redis):
    """Send what is due and do it."""

    def once(wait=True):
        relay.step()
        Worker(
            [queue("hotel-errands", redis)], connection=redis, job_class=guarded_job(jobs_of(hotel)),
            serializer=JSONSerializer, log_job_description=False,
        ).work(burst=True, logging_level=None)  # fmt: skip
        if wait:
            errands.close()

    yield once
    errands.close()


@pytest.fixture
def rows(service):
    def look():
        with service.reading() as session:
            return session.exec(select(hotel.Outbox).order_by(hotel.Outbox.id)).all()

    return look


def make_due(service):
    """As if its time had come: who was to do it has died."""
    with service.transaction() as session:
        for row in session.exec(select(hotel.Outbox).where(hotel.Outbox.due_at.is_not(None))):
            row.due_at = now() - timedelta(seconds=1)


def test_an_errand_is_done_and_acknowledged(order, taxi, run, rows):
    came = []
    taxi("7", came.append)
    order("7")
    run()
    assert came == [hotel.CallTaxi(number="7")]
    [row] = rows()
    assert (row.due_at, row.error) == (None, None)
    assert row.acknowledged_at
    run()
    assert len(came) == 1


def test_an_errand_for_later_is_not_done_now(order, taxi, run, rows, service):
    taxi("7", lambda errand: pytest.fail("too early"))
    order("7", due_at=now() + timedelta(hours=1))
    run()
    assert rows()[0].tries == 0


def test_an_errand_that_fails_is_tried_again_and_parked_after_ten_times(order, taxi, run, rows, service):
    calls = []

    def fail(errand):
        calls.append(errand)
        raise OSError("no taxi today")

    taxi("7", fail)
    order("7")
    for _ in range(12):
        run()
        make_due(service)
    [row] = rows()
    assert len(calls) == 10
    assert row.parked_at
    assert row.error == "OSError: no taxi today"


def test_an_errand_for_which_somebody_does_not_answer_is_a_line_in_the_log_without_a_traceback(
    order, taxi, run, rows, caplog
):
    def wait(errand):
        raise errands.NotNow("The rank does not answer.")

    taxi("7", wait)
    order("7")
    run()
    assert rows()[0].error == "NotNow: The rank does not answer."
    [line] = [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]
    assert (line.levelname, line.exc_info, line.why) == ("WARNING", None, "The rank does not answer.")


def test_a_slow_one_keeps_nobody_waiting(order, taxi, run, rows, until):
    go_on = threading.Event()
    came = []
    taxi("slow", lambda errand: go_on.wait(240))
    for number in range(20):
        taxi(str(number), came.append)
    order("slow", *map(str, range(20)))
    run(wait=False)
    until(lambda: len(came) == 20)
    until(lambda: sum(row.acknowledged_at is not None for row in rows()) == 20)
    go_on.set()
    errands.close()
    assert all(row.acknowledged_at for row in rows())


def test_redis_emptied_after_it_was_sent_costs_nothing_but_time(order, taxi, relay, run, rows, service, redis):
    came = []
    taxi("7", came.append)
    order("7")
    relay.step()
    redis.flushall()
    run()
    assert came == [], "it is not due again yet"
    make_due(service)
    run()
    assert len(came) == 1


def test_a_planted_errand_is_not_done(taxi, run, redis):
    taxi("7", lambda errand: pytest.fail("it was done"))
    planted = {"id": "00000000-0000-0000-0000-000000000001", "topic": hotel.CallTaxi.topic, "key": "", "revision": 1,
               "payload": '{"number": "7"}', "request_id": None, "traceparent": None, "signature": "x" * 64}  # fmt: skip
    queue("hotel-errands", redis).enqueue("hotel.call_taxi", [planted])
    run()


def test_errands_count_neither_as_messages_to_others_nor_as_late(order, service):
    order("7", due_at=now() + timedelta(days=3))
    order("8")
    with service.reading() as session:
        assert unacknowledged(session, hotel.Outbox, "hotel", 10) == 0


def test_an_order_is_only_as_good_as_its_transaction(service, rows):
    with pytest.raises(RuntimeError), service.transaction() as session:
        errands.order(session, hotel.Outbox, "hotel", [(hotel.CallTaxi(number="7"), None)])
        raise RuntimeError("the guest stays")
    assert rows() == []


def test_how_much_of_a_kind_is_to_be_done_now(service, order):
    order("7", "8")
    order("9", due_at=now() + timedelta(hours=1))
    with service.reading() as session:
        busy = [errands.is_busy(session, hotel.Outbox, "hotel", hotel.CallTaxi, number) for number in (1, 2, 3)]
    assert busy == [True, True, False]
