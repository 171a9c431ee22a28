"""The desk's rules: what comes in is tagged, placed, handed out and closed by them, and each says what it did."""

import time
from datetime import timedelta

import pytest
from review_desk import NASTY, NOON, person
from sqlalchemy import event
from sqlmodel import select

from services.review import auth, history, ledger, queries, rules, workflow
from services.review.models import CaseTag, Notification
from services.review.schemas import DeskIn, MemberIn, PlanIn, RuleIn, TagIn, WhenIn
from shared.contracts import Appearance, Story
from shared.errors import Forbidden, Invalid, NotFound


@pytest.fixture
def make_rule(review, people):
    def make(name="Ports", by="eve", then=None, when=None, **more):
        with review.transaction() as session:
            found = RuleIn(name=name, when=when or {}, then={"tags": ["port"]} if then is None else then, **more)
            return workflow.make_rule(session, found, people[by]).id

    return make


@pytest.fixture
def shown(review, ada):
    """A case as the desk shows it."""

    def show(case_id):
        with review.reading() as session:
            return queries.get_case(session, case_id, ada)

    return show


def test_what_a_rule_names_decides_whether_it_fits():
    claim = rules.Arrived(
        text=rules.plain("The Ｐort strike closed the vaccination centre; 港口关闭了。"), newsrooms=frozenset({"ellery courier"}),
        publishers=frozenset({"courier"}), hosts=frozenset({"www.courier.example", "courier.example", "example"}),
        language="pt-br", tags=("port",), urgency=5, due_at=None, received_at=NOON, desk=None,
    )  # fmt: skip
    for fitting in (
        {}, {"words": ["port"]}, {"words": ["PORT   strike"]}, {"words": ["vaccin*"]}, {"words": ["nothing", "strike"]},
        {"words": ["港口"]}, {"words": ["centre"]}, {"pattern": r"port\s+\w+ closed"}, {"newsrooms": ["Ellery Courier"]},
        {"publishers": ["COURIER"]}, {"hosts": ["courier.example"]}, {"languages": ["pt"]}, {"languages": ["pt-BR"]},
        {"tags": ["port", "x"]}, {"without": ["bridge"]}, {"words": ["port"], "languages": ["pt"], "hosts": ["example"]},
    ):  # fmt: skip
        assert rules.fits(WhenIn(**fitting), claim, claim.tags), fitting
    for other in (
        {"words": ["por"]}, {"words": ["strike port"]}, {"words": ["vaccin"]}, {"words": ["p.rt"]}, {"pattern": "^strike"},
        {"newsrooms": ["Courier"]}, {"hosts": ["ourier.example"]}, {"languages": ["en"]}, {"languages": ["pt-PT"]},
        {"tags": ["ports"]}, {"without": ["strike"]}, {"words": ["port"], "languages": ["en"]},
    ):  # fmt: skip
        assert not rules.fits(WhenIn(**other), claim, claim.tags), other


def test_no_rule_hands_a_claim_to_somebody_who_may_not_work_at_its_desk(
    make_rule, make_case, make_desk, look, review, people, do, ada
):
    with review.transaction() as session:
        carol = person("carol", "checker")
        carol.roles = []
        session.add(carol)
    make_desk(tags=["flu"], members=[MemberIn(email=carol.email, role="checker")])
    make_desk("politics", tags=["vote"])
    make_rule("To Carol", when={"words": ["bridge"]}, then={"assign": carol.email, "tags": ["port"]})
    theirs, other, nobodys = (make_case(tags=tags) for tags in (["flu"], ["vote"], []))
    assert look(theirs).assignee_id == carol.id
    assert [look(one).assignee_id for one in (other, nobodys)] == [None, None]
    assert look(other).tags == ["vote", "port"], "the rest of the rule counts"
    do(other, "take", ada)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*c", "(.*)*x", "a{0,900}b", "(x+x+)+y"])
