"""Figures of days that are kept are those of the tables, whatever happens to the cases afterwards."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from conftest import SECRET
from review_desk import VERDICT
from sqlalchemy import func, select

from services.review import figures, jobs
from services.review.cli import cli
from services.review.models import CaseOutcome, CaseSpan, FigureColumn, Tick
from services.review.schemas import CloseIn, PeriodIn, ReopenIn, TagIn
from shared.clock import new_id, now
from shared.contracts import Party

LONG_AGO = timedelta(days=30)


@pytest.fixture
def confirm(confirm):
    """Publish confirms a revision at this moment: of the days since a moment in the calendar there are more each day."""
    return lambda case_id, revision=1: confirm(case_id, revision, now())


@pytest.fixture
def days_ago(review):
    """`days_ago(case_id, days)`: as if what was done on it so far had been done so many days earlier."""

    def earlier(case_id, days):
        moved = {CaseSpan: ("began_at", "ended_at", "left_at"), CaseOutcome: ("at", "first_at")}
        with review.transaction() as session:
            for model, moments in moved.items():
                for row in session.scalars(select(model).where(model.case_id == case_id)):
                    for name in moments:
                        setattr(row, name, getattr(row, name) and getattr(row, name) - timedelta(days=days))

    return earlier


@pytest.fixture
def tables(review, people):
    """`tables(desk=None)`: every table of figures of all that was done, but what stands at this moment, by its name."""

    def made(**asked):
        with review.reading() as session:
            names = [one for one in figures.TABLES if one not in ("now", "workload")]
            return {
                one: figures.make_table(
                    session, one, PeriodIn(since=now().date() - LONG_AGO, **asked), people["eve"]
                ).rows
                for one in names
            }

    return made


@pytest.fixture
def kept(review):
    def days():
        with review.reading() as session:
            return session.scalar(select(func.count(FigureColumn.day.distinct())))

    return days


def forgotten(review):
    with review.transaction() as session:
        figures.forget_all(session)


def test_what_is_kept_of_days_is_what_the_tables_say_and_what_changes_is_kept_no_more(
    review, make_case, make_published, do, ada, eve, confirm, days_ago, tables, kept, monkeypatch
):
    published = make_published(claimant=Party(name="Harbour Board", organization="City"), tags=["port", "ice"])
    other = make_published(text="Ice closed it.", claimant=Party(name="Jo Marten"))
    closed, test = make_case("Snow."), make_case("Only a test.", test=True)
    do(closed, "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    do(test, "close", eve, CloseIn(reason="spam", note="x"))
    item = {"item_id": new_id(), "revision": 1, "person_id": ada.id}
    with review.transaction() as session:
        session.add(Tick(case_id=published, **item))
        session.add(Tick(case_id=other, waived="There is no name in it.", **item))
    for case_id, days in ((published, 3), (other, 3), (closed, 5), (test, 3)):
        days_ago(case_id, days)
    do(make_case("Rain."), "close", eve, CloseIn(reason="withdrawn", note="x"))  # today
    live, of_no_desk = tables(), tables(desk="none-of-this-name")
    assert live["verdicts-by-topic"]
    assert live["checkers"]
    assert live["checklist"] == [("an item that was taken off the list", 1, 1)]
    monkeypatch.setattr(jobs, "MOST_DAYS", 10_000)
    jobs.keep_figures()
    all_days = kept()
    assert all_days >= 4
    assert tables() == live
    assert tables(desk="none-of-this-name") == of_no_desk

    for change in (
        lambda: do(published, "tag", ada, TagIn(add=["river"], remove=["ice"])),
        lambda: do(closed, "reopen", eve, ReopenIn(note="It is ours.")),
        lambda: _corrected(do, confirm, published, ada, eve),
    ):
        before = tables()
        change()
        after = tables()
        assert after != before
        assert all_days - 3 <= kept() < all_days
        forgotten(review)
        assert tables() == after
        jobs.keep_figures()
        assert tables() == after
        assert kept() == all_days


def _corrected(do, confirm, case_id, ada, eve):
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="It was two days."))
    do(case_id, "take", ada)
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "misleading"}))
    do(case_id, "approve", eve)
    confirm(case_id, 2)


def test_days_are_kept_once_they_are_over_and_made_again_by_command(
    review, make_published, days_ago, tables, kept, monkeypatch
):
    days_ago(make_published(), 3)  # a day is kept an hour after its end
    live = tables()
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_DATABASE_URL", review.settings.database_url)
    assert CliRunner().invoke(cli, ["figures", "rebuild"]).output == f"{kept()} days are kept\n"
    assert kept() > 1
    assert tables() == live
    with review.transaction() as session:  # something that no act does: what is kept is not read from the tables
        session.delete(session.scalars(select(CaseOutcome)).one())
    assert tables() == live
    CliRunner().invoke(cli, ["figures", "rebuild"])
    assert tables()["answers"] != live["answers"]
