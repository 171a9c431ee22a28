"""Many claims in one request: each judged by itself, each taken in once, in order."""

import json
from urllib.parse import urlsplit

import pytest
from cut_wire import CutWire
from sqlmodel import select

from services.intake import batch
from services.intake.examples import CLAIM_IN
from services.intake.models import Submission
from shared import commits
from shared.contracts import MOST_SUBMISSIONS

NDJSON = "application/x-ndjson"


@pytest.fixture
def send(newsroom):
    """`send(body)`: post a batch; dicts become lines. Returns the answer."""

    def post(body, key=None, kind=NDJSON, **headers):
        if isinstance(body, list):
            body = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in body)
        headers = {"Content-Type": kind, "Authorization": f"Bearer {newsroom.key}"} | headers
        if key:
            headers["Idempotency-Key"] = key
        return newsroom.client.post("/v1/claims/batch", data=body, headers=headers)

    return post


def results(answer):
    assert answer.status_code == 200, answer.data
    assert answer.content_type == NDJSON
    return [json.loads(line) for line in answer.data.splitlines()]


def claims(count):
    return [{"text": f"Bus {number} was late."} for number in range(count)]


def test_each_line_is_answered_in_order_as_if_it_had_come_alone(newsroom, send, stored, told):
    found = results(send([CLAIM_IN, {"text": "One more."}, {"text": "ONE more"}]))
    assert [(one["line"], one["status"]) for one in found] == [(1, 201), (2, 201), (3, 200)]
    assert found[1]["id"] == found[2]["id"] != found[0]["id"]
    assert newsroom.claim(found[0]["id"])["text"] == CLAIM_IN["text"]
    assert newsroom.client.get(urlsplit(found[2]["receipt_url"]).path).status_code == 200
    assert stored() == {"claims": 2, "submissions": 3, "outbox": 2, "idempotency_keys": 0}
    assert {len(message.submissions) for message in told()} == {1, 2}


def test_of_a_claim_that_is_sent_in_again_and_again_the_first_and_the_newest_times_are_told_and_all_are_counted(
    newsroom, send, told, service
):
    first = newsroom.post({"text": "The bridge was closed.", "external_id": "n-1"}, key="k1").json
    again = [{"text": "The bridge was closed.", "external_id": f"n-{n}"} for n in range(2, 2 * MOST_SUBMISSIONS + 1)]
    assert {one["status"] for one in results(send(again[:120]))} == {200}
    for one in again[120:123]:
        newest = newsroom.post(one, key=one["external_id"]).json
    listed = ["n-1", *(f"n-{n}" for n in range(26, 125))]
    for shown in (newest, newsroom.claim(first["id"]), newsroom.get("/v1/claims").json["data"][0]):
        assert [one["external_id"] for one in shown["submissions"]] == listed
        assert shown["submission_count"] == 124
    last = told()[-1]
    assert ([one.external_id for one in last.submissions], last.submission_count) == (listed, 124)
    assert max(len(one.submissions) for one in told()) == MOST_SUBMISSIONS
    with service.reading() as session:
        assert list(session.exec(select(Submission.number).order_by(Submission.number))) == list(range(1, 125))


def test_a_bad_line_stops_no_other_and_says_what_is_wrong(send, stored):
    lines = [
        {"text": "Good one."},
        {"text": ""},
        {"text": "x y", "colour": "red"},
        b'{"text": "half a',
        b'{"text": "twice", "text": "over"}',
        b"[1]",
        b'{"text": "' + b"a" * 1_100_000 + b'"}',
        b"\xff\xfe",
        {"text": "Good two."},
    ]
    found = results(send(lines))
    assert [one["status"] for one in found] == [201, 422, 422, 400, 400, 422, 413, 400, 201]
    assert found[1]["errors"][0]["pointer"] == "#/text"
    assert found[2]["errors"][0]["pointer"] == "#/colour"
    assert all(one["detail"] for one in found if one["status"] >= 400)
    assert stored()["claims"] == 2


def test_blank_lines_and_windows_ends_are_passed_over_but_counted(send):
    found = results(send(b'\r\n{"text": "Line two."}\r\n\n  \n{"text": "Line five."}'))
    assert [one["line"] for one in found] == [2, 5]


@pytest.mark.parametrize("body", [b"[]", b" [ ] ", b""])
def test_nothing_in_it_is_nothing_done(send, stored, body):
    assert results(send(body, kind=NDJSON if not body else "application/json")) == []
    assert stored()["claims"] == 0


def test_a_json_array_does_as_well(send):
    body = ' [\n{"text": "Größe — \\u00e9, ] and , too."} ,{"text":""}\n, {"text": "日本語の三つ目。"}] \n'.encode()
    found = results(send(body, kind="application/json"))
    assert [(one["line"], one["status"]) for one in found] == [(1, 201), (2, 422), (3, 201)]


