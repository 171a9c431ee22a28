"""Newsrooms with endpoints, and a receiver that answers as it is told."""

import json
import threading
import time
from collections import defaultdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlmodel import col, select

from services.intake import errands as jobs
from services.intake.models import Delivery, Outbox
from services.intake.service import service as intake
from shared import errands
from shared.clock import now
from shared.worker import jobs_of

TEXT = "The harbour bridge was closed on four days in March."


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # with the usual 5, many who connect at once wait for seconds
    daemon_threads = True


class Sink:
    """A receiver on this machine. Each path answers what it was told to, in turn, and after that 204."""

    def __init__(self):
        self.received = defaultdict(list)  # by path: (headers, body)
        self.answers = defaultdict(list)  # by path: (status, headers, body)
        self.hold = threading.Event()  # set: slow answers are given now
        self.lock = threading.Lock()
        self.at_once = defaultdict(int)
        self.most_at_once = defaultdict(int)
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                sink.take(self)

            do_GET = do_POST  # noqa: N815 - so that a redirect that is followed is seen

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def take(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        with self.lock:
            self.received[request.path].append((dict(request.headers.items()), body))
            planned = self.answers[request.path]
            status, headers, answer, slow = planned.pop(0) if planned else (204, {}, b"", False)
            self.at_once[request.path] += 1
            self.most_at_once[request.path] = max(self.at_once[request.path], self.most_at_once[request.path])
        if slow:
            self.hold.wait(240)
        with self.lock:
            self.at_once[request.path] -= 1
        try:
            request.send_response(status)
            for name, value in ({} if status == 204 else {"Content-Length": str(len(answer))} | headers).items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(answer)
        except OSError:
            pass  # it did not wait for the answer

    @property
    def host(self):
        return f"127.0.0.1:{self.server.server_port}"

    def answer(self, path, status=200, headers=(), body=b"", times=1, slow=False):
        self.answers[path] += [(status, dict(headers), body, slow)] * times

    def url(self, path):
        return f"http://{self.host}{path}"

    def events(self, path):
        """What came to a path, parsed."""
        return [json.loads(body) for _, body in self.received[path]]

    def types(self, path):
        return [event["type"] for event in self.events(path)]

    def stop(self):
        self.hold.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def sink():
    found = Sink()
    yield found
    found.stop()


@pytest.fixture
def settings(sink):
    """What a module's or a test's own fixture may change: the schedule has no waits, so that no test does."""
    return {"webhook_waits": (0,) * 9, "private_hosts": (sink.host,), "webhook_timeout": 10}


@pytest.fixture
def service(start_service, settings):
    return start_service("intake", **settings)


@pytest.fixture
def call(newsroom):
    """`call("POST", "/test", of=endpoint)`: a request of a newsroom's about its endpoints."""

    def ask(method, path="", body=None, of=None, by=newsroom):
        address = "/v1/webhook-endpoints" + (f"/{of['id']}" if of else "") + path
        headers = {"Authorization": f"Bearer {by.key}"}
        return by.client.open(address, method=method, json=body, headers=headers)

    return ask


@pytest.fixture
def add(call, sink, newsroom):
    """`add("/cms", events=[…])`: an endpoint at a path of the sink."""

    def make(path="/cms", by=newsroom, **fields):
        answer = call("POST", body={"url": sink.url(path)} | fields, by=by)
        assert answer.status_code == 201, answer.json
        return answer.json

    return make


@pytest.fixture
def deliveries(call, newsroom):
    """Of an endpoint, the oldest first."""

    def look(endpoint, by=newsroom):
        return call("GET", "/deliveries?limit=200", of=endpoint, by=by).json["data"][::-1]

    return look


@pytest.fixture
def begin_errands(service):
    """Begin what is due, and don't wait for it."""

    def begin():
        rows = _take_due()
        for row in rows:
            envelope = row.model_dump(mode="json", include={"id", "topic", "key", "revision", "payload"})
            envelope |= {"request_id": None, "traceparent": None}
            jobs_of(jobs)[row.job]([envelope | {"signature": intake.messages.sign(envelope)}])
        return len(rows)

    yield begin
    errands.close()  # finishes what has begun


@pytest.fixture
def run_errands(begin_errands, until):
    """Do what is due until nothing is, nor will be within a second."""

    def run():
        until(lambda: begin_errands() == 0 and _is_all_done() and not _is_due_soon())
        with intake.reading() as session:
            assert session.exec(select(Outbox.error).where(col(Outbox.error).is_not(None))).all() == []

    return run


def _is_due_soon():
    with intake.reading() as session:
        soon = now() + timedelta(seconds=1)
        due = select(Outbox.id).where(Outbox.queue == "intake-errands", col(Outbox.due_at) <= soon)
        return session.exec(due.limit(1)).first() is not None


def _is_all_done():
    """Whether no errand is under way."""
    with intake.reading() as session:
        begun = select(Outbox.id).where(col(Outbox.sent_as).is_not(None), col(Outbox.due_at).is_not(None))
        return session.exec(begun.where(col(Outbox.error).is_(None)).limit(1)).first() is None


def _take_due():
    """Claim what is due, as a relay does."""
    with intake.transaction() as session:
        due = select(Outbox).where(Outbox.queue == "intake-errands", col(Outbox.due_at) <= now())
        rows = session.exec(due.order_by(col(Outbox.due_at), col(Outbox.id)).limit(50)).all()
        for row in rows:
            row.due_at, row.sent_as = now() + timedelta(minutes=3), "a job"
        return rows


@pytest.fixture
def until():
    """Wait until something is so, by looking at it."""

    def wait(is_so):
        end = time.monotonic() + 240
        while not is_so():
            assert time.monotonic() < end
            threading.Event().wait(0.01)  # leaves the processor to those who are waited for

    return wait


@pytest.fixture
def count(service):
    def look(**chosen):
        with intake.reading() as session:
            rows = session.exec(select(Delivery).filter_by(**chosen)).all()
            return len(rows)

    return look


@pytest.fixture
def claim_id(newsroom):
    return newsroom.post({"text": TEXT, "external_id": "cms-17"}).json["id"]
