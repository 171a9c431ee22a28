"""The desk under attack: what is not possible, not one's right, not of this version or this case, not sent by a form of ours.

Most of it is walked by the table of acts and by the map of addresses, so that what is added later is tried, too.
"""

import os
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import pytest
from databases import ON_ONE
from review_desk import NASTY, VERDICT, sign_in, submit
from sqlmodel import select
from werkzeug.routing import IntegerConverter

from services.review import auth, queries, workflow
from services.review.app import create_app
from services.review.models import Case, Evidence, Note, Person
from services.review.schemas import (
    ChecklistIn,
    CloseIn,
    FieldIn,
    FlagIn,
    MergeIn,
    NoteIn,
    NoticeIn,
    ScheduleIn,
    StatementIn,
    StatusOf,
)
from services.review.workflow.acts import MOVES, ROLES, SAW_IT
from shared.clock import new_id, now
from shared.contracts import VerdictDisputed
from shared.contracts.given import PartyIn
from shared.errors import Forbidden, Invalid, NotAllowed, NotFound

ROUNDS = int(os.environ.get("ROUNDS", "50"))
UNSEEN = "\u202e\u2066\u2069\u202c"  # turn the text around them, or end the isolation that a page puts around them
EVIL = f"{NASTY} [x](javascript:alert(3)) {UNSEEN}<a href='javascript:alert(4)'>y</a>"
SOME_ID = str(new_id())
BODIES = {
    "take": {}, "release": {}, "announce": {}, "approve": {}, "unmerge": {},
    "assign": {"to": "ben@desk.example", "note": "Yours."},
    "plan": {"urgency": 2, "reason": "It spreads."},
    "tag": {"add": ["bridge"]},
    "note": {"text": "x"}, "status": {},
    "strike": {"note_id": SOME_ID, "reason": "x"},
    "evidence": {"kind": "document", "title": "Log", "stance": "refutes"},
    "archive": {"evidence_id": SOME_ID},
    "statement": {"stance": "denies", "speaker": {"name": "Jo"}},
    "describe": {"wording": "The bridge was shut."},
    "ask": {"asked_by": "Desk", "asked": "Office"},
    "reply": {"request_id": SOME_ID, "outcome": "declined"},
    "move": {"desk": None},
    "notice": {"headline": "Shut?", "text": "Two say so."},
    "withdraw": {"reason": "x"},
    "check": VERDICT.model_dump(exclude_none=True) | {"waiver": "There is one log."},
    "return": {"note": "x"},
    "schedule": {"until": None},
    "merge": {"into": SOME_ID, "reason": "the same"},
    "accept": {"match_id": SOME_ID},
    "refuse": {"match_id": SOME_ID},
    "close": {"reason": "spam", "note": "x"},
    "reopen": {"kind": "correction", "note": "x"},
    "urge": {"asked": "Jo Marten", "asked_at": "2026-01-27T12:00:00Z"},
    "question": {"text": "How many days?"},
    "tick": {"item_id": SOME_ID},
    "waive": {"item_id": SOME_ID, "reason": "x"},
    "fill": {"values": {}},
    "flag": {"reason": "It names a minor."}, "unflag": {"reason": "It names none."},
    "settle": {"alarm_id": SOME_ID, "note": "x"},
    "second": {"rating": "false"},
}  # fmt: skip
ACTS = sorted(workflow.ACTIONS)


class Undone(Exception):
    """What was done is not to stay."""


def tried(review, case, act, person):
    """What comes of an act: done, not theirs, not there, or what is allowed instead. It leaves nothing behind."""
    found = workflow.ACTIONS[act].takes.model_validate(BODIES[act])
    try:
        with review.transaction() as session:
            workflow.act(session, case.id, act, found, person, int(case.etag.strip('"v')))
            raise Undone
    except Undone:
        return "done"
    except Forbidden:
        return "not theirs"
    except (NotFound, Invalid):
        return "not there"
    except NotAllowed as refusal:
        return refusal.members["allowed"]


@pytest.fixture
def door(app, review, people):
    """`door("ada", path, body, if_match)`: a POST with that person's token, by a client of its own."""
    with review.transaction() as session:
        tokens = {name: auth.make_token(session, one, "test") for name, one in people.items()}

    def ask(name, path, body=None, if_match=None, method="POST"):
        headers = {"Authorization": f"Bearer {tokens[name]}"} | ({"If-Match": if_match} if if_match else {})
        json = None if method == "GET" else body or {}
        return app.test_client().open(f"/v1{path}", method=method, json=json, headers=headers)

    return ask


