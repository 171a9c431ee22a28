"""What people at the desk think of the reasons for which claims are sent in; nobody's form grows stale by it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from review_desk import NOON

from services.review import auth, workflow
from shared.clock import new_id
from shared.contracts import ClaimRecord, ClaimSubmitted, Submission


@pytest.fixture
def sent(review):
    """A claim that was sent in with a reason; its id, and the submission's."""
    claim_id, submission_id = new_id(), new_id()
    tell(review, claim_id, submission_id, "The ferry ran every day.")
    return claim_id, submission_id


def tell(review, claim_id, submission_id, reason, revision=1):
    """As intake tells it."""
    one = Submission(id=submission_id, newsroom="Courier", reason=reason, submitted_at=NOON)
    claim = ClaimRecord(text="The ferry stopped.")
    message = ClaimSubmitted(claim_id=claim_id, revision=revision, submitted_at=NOON, claim=claim, submissions=(one,))
    with review.transaction() as session:
        workflow.open_case(session, message)


@pytest.fixture
def api(app, review, people):
    """`api("ada")`: a program of that person's."""

    def program(name):
        with review.transaction() as session:
            token = auth.make_token(session, people[name], "test")
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return program


def test_each_says_once_whether_a_reason_is_worth_following_and_may_think_otherwise(sent, api):
    case_id, submission_id = sent
    place = f"/v1/cases/{case_id}/reasons/{submission_id}"
    ada, ben = api("ada"), api("ben")
    before = ada.get(f"/v1/cases/{case_id}").json
    assert before["reasons"] == []
    for client, useful in ((ada, True), (ada, True), (ben, False)):
        answer = client.put(place, json={"is_useful": useful})
        assert answer.status_code == 200
    (said,) = answer.json["reasons"]
    assert said == {"submission_id": str(submission_id), "useful": 1, "not_useful": 1, "mine": False}
    assert answer.json["etag"] == before["etag"]
    assert ben.put(place, json={"is_useful": True}).json["reasons"][0]["useful"] == 2
    (left,) = ben.put(place, json={"is_useful": None}).json["reasons"]
    assert (left["useful"], left["not_useful"], left["mine"]) == (1, 0, None)


def test_it_is_said_on_the_page_and_taken_back_there(sent, desk):
    case_id, submission_id = sent
    ada = desk("ada")
    place = f"/cases/{case_id}/reasons/{submission_id}"
    answer = ada.post(place, data={"is_useful": "yes"})
    assert (answer.status_code, answer.location) == (302, f"/cases/{case_id}#sent-{submission_id}")
    page = " ".join(ada.get(f"/cases/{case_id}").text.split())
    assert 'value="" aria-pressed="true">Worth following · 1</button>' in page
    of_ben = " ".join(desk("ben").get(f"/cases/{case_id}").text.split())
    assert 'value="yes" aria-pressed="false">Worth following · 1</button>' in of_ben
    ada.post(place, data={"is_useful": ""})
    assert "Worth following ·" not in ada.get(f"/cases/{case_id}").text


def test_what_is_no_reason_of_the_claim_is_refused(sent, make_case, api):
    case_id, submission_id = sent
    ada = api("ada")
    other = make_case("Another.")
    for case, submission in ((other, submission_id), (case_id, new_id()), (new_id(), new_id())):
        assert ada.put(f"/v1/cases/{case}/reasons/{submission}", json={"is_useful": True}).status_code == 404


def test_who_checks_nothing_here_has_no_say_on_reasons(sent, desk, review, people):
    case_id, submission_id = sent
    with review.transaction() as session:
        session.merge(people["ben"]).roles = []
    ben, place = desk("ben"), f"/cases/{case_id}/reasons/{submission_id}"
    assert "Worth following" not in ben.get(f"/cases/{case_id}").text
    assert ben.post(place, data={"is_useful": "yes"}).status_code == 403
    ada = desk("ada")
    for said, answer in (("maybe", 422), ("<b>", 422), ("yes", 302), ("yes", 302), ("no", 302)):
        assert ada.post(place, data={"is_useful": said}).status_code == answer
    assert "Not worth it · 1" in " ".join(ada.get(f"/cases/{case_id}").text.split())


def test_of_a_reason_that_was_erased_nothing_is_said_any_more(sent, api, review):
    case_id, submission_id = sent
    api("ada").put(f"/v1/cases/{case_id}/reasons/{submission_id}", json={"is_useful": True})
    tell(review, case_id, submission_id, None, revision=2)
    assert api("ada").get(f"/v1/cases/{case_id}").json["reasons"] == []


def test_votes_that_come_at_once_are_all_counted_once(sent, api):
    case_id, submission_id = sent
    place = f"/v1/cases/{case_id}/reasons/{submission_id}"
    programs = [api(name) for name in ("ada", "ben", "eve", "root")]

    def vote(turn):
        program, useful = programs[turn % 4], (True, None, False, True)[turn // 4 % 4]
        return (
            program.application.test_client()
            .put(
                place, json={"is_useful": useful}, headers={"Authorization": program.environ_base["HTTP_AUTHORIZATION"]}
            )
            .status_code
        )

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(vote, range(64))) == {200}
    for program in programs:
        answer = program.put(place, json={"is_useful": True})
    (said,) = answer.json["reasons"]
    assert (said["useful"], said["not_useful"]) == (4, 0)
