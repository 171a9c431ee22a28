"""A person's data is erased, the history still holds, and what readers read stays."""

import json

import pytest
from click.testing import CliRunner
from conftest import SECRET
from review_desk import VERDICT
from sqlalchemy import text, update
from sqlmodel import select

from services.review import auth, erasing, history, queries, words, workflow
from services.review.cli import cli
from services.review.models import HistoryEntry, Note, Person, SavedList, Table, Verdict
from services.review.schemas import AssignIn, ListIn, MergeIn, NoteIn
from services.review.workflow import erasure
from shared.errors import NotAllowed, NotFound

NAME, EMAIL = "Zoë Quill-Ångström", "zoe.quill@desk.example"
KEPT = ("verdicts", "outbox", "people")


@pytest.fixture
def zoe(review, people):
    """A checker with a name that JSON writes in other letters."""
    with review.transaction() as session:
        person = workflow.add_person(session, NAME, EMAIL, "a horse of my own", ["checker"], people["root"])
        auth.make_token(session, person, "script")
        return person


@pytest.fixture
def published(make_case, do, zoe, evidence, eve, confirm):
    """A case that she checked, and that many hands have written her name on."""
    case_id = make_case()
    do(case_id, "assign", eve, AssignIn(to=EMAIL, note=f"For {NAME}, who knows the quay. @zoe.quill please"))
    for title in ("Log", "Letter"):
        do(case_id, "evidence", zoe, evidence(title))
    do(case_id, "check", zoe, VERDICT.model_copy(update={"interests": f"{NAME.upper()} rows at the club."}))
    do(case_id, "note", eve, NoteIn(text=f"cc {EMAIL} and zoe.quill@desk.example.org; not @zoe.quills"))
    do(case_id, "approve", eve)
    confirm(case_id)
    return case_id


@pytest.fixture
def erase(review, zoe):
    def out():
        with review.transaction() as session:
            workflow.deactivate(session, zoe.id, None)
        return erasing.erase(EMAIL, lambda *_: None)

    return out


def verify(review, head=None):
    with review.reading() as session:
        return history.verify(session, head)


def everything(review):
    """All that the tables hold, but what is kept on purpose, as one text."""
    with review.reading() as session:
        tables = [one for one in Table.metadata.sorted_tables if one.name not in KEPT]
        rows = [dict(row) for table in tables for row in session.execute(select(table)).mappings()]
        words = session.execute(text("SELECT * FROM case_words")).all()
    return json.dumps(rows, default=str, ensure_ascii=False) + str(words)


def test_what_told_who_they_were_is_gone_and_the_history_holds(review, published, erase, zoe, look):
    with review.transaction() as session:
        workflow.keep_list(session, ListIn(name="mine", q=NAME), session.get(Person, zoe.id))
    noted = verify(review).head
    before = everything(review)
    assert NAME in before
    assert EMAIL in before
    assert erase() == "former colleague 1"
    after = everything(review)
    for trace in (NAME, NAME.upper(), "Quill-", f'{EMAIL}"', f"{EMAIL} ", "@zoe.quill "):
        assert trace not in after, trace
    assert "zoe.quill@desk.example.org; not @zoe.quills" in after, "what only looks alike stays"
    found = verify(review, noted)
    assert found.broken == []
    assert found.rewritten >= 4
    with review.reading() as session:
        gone = session.get(Person, zoe.id)
        assert (gone.name, gone.email, gone.password_hash, gone.roles) == (
            "former colleague 1", "former-colleague-1@erased.invalid", "", [],
        )  # fmt: skip
        case = queries.get_case(session, published, gone)
        assert case.verdict.checked_by == "former colleague 1"
        assert "For former colleague 1, who knows the quay. @former-colleague-1 please" in [
            one.text for one in case.notes
        ]
        assert session.get(Verdict, (published, 1)).told["checked_by"] == [NAME], "readers read this byline"
        assert session.exec(select(SavedList)).all() == []


def test_others_write_on_meanwhile_and_what_broke_off_goes_on(
    review, published, zoe, people, do, ada, make_case, monkeypatch
):
    monkeypatch.setattr(erasure, "AT_ONCE", 1)
    monkeypatch.setattr(erasure, "LOOKED_AT", 2)
    with review.transaction() as session:
        workflow.deactivate(session, zoe.id, None)
    seen = []

    def told(name, count):
        seen.append(name)
        do(published, "note", ada, NoteIn(text=f"Written while {name} was looked through."))
        if name == "notes" and seen.count("notes") == 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        erasing.erase(EMAIL, told)
    with pytest.raises(NotAllowed), review.transaction() as session:
        workflow.reactivate(session, zoe.id, people["root"])
    assert NAME in everything(review), "in the history, say"
    assert erasing.erase(EMAIL, told) == "former colleague 1"
    after = everything(review)
    for trace in (NAME, NAME.upper(), "Quill-", f'{EMAIL}"', f"{EMAIL} ", "@zoe.quill "):
        assert trace not in after, trace
    found = verify(review)
    assert found.broken == []
    assert found.rewritten >= 4
    with review.reading() as session:
        (last,) = session.exec(select(HistoryEntry).where(HistoryEntry.action == "person erased")).all()
    assert last.details["after"] == {"person": "former colleague 1", "entries": found.rewritten}


