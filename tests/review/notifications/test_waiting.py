"""Whoever may decide is told of what waits for them, once, and hears no more of it when it is decided."""

import re
from uuid import UUID

from errand_runner import do_errands
from review_desk import VERDICT
from sqlmodel import select

from services.review import auth, queries, workflow
from services.review.models import Desk
from services.review.schemas import (
    ClearIn,
    ConfirmRatingsIn,
    DeskIn,
    FlagIn,
    MoveIn,
    NoticeIn,
    RightsIn,
    SecondIn,
    StepIn,
)
from services.review.workflow import waiting
from services.review.workflow.ratings import confirm_ratings


def test_who_may_confirm_proposed_ratings_is_told_until_somebody_has_decided(
    make_desk, check_on, do, people, eve, review, told, unread, post, mail, desk, app
):
    def change(**rules):
        with review.transaction() as session:
            given = {"name": "Health", "tags": ["flu"]} | rules
            workflow.change_desk(session, "health", DeskIn.model_validate(given), people["root"])

    holds = StepIn(label="Holds", meaning="It holds.")
    wrong, untrue = (
        {"true": holds, "false": StepIn(label=one, meaning="It is not so.")} for one in ("Wrong", "Untrue")
    )
    make_desk(tags=["flu"], ratings=wrong)
    do(check_on(tags=["flu"]), "approve", eve)
    post()
    mail[0].letters.clear()
    change(ratings=untrue, members=[{"email": "ben@desk.example", "role": "editor"}])
    assert told("eve")[0] == told("ben")[0] == ("ratings", "Root", "Untrue")
    assert "ratings" not in unread("ada"), "who may not confirm them"
    assert "ratings" not in unread("root"), "who proposed them"
    post()
    letter = next(one for one in mail[0].letters if one["To"] == "eve@desk.example")
    assert "The ratings of Health" in letter["Subject"]
    assert "/desks#ratings-health" in letter.get_content()
    assert "The ratings of Health" in desk("eve").get("/notifications").text
    with review.transaction() as session:
        headers = {"Authorization": f"Bearer {auth.make_token(session, eve, 'a program')}"}
    one = app.test_client().get("/v1/notifications", headers=headers).json["data"][0]
    assert (one["kind"], one["desk"], one["case_id"]) == ("ratings", "health", None)
    assert desk("eve").post(f"/notifications/{one['id']}/open").location == "/desks#ratings-health"
    page = desk("eve").get("/desks").text
    assert 'id="ratings-health"' in page
    (proposed,) = re.findall(r'ratings/confirm".*?name="id" value="([^"]+)"', page, re.S)
    assert desk("eve").post("/desks/health/ratings/drop", data={"id": proposed}).status_code == 302
    assert "ratings" not in unread("ben"), "somebody has decided"
    assert told("root")[0] == ("decided", "Eve", "Dropped: the ratings stay as they are.")
    change(ratings=untrue)
    proposal = newest_proposal(review)
    with review.transaction() as session:
        confirm_ratings(session, "health", ConfirmRatingsIn(id=proposal), eve)
    assert told("root")[0] == ("decided", "Eve", "Confirmed: readers see the ratings that you proposed.")


def newest_proposal(review):
    with review.reading() as session:
        return UUID(session.exec(select(Desk)).one().proposal["id"])


def test_who_becomes_able_to_approve_is_told_once_of_what_waits(
    make_desk, make_checked, check_on, do, people, ben, eve, review, told, unread
):
    make_desk(tags=["flu"])
    at_desk, elsewhere = check_on(tags=["flu"]), make_checked()
    waits = ("to_approve", "Ada", VERDICT.headline)

    def give(name, **rights):
        with review.transaction() as session:
            workflow.change_rights(session, people[name].id, RightsIn(**rights), people["root"])

    give("ben", role="checker", desks={"health": "editor"})
    assert told("ben") == [waits], "of the one at that desk"
    give("ada", role="editor")
    assert told("ada") == [], "who wrote them can't approve them"
    give("ben", role="editor")
    assert told("ben") == [waits, waits]
    give("ben", role="checker")
    give("ben", role="editor")
    assert len(told("ben")) == 2
    for case_id in (at_desk, elsewhere):
        do(case_id, "approve", eve)
    assert unread("ben") == []
    with review.transaction() as session:
        invited = workflow.add_person(session, "Kim", "kim@desk.example", "long enough password", ["editor"])
    assert told_to(review, invited) == []


