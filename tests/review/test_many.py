"""Acts on several claims at once, by the form and by the API, and the next claim that is handed out."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from review_desk import NOON, submit

from services.review import auth, bulk, workflow
from shared.errors import Invalid


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


def test_one_act_on_many_and_one_that_is_refused_holds_up_no_other(make_case, make_checked, look, ada, do, people):
    free, taken, checked = make_case(), make_case(), make_checked()
    do(taken, "take", people["ben"])
    results = bulk.act_on_all("take", [free, taken, checked, free], {}, ada)
    assert [one.status for one in results] == [200, 409, 409]
    assert "Ben has taken" in results[1].detail
    assert look(free).assignee_id == ada.id
    with pytest.raises(Invalid):
        bulk.act_on_all("close", [free], {"reason": "because"}, people["eve"])


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


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "assign"}, "“to” and “with a note” are empty."),
        ({"act": "assign", "to": "ben@desk.example"}, "“with a note” is empty."),
        ({"act": "close", "note": "x"}, "“because” is empty."),
        ({"act": "note", "text": " "}, "“note” is empty."),
        ({"act": "tag", "add": " , "}, "“tags, with commas between” is empty."),
        ({"act": "tag", "add": "ice, " + "a" * 61}, "one of the tags is too long: it may have 60 letters."),
        ({"act": ""}, "choose what is to be done."),
        ({"act": "close", "reason": "bored", "note": "x"}, "choose why they are closed."),
    ],
)
def test_an_act_on_several_says_what_it_lacks_by_the_words_of_its_form(make_case, look, desk, sent, said):
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
