"""The queue: why a claim stands where it does, the next one for exactly one person, search, lists, and acts on many."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from pydantic import ValidationError
from review_desk import NOON, VERDICT, submit

from services.review import auth, bulk, queries, workflow
from services.review.models import Case
from services.review.pages import forms
from services.review.queries import Wanted
from services.review.schemas import ListIn, MemberIn, NoteIn, PlanIn, ReturnIn, StatementIn, StepIn, TagIn
from shared.errors import Forbidden, Invalid, NotFound


@pytest.fixture
def order(review, ada):
    """The texts of the queue in its order, filtered."""

    def texts(**wanted):
        with review.reading() as session:
            return [row.text for row in queries.list_queue(session, Wanted(**wanted), 50, None, ada).rows]

    return texts


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


def test_tags_are_added_and_taken_off_and_the_queue_filters_by_them(make_case, do, ada, order):
    case_id = make_case("Tagged.", tags=("bridge",))
    make_case("Other.")
    do(case_id, "tag", ada, TagIn(add=["Water", "water"], remove=["bridge"]))
    assert order(tag="WATER") == ["Tagged."]
    assert order(tag="bridge") == []


def test_next_hands_out_the_best_claim_to_exactly_one_person(review, make_case, people):
    for number in range(12):
        make_case(f"Claim {number}.", urgency=1 + number % 9)
    best = make_case("The best.", urgency=1, due_at=NOON - timedelta(hours=9))

    def take(name):
        with review.transaction() as session:
            return workflow.take_next(session, people[name]).id

    assert take("ada") == best
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, ["ada", "ben"] * 6))
    assert len(set(taken)) == 12
    with review.transaction() as session:
        assert workflow.take_next(session, people["ada"]) is None


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


def test_one_act_on_many_and_one_that_is_refused_holds_up_no_other(make_case, make_checked, look, ada, do, people):
    free, taken, checked = make_case(), make_case(), make_checked()
    do(taken, "take", people["ben"])
    results = bulk.act_on_all("take", [free, taken, checked, free], {}, ada)
    assert [one.status for one in results] == [200, 409, 409]
    assert "Ben has taken" in results[1].detail
    assert look(free).assignee_id == ada.id
    with pytest.raises(Invalid):
        bulk.act_on_all("close", [free], {"reason": "because"}, people["eve"])


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


def test_by_forms_the_next_claim_lists_and_acts_on_many(desk, make_case, look, people):
    ada, eve = desk("ada"), desk("eve")
    first, second = make_case("First.", urgency=1), make_case("Second.")
    answer = ada.post("/next")
    assert answer.location == f"/cases/{first}"
    assert look(first).assignee_id == people["ada"].id
    assert submit(ada, second, "plan", hours="10", reason="", urgency="2").status_code == 422
    assert (
        submit(ada, second, "plan", hours="10", reason="the court sits", urgency="2", tags="a, b,").status_code == 302
    )
    assert look(second).tags == ["a", "b"]
    submit(ada, second, "plan", hours="10", reason="the court sits", urgency="2", tags="public health, b")
    shown = re.search(r'name="tags"[^>]*value="([^"]*)"', ada.get(f"/cases/{second}").text)[1]
    assert shown == "public health, b"
    submit(ada, second, "plan", hours="10", reason="the court sits", urgency="2", tags=shown)
    assert look(second).tags == ["public health", "b"]
    submit(ada, second, "plan", hours="10", reason="the court sits", urgency="2", tags="a, b")
    sent = {"case": [str(first), str(second)], "act": "tag", "add": "bridge, Port of  Ellery", "back": "/?view=open"}
    assert eve.post("/bulk", data=sent).location == "/?view=open"
    assert look(second).tags == ["a", "b", "bridge", "port of ellery"]
    shown = eve.get("/?view=open").text
    assert '<input type="hidden" name="remove" value="bridge, port of ellery">' in shown
    assert (
        eve.post("/bulk", data={"act": "tag", "case": sent["case"], "remove": "bridge, port of ellery"}).status_code
        == 302
    )
    assert look(second).tags == ["a", "b"]
    assert "Tags taken off: 2 of 2." in eve.get("/?view=open").text
    assert eve.post("/bulk", data=sent).status_code == 302
    assert ada.post("/bulk", data=sent | {"act": "assign", "to": "ben@desk.example", "note": "x"}).status_code == 302
    assert look(first).assignee_id == people["ben"].id, "it was hers"
    told = ada.get("/?view=open").text
    assert "Handed over: 1 of 2." in told
    assert "Not done with “Second.”: Only an editor, or whoever has this case" in told
    gone = {"act": "close", "case": sent["case"], "reason": "spam", "note": "Both."}
    assert eve.post("/bulk", data=gone).status_code == 302
    assert look(second).state == "closed"
    assert ada.post("/bulk", data=sent | {"act": "take"}).status_code == 302
    assert "Not done with “First.”, “Second.”: A claim that is closed" in ada.get("/?view=open").text, (
        "a reason is said once"
    )
    assert '<input type="hidden" name="act" value="reopen">' in eve.get("/?view=open").text
    assert eve.post("/bulk", data=gone | {"act": "reopen"}).status_code == 302
    assert look(second).state == "unverified"
    assert ada.post("/bulk", data=sent | {"back": "//evil.example"}).location == "/"
    assert ada.post("/bulk", data=sent | {"act": "approve"}).status_code == 302
    kept = ada.post("/lists", data={"name": "Ice", "tag": "ice", "view": "open", "sort": "due"})
    assert kept.status_code == 302
    page = ada.get(kept.location).text
    assert "Kept, for you alone; it stands beside the other lists." in page
    assert re.findall(r'<a href="[^"]*" aria-current="page">\s*<(?:span|bdi)>([^<]+)', page) == ["Ice"]
    assert '<h1 id="title" dir="auto">Ice' in page
    assert '<h1 id="title">Open' in ada.get(f"{kept.location}&q=thaw").text
    kept = ada.post("/lists", data={"name": "ice", "tag": "ice", "view": "all", "sort": "newest", "is_shared": "true"})
    page = ada.get(kept.location).text
    assert "Kept in place of the one that you had under this name, for all at the desk;" in page
    assert re.search(r'name="name"[^>]* value="ice"', page)
    assert re.search(r'name="is_shared" value="true" checked', page), (
        "who saves it anew does not take it from the others unawares"
    )
    ada.post("/lists", data={"name": "Ice", "tag": "ice", "view": "open", "sort": "due"})
    [kept] = re.findall(r'<a href="([^"]+)"><bdi>Ice</bdi>', ada.get("/").text)
    listed = ada.get(kept.replace("&amp;", "&")).text
    assert "Second." not in listed, "it is not due"
    assert 'value="due" selected' in listed


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


@pytest.mark.parametrize(
    "tags",
    [
        ["paris, texas", "public health"],
        ['"so-called", they say', "a"],
        ['12" pipe', '"'],
        ['","', '""', 'a"b,c"d'],
        ["<b>&quot;,</b>"],
    ],
)
def test_a_tag_with_a_comma_of_its_own_survives_the_form(make_case, look, desk, tags):
    case_id, ada = make_case(tags=tags), desk("ada")
    submit(ada, case_id, "plan", tags=forms.in_a_line(tags), urgency="2")
    assert look(case_id).tags == tags
    shown = re.search(r'name="tags"[^>]*value="([^"]*)"', ada.get(f"/cases/{case_id}").text)[1]
    assert submit(ada, case_id, "plan", tags=unescape(shown), urgency="3").status_code == 302
    assert look(case_id).tags == tags


def test_tags_that_are_too_many_or_too_long_are_refused_in_the_form_at_once(make_case, look, desk):
    case_id, ada = make_case(), desk("ada")
    for line in ("x" * 10_000, ",".join(f"t{n}" for n in range(31)), '"a,' * 3_000, '""' * 5_000 + "x"):
        assert submit(ada, case_id, "plan", tags=line).status_code == 422
    assert look(case_id).tags == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "assign"}, "“to” and “with a note” are empty."),
        ({"act": "assign", "to": "ben@desk.example"}, "“with a note” is empty."),
        ({"act": "close", "note": "x"}, "“because” is empty."),
        ({"act": "note", "text": " "}, "“note” is empty."),
        ({"act": "tag", "add": " , "}, "“tags, with commas between” is empty."),
        ({"act": "tag", "add": "a" * 61}, "“tags, with commas between” must have at most 60 characters."),
    ],
)
def test_an_act_on_several_says_which_of_its_fields_is_empty_by_the_words_of_its_form(
    make_case, look, desk, sent, said
):
    case_id, eve = make_case(), desk("eve")
    assert eve.post("/bulk", data=sent | {"case": str(case_id)}).location == "/"
    assert f"Nothing was done: {said}" in eve.get("/?view=open").text
    assert (look(case_id).version, look(case_id).tags) == (1, [])


def test_next_and_many_by_the_api(app, people, make_case, review):
    client = app.test_client()
    with review.transaction() as session:
        token = auth.make_token(session, session.merge(people["ada"]), "t")
    with_token = {"Authorization": f"Bearer {token}"}
    best, other = make_case("Best.", urgency=1), make_case("Other.", tags=("ice",))
    assert client.post("/v1/queue/next?tag=Ice", headers=with_token).json["id"] == str(other)
    taken = client.post("/v1/queue/next", headers=with_token)
    assert (taken.json["id"], taken.json["assignee"]["name"]) == (str(best), "Ada")
    assert client.post("/v1/queue/next", headers=with_token).status_code == 204
    body = {"act": "note", "cases": [str(best), str(other)], "body": {"text": "Both."}}
    assert [one["status"] for one in client.post("/v1/cases/bulk", json=body, headers=with_token).json["results"]] == [
        200,
        200,
    ]
    assert client.post("/v1/cases/bulk", json=body | {"act": "approve"}, headers=with_token).status_code == 422
    made = client.post("/v1/lists", json={"name": "Mine", "q": "ice"}, headers=with_token)
    [kept] = made.json["data"]
    assert client.get("/v1/lists", headers=with_token).json["data"] == [kept]
    assert client.delete(f"/v1/lists/{kept['id']}", headers=with_token).status_code == 204


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
