"""Every message ends at a job that takes it, and what was once sent can still be read."""

import json
from importlib import import_module
from pathlib import Path

import pytest

from shared.contracts import ROUTES, Message

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
LINKS = [(message, receiver) for message, receivers in ROUTES.items() for receiver in receivers]


@pytest.mark.parametrize(("message", "receiver"), LINKS, ids=lambda x: getattr(x, "job", getattr(x, "topic", None)))
def test_every_route_ends_at_a_job_for_that_message(message, receiver):
    module, name = receiver.job.rsplit(".", 1)
    job = getattr(import_module(module), name)
    assert job.contract is message
    assert module == f"services.{receiver.queue}.jobs"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_message_ever_sent_can_still_be_read(path):
    messages = {message.topic: message for message in ROUTES}
    messages[path.stem].model_validate(json.loads(path.read_text()))


def test_every_topic_has_a_sample():
    waiting, topics = [Message], set()
    while waiting:
        message = waiting.pop()
        topics |= {message.topic} if "topic" in vars(message) else set()
        waiting += message.__subclasses__()
    assert topics == {path.stem for path in SAMPLES}


def test_receivers_ignore_fields_they_do_not_know():
    for path in SAMPLES:
        message = next(message for message in ROUTES if message.topic == path.stem)
        message.model_validate(json.loads(path.read_text()) | {"a_field_of_tomorrow": 1})


def test_no_private_field_can_travel_to_publish():
    """Notes, submitters and unnamed sources' identities have no field in what publish receives."""
    told = {m for m, receivers in ROUTES.items() if any(r.queue == "publish" for r in receivers)}
    for message in told:
        fields = json.dumps(message.model_json_schema()["properties"])
        fields += json.dumps(
            {k: v.get("properties", {}) for k, v in message.model_json_schema().get("$defs", {}).items()}
        )
        private_fields = (
            '"notes"', '"submissions"', '"newsroom"', '"submitter"', '"identity"', '"known_to"', '"email"', '"receipt',
        )  # fmt: skip
        for private in private_fields:
            assert private not in fields, f"{message.__name__} has {private}"
