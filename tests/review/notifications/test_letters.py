"""Mail and chat: what is written there, when it goes out, and to whom."""

from datetime import datetime

import pytest
from review_desk import NASTY

from services.review import errands, jobs, models, queries, workflow
from services.review.schemas import (
    AssignIn,
    ChoicesIn,
    InviteIn,
    NoteIn,
)
from services.review.workflow import invitations, notifying, owners


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


def test_a_letter_finds_its_way_to_a_domain_with_letters_of_its_language(review, make_case, do, eve, mail, post):
    with review.transaction() as session:
        workflow.add_person(session, "Nia", "nia@küste.example", "long enough password", ["checker"])
    do(make_case(), "assign", eve, AssignIn(to="nia@küste.example", note="You know the harbour."))
    post()
    assert [letter["To"] for letter in mail[0].letters] == ["nia@xn--kste-0ra.example"]


def test_headers_hold_no_line_that_somebody_wrote(make_case, do, eve, mail, post):
    do(make_case("One\nBcc: all@example.org"), "assign", eve, AssignIn(to="ada@desk.example", note=NASTY))
    post()
    (letter,) = mail[0].letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Eve: was handed to you: One Bcc: all@example.org"
    assert letter.get_content_type() == "text/plain"


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


def test_whoever_has_left_is_mailed_nothing(review, make_case, do, eve, people, mail, post):
    do(make_case(), "assign", eve, AssignIn(to="ada@desk.example", note="Yours."))
    with review.transaction() as session:
        queries.find_person(session, "ada@desk.example").active = False
    post()
    assert mail[0].letters == []


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
