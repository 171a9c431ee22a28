"""Messages of other systems come in as they are, by a mapping; each once, and nothing of who wrote them is kept."""

import pytest
from sqlmodel import select

from services.intake import inbound_log
from services.intake.models import Claim, Outbox
from services.intake.schemas.inbound import TELEGRAM
from services.intake.service import service as intake

# As Telegram's Bot API documents an Update with a message; names and numbers are invented.
UPDATE = {
    "update_id": 10_000,
    "message": {
        "message_id": 1365,
        "from": {"id": 1111111, "is_bot": False, "first_name": "Wanda", "username": "wanda_secret"},
        "chat": {"id": 1111111, "type": "private", "first_name": "Wanda", "username": "wanda_secret"},
        "date": 1_774_864_800,
        "text": "Is it true that the bridge was closed on four days?",
    },
}
NESTED = {
    "name": "Another platform",
    "each": "entry.*.changes.*.value.messages.*",
    "mapping": {"text.body|image.caption": "text", "id": "external_id", "timestamp": "claimed_at"},
}


def nested(*messages):
    return {"entry": [{"changes": [{"value": {"messages": list(messages)}}]}, {"changes": []}]}


@pytest.fixture
def make_hook(newsroom):
    def make(given):
        headers = {"Authorization": f"Bearer {newsroom.key}"}
        made = newsroom.client.post("/v1/inbound-hooks", json=given, headers=headers)
        assert made.status_code == 201, made.text
        return made.json

    return make


@pytest.fixture
def send(newsroom):
    def post(hook, body, token=None, **more):
        token = hook["token"] if token is None else token
        shown = f"Bearer {token}" if hook["header"] == "Authorization" else token
        place = "/v1/inbound/" + hook["id"]
        return newsroom.client.post(place, json=body, headers={hook["header"]: shown}, **more)

    return post


def claims():
    with intake.reading() as session:
        return [one.record for one in session.exec(select(Claim).order_by(Claim.id))]


def test_a_message_to_a_bot_becomes_a_claim_once_and_nobody_s_name_is_kept(make_hook, send, newsroom):
    hook = make_hook(TELEGRAM)
    for _ in range(3):  # platforms send again
        answer = send(hook, UPDATE)
        assert answer.status_code == 200, answer.text
    assert answer.json == {"taken": 0, "passed_over": 0, "refused": []}
    [claim] = claims()
    assert claim.text == "Is it true that the bridge was closed on four days?"
    assert claim.claimed_at.isoformat() == "2026-03-30T10:00:00+00:00"
    [mine] = newsroom.get("/v1/claims").json["data"]
    assert [one["external_id"] for one in mine["submissions"]] == ["10000"]
    with intake.reading() as session:
        told = " ".join(row.payload for row in session.exec(select(Outbox)).all())
    assert "wanda" not in told.lower()
    assert "1111111" not in told


def test_a_second_message_with_the_same_words_is_another_submission(make_hook, send, newsroom):
    hook = make_hook(TELEGRAM)
    send(hook, UPDATE)
    assert send(hook, UPDATE | {"update_id": 10_001}).json["taken"] == 1
    [mine] = newsroom.get("/v1/claims").json["data"]
    assert len(mine["submissions"]) == 2


def test_many_messages_at_once_and_a_bad_one_stops_no_other(make_hook, send):
    hook = make_hook(NESTED)
    messages = [
        {"id": "a", "timestamp": "1774864800", "text": {"body": "Bus 1 was late."}},
        {"id": "b", "image": {"caption": "Bus 2 was late."}},
        {"id": "c", "sticker": {}},
        {"id": "d", "text": {"body": "x" * 10_001}},
        "no message at all",
        {"id": "e", "timestamp": 1_774_864_800_000, "text": {"body": "Bus 3 was late."}},
        {"id": "f", "timestamp": True, "text": {"body": "Bus 4 was late."}},
    ]
    answer = send(hook, nested(*messages)).json
    assert (answer["taken"], answer["passed_over"]) == (3, 2)
    assert [(one["message"], one["detail"].partition(":")[0]) for one in answer["refused"]] == [
        (4, "text"),
        (7, "claimed_at"),
    ]
    assert sorted(one.text for one in claims()) == ["Bus 1 was late.", "Bus 2 was late.", "Bus 3 was late."]
    seconds, nothing, thousandths = (one.claimed_at for one in sorted(claims(), key=lambda one: one.text))
    assert (seconds, nothing) == (thousandths, None)


def test_what_came_in_is_seen_and_a_hook_can_be_deleted(make_hook, send, newsroom, other_newsroom):
    hook = make_hook(TELEGRAM | {"test": True})
    send(hook, UPDATE)
    send(hook, {"update_id": 1, "poll": {}})
    [shown] = newsroom.get("/v1/inbound-hooks").json["data"]
    assert (shown["taken"], shown["passed_over"], "token" in shown) == (1, 1, False)
    assert claims()[0].test is True
    assert other_newsroom.get("/v1/inbound-hooks").json["data"] == []
    place = f"/v1/inbound-hooks/{hook['id']}"
    for one, status in ((other_newsroom, 404), (newsroom, 204)):
        assert one.client.delete(place, headers={"Authorization": f"Bearer {one.key}"}).status_code == status
    assert send(hook, UPDATE).status_code == 404


