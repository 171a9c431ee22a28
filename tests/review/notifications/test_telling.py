"""Whoever has to know is told: in the page, by a real mail server, in the chat; as they chose."""

import re
from datetime import datetime

import pytest
from pydantic import ValidationError
from review_desk import NASTY, VERDICT, submit
from sqlalchemy import event
from sqlmodel import select

from services.review import auth, errands, jobs, models, queries, workflow
from services.review.models import Notification, NotificationChoice
from services.review.schemas import (
    AskIn,
    AssignIn,
    ChoicesIn,
    CloseIn,
    InviteIn,
    MemberIn,
    MergeIn,
    NewDeskIn,
    NoteIn,
    ReopenIn,
    ReplyIn,
    ReturnIn,
)
from services.review.workflow import invitations, notifying, owners
from shared.clock import now


@pytest.fixture
def hour(monkeypatch):
    """The hour that it is, which does not end while digests are chosen and ordered."""
    moment = now()
    monkeypatch.setattr(notifying, "now", lambda: moment)
    return moment.hour


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


def test_what_happens_within_a_minute_goes_in_one_letter(make_case, do, eve, mail, post):
    first, second = make_case(), make_case("Ice closed it.")
    do(first, "assign", eve, AssignIn(to="ada@desk.example", note="You know\nthe harbour."))
    do(second, "note", eve, NoteIn(text="@ada and this"))
    post()
    (letter,) = mail[0].letters
    assert letter["To"] == "ada@desk.example"
    assert letter["From"] == "Desk <desk@paper.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == "2 things at the desk"
    text = letter.get_content()
    for words in (
        "Eve: was handed to you",
        "The bridge was closed",
        f"/cases/{first}",
        "@ada and this",
        "/notifications",
    ):
        assert words in text
    post()
    assert len(mail[0].letters) == 1


