"""Faults, with the real processes: nothing accepted is lost, nothing is doubled, everything arrives in the end."""

import fcntl
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
import requests
from journey import publish, with_text
from sqlalchemy.engine import make_url

from services.review.models import Table

pytestmark = pytest.mark.timeout(1800)  # of several waits one after the other, each of which may take its two minutes


@contextmanager
def locked_database(desk, name):
    """Keep everybody from writing a service's cases, so that whoever begins to is in the middle of it."""
    url = desk.database_url(name)
    if url.startswith("sqlite"):
        path = make_url(url).database
        with open(f"{path}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE inbox IN EXCLUSIVE MODE")
            yield


def in_queue(checker, *ids):
    found = [row["id"] for row in checker.queue()]
    return {claim_id: found.count(claim_id) for claim_id in ids}


def test_claims_posted_while_redis_is_emptied_again_and_again_all_arrive_once(desk, newsroom, checker, until):
    ids = []

    def post(number):
        if number % 20 == 10:
            desk.redis.flushall()
        answer = newsroom.post(with_text(f"Claim {number} of two hundred"), key=str(uuid.uuid4()))
        assert answer.status_code == 201
        ids.append(answer.json()["id"])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, range(200)))
    desk.redis.flushall()
    assert len(set(ids)) == 200
    until(lambda: set(in_queue(checker, *ids).values()) == {1})
    until(lambda: desk.reconcile().returncode == 0)


def test_while_redis_is_stopped_intake_and_desk_work_and_then_everything_arrives(
    desk, newsroom, checker, editor, until
):
    before = newsroom.post(with_text("A claim from before")).json()["id"]
    until(lambda: checker.case(before))
    desk.stop_program("redis")
    try:
        answers = [newsroom.post(with_text("A claim while Redis is away")) for _ in range(20)]
        assert {answer.status_code for answer in answers} == {201}
        ids = [answer.json()["id"] for answer in answers]
        assert checker.act(before, "take").status_code == 200
        assert checker.act(before, "note", {"text": "Redis is away."}).status_code == 200
        ready = requests.get(f"{desk.local['intake']}/readyz", timeout=240)
        assert ready.status_code == 200
        assert "away" in ready.json()["checks"]["redis"]
    finally:
        desk.start_program("redis")
    until(lambda: set(in_queue(checker, *ids).values()) == {1})


def test_a_worker_killed_in_the_middle_of_a_job_has_its_work_done_once(desk, newsroom, checker, until):
    with locked_database(desk, "review"):
        claim_id = newsroom.post(with_text("A claim whose worker dies")).json()["id"]
        jobs = "rq:job:claim-submitted*"  # more and more of them: the relay sends again while the worker waits for the database
        until(lambda: any(desk.redis.hget(job, "status") == b"started" for job in desk.redis.scan_iter(jobs)))
        dead = desk.kill("review-worker")
    until(lambda: desk.processes()["review-worker"]["pid"] not in (0, dead))
    until(lambda: in_queue(checker, claim_id) == {claim_id: 1})
    assert [entry["action"] for entry in checker.case(claim_id)["history"]] == ["submitted"]


def test_a_relay_killed_and_one_that_takes_its_place_lose_nothing(desk, newsroom, checker, until):
    ids = []
    for number in range(60):
        ids.append(newsroom.post(with_text(f"Claim {number} past a dying relay")).json()["id"])
        if number % 20 == 10:
            desk.kill("intake-relay")
    until(lambda: set(in_queue(checker, *ids).values()) == {1})


def test_every_process_killed_in_turn_publishes_once_and_in_order(desk, newsroom, checker, editor, until):
    claim_id = publish(newsroom, checker, editor, until, with_text("A claim in stormy weather"))
    for round_, program in enumerate(["publish-worker", "review-relay", "publish-relay", "review-worker"], start=2):
        assert checker.act(claim_id, "reopen", {"kind": "update", "note": f"Round {round_}."}).status_code == 200
        verdict = {"rating": "false", "headline": f"Headline {round_}", "summary": "s", "text": "t"}
        assert checker.act(claim_id, "check", verdict).status_code == 200
        assert editor.act(claim_id, "approve").status_code == 200
        desk.kill(program)
        until(lambda: checker.case(claim_id)["state"] == "published")
    case = checker.case(claim_id)
    page = requests.get(case["url"], timeout=240)
    assert "Headline 5" in page.text
    for revision in range(1, 6):
        assert requests.get(f"{case['url']}/revisions/{revision}", timeout=240).status_code == 200
    assert requests.get(f"{case['url']}/revisions/6", timeout=240).status_code == 404
    until(lambda: newsroom.get(claim_id)["verdict"]["revision"] == 5)
    until(lambda: desk.reconcile().returncode == 0)
    assert desk.run("review", "verify").returncode == 0


def test_a_message_lost_beyond_the_outbox_is_found_and_sent_again(desk, newsroom, checker, until):
    """As when a service is restored from an older backup."""
    claim_id = newsroom.post(with_text("A claim that review forgets")).json()["id"]
    until(lambda: checker.case(claim_id))
    until(lambda: desk.reconcile().returncode == 0)
    forget(desk, claim_id)
    found = desk.reconcile()
    assert found.returncode == 1
    assert f"missing in review: claim.submitted.v1 {claim_id}" in found.stdout
    assert desk.reconcile("--resend").returncode == 0
    until(lambda: checker.case(claim_id))
    until(lambda: desk.reconcile().returncode == 0)


def test_what_a_restored_desk_would_tell_as_old_news_is_found_and_told_under_a_newer_number(
    desk, newsroom, checker, editor, until
):
    claim_id = newsroom.post(with_text("A claim that was closed since the backup")).json()["id"]
    until(lambda: checker.case(claim_id))
    assert editor.act(claim_id, "close", {"reason": "not_checkable", "note": "Nobody can know."}).status_code == 200
    until(lambda: desk.reconcile().returncode == 0)
    execute(desk, ["UPDATE cases SET version = 1, moved_version = 0, state = 'unverified' WHERE id = :id"], claim_id)
    found = desk.reconcile()
    assert found.returncode == 1
    for queue in ("intake", "publish"):
        assert f"known newer in {queue} than told: case.moved.v1 {claim_id}" in found.stdout
    assert desk.reconcile("--resend").returncode == 0
    until(lambda: desk.reconcile().returncode == 0)
    assert newsroom.get(claim_id)["state"] == "unverified"


def forget(desk, claim_id):
    """Remove a case from review's database, as if it had never come."""
    tables = [
        table.name
        for table in reversed(Table.metadata.sorted_tables)
        if "case_id" in table.c and table.name != "history"
    ]
    statements = [f"DELETE FROM {table} WHERE case_id = :id" for table in tables] + ["DELETE FROM cases WHERE id = :id"]
    execute(desk, statements, claim_id)


def execute(desk, statements, claim_id):
    """Run these in review's database; `:id` is the claim's."""
    url = desk.database_url("review")
    if url.startswith("sqlite"):
        with sqlite3.connect(make_url(url).database, timeout=240) as connection:
            for statement in statements:
                connection.execute(statement, {"id": uuid.UUID(claim_id).hex})
        connection.close()
    else:
        with psycopg.connect(url) as connection:
            for statement in statements:
                connection.execute(statement.replace(":id", "%(id)s"), {"id": claim_id})
