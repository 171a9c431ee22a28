"""Endpoints are added, changed, tried and removed by the newsroom whose they are, and by nobody else."""

import json

import pytest
from sqlmodel import select
from standardwebhooks import Webhook, WebhookVerificationError

from services.intake.models import WebhookEndpoint
from services.intake.service import service as intake
from shared.clock import new_id


def test_the_secret_is_shown_once(add, call):
    made = add(description="The content system", events=["verdict.published", "verdict.published"])
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["verdict.published"]
    shown = call("GET", of=made).json
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert call("GET").json == {"data": [shown]}
    assert call("GET", of=made).headers["Cache-Control"] == "no-store"


def test_no_secret_is_in_the_database(add, service):
    made = add()
    with intake.reading() as session:
        row = session.exec(select(WebhookEndpoint)).one()
        kept = json.dumps(row.model_dump(mode="json", exclude={"salt"})).encode() + row.salt
    key = Webhook(made["secret"])._whsecret
    assert len(key) == 32
    assert key not in kept
    assert made["secret"].removeprefix("whsec_").encode() not in kept


def test_two_endpoints_have_two_secrets(add):
    assert add("/one")["secret"] != add("/two")["secret"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/url"),
        ({"url": "cms.example.org"}, "#/url"),
        ({"url": "ftp://cms.example.org/"}, "#/url"),
        ({"url": "http://93.184.215.14/"}, "#/url"),
        ({"url": "https://localhost/"}, "#/url"),
        ({"url": "https://10.0.0.1/"}, "#/url"),
        ({"url": "https://169.254.169.254/latest/"}, "#/url"),
        ({"url": "https://[::1]/"}, "#/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "#/url"),
        ({"url": "https://2130706433/"}, "#/url"),
        ({"url": "https://there-is-no-such-host.invalid/"}, "#/url"),
        ({"url": "https://user:secret@93.184.215.14/"}, "#/url"),
        ({"url": "http://127.0.0.1:8001/v1/claims"}, "#/url"),
        ({"url": "https://93.184.215.14/", "events": []}, "#/events"),
        ({"url": "https://93.184.215.14/", "events": ["claim.exploded"]}, "#/events/0"),
        ({"url": "https://93.184.215.14/", "events": ["test.ping"]}, "#/events/0"),
        ({"url": "https://93.184.215.14/", "about": "all_verdicts", "events": ["claim.closed"]}, "#"),
        ({"url": "https://93.184.215.14/", "secret": "whsec_mine"}, "#/secret"),
        ({"url": "https://93.184.215.14/", "enabled": False}, "#/enabled"),
    ],
)
def test_what_can_t_be_an_endpoint_is_refused(call, body, pointer):
    answer = call("POST", body=body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert call("GET").json == {"data": []}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"url": None}, 422),
        ({"enabled": None}, 422),
        ({"events": []}, 422),
        ({"url": "https://192.168.0.1/"}, 422),
        ({"about": "all_verdicts"}, 422),
        ({"description": None}, 200),
        ({"description": "Another name"}, 200),
        ({"events": ["claim.merged"]}, 200),
    ],
)
def test_an_endpoint_is_changed_as_far_as_it_is_named(add, call, body, status):
    made = add(description="The content system")
    before = call("GET", of=made).json
    answer = call("PATCH", of=made, body=body)
    assert answer.status_code == status, answer.json
    after = call("GET", of=made).json
    expected = before | body | {"changed_at": after["changed_at"]} if status == 200 else before
    assert after == expected


def test_an_endpoint_about_all_verdicts_stays_one(add, call):
    made = add(about="all_verdicts")
    answer = call("PATCH", of=made, body={"events": ["claim.closed"]})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "#/events"


def test_an_address_has_one_endpoint(add, call, sink):
    add("/one")
    other = add("/two")
    assert call("POST", body={"url": sink.url("/one")}).status_code == 409
    assert call("PATCH", of=other, body={"url": sink.url("/one")}).status_code == 409
    assert call("PATCH", of=other, body={"url": sink.url("/two")}).status_code == 200
    assert call("PATCH", of=other, body={"url": sink.url("/three")}).json["url"] == sink.url("/three")


def test_a_newsroom_has_so_many_endpoints_at_most(add, call, sink, service):
    most = service.settings.webhook_endpoints_each
    made = [add(f"/{number}") for number in range(most)]
    assert call("POST", body={"url": sink.url("/more")}).status_code == 409
    assert call("DELETE", of=made[0]).status_code == 204
    add("/more")


def test_a_removed_endpoint_is_gone(add, call, sink, run_errands, claim_id, arrive, published):
    made = add()
    arrive(published(claim_id))
    assert call("DELETE", of=made).status_code == 204
    run_errands()
    assert sink.received["/cms"] == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
        assert call(method, path, of=made).status_code == 404
    assert call("GET").json == {"data": []}
    add()  # its address is free


