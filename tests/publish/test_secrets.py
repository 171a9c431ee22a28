"""What is private at the desk is in no public byte, whatever address is asked: every route is walked, and every link followed."""

import re
from urllib.parse import urlsplit

import pytest
from review_desk import person
from sqlmodel import select

from services.publish import workflow as public
from services.publish.app import create_app
from services.publish.service import service as public_service
from services.review import files, workflow
from services.review.models import Outbox as DeskOutbox
from services.review.schemas import CheckIn, EvidenceIn, NoteIn, NothingIn, StatementIn
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, ClaimSubmitted, NoticePosted, Submission, VerdictApproved

SECRET = "s3cret-{}-marker"
VERDICT = {
    "rating": "false", "headline": "The bridge was open", "summary": "Both logs show it open.", "text": "We read **both** logs.",
    "unknown": "Who said so first.",
}  # fmt: skip
MOST = 400  # pages that are walked


@pytest.fixture
def published(start_service, tmp_path):
    """A verdict that went the whole way from the desk to the readers, with a secret in every private place."""
    folders = {"files_folder": tmp_path / "files", "public_files_folder": tmp_path / "public"}
    desk = start_service("review", **folders)
    site = start_service("publish", files_folder=tmp_path / "public")
    claim_id = new_id()
    with desk.transaction() as session:
        ada, eve = person("ada", "checker"), person("eve", "editor")
        ada.email, eve.email = f"{SECRET.format('email')}@desk.example", "eve@desk.example"
        session.add_all([ada, eve])
        session.flush()
        told = ClaimSubmitted(
            claim_id=claim_id, revision=1, submitted_at=now(),
            claim=ClaimRecord(text="The bridge was closed.", tags=("bridges",)),
            submissions=(
                Submission(
                    id=new_id(), newsroom=SECRET.format("newsroom"), reason=SECRET.format("reason"),
                    external_id=SECRET.format("external"), submitted_at=now(),
                ),
            ),
        )  # fmt: skip
        workflow.open_case(session, told)
        workflow.note(session, claim_id, NoteIn(text=SECRET.format("note")), ada)
        for title, is_public in (("Log", True), ("Letter", True), (SECRET.format("title"), False)):
            private = {} if is_public else {
                "url": f"https://{SECRET.format('url')}.example/", "publisher": SECRET.format("publisher"),
                "quote": SECRET.format("quote"), "public": False, "withheld_reason": "The source asked for it.",
            }  # fmt: skip
            content = b"A letter." if is_public else SECRET.format("content").encode()
            name = "letter.txt" if is_public else SECRET.format("file")
            brought = workflow.bring(session, claim_id, files.take_in(folders["files_folder"], content, name), ada)
            private["file_id"] = str(brought.id)
            found = EvidenceIn.model_validate({"kind": "document", "title": title, "stance": "refutes"} | private)
            workflow.evidence(session, claim_id, found, ada)
        unnamed = {"count": 2, "described_as": "people at the port"}
        said = {"stance": "asserts", "unnamed": unnamed, "known_to": SECRET.format("known-to")}
        case = workflow.statement(session, claim_id, StatementIn.model_validate(said), ada)
        case = workflow.check(session, claim_id, CheckIn.model_validate(VERDICT), ada, case.version)
        workflow.approve(session, claim_id, NothingIn(), eve, case.version)
        rows = session.exec(select(DeskOutbox).where(DeskOutbox.topic == VerdictApproved.topic)).all()
        messages = [VerdictApproved.model_validate_json(row.payload) for row in rows]
    with site.transaction() as session:
        for message in messages:
            public.publish(session, message)
    return create_app(site.settings), desk


def test_no_secret_is_in_any_public_byte(published):
    app, desk = published
    with desk.reading() as session:
        stored = str(
            [
                session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
                for table in ("notes", "evidence", "case_files", "people", "statements")
            ]
        )
    assert len(set(re.findall(r"s3cret-(\w+)-marker", stored))) >= 7  # they are there to be found
    with public_service.reading() as session:
        indexed = str(session.connection().exec_driver_sql("SELECT * FROM match_texts").all())
    assert "The bridge was closed" in indexed
    assert "s3cret" not in indexed
    reader = app.test_client()
    begin = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    waiting, seen, statuses = (
        [
            *begin,
            "/search?q=bridge",
            "/search?q=was+the+old+bridge+shut+by+anybody",
            "/v1alpha1/claims:search?query=bridge",
        ],
        {},
        set(),
    )
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        with reader.get(address) as answer:
            seen[address] = body = answer.get_data()
            statuses.add(answer.status_code)
        if "text" in answer.mimetype or "json" in answer.mimetype or "xml" in answer.mimetype:
            links = re.findall(
                r"""(?:href|src|url|"url"|<loc>|<link>)["']?\s*[=:>]\s*["']?([^"'<>\s]+)""",
                body.decode("utf-8", "replace"),
            )
            waiting += [local for link in links if (local := _local(link))]
    assert any(re.search(r"/checks/\d{4}/\d{2}/the-bridge-was-open$", one) for one in seen), sorted(seen)
    assert any(body == b"A letter." for body in seen.values())  # the file for readers was fetched
    folder = desk.settings.public_files_folder
    assert [one.read_bytes() for one in folder.rglob("*") if one.is_file()] == [b"A letter."]
    assert len(seen) > 25
    assert 500 not in statuses
    for address, body in seen.items():
        assert b"s3cret" not in body, address
    assert any(
        b"The source asked for it." in body for body in seen.values()
    )  # what is withheld is told of, with its reason


def _local(link):
    parts = urlsplit(link.replace("&amp;", "&"))
    if parts.netloc not in ("", "127.0.0.1:8003") or not parts.path.startswith("/"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_a_notice_brings_no_secret_either():
    """It has no field for one: what it is made of is what a verdict is made of."""
    assert set(NoticePosted.model_fields) <= set(VerdictApproved.model_fields) | {
        "stands",
        "as_of",
        "written_by",
        "posted_by",
    }
