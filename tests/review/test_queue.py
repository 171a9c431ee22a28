"""The queue: why a claim stands where it does, what is searched and listed in it, and what is new."""

import re
from datetime import timedelta

import pytest
from pydantic import ValidationError
from review_desk import NOON, VERDICT, submit

from services.review import auth, queries, workflow
from services.review.models import Case
from services.review.queries import Wanted
from services.review.schemas import (
    ChecklistIn,
    FlagIn,
    ItemIn,
    ListIn,
    MemberIn,
    NoteIn,
    PlanIn,
    ReturnIn,
    SecondIn,
    StatementIn,
    StepIn,
)
from shared.errors import Forbidden, NotFound


def plan(**fields):
    return PlanIn.model_validate(fields)


def test_demand_urgency_age_and_due_time_decide_and_each_is_named(review, submitted, order, ada):
    told = [
        submitted("Usual."),
        submitted("Urgent.", urgency=1),
        submitted("In demand.", newsrooms=("Courier", "Radio", "Wire")),
        submitted("Due.", due_at=NOON + timedelta(hours=2), urgency=5),
        submitted("Can wait.", urgency=9),
    ]
    with review.transaction() as session:
        workflow.open_cases(session, told)
    assert order(state="unverified") == ["Urgent.", "Due.", "In demand.", "Usual.", "Can wait."]
    with review.reading() as session:
        rows = {row.text: row for row in queries.list_queue(session, Wanted(), 50, None, ada).rows}
    assert [(one.hours, one.why) for one in rows["In demand."].place[1:]] == [(12, "sent in by 3 newsrooms")]
    assert [(one.hours, one.why) for one in rows["Urgent."].place[1:]] == [(24, "urgency 1")]
    assert [(one.hours, one.why) for one in rows["Due."].place[1:]] == [(22, "its due time")]
    assert rows["Usual."].place[0].why == "waiting"


def test_a_verdict_that_waits_to_be_approved_shows_its_rating_and_headline_until_it_is(
    desk, make_desk, make_case, make_checked, do, ada, eve, client, review
):
    make_desk(tags=["ice"], ratings={
        "false": StepIn(label="Not so", meaning="x"),
        "holds": StepIn(label="Holds", meaning="x", shape="clock", colour="teal"),
    })  # fmt: skip
    usual, own = make_checked(text="The bridge was shut."), make_checked(text="The river froze.", tags=["ice"])
    do(own, "return", eve, ReturnIn(note="It did."))
    do(own, "check", ada, VERDICT.model_copy(update={"rating": "holds", "headline": "It froze <on> Monday"}))
    make_case("The port was shut.")
    found = re.compile(
        r'<p class="found"><span class="(rating [^"]+)"><svg.*?</svg> ([^<]+)</span> <bdi>(.*?)</bdi>', re.S
    )
    of_usual, of_own = (
        ("rating r-false", "False", VERDICT.headline),
        ("rating k-teal", "Holds", "It froze &lt;on&gt; Monday"),
    )
    browser = desk("eve")
    for view in ("approve", "all"):
        assert sorted(found.findall(browser.get(f"/?view={view}").text)) == sorted([of_usual, of_own])
    with review.transaction() as session:
        token = auth.make_token(session, session.merge(eve), "t")
    rows = client.get("/v1/queue?sort=oldest", headers={"Authorization": f"Bearer {token}"}).json["data"]
    assert [row["verdict"] and row["verdict"]["headline"] for row in rows] == [
        VERDICT.headline, "It froze <on> Monday", None,
    ]  # fmt: skip
    do(usual, "approve", eve)
    assert found.findall(browser.get("/?view=all").text) == [of_own]


