"""A rating that readers see gets another name by two people; one that nobody saw, by one."""

import re

import pytest

from services.review import history, queries, workflow
from services.review.schemas import DeskIn, StepIn

OWN_WORDS = {"false": StepIn(label="Wrong", meaning="It is wrong."), "true": StepIn(label="Holds", meaning="It holds.")}
RENAMED = OWN_WORDS | {"false": StepIn(label="Holds, too", meaning="It holds.")}


@pytest.fixture
def propose(review, people):
    """Change the desk's ratings as an admin; returns the id of what is proposed then, if it has to wait."""

    def make(ratings, by="root"):
        with review.transaction() as session:
            found = DeskIn(name="Health", tags=["flu"], ratings=ratings)
            desk = workflow.change_desk(session, "health", found, people[by])
            return desk.proposal and desk.proposal["id"]

    return make


def test_a_rating_that_readers_see_is_renamed_by_two_people(
    make_desk, check_on, do, eve, review, propose, messages, desk
):
    make_desk(tags=["flu"], ratings=OWN_WORDS)
    waiting = check_on(tags=["flu"])
    assert propose(OWN_WORDS | {"false": StepIn(label="Not so", meaning="It is not so.")}) is None, "nobody saw it"
    assert propose(OWN_WORDS) is None
    do(waiting, "approve", eve)  # it is on its way to readers
    posted = len([one for one in messages() if one["topic"] == "scale.posted.v1"])
    assert propose(OWN_WORDS | {"true": StepIn(label="Right", meaning="It is right.")}) is None, "no verdict has it"
    without = {"misleading": OWN_WORDS["true"], "true": OWN_WORDS["true"]}
    assert propose(without), "who could leave it out alone could bring it back with another name"
    first, second = propose(RENAMED), propose(RENAMED, by="root")
    assert first
    assert first == second
    assert desk("eve").post("/desks/%00/ratings/confirm", data={"id": first}).status_code == 404
    for name, answer in (("root", "You proposed"), ("ada", "Only an editor")):
        found = desk(name).post("/desks/health/ratings/confirm", data={"id": first})
        assert found.status_code == 403
        assert answer in found.text
    other = propose(RENAMED | {"satire": StepIn(label="Satire", meaning="A joke.")})
    assert desk("eve").post("/desks/health/ratings/confirm", data={"id": first}).status_code == 412
    assert len([one for one in messages() if one["topic"] == "scale.posted.v1"]) == posted + 1, "none that is proposed"
    page = desk("eve").get("/desks").text
    assert re.search(r"Wrong</span>.*?→.*?Holds, too</span>", page, re.S)
    assert desk("eve").post("/desks/health/ratings/drop", data={"id": other}).status_code == 302
    assert desk("eve").post("/desks/health/ratings/confirm", data={"id": other}).status_code == 404
    last = propose(RENAMED)
    assert desk("eve").post("/desks/health/ratings/confirm", data={"id": last}).status_code == 302
    told = [one["message"] for one in messages() if one["topic"] == "scale.posted.v1"][-1]
    assert next(one["label"] for one in told["looks"] if one["slug"] == "false") == "Holds, too"
    assert "Confirm these ratings" not in desk("eve").get("/desks").text
    with review.reading() as session:
        assert not history.verify(session).broken


def test_a_rating_of_a_desk_s_own_is_renamed_by_its_form(make_desk, desk, review):
    make_desk(tags=["flu"], ratings=OWN_WORDS | {"cut": StepIn(label="Cut", meaning="It was cut.")})
    page = desk("root").get("/desks").text
    assert '<input type="hidden" name="own.slug" value="cut">' in page
    fields = {"name": "Health", "approvals_needed": "1", "evidence_needed": "2", "second_checks_needed": "0",
              "rating": ["true", "false"], "own.slug": "cut", "own.label": "Shortened", "own.meaning": "x"}  # fmt: skip
    assert desk("root").post("/desks/health", data=fields).status_code == 302
    with review.reading() as session:
        (kept,) = queries.list_desks(session)
    assert kept.ratings["cut"]["label"] == "Shortened"
    assert kept.ratings.keys() == {"true", "false", "cut"}
