"""Copies and the head of the history are stamped by an authority outside of the desk, and every stamp can be checked."""

import re
from base64 import b64decode
from hashlib import sha256
from io import BytesIO

import pytest
from click.testing import CliRunner
from conftest import SECRET
from errand_runner import do_errands
from review_desk import NOON, VERDICT
from sqlalchemy import select, update
from time_stamper import time_stamper

from services.review import jobs, queries, stamps, workflow
from services.review.cli import cli
from services.review.models import HistoryEntry, TimeStamp
from services.review.settings import Settings
from services.review.workflow.stamps import order_stamp
from shared import stored
from shared.clock import new_id, now
from shared.contracts import ArchivedCopy, SourceVisited

URL, PAGE = "https://log.example/27", b"It was one day."
LOG = b"Closed on one day, says the log.\n"


@pytest.fixture
def authority(tmp_path):
    (tmp_path / "tsa").mkdir()
    with time_stamper(tmp_path / "tsa") as one:
        yield one


@pytest.fixture
def review(start_service, authority, tmp_path):
    return start_service("review", tsa_url=authority.url, tsa_roots=authority.root, archive_folder=tmp_path / "archive")


@pytest.fixture
def archived(review, make_case, do, ada, evidence):
    """A case that rests on a page which was archived; returns its id and the SHA-256."""
    digest, case_id = stored.keep(review.settings.archive_folder, PAGE), make_case()
    do(case_id, "evidence", ada, evidence("Log", url=URL))
    do(case_id, "evidence", ada, evidence("Letter"))
    copy = ArchivedCopy(sha256=digest, bytes=15, content_type="text/html", archived_at=NOON, seen_at=NOON)
    with review.transaction() as session:
        workflow.note_source(
            session,
            SourceVisited(
                claim_id=case_id,
                revision=1,
                source_id=new_id(),
                url=URL,
                state="archived",
                visited_at=NOON,
                archived=copy,
            ),
        )
    return case_id, digest


@pytest.fixture
def stamped(review):
    def look():
        with review.reading() as session:
            return session.scalars(select(TimeStamp).order_by(TimeStamp.kind)).all()

    return look


