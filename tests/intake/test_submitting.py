"""A claim is taken in once, whole, and review is told of it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import event

from services.intake import backlog
from services.intake.examples import CLAIM_IN

TEXT = "The harbour bridge was closed on four days in March."
AT_ONCE = 20


def at_once(send):
    """Send from twenty threads at the same time; returns their answers."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(AT_ONCE)))


def test_a_new_claim_is_made_and_has_an_address_and_a_receipt(newsroom):
    answer = newsroom.post({"text": TEXT})
    assert answer.status_code == 201
    assert answer.content_type == "application/json"
    made = answer.json
    assert UUID(made["id"]).version == 7
    assert made["state"] == "unverified"
    assert made["duplicate_of"] is None
    assert made["text"] == TEXT
    assert answer.headers["Location"] == f"/v1/claims/{made['id']}"
    assert re.fullmatch(r"http://127\.0\.0\.1:8001/receipts/[A-Za-z0-9_-]{32}", made["receipt_url"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_field_is_carried_on_to_review(newsroom, told):
    made = newsroom.post(CLAIM_IN).json
    [message] = told()
    carried = json.loads(message.model_dump_json())
    assert message.key == made["id"]
    assert message.revision == 1
    expected = {name: value for name, value in CLAIM_IN.items() if name not in ("reason", "external_id", "submitter")}
    expected["story"] = expected["story"] | {"published_at": "2026-03-30T08:00:00Z"}
    expected["statements"] = [
        {"speaker": None, "unnamed": None, "quote": None, "paraphrase": None} | s for s in expected["statements"]
    ]
    expected["statements"][1] |= {
        "via": [],
        "speaker": {"name": "Harbour Board", "title": None, "organization": None, "same_as": None},
    }
    assert carried["claim"] == expected
    [submission] = carried["submissions"]
    assert submission["newsroom"] == "Wire Desk"
    assert submission["reason"] == CLAIM_IN["reason"]
    assert submission["external_id"] == CLAIM_IN["external_id"]
    assert submission["submitter"] == {k: v for k, v in CLAIM_IN["submitter"].items() if k != "email"}


def test_each_who_sends_a_claim_in_is_told_to_the_desk_and_to_nobody_else(newsroom, told, app):
    jo, kim = {"name": "Jo Doe", "role": "night editor", "platform": "WhatsApp"}, {"name": "Kim Roe", "country": "UA"}
    sent = [
        newsroom.post({"text": TEXT} | more) for more in ({"submitter": jo}, {}, {"submitter": kim}, {"submitter": {}})
    ]
    lu, address = {"name": "Lu Poe", "language": "uk"}, {"email": "lu@wire.example"}
    headers = {"Authorization": f"Bearer {newsroom.key}"}
    batch = newsroom.client.post(
        "/v1/claims/batch", json=[{"text": TEXT, "submitter": one} for one in (lu | address, address)], headers=headers
    )
    assert batch.status_code == 200
    people = [one.submitter and one.submitter.model_dump(exclude_none=True) for one in told()[-1].submissions]
    assert people == [jo, None, kim, None, lu, None], "of the e-mail address the desk is told nothing"
    receipt = sent[2].json["receipt_url"]
    shown = [batch.text] + [
        one.text for one in (*sent, newsroom.get(sent[0].headers["Location"]), newsroom.get("/v1/changes"))
    ]
    shown += [
        app.test_client().get(receipt, headers={"Accept": kind}).text for kind in ("text/html", "application/json")
    ]
    assert all(TEXT in one for one in shown[1:])
    assert not re.search("Doe|Roe|Poe|lu@", " ".join(shown))


def test_what_was_not_sent_has_its_usual_value(newsroom, told):
    newsroom.post({"text": TEXT})
    [message] = told()
    assert message.claim.urgency == 5
    assert message.claim.test is False
    assert message.claim.statements == ()


def test_statements_and_requests_without_an_id_get_one_that_is_free(newsroom, told):
    statement = {"stance": "asserts", "speaker": {"name": "Jo Marten"}}
    request = {"asked_by": "Ellery Courier", "asked": "Harbour Board"}
    body = {
        "text": TEXT,
        "statements": [statement, statement | {"id": "s1"}, statement],
        "requests_for_comment": [request, request | {"id": "mine"}],
    }
    assert newsroom.post(body).status_code == 201
    [message] = told()
    assert [one.id for one in message.claim.statements] == ["s2", "s1", "s3"]
    assert [one.id for one in message.claim.requests_for_comment] == ["r1", "mine"]


# the same wording


@pytest.mark.parametrize(
    "again",
    [
        TEXT,
        "  the HARBOUR bridge\n was closed  on four days in March",
        "“The harbour bridge was closed on four days in March.”",
        "The harbour bridge was closed on four days in March!?",
        "«The harbour bridge was closed on four days in Ｍarch»",
    ],
)
def test_the_same_wording_from_the_same_newsroom_is_one_claim_with_two_submissions(newsroom, told, stored, again):
    first = newsroom.post({"text": TEXT, "external_id": "wire-7", "reason": "one"}, key="k1")
    second = newsroom.post({"text": again, "external_id": "wire-8", "reason": "two"}, key="k2")
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json["id"] == first.json["id"]
    assert second.json["text"] == TEXT
    assert second.json["receipt_url"] != first.json["receipt_url"]
    assert second.headers["Location"] == first.headers["Location"]
    assert stored() == {"claims": 1, "submissions": 2, "outbox": 2, "idempotency_keys": 2}
    _, message = told()
    assert message.revision == 2
    assert [one.external_id for one in message.submissions] == ["wire-7", "wire-8"]
    assert message.claim.text == TEXT
    assert [one["reason"] for one in newsroom.claim(first.json["id"])["submissions"]] == ["one", "two"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Half of voters stayed at home.", "Half of the voters stayed at home."),
        ("It grew by .5 percent.", "It grew by 5 percent."),
        (".5 percent stayed at home.", "5 percent stayed at home."),
        ("The fence is 5' high.", "The fence is 5 high."),
    ],
)
def test_wordings_that_differ_within_are_two_claims(newsroom, stored, one, other):
    assert newsroom.post({"text": one}).status_code == 201
    assert newsroom.post({"text": other}).status_code == 201
    assert stored()["claims"] == 2


def test_the_same_wording_from_another_newsroom_or_as_a_test_is_a_claim_of_its_own(newsroom, other_newsroom, stored):
    for answer in (
        newsroom.post({"text": TEXT}),
        other_newsroom.post({"text": TEXT}),
        newsroom.post({"text": TEXT, "test": True}),
    ):
        assert answer.status_code == 201
    assert stored()["claims"] == 3


def test_twenty_systems_sending_the_same_wording_at_once_make_one_claim(newsroom, stored, told):
    answers = at_once(lambda number: newsroom.post({"text": TEXT, "external_id": str(number)}, key=f"k{number}"))
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json["id"] for answer in answers}) == 1
    rows = stored()
    assert rows == {"claims": 1, "submissions": AT_ONCE, "outbox": rows["outbox"], "idempotency_keys": AT_ONCE}
    revisions = [message.revision for message in told()]  # those that came in with one commit are told of at once
    assert len(set(revisions)) == len(revisions) <= AT_ONCE
    newest = max(told(), key=lambda message: message.revision)
    assert newest.revision == AT_ONCE
    assert {one.external_id for one in newest.submissions} == {str(number) for number in range(AT_ONCE)}


