"""Clocks add up, percentiles are true ones, tests are left out, and every table can be had as a file."""

import csv
import io
import itertools
import statistics
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from review_desk import NOON, VERDICT
from sqlalchemy import delete, update
from sqlmodel import select

from services.review import figures, workflow
from services.review.models import Case, CaseOutcome, CaseRead, CaseSpan
from services.review.pages import exports
from services.review.schemas import AssignIn, CloseIn, MergeIn, NoteIn, PeriodIn, ReopenIn, ReturnIn, RuleIn
from shared.clock import now
from shared.contracts import Party
from shared.db import row_of, table_of


@pytest.fixture
def spans(review):
    """`spans(case_id)`: its spans in their order."""

    def look(case_id):
        with review.reading() as session:
            chosen = select(CaseSpan).where(CaseSpan.case_id == case_id).order_by(CaseSpan.number)
            return session.exec(chosen).all()

    return look


@pytest.fixture
def outcomes(review):
    def look(case_id):
        with review.reading() as session:
            chosen = select(CaseOutcome).where(CaseOutcome.case_id == case_id).order_by(CaseOutcome.number)
            return session.exec(chosen).all()

    return look


@pytest.fixture
def pass_time(review):
    """`pass_time(case_id, hours)`: as if all that was done on it so far had been done so many hours earlier."""

    def earlier(case_id, hours):
        by = timedelta(hours=hours)
        with review.transaction() as session:
            for span in session.exec(select(CaseSpan).where(CaseSpan.case_id == case_id)):
                span.began_at -= by
                span.ended_at = span.ended_at and span.ended_at - by
                span.left_at = span.left_at and span.left_at - by
            case = session.get(Case, case_id)
            case.touched_at = case.touched_at and case.touched_at - by
            case.received_at -= by

    return earlier


@pytest.fixture
def make_spans(review, make_case):
    """`make_spans(values, channel="Courier", test=False)`: stays in `unverified` that ended now, so many seconds each."""

    def make(values, channel="Courier", **more):
        case_id = make_case()
        rows = [
            row_of(CaseSpan, case_id=case_id, number=number, state="unverified", stage="work", channel=channel,
                   began_at=NOON, ended_at=now(), left_at=now(), ended_by="check", worked=float(seconds), **more)
            for number, seconds in enumerate(values, start=100)
        ]  # fmt: skip
        with review.transaction() as session:
            session.connection().execute(table_of(CaseSpan).insert(), rows)

    return make


def stages(found):
    return [one.stage for one in found]


def hours(seconds):
    return round(seconds / 3600)


def table(review, make, *arguments):
    with review.reading() as session:
        return make(session, PeriodIn(), *arguments)


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


def test_the_first_answer_counts_and_what_stands_is_one(make_published, do, ada, eve, confirm, outcomes):
    case_id = make_published(claimant=Party(name="Harbour Board", organization="City"), tags=("port", "party:blue"))
    (first,) = outcomes(case_id)
    assert (first.kind, first.rating, first.claimant, first.party, first.channel) == (
        "published", "false", "Harbour Board", "blue", "Courier",
    )  # fmt: skip
    assert (first.evidence, first.withheld, first.waived, first.took) == (2, 1, False, 0)
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="It was two days."))
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "misleading"}))
    do(case_id, "approve", eve)
    confirm(case_id, 2)
    first, second = outcomes(case_id)
    assert (first.stands, second.stands) == (False, True)
    assert (second.revision_kind, second.rating, second.took) == ("correction", "misleading", None)
    assert second.first_at == first.first_at


