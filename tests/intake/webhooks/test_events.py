"""Which events there are, who is told of which, and that nobody who was told of a verdict is left with a wrong one."""

import pytest
from databases import orders
from sqlmodel import select

from services.intake.models import Outbox, WebhookEvent
from services.intake.service import service as intake
from shared.contracts import WorkNoted

WHY = "The log of 19 March had been overlooked."


@pytest.fixture
def told(sink, run_errands):
    """`told("/cms")`: the types of the events that came to a path since it was last asked, as their versions tell."""
    seen = {}

    def look(path="/cms"):
        run_errands()
        events = sink.events(path)[seen.get(path, 0) :]
        seen[path] = len(sink.received[path])
        return [event["type"] for event in sorted(events, key=lambda one: one["data"].get("version", 0))]

    return look


def test_a_claim_s_way_is_told_step_by_step(add, told, claim_id, arrive, moved, published):
    add()
    steps = [
        (moved(claim_id, 2, "checked"), ["claim.state_changed"]),
        (published(claim_id), ["verdict.published"]),
        (moved(claim_id, 3, "published"), []),  # that was told when readers could read it
        (moved(claim_id, 4, "unverified", 2, "correction"), ["claim.state_changed"]),
        (moved(claim_id, 5, "checked", 2, "correction"), ["claim.state_changed"]),
        (published(claim_id, 2, "correction", WHY), ["verdict.corrected"]),
        (moved(claim_id, 6, "published", 2, "correction"), []),
        (published(claim_id, 3, "clarification", WHY), ["verdict.corrected"]),
        (published(claim_id, 4, "update", WHY), ["verdict.corrected"]),
        (published(claim_id, 5, "retraction", WHY), ["verdict.retracted"]),
    ]
    for message, expected in steps:
        arrive(message, message)
        assert told() == expected


def test_a_closed_claim_is_told_with_its_reason(add, told, sink, claim_id, arrive, moved):
    add()
    arrive(moved(claim_id, 2, "closed", close_reason="not_checkable"))
    assert told() == ["claim.closed"]
    assert sink.events("/cms")[0]["data"]["close_reason"] == "not_checkable"
    arrive(moved(claim_id, 3, "unverified"))
    assert told() == ["claim.state_changed"]
    arrive(moved(claim_id, 4, "closed", close_reason="duplicate"))
    assert told() == ["claim.merged"]


def test_what_is_sent(add, told, sink, newsroom, claim_id, arrive, moved, published):
    add()
    newsroom.post({"text": newsroom.claim(claim_id)["text"], "external_id": "cms-18"})
    arrive(moved(claim_id, 2, "checked"), published(claim_id))
    told()
    [event] = [one for one in sink.events("/cms") if one["type"] == "verdict.published"]
    assert event["timestamp"].endswith("Z")
    assert event == {
        "type": "verdict.published", "timestamp": event["timestamp"],
        "data": {
            "claim_id": claim_id, "external_ids": ["cms-17", "cms-18"], "url": f"http://127.0.0.1:8001/v1/claims/{claim_id}",
            "version": 3, "state": "published", "previous_state": "checked", "close_reason": None, "duplicate_of": None,
            "rechecking": False, "due_at": None, "late": False,
            "test": False,
            "verdict": {
                "revision": 1, "kind": "first", "change": None, "headline": "The bridge was closed on one day",
                "url": "https://checks.example.org/checks/2026/04/bridge#1", "published_at": "2026-03-31T09:00:00Z",
                "rating": {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1, "shape": None, "colour": None},
            },
        },
    }  # fmt: skip


def test_what_is_sent_stays_small(add, told, sink, newsroom, arrive, published):
    add()
    for number in range(12):
        made = newsroom.post({"text": "Ω" * 10_000, "external_id": f"{number:02}" + "Ω" * 298, "reason": "r" * 10_000})
    arrive(published(made.json["id"], 2, "correction", "Ω" * 10_000, headline="Ω" * 300))
    assert told() == ["verdict.corrected"]
    assert len(sink.received["/cms"][0][1]) < 20_000
    data = sink.events("/cms")[0]["data"]
    assert data["verdict"]["change"].endswith("Ω…")
    assert [one[:2] for one in data["external_ids"]] == ["07", "08", "09", "10", "11"]


def test_an_endpoint_is_told_of_what_it_asked_for(add, told, claim_id, arrive, moved, published):
    add(events=["claim.closed", "verdict.published"])
    arrive(moved(claim_id, 2, "checked"), published(claim_id), moved(claim_id, 3, "closed", close_reason="spam"))
    assert told() == ["verdict.published"]


def test_tries_of_a_system_are_told_as_such(add, told, sink, newsroom, arrive, published):
    add()
    add("/all", about="all_verdicts")
    arrive(published(newsroom.post({"text": "Only a try", "test": True}).json["id"]))
    assert told() == ["verdict.published"]
    assert sink.events("/cms")[0]["data"]["test"] is True
    assert told("/all") == []


def test_other_newsrooms_claims_are_nobody_s_business(
    add, told, other_newsroom, sink, claim_id, arrive, moved, published
):
    add("/mine")
    add("/theirs", by=other_newsroom)
    arrive(moved(claim_id, 2, "checked"), published(claim_id))
    assert told("/mine") == ["claim.state_changed", "verdict.published"]
    assert told("/theirs") == []


