"""What is told arrives, once, whatever is lost, repeated or killed on the way."""

import random
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread

import hotel
import pytest
from rq.job import Job
from rq.results import Result
from rq.serializers import JSONSerializer
from sqlmodel import select

from shared import outbox
from shared.clock import now
from shared.queues import queue
from shared.relay import BATCH, CREDIT, Relay
from shared.wake import alarm_for


def deliver(relay, work, done, until):
    """Let the relay and the worker take turns until `done()`."""

    def turn():
        relay.step()
        work()
        relay.step()
        return done()

    until(turn)


def all_acknowledged(messages):
    return lambda: all(row.acknowledged_at for row in messages())


def test_a_message_is_applied_and_acknowledged(reserve, relay, work, stays, messages, redis):
    reserve("101")
    relay.step()
    work()
    relay.step()
    assert stays() == {"101": 1}
    [row] = messages()
    assert row.acknowledged_at
    assert row.due_at is None
    assert not list(redis.scan_iter("rq:job:*")), "a job whose answer was read is not kept"


def test_a_commit_wakes_the_relay_however_long_it_would_sleep(service, reserve):
    hears = Event()

    def sleep():
        alarm = alarm_for(service.database)
        alarm.wait(0)  # from here on it hears
        with closing(alarm._connection):
            hears.set()
            alarm.wait(3600)

    asleep = Thread(target=sleep, daemon=True)
    asleep.start()
    hears.wait()
    reserve("101")
    asleep.join(200)
    assert not asleep.is_alive()


def test_a_change_that_is_rolled_back_tells_nobody(service, messages):
    with pytest.raises(ZeroDivisionError), service.transaction() as session:
        hotel.reserve(session, "101")
        1 / 0  # noqa: B018
    assert messages() == []


def test_messages_travel_in_batches(reserve, relay, redis):
    reserve(*map(str, range(2 * BATCH + 1)))
    relay.step()
    assert queue("hotel", redis).count == 3


def test_what_redis_forgets_is_sent_again_and_applied_once(reserve, relay, work, stays, messages, redis, until):
    reserve("101", "102")
    relay.step()
    redis.flushall()
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"101": 1, "102": 1}


def test_a_heartbeat_that_outlives_its_job_stops_no_relay(reserve, relay, work, stays, messages, redis, until):
    reserve("101")
    relay.step()
    [left] = [Job.key_for(job_id) for job_id in queue("hotel", redis).job_ids]
    redis.flushall()
    redis.hset(left, "last_heartbeat", "2026-11-26T12:00:00Z")  # as RQ writes it, whether there is such a job or not
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"101": 1}
    assert not redis.exists(left)


def test_a_job_that_goes_well_is_noted_in_few_commands(reserve, relay, work, redis):
    def commands(jobs):
        for number in range(jobs):
            reserve(str(number))
            relay.step()
        before = redis.info("stats")["total_commands_processed"]
        work()
        return redis.info("stats")["total_commands_processed"] - before

    assert (commands(21) - commands(1)) / 20 <= 24  # RQ by itself needs 57


def test_a_job_that_runs_twice_is_applied_once(reserve, relay, work, stays, redis):
    reserve("101")
    relay.step()
    [job_id] = queue("hotel", redis).job_ids
    job = Job.fetch(job_id, connection=redis, serializer=JSONSerializer)
    queue("hotel", redis).enqueue(hotel.Desk.job, *job.args)
    work()
    assert stays() == {"101": 1}


def test_an_answer_that_is_lost_costs_a_repeat_and_no_more(reserve, relay, work, stays, messages, redis, until):
    reserve("101")
    relay.step()
    work()
    redis.flushall()
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"101": 1}
    assert messages()[0].tries > 1


def test_a_relay_that_starts_anew_reads_the_answers_its_forerunner_was_waiting_for(
    service, reserve, relay, work, messages
):
    reserve("101")
    relay.step()
    work()
    heir = Relay(service)
    heir.remember_outstanding()
    heir.step()
    assert messages()[0].acknowledged_at
    assert messages()[0].tries == 1


def test_a_message_that_can_not_be_applied_does_not_stop_those_behind_it(reserve, relay, work, stays, messages):
    reserve("100", guest="nobody")
    reserve("101")
    relay.step()
    work()
    relay.step()
    assert stays() == {"101": 1}
    bad, good = messages()
    assert good.acknowledged_at
    assert "Nobody can't stay here" in bad.error
    assert bad.refusals == 1


