"""Stories come from intake in any order; a kill order reaches every case made from them; the desk picks sentences."""

import re
from itertools import permutations

import pytest
from review_desk import PASSWORD, SENTENCES, story
from sqlmodel import select

from services.review import jobs, ledger, queries, storyboard, workflow
from services.review.app import create_app
from services.review.models import Outbox
from services.review.schemas import PicksIn
from shared.clock import new_id
from shared.contracts import SentencesPicked, StoryBrought
from shared.errors import Forbidden, Invalid, NotFound, Stale


@pytest.fixture
def arrive(review):
    def deliver(message):
        envelope = {
            "id": str(new_id()), "topic": message.topic, "key": message.key, "revision": message.revision,
            "payload": message.model_dump_json(), "request_id": None, "traceparent": None,
        }  # fmt: skip
        envelope["signature"] = review.messages.sign(envelope)
        assert list(jobs.story_received([envelope])["outcomes"].values()) == [None]

    return deliver


@pytest.fixture
def case_of(review, ada):
    def get(case_id):
        with review.reading() as session:
            return queries.get_case(session, case_id, ada)

    return get


@pytest.fixture
def board(review):
    def get(story_id):
        with review.reading() as session:
            return storyboard.get_story(session, story_id)

    return get


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_the_newest_story_stands_whatever_the_order(review, make_case, arrive, case_of, board, order):
    case_id, story_id = make_case(), new_id()
    for revision in (*order, 1):
        status = "canceled" if revision == 3 else "usable"
        arrive(story(story_id, revision, status, claims=[(case_id, SENTENCES[0].text)]))
    assert (board(story_id).revision, board(story_id).status) == (3, "canceled")
    [found] = case_of(case_id).stories
    assert (found.status, found.version) == ("canceled", "3")
    with review.reading() as session:
        assert ("story.received.v1", "review", str(story_id), 3) in [tuple(one) for one in ledger.known(session)]


def test_a_kill_order_is_an_act_on_every_case_and_outdates_what_an_editor_sees(
    review, make_case, arrive, case_of, eve, ada
):
    first, second, story_id = make_case(), make_case(), new_id()
    claims = [(first, "x"), (second, None)]
    arrive(story(story_id, 1, claims=claims))
    seen = case_of(first)
    arrive(story(story_id, 2, "canceled", claims, note="Withdrawn"))
    for case_id in (first, second):
        case = case_of(case_id)
        assert case.history[-1].action == "story killed"
        assert case.stories[0].note == "Withdrawn"
    with review.transaction() as session, pytest.raises(Stale):
        workflow.take(session, first, None, ada, int(seen.etag.strip('"v')))
    with review.reading() as session:
        assert {row.story_status for row in queries.list_queue(session, queries.Wanted(), 10).rows} == {"canceled"}
    arrive(story(story_id, 3, "usable", claims))
    assert case_of(first).history[-1].action == "story usable again"
    with review.reading() as session:
        assert {row.story_status for row in queries.list_queue(session, queries.Wanted(), 10).rows} == {None}


@pytest.mark.parametrize("published", [True, False])
def test_whoever_answers_for_a_verdict_is_told_why_its_story_was_killed(
    review, make_published, make_checked, arrive, people, published
):
    case_id, story_id = (make_published if published else make_checked)(), new_id()
    arrive(story(story_id, 1, "withheld", [(case_id, "x")]))
    arrive(story(story_id, 2, "canceled", [(case_id, "x")], note="Wrong bridge"))
    with review.reading() as session:
        told = {
            name: [one.words for one in queries.list_notifications(session, people[name], 50) if one.kind == "story"]
            for name in ("ada", "eve", "root")
        }
    both = ["It was killed: “Wrong bridge”", "It is withheld for now."]
    assert told == {"ada": both, "eve": both if published else [], "root": []}


def test_a_claim_of_a_killed_story_is_to_be_held_and_of_two_stories_while_one_stands_is_worked_on(
    make_case, do, ada, arrive, desk
):
    case_id, first, second = make_case(), new_id(), new_id()
    do(case_id, "take", ada)

    def asked():
        page = desk.get(f"/cases/{case_id}").text
        return re.search(r'class="waits">([^<]+)', page)[1], 'href="#evidence"' in page

    work = ("It needs evidence and a verdict.", True)
    arrive(story(first, 1, claims=[(case_id, "x")]))
    assert asked() == work
    arrive(story(first, 2, "canceled", [(case_id, "x")]))
    assert asked() == ("Its story was killed. Hold it until it is clear what stands.", False)
    arrive(story(second, 1, claims=[(case_id, "x")]))
    assert asked() == work


def test_a_kill_order_may_be_told_before_the_claim_is(review, make_case, arrive, case_of):
    claim_id, story_id = new_id(), new_id()
    arrive(story(story_id, 2, "canceled", [(claim_id, "x")]))
    make_case(claim_id=claim_id)
    case = case_of(claim_id)
    assert [one.action for one in case.history] == ["submitted", "story killed"]
    assert case.stories[0].status == "canceled"


