"""What is due, unanswered or idle is told once, and idle work goes back to the queue."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import select

from services.review import figures, queries, workflow
from services.review.models import Case, CaseRead, CommentRequest, Draft
from services.review.schemas import AskIn, ChoicesIn, MergeIn, NewDeskIn, NoteIn, PeriodIn, PlanIn, ReplyIn
from services.review.workflow.underway import tell_late
from shared.clock import now
from shared.errors import Invalid


@pytest.fixture
def told(review):
    def look(person):
        with review.reading() as session:
            return [one.words for one in queries.list_notifications(session, person, 50)]

    return look


@pytest.fixture
def look_at_clocks(review):
    def look():
        with review.transaction() as session:
            workflow.remind(session)
        with review.transaction() as session:
            return workflow.offer_again(session)

    return look


@pytest.fixture
def let_it_lie(review):
    """`let_it_lie(case_id, hours)`: as if nobody had done, read or typed anything on it for so long."""

    def lie(case_id, hours, *tables):
        then = now() - timedelta(hours=hours)
        with review.transaction() as session:
            session.execute(update(Case).where(Case.id == case_id).values(touched_at=then))
            session.execute(update(CaseRead).where(CaseRead.case_id == case_id).values(seen_at=then))
            session.execute(update(Draft).where(Draft.case_id == case_id).values(saved_at=then))

    return lie


def test_idle_work_is_told_once_and_then_offered_again(
    make_case, do, ada, told, look_at_clocks, let_it_lie, look, review
):
    case_id = make_case()
    do(case_id, "take", ada)
    let_it_lie(case_id, 23)
    assert look_at_clocks() == 0
    assert told(ada) == []
    let_it_lie(case_id, 25)
    assert look_at_clocks() == look_at_clocks() == 0
    assert told(ada) == ["Nothing was done on it for 25 h; after 72 h others can take it."]
    let_it_lie(case_id, 73)
    assert look_at_clocks() == 1
    assert look(case_id).assignee_id is None
    assert told(ada)[0] == "It is in the queue again: nothing was done on it for 73 h."
    with review.reading() as session:
        last = queries.get_case(session, case_id, ada).history[-1]
    assert (last.action, last.by) == ("offered again", None)
    assert last.details["before"] == {"assignee": "ada@desk.example"}
    assert look_at_clocks() == 0


def test_reading_and_typing_count_as_work(make_case, do, ada, desk, look_at_clocks, let_it_lie, look):
    read, typed = make_case(), make_case("Ice closed it.")
    browser = desk("ada")
    for case_id in (read, typed):
        do(case_id, "take", ada)
        let_it_lie(case_id, 100)
    browser.get(f"/cases/{read}")
    browser.post(f"/cases/{typed}/draft", data={"seen": "2", "draft": "note", "text": "Called."})
    assert look_at_clocks() == 0
    assert look(read).assignee_id == look(typed).assignee_id == ada.id


def test_a_desk_has_its_own_times(make_case, do, ada, people, told, look_at_clocks, let_it_lie, look, review):
    with review.transaction() as session:
        found = NewDeskIn(
            slug="breaking",
            name="Breaking",
            tags=["now"],
            idle_remind_hours=0.5,
            idle_offer_hours=1,
            due_remind_hours=48,
        )
        workflow.make_desk(session, found, people["root"])
    there, elsewhere, due = (
        make_case(tags=["now"]),
        make_case("Ice closed it."),
        make_case("It was shut.", tags=["now"]),
    )
    for case_id in (there, elsewhere, due):
        do(case_id, "take", ada)
    do(due, "plan", ada, PlanIn(due_at=now() + timedelta(hours=40)))
    for case_id, hours in ((there, 0.6), (elsewhere, 2)):
        let_it_lie(case_id, hours)
    assert look_at_clocks() == 0
    assert told(ada)[0] == "Nothing was done on it for 0.6 h; after 1 h others can take it."
    assert re.fullmatch(r"It is due at \d+ \w{3}, \d\d:\d\d UTC\.", told(ada)[1])
    assert len(told(ada)) == 2
    let_it_lie(there, 2)
    with review.reading() as session:
        assert [row[4] for row in figures.workload(session, PeriodIn()).rows if row[0] == "Ada"] == [1]
    assert look_at_clocks() == 1
    assert (look(there).assignee_id, look(elsewhere).assignee_id) == (None, ada.id)


def test_work_is_not_offered_to_others_before_anybody_is_reminded(review, people):
    for times in ({"idle_offer_hours": 24}, {"idle_remind_hours": 80}, {"idle_remind_hours": 2, "idle_offer_hours": 1}):
        with pytest.raises(Invalid, match="longer"), review.transaction() as session:
            workflow.make_desk(session, NewDeskIn(slug="breaking", name="Breaking", **times), people["root"])


def test_what_others_do_on_a_case_does_not_keep_it(make_case, do, ada, eve, look_at_clocks, let_it_lie, look):
    case_id = make_case()
    do(case_id, "take", ada)
    let_it_lie(case_id, 73)
    do(case_id, "note", eve, NoteIn(text="How far is this?"))
    assert look_at_clocks() == 1
    assert look(case_id).assignee_id is None


def test_a_verdict_that_waits_for_an_editor_is_not_idle_work(make_checked, look_at_clocks, look, ada):
    case_id = make_checked()
    assert look(case_id).touched_at is None
    assert look_at_clocks() == 0
    assert look(case_id).assignee_id == ada.id


def test_what_is_due_is_told_before_and_after(make_case, do, ada, told, look_at_clocks, review):
    case_id = make_case()
    do(case_id, "take", ada)
    due = now() + timedelta(hours=1)
    do(case_id, "plan", ada, PlanIn(due_at=due))
    look_at_clocks()
    look_at_clocks()
    assert told(ada) == [f"It is due at {due:%H:%M} UTC."]
    do(case_id, "plan", ada, PlanIn(due_at=now() - timedelta(minutes=1)))
    look_at_clocks()
    assert told(ada)[0] == "It is overdue."
    with review.transaction() as session:
        workflow.choose(session, ChoicesIn(digest_zone="Asia/Kathmandu"), ada)
    do(case_id, "plan", ada, PlanIn(due_at=due + timedelta(minutes=1)))
    look_at_clocks()
    local = (due + timedelta(minutes=1)).astimezone(ZoneInfo("Asia/Kathmandu"))
    assert told(ada)[0] == f"It is due at {local:%H:%M} (Asia/Kathmandu, UTC+05:45)."
    assert len(told(ada)) == 3


def test_a_request_that_nobody_answered_in_time_is_told_and_an_answered_one_is_not(
    make_case, do, ada, told, look_at_clocks, review
):
    case_id = make_case()
    do(case_id, "take", ada)
    for asked in ("Harbour Office", "Ice Service"):
        do(case_id, "ask", ada, AskIn(asked=asked, asked_by="Courier", deadline=now() - timedelta(minutes=1)))
    with review.reading() as session:
        rows = session.exec(select(CommentRequest)).all()
    answered = next(one for one in rows if one.told["asked"] == "Ice Service")
    do(case_id, "reply", ada, ReplyIn(request_id=answered.id, outcome="declined"))
    look_at_clocks()
    look_at_clocks()
    assert told(ada) == ["Harbour Office has not answered in time"]


def test_a_deadline_that_came_with_the_claim_is_watched(make_case, do, ada, told, look_at_clocks):
    asked = {"id": "r1", "asked": "Harbour Office", "asked_by": "Courier", "deadline": now() - timedelta(minutes=2)}
    case_id = make_case(requests_for_comment=(asked,))
    do(case_id, "take", ada)
    look_at_clocks()
    assert told(ada) == ["Harbour Office has not answered in time"]


def test_whoever_sent_it_in_is_told_of_the_work_on_it_and_once_that_it_is_late(make_case, do, ada, messages, review):
    def told():
        known = [one["message"] for one in messages() if one["topic"] == "work.noted.v1"]
        return {(one["claim_id"], one["under_way"], one["late"]) for one in known[len(seen) :] if not seen.append(one)}

    def pass_by(**ago):
        with review.transaction() as session:
            session.get(Case, case_id).due_at = now() - timedelta(**ago)
        for count in (1, 0):
            with review.transaction() as session:
                assert tell_late(session) == count

    seen, case_id, other = [], make_case(), make_case()
    do(case_id, "take", ada)
    do(case_id, "note", ada, NoteIn(text="On it."))
    do(other, "merge", ada, MergeIn(into=case_id, reason="It says the same."))
    mine, theirs = str(case_id), str(other)
    assert told() == {(mine, True, False), (theirs, True, False)}
    pass_by(minutes=1)
    assert told() == {(mine, True, True), (theirs, True, True)}
    do(case_id, "release", ada)
    assert told() == {(mine, False, True), (theirs, False, True)}
    pass_by(seconds=1)  # another time was set, and has passed
    assert told() == {(mine, False, True), (theirs, False, True)}