def test_what_is_noted_of_a_refusal_holds_nothing_of_what_the_database_refused(reserve, relay, work, messages):
    reserve("100", guest="Grace, incognito")
    relay.step()
    work()
    relay.step()
    [bad] = messages()
    assert bad.error.startswith("IntegrityError: ")
    assert "incognito" not in bad.error


def test_a_message_refused_ten_times_is_parked_and_can_be_replayed(
    service, reserve, relay, work, stays, messages, until, monkeypatch
):
    monkeypatch.setattr(outbox, "LONGEST_WAIT", relay.first_wait)
    reserve("100", guest="nobody")
    deliver(relay, work, lambda: messages()[0].parked_at, until)
    [row] = messages()
    assert row.refusals == outbox.PARK_AFTER_REFUSALS
    assert "Nobody" in row.error
    with service.transaction() as session:  # whatever was wrong is put right
        parked = session.get(hotel.Outbox, row.id)
        parked.payload = parked.payload.replace("nobody", "Grace")
    with service.transaction() as session:
        assert outbox.replay(session, hotel.Outbox) == 1
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"100": 1}


def test_a_message_whose_receiver_is_unable_is_tried_until_it_is_able_and_never_parked(
    service, hotel_url, reserve, relay, work, stays, messages, until, monkeypatch, tmp_path
):
    monkeypatch.setattr(outbox, "LONGEST_WAIT", relay.first_wait)
    away = f"sqlite:///{tmp_path}" if service.database.is_sqlite else "postgresql://nobody@/nothing?host=/nowhere"
    reserve("101")
    with service.transaction() as session:
        [row] = session.exec(select(hotel.Outbox)).all()
        row.written_at = now() - outbox.PARK_AFTER * 2

    def turn():
        relay.step()
        service.database.connect(away)
        work()
        service.database.connect(hotel_url)
        relay.step()
        [row] = messages()
        assert row.parked_at is None
        return row.tries > outbox.PARK_AFTER_REFUSALS + 1

    until(turn)
    [row] = messages()
    assert (row.refusals, row.error) == (0, outbox.UNABLE)
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"101": 1}
    assert messages()[0].error is None


def test_a_message_that_is_refused_once_after_its_receiver_was_unable_for_days_is_tried_again(
    service, reserve, relay, messages, until
):
    reserve("101")
    [row] = messages()
    with service.transaction() as session:
        session.get(hotel.Outbox, row.id).written_at = now() - outbox.PARK_AFTER * 2
        outbox.put_off(session, hotel.Outbox, [row.id])
    with service.transaction() as session:
        outbox.claim(session, hotel.Outbox, row.queue, 10, relay.first_wait)
    with service.transaction() as session:  # what it needs comes behind it
        assert outbox.refuse(session, hotel.Outbox, {row.id: "There is no room 101."}) == []

    def claimed():
        with service.transaction() as session:
            return [one.id for one in outbox.claim(session, hotel.Outbox, row.queue, 10, relay.first_wait)]

    until(lambda: claimed() == [row.id] or messages()[0].parked_at is not None)
    assert messages()[0].parked_at is None


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_message_too_large_for_the_receivers_database_is_refused_and_holds_up_nobody(
    reserve, relay, work, stays, messages
):
    reserve(
        "101", "".join(random.Random(7).choices("0123456789", k=20_000))
    )  # beyond what an index of PostgreSQL takes
    relay.step()
    work()
    relay.step()
    assert stays() == {"101": 1}
    assert sorted(row.refusals for row in messages()) == [0, 1]


def test_what_was_told_while_the_clock_ran_ahead_does_not_wait_for_that_time_once_the_relay_begins_anew(
    service, reserve, relay, work, stays, messages, until, monkeypatch
):
    monkeypatch.setattr(outbox, "now", lambda: now() + timedelta(days=3))
    reserve("101")
    monkeypatch.setattr(outbox, "now", now)
    relay.step()
    work()
    assert stays() == {}
    relay.go_on()
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"101": 1}


def test_a_message_nobody_answers_for_a_day_is_parked(service, reserve, relay, messages, redis, until):
    reserve("101")
    relay.step()
    with service.transaction() as session:
        [row] = session.exec(select(hotel.Outbox)).all()
        row.written_at = now() - outbox.PARK_AFTER * 2

    def parked():
        relay.step()
        return messages()[0].parked_at

    until(parked)


