"""Earlier checks are taken in once, also by several at the same moment, in few statements."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from reviews_of_others import review
from sqlalchemy import event
from sqlmodel import select

from services.intake.earlier import Given, compare_all, remove_all, take_all, taking
from services.intake.earlier.reviews import read_review
from services.intake.models import Outbox
from services.intake.service import service as intake
from shared.clock import now
from shared.contracts import EarlierCheckTaken


def given(*numbers, **changes):
    return [Given(read_review(review(n, **changes)).check, "a test") for n in numbers]


@pytest.fixture
def statements(service):
    """How many statements ran while something was done."""

    def count(do):
        ran = []
        event.listen(intake.database.engine, "before_cursor_execute", lambda *_: ran.append(1))
        with intake.transaction() as session:
            do(session)
        return len(ran)

    return count


def test_importers_at_the_same_moment_double_nothing(service, checks):
    ready = threading.Barrier(4)

    def take(n):
        told = []
        ready.wait(240)
        for part in range(5):
            numbers = range(part * 20, part * 20 + 20)
            with intake.transaction() as session:
                told += take_all(session, given(*(reversed(numbers) if n % 2 else numbers), headline=f"By {n}"))
        return told

    with ThreadPoolExecutor(4) as importers:
        told = [one for part in importers.map(take, range(4)) for one in part]
    found = checks()
    assert len(found) == 100
    assert {one.id for one in told} == {one.id for one in found}, "nobody was told an id that is not there"


def test_what_changes_after_the_clock_was_set_back_is_newer_all_the_same(service, monkeypatch):
    for hours, headline in ((0, "First"), (-1, "Second"), (-2, "Third")):
        monkeypatch.setattr(taking, "now", lambda hours=hours: now() + timedelta(hours=hours))
        with intake.transaction() as session:
            [taken] = take_all(session, given(1, headline=headline))
    with intake.transaction() as session:
        remove_all(session, [taken.id])
    with intake.reading() as session:
        rows = session.exec(select(Outbox).where(Outbox.topic == EarlierCheckTaken.topic)).all()
    told = sorted((EarlierCheckTaken.model_validate_json(one.payload) for one in rows), key=lambda one: one.revision)
    assert len({one.revision for one in told}) == 4
    assert [(one.headline, one.removed) for one in told] == [
        ("First", False), ("Second", False), ("Third", False), ("Third", True),
    ]  # fmt: skip


def test_what_comes_of_each_is_told_in_order(service):
    with intake.transaction() as session:
        first = take_all(session, given(3, 1, 3, 2))
        assert [one.outcome for one in first] == ["new", "new", "same", "new"]
        assert first[0].id == first[2].id
        again = given(1, 4) + given(2, headline="Another")
        assert compare_all(session, again) == ["same", "new", "changed"]
        assert [one.outcome for one in take_all(session, again)] == ["same", "new", "changed"]
        assert take_all(session, []) == compare_all(session, []) == []


def test_the_number_of_statements_does_not_grow_with_the_checks(statements):
    few = statements(lambda session: take_all(session, given(1)))
    many = statements(lambda session: take_all(session, given(*range(2, 202))))
    assert many <= few + 2, "SQLAlchemy may divide a long list of rows"
