"""The examples in docs/webhooks.md do what they say, from top to bottom."""

import json
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from served import served

from services.intake.schemas import EVENTS, PING

DOCUMENT = (Path(__file__).parents[3] / "docs/webhooks.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)


@pytest.fixture
def serve():
    """`serve(app)`: its address, while the test lasts."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(served(app))


def test_the_examples_run(app, service, serve, newsroom, run_errands, claim_id, arrive, published, monkeypatch, capsys):
    world = {"__name__": "example"}
    late = {}

    def receiver(environ, start_response):
        return late["app"](environ, start_response)

    monkeypatch.setenv("FACTDESK_URL", serve(app))
    monkeypatch.setenv("FACTDESK_API_KEY", newsroom.key)
    address = serve(receiver)
    monkeypatch.setenv("RECEIVER_URL", address + "/factdesk")
    monkeypatch.setattr(service.settings, "private_hosts", (address.removeprefix("http://"),))
    add, receive, ping, look, replay, rotate = EXAMPLES
    exec(add, world)
    exec(receive, world)
    late["app"] = world["app"]
    exec(ping, world)
    run_errands()
    assert [event["type"] for event in world["seen"].values()] == ["test.ping"]
    exec(look, world)
    assert capsys.readouterr().out.startswith("delivered [{")

    right, world["secret"] = world["secret"], "whsec_" + "AAAA" * 8
    arrive(published(claim_id))
    run_errands()
    assert len(world["seen"]) == 1  # ten times refused with 401
    world["secret"] = right
    exec(replay, world)
    run_errands()
    exec(rotate, world)
    exec(ping, world)
    run_errands()
    assert [event["type"] for event in world["seen"].values()] == ["test.ping", "verdict.published", "test.ping"]
    world["ASK"].close()


def test_every_event_is_described():
    described = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", DOCUMENT, re.M)
    assert sorted(described) == sorted([*EVENTS, PING])


def test_the_sample_event_has_the_fields_of_a_real_one(add, sink, claim_id, arrive, published, run_errands):
    add()
    arrive(published(claim_id))
    run_errands()
    [sample] = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)]
    [real] = sink.events("/cms")
    assert set(sample) == set(real)
    assert set(sample["data"]) == set(real["data"])
    assert set(sample["data"]["verdict"]) == set(real["data"]["verdict"])
