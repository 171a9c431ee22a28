"""Desks with rules of their own; approval by several."""

import re
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from pydantic import ValidationError
from review_desk import NASTY, NOON, VERDICT, submit

from services.review import auth, history, queries, workflow
from services.review.models import Case
from services.review.scale import SCALE
from services.review.schemas import (
    DeskIn,
    MemberIn,
    MoveIn,
    NothingIn,
    ReturnIn,
    SecondIn,
    StepIn,
)
from shared.clock import now
from shared.colours import LEAST, contrast
from shared.errors import Forbidden, Invalid, NotAllowed
from shared.shapes import COLOURS


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


def test_ratings_of_a_desk_s_own_are_told_apart_by_shape_and_colour(
    make_desk, check_on, do, eve, desk, approved_messages
):
    given = {"label": "Out of date", "meaning": "It held once.", "value": 2, "shape": "clock", "colour": "teal"}
    make_desk(tags=["flu"], ratings={
        "false": StepIn(label="Wrong", meaning="It is wrong."), "out-of-date": StepIn(**given),
        "cut": StepIn(label="Cut", meaning="It was cut."),
    })  # fmt: skip
    case_id = check_on(VERDICT.model_copy(update={"rating": "out-of-date"}), tags=["flu"])
    do(case_id, "approve", eve)
    rating = approved_messages()[0]["rating"]
    assert (rating["label"], rating["value"], rating["shape"], rating["colour"]) == ("Out of date", 2, "clock", "teal")
    page = desk("eve").get(f"/cases/{case_id}").text
    assert re.search(
        r'<span class="rating k-teal"><svg [^>]+>\s*<path d="M8 1.8[^>]+>.*?</svg> Out of date</span>', page, re.S
    )
    listed = desk("eve").get("/desks").text
    assert 'class="rating r-false"' in listed
    assert 'class="rating k-grey"' in listed, "one that was given no shape has a free one"
    for wrong in (
        {"ratings": {"false": StepIn(**given), "true": StepIn(label="Holds", meaning="x")}},
        {"ratings": {"cut": StepIn(**given), "old": StepIn(**given | {"label": "Old", "colour": "red"})}},
        {"ratings": {f"own-{number}": StepIn(label=f"Own {number}", meaning="x") for number in range(11)}},
    ):
        with pytest.raises(ValidationError, match="shape"):
            DeskIn(name="Health", **wrong)
    with pytest.raises(ValidationError, match="explainer"):
        DeskIn(name="Health", ratings={slug: StepIn(label="x", meaning="x") for slug in ("cut", "explainer")})
    versions = desk("eve").get(f"/cases/{case_id}/versions").text
    assert versions.count("Out of date") == 2, "above the version and in what it changed"
    assert "out-of-date" not in versions


def test_publish_is_told_what_a_desk_s_ratings_are_called_and_drawn_as(make_desk, review, people, messages):
    ratings = {"holds": StepIn(label="Holds", meaning="x"), "cut": StepIn(label="Cut", meaning="x", value=2)}
    make_desk()
    assert not [one for one in messages() if one["topic"] == "scale.posted.v1"], "the usual scale is no news"
    for change in ({"ratings": ratings}, {"ratings": ratings, "tags": ["flu"]}, {"ratings": ratings | {
        "holds": StepIn(label="It holds", meaning="x", shape="star", colour="teal"),
    }}):  # fmt: skip
        with review.transaction() as session:
            workflow.change_desk(session, "health", DeskIn(name="Health", **change), people["root"])
    first, last = (one["message"] for one in messages() if one["topic"] == "scale.posted.v1")
    assert (first["desk"], first["revision"], last["revision"]) == ("health", 1, 2)
    assert [one["slug"] for one in first["looks"]] == ["cut", "holds", "explainer"]
    told = last["looks"][1]
    assert told == {
        "slug": "holds",
        "label": "It holds",
        "meaning": "x",
        "shape": "star",
        "colour": "teal",
        "words": {},
    }


