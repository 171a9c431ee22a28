"""Desks with rules of their own; approval by several."""

from datetime import timedelta

import pytest
from review_desk import NASTY, NOON, VERDICT, submit

from services.review import auth, history, queries, workflow
from services.review.schemas import DeskIn, MemberIn, MoveIn, StepIn
from shared.clock import now
from shared.errors import Forbidden, Invalid


def test_claims_come_to_the_desk_that_wants_their_tags(make_desk, make_case, look, review, people, ada):
    health = make_desk(tags=["Vaccines", "flu"])
    make_desk("politics", tags=["vote", "flu"])
    assert look(make_case(tags=["flu"])).desk_id == health
    assert look(make_case("Votes", tags=["other", "vote"])).desk_id not in (None, health)
    assert look(make_case("Ships", tags=["harbour"])).desk_id is None
    with review.reading() as session:
        page = queries.list_queue(session, queries.Wanted("unverified", desk="health"), 10)
    assert [one.text for one in page.rows] == ["The bridge was closed on four days."]
    with review.transaction() as session:
        assert workflow.take_next(session, ada, desk="politics").claim["text"] == "Votes"
    with review.transaction() as session:
        assert workflow.take_next(session, ada, desk="politics") is None
    with pytest.raises(Invalid), review.transaction() as session:
        workflow.take_next(session, ada, desk="nowhere")


def test_a_desk_s_own_rules_and_ratings_count(make_desk, make_case, do, ada, eve, evidence, approved_messages):
    make_desk(tags=["flu"], evidence_needed=1, ratings={
        "true": StepIn(label="Holds", meaning="It holds."), "false": StepIn(label="Wrong", meaning="It is wrong."),
    })  # fmt: skip
    case_id = make_case(tags=["flu"])
    do(case_id, "evidence", ada, evidence())
    with pytest.raises(Invalid, match="Health"):
        do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "misleading"}))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    (told,) = approved_messages()
    assert (told["rating"]["slug"], told["rating"]["label"], told["rating"]["value"]) == ("false", "Wrong", 1)


def test_a_case_goes_to_another_desk_and_follows_its_rules(make_desk, make_case, do, ada, look, evidence):
    desk_id, case_id = make_desk(evidence_needed=3), make_case()
    do(case_id, "move", ada, MoveIn(desk="health"))
    assert look(case_id).desk_id == desk_id
    do(case_id, "evidence", ada, evidence())
    do(case_id, "evidence", ada, evidence("Letter"))
    with pytest.raises(Invalid, match="evidence"):
        do(case_id, "check", ada, VERDICT)
    do(case_id, "move", ada, MoveIn())
    do(case_id, "check", ada, VERDICT)
    with pytest.raises(Invalid):
        do(case_id, "move", ada, MoveIn(desk="nowhere"))


def test_somebody_can_be_an_editor_at_one_desk_alone(make_desk, check_on, do, people, desk):
    make_desk(tags=["flu"], members=[MemberIn(email="ben@desk.example", role="editor")])
    here, elsewhere = check_on(tags=["flu"]), check_on()
    with pytest.raises(Forbidden):
        do(elsewhere, "approve", people["ben"])
    bens = desk("ben")
    assert f'action="/cases/{here}/seal"' in bens.get(f"/cases/{here}").text
    assert f'action="/cases/{elsewhere}/seal"' not in bens.get(f"/cases/{elsewhere}").text
    assert do(here, "approve", people["ben"]).waits_for_site


def test_whoever_has_no_role_anywhere_else_works_at_their_desk(make_desk, make_case, do, review):
    with review.transaction() as session:
        gil = workflow.add_person(session, "Gil", "gil@desk.example", "correct horse battery", [])
    make_desk(tags=["flu"], members=[MemberIn(email="gil@desk.example", role="checker")])
    assert do(make_case(tags=["flu"]), "take", gil).assignee_id == gil.id
    with pytest.raises(Forbidden):
        do(make_case("Other"), "take", gil)


def test_an_admin_makes_and_changes_desks_on_the_page(desk, people, review, make_case):
    root = desk("root")
    form = {"slug": "health", "name": "Health", "tags": "flu, Vaccines", "approvals_needed": "2", "evidence_needed": "1",
            "rating": ["true", "false"], "label.true": "Holds", "members": "ben@desk.example editor\n",
            "idle_remind_hours": "0.5", "idle_offer_hours": "2", "own.label": ["Out of date", "Cut"], "own.value": ["2", ""],
            "own.meaning": ["It held once.", "It was cut."], "own.place": ["1", ""], "own.shape": ["clock", ""],
            "own.colour": ["teal", "red"]}  # fmt: skip
    assert root.post("/desks", data=form).status_code == 302
    page = root.get("/desks").text
    assert "1 piece of evidence, 2 approvals" in page
    assert "Holds" in page
    assert "idle work is offered again after 2 h" in page
    assert 'value="0.5"' in page
    assert 'class="rating k-teal"' in page
    assert "<option selected>clock</option>" in page
    assert "@health tells the people of Health" in desk("ada").get(f"/cases/{make_case()}").text
    assert root.post("/desks", data=form).status_code == 422
    assert (
        root.post("/desks/health", data=form | {"name": NASTY[:55], "rating": [], "own.label": []}).status_code == 302
    )
    assert "<script>alert(1)" not in root.get("/desks").text
    assert 'value="health"' in root.get("/?view=open").text
    assert root.get("/?view=open&desk=health").status_code == 200
    with review.reading() as session:
        assert history.verify(session).broken == []


