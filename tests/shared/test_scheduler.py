"""Periodic jobs are enqueued at their time, once."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from shared.queues import connect, queue
from shared.scheduler import Periodic, enqueue, read_schedule

SWEEP = Periodic("hotel.sweep", "hotel", "30 3 * * *")
NIGHT = datetime(2026, 1, 27, 3, 30, tzinfo=UTC)


def test_a_job_s_time_is_read_in_utc():
    assert SWEEP.next_after(datetime(2026, 1, 26, 23, 0, tzinfo=UTC)) == NIGHT


def test_two_schedulers_enqueue_a_job_once(redis, service, work):
    assert enqueue(SWEEP, NIGHT, redis)
    assert enqueue(SWEEP, NIGHT, redis)
    assert queue("hotel", redis).count == 1
    work()
    assert enqueue(SWEEP, NIGHT, redis)
    assert queue("hotel", redis).count == 0


def test_without_redis_the_scheduler_tries_again(tmp_path):
    assert enqueue(SWEEP, NIGHT, connect(f"unix://{tmp_path}/nothing.sock")) is False


def test_a_schedule_that_can_not_be_read_is_refused_at_the_start(tmp_path):
    (tmp_path / "schedule.toml").write_text('[[job]]\nname = "a.b"\nqueue = "a"\ncron = "at tea"\n')
    with pytest.raises(ValueError, match="at tea"):
        read_schedule(tmp_path / "schedule.toml")


def test_a_scheduler_that_is_stopped_while_it_waits_for_redis_ends_in_order(tmp_path):
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "redis.sock"))
        mute.listen()
        environment = os.environ | {"REDIS_URL": f"unix://{tmp_path}/redis.sock"}
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.scheduler"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        with process, mute.accept()[0]:  # it asks, and is not answered
            process.terminate()
            said = process.stdout.read().decode()
    assert (process.returncode, "scheduler stopped" in said, "Traceback" in said) == (0, True, False), said
