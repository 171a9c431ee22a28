"""Verdicts that are held until their time: by hand, or by the embargo of the story they were made from."""

from datetime import timedelta

import pytest
from review_desk import VERDICT, story, submit

from services.review import history, ledger, queries, workflow
from services.review.schemas import (
    ReturnIn,
    ScheduleIn,
)
from services.review.workflow import approval
from shared.clock import now
from shared.errors import Invalid, NotAllowed


def test_a_held_verdict_is_published_at_its_time_and_not_before(
    check_on, do, eve, review, look, approved_messages, monkeypatch
):
    case_id, until = check_on(), now() + timedelta(hours=2)
    do(case_id, "schedule", eve, ScheduleIn(until=until, note="The report is out then."))
    held = do(case_id, "approve", eve)
    assert held.is_held
    assert approved_messages() == []
    with review.reading() as session:
        assert [one for one in ledger.told(session) if one.topic == "verdict.approved.v1"] == []
    assert _release(review) == 0
    monkeypatch.setattr(approval, "now", lambda: until + timedelta(seconds=1))
    assert _release(review) == 1
    assert _release(review) == 0
    assert len(approved_messages()) == 1
    assert not look(case_id).is_held
    assert look(case_id).waits_for_site
    with review.reading() as session:
        assert len([one for one in ledger.told(session) if one.topic == "verdict.approved.v1"]) == 1
        assert history.verify(session).broken == []


def test_a_held_verdict_can_be_let_go_and_sent_back(check_on, do, eve, people, ada, approved_messages, look):
    later = ScheduleIn(until=now() + timedelta(days=1))
    case_id = check_on()
    do(case_id, "schedule", eve, later)
    do(case_id, "approve", eve)
    with pytest.raises(NotAllowed, match="held until its time"):
        do(case_id, "tag", eve, workflow.ACTIONS["tag"].takes())
    do(case_id, "return", eve, ReturnIn(note="The report changed."))
    assert look(case_id).approved_at is None
    assert approved_messages() == []
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", people["root"])
    assert approved_messages() == []
    do(case_id, "schedule", eve, ScheduleIn())
    assert len(approved_messages()) == 1


def test_the_embargo_of_a_story_holds_what_was_made_from_it(review, check_on, do, eve, approved_messages, look):
    case_id, until = check_on(), now() + timedelta(hours=3)
    with review.transaction() as session:
        workflow.note_story(session, story(case_id, claims=[(case_id, "x")], embargoed_until=until))
    assert do(case_id, "approve", eve).embargoed_until == until
    do(case_id, "schedule", eve, ScheduleIn())
    assert look(case_id).is_held
    assert approved_messages() == []


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_no_clock_publishes_a_held_verdict_whose_story_was_killed_meanwhile(
    check_on, do, eve, review, approved_messages, monkeypatch, desk, status
):
    cases, until = [check_on(), check_on(text="The ferry sank.")], now() + timedelta(hours=2)
    story_id = cases[0]
    for case_id in cases:
        do(case_id, "schedule", eve, ScheduleIn(until=until))
        do(case_id, "approve", eve)
    made = [(case_id, "x") for case_id in cases]
    with review.transaction() as session:
        workflow.note_story(session, story(story_id, claims=made))
        workflow.note_story(session, story(story_id, 2, status, claims=made, note="The source took it back."))
    with review.reading() as session:
        told = queries.list_notifications(session, eve, 10)
    assert [one.kind for one in told if "not published when its time has come" in one.words] == ["story", "story"]
    monkeypatch.setattr(approval, "now", lambda: until + timedelta(seconds=1))
    assert _release(review) == 0
    assert approved_messages() == []
    assert "until an editor lets it go" in desk("eve").get(f"/cases/{cases[0]}").text
    do(cases[0], "schedule", eve, ScheduleIn())
    assert len(approved_messages()) == 1, "an editor may let it go"
    with review.transaction() as session:
        workflow.note_story(session, story(story_id, 3, claims=made))
    assert _release(review) == 1, "the story can be used again"


def test_a_time_that_is_over_is_refused_rather_than_taken_for_no_hold(check_on, do, eve, approved_messages, look, desk):
    case_id, until = check_on(), now() + timedelta(days=1)
    do(case_id, "schedule", eve, ScheduleIn(until=until))
    do(case_id, "approve", eve)
    with pytest.raises(Invalid, match="until"):
        do(case_id, "schedule", eve, ScheduleIn(until=until - timedelta(days=365)))
    assert look(case_id).embargoed_until == until
    assert approved_messages() == []
    page = submit(desk("eve"), case_id, "schedule", until="2026-01-01T10:00", zone="UTC")
    assert page.status_code == 422
    assert "Is over already" in page.text
    assert approved_messages() == []


def _release(review):
    with review.transaction() as session:
        return workflow.release_due(session)
