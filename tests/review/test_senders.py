"""An editor blocks a newsroom from a case of its, and lets it in again; intake is told, and the history keeps both."""

from datetime import timedelta
from uuid import UUID

import pytest
from errand_runner import do_errands
from review_desk import sign_in
from sqlmodel import select

from services.review import auth, history, ledger, workflow
from services.review.models import Case, CaseOutcome, CaseSpan, HistoryEntry, Outbox
from services.review.schemas import CloseIn, MergeIn
from services.review.workflow import leaving
from shared import outbox
from shared.contracts import SenderDecided, SenderJudged


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
    assert "Nobody was blocked" in client.get("/senders").text
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
        acts = [one for one in session.exec(select(HistoryEntry.action).order_by(HistoryEntry.seq)) if "sender" in one]
        (entry,) = [one for one in ledger.told(session) if one.topic == SenderJudged.topic]
    messages = [SenderJudged.model_validate_json(one.payload) for one in told]
    assert [(one.newsroom, one.blocked) for one in messages] == [(newsroom, True), (newsroom, False)]
    assert messages[0].revision < messages[1].revision
    assert acts == ["block sender", "sender blocked", "let sender in", "sender let in"]
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


def states(review):
    with review.reading() as session:
        return {str(case.id): (case.state, case.close_reason) for case in session.exec(select(Case))}


def test_what_a_newsroom_sent_leaves_the_queue_at_once_and_comes_back(
    api, review, submitted, make_case, do, ada, eve, look, messages, monkeypatch
):
    monkeypatch.setattr(leaving, "AT_ONCE", 4)
    with review.transaction() as session:
        workflow.open_cases(session, [submitted(text=f"Variant {n} of it.") for n in range(9)])
    theirs = [UUID(one) for one in states(review)]
    other, merged, taken, spam = (
        make_case(newsrooms=("Herald",)),
        make_case(newsrooms=("Herald",)),
        theirs[0],
        theirs[1],
    )
    do(taken, "take", ada)
    do(spam, "close", eve, CloseIn(reason="spam", note="An advertisement."))
    do(merged, "merge", ada, MergeIn(into=theirs[2], reason="It says the same."))
    given = {"newsroom": "Courier", "because": "It floods us."}
    assert api("eve", f"/v1/cases/{taken}/senders/block", given).status_code == 200
    assert sum(reason == "submitter_blocked" for _, reason in states(review).values()) == 4, "the first go at once"
    assert do_errands(review) == 1
    assert do_errands(review) == 0
    went = {UUID(one) for one, (_, reason) in states(review).items() if reason == "submitter_blocked"}
    assert went == set(theirs[2:])
    assert (look(taken).state, look(other).state) == ("unverified", "unverified")
    of_many = [
        one["message"]["cases"] for one in messages() if one["topic"] == "cases.moved.v1" and one["queue"] == "intake"
    ]
    assert [len(one) for one in of_many] == [4, 3]
    told = [one["message"] for one in messages() if one["topic"] == "case.moved.v1" and one["queue"] == "intake"]
    told += [one for many in of_many for one in many]
    assert {UUID(one["claim_id"]) for one in told if one["close_reason"] == "submitter_blocked"} == went | {merged}
    late = make_case(text="It was on its way when they were blocked.")
    assert look(late).close_reason == "submitter_blocked"
    assert api("eve", "/v1/senders/let-in", given).status_code == 200
    do_errands(review)
    assert {look(one).state for one in (*went, late)} == {"unverified"}
    assert (look(spam).close_reason, look(late).moved_version, look(late).version) == ("spam", 3, 3)
    with review.reading() as session:
        mine = CaseSpan.case_id == theirs[2]
        spans = session.exec(select(CaseSpan).where(mine).order_by(CaseSpan.number)).all()
        assert [(one.number, one.stage, one.ended_by) for one in spans] == [
            (1, "queue", "sender blocked"),
            (2, "queue", None),
        ]
        assert spans[0].left_at == spans[0].ended_at < spans[1].began_at
        (outcome,) = session.exec(select(CaseOutcome).where(CaseOutcome.case_id == theirs[2])).all()
        assert (outcome.reason, outcome.stands, outcome.took) == ("submitter_blocked", False, None)
        assert history.verify(session).broken == []


def test_an_approved_verdict_does_not_wait_behind_what_a_block_tells(api, review, submitted, make_checked, do, eve):
    checked = make_checked()
    with review.transaction() as session:
        workflow.open_cases(session, [submitted(text=f"Variant {n} of it.") for n in range(9)])
    assert (
        api("eve", f"/v1/cases/{checked}/senders/block", {"newsroom": "Courier", "because": "Spam."}).status_code == 200
    )
    do(checked, "approve", eve)
    with review.transaction() as session:
        (first,) = outbox.claim(session, Outbox, "publish", 1, timedelta(minutes=1))
        assert (first.topic, first.key) == ("verdict.approved.v1", str(checked))


def test_what_the_admin_decides_by_command_is_shown_and_heeded(api, client, review, people, make_case, look):
    case_id = make_case()

    def decide(revision, blocked):
        with review.transaction() as session:
            message = SenderDecided(newsroom="Courier", revision=revision, blocked=blocked, because="Spam.")
            workflow.note_decided(session, message)

    decide(5, True)
    assert look(case_id).close_reason == "submitter_blocked"
    decide(7, False)
    decide(6, True)  # it comes late
    assert look(case_id).state == "unverified"
    (shown,) = api("ada", "/v1/senders").json["data"]
    assert (shown["blocked"], shown["decided_by"]) == (False, None)
    sign_in(client, "eve")
    assert "Let in again by the admin, by command" in client.get("/senders").text
    assert (
        api("eve", f"/v1/cases/{case_id}/senders/block", {"newsroom": "Courier", "because": "Spam."}).status_code == 200
    )
    decide(8, False)  # decided before the editor did
    assert look(case_id).close_reason == "submitter_blocked"
    with review.reading() as session:
        (known,) = [one for one in ledger.known(session) if one.topic == SenderDecided.topic]
        (told,) = [one for one in ledger.told(session) if one.topic == SenderJudged.topic]
    assert known.revision == told.revision > 8
