"""A newsroom learns what became of its claims, in whatever order review's and publish's messages come."""

from urllib.parse import urlsplit

import pytest
from databases import orders
from sqlmodel import select

from services.intake import idempotency, jobs, ledger
from services.intake.models import IdempotencyKey
from services.intake.service import service as intake
from shared.clock import new_id, now
from shared.contracts import RatingWords
from shared.ledger import Entry

TEXT = "The harbour bridge was closed on four days in March."
WHY = "The log of 19 March had been overlooked."


@pytest.fixture
def made(newsroom):
    return newsroom.post({"text": TEXT}).json


@pytest.fixture
def claim_id(made):
    return made["id"]


def test_a_claim_nobody_has_looked_at_is_unverified(newsroom, claim_id):
    claim = newsroom.claim(claim_id)
    assert claim["state"] == "unverified"
    assert claim["verdict"] is None
    assert claim["rechecking"] is False
    assert claim["close_reason"] is None
    assert claim["submitted_at"].endswith("Z")


def test_the_verdict_and_its_address_arrive(newsroom, claim_id, arrive, moved, published):
    arrive(moved(claim_id, 2, "checked"), published(claim_id), moved(claim_id, 4, "published"))
    claim = newsroom.claim(claim_id)
    assert claim["state"] == "published"
    assert claim["verdict"] == {
        "rating": {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1, "words": {}},
        "headline": "The bridge was closed on one day", "summary": "The log shows one closure.",
        "url": "https://checks.example.org/checks/2026/04/bridge#1", "revision": 1, "kind": "first", "change": None,
        "published_at": "2026-03-31T09:00:00Z",
    }  # fmt: skip