@pytest.fixture
def verify(review, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_DATABASE_URL", review.settings.database_url)
    monkeypatch.setenv("REVIEW_TSA_ROOTS", str(review.settings.tsa_roots))
    return lambda: CliRunner().invoke(cli, ["verify"])


def test_a_copy_and_the_head_are_stamped_once_and_hold_for_anybody(
    review, authority, archived, stamped, do, ada, eve, desk, messages
):
    case_id, digest = archived
    began = now().replace(microsecond=0)
    assert do_errands(review) == 1
    jobs.note_history_head()
    do_errands(review)
    copy, head = stamped()
    assert (copy.kind, copy.stamped, copy.authority) == ("copy", digest, authority.url)
    assert began <= copy.stamped_at <= now()
    assert authority.holds(copy.response, PAGE)
    assert authority.holds(head.response, head.stamped.encode())
    assert not authority.holds(copy.response, PAGE + b" ")
    with review.transaction() as session:
        session.execute(update(TimeStamp).values(authority="before"))
        for _ in range(2):
            order_stamp(session, "copy", digest)
    assert do_errands(review) == 0, "what is stamped is not stamped anew"
    browser = desk("ada")
    path = f"/cases/{case_id}/copies/{digest}/timestamp"
    assert f'href="{path}"' in browser.get(f"/cases/{case_id}").text
    assert browser.get(path).data == copy.response
    assert browser.get(path.replace(digest, "a" * 64)).status_code == 404
    (noted,) = [one["message"] for one in messages() if one["message"].get("stamp")]
    assert noted["hash"] == head.stamped
    assert authority.holds(b64decode(noted["stamp"]), noted["hash"].encode()), "whoever reads it needs nothing of ours"
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert told["evidence"][0]["archived"]["stamped_at"].startswith(f"{copy.stamped_at:%Y-%m-%dT%H:%M:%S}")


def test_a_file_is_stamped_as_it_is_entered_and_readers_are_told(
    review, authority, archived, stamped, do, ada, eve, desk, messages, verify
):
    case_id, _ = archived
    browser = desk("ada")
    sent = {"file": (BytesIO(LOG), "log.txt"), "kind": "document", "title": "Log", "stance": "refutes", "seen": 3}
    assert browser.post(f"/cases/{case_id}/evidence", data=sent).status_code == 302
    do_errands(review)
    file = next(one for one in stamped() if one.kind == "file")
    assert authority.holds(file.response, LOG)
    (path,) = re.findall(r'href="(/cases/\S+/files/\S+/timestamp)"', browser.get(f"/cases/{case_id}").text)
    assert browser.get(path).data == file.response
    assert browser.get(path.replace(str(case_id), str(new_id()))).status_code == 404
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert told["evidence"][2]["file"]["stamped_at"].startswith(f"{file.stamped_at:%Y-%m-%dT%H:%M:%S}")
    assert "2 timestamps" in verify().output


def test_an_authority_that_is_away_or_answers_something_else_is_asked_again(
    review, authority, archived, stamped, do, ada, eve
):
    authority.is_away = True
    assert do_errands(review, early=True) == 1
    authority.is_away, first = False, authority.stamp
    other = first(
        stamps.TimestampRequestBuilder().data(b"another").hash_algorithm(stamps.HashAlgorithm.SHA256).build().as_bytes()
    )
    for wrong in (
        lambda answer: answer[:-20],
        lambda answer: other,
        lambda answer: b"<html>",
        lambda answer: b"x" * 200_000,
    ):
        authority.alters = wrong
        do_errands(review, early=True)
        assert stamped() == []
    authority.alters = lambda answer: answer
    do_errands(review, early=True)
    assert [one.kind for one in stamped()] == ["copy"]


def test_what_was_archived_before_is_stamped_when_a_verdict_on_it_is_approved(review, archived, stamped, do, ada, eve):
    case_id, digest = archived
    with review.transaction() as session:
        session.execute(review.outbox.__table__.delete())
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    do_errands(review)
    assert [one.stamped for one in stamped()] == [digest]


def test_verify_finds_what_does_not_hold(review, archived, stamped, verify, authority, tmp_path):
    jobs.note_history_head()
    do_errands(review)
    assert (verify().exit_code, "2 timestamps" in verify().output) == (0, True)
    copy, head = stamped()

    def after(change):
        with review.transaction() as session:
            session.execute(change)
        found = verify()
        assert found.exit_code == 1
        return found.output

    here = TimeStamp.kind == "copy"
    put = update(TimeStamp).where(here).values
    assert "says another time" in after(put(stamped_at=NOON))
    assert "Mismatch" in after(put(stamped_at=copy.stamped_at, stamped="a" * 64))
    assert "does not hold" in after(put(stamped=copy.stamped, response=copy.response[:-9] + b"123456789"))
    whole = {"response": copy.response}
    with review.transaction() as session:
        session.execute(put(**whole))
    assert verify().exit_code == 0
    # whoever changes the history and works out the whole chain anew can't have it stamped as of then
    assert "The history is not what was stamped" in after(
        update(HistoryEntry).where(HistoryEntry.seq == head.seq).values(hash="f" * 64)
    )


def test_a_stamp_is_trusted_by_the_certificates_that_were_named_alone(review, archived, stamped, tmp_path):
    do_errands(review)
    (tmp_path / "other").mkdir()
    (copy,) = stamped()
    digest = sha256(PAGE).digest()
    assert stamps.check(copy.response, review.settings.tsa_roots, digest) == copy.stamped_at
    with time_stamper(tmp_path / "other") as stranger, pytest.raises(stamps.DoesNotHold):
        stamps.check(copy.response, stranger.root, digest)


def test_an_authority_needs_a_certificate_to_be_trusted_by(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_TSA_URL", "https://tsa.example/")
    for named in ("", str(tmp_path / "none.pem")):
        monkeypatch.setenv("REVIEW_TSA_ROOTS", named)
        with pytest.raises(ValueError, match="root certificate in PEM"):
            Settings()


def test_without_an_authority_nothing_is_asked(start_service):
    review = start_service("review", tsa_url="")
    with review.transaction() as session:
        order_stamp(session, "copy", "a" * 64)
        assert queries.find_stamp(session, "a" * 64) is None
    assert do_errands(review) == 0