def test_a_rating_has_names_in_other_languages(make_desk, desk, review, people, messages):
    make_desk()
    fields = {"name": "Health", "approvals_needed": "1", "evidence_needed": "2", "second_checks_needed": "0",
              "rating": ["true", "false", "satire"], "label.true": "Holds", "words.true": "de: Stimmt | Es stimmt.\nuk: Правда",
              "own.slug": "", "own.label": "Cut", "own.meaning": "It was cut.", "own.words": "de: Gekürzt"}  # fmt: skip
    assert desk("root").post("/desks/health", data=fields).status_code == 302
    told = [one["message"] for one in messages() if one["topic"] == "scale.posted.v1"][-1]
    words = {one["slug"]: one["words"] for one in told["looks"]}
    assert words["true"] == {
        "de": {"label": "Stimmt", "meaning": "Es stimmt."},
        "uk": {"label": "Правда", "meaning": None},
    }
    assert words["cut"]["de"] == {"label": "Gekürzt", "meaning": None}
    assert words["false"]["de"]["label"] == "Falsch", "the usual scale has German names"
    page = desk("root").get("/desks").text
    assert "de: Stimmt | Es stimmt.\nuk: Правда</textarea>" in page
    assert "de: Gekürzt</textarea>" in page
    with review.transaction() as session:
        renamed = {"false": StepIn(label="Wrong", meaning="x"), "true": StepIn(label="Holds", meaning="x")}
        workflow.change_desk(session, "health", DeskIn(name="Health", ratings=renamed), people["root"])
    told = [one["message"] for one in messages() if one["topic"] == "scale.posted.v1"][-1]
    assert not any(one["words"] for one in told["looks"] if one["slug"] != "explainer"), (
        "whose names were those of another word"
    )
    refused = desk("root").post("/desks/health", data=fields | {"words.true": "Stimmt"})
    assert refused.status_code == 422
    assert "Stimmt</textarea>" in refused.text, "what was typed is kept"


def test_every_colour_of_a_rating_can_be_read_at_the_desk():
    css = (Path(workflow.__file__).parents[1] / "static/desk.css").read_text()
    colours = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in re.split(r"@media|/\* Ground", css)[:2]
    ]
    for scheme, ground in product((colours[0], colours[0] | colours[1]), ("paper", "raised")):
        for name in (*SCALE, *(f"k-{one}" for one in COLOURS)):
            token = re.search(rf"\.(?:r-)?{name} {{ color: var\(--([\w-]+)\); }}", css)[1]
            assert contrast(scheme[token], scheme[ground]) >= LEAST, (name, ground)


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


def test_a_panel_publishes_when_enough_have_approved(
    make_desk, check_on, do, eve, people, ada, approved_messages, review
):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    assert do(case_id, "approve", eve).approved_at is None
    assert approved_messages() == []
    with pytest.raises(NotAllowed, match="already"):
        do(case_id, "approve", eve)
    with pytest.raises(Forbidden):
        do(case_id, "approve", ada)
    assert do(case_id, "approve", people["root"]).approved_at
    (told,) = approved_messages()
    assert told["panel"] == ["Eve", "Root"]
    with review.reading() as session:
        assert [one.details["after"].get("approvals") for one in queries.get_case(session, case_id, ada).history[-2:]] == [
            "1 of 2", "2 of 2"
        ]  # fmt: skip


def test_a_second_checker_comes_to_the_same_rating_before_it_can_be_approved(make_desk, check_on, do, eve, people, ada):
    make_desk(tags=["vote"], second_checks_needed=1)
    case_id = check_on(tags=["vote"])
    with pytest.raises(NotAllowed, match="one more person"):
        do(case_id, "approve", eve)
    with pytest.raises(Forbidden):
        do(case_id, "second", ada, SecondIn(rating="false"))
    do(case_id, "second", people["ben"], SecondIn(rating="false"))
    with pytest.raises(NotAllowed, match="already"):
        do(case_id, "second", people["ben"], SecondIn(rating="false"))
    assert do(case_id, "approve", eve).approved_at


