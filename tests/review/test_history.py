"""The history is a chain: what was changed, removed or put in between is seen."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from services.review import history, workflow
from services.review.schemas import NoteIn


@pytest.fixture
def chain(review, make_checked, make_case):
    """Some acts on two cases; returns the head."""
    make_checked()
    make_case("Another claim.")
    with review.reading() as session:
        found = history.verify(session)
    assert found.broken == []
    assert found.entries == 6
    return found.head


def verify(review, head=None):
    with review.reading() as session:
        return history.verify(session, head)


def tamper(review, statement, **values):
    with review.transaction() as session:
        session.execute(text(statement), values)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE history SET action = 'approve' WHERE seq = 3", "Entry 3 (approve) was changed"),
        ("UPDATE history SET details = '{\"after\": {}}' WHERE seq = 3", "details of entry 3"),
        ("UPDATE history SET person_id = NULL WHERE seq = 2", "Entry 2 (take) was changed"),
        ("UPDATE history SET at = '2020-01-01 00:00:00+00' WHERE seq = 2", "Entry 2 (take) was changed"),
        ("DELETE FROM history WHERE seq = 4", "Entry 4 is missing"),
        ("DELETE FROM history WHERE seq = 6", "missing at the end"),
        ("UPDATE history SET seq = seq + 100 WHERE seq = 6", "Entry 6 is missing"),
    ],
)
def test_tampering_is_found(review, chain, statement, says):
    if not review.database.is_sqlite:
        statement = statement.replace("details = '", "details = CAST('").replace("}}'", "}}' AS jsonb)")
    else:
        statement = statement.replace("+00'", "'")
    tamper(review, statement)
    assert any(says in fault for fault in verify(review).broken)


def test_a_chain_made_anew_does_not_hold_the_head_that_was_noted(review, chain, make_case):
    tamper(review, "DELETE FROM history WHERE seq = 6")
    with review.reading() as session:
        last = session.execute(text("SELECT hash FROM history WHERE seq = 5")).scalar_one()
    tamper(review, "UPDATE chain_head SET seq = 5, hash = :hash", hash=last)
    assert verify(review).broken == []
    assert "not in the chain" in verify(review, chain).broken[0]


def test_a_head_stays_in_the_chain_as_it_grows(review, chain, make_case):
    make_case("A third claim.")
    assert verify(review, chain).broken == []


def test_erased_details_leave_the_chain_whole(review, chain):
    tamper(review, "UPDATE history SET details = NULL, salt = NULL WHERE seq = 3")
    found = verify(review)
    assert (found.broken, found.erased) == ([], 1)


def test_an_empty_history_holds(review):
    assert verify(review) == history.Verified(0, 0, "", [])


def test_two_entries_that_changed_places_are_both_named(review, chain):
    for was, becomes in ((2, -2), (3, 2), (-2, 3)):
        tamper(review, "UPDATE history SET seq = :becomes WHERE seq = :was", was=was, becomes=becomes)
    broken = " ".join(verify(review).broken)
    assert "Entry 2 (evidence) was changed" in broken
    assert "Entry 3 (take) was changed" in broken


def test_an_entry_put_in_between_is_found(review, chain):
    tamper(
        review,
        "INSERT INTO history (seq, at, action, details_digest, previous, hash)"
        " SELECT 7, at, 'approve', details_digest, hash, 'made up' FROM history WHERE seq = 6",
    )
    broken = " ".join(verify(review).broken)
    assert "Entry 7 (approve) was changed" in broken
    assert "The head says 6 entries; there are 7" in broken


def test_the_head_is_the_last_entrys_hash(review, chain):
    with review.reading() as session:
        assert history.head(session) == chain


def test_twenty_acts_at_once_on_different_cases_make_one_chain(review, make_case, eve):
    ids = [make_case(f"Claim number {number}.") for number in range(20)]

    def note(case_id):
        with review.transaction() as session:
            workflow.act(session, case_id, "note", NoteIn(text="At the same moment."), eve, None)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(note, ids))
    found = verify(review)
    assert (found.broken, found.entries) == ([], 40)
