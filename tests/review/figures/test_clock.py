"""The clock of a case runs without a gap, adds up, and tells waiting from work."""

import itertools
from datetime import timedelta

import pytest
from review_desk import VERDICT
from review_figures import hours, stages
from sqlalchemy import update

from services.review import workflow
from services.review.models import CaseRead
from services.review.schemas import AssignIn, NoteIn, ReturnIn
from shared.clock import now


def test_the_clock_of_a_case_runs_without_a_gap_and_adds_up(
    make_case, do, ada, eve, evidence, confirm, spans, pass_time
):
    case_id = make_case()
    pass_time(case_id, 5)
    do(case_id, "take", ada)
    pass_time(case_id, 3)
    for title in ("Harbour log", "Letter"):
        do(case_id, "evidence", ada, evidence(title))
    do(case_id, "check", ada, VERDICT)
    pass_time(case_id, 2)
    do(case_id, "return", eve, ReturnIn(note="Which four days?"))
    pass_time(case_id, 7)
    do(case_id, "note", ada, NoteIn(text="Asked."))
    pass_time(case_id, 1)
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    confirm(case_id)
    found = spans(case_id)
    assert stages(found) == ["queue", "work", "approval", "handed", "work", "approval", "site"]
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6, 7]
    for one, following in itertools.pairwise(found):
        assert one.ended_at == following.began_at
    assert found[-1].ended_by == "published"
    stays = [one for one in found if one.left_at]
    assert [(one.state, one.ended_by) for one in stays] == [
        ("unverified", "check"), ("checked", "return"), ("unverified", "check"), ("checked", "published"),
    ]  # fmt: skip
    assert [hours(one.worked) for one in stays] == [3, 0, 1, 0]
    assert [hours(one.waited) for one in stays][1:] == [2, 7, 0]
    whole = (found[-1].ended_at - found[0].began_at).total_seconds()
    assert sum(one.waited + one.worked for one in stays) == pytest.approx(whole, abs=0.001)
    assert {one.checker_id for one in stays} == {ada.id}
    assert [one.rating for one in stays] == ["false"] * 4


def test_what_was_given_to_somebody_waits_until_they_begin(make_case, do, people, eve, spans):
    ben, case_id = people["ben"], make_case()
    do(case_id, "assign", eve, AssignIn(to="ben@desk.example", note="For tonight."))
    do(case_id, "note", eve, NoteIn(text="Call the harbour first."))
    assert stages(spans(case_id)) == ["queue", "handed"]
    do(case_id, "note", ben, NoteIn(text="Calling."))
    assert stages(spans(case_id)) == ["queue", "handed", "work"]
    assert spans(case_id)[-1].person_id == ben.id


def test_work_that_lay_idle_was_waiting(make_case, do, ada, spans, review, pass_time):
    case_id = make_case()
    do(case_id, "take", ada)
    pass_time(case_id, 2)
    do(case_id, "note", ada, NoteIn(text="Called."))
    pass_time(case_id, 80)
    with review.transaction() as session:
        workflow.offer_again(session)
    found = spans(case_id)
    assert stages(found) == ["queue", "work", "idle", "queue"]
    assert hours(found[2].worked) == 2
    assert hours((found[2].ended_at - found[2].began_at).total_seconds()) == 80
    assert found[1].ended_at == found[2].began_at


def test_an_editor_has_a_verdict_in_hand_from_when_they_opened_it(make_checked, do, eve, spans, review, pass_time):
    case_id = make_checked()
    pass_time(case_id, 4)
    opened = now() - timedelta(minutes=12)
    with review.transaction() as session:
        session.add(CaseRead(person_id=eve.id, case_id=case_id, version=1, seen_at=now(), opened_at=opened))
    do(case_id, "return", eve, ReturnIn(note="Which four days?"))
    found = spans(case_id)
    assert stages(found)[2:] == ["approval", "reading", "handed"]
    left = found[3]
    assert (left.person_id, left.state, left.ended_by) == (eve.id, "checked", "return")
    assert round(left.worked / 60) == 12
    assert hours(left.waited + left.worked) == 4


def test_a_look_that_ended_before_the_decision_is_not_counted(make_checked, do, eve, spans, review, pass_time):
    case_id = make_checked()
    pass_time(case_id, 4)
    with review.transaction() as session:
        seen, opened = now() - timedelta(hours=1), now() - timedelta(hours=2)
        session.add(CaseRead(person_id=eve.id, case_id=case_id, version=1, seen_at=seen, opened_at=opened))
    do(case_id, "approve", eve)
    assert "reading" not in stages(spans(case_id))


def test_one_look_lasts_while_there_are_signs_of_it(make_case, ada, review):
    case_id = make_case()

    def look(**earlier):
        with review.transaction() as session:
            for name, minutes in earlier.items():
                then = now() - timedelta(minutes=minutes)
                session.execute(update(CaseRead).values({name: then}))
            workflow.note_read(session, case_id, 1, ada)
        with review.reading() as session:
            return now() - session.get(CaseRead, (ada.id, case_id)).opened_at

    assert look() < timedelta(minutes=1)
    assert look(opened_at=30, seen_at=0.5) >= timedelta(minutes=30)
    assert look(opened_at=30, seen_at=5) < timedelta(minutes=1)