def test_what_is_closed_and_taken_up_again_was_not_declined(make_case, do, eve, outcomes):
    case_id, other = make_case(), make_case("Ice closed it.")
    do(case_id, "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    (closed,) = outcomes(case_id)
    assert (closed.reason, closed.stands, closed.took is not None) == ("out_of_scope", True, True)
    do(case_id, "reopen", eve, ReopenIn(note="It is ours."))
    assert not outcomes(case_id)[0].stands
    do(case_id, "merge", eve, MergeIn(into=other, reason="The same ice."))
    assert (outcomes(case_id)[-1].reason, outcomes(case_id)[-1].took) == ("duplicate", None)


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
        rows = figures.workload(session, PeriodIn(), timedelta(hours=24)).rows
    assert [row[:6] for row in rows][:2] == [("Ada", 3, 1, 1, 0, 1), ("Ben", 1, 0, 0, 1, 0)]


def test_what_came_back_is_counted_for_its_checker(review, make_checked, do, eve):
    case_id = make_checked()
    do(case_id, "return", eve, ReturnIn(note="Which four days?"))
    do(make_checked(text="Ice closed it."), "approve", eve)
    (row,) = table(review, figures.checkers).rows
    assert (row[0], row[1], row[4], row[5], row[6]) == ("Ada", 2, 1, 1, 1.0)


def test_verdicts_are_counted_by_topic_and_claimant(review, make_published):
    make_published(tags=("port", "ice"), claimant=Party(name="Harbour Board"))
    by_topic, by_claimant = (table(review, figures.verdicts_by, of) for of in ("topic", "claimant"))
    # the site says that it was in January
    assert by_topic.rows == by_claimant.rows == []
    with review.reading() as session:
        january = PeriodIn(since=NOON.date(), until=NOON.date())
        assert [row[:2] for row in figures.verdicts_by(session, january, "topic").rows] == [("ice", 1), ("port", 1)]
        assert [row[:2] for row in figures.verdicts_by(session, january, "claimant").rows] == [("Harbour Board", 1)]


def test_the_page_shows_figures_and_every_table_is_a_file(desk, make_published, make_spans):
    make_published(tags=("port",))
    make_spans([60, 3600])
    head, checker = desk("eve"), desk("ada")
    page = head.get("/stats?by=channel&of=claimant").text
    assert "half within" in page
    assert "Who has what" in page
    assert "<svg" in page
    assert "Who has what" not in checker.get("/stats").text
    assert checker.get("/stats/checkers.csv").status_code == 403
    files = set()
    for address in {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:] if "/stats/" in part}:
        answer = head.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        files.add(answer.headers["Content-Disposition"].split('"')[1].rsplit("-20", 2)[0])
    assert files >= {"answers", "answers-over-time", "stage-clock-by-channel", "now", "workload", "checkers"}
    rows = list(csv.reader(io.StringIO(head.get("/stats/stage-clock.csv?mark=yes").text.removeprefix("\ufeff"))))
    assert rows[0][0] == "State"
    assert rows[0][2].endswith("(seconds)")


@pytest.mark.parametrize(
    "asked",
    ["since=yesterday", "since=2026-02-01&until=2026-01-01", "by=colour", "since=0001-01-01", "until=9999-12-31"],
)
def test_a_period_that_is_none_is_said_to_be_so(desk, asked):
    assert desk("eve").get(f"/stats?{asked}").status_code == 422
    assert desk("eve").get(f"/stats/answers.csv?{asked}").status_code == 422


def test_figures_are_for_people_who_are_signed_in(client):
    assert client.get("/stats").status_code == client.get("/stats/now.csv").status_code == 302