def test_a_case_of_two_stories_is_flagged_while_one_of_them_is_killed(make_case, arrive, case_of):
    case_id, killed, usable = make_case(), new_id(), new_id()
    arrive(story(usable, 1, claims=[(case_id, "x")]))
    arrive(story(killed, 1, "canceled", [(case_id, "x")]))
    arrive(story(usable, 2, claims=[(case_id, "x")]))
    assert [one.action for one in case_of(case_id).history] == ["submitted", "story killed"]


def picks(*wanted):
    return PicksIn.model_validate({"sentences": [{"sentence": one, "take": take} for one, take in wanted]})


def test_a_pick_asks_intake_for_a_claim_with_what_was_ticked(review, arrive, board, ada, make_case):
    story_id = new_id()
    arrive(story(story_id))
    with review.transaction() as session:
        workflow.pick(session, story_id, picks(("a" * 16, ["hedge", "statements", "requests_for_comment"])), ada)
    assert board(story_id).asked_for == ["a" * 16]
    with review.reading() as session:
        [row] = session.exec(select(Outbox).where(Outbox.topic == SentencesPicked.topic)).all()
    message = SentencesPicked.model_validate_json(row.payload)
    [picked] = message.claims
    assert (picked.claim.text, picked.claim.hedge) == ("It was shut on four days.", "likely")
    assert picked.claim.statements[0].unnamed.described_as == "people on the quay"
    assert picked.claim.requests_for_comment[0].asked == "Harbour Office"
    assert picked.claim.story.headline == "Bridge shut"
    assert "could not verify it" in picked.reason

    case_id = make_case()
    arrive(story(story_id, 2, claims=[(case_id, "It was shut on four days.")]))
    assert (board(story_id).asked_for, board(story_id).cases) == ([], {"a" * 16: case_id})


def test_nothing_is_taken_over_unasked(review, arrive, ada):
    story_id = new_id()
    arrive(story(story_id))
    with review.transaction() as session:
        workflow.pick(session, story_id, picks(("a" * 16, [])), ada)
    with review.reading() as session:
        row = session.exec(select(Outbox).where(Outbox.topic == SentencesPicked.topic)).one()
    claim = SentencesPicked.model_validate_json(row.payload).claims[0].claim
    assert (claim.hedge, claim.statements, claim.requests_for_comment) == (None, (), ())


def test_what_can_not_be_picked_is_refused(review, arrive, ada):
    story_id = new_id()
    arrive(story(story_id))
    with review.transaction() as session:
        with pytest.raises(Invalid):
            workflow.pick(session, story_id, picks(("c" * 16, [])), ada)
        with pytest.raises(NotFound):
            workflow.pick(session, new_id(), picks(("a" * 16, [])), ada)
        ada.roles = []
        with pytest.raises(Forbidden):
            workflow.pick(session, story_id, picks(("a" * 16, [])), ada)
        session.rollback()


