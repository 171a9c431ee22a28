"""Many recipients, slow and dead ones, and processes that die: nobody waits for anybody else."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from rq.serializers import JSONSerializer
from sqlmodel import col, delete, func, select

from services.intake import errands as jobs
from services.intake import webhooks
from services.intake.jobs import tidy
from services.intake.models import Attempt, Delivery, Newsroom, Outbox, Told, WebhookEndpoint, WebhookEvent
from services.intake.service import service as intake
from services.intake.webhooks import fanning, sending
from services.intake.webhooks.errands import Deliver, SendOn
from services.intake.webhooks.signatures import new_secret
from shared import errands
from shared.clock import new_id, now
from shared.db import row_of, table_of
from shared.queues import queue
from shared.relay import Relay
from shared.worker import Worker, guarded_job, jobs_of


@pytest.fixture
def many(sink):
    """`many(1000)`: so many endpoints that ask for all verdicts."""

    def make(number, path="/many"):
        with intake.transaction() as session:
            newsroom = session.exec(select(Newsroom)).first()
            rows = []
            for n in range(number):
                endpoint_id = new_id()
                secret = new_secret(endpoint_id)
                rows.append(
                    row_of(
                        WebhookEndpoint, id=endpoint_id, newsroom_id=newsroom.id, url=sink.url(f"{path}/{n}"),
                        about="all_verdicts", events=["verdict.published", "verdict.corrected"], salt=secret.salt,
                        fingerprint=secret.fingerprint,
                    )
                )  # fmt: skip
            session.connection().execute(table_of(WebhookEndpoint).insert(), rows)

    return make


@pytest.fixture
def orders(service):
    """The errands that wait, by kind."""

    def look(kind):
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.job == kind.job, col(Outbox.due_at).is_not(None)))
            return [kind.model_validate_json(row.payload) for row in rows]

    return look


def test_everybody_gets_it_once(many, claim_id, arrive, published, run_errands, sink):
    many(450)
    arrive(published(claim_id))
    run_errands()
    assert Counter(map(len, sink.received.values())) == {1: 450}
    arrive(published(claim_id, 2, "correction", "A day was overlooked."))
    run_errands()
    assert Counter(map(len, sink.received.values())) == {2: 450}


def test_the_change_itself_takes_as_long_as_ever(many, claim_id, arrive, published, orders, count):
    many(1000)
    arrive(published(claim_id))
    assert count() == 0
    [order] = orders(SendOn)
    with intake.transaction() as session:
        webhooks.send_on(session, order)
    assert count() == fanning.PORTION


def test_the_next_portion_waits_while_there_is_enough_to_do(
    many, claim_id, arrive, published, orders, count, run_errands
):
    many(fanning.MOST_UNDER_WAY + 500)
    arrive(published(claim_id))
    for _ in range(6):
        [order] = orders(SendOn)
        with intake.transaction() as session:
            session.execute(delete(Outbox).where(col(Outbox.job) == SendOn.job))
            webhooks.send_on(session, order)
    assert fanning.MOST_UNDER_WAY <= count() <= fanning.MOST_UNDER_WAY + fanning.PORTION
    with intake.reading() as session:
        waits = session.exec(select(Outbox).where(Outbox.job == SendOn.job)).one()
    assert waits.due_at > waits.written_at - timedelta(seconds=1)


def test_a_portion_that_is_made_twice_is_made_once(many, claim_id, arrive, published, orders, count):
    many(50)
    arrive(published(claim_id))
    [order] = orders(SendOn)
    for _ in range(2):
        with intake.transaction() as session:
            webhooks.send_on(session, order)
    assert count() == 50
    assert len(orders(Deliver)) == 50


def test_one_slow_endpoint_does_not_hold_up_the_others(
    add, sink, newsroom, call, arrive, published, begin_errands, until, count
):
    slow = add("/slow")
    sink.answer("/slow", slow=True, times=40)
    for number in range(20):
        arrive(published(newsroom.post({"text": f"Claim number {number}"}).json["id"]))
    quick = add("/quick")
    for _ in range(20):
        call("POST", "/test", of=quick)
    until(lambda: begin_errands() >= 0 and len(sink.received["/quick"]) == 20)
    assert 0 < len(sink.received["/slow"]) <= sending.AT_ONCE
    sink.hold.set()
    until(lambda: begin_errands() >= 0 and count(status="delivered", endpoint_id=UUID(slow["id"])) == 20)
    assert sink.most_at_once["/slow"] <= sending.AT_ONCE
    assert len(sink.received["/slow"]) == 20


def test_pings_of_a_slow_endpoint_take_no_more_than_its_share(add, sink, call, begin_errands, until, count):
    slow, quick = add("/slow"), add("/quick")
    sink.answer("/slow", slow=True, times=60)
    for _ in range(40):
        call("POST", "/test", of=slow)
    call("POST", "/test", of=quick)
    until(lambda: begin_errands() >= 0 and count(status="delivered", endpoint_id=UUID(quick["id"])) == 1)
    assert sink.most_at_once["/slow"] <= sending.AT_ONCE
    sink.hold.set()


def test_an_endpoint_in_trouble_is_tried_with_one_delivery_at_a_time(
    add, sink, newsroom, arrive, published, orders, run_errands, service, monkeypatch
):
    monkeypatch.setattr(service.settings, "webhook_waits", (600,) * 9)
    add()
    sink.answer("/cms", 500, times=1000)
    for number in range(40):
        arrive(published(newsroom.post({"text": f"Claim number {number}"}).json["id"]))
    run_errands()
    assert 5 <= len(sink.received["/cms"]) <= 5 + sending.AT_ONCE
    assert len(orders(Deliver)) == 40
    with intake.transaction() as session:
        endpoint = session.exec(select(WebhookEndpoint)).one()
        assert timedelta(minutes=4) < endpoint.paused_until - now() <= timedelta(minutes=5)
        due = session.exec(select(Delivery.due_at).order_by(Delivery.due_at)).all()
        assert len(set(due)) == 40  # they don't come back all at once
        endpoint.paused_until = None
        for row in session.exec(select(Outbox).where(Outbox.job == Deliver.job, col(Outbox.due_at).is_not(None))):
            row.due_at = now()
    sink.answers["/cms"].clear()
    before = len(sink.received["/cms"])
    waiting = orders(Deliver)
    with intake.transaction() as session:
        begun = webhooks.begin_all(session, waiting)
    assert sum(one is not None for one in begun) == 1
    assert len(sink.received["/cms"]) == before


def test_what_a_dead_process_had_begun_is_sent_by_another_with_the_same_id(
    add, sink, claim_id, arrive, published, orders, run_errands, deliveries
):
    endpoint = add()
    arrive(published(claim_id))
    _do(SendOn)
    [order] = orders(Deliver)
    with intake.transaction() as session:
        [begun] = webhooks.begin_all(session, [order])
    webhooks.attempt(begun)  # it was received, and then the process died
    with intake.transaction() as session:
        assert webhooks.begin_all(session, [order]) == [None]  # while it may still live, nobody takes it over
    with intake.transaction() as session:
        session.exec(select(Delivery)).one().under_way_until = now() - timedelta(seconds=1)
    run_errands()
    first, second = sink.received["/cms"]
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert [one["status"] for one in deliveries(endpoint)] == ["delivered"]
    with intake.transaction() as session:  # whatever else was ordered has nothing to do
        assert webhooks.begin_all(session, [order]) == [None]


def test_an_outcome_that_comes_too_late_is_noted_and_changes_nothing(
    add, sink, claim_id, arrive, published, orders, run_errands, deliveries
):
    endpoint = add()
    arrive(published(claim_id))
    _do(SendOn)
    [order] = orders(Deliver)
    with intake.transaction() as session:
        [begun] = webhooks.begin_all(session, [order])
    outcome = webhooks.attempt(begun)
    with intake.transaction() as session:
        session.exec(select(Delivery)).one().under_way_until = now() - timedelta(seconds=1)
    run_errands()
    with intake.transaction() as session:
        webhooks.finish_all(session, [(order, outcome)])
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "delivered"
    assert len(delivery["attempts"]) == 2


def test_what_was_delivered_long_ago_is_forgotten_but_not_that_it_was_told(
    add, sink, call, claim_id, newsroom, arrive, published, run_errands, service, monkeypatch
):
    endpoint, gone = add(), add("/gone")
    arrive(published(claim_id))
    run_errands()
    sink.answer("/cms", 500, times=10)
    arrive(published(claim_id, 2, "correction", "A day was overlooked."))
    run_errands()
    call("DELETE", of=gone)
    tidy()
    assert _count(Delivery) == 4
    monkeypatch.setattr(service.settings, "webhook_keep", 1e-9)
    tidy()
    assert _count(Delivery) == 1  # the correction is still held for the one that failed
    assert (_count(Attempt), _count(WebhookEvent), _count(WebhookEndpoint), _count(Told)) == (10, 1, 1, 1)
    call("PATCH", of=endpoint, body={"events": ["claim.closed"], "enabled": True})
    arrive(published(claim_id, 3, "retraction", "It was about another bridge."))
    run_errands()
    assert sink.types("/cms")[-2:] in (
        ["verdict.corrected", "verdict.retracted"], ["verdict.retracted", "verdict.corrected"],
    )  # fmt: skip


def test_through_the_relay_and_a_worker(
    service, redis, redis_server, monkeypatch, add, sink, newsroom, arrive, published
):
    monkeypatch.setattr(service.settings, "redis_url", redis_server.url)
    add()
    sink.answer("/cms", 500)
    arrive(published(newsroom.post({"text": "The bridge was closed."}).json["id"]))
    relay = Relay(intake)
    relay.gather_for = 0
    for _ in range(5):
        relay.step()
        Worker(
            [queue("intake-errands", redis)], connection=redis, job_class=guarded_job(jobs_of(jobs)),
            serializer=JSONSerializer, log_job_description=False,
        ).work(burst=True, logging_level=None)  # fmt: skip
        errands.close()
    assert sink.types("/cms") == ["verdict.published"] * 2
    with intake.reading() as session:
        rows = session.exec(select(Outbox).where(col(Outbox.topic).startswith("webhooks."))).all()
    assert len(rows) == 3
    assert all(row.acknowledged_at and row.due_at is None for row in rows)


def _do(kind):
    """Do the errands of a kind, apart from all others."""
    with intake.transaction() as session:
        rows = session.exec(select(Outbox).where(Outbox.job == kind.job, col(Outbox.due_at).is_not(None))).all()
        for row in rows:
            webhooks.send_on(session, kind.model_validate_json(row.payload))
            row.due_at = None


def _count(table):
    with intake.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()