def test_another_newsroom_s_endpoint_is_not_found(add, call, other_newsroom, run_errands, claim_id, arrive, published):
    made = add()
    arrive(published(claim_id))
    run_errands()
    [delivery] = call("GET", "/deliveries", of=made).json["data"]
    doors = [
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate-secret"), ("POST", "/test"), ("GET", "/deliveries"),
        ("GET", f"/deliveries/{delivery['id']}"), ("POST", f"/deliveries/{delivery['id']}/replay"),
    ]  # fmt: skip
    for method, path in doors:
        body = {"enabled": False} if method == "PATCH" else None
        assert call(method, path, body, of=made, by=other_newsroom).status_code == 404, (method, path)
    mine = add("/other", by=other_newsroom)
    for path in (f"/deliveries/{delivery['id']}", f"/deliveries/{new_id()}"):
        assert call("GET", path, of=mine, by=other_newsroom).status_code == 404
    assert call("GET", of=made).json["enabled"] is True


def test_keys_need_the_scope(app, add, make_key, newsroom, call):
    made = add()
    reader, poster = make_key("Wire Desk", "webhooks:read"), make_key("Wire Desk", "claims:write", "claims:read")
    newsroom.key = reader
    assert call("GET").status_code == 200
    for method, path in (("POST", "/test"), ("DELETE", ""), ("POST", "/rotate-secret")):
        assert call(method, path, of=made).status_code == 403
    newsroom.key = poster
    assert call("GET").status_code == 403


def test_a_ping_is_sent_once_and_also_to_a_disabled_endpoint(add, call, sink, run_errands, deliveries):
    made = add(description="The content system")
    call("PATCH", of=made, body={"enabled": False})
    answer = call("POST", "/test", of=made)
    assert answer.status_code == 202
    run_errands()
    [event] = sink.events("/cms")
    assert event["type"] == "test.ping"
    assert event["data"] == {"endpoint_id": made["id"], "description": "The content system"}
    sink.answer("/cms", 500, body=b"<h1>out of paper</h1>")
    call("POST", "/test", of=made)
    run_errands()
    assert [one["status"] for one in deliveries(made)] == ["delivered", "given_up"]
    shown = call("GET", f"/deliveries/{deliveries(made)[1]['id']}", of=made).json
    assert shown["attempts"][0]["answer"] == "<h1>out of paper</h1>"
    assert shown["body"]["type"] == "test.ping"
    assert call("GET", of=made).json["failing_since"] is None


def test_after_a_rotation_both_secrets_hold_for_a_day(add, call, sink, run_errands):
    made = add()
    rotated = call("POST", "/rotate-secret", of=made).json
    assert rotated["secret"] != made["secret"]
    assert rotated["secret_fingerprint"] != made["secret_fingerprint"]
    call("POST", "/test", of=made)
    run_errands()
    [(headers, body)] = sink.received["/cms"]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(body, headers)
    _let_a_day_pass(made)
    call("POST", "/test", of=made)
    run_errands()
    headers, body = sink.received["/cms"][1]
    Webhook(rotated["secret"]).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body, headers)


def test_a_rotation_whose_answer_was_lost_does_not_cut_the_receiver_off(add, call, sink, run_errands):
    made = add()
    secrets = [call("POST", "/rotate-secret", of=made).json["secret"] for _ in range(5)]
    assert call("POST", "/rotate-secret", of=made).status_code == 409
    call("POST", "/test", of=made)
    run_errands()
    headers, body = sink.received["/cms"][0]
    for secret in [made["secret"], *secrets]:
        Webhook(secret).verify(body, headers)


def _let_a_day_pass(made):
    with intake.transaction() as session:
        row = session.exec(select(WebhookEndpoint)).one()
        row.previous = [one | {"until": "2020-01-01T00:00:00+00:00"} for one in row.previous]


def test_deliveries_are_listed_in_pages(add, call, run_errands):
    made = add()
    for _ in range(5):
        call("POST", "/test", of=made)
    run_errands()
    seen, path = [], "/deliveries?limit=2"
    while path:
        page = call("GET", path, of=made)
        seen += [one["id"] for one in page.json["data"]]
        path = page.json["next_cursor"] and f"/deliveries?limit=2&cursor={page.json['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    assert call("GET", "/deliveries?status=held", of=made).json["data"] == []
    assert len(call("GET", "/deliveries?status=delivered", of=made).json["data"]) == 5


@pytest.mark.parametrize("query", ["status=odd", "limit=0", "limit=201", "cursor=x", "status=held&status=waiting"])
def test_a_list_that_can_t_be_read_is_refused(add, call, query):
    assert call("GET", f"/deliveries?{query}", of=add()).status_code == 400


def test_changing_the_key_of_all_secrets_is_noticed(add, call, sink, run_errands, deliveries, service, monkeypatch):
    made = add()
    monkeypatch.setattr(service.settings, "webhook_key", "another key for everything")
    call("POST", "/test", of=made)
    run_errands()
    assert sink.received["/cms"] == []
    assert "Rotate the secret" in deliveries(made)[0]["attempts"][0]["error"]
    rotated = call("POST", "/rotate-secret", of=made).json
    call("POST", "/test", of=made)
    run_errands()
    Webhook(rotated["secret"]).verify(sink.received["/cms"][0][1], sink.received["/cms"][0][0])
