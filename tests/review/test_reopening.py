"""A claim is taken up again: by whoever works on it then, or for others."""

import pytest
from sqlmodel import select

from services.review.models import CaseSpan, HistoryEntry, Notification
from services.review.schemas import CloseIn, ReopenIn

CLOSE = CloseIn(reason="not_checkable", note="A matter of taste.")
CORRECTION = ReopenIn(kind="correction", note="A second closure had been overlooked.")


@pytest.mark.parametrize("was", ["closed", "published"])
def test_whoever_reopens_a_claim_to_work_on_it_has_it_by_the_same_act(
    make_case, make_published, do, people, look, review, was
):
    ben, case_id = people["ben"], make_published() if was == "published" else make_case()
    if was == "closed":
        do(case_id, "take", people["ada"])
        do(case_id, "close", people["eve"], CLOSE)
    version = look(case_id).version
    do(case_id, "reopen", ben, CORRECTION.model_copy(update={"take": True}))
    case = look(case_id)
    assert (case.state, case.version, case.assignee_id) == ("unverified", version + 1, ben.id)
    assert case.touched_at >= case.taken_at >= case.opened_at
    with review.reading() as session:
        spans = select(CaseSpan).where(CaseSpan.case_id == case_id).order_by(CaseSpan.number)
        running = session.exec(spans).all()[-1]
        acts = select(HistoryEntry).where(HistoryEntry.case_id == case_id).order_by(HistoryEntry.seq)
        act = session.exec(acts).all()[-1]
        notices = select(Notification).where(Notification.case_id == case_id, Notification.kind == "taken_away")
        told = [(one.person_id, one.words) for one in session.exec(notices.order_by(Notification.id))]
    assert (running.stage, running.person_id, running.ended_at) == ("work", ben.id, None)
    assert (act.action, act.details["after"]["assignee"]) == ("reopen", "ben@desk.example")
    assert act.details["before"]["assignee"] == "ada@desk.example"
    lost_it = [(people["ada"].id, f"Ben has it now: {CORRECTION.note}")]
    assert told[-1:] == (lost_it if was == "closed" else []), (
        "of a verdict that readers read they hear that it is reopened"
    )


def test_a_claim_that_is_reopened_for_others_is_nobodys(make_case, do, ada, eve, look):
    case_id = make_case()
    do(case_id, "take", ada)
    do(case_id, "close", eve, CLOSE)
    do(case_id, "reopen", ada, ReopenIn(note="There are figures after all."))
    assert (look(case_id).assignee_id, look(case_id).taken_at) == (None, None)
