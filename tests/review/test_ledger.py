"""What was lost beyond the outbox's memory can be told again from review's own records."""

import pytest
from sqlalchemy import delete

from services.review import ledger, workflow
from services.review.models import Inbox, Outbox
from shared.clock import new_id
from shared.errors import NotFound
from shared.ledger import Entry


@pytest.fixture
def entries(review):
    """`entries("told")`: a side of the ledger, as (topic, queue, key, revision)."""

    def look(side):
        with review.reading() as session:
            return [tuple(entry) for entry in getattr(ledger, side)(session)]

    return look


def test_a_case_that_has_not_moved_has_nothing_to_tell(entries, make_case):
    case_id = make_case()
    assert entries("told") == []
    assert entries("known") == [("claim.submitted.v1", "review", str(case_id), 1)]


def test_the_ledger_of_a_published_case(entries, make_published, look):
    case_id = make_published()
    version, work = look(case_id).moved_version, look(case_id).work_revision
    assert sorted(entries("told")) == [
        ("case.moved.v1", "intake", str(case_id), version),
        ("case.moved.v1", "publish", str(case_id), version),
        ("verdict.approved.v1", "publish", f"{case_id}/1", 1),
        ("work.noted.v1", "intake", str(case_id), work),
    ]
    assert ("verdict.published.v1", "review", f"{case_id}/1", 1) in entries("known")


def test_what_is_told_again_is_what_was_told(review, entries, make_published, make_desk, messages):
    make_published()
    make_desk("harbour", ratings={name: {"label": name, "meaning": name} for name in ("holds", "fails")})
    told = messages()
    newest = {(m["topic"], m["queue"]): m["message"] for m in told}
    with review.transaction() as session:
        session.execute(delete(Outbox))
        session.execute(delete(Inbox))
    listed = entries("told")
    with review.transaction() as session:
        for entry in listed:
            ledger.tell_again(session, Entry(*entry))
    assert {(m["topic"], m["queue"]): m["message"] for m in messages()} == newest


def test_what_is_not_there_can_not_be_told_again(review):
    for topic in ("case.moved.v1", "verdict.approved.v1", "nothing.v1"):
        with pytest.raises(NotFound), review.transaction() as session:
            ledger.tell_again(session, Entry(topic, "publish", f"{new_id()}/1", 1))


def test_the_head_of_the_history_that_readers_were_told_of_is_told_again(review, entries, make_case, messages):
    make_case()
    assert [one for one in entries("told") if one[0] == "history.head_noted.v1"] == []
    with review.transaction() as session:
        workflow.tell_history_head(session)
    [head] = [one for one in entries("told") if one[0] == "history.head_noted.v1"]
    with review.transaction() as session:
        session.execute(delete(Outbox))
        ledger.tell_again(session, Entry(*head))
    [told] = messages()
    assert (told["topic"], told["queue"], told["message"]["revision"]) == ("history.head_noted.v1", "publish", head[3])
