"""An editor blocks a newsroom from a case of its, and lets it in again; intake is told, and the history keeps both."""

import pytest
from review_desk import sign_in
from sqlmodel import select

from services.review import auth, ledger
from services.review.models import HistoryEntry, Outbox
from shared.contracts import SenderJudged


@pytest.fixture
def api(client, review, people):
    """`api("ada", path, body)`: a request with that person's token; POST if it has a body."""

    def ask(name, path, body=None):
        with review.transaction() as session:
            token = auth.make_token(session, people[name], "test")
        return client.open(
            path, method="POST" if body else "GET", json=body, headers={"Authorization": f"Bearer {token}"}
        )

    return ask


def test_an_editor_blocks_a_sender_from_its_case_and_lets_it_in_again(client, review, people, make_case):
    case_id = make_case()
    sign_in(client, "eve")
    newsroom = "Courier"
    page = client.get(f"/cases/{case_id}").text
    assert f"<option>{newsroom}</option>" in page
    assert "blocked nobody" in client.get("/senders").text
    given = {"newsroom": newsroom, "because": "It floods us with <b>advertisements</b>."}
    assert client.post(f"/cases/{case_id}/senders/block", data=given).status_code == 302
    page = client.get("/senders").text
    assert "Blocked by" in page
    assert "&lt;b&gt;advertisements" in page
    assert client.post(f"/cases/{case_id}/senders/block", data=given).status_code == 409
    let_in = {"newsroom": newsroom, "because": "They have promised to stop."}
    assert client.post("/senders/let-in", data=let_in).status_code == 302
    assert client.post("/senders/let-in", data=let_in).status_code == 409
    assert "Let in again by" in client.get("/senders").text
    assert "blocked a newsroom that sent it" in client.get(f"/cases/{case_id}").text
    with review.reading() as session:
        told = [one for one in session.exec(select(Outbox).order_by(Outbox.id)) if one.topic == SenderJudged.topic]
        acts = [one for one in session.exec(select(HistoryEntry.action)) if "sender" in one]
        (entry,) = [one for one in ledger.told(session) if one.topic == SenderJudged.topic]
    messages = [SenderJudged.model_validate_json(one.payload) for one in told]
    assert [(one.newsroom, one.blocked, one.revision) for one in messages] == [
        (newsroom, True, 1),
        (newsroom, False, 2),
    ]
    assert acts == ["block sender", "let sender in"]
    with review.transaction() as session:
        ledger.tell_again(session, entry)
        again = session.exec(select(Outbox).order_by(Outbox.id)).all()[-1]
    assert SenderJudged.model_validate_json(again.payload) == messages[1]


def test_only_editors_block_and_only_who_sent_it(api, people, make_case):
    case_id = make_case()
    place, given = f"/v1/cases/{case_id}/senders/block", {"newsroom": "Courier", "because": "Spam."}
    assert api("ada", place, given).status_code == 403
    assert api("ada", "/v1/senders/let-in", given).status_code == 403
    assert api("eve", place, given | {"newsroom": "Evening Courier"}).status_code == 404
    assert api("eve", place, {"newsroom": "Courier"}).status_code == 422
    assert api("eve", "/v1/senders/let-in", given).status_code == 404
    made = api("eve", place, given)
    assert (made.status_code, made.json["blocked"], made.json["decided_by"]) == (200, True, people["eve"].name)
    assert [one["newsroom"] for one in api("ada", "/v1/senders").json["data"]] == ["Courier"]


def test_the_form_of_all_readers_is_the_admins_to_close(api, people, make_case, review):
    case_id = make_case(newsrooms=("Readers",))
    given = {"newsroom": "Readers", "because": "Spam."}
    refused = api("eve", f"/v1/cases/{case_id}/senders/block", given)
    assert (refused.status_code, "by command" in refused.json["detail"]) == (409, True)