def test_it_can_be_seen_why_a_message_was_refused(make_hook, send, newsroom, other_newsroom, monkeypatch):
    hook = make_hook(NESTED)
    place = f"/v1/inbound-hooks/{hook['id']}/messages"
    send(hook, nested({"id": "a", "text": {"body": "Bus 1 was late."}}, {"id": "b", "from": {"name": "Wanda Secret"}}))
    send(hook, nested({"id": "a", "text": {"body": "Bus 1 was late."}}, {"id": "c", "text": {"body": "\u200b" * 3}}))
    assert send(hook, "nothing", token="wrong").status_code == 401
    headers = {"Authorization": f"Bearer {hook['token']}", "Content-Type": "application/json"}
    assert newsroom.client.post("/v1/inbound/" + hook["id"], data="{", headers=headers).status_code == 400
    found = newsroom.get(place).json["data"]
    assert [(one["outcome"], one["external_id"]) for one in found] == [
        ("refused", None), ("refused", "c"), ("again", "a"), ("passed_over", "b"), ("taken", "a"),
    ]  # fmt: skip
    assert (
        found[0]["detail"]
        == "The body is not JSON as it is read here: it ends at line 1, column 2, before it is complete."
    )
    assert ("seen" in found[1]["detail"], found[1]["beginning"]) == (True, "\u200b" * 3)
    assert found[3]["detail"] == "No text. It holds: id, from.name"
    assert found[4]["claim_id"] == found[2]["claim_id"] == newsroom.get("/v1/claims").json["data"][0]["id"]
    assert "Wanda" not in newsroom.get(place).text
    first = newsroom.get(place + "?limit=2").json
    assert newsroom.get(f"{place}?limit=3&cursor={first['next_cursor']}").json == {
        "data": found[2:],
        "next_cursor": None,
    }
    assert other_newsroom.get(place).status_code == 404
    with intake.transaction() as session:
        monkeypatch.setattr(inbound_log, "KEPT", 2)
        inbound_log.tidy(session)
    assert newsroom.get(place).json["data"] == found[:2]
    no_message = {"entry": [{"changes": [{"value": {"statuses": [{"status": "read"}]}}]}]}
    assert send(hook, no_message).json["passed_over"] == 1
    told = newsroom.get(place).json["data"][0]["detail"]
    assert told == "No text. It holds: entry.*.changes.*.value.statuses.*.status"


@pytest.mark.parametrize("token", ["", "wrong", "\u00e9"])
def test_without_its_token_nothing_comes_in(make_hook, send, token):
    for given in (TELEGRAM, NESTED):
        assert send(make_hook(given), UPDATE, token=token).status_code == 401
    assert claims() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('"text"', 200),
        ("[]", 200),
        ("null", 200),
        ('{"message": {"text": "x"}}', 200),
        ('{"message": {"text": "a\\u0000b", "message_id": "\\u0000"}, "a\\u0000b": 1}', 200),
        ('{"a\\u0000b": 1}', 200),
        ("[" * 100_000, 400),
    ],
)
def test_whatever_comes_is_answered(make_hook, newsroom, body, status):
    hook = make_hook(TELEGRAM)
    headers = {hook["header"]: hook["token"], "Content-Type": "application/json"}
    assert newsroom.client.post(f"/v1/inbound/{hook['id']}", data=body, headers=headers).status_code == status
    assert claims() == []


@pytest.mark.parametrize(
    "given",
    [
        {"mapping": {"message.text": "text"}},
        {"name": "x", "mapping": {}},
        {"name": "x", "mapping": {"message.id": "external_id"}},
        {"name": "x", "mapping": {"a": "text", "b": "text"}},
        {"name": "x", "mapping": {"message.from.username": "sender", "a": "text"}},
        {"name": "x", "mapping": {"message..text": "text"}},
        {"name": "x", "mapping": {"a": "text"}, "header": "Two words"},
    ],
)
def test_a_hook_that_can_not_work_is_refused(newsroom, given):
    headers = {"Authorization": f"Bearer {newsroom.key}"}
    refused = newsroom.client.post("/v1/inbound-hooks", json=given, headers=headers)
    assert refused.status_code == 422, refused.text


@pytest.mark.parametrize("header", ["Content-Length", "host", "CONNECTION", "Transfer-Encoding", "Content-Type"])
def test_a_header_that_says_how_a_message_is_sent_is_refused_for_the_token(newsroom, header):
    headers = {"Authorization": f"Bearer {newsroom.key}"}
    refused = newsroom.client.post("/v1/inbound-hooks", json=TELEGRAM | {"header": header}, headers=headers)
    assert refused.status_code == 422
    [error] = refused.json["errors"]
    assert error["pointer"] == "#/header"
    assert error["detail"].startswith(f"{header} can't hold a token")
    assert newsroom.get("/v1/inbound-hooks").json["data"] == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"header": "X Token"}, "must be a header's name, such as X-Token"),
        ({"mapping": {"message..text": "text"}}, "must be names with dots between them, such as message.text"),
        ({"each": "entry."}, "must be names with dots between them"),
    ],
)
def test_what_is_no_path_and_no_header_is_refused_in_words_and_not_by_a_pattern(newsroom, wrong, told):
    headers = {"Authorization": f"Bearer {newsroom.key}"}
    refused = newsroom.client.post("/v1/inbound-hooks", json=TELEGRAM | wrong, headers=headers)
    assert refused.status_code == 422
    [error] = refused.json["errors"]
    assert error["detail"].startswith(told)