def test_no_pattern_makes_the_desk_wait(pattern):
    look = rules.compiled(pattern)
    began = time.process_time()  # others may keep this machine busy
    look.search("a" * 20_000 + "!")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("pattern", ["(a", r"(a)\1", "(?=a)", "(a{1000}){1000}", r"[\pL]{900}", "*"])
def test_a_pattern_that_can_t_be_looked_for_is_refused_as_it_is_entered(make_rule, pattern):
    with pytest.raises(Invalid, match="pattern"):
        make_rule(when={"pattern": pattern})


def test_a_claim_that_comes_in_is_sorted_and_everything_says_by_which_rule(
    make_rule, make_case, look, shown, review, ada
):
    make_rule(
        when={"words": ["bridge"]},
        then={"tags": ["Port"], "urgency": 2, "hours": 12, "due_in_hours": 6, "assign": "Ada@desk.example"},
    )
    case_id = make_case("The bridge is an eyesore.", tags=["ice"])
    case = look(case_id)
    assert (case.tags, case.urgency, case.due_at) == (["ice", "port"], 2, NOON + timedelta(hours=6))
    assert (case.assignee_id, case.state) == (ada.id, "unverified")
    assert case.taken_at
    assert case.stands_since == NOON - timedelta(hours=3 * 6 + 12)
    told = shown(case_id)
    assert {(one.hours, one.why) for one in told.place} == {
        (18, "urgency 2, by the desk rule “Ports”"), (12, "desk rule “Ports”"),
    }  # fmt: skip
    assert [one.action for one in told.history] == ["submitted", "ruled"]
    assert told.history[1].details["after"]["rules"] == ["Ports"]
    assert case.version == len(told.history)
    with review.reading() as session:
        assert {one.tag for one in session.exec(select(CaseTag))} == {"ice", "port"}
        (rule,) = workflow.list_rules(session)
        assert (rule.fitted, [one.case_id for one in queries.list_hits(session, rule.id, 10)]) == (1, [case_id])
        assert session.exec(select(Notification.words)).one() == "By the desk's rule “Ports”."
        assert history.verify(session).broken == []


def test_what_a_rule_set_stays_when_the_claim_is_sent_in_again_and_a_person_sets_it_otherwise(
    make_rule, make_case, review, submitted, look, do, ada
):
    make_rule(then={"tags": ["port"], "urgency": 2})
    case_id = make_case(tags=["ice"])
    with review.transaction() as session:
        workflow.open_case(session, submitted(claim_id=case_id, revision=2, newsrooms=("A", "B"), tags=["ice", "new"]))
    assert (look(case_id).tags, look(case_id).urgency) == (["ice", "new", "port"], 2)
    do(case_id, "plan", ada, PlanIn(urgency=7, tags=["mine"]))
    assert (look(case_id).tags, look(case_id).urgency) == (["mine"], 7)
    do(case_id, "plan", ada, PlanIn())
    do(case_id, "tag", ada, TagIn(remove=["port"]))
    assert (look(case_id).tags, look(case_id).urgency) == (["ice", "new"], 2)


def test_rules_are_gone_through_in_order_until_one_stops(make_rule, make_case, look, make_desk, review, people):
    make_desk("health", tags=["vaccines"])
    make_rule("First", then={"tags": ["vaccines"], "urgency": 3})
    make_rule("At health", desk="health", then={"urgency": 2})
    stopping = make_rule("Stop", when={"tags": ["vaccines"]}, then={}, stops=True)
    make_rule("Never", then={"urgency": 1})
    off = make_rule("Off", active=False, place=1, then={"urgency": 9})
    case = look(make_case())
    assert (case.urgency, case.tags) == (2, ["vaccines"])
    with review.transaction() as session:
        names = [one.name for one in workflow.list_rules(session)]
        assert names == ["Off", "First", "At health", "Stop", "Never"]
        workflow.drop_rule(session, stopping, people["eve"])
        workflow.change_rule(session, off, RuleIn(name="Last", place=4, then={"hours": 1}), people["eve"])
        assert [one.place for one in workflow.list_rules(session)] == [1, 2, 3, 4]
    assert look(make_case("Other")).urgency == 1


