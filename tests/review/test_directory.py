"""The directory: who makes claims and which are theirs, whom to ask, and that how to reach them stays at the desk."""

import json

import pytest
from review_desk import NASTY
from sqlmodel import select

from services.review import auth, history, queries, workflow
from services.review.models import HistoryEntry
from services.review.schemas import DescribeIn, KnownIn, TagIn
from shared.errors import Invalid, NotFound


@pytest.fixture
def enter(review, ada):
    def make(name="Marie Dupont", known_id=None, **more):
        with review.transaction() as session:
            return workflow.enter(session, KnownIn(name=name, **more), ada, known_id).id

    return make


@pytest.fixture
def theirs(review):
    """The claims of somebody, by their texts."""

    def look(key):
        with review.reading() as session:
            found = queries.list_queue(session, queries.Wanted(claimant=key, sort="newest"), 10)
            return [one.text for one in found.rows]

    return look


def test_claims_are_whose_the_desk_says_they_are(make_case, do, ada, theirs, review, submitted):
    first = make_case("One.", claimant={"name": "Marie  DUPONT"})
    make_case("Two.", claimant={"name": "marie dupont", "title": "Mayor"})
    make_case("Three.")
    assert theirs("marie dupont") == ["Two.", "One."]
    do(first, "describe", ada, DescribeIn(wording="One.", claimant={"name": "Marc Dupont"}))
    assert (theirs("marie dupont"), theirs("marc dupont")) == (["Two."], ["One."])
    with review.transaction() as session:
        workflow.open_case(session, submitted("One.", claim_id=first, revision=2, claimant={"name": "Marie Dupont"}))
    assert theirs("marc dupont") == ["One."], "what the desk says counts"


def test_somebody_is_entered_changed_and_forgotten(enter, review, ada):
    known = enter(phone="+33 1 23", mail="m@x.example", note="Calls back late.", topics=["ports"])
    with pytest.raises(Invalid, match="stands in the directory"):
        enter("MARIE dupont")
    enter("Marie Dupont", known_id=known, party="Greens", phone="+33 9 99")
    with review.reading() as session:
        entry = queries.find_known(session, " marie dupont")
        assert (entry.party, entry.phone, entry.mail) == ("Greens", "+33 9 99", None)
        told = json.dumps([one.details for one in session.exec(select(HistoryEntry))])
        assert not [private for private in ("+33", "m@x.example", "Calls back") if private in told]
        assert '"phone"' in told
    with review.transaction() as session:
        workflow.forget(session, known, ada)
    with review.reading() as session:
        assert queries.find_known(session, "Marie Dupont") is None
        assert history.verify(session).broken == []
    with pytest.raises(NotFound), review.transaction() as session:
        workflow.forget(session, known, ada)


def test_whom_to_ask_is_offered_on_the_case(enter, make_case, do, ada, desk):
    enter("Harbour Board", phone="+44 1", topics=["bridges"])
    enter("Ice Expert", mail="ice@x.example", topics=["ice"])
    enter("Nobody Near", topics=["choirs"])
    case_id = make_case(claimant={"name": "The Mayor", "organization": "harbour board"})
    do(case_id, "tag", ada, TagIn(add=["ice"]))
    page = desk("ada").get(f"/cases/{case_id}").text
    asked = page[page.index('id="h-asked"') :]
    assert "Harbour Board" in asked
    assert "ice@x.example" in asked
    assert "Nobody Near" not in page
    assert "/directory/entry?name=The+Mayor" in page


def test_the_pages_keep_find_and_show_entries(desk, make_case, enter):
    ada = desk("ada")
    make_case("Theirs.", claimant={"name": "Jo"})
    assert "There is no entry for this name yet" in ada.get("/directory/entry?name=Jo").text
    form = {
        "name": "Jo",
        "organization": NASTY,
        "topics": "ice, bridges",
        "was": "Jo",
        "same_as": "https://jo.example/",
    }
    wrong = ada.post("/directory", data=form | {"same_as": "javascript:alert(1)"})
    assert (wrong.status_code, "javascript:alert(1)" in wrong.text, 'href="javascript' in wrong.text) == (
        422,
        True,
        False,
    )
    assert ada.post("/directory", data=form | {"known_id": "x"}).status_code == 400
    assert ada.post("/directory", data=form).status_code == 302
    assert ada.post("/directory", data=form).status_code == 302, "pressed twice"
    page = ada.get("/directory/entry?name=jo").text
    for words in ("Theirs.", "ice, bridges", "https://jo.example/"):
        assert words in page, words
    assert "<script>alert(1)" not in page
    assert "Jo</bdi></a>" in ada.get("/directory?q=BRIDG").text
    assert "Nobody like this" in ada.get("/directory?q=%25").text
    for number in range(55):
        enter(f"Somebody {number:02}")
    first = ada.get("/directory").text
    assert 'rel="next"' in first
    assert ada.get("/directory/entry").status_code == 200


def test_the_api_has_the_directory(app, review, ada):
    with review.transaction() as session:
        headers = {"Authorization": f"Bearer {auth.make_token(session, ada, 'x')}"}
    client = app.test_client()
    made = client.post("/v1/directory", json={"name": "Jo", "topics": ["ice"]}, headers=headers)
    assert made.status_code == 201
    path = f"/v1/directory/{made.json['id']}"
    assert client.post("/v1/directory", json={"name": "jo"}, headers=headers).status_code == 422
    assert client.put(path, json={"name": "Jo", "party": "Greens"}, headers=headers).json["party"] == "Greens"
    assert [one["name"] for one in client.get("/v1/directory?q=green", headers=headers).json["data"]] == ["Jo"]
    client.post("/v1/directory", json={"name": "Al"}, headers=headers)
    first = client.get("/v1/directory?limit=1", headers=headers).json
    second = client.get(f"/v1/directory?limit=1&cursor={first['next_cursor']}", headers=headers).json
    assert [one["data"][0]["name"] for one in (first, second)] == ["Al", "Jo"]
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(path, headers=headers).status_code == 404
