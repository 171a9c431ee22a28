"""A case goes to another desk, or its desk changes its rules, in the middle of the work."""

import pytest
from review_desk import VERDICT

from services.review import workflow
from services.review.schemas import DeskIn, MoveIn, ReturnIn, StepIn
from shared.errors import NotAllowed

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
