"""The desk's JSON door."""

from datetime import timedelta

import pytest
from databases import ON_ONE
from openapi_spec_validator import validate
from review_desk import NOON
from strange_queries import refused_everywhere

from services.review import auth
from shared import cursor
from shared.clock import new_id

VERDICT = {"rating": "false", "headline": "One day", "summary": "One.", "text": "**One**."}
EVIDENCE = {"kind": "document", "title": "Log", "stance": "refutes"}


@pytest.fixture
def door(client, review, people):
    """`door("ada", "POST", path, json=…, if_match=…)`: a request with that person's token."""
    tokens = {}
    for name, person in people.items():
        with review.transaction() as session:
            tokens[name] = auth.make_token(session, person, "test")

    def ask(name, method, path, json=None, if_match=None, **more):
        headers = {"Authorization": f"Bearer {tokens[name]}"} | more.pop("headers", {})
        if if_match:
            headers["If-Match"] = if_match
        return client.open(path, method=method, json=json, headers=headers, **more)

    return ask


@pytest.fixture
def act(door):
    """Do an act on the version that stands."""

    def do(name, case_id, action, body=None):
        etag = door(name, "GET", f"/v1/cases/{case_id}").json["etag"]
        return door(name, "POST", f"/v1/cases/{case_id}/{action}", json=body or {}, if_match=etag)

    return do


def test_the_whole_way_by_the_api(door, act, make_case, confirm):
    case_id = make_case()
    assert act("ada", case_id, "take").json["assignee"]["name"] == "Ada"
    for _ in range(2):
        assert act("ada", case_id, "evidence", EVIDENCE).status_code == 200
    assert act("ada", case_id, "check", VERDICT).json["state"] == "checked"
    assert act("ada", case_id, "approve").status_code == 403
    approved = act("eve", case_id, "approve").json
    assert (approved["state"], approved["approved_by"]) == ("checked", "Eve")
    confirm(case_id)
    case = door("ada", "GET", f"/v1/cases/{case_id}").json
    assert case["state"] == "published"
    assert case["url"]


def test_a_case_answers_with_everything_that_is_relied_on(door, make_case):
    case = door("ada", "GET", f"/v1/cases/{make_case()}").json
    assert set(case) >= {
        "id", "state", "revision", "assignee", "claim", "submissions", "evidence", "statements", "requests_for_comment",
        "notes", "verdict", "history", "allowed", "url", "etag",
    }  # fmt: skip
    assert {"take", "note", "evidence", "statement", "ask", "check"} <= set(case["allowed"])
    assert not {"approve", "return", "close", "unmerge", "announce"} & set(case["allowed"])


def test_an_illegal_act_answers_409_and_lists_the_legal_ones(act, make_case):
    answer = act("eve", make_case(), "approve")
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert "take" in answer.json["allowed"]


def test_a_stale_act_answers_412_and_a_verdict_without_if_match_428(door, act, make_case):
    case_id = make_case()
    act("eve", case_id, "note", {"text": "x"})
    assert door("ada", "POST", f"/v1/cases/{case_id}/take", json={}, if_match='"v1"').status_code == 412
    assert door("ada", "POST", f"/v1/cases/{case_id}/check", json=VERDICT).status_code == 428
    assert door("ada", "POST", f"/v1/cases/{case_id}/take", json={}, if_match="v1; drop").status_code == 400
    assert door("ada", "POST", f"/v1/cases/{case_id}/take", json={}).status_code == 200


def test_taking_what_another_has_taken_names_them(act, make_case):
    case_id = make_case()
    act("ada", case_id, "take")
    answer = act("ben", case_id, "take")
    assert answer.status_code == 409
    assert "Ada has taken this case already" in answer.json["detail"]