def test_while_redis_is_away_messages_wait_and_no_try_is_counted(
    redis_server, reserve, relay, work, stays, messages, until
):
    redis_server.stop()
    try:
        reserve("101")
        assert relay.step() is False
        assert relay.step() is False
        assert messages()[0].tries == 0
    finally:
        redis_server.start()
    deliver(relay, work, all_acknowledged(messages), until)
    assert stays() == {"101": 1}


def test_no_more_than_the_credit_is_on_its_way(reserve, relay, redis, messages):
    reserve(*map(str, range(CREDIT + 50)))
    relay.first_wait *= 3000  # so that nothing is due again during the test
    relay.step()
    relay.step()
    sent = [row for row in messages() if row.sent_as]
    assert len(sent) == CREDIT


def test_a_message_that_was_not_signed_by_us_is_not_applied(redis, service, work, stays):
    envelope = {
        "id": "0199f3c0-0000-7000-8000-000000000000", "topic": "room.reserved.v1", "key": "101", "revision": 1,
        "payload": '{"key": "101", "guest": "Mallory"}', "request_id": None, "traceparent": None,
    }  # fmt: skip
    job = queue("hotel", redis).enqueue(hotel.Desk.job, [envelope | {"signature": "0" * 64}])
    work()
    assert stays() == {}
    assert "signature" in str(job.return_value())


def test_an_answer_that_was_not_signed_by_us_acknowledges_nothing(reserve, relay, messages, redis, service):
    reserve("101")
    relay.step()
    [row] = messages()
    job = Job.fetch(row.sent_as, connection=redis, serializer=JSONSerializer)
    forged = {"outcomes": {str(row.id): None}, "signature": "0" * 64}
    Result.create(job, Result.Type.SUCCESSFUL, ttl=60, return_value=forged)
    job.set_status("finished")
    relay.step()
    assert messages()[0].acknowledged_at is None
    assert messages()[0].refusals == 1


@pytest.mark.parametrize("name", ["os.system", "hotel.checkout", "hotel.reserve", "builtins.exec"])
def test_a_job_planted_in_redis_is_not_run_and_the_worker_goes_on(redis, reserve, relay, work, stays, name, tmp_path):
    planted = queue("hotel", redis).enqueue(name, f"touch {tmp_path}/owned")
    reserve("101")
    relay.step()
    work()
    assert not (tmp_path / "owned").exists()
    assert planted.get_status() == "failed"
    assert stays() == {"101": 1}


def test_callbacks_planted_in_redis_are_not_run(redis, reserve, relay, work, stays, tmp_path):
    reserve("101")
    relay.step()
    [job_id] = queue("hotel", redis).job_ids
    redis.hset(f"rq:job:{job_id}", mapping={"success_callback_name": "os.abort", "failure_callback_name": "os.abort"})
    work()
    assert stays() == {"101": 1}


def test_what_was_acknowledged_is_forgotten_after_a_week_and_what_is_parked_never(
    service, reserve, relay, work, messages
):
    reserve("101", "102", "103")
    relay.step()
    work()
    relay.step()
    with service.transaction() as session:
        old, parked, _ = session.exec(select(hotel.Outbox).order_by(hotel.Outbox.id)).all()
        old.acknowledged_at = now() - outbox.KEEP_DONE * 2
        parked.acknowledged_at, parked.parked_at = None, now() - outbox.KEEP_DONE * 2
    with service.transaction() as session:
        outbox.tidy(session, hotel.Outbox)
    assert {row.key for row in messages()} == {"102", "103"}


def test_what_comes_while_a_batch_is_on_its_way_gathers_for_the_next_and_what_comes_alone_goes_at_once(
    reserve, relay, work, stays, redis
):
    relay.gather_for = 3600
    reserve("101")
    relay.step()
    reserve("102")
    relay.step()
    reserve("103")
    relay.step()
    assert queue("hotel", redis).count == 1, "a batch of one is on its way"
    work()
    relay.step()
    assert queue("hotel", redis).count == 1, "the two others are one job"
    work()
    relay.step()
    assert stays() == {"101": 1, "102": 1, "103": 1}


def test_nobody_waits_longer_than_a_moment_for_a_batch_that_is_not_answered(reserve, relay, redis, until):
    relay.gather_for = 0.01
    reserve("101")
    relay.step()
    reserve("102")
    until(lambda: relay.step() and queue("hotel", redis).count == 2)