@pytest.fixture
def desk(review, ada):
    """A browser in which Ada is signed in, without the forms' tokens."""
    app = create_app(review.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/sign-in", data={"email": ada.email, "password": PASSWORD})
    return client


def test_the_pages_list_stories_and_take_picks(desk, arrive, make_case):
    assert "No story has come in yet" in desk.get("/stories").text
    story_id = new_id()
    arrive(story(story_id))
    assert "Bridge shut" in desk.get("/stories").text
    page = desk.get(f"/stories/{story_id}").text
    for words in ("It was shut on four days.", "likely", "people on the quay", "Harbour Office", "could not verify it"):
        assert words in page
    assert desk.post(f"/stories/{story_id}", data={}).status_code == 422
    assert desk.post(f"/stories/{story_id}", data={"sentence": "z"}).status_code == 422
    done = desk.post(f"/stories/{story_id}", data={"sentence": ["a" * 16, "b" * 16], "take": f"{'a' * 16} hedge"})
    assert done.status_code == 302
    assert desk.get(f"/stories/{story_id}").text.count("on the way to the queue") >= 2
    arrive(story(story_id, 2, note="Corrects the number of days"))
    assert "The agency notes: “<bdi>Corrects the number of days" in desk.get(f"/stories/{story_id}").text
    case_id = make_case()
    arrive(story(story_id, 3, "canceled", [(case_id, "Ice closed it.")], note="Wrong bridge"))
    assert "Wrong bridge" in desk.get(f"/cases/{case_id}").text
    assert "its story was killed" in desk.get("/?view=open").text
    assert "Wrong bridge" in desk.get(f"/stories/{story_id}").text
    assert desk.get(f"/stories/{new_id()}").status_code == 404


def test_stories_are_listed_page_by_page(review, arrive):
    ids = [new_id() for _ in range(5)]
    for one in ids:
        arrive(story(one))
    with review.reading() as session:
        rows = storyboard.list_stories(session, 3)
        rows += storyboard.list_stories(session, 3, rows[-1].id)
    assert [row.id for row in rows] == ids[::-1]
    assert {(row.worth_checking, row.claims) for row in rows} == {(2, 0)}


def brought(review):
    with review.reading() as session:
        rows = session.exec(select(Outbox).where(Outbox.topic == StoryBrought.topic).order_by(Outbox.id)).all()
    return [StoryBrought.model_validate_json(one.payload) for one in rows]


def test_a_story_that_is_sent_twice_is_brought_once_and_nothing_that_intake_would_refuse(review, desk):
    page = desk.get("/stories/new").text
    given = {
        "story_id": re.search(r'name="story_id" value="([^"]+)"', page)[1],
        "body": "Bridge shut\n\nIce closed it.",
    }
    for claims in ("It was shut.\na", "It was shut.", "It was shut.", "It was shut."):
        answer = desk.post("/stories/new", data=given | {"claims": claims})
        assert answer.status_code == (422 if "a" in claims.split() else 302)
    [told] = brought(review)
    assert str(told.story_id) == given["story_id"]
    assert "Must be a language tag, such as en or pt-BR" in desk.post("/stories/new", data={"language": "?? 1"}).text
    assert desk.post(f"/stories/{told.story_id}", data={"sentence": "0" * 16}).status_code == 404, "it is on its way"


def test_the_desk_enters_claims_and_the_story_that_they_stand_in(review, desk, arrive):
    assert 'name="claims"' in desk.get("/stories/new").text
    given = {
        "claims": "It was shut on four days.\r\n\r\n Ice closed it. \r\nIce closed it.", "publisher": "Courier",
        "published_at": "2026-01-27T14:05", "zone": "Europe/Berlin", "body": "Bridge shut\r\n\r\nIt was shut on four days.",
    }  # fmt: skip
    answer = desk.post("/stories/new", data=given)
    [told] = brought(review)
    assert [one.claim.text for one in told.claims] == ["It was shut on four days.", "Ice closed it."]
    assert {one.reason for one in told.claims} == {"Entered at the desk."}
    assert (told.story.headline, told.body) == ("Bridge shut", "It was shut on four days.")
    assert f"{told.claims[0].claim.story.published_at:%H:%M %Z}" == "13:05 UTC"
    assert answer.location == f"/stories/{told.story_id}"
    assert "on its way" in desk.get(answer.location).text
    arrive(story(told.story_id))
    assert "on its way" not in desk.get(answer.location).text
    answer = desk.post("/stories/new", data={"claims": "Ice closed it."})
    assert "view=open" in answer.location
    assert not brought(review)[1].is_story
    wire = "Jan 27 (Courier) - It was shut on four days, two people said.\n\nIce closed it."
    desk.post("/stories/new", data={"body": wire})
    last = brought(review)[2]
    assert (last.story.headline, last.body) == ("It was shut on four days, two people said.", wire)


def test_what_a_story_claims_is_entered_in_the_desk_s_own_words_too(review, desk, arrive):
    story_id = new_id()
    arrive(story(story_id))
    for nothing in ({}, {"claims": " \r\n "}):
        assert desk.post(f"/stories/{story_id}", data=nothing).status_code == 422
    for wrong, why in (
        ("x" * 10_001, "it may have 10,000 letters"),
        ("\n".join(f"Claim {n}." for n in range(51)), "50"),
    ):
        answer = desk.post(f"/stories/{story_id}", data={"claims": wrong})
        assert answer.status_code == 422
        assert re.search(f"in your own words: [^<]*{why}", answer.text), "it is the words that have to be mended"
        assert wrong[-200:] in answer.text, "which are kept"
    answer = desk.post(
        f"/stories/{story_id}", data={"sentence": "b" * 16, "claims": "It was shut.\r\n\r\nIt was shut."}
    )
    assert answer.status_code == 302
    assert "2 claims are on the way" in desk.get(answer.location).text
    with review.reading() as session:
        [row] = session.exec(select(Outbox).where(Outbox.topic == SentencesPicked.topic)).all()
    claims = [one.claim for one in SentencesPicked.model_validate_json(row.payload).claims]
    assert [(one.text, one.quote is not None) for one in claims] == [("Ice closed it.", True), ("It was shut.", False)]
    assert {one.story.headline for one in claims} == {"Bridge shut"}


def test_what_can_not_be_brought_is_refused_and_what_was_typed_stays(review, desk):
    for given in (
        {}, {"claims": " \n "}, {"claims": "x", "url": "javascript:x"}, {"claims": "x", "published_at": "x"},
        {"claims": "\n".join("x" * (number + 1) for number in range(51))},
    ):  # fmt: skip
        answer = desk.post("/stories/new", data={"reason": "kept words"} | given)
        assert answer.status_code == 422, given
        assert 'class="problem"' in answer.text
        assert "kept words" in answer.text
    assert brought(review) == []