def test_a_claim_is_closed_and_its_newsroom_told_why(make_rule, make_case, look, messages, review, shown):
    make_rule("Spam", when={"hosts": ["casino.example"]}, then={"close": "spam", "assign": "ada@desk.example"})
    case_id = make_case(appearances=[Appearance(url="https://www.casino.example/x")])
    case = look(case_id)
    assert (case.state, case.close_reason, case.assignee_id) == ("closed", "spam", None)
    moves = [one for one in messages() if one["topic"] == "case.moved.v1"]
    assert {one["queue"] for one in moves} == {"intake", "publish"}
    assert {(one["message"]["state"], one["message"]["close_reason"], one["revision"]) for one in moves} == {
        ("closed", "spam", case.version)
    }
    with review.reading() as session:
        assert [one.revision for one in ledger.told(session) if one.topic == "case.moved.v1"] == [2, 2]
    assert "reopen" in shown(case_id).allowed


def test_a_blocked_sender_s_claim_meets_no_rule(make_rule, review, submitted, look):
    make_rule(then={"assign": "ada@desk.example"})
    message = submitted().model_copy(update={"blocked": True})
    with review.transaction() as session:
        workflow.open_case(session, message)
    assert (look(message.claim_id).assignee_id, look(message.claim_id).close_reason) == (None, "submitter_blocked")


def test_many_come_in_with_few_statements_whatever_the_rules_do(make_rule, review, submitted):
    for name in ("One", "Two", "Three"):
        make_rule(name, when={"words": ["bridge"]}, then={"tags": [name], "urgency": 4})

    def statements(count):
        asked = []
        with review.transaction() as session:
            engine = session.get_bind()
            count_one = lambda *_: asked.append(1)  # noqa: E731
            event.listen(engine, "before_cursor_execute", count_one)
            workflow.open_cases(session, [submitted(f"The bridge {number}.") for number in range(count)])
            event.remove(engine, "before_cursor_execute", count_one)
        return len(asked)

    assert statements(60) == statements(2)


def test_a_rule_is_tried_on_what_came_in_and_changes_nothing(make_rule, make_case, review, look, shown):
    kept = make_rule("Ports", when={"words": ["port"]}, then={"urgency": 3}, stops=True)
    bridge, port = make_case("The bridge was shut."), make_case("The port was shut.")
    with review.reading() as session:
        closing = RuleIn(name="Shut", when={"words": ["shut"]}, then={"close": "out_of_scope"})
        last = queries.try_rule(session, closing)
        first = queries.try_rule(session, closing.model_copy(update={"place": 1}))
        changed = RuleIn(name="Ports", when={"words": ["bridge"]}, then={"urgency": 3})
        other = queries.try_rule(session, changed, kept)
        off = queries.try_rule(session, changed.model_copy(update={"active": False}), kept)
    assert (last.looked_at, last.fits, last.changes, last.closes) == (2, 1, 1, 1), "the port's claim stops before it"
    assert (first.fits, first.closes) == (2, 2)
    assert {(one.id, one.fits) for one in other.examples} == {(bridge, True), (port, False)}
    assert (off.fits, [one.id for one in off.examples], off.examples[0].after) == (0, [port], {})
    assert (look(bridge).state, look(port).urgency) == ("unverified", 3)
    with review.reading() as session:
        assert [one.name for one in workflow.list_rules(session)] == ["Ports"]


def test_a_rule_of_somebody_who_has_left_or_a_desk_that_changed_goes_on_without(
    make_rule, make_case, look, review, people
):
    make_rule(then={"assign": "ben@desk.example", "tags": ["x"]})
    with review.transaction() as session:
        session.merge(people["ben"]).active = False
    case = look(make_case())
    assert (case.assignee_id, case.tags) == (None, ["x"])