@pytest.fixture
def in_state(make_case, make_checked, make_published, do, eve):
    """A case in each state."""
    closed = make_case()
    do(closed, "close", eve, CloseIn(reason="spam", note="x"))
    return {"unverified": make_case(), "checked": make_checked(), "published": make_published(), "closed": closed}


def test_what_a_state_does_not_allow_is_refused_with_what_it_does(door, in_state, look):
    tried = 0
    for state, case_id in in_state.items():
        case = door("root", f"/cases/{case_id}", method="GET").json
        for act in ACTS:
            if (state, act) in MOVES:
                continue
            answer = door("root", f"/cases/{case_id}/{act}", BODIES[act], case["etag"])
            assert (answer.status_code, answer.json.get("allowed")) == (409, case["allowed"]), (state, act, answer.json)
            tried += 1
        assert f'"v{look(case_id).version}"' == case["etag"]
    assert tried > 30


@pytest.fixture
def standing(in_state, make_case, make_checked, do, eve, people, review):
    """Cases as they can stand: in each state, and in between."""
    taken, merged, legal = make_case(), make_case(), make_checked()
    do(taken, "take", people["ben"])
    do(merged, "merge", people["ada"], MergeIn(into=make_case(), reason="the same"))
    do(legal, "flag", people["ada"], FlagIn(reason="It names a minor."))
    noticed, announced, waits, held = make_case(), make_case(), make_checked(), make_checked()
    for one in (noticed, announced):
        do(one, "notice", people["ada"], NoticeIn(headline="Shut?", text="Two say so."))
    do(announced, "announce", eve)
    with review.transaction() as session:
        workflow.change_checklist(
            session,
            None,
            ChecklistIn(fields=[FieldIn(label="Party", required=False)], statuses=[StatusOf(label="Waits")]),
            people["root"],
        )
    do(waits, "approve", eve)
    do(held, "schedule", eve, ScheduleIn(until=now() + timedelta(days=1)))
    do(held, "approve", eve)
    return in_state | {
        "taken": taken, "merged": merged, "legal": legal, "noticed": noticed, "announced": announced,
        "waits for the site": waits, "held": held,
    }  # fmt: skip


@ON_ONE
def test_every_act_wherever_a_case_stands_is_done_for_whom_it_is_offered_and_for_nobody_else(standing, people, review):
    nobody = Person(name="Nora", email="nora@desk.example", password_hash="-", roles=[])
    done, refused = Counter(), 0
    with review.transaction() as session:
        session.add(nobody)
    for (stands, case_id), person in product(standing.items(), (people["ada"], people["eve"], people["root"], nobody)):
        with review.reading() as session:
            case = queries.get_case(session, case_id, person)
        for act in ACTS:
            outcome, where = tried(review, case, act, person), (stands, act, person.name)
            if outcome == "not there":  # what the body names
                assert SOME_ID in BODIES[act].values(), where
            elif outcome == "done":
                assert act in case.allowed, where
                done[act] += 1
            else:
                assert act not in case.allowed, where
                assert outcome in ("not theirs", case.allowed), where
                refused += 1
    assert refused > 900
    assert {act for act in ACTS if not done[act]} <= {
        "strike",
        "reply",
        "merge",
        "tick",
        "waive",
        "settle",
        "accept",
        "refuse",
        "archive",
    }


def test_what_is_not_one_s_right_is_refused_in_every_state(door, in_state, look):
    before = {case_id: look(case_id).version for case_id in in_state.values()}
    for act in [one for one in ACTS if ROLES[one] == "editor"]:
        for case_id in in_state.values():
            answer = door("ada", f"/cases/{case_id}/{act}", BODIES[act], f'"v{before[case_id]}"')
            assert answer.status_code == 403, (act, answer.json)
    assert {case_id: look(case_id).version for case_id in in_state.values()} == before


def test_an_act_on_a_version_that_is_gone_is_refused_and_some_need_one(door, make_case, do, ada, look):
    case_id = make_case()
    do(case_id, "note", ada, NoteIn(text="x"))
    for act in ACTS:
        answer = door("root", f"/cases/{case_id}/{act}", BODIES[act], '"v1"')
        assert (answer.status_code, answer.json["etag"]) == (412, '"v2"'), act
        if act in SAW_IT:
            assert door("root", f"/cases/{case_id}/{act}", BODIES[act]).status_code == 428, act
    assert look(case_id).version == 2


