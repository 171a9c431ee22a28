"""What the desk's pages cost does not grow with what is in them."""

import pytest
from sqlalchemy import event

from services.review import queries
from services.review.queries import queue
from services.review.schemas import NoteIn

MOST_STATEMENTS, MOST_BYTES = 11, 60_000


@pytest.fixture
def cost(review, desk):
    """`cost(path)`: how many statements a page takes, and how many bytes it has."""
    browser, seen = desk("ada"), []

    def count(_connection, _cursor, statement, *_):
        seen.append(statement)

    def of(path):
        browser.get(path)
        seen.clear()
        answer = browser.get(path)
        assert answer.status_code == 200
        return len([one for one in seen if not one.startswith("BEGIN")]), len(answer.data)

    event.listen(review.database._reader, "before_cursor_execute", count)
    if review.database.is_sqlite:
        event.listen(review.database.engine, "before_cursor_execute", count)
    return of


@pytest.mark.parametrize("asked", ["view=open", "view=all&q=bridge", "view=work&sort=due", "view=open&tag=port"])
def test_the_queue_takes_as_many_statements_for_many_cases_as_for_few(cost, make_case, do, ada, asked):
    def fill(count):
        for number in range(count):
            case_id = make_case(
                f"The bridge was closed on {number} days.", tags=["port", "ice"], due_at="2026-12-01T00:00:00Z"
            )
            if number == 0:
                do(case_id, "take", ada)

    fill(3)
    few, _ = cost(f"/?{asked}")
    fill(25)
    many, size = cost(f"/?{asked}")
    assert few <= many <= few + 1
    assert many <= MOST_STATEMENTS
    assert size < MOST_BYTES


def test_a_case_takes_as_many_statements_with_many_notes_as_with_one(cost, make_case, do, ada, evidence):
    case_id = make_case()
    do(case_id, "take", ada)
    do(case_id, "note", ada, NoteIn(text="Called."))
    do(case_id, "evidence", ada, evidence())
    few, _ = cost(f"/cases/{case_id}")
    for number in range(12):
        do(case_id, "note", ada, NoteIn(text=f"Called {number} times."))
        do(case_id, "evidence", ada, evidence(f"Log {number}"))
    many, _ = cost(f"/cases/{case_id}")
    assert many <= few


def test_a_common_tag_finds_what_a_rare_one_does(review, make_case, monkeypatch):
    tagged = {make_case(f"It was shut on {number} days.", tags=["port", "ice"]) for number in range(3)}
    make_case("Snow.", tags=["ice"])

    def found():
        with review.reading() as session:
            return {row.id for row in queries.list_queue(session, queries.Wanted(tag="Port"), 2).rows}

    rare = found()
    monkeypatch.setattr(queue, "COMMON_TAG", 2)
    assert found() == rare
    assert rare < tagged