def test_who_approved_or_sent_back_is_led_on_to_the_next_verdict_that_they_may_approve(
    desk, make_desk, make_checked, do, ada, eve, evidence
):
    make_desk("slow", tags=["slow"], second_checks_needed=1)
    first, second, third = (make_checked(text=f"The bridge was shut {when}.") for when in ("early", "then", "late"))
    own = make_checked(text="The river froze.", urgency=1)
    do(own, "return", eve, ReturnIn(note="One is missing."))
    do(own, "evidence", eve, evidence("Hers"))
    do(own, "check", ada, VERDICT)
    make_checked(text="It waits for a second check.", urgency=1, tags=["slow"])
    browser = desk("eve")

    def offered(case_id):
        on = re.search(
            r'href="/cases/([0-9a-f-]+)" data-key="g".*?<bdi>(.*?)</bdi>', browser.get(f"/cases/{case_id}").text, re.S
        )
        return on and on.groups()

    assert offered(first) is None, "it is to be approved first"
    assert submit(browser, first, "approve").status_code == 302
    assert offered(first) == (str(second), "The bridge was shut then.")
    assert submit(browser, second, "return", note="Look again.").status_code == 302
    assert offered(second) == (str(third), "The bridge was shut late.")
    assert "Next verdict to approve" not in desk("ada").get(f"/cases/{second}").text
    assert submit(browser, third, "approve").status_code == 302
    assert offered(third) is None, "she had a hand in one, and the other waits for somebody else"


def test_of_verdicts_that_wait_for_others_none_keeps_an_editor_from_the_one_on_which_they_may_decide(
    desk, make_desk, make_checked, do, eve, evidence
):
    make_desk("slow", tags=["slow"], second_checks_needed=1)
    first = make_checked(text="It was decided.")
    for number in range(6):
        make_checked(text=f"It waits for second check {number}.", urgency=1, tags=["slow"])
        asked = make_checked(text=f"It waits for answer {number}.", urgency=1)
        do(asked, "flag", eve, FlagIn(reason="Is it libel?"))
    theirs = make_checked(text="It waits for Eve.", urgency=9)
    browser = desk("eve")
    assert submit(browser, first, "return", note="Look again.").status_code == 302
    assert f'href="/cases/{theirs}" data-key="g"' in browser.get(f"/cases/{first}").text


def test_a_verdict_that_lacks_a_tick_of_the_checklist_or_was_checked_a_second_time_is_the_editors_next(
    desk, review, make_desk, make_checked, do, people
):
    make_desk("slow", tags=["slow"], second_checks_needed=1)
    first, agreed = make_checked(text="It was decided."), make_checked(text="Agreed.", urgency=1, tags=["slow"])
    do(agreed, "second", people["ben"], SecondIn(rating=VERDICT.rating))
    to_tick = make_checked(text="To be ticked.", urgency=9)
    with review.transaction() as session:
        asked = ItemIn(label="Names checked", before="approve", proof="person")
        workflow.change_checklist(session, None, ChecklistIn(items=(asked,)), people["root"])
    browser = desk("eve")
    assert submit(browser, first, "return", note="Look again.").status_code == 302
    assert f'href="/cases/{agreed}" data-key="g"' in browser.get(f"/cases/{first}").text
    assert submit(browser, agreed, "return", note="Look again.").status_code == 302
    assert f'href="/cases/{to_tick}" data-key="g"' in browser.get(f"/cases/{agreed}").text


def test_an_editor_of_one_desk_is_led_on_to_its_verdicts_alone(desk, make_desk, make_checked):
    make_desk("ice", tags=["ice"], members=[MemberIn(email="ben@desk.example", role="editor")])
    make_desk("elsewhere", tags=["port"])
    first = make_checked(text="First.", tags=["ice"])
    make_checked(text="Of nobody's.", urgency=1)
    make_checked(text="Of others.", urgency=1, tags=["port"])
    second = make_checked(text="Second.", tags=["ice"])
    browser = desk("ben")
    assert submit(browser, first, "approve").status_code == 302
    assert f'href="/cases/{second}" data-key="g"' in browser.get(f"/cases/{first}").text


def test_nobody_waits_for_ever(review, submitted, order):
    old = submitted("Old.").model_copy(update={"submitted_at": NOON - timedelta(hours=30)})
    with review.transaction() as session:
        workflow.open_cases(session, [submitted("Urgent.", urgency=1), old])
    assert order() == ["Old.", "Urgent."]