@pytest.mark.parametrize(
    ("action", "body", "pointer"),
    [
        ("note", {"text": ""}, "#/text"),
        ("note", {"text": "a" * 10_001}, "#/text"),
        ("note", {"text": "a\u0000b"}, "#/text"),
        ("note", {"words": "x", "text": "x"}, "#/words"),
        ("evidence", EVIDENCE | {"url": "javascript:alert(1)"}, "#/url"),
        ("evidence", EVIDENCE | {"stance": "maybe"}, "#/stance"),
        ("evidence", EVIDENCE | {"public": "yes"}, "#/public"),
        ("check", VERDICT | {"rating": "wrong"}, "#/rating"),
        ("check", VERDICT | {"state": "published"}, "#/state"),
        ("close", {"reason": "boring", "note": "x"}, "#/reason"),
        ("assign", {"to": "ada@desk.example"}, "#/note"),
        ("take", {"assignee": "ada"}, "#/assignee"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(act, make_case, look, action, body, pointer):
    case_id = make_case()
    answer = act("eve", case_id, action, body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert look(case_id).version == 1


@pytest.mark.parametrize("name", ["note", "reason"])
def test_a_merge_says_why_by_either_name_and_not_by_both(door, make_case, name):
    same, into = make_case(), make_case("The bridge was shut on four days.")
    path, body = f"/v1/cases/{same}/merge", {"into": str(into), name: "The same bridge."}
    for wrong in (body | {"note": "x", "reason": "y"}, {"into": str(into)}):
        assert door("ada", "POST", path, wrong, '"v1"').status_code == 422
    merged = door("ada", "POST", path, body, '"v1"')
    assert (merged.status_code, merged.json["merged_into"]["id"]) == (200, str(into))
    told = merged.json["history"][-1]
    assert (told["action"], told["details"]["after"]["text"]) == ("merge", "The same bridge.")


def test_without_a_token_nothing_opens(client, make_case):
    for path in ("/v1/me", "/v1/queue", f"/v1/cases/{make_case()}"):
        for header in (
            {},
            {"Authorization": "Bearer fdt_x_y"},
            {"Authorization": "Bearer é"},
            {"Authorization": "Basic x"},
        ):
            answer = client.get(path, headers=header)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_nothing_once_its_owner_is_gone_or_it_is_revoked(client, review, people):
    with review.transaction() as session:
        token = auth.make_token(session, people["ada"], "test")
        other = auth.make_token(session, people["ben"], "test")
    header = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/me", headers=header).json["email"] == "ada@desk.example"
    with review.transaction() as session:
        session.get(type(people["ada"]), people["ada"].id).active = False
        auth.revoke_token(session, people["ben"], other.split("_")[1])
    assert client.get("/v1/me", headers=header).status_code == 401
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {other}"}).status_code == 401


@pytest.mark.parametrize("sort", ["urgency", "oldest", "newest"])
def test_the_queue_is_paged_without_gaps_or_repeats(door, make_case, sort):
    ids = {str(make_case(f"Claim number {n}", urgency=1 + n % 3)) for n in range(7)}
    seen, path = [], f"/v1/queue?sort={sort}&limit=3"
    while path:
        page = door("ada", "GET", path)
        seen += [row["id"] for row in page.json["data"]]
        link = page.headers.get("Link", "")
        path = link[1 : link.index(">")] if link else None
    assert len(seen) == 7
    assert set(seen) == ids
    if sort == "newest":
        assert seen == sorted(seen, reverse=True)


def test_the_queue_by_due_time(door, make_case):
    late = make_case("Later claim", due_at=NOON + timedelta(days=2))
    soon = make_case("Sooner claim", due_at=NOON + timedelta(days=1))
    make_case("No hurry at all")
    first = door("ada", "GET", "/v1/queue?sort=due&limit=1")
    assert [row["id"] for row in first.json["data"]] == [str(soon)]
    then = door("ada", "GET", f"/v1/queue?sort=due&limit=1&cursor={first.json['next_cursor']}")
    assert [row["id"] for row in then.json["data"]] == [str(late)]


def test_the_queue_is_filtered(door, act, make_case, ada):
    taken, tagged = make_case("A claim about 100% of bridges"), make_case("Another one", tags=("water",))
    act("ada", taken, "take")

    def ids(query):
        return [row["id"] for row in door("ada", "GET", f"/v1/queue?{query}").json["data"]]

    assert ids("assignee=me") == ids("assignee=ADA@desk.example") == [str(taken)]
    assert ids("assignee=none") == [str(tagged)]
    assert ids("tag=Water") == [str(tagged)]
    assert ids("q=100%25 OF") == [str(taken)]
    assert ids("q=%25") == [], "it has no letters to be found by"
    assert ids("q=_nother") == []
    assert ids("state=closed") == []


@pytest.mark.parametrize(
    "query",
    [
        "state=new",
        "sort=id;drop",
        "limit=0",
        "limit=1e9",
        "state=closed&state=checked",
        "assignee=nobody@x",
        "q=%00",
        "tag=a%00b",
        "assignee=%00",
        "limit=%00",
        "q=" + "a" * 201,
    ],
)
def test_a_query_that_does_not_hold_is_a_bad_request(door, query):
    assert door("ada", "GET", f"/v1/queue?{query}").status_code == 400


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        ("urgency", [10**30]), ("urgency", [2**40]), ("urgency", [-(2**63)]), ("urgency", [True]), ("urgency", ["1"]),
        ("due", ["2026-01-01T00:00:00"]), ("due", ["0001-01-01T00:00:00+14:00"]), ("due", ["9999-12-31T23:59:59-14:00"]),
        ("due", ["soon"]), ("due", [5]), ("oldest", [1]),
    ],
)  # fmt: skip
def test_a_cursor_that_we_did_not_write_names_no_place_in_the_queue(door, make_case, sort, values):
    make_case()
    given = cursor.write(*values, str(new_id()))
    assert door("ada", "GET", f"/v1/queue?sort={sort}&cursor={given}").status_code == 404


@pytest.mark.parametrize(
    "given", ["*", 'W/"v1"', '"v1", "v2"', "1", "v1", '"v1', '"v"', '"v-1"', '"v9999999999"', '""']
)
def test_an_if_match_that_is_no_etag_of_ours_is_a_bad_request(door, make_case, look, given):
    case_id = make_case()
    answer = door("ada", "POST", f"/v1/cases/{case_id}/note", json={"text": "x"}, if_match=given)
    assert answer.status_code == 400
    assert "If-Match" in answer.json["detail"]
    assert look(case_id).version == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b'{"text": "\\ud800"}', 400), (b'{"text": "a", "text": "b"}', 400), (b"[" * 100_000, 400),
        (b"[]", 422), (b"null", 422), (b'{"text": null}', 422), (b'{"text": 1}', 422), (b'{"text": "a", "reply_to": "x"}', 422),
        (b'{"text": "a", "reply_to": "0199f3c0-0000-7000-8000-000000000000"}', 422),
        (b'{"text": "' + b"a" * 100_000 + b'"}', 422), (b'"' + b"a" * 5_000_000 + b'"', 413),
    ],
)  # fmt: skip
def test_a_body_that_does_not_hold_is_a_problem_and_changes_nothing(door, make_case, look, body, status):
    case_id = make_case()
    answer = door("ada", "POST", f"/v1/cases/{case_id}/note", data=body, content_type="application/json")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert look(case_id).version == 1


