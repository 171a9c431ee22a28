"""What is sent holds by the receiver's own library, is tried as the schedule says, and harms nobody else."""

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlmodel import col, select
from standardwebhooks import Webhook, WebhookVerificationError

from services.intake.cli import cli
from services.intake.models import Delivery, Outbox, WebhookEndpoint
from services.intake.service import service as intake
from services.intake.settings import Settings
from services.intake.webhooks.trying import retry_after
from shared.clock import now


def verified(secret, received):
    headers, body = received
    return Webhook(secret).verify(body, headers)


def test_a_delivery_is_signed_as_the_standard_says(add, sink, claim_id, arrive, published, run_errands):
    endpoint = add()
    arrive(published(claim_id))
    run_errands()
    [received] = sink.received["/cms"]
    event = verified(endpoint["secret"], received)
    assert event["type"] == "verdict.published"
    assert event["data"]["claim_id"] == claim_id
    with pytest.raises(WebhookVerificationError):
        verified(endpoint["secret"], (received[0], received[1].replace(b"published", b"retracted")))


def test_an_endpoint_that_fails_nine_times_gets_it_with_the_tenth(
    add, sink, claim_id, arrive, published, run_errands, deliveries
):
    endpoint = add()
    sink.answer("/cms", 500, body=b"no disk\x00 left", times=9)
    arrive(published(claim_id))
    run_errands()
    received = sink.received["/cms"]
    assert len(received) == 10
    assert len({headers["webhook-id"] for headers, _ in received}) == 1
    assert len({body for _, body in received}) == 1
    for one in received:
        verified(endpoint["secret"], one)
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "delivered"
    assert delivery["event_id"] == received[0][0]["webhook-id"]
    assert [one["status"] for one in delivery["attempts"]] == [500] * 9 + [204]
    assert delivery["attempts"][0]["error"] == "It answered 500."


def test_after_the_last_try_it_is_given_up_and_can_be_sent_again(
    add, sink, claim_id, arrive, published, run_errands, deliveries, call
):
    endpoint = add()
    sink.answer("/cms", 503, times=10)
    arrive(published(claim_id))
    run_errands()
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "given_up"
    answer = call("POST", f"/deliveries/{delivery['id']}/replay", of=endpoint)
    assert answer.status_code == 202
    assert answer.json["status"] == "waiting"
    run_errands()
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "delivered"
    assert len(delivery["attempts"]) == 11
    assert len({headers["webhook-id"] for headers, _ in sink.received["/cms"]}) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(add, sink, call, run_errands, deliveries, status):
    endpoint = add()
    sink.answer("/cms", status, {"Location": sink.url("/elsewhere")})
    call("POST", "/test", of=endpoint)
    run_errands()
    assert sink.received["/elsewhere"] == []
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "given_up"
    assert "redirects are not followed" in delivery["attempts"][0]["error"]


def test_an_address_that_became_private_is_refused_at_the_send(
    add, sink, call, run_errands, deliveries, service, monkeypatch
):
    endpoint = add()
    monkeypatch.setattr(service.settings, "private_hosts", ())
    call("POST", "/test", of=endpoint)
    run_errands()
    assert sink.received["/cms"] == []
    [attempt] = deliveries(endpoint)[0]["attempts"]
    assert attempt["status"] is None
    assert attempt["error"]


def test_nobody_there_is_a_failure_like_another(add, sink, claim_id, arrive, published, run_errands, deliveries, call):
    endpoint = add()
    sink.stop()
    arrive(published(claim_id))
    run_errands()
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "given_up"
    assert len(delivery["attempts"]) == 10
    assert all(one["status"] is None and one["error"] for one in delivery["attempts"])
    assert call("GET", of=endpoint).json["failing_since"]


def test_of_a_huge_answer_a_kilobyte_is_kept(add, sink, call, run_errands, deliveries):
    endpoint = add()
    sink.answer("/cms", 200, body=b"\xff\x00" + "é".encode() * 500_000)
    call("POST", "/test", of=endpoint)
    run_errands()
    [delivery] = deliveries(endpoint)
    assert delivery["status"] == "delivered"
    shown = call("GET", f"/deliveries/{delivery['id']}", of=endpoint).json
    assert 400 < len(shown["attempts"][0]["answer"]) <= 1000


def test_410_disables_the_endpoint_and_the_others_are_told(
    add, sink, claim_id, arrive, published, run_errands, deliveries, call
):
    gone, other = add("/gone", description="The old system"), add("/other")
    sink.answer("/gone", 410, times=2)
    arrive(published(claim_id))
    run_errands()
    shown = call("GET", of=gone).json
    assert (shown["enabled"], shown["disabled_because"]) == (False, "gone")
    assert sink.types("/gone") == ["verdict.published"]
    assert sink.types("/other") == ["verdict.published", "endpoint.disabled"]
    told = sink.events("/other")[1]["data"]
    assert told == {
        "endpoint_id": gone["id"], "description": "The old system", "because": "gone", "failing_since": shown["failing_since"],
    }  # fmt: skip
    assert [one["status"] for one in deliveries(gone)] == ["held"]
    sink.answers["/gone"].clear()
    assert call("PATCH", of=gone, body={"enabled": True}).json["disabled_because"] is None
    run_errands()
    assert [one["status"] for one in deliveries(gone)] == ["delivered"]
    assert len(deliveries(other)) == 2