def test_its_place_is_set_by_hand_with_a_reason_and_what_the_newsroom_sends_later_does_not_undo_it(
    review, submitted, order, do, ada, look
):
    first, second = submitted("First.", urgency=4), submitted("Second.")
    with review.transaction() as session:
        workflow.open_cases(session, [first, second])
    do(second.claim_id, "plan", ada, plan(hours=48, reason="the minister repeats it", urgency=3, tags=["Water"]))
    assert order() == ["Second.", "First."]
    with review.transaction() as session:
        workflow.open_case(session, submitted("Second.", claim_id=second.claim_id, revision=2, urgency=7, tags=("x",)))
    case = look(second.claim_id)
    assert (case.urgency, case.tags) == (3, ["water"])
    assert (48, "moved by hand: the minister repeats it") in [one[:2] for one in workflow.explain(case)]
    do(second.claim_id, "plan", ada, plan())
    assert (look(second.claim_id).urgency, look(second.claim_id).tags) == (7, ["x"]), "as its newsroom sent it"


def test_moving_by_hand_needs_a_reason():
    with pytest.raises(ValidationError, match="reason has to say why"):
        plan(hours=5)


def test_everything_that_is_written_on_a_case_can_be_searched(make_case, do, people, evidence, order):
    ada = people["ada"]
    case_id = make_case("The café was shut.", claimant={"name": "Marie Dupont"}, reason="shared by stations")
    make_case("Another claim.")
    do(case_id, "note", ada, NoteIn(text="Call the harbourmaster tomorrow."))
    do(case_id, "evidence", ada, evidence("Logbook of the pier"))
    do(case_id, "evidence", ada, evidence("Second"))
    do(
        case_id,
        "statement",
        ada,
        StatementIn(stance="denies", speaker={"name": "Jorge Ibarra"}, quote="utter nonsense"),
    )
    do(case_id, "check", ada, VERDICT)
    for asked in (
        "cafe", "CAFÉ", "Dupont", "harbourmaster", "logbooks", "ibarra nonsense", '"utter nonsense"', "harbourmas",
        "It was one day",
    ):  # fmt: skip
        assert order(q=asked) == ["The café was shut."], asked
    for asked in ('"nonsense utter"', "cafe ibarra", "nothing", "%", '"', "' OR 1=1 --", "a AND NEAR("):
        assert order(q=asked) == [], asked


def test_a_list_is_kept_shared_and_dropped(review, people):
    with review.transaction() as session:
        kept = workflow.keep_list(session, ListIn(name="Water", q="pipe", is_shared=True), people["ada"])
        workflow.keep_list(session, ListIn(name="Mine alone"), people["ada"])
        again = workflow.keep_list(session, ListIn(name="water", q="leak", is_shared=True), people["ada"])
        assert again.id == kept.id
    with review.reading() as session:
        bens = queries.list_saved(session, people["ben"])
    assert [(one.name, one.by, one.is_mine, one.filters) for one in bens] == [("water", "Ada", False, {"q": "leak"})]
    with review.transaction() as session, pytest.raises(Forbidden):
        workflow.drop_list(session, kept.id, people["ben"])
    with review.transaction() as session:
        workflow.drop_list(session, kept.id, people["eve"])
    with review.transaction() as session, pytest.raises(NotFound):
        workflow.drop_list(session, kept.id, people["ada"])


def test_unread_until_somebody_looked_and_again_when_a_colleague_acts(desk, make_case, do, people):
    case_id = make_case("New to me.")
    ada = desk("ada")
    assert 'class="row unread"' in ada.get("/?view=open").text
    ada.get(f"/cases/{case_id}")
    assert 'class="row unread"' not in ada.get("/?view=open").text
    do(case_id, "note", people["ben"], NoteIn(text="I know him."))
    assert 'class="row unread"' in ada.get("/?view=open").text


