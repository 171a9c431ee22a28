"""A worker's process ends when it is told to."""

import os
import signal
import subprocess
import sys

import pytest
from redis_server import RedisServer
from rq.worker import Worker

PATIENCE = 60  # seconds, on a busy machine

WORKER = """
import sys
from contextlib import suppress

import hotel
from redis import Redis
from rq.exceptions import StopRequested

from shared.queues import queue
from shared.worker import Worker


class Deaf(Worker):
    def request_stop(self, signum, frame):
        with suppress(StopRequested):  # as Python does where a signal comes in the middle of a `__del__`
            super().request_stop(signum, frame)


connection = Redis.from_url(sys.argv[1])
Deaf([queue("hotel", connection)], connection=connection).work(logging_level="WARNING")
"""


@pytest.fixture
def server():
    found = RedisServer()
    yield found
    found.remove()


def test_a_worker_ends_though_the_word_to_stop_was_lost_while_redis_was_away(server, until):
    command = [sys.executable, "-c", WORKER, server.url]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: [one.get_state() for one in Worker.all(server.client)] == ["idle"])
            server.stop(signal.SIGKILL)
            assert any("retrying" in line for line in process.stderr)
            process.terminate()
            process.wait(PATIENCE)
        finally:
            process.kill()
