"""How much a key may do: requests in a minute, claims in a day."""

import json
from datetime import timedelta

import pytest

from services.intake import auth, quotas
from services.intake.models import Usage
from services.intake.service import service as intake
from shared import clock

NDJSON = "application/x-ndjson"


@pytest.fixture
def newsroom_with(app, service):
    """`newsroom_with(per_day=3)`: a newsroom whose key has these limits."""
    from tests.intake.conftest import Newsroom

    def make(**limits):
        with intake.transaction() as session:
            key = auth.make_key(session, "Wire Desk", "its system", list(auth.SCOPES), **limits)
        return Newsroom(app, key)

    return make


def test_every_answer_says_how_much_is_left_and_beyond_it_is_refused_until_the_next_minute(
    newsroom_with, still, stored
):
    newsroom = newsroom_with(per_minute=3)
    left = [newsroom.get("/v1/claims").headers["RateLimit"] for _ in range(3)]
    assert left == [f'"minute";r={number};t=40' for number in (2, 1, 0)]
    before = stored()
    answer = newsroom.post({"text": "One more."})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "40"
    assert answer.headers["RateLimit"] == '"minute";r=0;t=40'
    assert answer.headers["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert answer.content_type == "application/problem+json"
    assert stored() == before
    still(40)
    assert newsroom.get("/v1/claims").status_code == 200


def test_a_key_has_the_limits_of_the_settings_unless_it_has_its_own(newsroom_with):
    usual = newsroom_with().get("/v1/me").json
    assert (usual["requests_per_minute"], usual["claims_per_day"]) == (600, 20_000)
    own = newsroom_with(per_minute=5, per_day=0).get("/v1/me").json
    assert (own["requests_per_minute"], own["claims_per_day"], own["claims_today"]) == (5, 0, 0)
    assert own["newsroom"] == "Wire Desk"


def test_one_key_does_not_use_up_another_s(newsroom_with, still):
    one, other = newsroom_with(per_minute=1), newsroom_with(per_minute=1)
    assert [one.get("/v1/me").status_code, one.get("/v1/me").status_code, other.get("/v1/me").status_code] == [
        200,
        429,
        200,
    ]


def test_beyond_the_day_s_claims_is_refused_and_nothing_of_it_is_kept(newsroom_with, stored):
    newsroom = newsroom_with(per_day=2)
    assert [newsroom.post({"text": f"Bus {n} was late."}, key=f"k{n}").status_code for n in range(2)] == [201, 201]
    before = stored()
    answer = newsroom.post({"text": "Bus 3 was late."}, key="k3")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    assert stored() == before
    assert newsroom.get("/v1/me").json["claims_today"] == 2


def test_a_repeat_costs_nothing_and_is_answered_beyond_the_quota(newsroom_with):
    newsroom = newsroom_with(per_day=1)
    first = newsroom.post({"text": "Bus 1 was late."}, key="k1")
    again = newsroom.post({"text": "Bus 1 was late."}, key="k1")
    assert (again.status_code, again.data) == (201, first.data)


def test_a_try_counts_nowhere(newsroom_with):
    newsroom = newsroom_with(per_day=0)
    assert newsroom.post({"text": "A try of ours.", "test": True}).status_code == 201
    assert newsroom.get("/v1/me").json["claims_today"] == 0


def test_of_a_batch_the_first_are_taken_and_the_same_key_takes_the_rest_tomorrow(newsroom_with, stored, monkeypatch):
    newsroom = newsroom_with(per_day=3)
    body = b"\n".join(json.dumps({"text": f"Bus {n} was late."}).encode() for n in range(5))
    headers = {"Content-Type": NDJSON, "Authorization": f"Bearer {newsroom.key}", "Idempotency-Key": "night"}

    def send():
        answer = newsroom.client.post("/v1/claims/batch", data=body, headers=headers)
        return [json.loads(line)["status"] for line in answer.data.splitlines()]

    assert send() == [201, 201, 201, 429, 429]
    assert stored()["claims"] == stored()["idempotency_keys"] == 3
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(quotas, "now", lambda: tomorrow)
    assert send() == [201, 201, 201, 201, 201]
    assert stored()["claims"] == 5


def test_what_is_refused_for_another_reason_is_not_counted(newsroom_with):
    newsroom = newsroom_with(per_day=1)
    assert newsroom.post({"text": ""}).status_code == 422
    assert newsroom.post({"text": "Bus 1 was late."}).status_code == 201


def test_twenty_at_once_get_no_more_than_the_quota(newsroom_with, service):
    from tests.intake.test_submitting import at_once

    newsroom = newsroom_with(per_day=7)
    answers = at_once(lambda number: newsroom.post({"text": f"Bus {number} was late."}))
    assert sorted(answer.status_code for answer in answers) == [201] * 7 + [429] * (len(answers) - 7)
    with intake.reading() as session:
        assert [row.claims for row in session.exec(Usage.__table__.select())] == [7]


def test_a_caller_without_a_key_is_told_nothing_of_limits(app):
    answer = app.test_client().get("/v1/me")
    assert answer.status_code == 401
    assert "RateLimit" not in answer.headers
