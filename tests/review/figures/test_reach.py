"""How often readers opened what the desk published: on the case, in reports, and as data."""

from datetime import date, timedelta

from review_figures import table

from services.review import figures
from services.review.schemas import PeriodIn
from services.review.workflow.reach import note_viewed
from shared.clock import new_id, now
from shared.contracts import PagesViewed


def viewed(review, day, *views, revision=1):
    told = [{"claim_id": claim_id, "pages": pages, "frames": frames} for claim_id, pages, frames in views]
    with review.transaction() as session:
        note_viewed(session, PagesViewed.model_validate({"revision": revision, "day": day, "views": told}))


def test_numbers_only_grow_however_often_and_in_whatever_order_they_are_told(review, make_published):
    case_id = make_published()
    day = now().date()
    viewed(review, day, (case_id, 7, 2))
    viewed(review, day, (case_id, 5, 3))  # an older one that comes late, but for frames
    viewed(review, day, (case_id, 7, 2), (new_id(), 4, 0))  # and a claim that the desk does not know
    viewed(review, day - timedelta(days=1), (case_id, 1, 0))
    (row,) = table(review, figures.reach).rows
    assert row[2:4] == (8, 3)


def test_the_report_has_the_most_read_first_by_what_readers_see(review, make_published, make_case):
    often, seldom, notice = make_published(), make_published(), make_case("A claim with a notice alone.")
    viewed(review, now().date(), (seldom, 3, 0), (often, 30, 1), (notice, 4, 0))
    found = table(review, figures.reach)
    assert [row[:4] for row in found.rows] == [
        ("It was one day", "False", 30, 1), ("A claim with a notice alone.", None, 4, 0), ("It was one day", "False", 3, 0)
    ]  # fmt: skip
    with review.reading() as session:
        before = PeriodIn(since=date(2026, 1, 1), until=date(2026, 1, 31))
        assert figures.reach(session, before).rows == []


def test_a_desk_has_its_own_numbers(review, make_published):
    viewed(review, now().date(), (make_published(), 30, 1))
    with review.reading() as session:
        assert figures.reach(session, PeriodIn(desk="nobody-s")).rows == []


def test_case_and_report_say_it(review, desk, make_published):
    case_id = make_published()
    ada = desk("ada")
    assert "Opened" not in ada.get(f"/cases/{case_id}").text
    viewed(review, date(2026, 1, 27), (case_id, 1204, 1))
    page = " ".join(ada.get(f"/cases/{case_id}").text.split())
    assert "Opened 1,204 times, and shown 1 time on other sites, until 27 Jan 2026." in page
    report = ada.get("/reports?since=2026-01-01&until=2026-01-31").text
    assert "What readers open" in report
    assert "1,204" in report
    lines = ada.get("/stats/reach.csv?since=2026-01-01&until=2026-01-31").text.splitlines()
    assert lines[0] == "Check,Rating,Page opened,Frames shown,Address"
    assert "1204,1" in lines[1]