def test_what_is_asked_beside_a_page_does_not_tell_again_what_the_page_told(desk, make_case):
    ada, case_id = desk("ada"), make_case()
    ada.get(f"/cases/{case_id}")
    ada.post(f"/cases/{case_id}/take", data={"seen": "1"})
    for address, header in (
        ("/news", {"Accept": "application/json"}), ("/?view=mine", {"X-Background": "1"}), ("/static/icon.svg", {}),
    ):  # fmt: skip
        with ada.get(address, headers=header) as asked:
            assert (asked.status_code, "Set-Cookie" in asked.headers, "yours now" in asked.text) == (200, False, False)
    assert "It is yours now." in ada.get(f"/cases/{case_id}").text
    assert "It is yours now." not in ada.get(f"/cases/{case_id}").text


def test_the_page_asks_whether_there_is_news_and_who_else_is_there(desk, make_case, do, people):
    case_id = make_case()
    ada, ben = desk("ada"), desk("ben")
    before = ada.get("/news").json["newest"]
    ada.get(f"/cases/{case_id}")
    ben.get(f"/cases/{case_id}")
    do(case_id, "note", people["ben"], NoteIn(text="Look."))
    news = ada.get(f"/news?case={case_id}").json
    assert news["newest"] > before
    assert (news["version"], news["present"]) == (2, ["Ben"])
    assert ada.get("/news?case=nonsense").status_code == 400


def test_before_the_first_claim_the_desk_says_how_one_comes_and_what_becomes_of_it(desk, make_case):
    page = desk("root").get("/").text
    assert "No claim has come in yet." in page
    assert 'href="/people">invite them</a>' in page
    assert 'name="q"' not in page, "there is nothing to search"
    assert "invite them" not in desk("ada").get("/?view=mine").text
    make_case()
    page = desk("ada").get("/?view=mine").text
    assert "No claim has come in yet." not in page
    assert "You have taken nothing." in page


def test_a_claim_keeps_its_place_whatever_is_done_to_it(make_case, do, ada, review):
    case_id = make_case(urgency=2)
    with review.reading() as session:
        before = session.get(Case, case_id).stands_since
    do(case_id, "take", ada)
    do(case_id, "note", ada, NoteIn(text="x"))
    with review.reading() as session:
        assert session.get(Case, case_id).stands_since == before


def test_the_history_says_what_was_set_by_hand(desk, make_case, do, ada):
    case_id = make_case("A claim.")
    do(case_id, "plan", ada, plan(hours=12, reason="the court sits", urgency=2, tags=["court"]))
    page = desk("ada").get(f"/cases/{case_id}").text
    for words in ("urgency 2", "12 h of waiting", "tags court", "the court sits"):
        assert words in page.partition('id="h-history"')[2], words


def test_an_etag_stands_for_all_that_the_case_says(app, people, make_case, review, desk):
    with review.transaction() as session:
        token = auth.make_token(session, session.merge(people["ada"]), "t")
    case_id = make_case(urgency=1)
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    first = client.get(f"/v1/cases/{case_id}", headers=headers)
    desk("ben").get(f"/cases/{case_id}")
    again = client.get(f"/v1/cases/{case_id}", headers=headers)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.json == first.json


def test_what_its_words_say_moves_a_claim_and_a_person_can_say_otherwise(make_case, order, review, do, ada, look):
    plain, checkable = (
        make_case("The bridge is an eyesore."),
        make_case("The bridge was closed on 14 % of days in 2025."),
    )
    elsewhere = make_case("Auf 14 % der Tage war sie gesperrt.", language="xx")
    assert order()[0] == look(checkable).text
    with review.reading() as session:
        found = queries.get_case(session, checkable, ada)
    (factor,) = [one for one in found.place if "check-worthiness" in one.why]
    score = look(checkable).worth["score"]
    assert factor.hours == round(score / 100 * 12, 1) > 0
    assert look(checkable).worth["why"][0] in factor.why
    assert (look(elsewhere).worth, look(plain).worth["score"]) == ({}, 0)
    do(checkable, "plan", ada, PlanIn(worth=0, reason="A joke."))
    do(plain, "plan", ada, PlanIn(worth=90, reason="It is a code word."))
    assert order()[0] == look(plain).text
    with review.reading() as session:
        assert [one.why for one in queries.get_case(session, plain, ada).place] == [
            "check-worthiness 90 of 100: set by hand"
        ]
    with pytest.raises(ValueError, match="reason"):
        PlanIn(worth=3)
