"""Whoever has to know is told, as they chose, and nobody else."""

import re

import pytest
from pydantic import ValidationError
from review_desk import NASTY, VERDICT, submit
from sqlalchemy import event
from sqlmodel import select

from services.review import auth, models, queries, workflow
from services.review.models import Notification, NotificationChoice
from services.review.schemas import (
    AskIn,
    AssignIn,
    ChoicesIn,
    CloseIn,
    MemberIn,
    MergeIn,
    NewDeskIn,
    NoteIn,
    ReopenIn,
    ReplyIn,
    ReturnIn,
)
from services.review.workflow import notifying


def test_who_is_handed_a_claim_is_told_and_whoever_did_it_is_not(make_case, do, eve, told):
    do(make_case(), "assign", eve, AssignIn(to="ada@desk.example", note="You know the harbour."))
    assert told("ada") == [("assigned", "Eve", "You know the harbour.")]
    assert told("eve") == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ben have a look", {"ben"}),
        ("Ask @ben, @Root.", {"ben", "root"}),
        ("cc @ben@desk.example", {"ben"}),
        ("@editors please", {"eve", "root"}),
        ("@desk lunch", {"ben", "eve", "root"}),
        ("mail ben@desk.example", set()),
        ("@nobody @ada", set()),
        ("@benjamin", set()),
    ],
)
def test_who_is_named_in_a_note_is_told(make_case, do, ada, told, text, named):
    do(make_case(), "note", ada, NoteIn(text=text))
    assert {name for name in ("ada", "ben", "eve", "root") if told(name)} == named


def test_signs_in_a_name_stand_for_nothing_else_and_nobody_who_left_is_named(review, people):
    with review.transaction() as session:
        made = {
            address: workflow.add_person(session, "Kim", address, "long enough password", ["checker"]).id
            for address in ("k_m@desk.example", "kim@desk.example", "kim@paper.example", "jo.kim@desk.example")
        }
        workflow.deactivate(session, people["ben"].id, people["root"])
        named = notifying.mentioned(session, "@K_M, @desk.example @ben @n%")
        assert named == {made["k_m@desk.example"]}
        assert notifying.mentioned(session, "@Kim") == {made["kim@desk.example"], made["kim@paper.example"]}
        assert notifying.mentioned(session, "@kim@paper.example") == {made["kim@paper.example"]}


def test_a_note_of_thousands_of_names_is_read_and_nobody_else_is_loaded_for_it(review, people):
    with review.transaction() as session:
        for n in range(3):
            workflow.add_person(session, "Kim", f"kim{n}@desk.example", "long enough password", ["checker"])
    loaded = []
    event.listen(models.Person, "load", note := lambda person, _: loaded.append(person.name))
    try:
        with review.reading() as session:
            assert notifying.mentioned(session, " ".join(f"@n{n}" for n in range(3_000)) + " @ada") == {
                people["ada"].id
            }
    finally:
        event.remove(models.Person, "load", note)
    assert loaded == []


def test_who_is_named_is_said_without_reading_every_colleague_s_address(review, people):
    asked = []
    with review.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note := lambda *given: asked.append(given[2]))
        said = notifying.named_in(session, "@ada, @ben@desk.example and @Nobody: see this.", people["ada"])
        event.remove(connection, "before_cursor_execute", note)
    assert said == (["Ben"], ["@Nobody"])
    assert len(asked) == 3
    assert all("people.id IN" in one or "people.email" in one.partition("WHERE")[2] for one in asked if "people" in one)


def test_a_desk_s_people_are_told_of_what_names_it(make_case, do, ada, told, review, people):
    with review.transaction() as session:
        members = [MemberIn(email=f"{name}@desk.example", role="checker") for name in ("ada", "ben")]
        workflow.make_desk(session, NewDeskIn(slug="port-news", name="Port news", members=members), people["root"])
        for taken in ("desk", "editors"):
            with pytest.raises(ValidationError, match="other people"):
                NewDeskIn(slug=taken, name="Taken")
    do(make_case(), "note", ada, NoteIn(text="@Port-News, have you seen this?"))
    assert {name for name in ("ada", "ben", "eve", "root") if told(name)} == {"ben"}


def test_an_answer_to_a_note_reaches_its_writer_once_even_if_they_are_named(make_case, do, people, ada, told, review):
    case_id = make_case()
    do(case_id, "note", ada, NoteIn(text="Which log?"))
    with review.reading() as session:
        first = queries.get_case(session, case_id, ada).notes[0]
    do(case_id, "note", people["ben"], NoteIn(text="The harbour's.", reply_to=first.id))
    do(case_id, "note", people["ben"], NoteIn(text="@ada found it.", reply_to=first.id))
    assert [kind for kind, *_ in told("ada")] == ["mentioned", "answered"]