def test_details_that_were_rewritten_in_any_other_way_are_found(review, published, erase):
    erase()
    with review.transaction() as session:
        entry = session.exec(select(HistoryEntry).where(HistoryEntry.action == "assign")).one()
        seq = entry.seq
        session.execute(
            update(HistoryEntry).where(HistoryEntry.seq == seq).values(details=entry.details | {"more": "x"})
        )
    assert verify(review).broken == [f"The details of entry {seq} (assign) were changed."]


def test_the_entry_that_vouches_cannot_be_changed_itself(review, published, erase):
    erase()
    with review.transaction() as session:
        entry = session.exec(select(HistoryEntry).where(HistoryEntry.action == history.REWRITTEN)).one()
        seq, count = entry.seq, len(entry.details["after"]["digests"])
        session.execute(update(HistoryEntry).where(HistoryEntry.seq == seq).values(details={"after": {"digests": {}}}))
    assert len(verify(review).broken) == count + 1


def test_two_who_are_erased_stay_two(review, published, erase, zoe, people, do):
    do(published, "note", people["ben"], NoteIn(text=f"{NAME} and ben@desk.example were there."))
    erase()
    with review.transaction() as session:
        workflow.deactivate(session, people["ben"].id, people["root"])
    assert erasing.erase("ben@desk.example", lambda *_: None) == "former colleague 2"
    assert verify(review).broken == []
    with review.reading() as session:
        assert (
            "former colleague 1 and former-colleague-2@erased.invalid were there."
            in session.exec(select(Note.text)).all()
        )


def test_only_who_has_left_is_erased_and_comes_back_no_more(review, zoe, people, erase, client):
    with pytest.raises(NotAllowed, match="Deactivate"):
        erasing.erase(EMAIL, lambda *_: None)
    erase()
    with pytest.raises(NotFound):
        erasing.erase(EMAIL, lambda *_: None)
    with pytest.raises(NotAllowed):
        erasing.erase("former-colleague-1@erased.invalid", lambda *_: None)
    with pytest.raises(NotAllowed), review.transaction() as session:
        workflow.reactivate(session, zoe.id, people["root"])
    with review.transaction() as session:
        workflow.add_person(session, NAME, EMAIL, "a horse of my own", ["checker"])


def test_by_command(review, zoe, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_DATABASE_URL", review.settings.database_url)
    run = CliRunner().invoke
    assert run(cli, ["people", "erase", EMAIL, "--yes"]).exit_code == 1
    assert run(cli, ["people", "deactivate", EMAIL]).exit_code == 0
    assert "former colleague 1" in run(cli, ["people", "erase", EMAIL, "--yes"]).output
    assert "rewritten" in run(cli, ["verify"]).output


def test_who_a_submitter_is_goes_when_intake_says_so_from_the_case_that_theirs_was_merged_into_too(
    review, make_case, submitted, do, ada
):
    message = submitted(newsrooms=("Courier",))
    told = message.model_dump()
    told["submissions"][0]["submitter"] = {"name": "Philippa Quennell", "role": "Philippa's aunt"}
    with review.transaction() as session:
        case_id = workflow.open_case(session, type(message).model_validate(told)).id
    into = make_case("The bridge was shut on four days.")
    do(case_id, "merge", ada, MergeIn(into=into, reason="The same."))
    assert everything(review).count("Quennell") == 2
    told["revision"], told["submissions"][0]["submitter"] = 2, None
    with review.transaction() as session:
        workflow.open_case(session, type(message).model_validate(told))
    assert "hilippa" not in everything(review)
    with review.reading() as session:
        acts = session.exec(
            select(HistoryEntry.action).where(HistoryEntry.case_id == case_id).order_by(HistoryEntry.seq)
        ).all()
    assert acts[-1] == "reason erased"


def test_what_a_submitter_wrote_goes_when_intake_says_so(review, make_case, submitted, look):
    message = submitted(newsrooms=("Courier", "Readers"))
    told = message.model_dump()
    told["submissions"][1]["reason"] = "My aunt Philippa Quennell says so."
    with review.transaction() as session:
        case_id = workflow.open_case(session, type(message).model_validate(told)).id
    with review.reading() as session:
        assert words.found_by(session, "Quennell", 10) is not None
        assert session.execute(words.found_by(session, "Quennell", 10)).all()
    told["revision"], told["submissions"][1]["reason"] = 2, None
    with review.transaction() as session:
        workflow.open_case(session, type(message).model_validate(told))
    assert "Quennell" not in everything(review)
    with review.reading() as session:
        assert session.execute(words.found_by(session, "Quennell", 10)).all() == []
        assert session.execute(words.found_by(session, "bridge", 10)).all(), "the claim is found as before"
        acts = session.exec(
            select(HistoryEntry.action).where(HistoryEntry.case_id == case_id).order_by(HistoryEntry.seq)
        ).all()
    assert acts[-1] == "reason erased"
    assert verify(review).broken == []