def test_an_endpoint_that_fails_for_days_is_disabled(
    add, sink, call, newsroom, arrive, published, run_errands, deliveries, service, monkeypatch, caplog
):
    monkeypatch.setattr(service.settings, "webhook_disable_after", 1e-9)
    endpoint, _ = add(), add("/other", events=["endpoint.disabled"])
    sink.answer("/cms", 500, times=100)
    for number in range(3):
        arrive(published(newsroom.post({"text": f"Claim number {number}"}).json["id"]))
    run_errands()
    shown = call("GET", of=endpoint).json
    assert (shown["enabled"], shown["disabled_because"]) == (False, "failing")
    assert 5 <= len(sink.received["/cms"]) <= 7  # with those that were under way by then
    assert sink.types("/other") == ["endpoint.disabled"]
    assert {one["status"] for one in deliveries(endpoint)} == {"held"}
    [record] = [one for one in caplog.records if one.message == "webhook endpoint disabled"]
    assert record.endpoint_id == endpoint["id"]


def test_a_secret_is_never_logged(add, sink, call, claim_id, arrive, published, run_errands, caplog):
    caplog.set_level("DEBUG")
    endpoint = add()
    rotated = call("POST", "/rotate-secret", of=endpoint).json
    sink.answer("/cms", 500)
    arrive(published(claim_id))
    run_errands()
    words = " ".join(json.dumps(vars(one), default=str) for one in caplog.records)
    for secret in (endpoint["secret"], rotated["secret"]):
        assert secret.removeprefix("whsec_") not in words


def test_the_desk_s_admin_sees_how_endpoints_are_doing(
    add, sink, call, newsroom, arrive, published, run_errands, service, monkeypatch
):
    monkeypatch.setattr(intake, "start_process", lambda: None)
    good, failing, off = add("/good?token=1"), add("/failing"), add("/off")
    call("PATCH", of=off, body={"enabled": False})
    sink.answer("/failing", 500, times=10)
    arrive(published(newsroom.post({"text": "The bridge was closed."}).json["id"]))
    run_errands()
    answer = CliRunner().invoke(cli, ["webhooks", "list"])
    first, second, third = answer.output.splitlines()
    assert first == f"{good['id']}  Wire Desk: 127.0.0.1  own_claims  ok"
    assert second.startswith(f"{failing['id']}  Wire Desk: 127.0.0.1  own_claims  failing since ")
    assert second.endswith(", 10 times")
    assert third.startswith(f"{off['id']}  Wire Desk: 127.0.0.1  own_claims  disabled ")
    assert third.endswith(" (asked)")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("120", 120), (" 120 ", 120), ("0", 0), ("9999999999", 9_999_999_999), ("99999999999", None), ("-1", None),
        ("1e9", None), ("", None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("٣", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_it_may_be_written(given, seconds):
    found = retry_after({"Retry-After": given})
    assert found == (None if seconds is None else timedelta(seconds=seconds))


def test_retry_after_is_heeded_up_to_a_day(add, sink, newsroom, arrive, published, run_errands, deliveries):
    endpoint = add()
    sink.answer("/cms", 429, {"Retry-After": "3600"})
    arrive(published(newsroom.post({"text": "The first claim"}).json["id"]))
    run_errands()
    [first] = deliveries(endpoint)
    assert timedelta(minutes=59) < datetime.fromisoformat(first["due_at"]) - now() <= timedelta(hours=1)
    arrive(published(newsroom.post({"text": "The second claim"}).json["id"]))
    run_errands()
    assert len(sink.received["/cms"]) == 1  # the whole endpoint is left in peace
    second = deliveries(endpoint)[1]
    assert second["attempts"] == []
    assert second["due_at"] > first["due_at"][:16]

    other = add("/other")
    sink.answer("/other", 503, {"Retry-After": "999999999"})
    arrive(published(newsroom.post({"text": "The third claim"}).json["id"]))
    run_errands()
    [third] = deliveries(other)
    assert timedelta(hours=23) < datetime.fromisoformat(third["due_at"]) - now() <= timedelta(days=1)


def test_the_usual_schedule_is_the_standards(service, add, sink, claim_id, arrive, published, run_errands, monkeypatch):
    usual = Settings.model_fields["webhook_waits"].default
    assert usual == (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
    monkeypatch.setattr(service.settings, "webhook_waits", usual)
    add()
    sink.answer("/cms", 500, times=10)
    arrive(published(claim_id))
    began = now()
    run_errands()
    for tries, wait in enumerate(usual, 1):
        with intake.transaction() as session:
            row = session.exec(select(Delivery)).one()
            assert row.tries == tries
            assert row.due_at - began >= timedelta(seconds=wait)
            assert row.due_at - now() <= timedelta(seconds=wait * 1.1)
            make_due(session)
        began = now()
        run_errands()
    assert len(sink.received["/cms"]) == 10


def make_due(session):
    """As if the time had come for all that waits."""
    moment = now()
    for row in session.exec(select(Outbox).where(col(Outbox.due_at) > moment)):
        row.due_at = moment
    for endpoint in session.exec(select(WebhookEndpoint)):
        endpoint.paused_until = None