@pytest.mark.parametrize(
    "bad",
    [{"then": {}}, {"then": {"urgency": 0}}, {"then": {"close": "duplicate"}}, {"then": {"close": "spam"}},
     {"when": {"words": ["*"]}, "then": {"urgency": 1}}, {"then": {"assign": "nobody@desk.example"}},
     {"then": {"desk": "nowhere"}}, {"desk": "nowhere"}, {"name": ""}, {"place": 0}, {"then": {"unknown": 1}}],
)  # fmt: skip
def test_the_api_refuses_a_rule_that_is_not_right(app, review, people, bad):
    headers = _token(review, people["eve"])
    body = {"name": "X", "then": {"urgency": 1}} | bad
    assert app.test_client().post("/v1/rules", json=body, headers=headers).status_code == 422


def test_the_api_keeps_rules(app, review, people, make_case):
    client, eve, ada = app.test_client(), _token(review, people["eve"]), _token(review, people["ada"])
    body = {"name": "Bridges", "when": {"words": ["bridge"]}, "then": {"tags": ["Bridge"]}}
    assert client.post("/v1/rules", json=body, headers=ada).status_code == 403
    made = client.post("/v1/rules", json=body, headers=eve)
    assert (made.status_code, made.json["then"]["tags"], made.json["place"]) == (201, ["bridge"], 1)
    path = f"/v1/rules/{made.json['id']}"
    make_case()
    assert [one["did"] for one in client.get(f"{path}/hits", headers=ada).json["data"]] == [{"tags": ["bridge"]}]
    tried = client.post("/v1/rules/try?rule=" + made.json["id"], json=body | {"then": {"urgency": 1}}, headers=ada)
    assert (tried.json["looked_at"], tried.json["changes"]) == (1, 1)
    changed = client.put(path, json=body | {"stops": True}, headers=eve)
    assert (changed.json["stops"], changed.json["fitted"]) == (True, 1)
    assert len(client.get("/v1/rules", headers=ada).json["data"]) == 1
    assert client.delete(path, headers=ada).status_code == 403
    assert client.delete(path, headers=eve).status_code == 204
    assert client.get(f"{path}/hits", headers=ada).status_code == 404
    assert client.put(path, json=body, headers=eve).status_code == 404
    with review.reading() as session:
        assert history.verify(session).broken == []


def test_an_editor_makes_tries_and_changes_rules_on_the_page(desk, review, make_case, make_desk):
    make_desk()
    case_id = make_case(story=Story(headline="Port shut", publisher="Courier"))
    eve = desk("eve")
    form = {"name": NASTY[:50], "when.words": "bridge, port*", "when.languages": "", "then.tags": "a b", "then.urgency": "2",
            "then.assign": "ada@desk.example", "then.desk": "health", "active": "true"}  # fmt: skip
    tried = eve.post("/settings/rules/try", data=form)
    assert (tried.status_code, "It fits 1; 1 would have gone otherwise" in tried.text) == (200, True)
    assert f'href="/cases/{case_id}"' in tried.text
    assert 'value="bridge, port*"' in tried.text, "what was typed stays"
    assert "There is no rule yet" in tried.text
    assert eve.post("/settings/rules", data=form).status_code == 302
    assert eve.post("/settings/rules", data=form).status_code == 302, "pressed twice"
    page = eve.get("/settings/rules").text
    assert "<script>alert(1)" not in page
    assert "speaks of “bridge” or “port*”" in page
    assert "hand it to Ada" in page
    with review.reading() as session:
        (rule,) = workflow.list_rules(session)
    wrong = eve.post(f"/settings/rules/{rule.id}", data=form | {"when.pattern": "(a", "name": "Typed"})
    assert (wrong.status_code, 'value="Typed"' in wrong.text, "can&#39;t be looked for" in wrong.text) == (
        422,
        True,
        True,
    )
    assert eve.post("/settings/rules/try", data=form | {"rule_id": "x"}).status_code == 400
    assert eve.post(f"/settings/rules/{rule.id}", data=form | {"then.close": "spam"}).status_code == 302
    other = make_case("The bridge again.")
    log = eve.get(f"/settings/rules/{rule.id}").text
    assert f'href="/cases/{other}"' in log
    assert "close it: Spam" in log
    assert "sorted by the desk’s rules" in eve.get(f"/cases/{other}").text
    assert eve.post(f"/settings/rules/{rule.id}/drop").status_code == 302
    assert eve.get(f"/settings/rules/{rule.id}").status_code == 404


