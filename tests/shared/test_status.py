"""A service says how it stands, and sends again what it is asked to; what nobody of ours signed is passed over."""

import json
from datetime import timedelta

import hotel
import pytest
from conftest import SECRET
from rq.serializers import JSONSerializer
from sqlalchemy import event, update

from shared import outbox, road, status
from shared.clock import new_id, now
from shared.queues import queue
from shared.scheduler import Periodic, enqueue
from shared.worker import SIGN_OF_LIFE, Worker

OURS, ANOTHERS = status.signer(SECRET), status.signer("the secret of somebody else")


@pytest.fixture
def park(reserve, messages, service):
    """Have a message given up on; returns its id."""

    def parked(error="RuntimeError: the <b>ledger</b> is shut"):
        reserve("101")
        with service.transaction() as session:
            values = {"parked_at": now(), "due_at": None, "error": error, "refusals": 10, "tries": 10}
            session.execute(update(hotel.Outbox).values(values))
        return messages()[-1].id

    return parked


def test_a_relay_says_how_its_service_stands(reserve, relay, redis, park):
    parked = park()
    reserve("102", "103")
    relay.tell_status()
    note = status.read(redis, "hotel", OURS)
    assert [(one.queue, one.count) for one in note.waiting] == [("hotel", 2)]
    assert (note.parked_count, note.parked[0].id, note.parked[0].tries) == (1, parked, 10)
    assert 0 < redis.ttl("factdesk:status:hotel") <= status.KEPT


def test_how_many_are_late_is_found_however_many_wait(reserve, service):
    """By an index that has the late ones alone: whoever asks whether a service is ready does not look at all that waits."""
    reserve("101", "102")
    asked = []
    with service.transaction() as session:
        late = update(hotel.Outbox).where(hotel.Outbox.key == "102")
        session.execute(late.values(tries=outbox.LATE_AFTER))
    with service.reading() as session:
        listen = (session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        event.listen(*listen)
        assert outbox.late(session, hotel.Outbox, 10)[0] == 1
        event.remove(*listen)
        [(words, given)] = asked
        if service.database.is_sqlite:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given).all()
        else:
            session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")  # which is as good for two rows
            plan = session.connection().exec_driver_sql(f"EXPLAIN {words}", given).all()
    assert "ix_outbox_written_at" in str(plan)


def test_what_was_refused_is_told_while_it_is_tried_again(reserve, relay, redis, service):
    reserve("101", "102")
    with service.transaction() as session:
        chosen = update(hotel.Outbox).where(hotel.Outbox.key == "101").values(error="ValueError: full", refusals=1)
        session.execute(chosen)
    relay.tell_status()
    assert [one.error for one in status.read(redis, "hotel", OURS).refused] == ["ValueError: full"]


@pytest.mark.parametrize("forge", ["signature", "service", "age", "text", "not JSON"])
def test_a_note_that_is_not_ours_is_none(relay, redis, forge):
    relay.tell_status()
    sealed = json.loads(redis.get("factdesk:status:hotel"))
    note = sealed["note"]
    if forge == "signature":
        note["parked_count"] = 0
        sealed["note"] = note | {"parked_count": 7}
    elif forge == "service":
        sealed["note"] = note | {"service": "restaurant"}
        sealed["signature"] = OURS.sign(sealed["note"])
    elif forge == "age":
        sealed["note"] = note | {"at": (now() - timedelta(minutes=2)).isoformat()}
        sealed["signature"] = OURS.sign(sealed["note"])
    written = {"text": "[1]", "not JSON": "{"}.get(forge, json.dumps(sealed))
    redis.set("factdesk:status:hotel", written)
    assert status.read(redis, "hotel", OURS) is None


def test_what_is_asked_for_is_sent_again(relay, redis, park, work, stays, messages):
    parked = park()
    status.ask_to_replay(redis, "hotel", [parked, new_id()], OURS)
    relay.tell_status()
    relay.step()
    work()
    relay.step()
    assert stays() == {"101": 1}
    assert messages()[0].acknowledged_at


def test_what_nobody_of_ours_asked_for_is_not_done(relay, redis, park, messages):
    parked = park()
    status.ask_to_replay(redis, "hotel", [parked], ANOTHERS)
    old = {"service": "hotel", "at": (now() - timedelta(hours=1)).isoformat(), "replay": [str(parked)]}
    other = {"service": "restaurant", "at": now().isoformat(), "replay": [str(parked)]}
    for request in (old, other):
        redis.rpush("factdesk:requests:hotel", json.dumps({"request": request, "signature": OURS.sign(request)}))
    redis.rpush("factdesk:requests:hotel", "{", "null", '{"request": null}')
    relay.tell_status()
    assert messages()[0].parked_at
    assert redis.llen("factdesk:requests:hotel") == 0


def test_a_status_that_can_not_be_told_holds_nothing_up(relay, redis, service, monkeypatch):
    monkeypatch.setattr(service, "_settings", service.settings.model_copy(update={"secret_key": None}))
    assert relay.tell_status()
    assert redis.get("factdesk:status:hotel") is None


def test_a_job_that_failed_is_seen_and_run_again(redis, service, work):
    failing = queue("hotel", redis).enqueue("os.system", "true", job_id="planted")
    work()
    (failed,) = road.failed_jobs(redis, ["hotel"])
    assert (failed.id, failed.queue, failed.name) == (failing.id, "hotel", "os.system")
    assert "NotAJob" in failed.error
    assert road.roads(redis, ["hotel"]) == [road.Road(name="hotel", waiting=0, under_way=0, failed=1)]
    assert road.run_again(redis, "hotel", failing.id)
    assert queue("hotel", redis).count == 1
    assert not road.run_again(redis, "hotel", failing.id)
    assert not road.run_again(redis, "hotel", "nothing")


def test_a_worker_that_waits_is_seen_again_after_redis_was_emptied(redis):
    worker = Worker([queue("hotel", redis)], connection=redis, serializer=JSONSerializer)
    worker.register_birth()
    worker.set_state("idle")
    redis.flushdb()
    worker.last_heartbeat -= SIGN_OF_LIFE * 2
    worker.heartbeat()
    (seen,) = road.workers(redis)
    assert (seen.name, seen.queues, seen.state) == (worker.name, "hotel", "idle")
    assert redis.ttl(worker.key) > 0


def test_the_schedule_s_last_runs_are_seen(redis, service, work):
    sweep = Periodic("hotel.sweep", "hotel", "30 3 * * *")
    assert road.schedule(redis) == (False, [])
    enqueue(sweep, now(), redis)
    work()
    is_alive, (run,) = road.schedule(redis)
    assert not is_alive
    assert (run.name, run.cron, run.outcome) == ("hotel.sweep", "30 3 * * *", "finished")
    assert run.last_at <= now() < run.next_at
    redis.hset("factdesk:schedule", "hotel.other", "{")
    assert road.schedule(redis)[1][0] == road.Run(name="hotel.other", cron="", last_at=None, next_at=None, outcome="")