def test_another_rating_sends_it_back_with_both_side_by_side(make_desk, check_on, do, eve, people, ada, review, desk):
    make_desk(tags=["vote"], second_checks_needed=1, approvals_needed=2)
    case_id, ben = check_on(tags=["vote"]), people["ben"]
    do(case_id, "second", ben, SecondIn(rating="false"))
    do(case_id, "approve", eve)
    for wrong in (SecondIn(rating="true"), SecondIn(rating="nonsense", note="Why not?")):
        with pytest.raises(Invalid):
            do(case_id, "second", people["root"], wrong)
    case = do(case_id, "second", people["root"], SecondIn(rating="unproven", note="The log is a copy."))
    assert case.state == "unverified"
    with review.reading() as session:
        seen = queries.get_case(session, case_id, ada)
    assert [(one.by, one.rating, one.counts) for one in seen.second_checks] == [
        ("Ben", "false", False),
        ("Root", "unproven", False),
    ]
    assert "The log is a copy." in desk("ada").get(f"/cases/{case_id}").text
    do(case_id, "check", ada, VERDICT)
    with pytest.raises(NotAllowed, match="one more person"):
        do(case_id, "approve", eve)
    do(case_id, "second", ben, SecondIn(rating="false"))
    assert do(case_id, "approve", eve).approved_at is None  # the first approval was of what was sent back
    assert do(case_id, "approve", people["root"]).approved_at


def test_a_desk_has_ratings_and_an_order_of_its_own(make_desk, check_on, do, eve, approved_messages, review):
    make_desk(tags=["vote"], ratings={
        "true": StepIn(label="Holds", meaning="It holds.", place=2),
        "out-of-date": StepIn(label="Out of date", meaning="It held once.", value=2, place=1),
        "a-promise": StepIn(label="A promise", meaning="Nobody can know."),
    })  # fmt: skip
    case_id = check_on(VERDICT.model_copy(update={"rating": "out-of-date"}), tags=["vote"])
    with review.reading() as session:
        assert [one.slug for one in queries.get_case(session, case_id, eve).ratings] == [
            "out-of-date",
            "true",
            "a-promise",
            "explainer",
        ]
    do(case_id, "approve", eve)
    (told,) = approved_messages()
    assert (told["rating"]["label"], told["rating"]["value"], told["rating"]["best"]) == ("Out of date", 2, 5)


def test_approvals_end_when_a_verdict_is_sent_back(make_desk, check_on, do, eve, people, ada, approved_messages):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    do(case_id, "approve", eve)
    do(case_id, "return", people["root"], ReturnIn(note="Which log?"))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", people["root"])
    assert approved_messages() == []
    do(case_id, "approve", eve)
    assert approved_messages()[0]["panel"] == ["Root", "Eve"]


def test_whoever_gets_a_hand_in_it_after_approving_no_longer_counts(make_desk, check_on, do, eve, people, review, look):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    do(case_id, "approve", eve)
    with review.transaction() as session:
        workflow.hands.lend_a_hand(session, session.get(Case, case_id), eve)
    assert do(case_id, "approve", people["root"]).approved_at is None
    with pytest.raises(Forbidden):
        do(case_id, "approve", eve)


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


def test_nothing_is_approved_twice_by_one_person_at_once(make_desk, check_on, review, people):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    for _ in range(2):
        try:
            with review.transaction() as session:
                case = session.get(Case, case_id)
                workflow.act(session, case_id, "approve", NothingIn(), people["eve"], case.version)
        except NotAllowed:
            break
    with review.reading() as session:
        assert session.get(Case, case_id).approved_at is None


def test_a_desk_s_change_is_in_the_history(make_desk, review, people):
    make_desk()
    with review.transaction() as session:
        workflow.change_desk(session, "health", DeskIn(name="Care", evidence_needed=0), people["root"])
    with review.reading() as session:
        assert history.verify(session).entries == 2
