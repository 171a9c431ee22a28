"""The client: what it sends, what it makes of the answers, and what it does when none comes."""

import json
import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest
import requests
from served import served

import factdesk
from factdesk import Client, EarlierRating, Invalid, NotOffered, Patience, Publisher
from services.intake import quotas
from services.intake.examples import CLAIM_IN

ONE = {"claims": 1, "submissions": 1, "idempotency_keys": 1}


def test_a_claim_is_submitted_with_every_field_and_found_again(desk, way):
    sent = desk.submit(**CLAIM_IN)
    assert (sent.is_new, sent.is_replayed, sent.state) == (True, False, "unverified")
    assert sent.receipt_url.rsplit("/", 2)[1] == "receipts"
    found = desk.status(sent.id)
    assert (found.text, found.submissions[0].external_id) == (CLAIM_IN["text"], "wire-7")
    assert found.submitted_at.tzinfo is UTC
    assert found.raw["url"] == found.url == f"/v1/claims/{sent.id}"
    assert not found.is_settled
    assert "receipt" not in found.raw


def test_the_same_wording_again_is_another_submission_and_the_same_key_is_not(desk, stored):
    first = desk.submit("Bus 7 was late.", key="night-1")
    again = desk.submit("Bus 7 was late.", key="night-1")
    other = desk.submit("BUS 7 was late")
    assert again.is_replayed
    assert again.receipt_url == first.receipt_url
    assert (other.is_new, other.id) == (False, first.id)
    assert stored() == {"claims": 1, "submissions": 2, "idempotency_keys": 2}


def test_moments_are_taken_as_moments_if_they_have_a_zone(desk):
    zone = timezone(timedelta(hours=2))
    assert desk.submit("It rained a lot.", claimed_at=datetime(2026, 3, 30, 9, tzinfo=zone)).is_new
    with pytest.raises(ValueError, match="no time zone"):
        desk.submit("It rained a lot.", claimed_at=datetime(2026, 3, 30, 9))  # noqa: DTZ001


@pytest.mark.parametrize("odd", [float("nan"), "\ud800", {1, 2}, object()])
def test_what_has_no_json_is_not_sent(desk, way, odd):
    with pytest.raises(ValueError):  # noqa: PT011 - of json, of the codec, or ours
        desk.submit("Something odd.", reason=odd)
    assert way.asked == []


def test_a_refused_claim_says_which_fields_are_wrong_and_how_to_find_it_in_the_log(desk, way):
    with pytest.raises(factdesk.Invalid) as caught:
        desk.submit("Bus 7 was late.", urgency=12, claimant={"name": ""})
    problem = caught.value
    assert problem.status == 422
    assert [one.pointer for one in problem.errors] == ["#/claimant/name", "#/urgency"]
    assert problem.request_id in str(problem)
    assert len(way.asked) == 1, "what does not hold is not sent again"
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)


def test_each_status_has_its_exception(address, make_key, desk):
    nobody = Client(address, "fdk_" + "a" * 8 + "_" + "b" * 43)
    reader = Client(address, make_key("Reader", "claims:read"))
    with pytest.raises(factdesk.Unauthenticated):
        nobody.status("019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11")
    with pytest.raises(factdesk.Forbidden):
        reader.submit("Bus 7 was late.")
    with pytest.raises(factdesk.NotFound):
        desk.status("019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11")
    with pytest.raises(factdesk.NotFound):
        desk.status("../../healthz")
    for client in (nobody, reader):
        client.close()


def test_an_unchanged_claim_is_not_sent_again(desk, way):
    known = desk.status(desk.submit("Bus 7 was late.").id)
    assert desk.status(known.id, known) is known
    desk.submit("Bus 7 was late!")
    assert len(desk.status(known.id, known).submissions) == 2


def test_lists_are_read_page_by_page(desk, way):
    ids = [desk.submit(f"Bus {n} was late.").id for n in range(7)]
    way.asked.clear()
    found = desk.claims(page=3)
    assert next(found).id == ids[-1]
    assert len(way.asked) == 1
    assert [claim.id for claim in found] == ids[-2::-1]
    assert len(way.asked) == 3
    assert [one.id for one in desk.claims("unverified", datetime(2026, 1, 1, tzinfo=UTC), page=2)] == ids
    assert list(desk.claims("published")) == []


def test_a_list_goes_on_from_its_cursor(desk):
    ids = [desk.submit(f"Bus {n} was late.").id for n in range(4)]
    pages = desk.claims(page=2)
    next(pages)
    assert [one.id for one in desk.claims(cursor=pages.cursor)] == ids[1::-1]