def told_to(review, somebody):
    with review.reading() as session:
        return [one.kind for one in queries.list_notifications(session, somebody, 50)]


def test_a_verdict_that_comes_to_another_desk_waits_for_that_desk_s_editors(make_desk, make_checked, do, eve, told):
    make_desk(members=[{"email": "ben@desk.example", "role": "editor"}])
    case_id = make_checked()
    assert told("ben") == []
    do(case_id, "move", eve, MoveIn(desk="health"))
    assert told("ben") == [("to_approve", "Ada", VERDICT.headline)]
    assert [kind for kind, *_ in told("root")] == ["to_approve"], "told once, though it moved"


def test_what_waited_at_the_desk_that_a_case_leaves_waits_for_nobody_there_any_more(
    make_desk, make_checked, do, ada, eve, unread, mail, post
):
    ben_edits = [{"email": "ben@desk.example", "role": "editor"}]
    make_desk(members=ben_edits)
    make_desk(slug="sport", name="Sport", second_checks_needed=1)
    case_id = make_checked()
    do(case_id, "flag", ada, FlagIn(reason="It names a minor."))
    for _ in range(2):
        do(case_id, "move", eve, MoveIn(desk="health"))
        assert unread("ben") == ["to_approve", "legal"]
        do(case_id, "move", eve, MoveIn(desk="sport"))
        assert unread("ben") == ["second"], "as any checker is asked there"
        assert unread("root") == ["legal", "second"], "what came first and still waits stays"
    do(case_id, "move", eve, MoveIn(desk=None))
    assert unread("ben") == []
    post()
    assert "ben@desk.example" not in [letter["To"] for letter in mail[0].letters]


def test_a_notice_that_is_not_posted_waits_for_the_desk_to_which_its_case_moved(
    make_desk, make_case, do, ada, eve, unread
):
    make_desk(members=[{"email": "ben@desk.example", "role": "editor"}])
    case_id = make_case()
    do(case_id, "take", ada)
    do(case_id, "notice", ada, NoticeIn(headline="Said to be shut", text="x"))
    do(case_id, "move", eve, MoveIn(desk="health"))
    assert unread("ben") == ["to_post"]
    assert unread("ada") == []
    do(case_id, "move", eve, MoveIn(desk=None))
    assert unread("ben") == []
    assert unread("eve") == ["to_post"]


def test_a_second_check_is_asked_for_before_an_approval(make_desk, check_on, do, ada, ben, eve, told, unread):
    make_desk(tags=["flu"], second_checks_needed=1)
    case_id = check_on(tags=["flu"])
    assert [kind for kind, *_ in told("ben")] == [kind for kind, *_ in told("eve")] == ["second"]
    do(case_id, "second", ben, SecondIn(rating="true", note="It was open."))
    assert (unread("ben"), unread("eve")) == ([], []), "it went back"
    do(case_id, "check", ada, VERDICT)
    do(case_id, "second", ben, SecondIn(rating="false"))
    assert told("eve")[0] == ("to_approve", "Ada", VERDICT.headline)
    do(case_id, "approve", eve)
    assert unread("eve") == unread("ben") == unread("root") == []


def test_once_enough_checked_it_again_nobody_is_asked_to_and_a_new_editor_hears_of_it_when_it_is_their_turn(
    make_desk, check_on, do, people, ben, review, told, unread
):
    make_desk(tags=["flu"], second_checks_needed=1)
    case_id = check_on(tags=["flu"])
    assert unread("eve") == ["second"]
    with review.transaction() as session:
        kim = workflow.add_person(session, "Kim", "kim@desk.example", "long enough password", ["editor"])
    assert told_to(review, kim) == ["second"], "no editor may approve it yet, but may check it again as anybody"
    do(case_id, "second", ben, SecondIn(rating="false"))
    assert unread("ben") == []
    assert unread("eve") == ["to_approve"]
    assert told_to(review, kim) == ["to_approve"]