@pytest.mark.parametrize(
    "body",
    [b'{"text": "alone"}', b'[{"text": "a b"}', b'[{"text": "a b"},]', b'[{"text": "a b"} {"text": "c d"}]', b"[1, 2", b"]",
     b'[{"text": "a b"}] x', b"\xff[", b"[" * 100_000, b""],
)  # fmt: skip
def test_what_is_no_array_is_refused_whole(send, stored, body):
    answer = send(body, kind="application/json")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert stored()["claims"] == 0


def test_the_same_batch_again_with_its_key_is_answered_the_same_and_makes_nothing(send, stored):
    first = results(send([*claims(450), {"text": ""}], key="night-1"))
    before = stored()
    second = results(send([*claims(450), {"text": ""}], key="night-1"))
    assert [one["id"] for one in second[:450]] == [one["id"] for one in first[:450]]
    assert [one["receipt_url"] for one in second[:450]] == [one["receipt_url"] for one in first[:450]]
    assert {one["replayed"] for one in second[:450]} == {True}
    assert stored() == before
    assert before["claims"] == 450


def test_a_batch_that_was_cut_off_goes_on_where_it_stopped(send, stored):
    results(send(claims(300), key="night-1"))
    found = results(send(claims(500), key="night-1"))
    assert [one["replayed"] for one in found] == [True] * 300 + [False] * 200
    assert stored()["claims"] == 500


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize(
    ("cut", "status", "replayed"), [("after", 201, True), ("before", 503, False), ("for good", 503, True)]
)
def test_of_a_commit_without_an_answer_each_line_is_told_what_is_true(
    service, send, stored, monkeypatch, cut, status, replayed
):
    if cut == "for good":
        monkeypatch.setattr(commits, "ASKED_FOR", 0.0)
    results(
        send([{"text": "The ferry was late."}])
    )  # connections and what is noted of the key are not what this is about
    wire = CutWire(service.settings.database_url)
    try:
        service.database.connect(wire.url)
        results(send([{"text": "The ferry was late."}]))
        wire.cut = cut
        found = results(send(claims(3), key="night-1"))
    finally:
        service.database.connect(service.settings.database_url)
        wire.close()
    assert [one["status"] for one in found] == [status] * 3
    if cut == "for good":
        assert "whether this was kept is not known" in found[0]["detail"]
    again = results(send(claims(3), key="night-1"))
    assert [one["replayed"] for one in again] == [replayed] * 3
    assert stored()["submissions"] == 5


def test_a_line_that_changed_under_the_same_key_is_refused_alone(send, stored):
    results(send(claims(3), key="night-1"))
    found = results(
        send([{"text": "Bus 0 was late."}, {"text": "Something else."}, {"text": "Bus 2 was late."}], key="night-1")
    )
    assert [one["status"] for one in found] == [201, 422, 201]
    assert stored()["claims"] == 3


def test_a_key_of_a_batch_says_nothing_about_a_single_claim(newsroom, send):
    results(send(claims(1), key="night-1"))
    assert newsroom.post({"text": "Another."}, key="night-1").status_code == 201


def test_ten_thousand_lines_are_taken_and_not_one_more(send, stored, monkeypatch):
    monkeypatch.setattr(batch, "MOST_LINES", 250)  # the same path; ten thousand are posted when speed is measured
    assert [one["status"] for one in results(send(claims(250)))] == [201] * 250
    for kind, body in ((NDJSON, claims(251)), ("application/json", json.dumps(claims(251)))):
        answer = send(body, kind=kind)
        assert answer.status_code == 413
        assert "250 lines" in answer.json["detail"]
    assert stored()["claims"] == 250


def test_a_body_that_is_too_large_is_refused_whole(send, stored, monkeypatch):
    from services.intake.api import batch as door

    for where in (batch, door):
        monkeypatch.setattr(where, "MOST_BYTES", 10_000)
    answer = send([{"text": "a " * 4000}] * 3)
    assert answer.status_code == 413
    assert stored()["claims"] == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "text/csv"}, 415),
        ({"Authorization": "Bearer nobody"}, 401),
    ],
)
def test_what_cannot_be_read_is_refused(send, stored, headers, status):
    assert send(claims(1), **headers).status_code == status
    assert stored()["claims"] == 0


def test_a_key_that_may_not_write_sends_no_batch(newsroom, make_key):
    key = make_key("Reader", "claims:read")
    answer = newsroom.client.post(
        "/v1/claims/batch", data=b'{"text": "a b"}', headers={"Content-Type": NDJSON, "Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 403