def test_changes_are_followed_from_where_one_stopped(desk):
    for n in range(5):
        desk.submit(f"Bus {n} was late.")
    pages = desk.changes(page=2)
    found = list(pages)
    assert [(one.kind, one.claim.text) for one in found] == [("submitted", f"Bus {n} was late.") for n in range(5)]
    assert [one.claim.text for one in desk.changes(found[3].cursor)] == [f"Bus {n} was late." for n in (2, 3, 4)]
    assert list(desk.changes(pages.cursor)) == []
    desk.submit("BUS 2 was late")
    (again,) = desk.changes(pages.cursor)
    assert len(again.claim.submissions) == 2


@pytest.fixture
def earlier_checks(address, api_key):
    """Seven fact-checks that were published before."""
    made = [
        {
            "url": f"https://checks.example.org/{n}",
            "claim": f"Ferry {n} carries nine million.",
            "claimant": "Jo Marten",
            "rating": {"label": "Mostly false", "value": 2, "best": 5, "worst": 1},
            "publisher": {"name": "Ellery Checks"},
            "published_at": "2024-05-04T08:00:00Z",
        }
        for n in range(7)
    ]
    answer = requests.post(
        f"{address}/v1/earlier-checks", json=made, headers={"Authorization": f"Bearer {api_key}"}, timeout=240
    )
    assert answer.status_code == 200


def test_earlier_checks_are_found_by_their_words_page_by_page(desk, earlier_checks):
    found = list(desk.earlier_checks("nine million ferry", page=3))
    assert sorted(one.url for one in found) == [f"https://checks.example.org/{n}" for n in range(7)]
    assert found[0].rating == EarlierRating("Mostly false", 2, 5, 1)
    assert (found[0].publisher, found[0].claimant) == (Publisher("Ellery Checks"), "Jo Marten")
    assert found[0].published_at == datetime(2024, 5, 4, 8, tzinfo=UTC)
    assert len(list(desk.earlier_checks(page=4))) == 7
    assert list(desk.earlier_checks("submarine")) == []
    with pytest.raises(Invalid):
        list(desk.earlier_checks("!!"))


def test_whose_key_it_is(address, make_key):
    with Client(address, make_key("Reader", "claims:read", "claims:write", per_day=5)) as desk:
        desk.submit("Bus 7 was late.")
        key = desk.me()
    assert (key.newsroom, key.claims_per_day, key.claims_today) == ("Reader", 5, 1)


def test_too_many_requests_in_a_minute_are_waited_for_and_too_many_claims_in_a_day_are_not(
    address, make_key, clock, still, monkeypatch
):
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    monkeypatch.setattr(quotas, "now", lambda: noon)  # else the day may end within the client's patience
    hasty = Client(address, make_key("Hasty", per_minute=1), patience=clock.patience(120))
    with hasty, pytest.raises(factdesk.TryLater):
        for _ in range(2):
            hasty.me()
    assert set(clock.pauses) == {40.0}
    clock.pauses.clear()
    with Client(address, make_key("Small", per_day=1), patience=clock.patience()) as desk:
        assert [one.status for one in desk.submit_many(["Bus 1 was late.", "Bus 2 was late."])] == [201, 429]
        with pytest.raises(factdesk.TryLater, match="in a day"):
            desk.submit("Bus 3 was late.")
    assert clock.pauses == []


def test_what_this_desk_does_not_offer_is_said_in_words(address):
    with served(lambda environ, start: start("404 NOT FOUND", []) and []) as bare, Client(bare, "fdk_x") as desk:
        for ask in (lambda: desk.match("x"), lambda: list(desk.changes()), lambda: desk.story({"headline": "x"}),
                    desk.webhooks.list, lambda: list(desk.submit_batch(["x"]))):  # fmt: skip
            with pytest.raises(NotOffered, match="does not offer"):
                ask()


def test_a_newer_desk_s_unknown_fields_are_passed_over_and_kept():
    rating = {"slug": "false", "label": "False", "shade": "red"}
    verdict = {"rating": rating, "headline": "No", "url": "https://x.example", "new": 1}
    told = {"id": "x", "state": "on_hold", "text": "t", "mood": {"a": 1}, "verdict": verdict}

    def newer(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    with served(newer) as address, Client(f"{address}/", "fdk_x") as desk:
        claim = desk.status("x")
    assert claim.raw["mood"] == {"a": 1}
    assert claim.verdict.rating.label == "False"
    assert claim.verdict.rating.value is None


def test_a_password_in_a_netrc_file_does_not_take_the_key_s_place(desk, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert desk.submit("Bus 7 was late.").is_new


@pytest.mark.parametrize("url", ["", "intake.example.org", "ftp://x", "http://", "https://x.example/?a=b"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="address"):
        Client(url, "fdk_x")


@pytest.mark.parametrize("key", ["", "two words", "fdk_é", "fdk_x\n"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError, match="API key"):
        Client("http://127.0.0.1", key)


def test_the_key_is_not_shown(desk, api_key):
    assert api_key not in repr(desk)
    assert api_key not in repr(vars(desk))
    assert Patience().seconds == 60
