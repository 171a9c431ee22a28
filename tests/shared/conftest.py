"""The hotel of `tests/hotel.py`, on both databases and a real Redis."""

import time

import hotel
import pytest
from conftest import SECRET
from databases import create_database
from rq.serializers import JSONSerializer
from sqlalchemy import text
from sqlmodel import select

from shared.queues import queue
from shared.relay import Relay
from shared.worker import Worker, guarded_job, jobs_of


@pytest.fixture
def hotel_url(database_kind, tmp_path, request):
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path}/hotel.sqlite3"
    return create_database(request.getfixturevalue("postgres_admin_url"), "test_hotel")


@pytest.fixture
def service(hotel_url, redis, redis_server):
    settings = hotel.Settings(database_url=hotel_url, secret_key=SECRET, redis_url=redis_server.url, resend_after=0.02)
    hotel.service.start(settings)
    hotel.Table.metadata.create_all(hotel.service.database.engine)
    yield hotel.service
    hotel.service.database.close()


@pytest.fixture
def relay(service):
    relay = Relay(service)
    relay.gather_for = 0  # tests take its steps one after the other
    return relay


@pytest.fixture
def work(redis):
    """Run the worker until its queue is empty."""

    def run():
        worker = Worker(
            [queue("hotel", redis)],
            connection=redis,
            job_class=guarded_job(jobs_of(hotel)),
            serializer=JSONSerializer,
            log_job_description=False,
        )
        worker.work(burst=True, logging_level=None)

    return run


@pytest.fixture
def reserve(service):
    def reserve(*numbers, guest="Ada"):
        with service.transaction() as session:
            for number in numbers:
                hotel.reserve(session, number, guest)

    return reserve


@pytest.fixture
def stays(service):
    """How often each room was reserved."""

    def look():
        with service.reading() as session:
            return dict(session.execute(text("SELECT number, stays FROM rooms")).all())

    return look


@pytest.fixture
def messages(service):
    """The outbox's rows."""

    def look():
        with service.reading() as session:
            return session.exec(select(hotel.Outbox).order_by(hotel.Outbox.id)).all()

    return look


@pytest.fixture
def until():
    """`until(lambda: …)`: call again and again until it answers something true; fails after minutes."""

    def wait(ask, seconds=240.0):
        deadline = time.monotonic() + seconds
        while not (answer := ask()):
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.005)
        return answer

    return wait