def test_a_list_of_the_queue_is_a_file_with_its_filters(desk, make_case, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    for number in range(7):
        make_case(f'=HYPERLINK("http://x.example/{number}")\n+1', tags=("ice",), claimant=Party(name="\tTab & Söhne"))
    make_case("Another claim.")
    browser = desk("ada")
    assert "/queue.csv?view=open&amp;tag=ice" in browser.get("/?view=open&tag=ice").text
    answer = browser.get("/queue.csv?view=open&tag=ice&mark=yes")
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len({row["id"] for row in rows}) == 7
    assert {row["claim"][:11] for row in rows} == {"'=HYPERLINK"}
    assert {row["claimant"] for row in rows} == {"'\tTab & Söhne"}
    assert browser.get("/queue.csv?view=nothing").status_code == 404
    assert len(browser.get("/queue.csv?q=another").text.splitlines()) == 2


def test_what_a_rule_closed_or_handed_out_is_in_the_figures(review, people, make_case, spans, outcomes):
    with review.transaction() as session:
        for words, then in (("bridge", {"close": "out_of_scope"}), ("ice", {"assign": "ben@desk.example"})):
            workflow.make_rule(session, RuleIn(name=words, when={"words": [words]}, then=then), people["eve"])
    closed, handed = make_case(), make_case("Ice closed it.")
    assert [(one.stage, one.ended_by) for one in spans(closed)] == [("queue", "close")]
    assert [(one.reason, one.took is not None) for one in outcomes(closed)] == [("out_of_scope", True)]
    assert [(one.stage, one.person_id) for one in spans(handed)] == [("handed", people["ben"].id)]


def test_figures_made_from_the_history_are_those_that_the_verbs_keep(
    review, make_case, make_published, make_checked, do, ada, eve, confirm, spans, outcomes
):
    corrected = make_published(claimant=Party(name="Harbour Board", organization="City"))
    do(corrected, "reopen", ada, ReopenIn(kind="correction", note="It was two days."))
    do(corrected, "take", ada)
    do(corrected, "check", ada, VERDICT.model_copy(update={"rating": "misleading"}))
    do(corrected, "return", eve, ReturnIn(note="Two?"))
    do(corrected, "check", ada, VERDICT)
    do(corrected, "approve", eve)
    confirm(corrected, 2)
    closed, merged, free = make_case("Ice."), make_case("Snow."), make_case("Rain.")
    do(closed, "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    do(merged, "take", ada)
    do(merged, "merge", ada, MergeIn(into=free, reason="The same."))
    do(merged, "unmerge", ada)
    do(free, "assign", eve, AssignIn(to="ben@desk.example", note="For tonight."))
    cases = (corrected, closed, free, make_checked(text="Hail."))
    kept = [one.model_dump() for case_id in cases for one in (*spans(case_id), *outcomes(case_id))]
    migration = import_module("services.review.migrations.versions.0016_figures")
    with review.transaction() as session:
        for table_ in (CaseSpan, CaseOutcome):
            session.execute(delete(table_))
        migration._fill(session.connection())
    made = [one.model_dump() for case_id in cases for one in (*spans(case_id), *outcomes(case_id))]
    assert [_exact(one) for one in made] == [_exact(one) for one in kept]
    for one, other in zip(made, kept, strict=True):
        for name, value in other.items():
            if isinstance(value, datetime):
                assert abs(one[name] - value) < timedelta(seconds=1)
            elif isinstance(value, float):
                assert one[name] == pytest.approx(value, abs=1)
    assert [one.stage for one in spans(merged)][:2] == ["queue", "work"]


def test_the_balance_counts_what_was_declined_too(review, make_case, make_published, do, eve, desk):
    blue, green = Party(name="Ann", organization="Blue"), Party(name="Bo", organization="Green")
    make_published(claimant=blue)
    make_published(text="Ice closed it.", claimant=blue)
    for text, reason in (("Snow.", "not_checkable"), ("Rain.", "spam")):
        do(make_case(text, claimant=green), "close", eve, CloseIn(reason=reason, note="No."))
    do(make_case("A test.", claimant=green, test=True), "close", eve, CloseIn(reason="spam", note="No."))
    with review.reading() as session:
        found = figures.balance(session, PeriodIn(since=NOON.date()), "party")
        kept = {row[0]: row[1:] for row in figures.principles(session, PeriodIn(since=NOON.date())).rows}
    assert [(row[0], row[1], row[2], row[5], row[7], row[8], row[11]) for row in found.rows] == [
        ("Blue", 2, 1.0, 2, 0, 0, 0), ("Green", 0, 0.0, 0, 2, 1, 1),
    ]  # fmt: skip
    assert kept["Two pieces of evidence"] == (2, 2, 1.0)
    assert kept["All evidence shown to readers"] == (0, 2, 0.0)
    assert kept["Corrections"] == (0, 2, 0.0)
    page = desk("ada").get("/reports?since=2026-01-01").text
    assert "Green" in page
    answer = desk("ada").get("/stats/balance-by-party.csv?since=2026-01-01")
    assert next(csv.reader(io.StringIO(answer.text)))[0] == "Party"


def _exact(row):
    """A row but for its moments and spans of time: of those, whether there are any."""
    return {name: value is None if isinstance(value, datetime | float) else value for name, value in row.items()}