def test_a_verdict_s_way_is_told_to_those_whose_turn_it_is(make_checked, do, people, ada, eve, told, unread, confirm):
    case_id = make_checked()
    assert told("eve") == told("root") == [("to_approve", "Ada", VERDICT.headline)]
    do(case_id, "return", eve, ReturnIn(note="Which log?"))
    assert told("ada")[0] == ("returned", "Eve", "Which log?")
    do(case_id, "check", ada, VERDICT)
    assert unread("root") == ["to_approve"], "the first one was sent back, and asks for nothing more"
    do(case_id, "approve", eve)
    assert unread("root") == unread("eve") == [], "what Eve has done nobody else has to"
    confirm(case_id)
    assert told("ada")[0] == ("published", None, VERDICT.headline)
    assert told("ben") == []


def test_a_reply_that_a_colleague_enters_is_told_to_whoever_works_on_it(make_case, do, people, ada, told, review):
    case_id = make_case()
    do(case_id, "take", ada)
    do(case_id, "ask", ada, AskIn(asked="Harbour Office", asked_by="Courier"))
    with review.reading() as session:
        asked = queries.get_case(session, case_id, ada).requests_for_comment[0]
    do(case_id, "reply", people["ben"], ReplyIn(request_id=asked.id, outcome="declined"))
    assert told("ada") == [("replied", "Ben", "Harbour Office: declined")]


