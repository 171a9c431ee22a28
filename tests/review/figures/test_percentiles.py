"""Percentiles are true ones, tests are left out, and who leads sees who has what."""

import statistics
from datetime import timedelta

import pytest
from review_figures import table
from sqlalchemy import update

from services.review import figures
from services.review.models import Case
from services.review.schemas import CloseIn, PeriodIn, ReturnIn
from shared.clock import now


@pytest.mark.parametrize("count", [1, 2, 3, 10, 101])
def test_percentiles_are_of_the_values_themselves(review, make_spans, count):
    values = [(n * 7919) % 1000 for n in range(count)]
    make_spans(values)
    (row,) = table(review, figures.stage_clock, "all").rows
    deciles = statistics.quantiles(values, n=10, method="inclusive") if count > 1 else values * 9
    assert row[:2] == ("Unverified", count)
    assert row[4:] == (pytest.approx(statistics.median(values)), pytest.approx(deciles[8]))


def test_the_clock_by_channel_leaves_tests_and_other_times_out(review, make_spans):
    make_spans([10, 20, 30], channel="Courier")
    make_spans([100], channel="Readers")
    make_spans([9999], channel="Courier", test=True)
    found = table(review, figures.stage_clock, "channel")
    assert [(row[1], row[2], row[5]) for row in found.rows] == [("Courier", 3, 20.0), ("Readers", 1, 100.0)]
    with review.reading() as session:
        earlier = PeriodIn(until=now().date() - timedelta(days=2))
        assert figures.stage_clock(session, earlier, "all").rows == []


def test_answers_are_shown_day_by_day(review, make_case, do, eve):
    for text in ("Ice closed it.", "It was shut."):
        do(make_case(text), "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    do(make_case("A test.", test=True), "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    with review.reading() as session:
        buckets, shown = figures.answers_over_time(session, PeriodIn())
        assert figures.answers(session, PeriodIn()).claims == 2
        year = PeriodIn(since=now().date() - timedelta(days=1000))
        months, _ = figures.answers_over_time(session, year)
    assert len(buckets) == len(shown.rows) == 28
    assert [one.answers.claims for one in buckets][-1] == 2
    assert 33 <= len(months) <= 35
    assert months[-1].answers.claims == 2


def test_a_desk_head_sees_who_has_what(review, make_case, make_checked, do, ada, people):
    made = make_checked()
    assert made
    for text, due in (("One.", None), ("Two.", now() - timedelta(hours=1)), ("Three.", now() + timedelta(hours=1))):
        do(make_case(text, due_at=due), "take", ada)
    idle = make_case("Four.")
    do(idle, "take", people["ben"])
    with review.transaction() as session:
        session.execute(update(Case).where(Case.id == idle).values(touched_at=now() - timedelta(days=2)))
    with review.reading() as session:
        rows = figures.workload(session, PeriodIn()).rows
    assert [row[:6] for row in rows][:2] == [("Ada", 3, 1, 1, 0, 1), ("Ben", 1, 0, 0, 1, 0)]


def test_what_came_back_is_counted_for_its_checker(review, make_checked, do, eve):
    case_id = make_checked()
    do(case_id, "return", eve, ReturnIn(note="Which four days?"))
    do(make_checked(text="Ice closed it."), "approve", eve)
    (row,) = table(review, figures.checkers).rows
    assert (row[0], row[1], row[4], row[5], row[6]) == ("Ada", 2, 1, 1, 1.0)
