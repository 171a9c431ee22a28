"""Earlier checks through the API: posted by those who may, searched by everybody with a key."""

import json

import pytest
from click.testing import CliRunner
from reviews_of_others import feed, review

from services.intake.app import create_app
from services.intake.cli import cli
from services.intake.examples import EARLIER_CHECK_IN

NDJSON = "application/x-ndjson"


@pytest.fixture
def app(service):
    return create_app(service.settings)


@pytest.fixture
def send(app, make_key):
    """`send(body)`: dicts and lists as JSON; of several, a line each."""
    key = make_key()

    def post(*bodies, kind=None, key=key, **headers):
        if len(bodies) > 1:
            body, usual = (
                b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in bodies),
                NDJSON,
            )
        else:
            body = bodies[0] if isinstance(bodies[0], bytes) else json.dumps(bodies[0]).encode()
            usual = "application/json"
        headers = {"Content-Type": kind or usual, "Authorization": f"Bearer {key}"} | headers
        return app.test_client().post("/v1/earlier-checks", data=body, headers=headers)

    return post


@pytest.fixture
def ask(app, make_key):
    key = make_key("Evening Courier", "claims:read")

    def get(query="", path="/v1/earlier-checks"):
        return app.test_client().get(path + query, headers={"Authorization": f"Bearer {key}"})

    return get


def told(answer):
    assert answer.status_code == 200, answer.data
    assert answer.content_type == NDJSON
    return [json.loads(line) for line in answer.data.splitlines()]


def test_a_check_goes_in_by_our_own_names_and_comes_back_as_it_was_given(send, ask):
    [line] = told(send(EARLIER_CHECK_IN))
    assert (line["line"], line["status"]) == (1, 201)
    [found] = ask("?q=ferry+ellery").json["data"]
    assert found["id"] == line["id"]
    assert {name: found[name] for name in EARLIER_CHECK_IN} == EARLIER_CHECK_IN
    assert set(found) == {*EARLIER_CHECK_IN, "id", "imported_at", "changed_at"}, "not where it was imported from"
    assert [one["status"] for one in told(send(EARLIER_CHECK_IN))] == [200]
    assert [one["status"] for one in told(send([EARLIER_CHECK_IN | {"headline": "Another"}]))] == [200]
    [found] = ask("?q=ferry").json["data"]
    assert found["headline"] == "Another"


def test_lines_arrays_and_feeds_are_answered_one_by_one_in_order(send, ask):
    lines = told(
        send(
            EARLIER_CHECK_IN,
            review(1),
            b"{broken",
            {"url": "https://a.example/"},
            b"",
            review(2, url="javascript:alert(1)"),
            [review(3)],
        )
    )
    assert [(one["line"], one["status"]) for one in lines] == [
        (1, 201),
        (2, 201),
        (3, 400),
        (4, 422),
        (6, 422),
        (7, 201),
    ]
    assert {error["pointer"] for error in lines[3]["errors"]} == {"#/claim", "#/rating"}
    assert "url: must be an http" in lines[4]["detail"]
    items = feed(review(1), None, [review(4), {"@type": "MediaReview"}, review(5)], review(6, claimReviewed=None))
    lines = told(send(items, kind="application/ld+json"))
    assert [(one["line"], one["item"], one["status"]) for one in lines] == [
        (1, None, 200), (2, None, 204), (3, 1, 201), (3, 2, 204), (3, 3, 201), (4, None, 422),
    ]  # fmt: skip
    assert [one["status"] for one in told(send([EARLIER_CHECK_IN, review(7), 7]))] == [200, 201, 422]
    assert ask().json["data"][0]["url"] == review(7)["url"], "the last one comes first"