def test_everybody_chooses(make_case, do, eve, desk, mail, lines, post, told):
    ada = desk("ada")
    page = ada.post("/notifications/choices", data={"assigned": ["chat"], "chat_name": "@ada"}, follow_redirects=True)
    assert "Kept: from now on" in page.text
    case_id = make_case("Prices <!channel> rose & fell @here.")
    do(case_id, "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    do(case_id, "note", eve, NoteIn(text="@ada look"))
    post()
    assert mail[0].letters == []
    assert len(lines[0]) == 1
    assert lines[0][0].startswith("@ada Eve: was handed to you: Prices &lt;!channel&gt; rose &amp; fell @\u200bhere.")
    assert [kind for kind, *_ in told("ada")] == ["mentioned", "assigned"]


@pytest.mark.parametrize(
    "given", [{"digest_hour": "24"}, {"digest_hour": "x"}, {"assigned": "pigeon"}, {"digest_zone": "Europe"}]
)
def test_a_choice_that_is_none_changes_nothing(desk, given, review):
    assert "Not kept" in desk("ada").post("/notifications/choices", data=given, follow_redirects=True).text
    with review.reading() as session:
        assert session.exec(select(NotificationChoice)).all() == []


def test_the_page_lists_what_one_was_told_and_opens_it(make_case, do, eve, desk, review):
    case_id = make_case(NASTY)
    do(case_id, "assign", eve, AssignIn(to="ada@desk.example", note=NASTY))
    ada = desk("ada")
    page = ada.get("/notifications").text
    assert "<script>alert(1)" not in page
    assert page.count('class="unread"') == 1
    with review.reading() as session:
        (one,) = session.exec(select(Notification)).all()
    assert desk("ben").post(f"/notifications/{one.id}/open").location == "/notifications"
    assert ada.post(f"/notifications/{one.id}/open").location == f"/cases/{case_id}"
    assert 'class="unread"' not in ada.get("/notifications").text
    do(case_id, "assign", eve, AssignIn(to="ada@desk.example", note="Look again."))
    page = ada.get("/notifications").text
    assert page.count('class="unread"') == 1
    (link,) = set(re.findall(r'<a class="open" href="([^"]+)"', page))
    ada.get(link)
    assert 'class="unread"' not in ada.get("/notifications").text


def test_nobody_reads_or_clears_what_others_were_told(make_case, do, eve, desk, review):
    do(make_case(), "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    with review.reading() as session:
        (one,) = session.exec(select(Notification)).all()
    ben = desk("ben")
    assert "Yours." not in ben.get("/notifications").text
    ben.post(f"/notifications/{one.id}/open")
    ben.post("/notifications/read")
    assert desk("ada").get("/news").json["unread"] == 1


def test_the_api_tells_and_takes_choices(app, review, people, ada, eve, make_case, do):
    with review.transaction() as session:
        token = auth.make_token(session, ada, "a program")
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    do(make_case(), "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    found = client.get("/v1/notifications", headers=headers).json
    assert found["unread"] == 1
    assert found["data"][0]["words"] == "Yours."
    assert client.post("/v1/notifications/read", json={}, headers=headers).status_code == 204
    assert client.get("/v1/notifications", headers=headers).json["unread"] == 0
    choices = {"ways": {"assigned": ["mail", "chat"]}, "chat_name": None, "digest_hour": 6}
    assert client.put("/v1/notifications/choices", json=choices, headers=headers).json["digest_hour"] == 6
    kept = client.get("/v1/notifications/choices", headers=headers).json["ways"]
    assert kept["assigned"] == ["mail", "chat"]
    assert kept["mentioned"] == []
    assert client.put("/v1/notifications/choices", json={"ways": {"x": []}}, headers=headers).status_code == 422


def test_what_is_about_a_try_is_told_in_the_page_alone(
    review, make_case, do, eve, people, unread, desk, mail, lines, post, hour
):
    desk("ada").post("/notifications/choices", data={"mentioned": ["mail", "chat"], "assigned": ["mail", "chat"]})
    a_try = make_case("Is this thing on?", test=True)
    do(a_try, "assign", eve, AssignIn(to="ada@desk.example", note="Try it."))
    do(a_try, "note", eve, NoteIn(text="@ada see the try"))
    post()
    assert unread("ada") == ["assigned", "mentioned"]
    assert (mail[0].letters, lines[0]) == ([], [])
    do(make_case(), "note", eve, NoteIn(text="@ada see the claim"))
    post()
    assert ["see the claim" in one.get_content() for one in mail[0].letters] == [True]
    assert "Is this thing on?" not in mail[0].letters[0].get_content() + str(lines[0])
    mail[0].letters.clear()
    with review.transaction() as session:
        workflow.choose(session, ChoicesIn(digest_hour=hour), people["ada"])
        workflow.order_digests(session)
    post()
    (letter,) = mail[0].letters
    assert "The bridge" in letter.get_content()
    assert "Is this thing on?" not in letter.get_content()


def test_a_note_from_the_page_tells(desk, make_case, told):
    assert submit(desk("ben"), make_case(), "note", text="@ada see page 3").status_code == 302
    assert told("ada") == [("mentioned", "Ben", "@ada see page 3")]


def test_whoever_writes_a_note_reads_who_is_told_and_which_name_stands_for_nobody(desk, make_case, make_desk, people):
    make_desk(members=[{"email": "eve@desk.example", "role": "editor"}])

    def said(text):
        browser = desk("ben")
        answer = submit(browser, make_case(), "note", text=text)
        return re.findall(r'<p class="flash">(.*?)</p>', browser.get(answer.location).text)

    assert said("Nobody answers.") == ["Noted."]
    assert said("@ben, to myself") == ["Noted."]
    assert said("@ada, @EVE@desk.example: page 3") == ["Noted. Ada and Eve are told."]
    assert said("@health see page 3") == ["Noted. Eve is told."]
    assert said("@adda see @WhiteHouse") == [
        "Noted. Nobody here is called @adda or @WhiteHouse: nobody is told by them."
    ]
    assert said("@ada and @evve") == ["Noted. Ada is told. Nobody here is called @evve: nobody is told by it."]
    assert said("@editors") == ["Noted. Eve and Root are told."]
    many = " ".join(f"@x{n}" for n in range(1_000))
    assert said(many) == ["Noted. Nobody here is called @x0, @x1, @x2, @x3, @x4 or others: nobody is told by them."]


def test_whoever_works_on_a_claim_is_told_when_others_take_it_away(make_case, do, ada, ben, eve, told):
    given, freed, closed, merged, into = (make_case(f"It snowed on {n} days.") for n in range(5))
    for case_id in (given, freed, closed, merged):
        do(case_id, "take", ada)
    do(given, "assign", eve, AssignIn(to="ben@desk.example", note="Ada is ill."))
    do(freed, "release", eve)
    do(closed, "close", eve, CloseIn(reason="spam", note="An advertisement."))
    do(merged, "merge", eve, MergeIn(into=into, reason="The same.", found_by="words"))
    assert told("ada") == [
        ("taken_away", "Eve", "Merged into: It snowed on 4 days."),
        ("taken_away", "Eve", "Closed: An advertisement."),
        ("taken_away", "Eve", "It is in the queue again."),
        ("taken_away", "Eve", "Ben has it now: Ada is ill."),
    ]
    do(given, "release", ben)
    assert [kind for kind, *_ in told("ben")] == ["assigned"], "nobody is told what they did themselves"


def test_who_checked_and_who_approved_are_told_that_a_verdict_is_taken_up_again(make_published, do, ben, told):
    do(make_published(), "reopen", ben, ReopenIn(kind="correction", note="Two days."))
    assert told("ada")[0] == told("eve")[0] == ("reopened", "Ben", "Two days.")
    assert "reopened" not in [kind for kind, *_ in told("root")]


def test_what_people_are_told_of_since_they_chose_is_told_as_usual(review, ada):
    with review.transaction() as session:
        session.add(NotificationChoice(person_id=ada.id, ways={"assigned": []}))
    with review.reading() as session:
        chosen = queries.find_choices(session, ada.id).ways
    assert (chosen["assigned"], chosen["legal"]) == ([], ["mail"])
