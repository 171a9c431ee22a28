"""How far sources can be relied on: judged by who checks, seen wherever the source stands on a case, and never by readers."""

import json
from itertools import product

import pytest
from review_desk import NASTY, VERDICT
from sqlmodel import select

from services.review import auth, history, queries
from services.review.models import Judgement, keys_of_source, site_of
from services.review.schemas import JudgeIn, StatementIn
from services.review.workflow import reliability
from shared import cursor
from shared.clock import new_id
from shared.errors import Forbidden, NotFound


@pytest.fixture
def judge(review, ada):
    def say(name, degree="unreliable", kind="name", by=ada, reason="It made up two quotes in 2025."):
        found = JudgeIn(kind=kind, name=name, reliability=degree, reason=reason)
        with review.transaction() as session:
            return reliability.judge(session, found, by).id

    return say


@pytest.mark.parametrize(
    ("given", "site"),
    [
        ("https://www.Courier.Example:8080/a?b#c", "courier.example"),
        ("courier.example", "courier.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("www.www.example.org", "example.org"),
        ("www.com", "www.com"),
        ("courier.example/a//b", "courier.example"),
        ("http://127.0.0.1/x", None),
        ("localhost", None),
        ("https://[::1/", None),
        ("Ellery Courier", None),
        ("https://co.uk/", None),
        ("https://bbc.co.uk/news", "bbc.co.uk"),
        (None, None),
    ],
)
def test_a_site_is_known_by_its_host(given, site):
    assert site_of(given) == site
    assert site_of(site) == site


def test_what_is_held_of_a_site_holds_for_all_below_it_and_for_no_other():
    assert keys_of_source(url="https://en.news.courier.example/1") == [
        "//en.news.courier.example", "//news.courier.example", "//courier.example",
    ]  # fmt: skip
    assert keys_of_source(url="https://news.courier.co.uk/1") == ["//news.courier.co.uk", "//courier.co.uk"]
    assert keys_of_source("  Ellery  COURIER ") == ["ellery courier"]


def test_a_judgement_is_seen_wherever_the_source_stands_and_readers_are_not_told(
    judge, make_case, do, ada, eve, evidence, review, desk, messages
):
    for name, degree, kind in (
        ("Ellery Courier", "mixed", "name"), ("https://www.leaks.example/about", "unreliable", "site"),
        ("Jo Marten", "reliable", "name"), ("Harbour Board", "mostly_reliable", "name"), ("Elsewhere", "unclear", "name"),
    ):  # fmt: skip
        judge(name, degree, kind, reason=f"Why {degree}.")
    case_id = make_case(
        claimant={"name": "jo  marten"},
        story={"publisher": "ELLERY COURIER", "url": "https://courier.example/1"},
        appearances=({"url": "https://de.leaks.example/2"},),
    )
    do(case_id, "take", ada)
    said = StatementIn(
        stance="denies",
        speaker={"name": "A Spokesman", "organization": "Harbour Board"},
        via=[{"name": "Ellery Courier"}],
    )
    do(case_id, "statement", ada, said)
    do(case_id, "evidence", ada, evidence("Log", url="https://leaks.example/log"))
    do(case_id, "evidence", ada, evidence("Letter", publisher="ellery courier"))
    with review.reading() as session:
        held = {
            one.name: (one.reliability, one.reason, one.by)
            for one in queries.get_case(session, case_id, ada).reliability
        }
    assert held == {
        "Ellery Courier": ("mixed", "Why mixed.", "Ada"), "leaks.example": ("unreliable", "Why unreliable.", "Ada"),
        "Jo Marten": ("reliable", "Why reliable.", "Ada"), "Harbour Board": ("mostly_reliable", "Why mostly_reliable.", "Ada"),
    }  # fmt: skip
    page = desk("ada").get(f"/cases/{case_id}").text
    parts = {name: page[page.index(f'id="h-{name}"') :] for name in ("context", "who", "evidence")}
    who, rests_on = parts["who"].partition('id="h-asked"')[0], parts["evidence"].partition('id="h-notes"')[0]
    assert [one for one in ("Why mixed.", "Why mostly_reliable.") if one not in who] == []
    assert [one for one in ("Why mixed.", "Why unreliable.", "not judged") if one not in rests_on] == []
    assert "Why reliable." in page.partition('id="h-context"')[0]
    assert "Why unclear." not in page
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    told = json.dumps([one["message"] for one in messages()])
    assert not [one for one in ("Why ", "unreliable", "mostly_reliable") if one in told]


def test_a_site_is_shown_and_found_in_its_own_letters_and_in_those_of_machines(judge, review, desk):
    judge("https://www.Bücher-Blatt.example/impressum", kind="site")
    judge("раураӏ.com", kind="site")  # in Cyrillic letters
    page = desk("ada").get("/reliability").text
    assert "bücher-blatt.example" in page
    assert "xn--bcher-blatt-thb.example" in page
    assert "раураӏ" not in page
    with review.reading() as session:
        for asked in ("bücher", "BÜCHER-BLATT.example", "xn--bcher-blatt", "https://bücher-blatt.example/1"):
            assert [one.name for one in queries.list_judgements(session, asked, 5)] == ["bücher-blatt.example"], asked
    for name in ("bücher-blatt.example", "xn--bcher-blatt-thb.example"):
        assert (
            "It made up two quotes"
            in desk("ada").get("/reliability/source", query_string={"kind": "site", "name": name}).text
        )
    refused = desk("ada").post(
        "/reliability", data={"kind": "site", "name": "co.uk", "reliability": "mixed", "reason": "No."}
    )
    assert refused.status_code in (400, 422)


def test_a_later_judgement_takes_its_place_and_all_of_it_can_be_forgotten(judge, review, eve, people):
    judge("Ellery Courier", "mixed", reason="First.")
    last = judge(" ellery COURIER", "reliable", by=eve, reason="They changed hands.")
    with review.reading() as session:
        found = queries.find_judgements(session, "Ellery Courier")
        assert [(one.reliability, one.replaced_at is None) for one in found] == [("reliable", True), ("mixed", False)]
        assert [one.name for one in queries.list_judgements(session, "HANDS", 5)] == ["ellery COURIER"]
        assert queries.list_judgements(session, "%", 5) == []
        acts = [(one.action, one.details["before"]) for one in queries.list_acts(session, 2)]
    assert acts == [("source judged", {"reliability": "mixed"}), ("source judged", {})]
    with pytest.raises(Forbidden), review.transaction() as session:
        reliability.forget_judgements(session, last, people["ada"])
    with review.transaction() as session:
        reliability.forget_judgements(session, last, eve)
    with pytest.raises(NotFound), review.transaction() as session:
        reliability.forget_judgements(session, last, eve)
    with review.reading() as session:
        assert queries.find_judgements(session, "Ellery Courier") == []
        assert history.verify(session).broken == []


def test_the_pages_keep_find_and_show_judgements(desk, review, ada):
    browser = desk("ada")
    form = {"kind": "site", "name": "https://www.leaks.example/x", "reliability": "unreliable", "reason": NASTY}
    for wrong in ({"name": "leaks"}, {"reliability": "evil"}, {"reason": " "}, {"kind": "x"}):
        refused = browser.post("/reliability", data=form | wrong)
        assert refused.status_code == 422, wrong
        assert "<script>alert(1)" not in refused.text
    assert browser.post("/reliability", data=form).status_code == 302
    assert browser.post("/reliability", data=form).status_code == 302, "pressed twice"
    with review.reading() as session:
        assert len(session.exec(select(Judgement)).all()) == 1
    for path in ("/reliability", "/reliability?q=LEAKS", "/reliability/source?kind=site&name=leaks.example"):
        page = browser.get(path).text
        assert "leaks.example" in page, path
        assert "&lt;script&gt;alert(1)" in page, path
    browser.post("/reliability", data=form | {"kind": "name", "name": "Jo", "reason": "Knows the port."})
    assert "Knows the port." in browser.get("/directory/entry?name=jo").text
    assert "Nobody has judged this source yet" in browser.get("/reliability/source?name=Al").text
    assert browser.get("/reliability/source?kind=site&name=..").status_code == 200
    with review.transaction() as session:
        session.add_all(
            Judgement(
                key=f"name {one:02}",
                kind="name",
                name=f"Name {one:02}",
                reliability="mixed",
                reason="x",
                judged_by=ada.id,
            )
            for one in range(60)
        )
    first = browser.get("/reliability").text
    assert 'rel="next"' in first
    standing = _id_of(review, "Jo")
    assert browser.post(f"/reliability/{standing}/forget").status_code == 403
    assert desk("eve").post(f"/reliability/{standing}/forget").status_code == 302
    assert "Knows the port." not in browser.get("/directory/entry?name=Jo").text


def test_the_api_judges_lists_and_forgets(client, review, people):
    with review.transaction() as session:
        ada, eve = ({"Authorization": f"Bearer {auth.make_token(session, people[one], 'x')}"} for one in ("ada", "eve"))
    body = {"name": "Ellery Courier", "reliability": "mixed", "reason": "Corrects late."}
    made = client.post("/v1/reliability", json=body, headers=ada)
    assert (made.status_code, made.json["by"], made.json["earlier"]) == (201, "Ada", [])
    again = client.post("/v1/reliability", json=body | {"reliability": "reliable"}, headers=eve)
    assert [one["reliability"] for one in again.json["earlier"]] == ["mixed"]
    assert client.get(again.headers["Location"], headers=ada).json == again.json
    assert client.get(made.headers["Location"], headers=ada).json == again.json, (
        "what stands, by what stood before, too"
    )
    client.post("/v1/reliability", json=body | {"kind": "site", "name": "courier.example"}, headers=ada)
    first = client.get("/v1/reliability?limit=1", headers=ada).json
    second = client.get(f"/v1/reliability?limit=1&cursor={first['next_cursor']}", headers=ada).json
    assert [one["data"][0]["name"] for one in (first, second)] == ["courier.example", "Ellery Courier"]
    assert client.post("/v1/reliability", json=body | {"kind": "site"}, headers=ada).status_code == 422
    assert client.post("/v1/reliability", json=body | {"judged_by": str(new_id())}, headers=ada).status_code == 422
    assert client.delete(again.headers["Location"], headers=ada).status_code == 403
    assert [client.delete(again.headers["Location"], headers=eve).status_code for _ in range(2)] == [204, 404]
    assert client.get("/v1/reliability").status_code == 401
    for path, held in product(("reliability", "directory"), ("\ud800", "\0")):
        assert client.get(f"/v1/{path}?cursor={cursor.write(held)}", headers=ada).status_code == 404


def _id_of(review, name):
    with review.reading() as session:
        return queries.find_judgements(session, name)[0].id