def test_who_becomes_a_checker_is_told_of_the_second_checks_that_wait(
    make_desk, check_on, do, people, eve, review, told
):
    make_desk(tags=["flu"], second_checks_needed=2)
    case_id = check_on(tags=["flu"])
    with review.transaction() as session:
        kim = workflow.add_person(session, "Kim", "kim@desk.example", "long enough password", ["checker"])
        lee = workflow.add_person(session, "Lee", "lee@desk.example", "long enough password", [])
    assert told_to(review, kim) == ["second"]
    assert told_to(review, lee) == [], "who may check nothing"

    def give(person, **rights):
        with review.transaction() as session:
            workflow.change_rights(session, person.id, RightsIn(**rights), people["root"])

    give(lee, desks={"health": "checker"})
    assert told_to(review, lee) == ["second"]
    give(lee, desks={})
    assert told_to(review, lee) == [], "who may not any more and had not read it"
    do(case_id, "second", kim, SecondIn(rating="false"))
    give(kim, role="editor")
    assert told_to(review, kim) == [], "it waits for a third, and Kim has checked it"


def test_a_member_that_a_desk_takes_in_or_lets_go_is_told_what_waits_and_hears_no_more_of_it(
    make_desk, check_on, people, review, told, unread
):
    make_desk(tags=["flu"])
    check_on(tags=["flu"])
    for role, waits in (("editor", ["to_approve"]), ("checker", [])):
        with review.transaction() as session:
            members = [{"email": "ben@desk.example", "role": role}]
            found = DeskIn.model_validate({"name": "Health", "tags": ["flu"], "members": members})
            workflow.change_desk(session, "health", found, people["root"])
        assert unread("ben") == waits


def test_editors_hear_of_a_notice_and_of_a_legal_question_and_who_asked_of_the_decision(
    make_case, do, ada, ben, eve, told, unread
):
    case_id = make_case()
    do(case_id, "take", ada)
    for headline in ("Said to be shut", "Bridge said to be shut"):
        do(case_id, "notice", ada, NoticeIn(headline=headline, text="x"))
    do(case_id, "flag", ben, FlagIn(reason="It names a minor."))
    assert unread("eve") == unread("root") == ["to_post", "legal"], "of the notice as it stands"
    assert told("eve")[1] == ("to_post", "Ada", "Bridge said to be shut")
    assert unread("ben") == []
    do(case_id, "announce", eve)
    do(case_id, "unflag", eve, ClearIn(reason="The name is public."))
    assert unread("eve") == unread("root") == []
    cleared = ("decided", "Eve", "The legal question is cleared: The name is public.")
    assert told("ben") == [cleared]
    assert told("ada") == [cleared, ("decided", "Eve", "The notice is posted: Bridge said to be shut")]


def test_who_becomes_an_editor_is_told_of_the_notices_and_legal_questions_that_wait(
    make_desk, make_case, do, ada, ben, eve, people, review, told, unread
):
    make_desk(tags=["flu"])
    at_desk, elsewhere = make_case(tags=["flu"]), make_case()
    for case_id in (at_desk, elsewhere):
        do(case_id, "take", ada)
        do(case_id, "notice", ada, NoticeIn(headline="Said to be shut", text="x"))
        do(case_id, "flag", ada, FlagIn(reason="It names a minor."))
    done = make_case(tags=["flu"])
    do(done, "take", ada)
    do(done, "notice", ada, NoticeIn(headline="Posted", text="x"))
    do(done, "announce", eve)
    do(done, "flag", ada, FlagIn(reason="Cleared."))
    do(done, "unflag", eve, ClearIn(reason="It is public."))

    def give(name, **rights):
        with review.transaction() as session:
            workflow.change_rights(session, people[name].id, RightsIn(**rights), people["root"])

    waits = [("legal", "Ada", "It names a minor."), ("to_post", "Ada", "Said to be shut")]
    give("ben", role="checker", desks={"health": "editor"})
    assert told("ben") == waits, "of those at that desk"
    give("ben", role="editor")
    assert sorted(told("ben")) == sorted(waits * 2)
    give("ada", role="editor")
    assert "to_post" not in unread("ada"), "who wrote it can't post it"
    do(at_desk, "announce", eve)
    do(at_desk, "unflag", eve, ClearIn(reason="It is public."))
    assert sorted(unread("ben")) == ["legal", "to_post"]