def test_what_is_left_out_is_noted(send):
    [line] = told(send(review(1, datePublished="soon")))
    assert line["notes"] == ["datePublished: is not a date; it was left out"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "javascript:alert(1)"}, "#/url"), ({"url": None}, "#/url"), ({"claim": ""}, "#/claim"),
         ({"claim": "x" * 20_000}, "#/claim"),
        ({"claim": 7}, "#/claim"), ({"claim": "a\x00b"}, "#/claim"), ({"rating": "False"}, "#/rating"),
         ({"rating": {}}, "#/rating/label"),
        ({"rating": {"label": "x", "value": 9, "best": 5}}, "#/rating"),
         ({"rating": {"label": "x", "value": "2"}}, "#/rating/value"),
        ({"rating": {"label": "x", "value": 1, "best": 1, "worst": 5}}, "#/rating"),
         ({"rating": {"label": "x", "value": 10**9}}, "#/rating/value"),
        ({"publisher": {"name": "A", "url": "ftp://x"}}, "#/publisher/url"), ({"published_at": "2024-05-04"}, "#/published_at"),
        ({"published_at": "2024-05-04T08:00:00"}, "#/published_at"), ({"language": "e"}, "#/language"),
         ({"colour": "red"}, "#/colour"),
    ],
)  # fmt: skip
def test_our_own_names_are_judged_strictly(send, checks, change, pointer):
    [line] = told(send(EARLIER_CHECK_IN | change))
    assert line["status"] == 422
    assert line["errors"][0]["pointer"] == pointer
    assert checks() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400), (b"{", "application/json", 400), (b"nothing", "application/json", 400),
        (b"<html>", "application/ld+json", 400), (b"\xff\xfe", "application/json", 400), (b"x", "text/csv", 415),
         (b"x", "text/html", 415),
        (b"[" + b"{}," * 10_001 + b"{}]", "application/json", 413), (b"{}\n" * 10_001, NDJSON, 413),
        (b" " * 32_000_001, NDJSON, 413), (b" " * 32_000_001, "application/json", 413),
    ],
    ids=["empty", "cut", "words", "html", "bytes", "csv", "page", "array", "lines", "bytes-of-lines", "bytes-of-json"],
)  # fmt: skip
def test_the_whole_is_refused_before_anything_is_stored(send, checks, body, kind, status):
    answer = send(body, kind=kind)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert checks() == []


def test_two_megabytes_of_claim_are_refused_alone(send):
    lines = told(
        send(
            review(1),
            review(2, claimReviewed="x" * 2_000_000),
            EARLIER_CHECK_IN | {"claim": "x" * 2_000_000},
            review(3),
        )
    )
    assert [one["status"] for one in lines] == [201, 413, 413, 201]
    lines = told(send([review(1), review(2, claimReviewed="x" * 2_000_000), review(4)]))
    assert [one["status"] for one in lines] == [200, 422, 201]


def test_compressed_bodies_and_keys_without_the_scope_are_refused(send, make_key, checks):
    assert send(review(1), **{"Content-Encoding": "gzip"}).status_code == 415
    assert send(review(1), key=make_key("Courier", "claims:write", "claims:read")).status_code == 403
    assert send(review(1), key="fdk_nobody").status_code == 401
    assert checks() == []


def test_a_key_may_import_only_if_it_is_made_to(run):
    def scopes(*options):
        made = CliRunner().invoke(cli, ["keys", "create", "--newsroom", "Courier", "--name", "x", "--json", *options])
        return json.loads(made.output)["scopes"]

    assert "earlier-checks:write" not in scopes()
    assert scopes("--scope", "earlier-checks:write") == ["earlier-checks:write"]
    assert "earlier-checks:write" in scopes("--every-scope")


def test_thousands_go_in_in_one_request(send, checks):
    lines = told(send(feed(*(review(n) for n in range(2_500)))))
    assert len(lines) == len(checks()) == 2_500
    assert {one["status"] for one in lines} == {201}


def test_pages_of_a_search_follow_one_another(send, ask):
    send(*(review(n, claimReviewed=f"The ferry sank {'again ' * (n % 3)}near dock {n}.") for n in range(23)))
    for query in ("?q=ferry+sank&limit=5", "?limit=5", "?q=ferry+nowhere&limit=5"):
        seen, answer = [], ask(query)
        while True:
            seen += [one["url"] for one in answer.json["data"]]
            if answer.json["next_cursor"] is None:
                break
            assert 'rel="next"' in answer.headers["Link"]
            answer = ask(path=answer.headers["Link"].split(">")[0][1:])
        assert len(seen) == len(set(seen)) == 23, query
    assert ask("?q=ferry+nowhere").json["holding"] == "any"
    assert ask("?q=ferry").json["holding"] == "all"


@pytest.mark.parametrize(
    ("query", "status"),
    [("?q=", 400), ("?q=%21%21", 400), ("?q=%00", 400), ("?q=" + "a" * 1_001, 400), ("?q=a&q=b", 400), ("?q=a&limit=0", 400),
    ("?q=a&limit=201", 400),
     ("?q=a&cursor=x", 404), ("?cursor=WzFd", 200), ("?cursor=Wy0xXQ", 404), ("?cursor=WyJhIl0", 404), ("?q=a&cursor=WzFd", 404),
     ("?q=%22%27%28%29*%3A%5E-NEAR%2FOR+AND+NOT", 200), ("?q=%EF%BF%BF+a", 200), ("?q=%F0%9F%98%80+a", 200), ("?q=a%00b", 200)],
)  # fmt: skip
def test_whatever_is_asked_for_is_answered(ask, query, status):
    answer = ask(query)
    assert answer.status_code == status, answer.text
