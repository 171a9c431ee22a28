"""The record as data: lists that are leafed through, changes that can be followed, items for content management systems."""

import json
import threading
from base64 import b64encode
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from strange_queries import refused_everywhere

from services.publish import changes
from services.publish.models import Change, Check
from shared.clock import new_id
from shared.contracts import HistoryHeadNoted
from shared.following import place_in

STAMPED_AT = "2026-02-03T12:00:00Z"

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}
NINJS = Path(__file__).parents[3] / "shared/specs/ninjs/ninjs-3.1.json"


@pytest.fixture
def follow(reader):
    """`follow(cursor)`: what happened since as (kind, revision, headline), and the new cursor."""

    def ask(cursor=None, limit=50):
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = reader.get("/v1/changes", query_string=query)
        assert answer.status_code == 200, answer.text
        found = answer.json
        return (
            [(one["kind"], one["revision"], one["headline"]) for one in found["data"]],
            found["next_cursor"],
            found["more"],
        )

    return ask


def test_checks_are_listed_filtered_and_leafed_through(receive, reader, make_verdict):
    for number in range(7):
        tags = ["Money"] if number % 2 else ["Trains"]
        receive(
            make_verdict(
                headline=f"Number {number}", claim={"tags": tags}, **({"rating": FALSE} if number == 3 else {})
            )
        )
    receive(make_verdict(headline="A test", claim={"test": True}))
    address, seen, pages = "/v1/checks?limit=3", [], 0
    while address:
        answer = reader.get(address)
        seen += [one["headline"] for one in answer.json["data"]]
        pages += 1
        link = answer.headers.get("Link")
        address = link.partition("<")[2].partition(">")[0] if link else None
        assert bool(link) == bool(answer.json["next_cursor"])
    assert (pages, seen) == (3, [f"Number {number}" for number in range(6, -1, -1)])
    found = reader.get("/v1/checks?topic=money&rating=false").json["data"]
    assert [one["headline"] for one in found] == ["Number 3"]
    assert found[0]["topics"] == ["Money"]
    assert found[0]["rating"] == {"slug": "false", "label": "False", "words": {}}
    assert reader.get("/v1/checks?until=2020-01-01").json["data"] == []
    one = reader.get(f"/v1/checks/{found[0]['id']}")
    assert one.json["url"] == found[0]["url"]
    again = reader.get(f"/v1/checks/{found[0]['id']}", headers={"If-None-Match": one.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 400), ("limit=201", 400), ("limit=x", 400), ("cursor=x", 404), ("cursor=Wy0xXQ", 404), ("since=x", 400),
     ("topic=", 400), ("lang=1", 400), ("topic=a&topic=b", 400)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(reader, query, status):
    answer = reader.get(f"/v1/checks?{query}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_every_change_is_told_once_in_its_order(receive, reader, make_verdict, make_notice, make_move, follow):
    claim, other = new_id(), new_id()
    nothing, start, _ = follow()
    assert nothing == []
    receive(make_notice(claim, headline="Is it so?"))
    receive(make_notice(other, headline="And this?"), make_notice(other, 2, stands=False, headline="And this?"))
    receive(make_verdict(claim, headline="It is not"), make_verdict(claim={"test": True}))
    seen, cursor, more = follow(start)
    assert seen == [
        ("notice", 1, "It is not"), ("notice", 1, "And this?"), ("notice_withdrawn", 2, "And this?"), ("first", 1, "It is not"),
    ]  # fmt: skip
    assert not more
    receive(make_move(claim, 9), make_move(claim, 9))
    receive(make_verdict(claim, 2, headline="It is, in part"), make_verdict(claim, 2, headline="It is, in part"))
    receive(make_move(claim, 10, state="published"))
    receive(make_verdict(claim, 3, kind="retraction", headline="It is, in part", change="A forgery."))
    seen, cursor, _ = follow(cursor)
    assert seen == [
        ("rechecking", 1, "It is, in part"), ("correction", 2, "It is, in part"), ("retraction", 3, "It is, in part"),
    ]  # fmt: skip
    assert follow(cursor)[0] == []
    [last] = reader.get(f"/v1/changes?limit=1&cursor={cursor}").json["data"] or [None]
    assert last is None


def test_pages_of_changes_follow_one_another(receive, make_verdict, follow):
    receive(*[make_verdict(headline=f"Number {number}") for number in range(5)])
    cursor, seen, more = None, [], True
    while more:
        found, cursor, more = follow(cursor, 2)
        seen += [headline for _, _, headline in found]
    assert seen == [f"Number {number}" for number in range(5)]


def test_whoever_followed_beyond_a_backup_is_told_after_its_restore_rather_than_led_past_what_is_new(
    service, receive, reader, make_verdict, follow, put_back
):
    receive(make_verdict(headline="One"))
    kept = follow()[1]
    receive(make_verdict(headline="Two"))
    lost = follow()[1]
    put_back(service, Change, place_in(kept).number)
    assert reader.get(f"/v1/changes?cursor={lost}").status_code == 410
    receive(make_verdict(headline="Three"), make_verdict(headline="Four"))
    answer = reader.get(f"/v1/changes?cursor={lost}")
    assert answer.status_code == 410
    assert "without a cursor" in answer.json["detail"]
    assert [headline for _, _, headline in follow(kept)[0]] == ["Three", "Four"]


def test_nothing_is_passed_over_though_an_older_change_is_committed_later(
    service, receive, make_verdict, follow, database_kind
):
    if database_kind == "sqlite":
        pytest.skip("SQLite's writers queue: there is no older change that is committed later")
    check = receive(make_verdict(headline="One"))
    _, cursor, _ = follow()
    noted, go_on = threading.Event(), threading.Event()

    def slow():
        with service.transaction() as session:
            changes.note(session, session.get(Check, check.claim_id), "correction", 2)
            noted.set()
            assert go_on.wait(240)

    thread = threading.Thread(target=slow)
    thread.start()
    assert noted.wait(240)
    receive(make_verdict(headline="Two"))
    early, cursor, _ = follow(cursor)
    go_on.set()
    thread.join()
    late, _, _ = follow(cursor)
    assert early == []
    assert [kind for kind, _, _ in late] == ["correction", "first"]


def test_an_item_for_a_cms_has_all_that_the_page_has(receive, reader, make_verdict):
    claim = new_id()
    check = receive(make_verdict(claim, rating=FALSE, text="It **did not** happen.", claim={"tags": ["Money"]}))
    item = reader.get(f"/v1/checks/{claim}/ninjs").json
    assert item["uri"] == f"urn:uuid:{claim}"
    assert (item["version"], item["pubStatus"]) == ("1", "usable")
    assert "It <strong>did not</strong> happen.</p>" in item["bodies"][0]["value"]
    assert item["altIds"] == [
        {"role": "web", "value": f"https://facts.example/checks/{check.path}"}, {"role": "rating", "value": "false"},
    ]  # fmt: skip
    [checked] = [one for one in item["associations"] if one["rel"] == "factCheckOf"]
    assert checked["bodies"][0]["value"] == check.claim_text
    receive(make_verdict(claim, 2, kind="retraction", change="It rested on a forgery."))
    item = reader.get(f"/v1/checks/{claim}/ninjs").json
    assert (item["version"], item["pubStatus"]) == ("2", "canceled")
    assert "It rested on a forgery." in item["bodies"][0]["value"]
    assert "False" not in json.dumps(item)


def test_items_hold_by_the_schema_of_iptc(receive, reader, make_verdict):
    if not NINJS.exists():
        pytest.skip("IPTC's schema is not at hand: it is not part of the project")
    schema = Draft202012Validator(json.loads(NINJS.read_text()), format_checker=FormatChecker())
    claim = new_id()
    bare = {
        "claimant": None,
        "claimed_at": None,
        "story": None,
        "appearances": [],
        "statements": [],
        "tags": [],
        "language": None,
    }
    for message in (
        make_verdict(), make_verdict(claim=bare, evidence=[], summary="S", text="T"), make_verdict(claim, rating=FALSE),
        make_verdict(claim, 2), make_verdict(claim, 3, kind="retraction"),
    ):  # fmt: skip
        check = receive(message)
        schema.validate(reader.get(f"/v1/checks/{check.claim_id}/ninjs").json)


@pytest.mark.parametrize("path", ["/v1/checks/{}", "/v1/checks/{}/ninjs"])
def test_what_is_not_published_is_not_found(receive, reader, make_notice, path):
    claim = new_id()
    receive(make_notice(claim))
    for one in (claim, new_id(), "x"):
        answer = reader.get(path.format(one))
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"


def test_the_head_of_the_desk_s_history_can_be_noted_by_anybody(receive, reader):
    assert reader.get("/history/head.json").status_code == 404
    for number, (entries, letter) in enumerate([(5, "a"), (9, "b"), (9, "b"), (7, "c")], 1):
        receive(HistoryHeadNoted(revision=entries, hash=letter * 64, noted_at=f"2026-02-0{number}T00:03:00Z"))
    found = reader.get("/history/head.json").json
    assert (found["entries"], found["hash"]) == (9, "b" * 64)
    assert [(one["entries"], one["hash"][0]) for one in found["earlier"]] == [(7, "c"), (5, "a")]
    assert found["noted_at"] == "2026-02-02T00:03:00Z"
    assert found["stamp_url"] is None
    for entries in ("9", "none", "-1", "9" * 30):
        answer = reader.get(f"/history/{entries}.tsr", headers={"Accept": "*/*"})
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json"), entries
    stamp = {"authority": "https://tsa.example/", "stamped_at": STAMPED_AT, "stamp": b64encode(b"DER").decode()}
    for letter, more in (("x", stamp), ("b", stamp), ("b", stamp | {"stamp": b64encode(b"later").decode()})):
        receive(HistoryHeadNoted(revision=9, hash=letter * 64, noted_at=STAMPED_AT, **more))
    found = reader.get("/history/head.json").json
    assert (found["hash"], found["authority"], found["stamp_url"][-14:]) == (
        "b" * 64,
        stamp["authority"],
        "/history/9.tsr",
    )
    answer = reader.get("/history/9.tsr")
    assert (answer.data, answer.content_type) == (b"DER", "application/timestamp-reply")
    page = reader.get("/methodology").text
    assert "b" * 64 in page
    assert 'href="/history/9.tsr"' in page


def test_scripts_of_other_sites_may_read_and_nothing_else(receive, reader, make_verdict):
    receive(make_verdict())
    asked = reader.options(
        "/v1/checks", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    )
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert reader.post("/v1/checks").status_code == 405
    assert "Access-Control-Allow-Origin" not in reader.get("/").headers


def test_a_parameter_that_the_api_does_not_know_is_refused_and_a_page_takes_any(app, reader):
    assert refused_everywhere(app) == 4
    refused = reader.get("/v1/checks?rate=false")
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (400, "*")
    assert "did you mean rating?" in refused.json["detail"]
    assert reader.options("/v1/checks?rate=false").status_code == 200
    for page in ("/", "/feeds/atom.xml", "/corrections", "/sitemap.xml"):
        assert reader.get(f"{page}?utm_source=newsletter").status_code == 200