def test_of_many_verdicts_somebody_is_told_of_those_on_which_they_may_decide(
    make_desk, check_on, people, review, told, monkeypatch
):
    monkeypatch.setattr(waiting, "MOST", 2)
    make_desk(tags=["flu"], members=[{"email": "ben@desk.example", "role": "checker"}])
    make_desk(slug="sport", name="Sport", tags=["goal"])
    for _ in range(3):
        check_on(tags=["flu"])
    check_on(tags=["goal"], text="The last one.")
    with review.transaction() as session:
        rights = RightsIn(role="checker", desks={"health": "checker", "sport": "editor"})
        workflow.change_rights(session, people["ben"].id, rights, people["root"])
    assert told("ben") == [("to_approve", "Ada", VERDICT.headline)]


def test_a_desk_that_asks_for_more_second_checks_asks_for_them_on_what_waits(
    make_desk, check_on, do, people, ben, eve, review, told, unread
):
    make_desk(tags=["flu"])
    make_desk(slug="sport", name="Sport", tags=["goal"])
    case_id, other = check_on(tags=["flu"]), check_on(tags=["goal"])
    assert (unread("ben"), unread("eve")) == ([], ["to_approve"] * 2)

    def ask_for(count):
        with review.transaction() as session:
            found = DeskIn.model_validate({"name": "Health", "tags": ["flu"], "second_checks_needed": count})
            workflow.change_desk(session, "health", found, people["root"])

    ask_for(1)
    assert told("ben") == [("second", "Ada", VERDICT.headline)]
    assert sorted(unread("eve")) == ["second", "to_approve"], "the verdict at the other desk still waits for her"
    assert unread("ada") == [], "who gave it"
    ask_for(1)
    assert len(told("ben")) == 1
    do(case_id, "second", ben, SecondIn(rating="false"))
    assert unread("eve") == ["to_approve"] * 2
    ask_for(2)
    assert (unread("ben"), sorted(unread("eve"))) == ([], ["second", "to_approve"])
    ask_for(0)
    assert (unread("ben"), unread("eve")) == ([], ["to_approve"] * 2)
    do(case_id, "approve", eve)
    do(other, "approve", eve)
    assert unread("eve") == []


def test_of_many_verdicts_a_desk_s_new_rule_asks_in_stretches_that_may_be_cut_off(
    make_desk, check_on, do, people, ben, eve, review, unread, desk, monkeypatch
):
    monkeypatch.setattr(waiting, "ASKED_AT_ONCE", 2)
    make_desk(tags=["flu"])
    cases = [check_on(tags=["flu"]) for _ in range(7)]
    form = {"name": "Health", "tags": "flu", "second_checks_needed": "1", "rating": ["true", "false"]}
    page = desk("root").post("/desks/health", data=form, follow_redirects=True).text
    assert "5 still to go" in page
    assert unread("ben") == ["second"] * 2, "the first of them, before the page answers"
    assert sorted(unread("eve")) == ["second"] * 2 + ["to_approve"] * 5

    asked = []

    def cut_off(session, case, ask=waiting.ask_for_approval):
        asked.append(case.id)
        if len(asked) == 4:
            raise RuntimeError("the process ends here")
        ask(session, case)

    with monkeypatch.context() as patched:
        patched.setattr(waiting, "ask_for_approval", cut_off)
        do_errands(review, early=True)
        do_errands(review, early=True)
    assert unread("ben") == ["second"] * 4, "what was asked for stays, of the stretch that was cut off nothing does"
    do(cases[-1], "second", ben, SecondIn(rating="false"))
    do_errands(review, early=True)
    assert "1 still to go" in desk("root").get("/desks").text
    do_errands(review, early=True)
    assert unread("ben") == ["second"] * 6
    assert sorted(unread("eve")) == ["second"] * 6 + ["to_approve"]
    assert "still to go" not in desk("root").get("/desks").text
