"""What the tests of figures share: the rows that the verbs keep, and time that passes."""

from datetime import timedelta

import pytest
from review_desk import NOON
from sqlmodel import select

from services.review.models import Case, CaseOutcome, CaseSpan
from shared.clock import now
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