# Idempotency-Key


@pytest.mark.parametrize("again", ["abc-1", '"abc-1"', "  abc-1 "])
def test_a_repeat_under_the_same_key_gets_the_first_answer_byte_for_byte(newsroom, stored, again, arrive, moved):
    first = newsroom.post(CLAIM_IN, key="abc-1")
    before = stored()
    arrive(moved(first.json["id"], 2, "closed", close_reason="spam"))  # the first answer, not today's
    second = newsroom.post(CLAIM_IN, key=again)
    assert second.status_code == 201
    assert second.data == first.data
    assert second.content_type == first.content_type
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert stored() == before


def test_the_second_submission_of_a_claim_is_replayed_with_its_own_answer(newsroom):
    newsroom.post({"text": TEXT}, key="k1")
    second = newsroom.post({"text": TEXT}, key="k2")
    replayed = newsroom.post({"text": TEXT}, key="k2")
    assert (second.status_code, replayed.status_code) == (200, 200)
    assert replayed.data == second.data


def test_another_body_under_the_same_key_is_refused(newsroom, stored):
    newsroom.post({"text": TEXT}, key="k1")
    before = stored()
    answer = newsroom.post({"text": "The tunnel was closed."}, key="k1")
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json["detail"]
    assert stored() == before


@pytest.mark.parametrize("key", ["", '""', "two words", "x" * 256, "naïve", "tab\there"])
def test_a_key_that_is_not_visible_ascii_is_refused(newsroom, stored, key):
    answer = newsroom.post({"text": TEXT}, key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
    assert not any(stored().values())


def test_a_key_may_be_255_characters_long(newsroom):
    assert newsroom.post({"text": TEXT}, key="~" * 255).status_code == 201
    assert newsroom.post({"text": TEXT}, key='"' + "~" * 255 + '"').headers["Idempotent-Replayed"] == "true"


def test_two_newsrooms_may_use_the_same_key(newsroom, other_newsroom):
    assert newsroom.post({"text": TEXT}, key="1").status_code == 201
    answer = other_newsroom.post({"text": "The tunnel was closed."}, key="1")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers


def test_a_refused_request_does_not_use_its_key_up(newsroom):
    assert newsroom.post({"text": TEXT, "txet": 1}, key="k1").status_code == 422
    assert newsroom.post({"text": TEXT}, key="k1").status_code == 201


def test_twenty_repeats_at_once_are_done_once(newsroom, stored):
    answers = at_once(lambda _: newsroom.post(CLAIM_IN, key="the-same"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == AT_ONCE - 1
    assert stored() == {"claims": 1, "submissions": 1, "outbox": 1, "idempotency_keys": 1}


# back-pressure


@pytest.fixture
def impatient(monkeypatch):
    """Look at the backlog at every request, and forget what was seen afterwards."""
    monkeypatch.setattr(backlog, "LOOK_EVERY", -1.0)
    monkeypatch.setitem(backlog._seen, "at", 0.0)
    monkeypatch.setitem(backlog._seen, "full", False)


def test_beyond_the_limit_of_unacknowledged_messages_claims_are_refused_with_a_time(
    newsroom, service, stored, impatient
):
    service.settings.max_unacknowledged = 2
    assert newsroom.post({"text": "The first claim"}).status_code == 201
    assert newsroom.post({"text": "The second claim"}, key="k2").status_code == 201
    before = stored()
    answer = newsroom.post({"text": "The third claim"}, key="k3")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.content_type == "application/problem+json"
    assert stored() == before
    service.settings.max_unacknowledged = 3
    assert newsroom.post({"text": "The third claim"}, key="k3").status_code == 201


def test_while_one_request_counts_what_waits_the_others_go_by_what_was_seen_last(newsroom, service, impatient):
    counts, begun, goes_on = [], Event(), Event()

    def hold_the_first(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT count(*)") and "outbox" in statement:
            counts.append(statement)
            if len(counts) == 1:
                begun.set()
                assert goes_on.wait(240)

    with service.reading() as session:
        event.listen(session.get_bind(), "before_cursor_execute", hold_the_first)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(newsroom.post, {"text": "The first claim"})
        assert begun.wait(240)
        other = newsroom.post({"text": "The second claim"})
        goes_on.set()
        assert (other.status_code, first.result().status_code, len(counts)) == (201, 201, 1)


def test_where_it_was_found_again_reaches_the_desk(newsroom, told):
    first = {"text": "The bridge was shut.", "appearances": [{"url": "https://herald.example/1"}]}
    story = {"url": "https://post.example/2", "headline": "Shut again", "publisher": "Post"}
    newsroom.post(first)
    newsroom.post({"text": "The bridge was shut.", "appearances": [{"url": "https://tv.example/7"}], "story": story})
    newsroom.post({"text": "the bridge was shut"})
    [_, second, third] = told()
    assert [[place.url for place in one.appearances] for one in second.submissions] == [
        [], ["https://tv.example/7", "https://post.example/2"],
    ]  # fmt: skip
    assert second.submissions[1].appearances[1].title == "Shut again"
    assert third.submissions[:2] == second.submissions