def test_who_asks_for_all_verdicts_is_told_what_readers_can_read(
    add, told, other_newsroom, sink, claim_id, arrive, moved, published
):
    made = add("/theirs", by=other_newsroom, about="all_verdicts")
    assert made["events"] == ["verdict.published", "verdict.corrected", "verdict.retracted", "endpoint.disabled"]
    arrive(moved(claim_id, 2, "checked"), published(claim_id), moved(claim_id, 3, "closed", close_reason="spam"))
    assert told("/theirs") == ["verdict.published"]
    data = sink.events("/theirs")[0]["data"]
    assert set(data) == {"claim_id", "version", "verdict", "test"}
    assert data["verdict"]["headline"] == "The bridge was closed on one day"


@pytest.mark.parametrize("kind", ["correction", "clarification", "update", "retraction"])
def test_who_was_told_a_verdict_is_told_its_correction_whatever_it_asks_for_since(
    add, told, call, claim_id, arrive, published, kind
):
    endpoint = add()
    add("/never-told", events=["claim.closed"])
    arrive(published(claim_id))
    assert told() == ["verdict.published"]
    assert call("PATCH", of=endpoint, body={"events": ["claim.closed"]}).status_code == 200
    arrive(published(claim_id, 2, kind, WHY))
    assert told() == ["verdict.retracted" if kind == "retraction" else "verdict.corrected"]
    assert told("/never-told") == []


def test_a_disabled_endpoint_is_told_the_correction_when_it_is_enabled_again(
    add, told, call, deliveries, claim_id, arrive, moved, published
):
    endpoint = add()
    arrive(published(claim_id))
    told()
    call("PATCH", of=endpoint, body={"enabled": False})
    arrive(moved(claim_id, 4, "unverified", 2, "correction"), published(claim_id, 2, "correction", WHY))
    assert told() == []
    assert [one["status"] for one in deliveries(endpoint)] == ["delivered", "held"]
    call("PATCH", of=endpoint, body={"enabled": True})
    assert told() == ["verdict.corrected"]


def test_who_could_not_be_told_the_verdict_gets_it_and_its_correction_later(
    add, told, sink, call, deliveries, claim_id, arrive, published
):
    endpoint = add()
    sink.answer("/cms", 500, times=20)
    arrive(published(claim_id))
    told()
    arrive(published(claim_id, 2, "correction", WHY))
    told()
    assert [one["status"] for one in deliveries(endpoint)] == ["given_up", "held"]
    call("POST", f"/deliveries/{deliveries(endpoint)[0]['id']}/replay", of=endpoint)
    assert told() == ["verdict.published", "verdict.corrected"]  # it answers again, so what was held is sent


def test_a_correction_that_overtakes_the_verdict_is_told_to_who_waits_for_verdicts(
    add, told, claim_id, arrive, published
):
    add(events=["verdict.published"])
    arrive(published(claim_id, 2, "correction", WHY), published(claim_id, 1))
    assert told() == ["verdict.corrected"]


def test_in_whatever_order_the_news_come_the_last_thing_told_is_the_newest(
    add, told, sink, newsroom, arrive, moved, published, database_kind
):
    add()
    for number, order in enumerate(orders(range(4), database_kind)):
        claim_id = newsroom.post({"text": f"Claim number {number}"}).json["id"]
        history = [
            moved(claim_id, 2, "checked"), published(claim_id), moved(claim_id, 4, "unverified", 2, "correction"),
            published(claim_id, 2, "correction", WHY),
        ]  # fmt: skip
        arrive(*(history[n] for n in order))
        told()
        data = [event["data"] for event in sink.events("/cms") if event["data"]["claim_id"] == claim_id]
        newest = max(data, key=lambda one: one["version"])
        assert newest["state"] == "published", order
        assert newest["verdict"]["revision"] == 2, order
        assert len({one["version"] for one in data}) == len(data)


def test_where_nobody_listens_nothing_is_written(service, claim_id, arrive, moved, published):
    arrive(moved(claim_id, 2, "checked"), published(claim_id))
    with intake.reading() as session:
        assert session.exec(select(WebhookEvent)).all() == []
        others = select(Outbox).where(Outbox.topic != "index")
        assert {row.queue for row in session.exec(others)} == {"review"}


def test_an_endpoint_is_not_told_of_what_was_before_it(add, told, claim_id, arrive, published):
    add("/first")
    arrive(published(claim_id))
    add("/second")
    assert told("/first") == ["verdict.published"]
    assert told("/second") == []


def test_a_delay_is_told_once_and_not_to_those_who_asked_for_other_things(add, told, sink, claim_id, arrive):
    add()
    add("/closings", events=["claim.closed"])
    due = "2026-01-28T08:00:00Z"
    work = {"claim_id": claim_id, "noted_at": due, "under_way": True, "due_at": due}
    arrive(*(WorkNoted(**work, revision=revision, late=revision > 1) for revision in (2, 3, 1)))
    assert told() == ["claim.delayed"]
    [event] = sink.events("/cms")
    assert (event["data"]["late"], event["data"]["due_at"], event["data"]["state"]) == (True, due, "unverified")
    arrive(WorkNoted(**(work | {"due_at": "2026-01-29T08:00:00Z"}), revision=4, late=True))
    assert told() == ["claim.delayed"]  # another time was set, and has passed
    assert sink.events("/closings") == []
