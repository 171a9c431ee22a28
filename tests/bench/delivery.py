"""How long a claim takes to the queue, and how many messages the road carries, beside RQ used without an outbox."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import requests
from desk import Desk
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from bench.figures import Figure

CLAIMS = 50
BACKLOG = 3000
BARE = 300  # jobs of RQ alone: its rate does not depend on how many there are


def measure(folder: Path) -> Iterator[Figure]:
    """With a whole desk of real processes."""
    desk = Desk()
    desk.start(folder, SAMPLE="no")
    try:
        yield Figure("claim posted to claim in the queue, median", _visible(desk), 60, "limit", "ms", 1.0, at_most=True)
        ours = _backlog(desk)
        yield Figure("messages carried and applied", ours, _bare(desk.redis), "RQ, a job each, nothing kept", "/s", 3.0)
    finally:
        desk.stop()


def _visible(desk: Desk) -> float:
    """Milliseconds, one claim at a time on an idle desk, asking the queue again and again."""
    newsroom, checker = _sessions(desk)
    taken = []
    for number in range(CLAIMS):
        answer = newsroom.post(
            f"{desk.local['intake']}/v1/claims", json={"text": f"Bus {number} was late.", "urgency": 1}
        )
        posted, claim = time.perf_counter(), answer.json()["id"]
        while claim not in checker.get(f"{desk.local['review']}/v1/queue?limit=200").text:
            pass
        taken.append(time.perf_counter() - posted)
    return statistics.median(taken) * 1000


def _backlog(desk: Desk) -> float:
    """Messages a second, from the relay's start to the last case: all of them waited in the outbox."""
    newsroom, _ = _sessions(desk)
    desk.stop_program("intake-relay")
    body = "\n".join(f'{{"text": "Tram {number} was late."}}' for number in range(BACKLOG)).encode()
    newsroom.headers["Content-Type"] = "application/x-ndjson"
    answer = newsroom.post(f"{desk.local['intake']}/v1/claims/batch", data=body)
    assert answer.text.count('"status": 201') == BACKLOG
    began = time.perf_counter()
    desk.start_program("intake-relay")
    while _pending(desk):
        time.sleep(0.05)
    return BACKLOG / (time.perf_counter() - began)


def _pending(desk: Desk) -> float:
    lines = requests.get(f"{desk.local['intake']}/metrics", timeout=30).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("factdesk_outbox_pending{"))


def _bare(redis: Redis) -> float:
    """Jobs a second that RQ queues and a worker runs which does nothing, one job a message."""
    queue = Queue("bench", connection=redis, serializer=JSONSerializer)
    began = time.perf_counter()
    for number in range(BARE):
        queue.enqueue("builtins.len", [number])
    SimpleWorker([queue], connection=redis, serializer=JSONSerializer, log_job_description=False).work(
        burst=True, logging_level="WARNING"
    )
    return BARE / (time.perf_counter() - began)


def _sessions(desk: Desk) -> tuple[requests.Session, requests.Session]:
    newsroom, checker = requests.Session(), requests.Session()
    newsroom.headers["Authorization"] = f"Bearer {desk.local['api_key']}"
    checker.headers["Authorization"] = f"Bearer {desk.local['people'][0]['token']}"
    return newsroom, checker