def test_what_was_read_in_the_page_meanwhile_is_not_mailed(make_case, do, eve, desk, mail, post):
    case_id = make_case()
    do(case_id, "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    ada = desk("ada")
    assert ada.get("/news").json["unread"] == 1
    ada.get(f"/cases/{case_id}")
    assert ada.get("/news").json["unread"] == 0
    post()
    assert mail[0].letters == []


def test_a_mail_server_that_refuses_gets_it_later(make_case, do, eve, mail, post):
    do(make_case(), "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    mail[0].answer = "451 Try later"
    post()
    mail[0].answer = "250 OK"
    post()
    assert len(mail[0].letters) == 1


def test_headers_hold_no_line_that_somebody_wrote(make_case, do, eve, mail, post):
    do(make_case("One\nBcc: all@example.org"), "assign", eve, AssignIn(to="ada@desk.example", note=NASTY))
    post()
    (letter,) = mail[0].letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Eve: was handed to you: One Bcc: all@example.org"
    assert letter.get_content_type() == "text/plain"


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


def test_a_digest_comes_once_a_day_to_those_who_want_it(
    review, make_case, make_checked, do, people, ada, eve, mail, post, hour
):
    case_id = make_case()
    do(case_id, "take", ada)
    make_case("Ice closed it.")
    make_checked()
    post()
    mail[0].letters.clear()
    for _ in range(2):
        with review.transaction() as session:
            for name in ("ada", "eve"):
                workflow.choose(session, ChoicesIn(digest_hour=hour), people[name])
            workflow.order_digests(session)
    post()
    letters = {letter["To"]: letter.get_content() for letter in mail[0].letters}
    assert len(mail[0].letters) == 2
    assert "1  on your desk" in letters["ada@desk.example"]
    assert "1  wait for a checker" in letters["ada@desk.example"]
    assert "wait for approval" not in letters["ada@desk.example"]
    assert "1  wait for approval" in letters["eve@desk.example"]
    assert "Ada: waits for a second pair of eyes" in letters["eve@desk.example"]


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


def test_whoever_has_left_is_mailed_nothing(review, make_case, do, eve, people, mail, post):
    do(make_case(), "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    with review.transaction() as session:
        queries.find_person(session, "ada@desk.example").active = False
    post()
    assert mail[0].letters == []


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


@pytest.mark.parametrize(
    ("zone", "hour", "moments"),
    [
        # summer time ends on 25 October: an hour later in UTC from then on
        (
            "Europe/Berlin",
            7,
            {"2026-10-24T04:59": 0, "2026-10-24T05:01": 1, "2026-10-25T05:01": 1, "2026-10-25T06:01": 2},
        ),
        # it begins on 29 March at two: there is no hour from two to three
        (
            "Europe/Berlin",
            2,
            {"2026-03-28T01:01": 1, "2026-03-29T00:01": 1, "2026-03-29T01:01": 2, "2026-03-29T23:59": 2},
        ),
        (
            "Asia/Kathmandu",
            7,
            {"2026-10-24T01:01": 0, "2026-10-24T01:16": 1, "2026-10-24T02:01": 1, "2026-10-25T01:16": 2},
        ),
        # nobody's clock ran at seven
        ("America/New_York", 7, {"2026-10-24T10:59": 0, "2026-10-24T15:01": 1, "2026-10-25T11:01": 2}),
    ],
)
def test_a_digest_comes_at_the_hour_where_one_is(review, ada, monkeypatch, mail, post, zone, hour, moments):
    def it_is(moment):
        monkeypatch.setattr(notifying, "now", lambda: datetime.fromisoformat(f"{moment}:30Z"))

    it_is(min(moments)[:10] + "T00:00")
    with review.transaction() as session:
        workflow.choose(session, ChoicesIn(digest_hour=hour, digest_zone=zone), ada)
    for moment, letters in moments.items():
        it_is(moment)
        jobs.order_digests()
        post()
        assert len(mail[0].letters) == letters, moment


def test_a_digest_is_of_the_day_that_it_is_where_somebody_reads_it(review, ada, monkeypatch, mail, post):
    for module in (notifying, errands):
        monkeypatch.setattr(module, "now", lambda: datetime.fromisoformat("2026-10-24T19:30:00Z"))
    with review.transaction() as session:
        workflow.choose(session, ChoicesIn(digest_hour=8, digest_zone="Pacific/Auckland"), ada)
        workflow.order_digests(session)
    post()
    assert [one["Subject"] for one in mail[0].letters] == ["The desk on 25 October"]


def test_what_turns_the_direction_of_text_turns_no_address_in_mail_or_chat(
    make_case, do, eve, ada, desk, mail, lines, post
):
    desk("ada").post("/notifications/choices", data={"mentioned": ["mail", "chat"]})
    do(make_case("Shut \u202eon four\u2067 days."), "note", eve, NoteIn(text="@ada see \u202ethis"))
    post()
    (letter,) = mail[0].letters
    for text in (letter["Subject"], letter.get_content(), *lines[0]):
        assert not set(text) & set("\u202e\u2067")
        assert "Shut on four days." in text


def test_times_in_mails_are_those_of_whoever_reads_them_and_say_so(review, people, ada, monkeypatch, mail, post):
    for module in (invitations, owners):
        monkeypatch.setattr(module, "now", lambda: datetime.fromisoformat("2026-07-01T20:30:00Z"))
    monkeypatch.setattr(models.OneTimeLink, "is_open", True)
    with review.transaction() as session:
        workflow.choose(session, ChoicesIn(digest_zone="Europe/Berlin"), ada)
        workflow.choose(session, ChoicesIn(digest_zone="America/New_York"), people["root"])
        workflow.change_password(session, session.merge(ada), "a long enough password", None)
        workflow.change_password(session, session.merge(people["ben"]), "a long enough password", None)
        invitations.make_password_link(session, session.merge(ada), people["root"])
        invitations.invite(session, InviteIn(email="nia@desk.example"), people["root"])
    post()
    times = (
        ("ada", "was changed", "on 1 July 2026 at 22:30 (Europe/Berlin, UTC+02:00)."),
        ("ben", "was changed", "on 1 July 2026 at 20:30 UTC."),
        ("ada", "A new password", "until 00:30 (Europe/Berlin, UTC+02:00):"),
        ("nia", "Come to", "until 8 July 2026, 16:30 (America/New_York, UTC-04:00):"),
    )
    for name, subject, words in times:
        mine = [one for one in mail[0].letters if one["To"] == f"{name}@desk.example" and subject in one["Subject"]]
        assert [words in " ".join(one.get_content().split()) for one in mine] == [True], (name, subject)


def test_the_hour_that_comes_twice_is_read_as_two(review, ada, monkeypatch, mail, post):
    with review.transaction() as session:
        workflow.choose(session, ChoicesIn(digest_zone="Europe/Berlin"), ada)
    for moment in ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"):
        monkeypatch.setattr(owners, "now", lambda at=moment: datetime.fromisoformat(at))
        with review.transaction() as session:
            workflow.change_password(session, session.merge(ada), "a long enough password", None)
        post()
    texts = [" ".join(one.get_content().split()) for one in mail[0].letters]
    for text, offset in zip(texts, ("+02:00", "+01:00"), strict=True):
        assert f"on 25 October 2026 at 02:30 (Europe/Berlin, UTC{offset})." in text