@pytest.mark.parametrize(
    "bad",
    [{"slug": "A B"}, {"slug": ""}, {"name": ""}, {"approvals_needed": "0"}, {"evidence_needed": "x"}, {"rating": ["true"]},
     {"members": "nobody@desk.example editor"}, {"members": "ben"}, {"members": "ben@desk.example admin"},
     {"idle_offer_hours": "1"}, {"due_remind_hours": "200"}, {"idle_remind_hours": "soon"},
     {"own.label": ["True"], "own.meaning": ["x"]}, {"own.label": ["A", "A"], "own.meaning": ["x", "x"]},
     {"own.label": ["A", "B"], "own.meaning": ["x", "x"], "own.shape": ["star", "star"]}, {"own.label": ["!"]},
     {"own.label": ["A", "B"], "own.meaning": ["x", "x"], "own.colour": ["#fff", "red"]}],
)  # fmt: skip
def test_a_desk_that_is_not_right_is_refused_and_what_was_typed_stays(desk, bad):
    form = {"slug": "health", "name": "Health", "approvals_needed": "1", "evidence_needed": "2", "tags": "a-tag-typed"}
    answer = desk("root").post("/desks", data=form | bad)
    assert answer.status_code == 422
    assert "a-tag-typed" in answer.text
    assert "There is one desk for everything" in answer.text


def test_who_is_no_admin_changes_no_desk(desk, make_desk):
    make_desk()
    eve = desk("eve")
    form = {"slug": "x", "name": "X", "approvals_needed": "1", "evidence_needed": "2"}
    assert eve.post("/desks", data=form).status_code == 403
    assert eve.post("/desks/health", data=form).status_code == 403
    assert desk("root").post("/desks/nowhere", data=form).status_code == 404
    assert '<form method="post" action="/desks' not in eve.get("/desks").text


def test_the_api_has_desks(app, review, people):
    with review.transaction() as session:
        token = auth.make_token(session, people["root"], "x")
        mine = auth.make_token(session, people["ada"], "x")
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    made = client.post("/v1/desks", json={"slug": "health", "name": "Health"}, headers=headers)
    assert made.status_code == 201
    changed = client.put("/v1/desks/health", json={"name": "Health & care", "approvals_needed": 3}, headers=headers)
    assert changed.json["approvals_needed"] == 3
    assert [one["name"] for one in client.get("/v1/desks", headers=headers).json["data"]] == ["Health & care"]
    refused = client.post("/v1/desks", json={"slug": "x", "name": "X"}, headers={"Authorization": f"Bearer {mine}"})
    assert refused.status_code == 403


def test_the_page_holds_moves_and_shows_approvals(desk, check_on, make_desk, confirm):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    browser = desk("eve")
    until = now() + timedelta(days=1)
    answer = submit(browser, case_id, "schedule", until=f"{until:%Y-%m-%dT%H:%M}", zone="UTC")
    assert answer.status_code == 302
    assert submit(browser, case_id, "approve").status_code == 302
    page = browser.get(f"/cases/{case_id}").text
    assert "1 of 2 approvals: Eve" in page
    assert "Approved. It is published once the desk’s other approvals are there." in page
    assert "It waits for another editor who had no hand" in page
    assert "Readers don’t read it before" in page
    root = desk("root")
    assert submit(root, case_id, "approve").status_code == 302
    page = browser.get(f"/cases/{case_id}").text
    assert "approved, held until its time" in page
    assert "Approved. Readers read it when its time has come." in root.get(f"/cases/{case_id}").text
    assert "publish it now" in page
    assert f'held until <time class="at" datetime="{until:%Y-%m-%dT%H:%M}:00Z"' in browser.get("/?view=site").text
    assert submit(browser, case_id, "move", desk="").status_code == 409
    assert until > NOON
    assert submit(browser, case_id, "schedule", until="", zone="UTC").status_code == 302
    assert "It is held no longer. It is on its way to the site." in browser.get(f"/cases/{case_id}").text
    confirm(case_id)
    page = browser.get(f"/cases/{case_id}").text
    assert "approved by Eve, Root," in page, "once it is published, too"


def test_a_desk_s_change_is_in_the_history(make_desk, review, people):
    make_desk()
    with review.transaction() as session:
        workflow.change_desk(session, "health", DeskIn(name="Care", evidence_needed=0), people["root"])
    with review.reading() as session:
        assert history.verify(session).entries == 2