def test_who_is_no_editor_neither_sees_nor_changes_rules(desk, make_rule, review, people):
    rule_id = make_rule()
    ada = desk("ada")
    form = {"name": "X", "then.urgency": "1"}
    assert ada.get("/settings/rules").status_code == 403
    assert ada.get(f"/settings/rules/{rule_id}").status_code == 403
    assert ada.post("/settings/rules/try", data=form).status_code == 403
    assert ada.post("/settings/rules", data=form).status_code == 403
    assert ada.post(f"/settings/rules/{rule_id}", data=form).status_code == 403
    assert ada.post(f"/settings/rules/{rule_id}/drop").status_code == 403
    with pytest.raises(Forbidden), review.transaction() as session:
        workflow.make_rule(session, RuleIn(name="X", then={"urgency": 1}), people["ben"])
    with pytest.raises(NotFound), review.transaction() as session:
        workflow.drop_rule(session, people["ben"].id, people["eve"])


def test_a_desk_s_own_editor_keeps_the_rules_for_its_claims_alone(desk, make_desk, make_rule, make_case, look):
    make_desk(members=[MemberIn(email="ben@desk.example", role="editor")], tags=["flu"])
    make_desk("politics")
    everywhere, ben = make_rule(), desk("ben")
    form = {"name": "Flu", "then.urgency": "1", "active": "true", "desk": "health"}
    assert 'href="/settings/rules"' in ben.get("/desks").text
    assert 'href="/settings/rules"' not in desk("ada").get("/desks").text
    for other in ("", "politics"):
        assert ben.post("/settings/rules", data=form | {"desk": other}).status_code == 403
        assert ben.post(f"/settings/rules/{everywhere}", data=form | {"desk": other}).status_code == 403
    assert ben.post(f"/settings/rules/{everywhere}", data=form).status_code == 403
    assert ben.post(f"/settings/rules/{everywhere}/drop").status_code == 403
    assert "It fits 0" in ben.post("/settings/rules/try", data=form).text
    kept = ben.post("/settings/rules", data=form).location
    assert (
        "Politics</option>" not in ben.get("/settings/rules").text.partition('name="desk"')[2].partition("</select>")[0]
    )
    assert (look(make_case(tags=["flu"])).urgency, look(make_case("Ice closed it.")).urgency) == (1, 5)
    path = "/settings/rules/" + kept.partition("#rule-")[2]
    assert ben.post(path, data=form | {"desk": ""}).status_code == 403
    assert ben.post(f"{path}/drop").status_code == 302


def test_a_desk_s_wishes_count_after_a_rule_has_tagged_a_claim(make_rule, make_desk, make_case, look, review, people):
    health = make_desk("health")
    make_rule(when={"words": ["bridge"]}, then={"tags": ["flu"]})
    assert look(make_case()).desk_id is None
    with review.transaction() as session:
        workflow.change_desk(session, "health", DeskIn(name="Health", tags=["flu"]), people["root"])
    assert look(make_case()).desk_id == health


def _token(review, person):
    with review.transaction() as session:
        return {"Authorization": f"Bearer {auth.make_token(session, person, 'x')}"}