@pytest.mark.parametrize(
    "more",
    [{"state": "published"}, {"approved_by": "root"}, {"person_id": SOME_ID}, {"version": 9}, {"assignee": "root"}],
    ids=lambda more: next(iter(more)),
)
def test_nothing_is_set_that_an_act_does_not_take(door, make_case, look, more):
    case_id = make_case()
    for act in ACTS:
        answer = door("root", f"/cases/{case_id}/{act}", BODIES[act] | more, '"v1"')
        assert answer.status_code == 422, act
    assert look(case_id).version == 1


def test_what_belongs_to_another_case_is_not_reached_by_its_id(door, make_case, do, ada, look, evidence, review):
    mine, other = make_case(), make_case(requests_for_comment=({"id": "r", "asked_by": "A", "asked": "B"},))
    do(other, "note", ada, NoteIn(text="x"))
    do(other, "evidence", ada, evidence())
    do(other, "statement", ada, StatementIn(stance="denies", speaker=PartyIn(name="Jo")))
    case = door("ada", f"/cases/{other}", method="GET").json
    ids = {
        "note_id": case["notes"][0]["id"], "evidence_id": case["evidence"][0]["id"],
        "statement_id": case["statements"][0]["id"], "request_id": case["requests_for_comment"][0]["id"],
    }  # fmt: skip
    tries = [("strike", {field: one, "reason": "x"}) for field, one in ids.items()]
    tries += [
        ("note", {"text": "x", "reply_to": ids["note_id"]}),
        ("statement", BODIES["statement"] | {"statement_id": ids["statement_id"]}),
        ("ask", BODIES["ask"] | {"request_id": ids["request_id"]}),
        ("reply", BODIES["reply"] | {"request_id": ids["request_id"]}),
        ("archive", {"evidence_id": ids["evidence_id"]}),
    ]
    for act, body in tries:
        assert door("root", f"/cases/{mine}/{act}", body, '"v1"').status_code in (404, 422), (act, body)
    assert look(mine).version == 1
    assert door("ada", f"/cases/{other}", method="GET").json["etag"] == case["etag"]


def test_of_two_who_take_one_claim_at_once_one_gets_it(door, make_case, look, people):
    start = threading.Barrier(2)

    def take(name, case_id):
        start.wait(240)
        return name, door(name, f"/cases/{case_id}/take")

    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            case_id = make_case()
            answers = dict(pool.map(take, ("ada", "ben"), (case_id, case_id)))
            won = [name for name, answer in answers.items() if answer.status_code == 200]
            lost = [answer for answer in answers.values() if answer.status_code == 409]
            assert (len(won), len(lost)) == (1, 1)
            assert won[0].title() in lost[0].json["detail"]
            assert look(case_id).assignee_id == people[won[0]].id


def test_a_double_click_does_it_once(app, review, people, make_case):
    forms = {
        "note": {"text": "Called."},
        "evidence": {"kind": "document", "stance": "refutes", "title": "Log", "public": "true"},
        "statement": {"stance": "denies", "speaker.name": "Jo"},
        "ask": {"asked_by": "Desk", "asked": "Office"},
    }
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        sign_in(browser, "ada")
    case_id, start = make_case(), threading.Barrier(2)

    def click(browser, act, version):
        start.wait(240)
        return browser.post(f"/cases/{case_id}/{act}", data={"seen": version} | forms[act]).status_code

    with ThreadPoolExecutor(2) as pool:
        for version, act in enumerate(forms, 1):
            assert sorted(pool.map(click, browsers, (act, act), (version, version))) == [302, 412], act
    with review.reading() as session:
        assert session.get(Case, case_id).version == 1 + len(forms)
        assert [len(session.exec(select(one)).all()) for one in (Note, Evidence)] == [1, 1]