HISTORIES = {
    "published": (
        lambda c, m, p: [m(c, 2, "checked"), p(c), m(c, 3, "published")],
        {"state": "published", "rechecking": False, "revision": 1, "close_reason": None},
    ),
    "published, not confirmed by review yet": (
        lambda c, m, p: [m(c, 2, "checked"), p(c)],
        {"state": "published", "rechecking": False, "revision": 1, "close_reason": None},
    ),
    "confirmed by review, the address on its way": (
        lambda c, m, p: [m(c, 2, "checked"), m(c, 3, "published")],
        {"state": "checked", "rechecking": False, "revision": None, "close_reason": None},
    ),
    "sent back": (
        lambda c, m, p: [m(c, 2, "checked"), m(c, 3, "unverified")],
        {"state": "unverified", "rechecking": False, "revision": None, "close_reason": None},
    ),
    "closed": (
        lambda c, m, p: [m(c, 2, "checked"), m(c, 3, "unverified"), m(c, 4, "closed", close_reason="spam")],
        {"state": "closed", "rechecking": False, "revision": None, "close_reason": "spam"},
    ),
    "closed and taken up again": (
        lambda c, m, p: [m(c, 2, "closed", close_reason="spam"), m(c, 3, "unverified"), m(c, 4, "checked")],
        {"state": "checked", "rechecking": False, "revision": None, "close_reason": None},
    ),
    "closed, taken up again and published": (
        lambda c, m, p: [m(c, 2, "closed", close_reason="spam"), m(c, 3, "checked"), p(c), m(c, 5, "published")],
        {"state": "published", "rechecking": False, "revision": 1, "close_reason": None},
    ),
    "being corrected": (
        lambda c, m, p: [m(c, 2, "checked"), p(c), m(c, 3, "published"), m(c, 4, "unverified", 2, "correction")],
        {"state": "unverified", "rechecking": True, "revision": 1, "close_reason": None},
    ),
    "correction checked": (
        lambda c, m, p: [p(c), m(c, 3, "published"), m(c, 4, "unverified", 2, "correction"), m(c, 5, "checked", 2, "correction")],
        {"state": "checked", "rechecking": True, "revision": 1, "close_reason": None},
    ),
    "corrected": (
        lambda c, m, p: [
            p(c), m(c, 4, "unverified", 2, "correction"), p(c, 2, "correction", WHY), m(c, 6, "published", 2, "correction"),
        ],
        {"state": "published", "rechecking": False, "revision": 2, "close_reason": None},
    ),
    "correction given up": (
        lambda c, m, p: [p(c), m(c, 3, "published"), m(c, 4, "unverified", 2, "correction"), m(c, 5, "published", 1)],
        {"state": "published", "rechecking": False, "revision": 1, "close_reason": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_messages_in_any_order_and_twice_end_in_the_same_state(newsroom, arrive, moved, published, name, database_kind):
    history, expected = HISTORIES[name]
    for number, order in enumerate(orders(range(len(history("0" * 32, moved, published))), database_kind)):
        claim_id = newsroom.post({"text": f"Claim number {number}"}).json["id"]
        messages = history(claim_id, moved, published)
        assert arrive(*(messages[i] for i in order), *(messages[i] for i in order)) == [None] * 2 * len(order)
        claim = newsroom.claim(claim_id)
        known = {field: claim[field] for field in ("state", "rechecking", "close_reason")}
        assert known | {"revision": claim["verdict"] and claim["verdict"]["revision"]} == expected, order


def test_a_message_about_a_claim_that_is_not_here_is_refused_with_words(service, arrive, moved, published):
    unknown = str(new_id())
    for outcome in arrive(moved(unknown, 2, "checked"), published(unknown)):
        assert "There is no claim" in outcome


def test_another_submission_does_not_undo_what_became_of_it(newsroom, claim_id, arrive, moved, published):
    arrive(moved(claim_id, 2, "checked"), published(claim_id))
    again = newsroom.post({"text": TEXT})
    assert again.status_code == 200
    assert again.json["state"] == "published"
    assert again.json["verdict"]["revision"] == 1


# conditional reading, lists


def test_a_claim_that_has_not_changed_is_not_sent_again(newsroom, claim_id, arrive, moved):
    first = newsroom.get(f"/v1/claims/{claim_id}")
    again = newsroom.get(f"/v1/claims/{claim_id}", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    arrive(moved(claim_id, 2, "checked"))
    changed = newsroom.get(f"/v1/claims/{claim_id}", **{"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.json["state"] == "checked"


def pages(newsroom, query):
    """Every page of a list, by the links alone."""
    path, found = f"/v1/claims?{query}", []
    while path:
        answer = newsroom.get(path)
        assert answer.status_code == 200
        found.append([claim["id"] for claim in answer.json["data"]])
        link = answer.headers.get("Link")
        assert bool(link) == bool(answer.json["next_cursor"])
        if link:
            address, relation = link.split(";")
            assert relation.strip() == 'rel="next"'
            parts = urlsplit(address.strip("<>"))
            path = f"{parts.path}?{parts.query}"
        else:
            path = None
    return found


@pytest.fixture
def seven(newsroom):
    return [newsroom.post({"text": f"Claim number {number}"}).json["id"] for number in range(7)]


def test_the_newest_claims_come_first_and_every_page_holds_what_follows(newsroom, seven):
    assert pages(newsroom, "limit=3") == [seven[:3:-1], seven[3:0:-1], seven[:1]]
    assert pages(newsroom, "limit=7") == [seven[::-1]]
    assert pages(newsroom, "") == [seven[::-1]]


def test_claims_are_found_by_the_name_that_their_sender_gave_them(newsroom, other_newsroom, seven):
    for sender in (newsroom, other_newsroom):
        for text in ("Claim number 1", "Claim number 5", "One more."):
            sender.post({"text": text, "external_id": "wire-7"})
    newsroom.post({"text": "Claim number 2", "external_id": "wire-70"})
    newest, *others = (page[0] for page in pages(newsroom, "external_id=wire-7&limit=1"))
    assert (newest not in seven, others) == (True, [seven[5], seven[1]])
    assert pages(newsroom, "external_id=wire") == [[]]
    refused = ("external_id=", "external_id=a%00b")
    assert [newsroom.get(f"/v1/claims?{query}").status_code for query in refused] == [400] * 2
    assert pages(newsroom, "external_id=wire-7&since=2026-01-27T00:00:00Z") == [[seven[1], seven[5], newest]]


def test_a_list_by_state(newsroom, seven, arrive, moved):
    arrive(*(moved(claim_id, 2, "checked") for claim_id in seven[1::2]))
    assert pages(newsroom, "state=checked&limit=2") == [[seven[5], seven[3]], [seven[1]]]
    assert pages(newsroom, "state=published") == [[]]


def test_with_since_every_change_is_seen_in_its_order(newsroom, seven, arrive, moved):
    since = now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert pages(newsroom, f"since={since}") == [[]]
    arrive(
        moved(seven[4], 2, "checked"), moved(seven[1], 2, "closed", close_reason="spam"), moved(seven[6], 2, "checked")
    )
    newsroom.post({"text": "Claim number 0"})
    changed = [seven[4], seven[1], seven[6], seven[0]]
    assert pages(newsroom, f"since={since}&limit=3") == [changed[:3], changed[3:]]
    assert pages(newsroom, f"since={since}&limit=1") == [[claim_id] for claim_id in changed]
    assert pages(newsroom, f"since={since}&state=checked") == [[seven[4], seven[6]]]


# the ledger, and what is done at night


def test_the_ledger_lists_what_was_told_and_what_is_known(newsroom, claim_id, arrive, moved, published):
    newsroom.post({"text": TEXT})
    other = newsroom.post({"text": "Another claim"}).json["id"]
    arrive(moved(claim_id, 5, "checked"), published(claim_id))
    with intake.reading() as session:
        assert list(ledger.told(session)) == [
            Entry("claim.submitted.v1", "review", claim_id, 2),
            Entry("claim.submitted.v1", "review", other, 1),
        ]
        assert list(ledger.known(session)) == [
            Entry("case.moved.v1", "intake", claim_id, 5),
            Entry("verdict.published.v1", "intake", claim_id, 1),
        ]


def test_what_was_lost_can_be_told_again(newsroom, claim_id, told):
    newsroom.post({"text": TEXT})
    with intake.transaction() as session:
        ledger.tell_again(session, Entry("claim.submitted.v1", "review", claim_id, 2))
    _, second, again = told()
    assert again == second
    assert len(again.submissions) == 2


def test_idempotency_keys_are_kept_for_seven_days(newsroom, stored):
    for key in ("old", "young"):
        newsroom.post({"text": TEXT}, key=key)
    with intake.transaction() as session:
        for row in session.exec(select(IdempotencyKey)):
            row.used_at = now() - idempotency.KEEP * (1.01 if row.key == "old" else 0.99)
    jobs.tidy()
    jobs.tidy()
    assert stored()["idempotency_keys"] == 1
    assert "Idempotent-Replayed" in newsroom.post({"text": TEXT}, key="young").headers
    assert "Idempotent-Replayed" not in newsroom.post({"text": TEXT}, key="old").headers


def test_a_receipt_calls_a_rating_in_its_reader_s_language(newsroom, arrive, published):
    submitted = newsroom.post({"text": TEXT}).json
    told = published(submitted["id"])
    rating = told.rating.model_copy(update={"words": {"de": RatingWords(label="Falsch")}})
    arrive(told.model_copy(update={"rating": rating}))
    address = submitted["receipt_url"]
    for language, label in (("de", "Falsch"), ("en", "False")):
        assert f'<p class="rating"><bdi>{label}</bdi></p>' in newsroom.client.get(f"{address}?lang={language}").text
    assert newsroom.claim(submitted["id"])["verdict"]["rating"]["words"] == {"de": {"label": "Falsch", "meaning": None}}


def test_a_receipt_calls_a_rating_as_readers_see_it_now(newsroom, claim_id, arrive, published):
    first = published(claim_id)

    def renamed(label, scale_revision, revision=1):
        rating = first.rating.model_copy(update={"label": label})
        return first.model_copy(update={"rating": rating, "scale_revision": scale_revision, "revision": revision})

    arrive(first)
    start = newsroom.get("/v1/changes").json["next_cursor"]
    steps = newsroom.get(f"/v1/claims/{claim_id}").json.get("steps")
    arrive(renamed("Wrong", 2), renamed("Older news", 1), renamed("Wrong", 2))
    claim = newsroom.get(f"/v1/claims/{claim_id}").json
    assert claim["verdict"]["rating"]["label"] == "Wrong"
    assert claim.get("steps") == steps, "nothing became of it"
    found = newsroom.get(f"/v1/changes?cursor={start}").json["data"]
    assert [one["kind"] for one in found] == ["renamed"]
    arrive(renamed("Of the correction", 0, revision=2), renamed("Wrong", 3))
    assert newsroom.get(f"/v1/claims/{claim_id}").json["verdict"]["rating"]["label"] == "Of the correction"
