"""A case goes to another desk, or its desk changes its rules, in the middle of the work."""

import pytest
from review_desk import VERDICT, person

from services.review import queries, workflow
from services.review.schemas import DeskIn, MemberIn, MoveIn, ReturnIn, RightsIn, SecondIn, StepIn
from shared.errors import Forbidden, NotAllowed

OWN = {
    "false": StepIn(label="Wrong", meaning="It is wrong."),
    "out-of-date": StepIn(label="Out of date", meaning="It held once.", value=2),
}
OUT_OF_DATE = VERDICT.model_copy(update={"rating": "out-of-date"})


@pytest.fixture
def moved_on(make_desk, check_on, do, ada, review, people):
    """A verdict that was given by rules that count no more: its case was moved, or its desk changed them."""

    def make(by, verdict=OUT_OF_DATE, **rules):
        make_desk(tags=["flu"], ratings=OWN)
        case_id = check_on(verdict, tags=["flu"])
        if by == "move":
            make_desk("politics", **rules)
            do(case_id, "move", ada, MoveIn(desk="politics"))
        else:
            with review.transaction() as session:
                workflow.change_desk(session, "health", DeskIn(name="Health", tags=["flu"], **rules), people["root"])
        return case_id

    return make


@pytest.mark.parametrize("by", ["move", "change"])
def test_a_rating_that_is_none_of_the_desk_s_is_approved_by_nobody(moved_on, by, do, eve, ada, desk, approved_messages):
    case_id = moved_on(by)
    page = desk("eve").get(f"/cases/{case_id}").text
    assert "Its rating is none of the desk&#39;s." in page
    with pytest.raises(NotAllowed, match="rated anew"):
        do(case_id, "approve", eve)
    assert approved_messages() == []
    do(case_id, "return", eve, ReturnIn(note="Rate it anew."))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    assert [one["rating"]["label"] for one in approved_messages()] == ["False"]


@pytest.mark.parametrize("by", ["move", "change"])
def test_a_verdict_has_the_evidence_that_its_desk_asks_for_when_it_is_approved(
    moved_on, by, do, eve, ada, approved_messages
):
    case_id = moved_on(by, VERDICT, evidence_needed=3)
    with pytest.raises(NotAllowed, match="one more piece of evidence"):
        do(case_id, "approve", eve)
    do(case_id, "return", eve, ReturnIn(note="Is there no more?"))
    do(case_id, "check", ada, VERDICT.model_copy(update={"waiver": "There is no other log."}))
    do(case_id, "approve", eve)
    assert len(approved_messages()) == 1


@pytest.fixture
def carol(review, people):
    """Somebody who has no role but at a desk."""
    with review.transaction() as session:
        carol = person("carol", "checker")
        carol.roles = []
        session.add(carol)
    return carol


def test_a_claim_that_goes_to_a_desk_where_who_has_it_has_no_part_is_there_to_be_taken(
    make_desk, make_case, do, carol, ada, look, review
):
    make_desk(tags=["flu"], members=[MemberIn(email=carol.email, role="checker")])
    make_desk("politics")
    case_id = make_case(tags=["flu"])
    do(case_id, "take", carol)
    do(case_id, "move", ada, MoveIn(desk="politics"))
    assert look(case_id).assignee_id is None
    with review.reading() as session:
        (told,) = queries.list_notifications(session, carol, 10)
    assert (told.kind, told.words) == ("taken_away", "It is with the desk Politics now.")
    with pytest.raises(Forbidden):
        do(case_id, "take", carol)
    do(case_id, "take", ada)
    do(case_id, "move", ada, MoveIn(desk="health"))
    assert look(case_id).assignee_id == ada.id, "who may work on it there, too, keeps it"


@pytest.mark.parametrize("how", ["desk", "rights"])
def test_who_loses_their_part_at_a_desk_gives_back_what_they_have_there(
    make_desk, make_case, do, carol, review, people, look, how
):
    make_desk(tags=["flu"], members=[MemberIn(email=carol.email, role="checker")])
    make_desk("politics", tags=["vote"], members=[MemberIn(email=carol.email, role="checker")])
    theirs, stays = make_case(tags=["flu"]), make_case("Votes", tags=["vote"])
    for case_id in (theirs, stays):
        do(case_id, "take", carol)
    with review.transaction() as session:
        if how == "desk":
            workflow.change_desk(session, "health", DeskIn(name="Health", tags=["flu"]), people["root"])
        else:
            workflow.change_rights(session, carol.id, RightsIn(desks={"politics": "checker"}), people["root"])
    assert (look(theirs).assignee_id, look(stays).assignee_id) == (None, carol.id)


def test_a_verdict_that_is_sent_back_to_who_has_no_part_any_more_is_there_to_be_taken(
    make_desk, make_case, do, carol, ada, eve, evidence, look
):
    make_desk(tags=["flu"], evidence_needed=1, members=[MemberIn(email=carol.email, role="checker")])
    make_desk("politics", evidence_needed=1)
    case_id = make_case(tags=["flu"])
    do(case_id, "take", carol)
    do(case_id, "evidence", carol, evidence())
    do(case_id, "check", carol, VERDICT)
    do(case_id, "move", ada, MoveIn(desk="politics"))
    do(case_id, "return", eve, ReturnIn(note="Look again."))
    do(case_id, "take", ada)
    assert look(case_id).assignee_id == ada.id


def test_what_was_agreed_at_one_desk_by_its_own_people_counts_at_no_other(
    make_desk, check_on, do, carol, ada, eve, people, approved_messages
):
    rules = {"approvals_needed": 2, "second_checks_needed": 1}
    make_desk(tags=["flu"], members=[MemberIn(email=carol.email, role="editor")], **rules)
    make_desk("politics", **rules)
    case_id = check_on(tags=["flu"])
    do(case_id, "second", carol, SecondIn(rating="false"))
    do(case_id, "approve", carol)
    do(case_id, "move", carol, MoveIn(desk="politics"))
    with pytest.raises(NotAllowed, match="one more person"):
        do(case_id, "approve", eve)
    do(case_id, "second", people["ben"], SecondIn(rating="false"))
    do(case_id, "approve", eve)
    assert approved_messages() == [], "of two approvals there is one"
    do(case_id, "approve", people["root"])
    assert [one["panel"] for one in approved_messages()] == [["Eve", "Root"]]
