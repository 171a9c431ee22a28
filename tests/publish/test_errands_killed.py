"""The process that does publish's errands is killed in the middle of one: what is left is done by the next."""

import os
import subprocess
import sys
import time

import pytest
from errand_runner import do_errands
from sqlalchemy import text, update
from sqlmodel import select

from services.publish import workflow
from services.publish.models import Check, Outbox
from shared.clock import now
from shared.relay import Relay

RIVER = {"claimant": None, "story": None, "tags": ["river"]}


@pytest.fixture
def service(start_service, redis, redis_server):
    return start_service("publish", public_base_url="https://facts.example", redis_url=redis_server.url)


@pytest.fixture
def start_errands(service):
    """`start_errands()`: the real process that does this service's errands."""
    running = []
    environment = os.environ | {
        "PUBLISH_DATABASE_URL": service.settings.database_url,
        "PUBLISH_PUBLIC_BASE_URL": service.settings.public_base_url,
        "SECRET_KEY": service.settings.secret_key,
        "REDIS_URL": service.settings.redis_url,
    }

    def start():
        running.append(subprocess.Popen([sys.executable, "-m", "services.publish", "errands"], env=environment))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def send_now(service):
    """`send_now()`: send what is ordered, as if the time had passed for which it waits to be due, or to be answered."""

    def send():
        with service.transaction() as session:
            session.execute(update(Outbox).where(Outbox.due_at.is_not(None)).values(due_at=now()))
        assert Relay(service).step()

    return send


@pytest.fixture
def river(service, receive, make_verdict):
    """A check, and the ids of twelve others whose pages name it: it is the newest on their topic."""
    others = sorted(receive(make_verdict(headline=f"Number {n}", claim=RIVER)).claim_id for n in range(12))
    told = receive(make_verdict(headline="The river rose", claim=RIVER)).claim_id
    with service.transaction() as session:
        for one in others:
            workflow.render_again(session, one)
    while do_errands(service, early=True):
        pass
    return told, others


def _naming(session, words, among):
    pages = session.exec(select(Check.claim_id, Check.page).where(Check.claim_id.in_(among)).order_by(Check.claim_id))
    return [claim_id for claim_id, page in pages if words in page]


def _wait_for(ask):
    deadline = time.monotonic() + 200
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return answer


@pytest.mark.timeout(600)
def test_pages_that_name_a_corrected_check_are_all_made_anew_though_the_process_is_killed_among_them(
    service, receive, make_verdict, river, start_errands, send_now
):
    told, others = river

    def kill_among_them():
        """Nobody writes a page while it is looked at how many are made anew, nor until the process is dead."""
        with service.transaction() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("LOCK TABLE checks IN EXCLUSIVE MODE"))
            made = _naming(session, b"The river fell", others)
            if made:
                first.kill()
                first.wait()
            return made

    def is_done():
        with service.reading() as session:
            return (
                session.exec(
                    select(Outbox).where(Outbox.topic == "pages.neighbours", Outbox.acknowledged_at.is_(None))
                ).first()
                is None
            )

    receive(make_verdict(told, 2, headline="The river fell", claim=RIVER))
    send_now()
    first = start_errands()
    made = _wait_for(kill_among_them)
    assert 0 < len(made) < len(others), "it died in the middle"
    assert not is_done()

    start_errands()
    send_now()
    _wait_for(is_done)
    with service.reading() as session:
        assert _naming(session, b"The river fell", others) == others
        assert _naming(session, b"The river rose", others) == []
        assert session.exec(select(Outbox).where(Outbox.topic == "pages.neighbour")).all() == [], (
            "none had to be put off"
        )