def test_every_act_has_its_door(act, door, make_case, confirm):
    """Those that the whole way above does not go through."""
    case_id = make_case()
    assert act("eve", case_id, "assign", {"to": "ben@desk.example", "note": "Yours."}).json["assignee"]["name"] == "Ben"
    assert act("ben", case_id, "release").json["assignee"] is None
    case = act("ben", case_id, "note", {"text": "Look at the log."}).json
    note = next(one for one in case["notes"] if one["by"] == "Ben")
    case = act("ada", case_id, "note", {"text": "Did so.", "reply_to": note["id"]}).json
    assert case["notes"][-1]["reply_to"] == note["id"]
    case = act("ben", case_id, "strike", {"note_id": note["id"], "reason": "Not needed."}).json
    struck = next(one for one in case["notes"] if one["id"] == note["id"])
    assert (struck["text"], struck["struck_by"], struck["struck_reason"]) == ("Look at the log.", "Ben", "Not needed.")
    for title in ("Wrong log", "Log", "Letter"):
        case = act("ben", case_id, "evidence", EVIDENCE | {"title": title}).json
    wrong = case["evidence"][0]["id"]
    case = act("ben", case_id, "strike", {"evidence_id": wrong, "reason": "Another harbour."}).json
    assert [one["number"] for one in case["evidence"]] == [None, 1, 2]
    assert act("ben", case_id, "check", VERDICT).json["verdict"]["rating_label"] == "False"
    assert act("eve", case_id, "return", {"note": "Which day?"}).json["state"] == "unverified"
    assert act("eve", case_id, "close", {"reason": "out_of_scope", "note": "Not ours."}).json["state"] == "closed"
    reopened = act("ben", case_id, "reopen", {"note": "It is, after all.", "take": True}).json
    assert (reopened["state"], reopened["assignee"]["email"]) == ("unverified", "ben@desk.example")
    act("ben", case_id, "check", VERDICT)
    act("eve", case_id, "approve")
    confirm(case_id)
    answer = act("ben", case_id, "reopen", {"kind": "retraction", "note": "The log was forged."})
    assert (answer.json["revision"], answer.json["kind"], answer.json["change"]) == (
        2,
        "retraction",
        "The log was forged.",
    )
    assert answer.headers["ETag"] == answer.json["etag"]
    case = door("ben", "GET", f"/v1/cases/{case_id}").json
    assert case["url"], "what is public stays public while it is taken up again"
    assert [one["action"] for one in case["history"]][-4:] == ["check", "approve", "published", "reopen"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("assign", {"to": "ben@desk.example", "note": "x"}), ("return", {"note": "x"}), ("approve", {}),
        ("close", {"reason": "spam", "note": "x"}),
    ],
)  # fmt: skip
def test_what_is_for_editors_answers_checkers_with_403(act, make_case, look, action, body):
    case_id = make_case()
    assert act("ada", case_id, action, body).status_code == 403
    assert look(case_id).version == 1


@pytest.mark.parametrize("path", ["/v1/cases/1", "/v1/cases/0199f3c0-0000-7000-8000-000000000000", "/v1/cases/x/take"])
def test_what_is_not_there_is_not_found(door, path):
    assert door("ada", "GET", path).status_code in (404, 405)


def test_what_has_not_changed_is_not_sent_again(door, make_case):
    path = f"/v1/cases/{make_case()}"
    etag = door("ada", "GET", path).headers["ETag"]
    assert etag == '"v1"'
    assert door("ada", "GET", path, headers={"If-None-Match": etag}).status_code == 304


@ON_ONE
def test_the_api_is_described_and_the_description_is_valid(client):
    document = client.get("/openapi.json").json
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert "/v1/cases/{case_id}/approve" in document["paths"]
    assert client.get("/docs").status_code == 200


def test_a_parameter_that_the_api_does_not_know_is_refused(app):
    assert refused_everywhere(app) > 80