def test_no_form_is_taken_that_is_not_ours(review, people, make_case, look):
    app = create_app(review.settings)
    client, case_id = app.test_client(), make_case()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    assert sign_in(client, "root", csrf_token=token).status_code == 302
    values = {"case_id": case_id, "name": "take"}
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/v1") or not rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        given = {
            name: values.get(name)
            or next(
                iter(getattr(kind, "items", ())),
                new_id() if "_id" in name else 1 if isinstance(kind, IntegerConverter) else "x",
            )
            for name, kind in rule._converters.items()
        }
        with app.test_request_context():
            path = rule.build(given)[1]
        for form in ({"seen": "1"}, {"seen": "1", "csrf_token": "x" * 60}):
            answer = client.post(path, data=form, headers={"Origin": "https://evil.example"})
            assert answer.status_code == 400, (rule.rule, answer.status_code)
        tried += 1
    assert tried > 15
    assert client.get("/account").status_code == 200, "and nobody was signed out by it"
    assert look(case_id).version == 1


@ON_ONE
def test_whatever_is_written_is_shown_as_text_on_every_page(app, desk, review, submitted, make_published, do, people):
    party = {"name": EVIL, "title": EVIL, "organization": EVIL}
    message = submitted(
        EVIL, newsrooms=(EVIL,), claimant=party, hedge=EVIL, condition=EVIL, tags=(EVIL[:60],),
        story={"headline": EVIL, "publisher": EVIL, "dateline": EVIL, "url": "https://x.example/"},
        quote={"exact": EVIL, "prefix": EVIL, "suffix": EVIL},
        appearances=({"url": "https://x.example/", "title": EVIL, "publisher": EVIL, "medium": EVIL},),
        statements=(
            {"id": "a", "stance": "asserts", "speaker": party, "quote": EVIL, "via": [{"name": EVIL, "relation": EVIL}]},
            {"id": "b", "stance": "denies", "unnamed": {"described_as": EVIL, "basis": EVIL, "reason": EVIL}},
        ),
        requests_for_comment=({"id": "r", "asked_by": EVIL, "asked": EVIL, "reply": EVIL, "outcome": "answered"},),
    )  # fmt: skip
    with review.transaction() as session:
        case_id = workflow.open_case(session, message).id
        session.merge(people["ada"]).name = EVIL
    published, dispute_id = make_published(), new_id()
    with review.transaction() as session:
        given = dict.fromkeys(("wrong", "reason", "contact"), EVIL) | {"url": "https://x.example/", "language": "en"}
        workflow.note_disputed(
            session,
            VerdictDisputed(dispute_id=dispute_id, claim_id=published, verdict_revision=1, disputed_at=now(), **given),
        )
    ada = desk("ada")
    public = {"public": "false", "withheld_reason": EVIL}
    for act, fields in (
        ("note", {"text": f"{EVIL} @ada"}),
        ("evidence", {"kind": "document", "stance": "refutes", "title": EVIL, "publisher": EVIL, "quote": EVIL} | public),
        ("describe", {"wording": EVIL + " ", "hedge": EVIL}),
        ("notice", {"headline": EVIL, "text": EVIL}),
        ("plan", {"urgency": "1", "hours": "3", "reason": EVIL}),
        ("check", {"rating": "false", **dict.fromkeys(("headline", "summary", "text", "unknown", "waiver", "interests"), EVIL)}),
    ):  # fmt: skip
        assert submit(ada, case_id, act, **fields).status_code == 302, act
    assert ada.post("/lists", data={"name": EVIL[:60], "view": "open", "q": EVIL}).status_code == 302
    root = desk("root")
    submit(root, case_id, "return", note=EVIL)
    root.post("/desks", data={"name": EVIL[:60], "slug": "evil", "approvals_needed": "1", "evidence_needed": "1"})
    paths = [f"/cases/{case_id}", f"/cases/{published}", f"/disputes/{dispute_id}", "/?view=all", "/disputes"]
    paths += [one.rule for one in app.url_map.iter_rules() if "GET" in one.methods and not one.arguments]
    refused = [submit(ada, case_id, "check", rating=EVIL, headline=EVIL, summary=EVIL, text="")]
    seen = 0
    for answer in [*refused, *(browser.get(path) for path in paths for browser in (ada, root))]:
        if not answer.content_type.startswith("text/html"):
            continue
        page, seen = answer.text, seen + ("&lt;script&gt;" in answer.text)
        where = answer.request.path
        assert "<script>alert" not in page, where
        assert "<img src=x" not in page, where
        assert not re.search(r"""<\w[^>]*\b(href|src|action)=["']?\s*javascript:""", page), where
        assert not [one for one in UNSEEN if one in page], where
    assert seen >= 8
