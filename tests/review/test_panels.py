"""Several people approve, and a second one checks, where a desk wants it."""

import pytest
from review_desk import VERDICT

from services.review import queries, workflow
from services.review.models import Case
from services.review.schemas import NothingIn, ReturnIn, SecondIn
from shared.errors import Forbidden, Invalid, NotAllowed


def test_a_panel_publishes_when_enough_have_approved(
    make_desk, check_on, do, eve, people, ada, approved_messages, review
):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    assert do(case_id, "approve", eve).approved_at is None
    assert approved_messages() == []
    with pytest.raises(NotAllowed, match="already"):
        do(case_id, "approve", eve)
    with pytest.raises(Forbidden):
        do(case_id, "approve", ada)
    assert do(case_id, "approve", people["root"]).approved_at
    (told,) = approved_messages()
    assert told["panel"] == ["Eve", "Root"]
    with review.reading() as session:
        assert [one.details["after"].get("approvals") for one in queries.get_case(session, case_id, ada).history[-2:]] == [
            "1 of 2", "2 of 2"
        ]  # fmt: skip


def test_a_second_checker_comes_to_the_same_rating_before_it_can_be_approved(make_desk, check_on, do, eve, people, ada):
    make_desk(tags=["vote"], second_checks_needed=1)
    case_id = check_on(tags=["vote"])
    with pytest.raises(NotAllowed, match="one more person"):
        do(case_id, "approve", eve)
    with pytest.raises(Forbidden):
        do(case_id, "second", ada, SecondIn(rating="false"))
    do(case_id, "second", people["ben"], SecondIn(rating="false"))
    with pytest.raises(NotAllowed, match="already"):
        do(case_id, "second", people["ben"], SecondIn(rating="false"))
    assert do(case_id, "approve", eve).approved_at


def test_another_rating_sends_it_back_with_both_side_by_side(make_desk, check_on, do, eve, people, ada, review, desk):
    make_desk(tags=["vote"], second_checks_needed=1, approvals_needed=2)
    case_id, ben = check_on(tags=["vote"]), people["ben"]
    do(case_id, "second", ben, SecondIn(rating="false"))
    do(case_id, "approve", eve)
    for wrong in (SecondIn(rating="true"), SecondIn(rating="nonsense", note="Why not?")):
        with pytest.raises(Invalid):
            do(case_id, "second", people["root"], wrong)
    case = do(case_id, "second", people["root"], SecondIn(rating="unproven", note="The log is a copy."))
    assert case.state == "unverified"
    with review.reading() as session:
        seen = queries.get_case(session, case_id, ada)
    assert [(one.by, one.rating, one.counts) for one in seen.second_checks] == [
        ("Ben", "false", False),
        ("Root", "unproven", False),
    ]
    assert "The log is a copy." in desk("ada").get(f"/cases/{case_id}").text
    do(case_id, "check", ada, VERDICT)
    with pytest.raises(NotAllowed, match="one more person"):
        do(case_id, "approve", eve)
    do(case_id, "second", ben, SecondIn(rating="false"))
    assert do(case_id, "approve", eve).approved_at is None  # the first approval was of what was sent back
    assert do(case_id, "approve", people["root"]).approved_at


def test_approvals_end_when_a_verdict_is_sent_back(make_desk, check_on, do, eve, people, ada, approved_messages):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    do(case_id, "approve", eve)
    do(case_id, "return", people["root"], ReturnIn(note="Which log?"))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", people["root"])
    assert approved_messages() == []
    do(case_id, "approve", eve)
    assert approved_messages()[0]["panel"] == ["Root", "Eve"]


def test_whoever_gets_a_hand_in_it_after_approving_no_longer_counts(make_desk, check_on, do, eve, people, review, look):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    do(case_id, "approve", eve)
    with review.transaction() as session:
        workflow.hands.lend_a_hand(session, session.get(Case, case_id), eve)
    assert do(case_id, "approve", people["root"]).approved_at is None
    with pytest.raises(Forbidden):
        do(case_id, "approve", eve)


def test_nothing_is_approved_twice_by_one_person_at_once(make_desk, check_on, review, people):
    make_desk(tags=["vote"], approvals_needed=2)
    case_id = check_on(tags=["vote"])
    for _ in range(2):
        try:
            with review.transaction() as session:
                case = session.get(Case, case_id)
                workflow.act(session, case_id, "approve", NothingIn(), people["eve"], case.version)
        except NotAllowed:
            break
    with review.reading() as session:
        assert session.get(Case, case_id).approved_at is None
