"""Webhook endpoints through the client, and an event on its way from intake to `factdesk listen`."""

import socket

import pytest
from sqlmodel import select

import factdesk
from services.intake import errands as jobs
from services.intake.models import Outbox
from services.intake.service import service as intake
from shared import errands
from shared.worker import jobs_of


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def port():
    """A free one, where the receiver will be."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def settings(port):
    return {"private_hosts": (f"127.0.0.1:{port}",)}


@pytest.fixture
def url(port):
    return f"http://127.0.0.1:{port}/hooks"


@pytest.fixture
def send_what_is_due(service):
    """As relay and worker do."""

    def send():
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.queue == "intake-errands").order_by(Outbox.id)).all()
        for row in rows:
            envelope = row.model_dump(mode="json", include={"id", "topic", "key", "revision", "payload"})
            envelope |= {"request_id": None, "traceparent": None}
            jobs_of(jobs)[row.job]([envelope | {"signature": intake.messages.sign(envelope)}])

    yield send
    errands.close()


def test_endpoints_are_made_changed_and_deleted(desk, url):
    made = desk.webhooks.create(url, events=["verdict.published"], description="The CMS")
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    (listed,) = desk.webhooks.list()
    assert (listed.id, listed.url, listed.events, listed.secret) == (made.id, url, ("verdict.published",), None)
    assert not desk.webhooks.change(made.id, enabled=False).enabled
    assert desk.webhooks.rotate_secret(made.id).secret not in (None, made.secret)
    assert desk.webhooks.show(made.id).description == "The CMS"
    desk.webhooks.delete(made.id)
    assert desk.webhooks.list() == ()
    for ask in (desk.webhooks.show, desk.webhooks.delete, desk.webhooks.test, desk.webhooks.rotate_secret):
        with pytest.raises(factdesk.NotFound):
            ask(made.id)


def test_what_is_wrong_with_an_endpoint_is_said(desk):
    with pytest.raises(factdesk.Invalid) as caught:
        desk.webhooks.create("http://127.0.0.1:1/hooks")
    assert caught.value.errors[0].pointer == "#/url"


def test_an_event_comes_to_who_listens(desk, url, port, listen, send_what_is_due):
    endpoint = desk.webhooks.create(url)
    listener = listen("--count", "1", secret=endpoint.secret, port=port)
    sent = desk.webhooks.test(endpoint.id)
    assert sent.status == "waiting"
    send_what_is_due()
    assert listener.process.wait(240) == 0
    (event,) = listener.lines()
    assert (event["id"], event["type"]) == (sent.event_id, "test.ping")
    errands.close()  # waits for what is under way
    (delivery,) = desk.webhooks.deliveries(endpoint.id, status="delivered")
    assert (delivery.id, delivery.attempts[0].status) == (sent.id, 204)
    assert desk.webhooks.delivery(endpoint.id, sent.id).raw["body"]["type"] == "test.ping"
    assert desk.webhooks.replay(endpoint.id, sent.id).event_id == sent.event_id
