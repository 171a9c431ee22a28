"""What is private at the desk is in no public byte, whatever address is asked: every route is walked, and every link followed."""

import re
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from errand_runner import do_errands
from review_desk import person
from sqlalchemy import insert
from sqlmodel import select

from services.publish import remarks
from services.publish import workflow as public
from services.publish.app import create_app
from services.publish.models import Remark
from services.publish.remarks import Said
from services.publish.schemas import RemarkIn
from services.publish.service import service as public_service
from services.review import files, workflow
from services.review.models import Outbox as DeskOutbox
from services.review.models import Table
from services.review.schemas import CheckIn, EvidenceIn, NoteIn, NothingIn, StatementIn
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, ClaimSubmitted, NoticePosted, Submission, Submitter, VerdictApproved

SECRET = "s3cret-{}-marker"
VERDICT = {
    "rating": "false", "headline": "The bridge was open", "summary": "Both logs show it open.", "text": "We read **both** logs.",
    "unknown": "Who said so first.",
}  # fmt: skip
MOST = 400  # pages that are walked


# Tables without words of people, or whose words are for readers: verdicts, tags, who was urged. The history keeps none; what intake
# told of sources is read as its message.
NOT_PLANTED = {
    "approvals", "case_outcomes", "case_reads", "case_sources", "case_spans", "case_stories", "case_tags", "hands", "history",
    "rule_hits", "urgings", "verdicts",
}  # fmt: skip
BESIDE = {"directory", "judgements"}  # which name people, outlets and sites, and no case
MUST_BE = {
    "alarms": {"settled_at": now()},
    "directory": {"key": "harbour office", "name": "Harbour Office", "organization": None},
    "disputes": {"state": "open"},
    "judgements": {"key": "harbour office", "kind": "name", "name": "Harbour Office", "reliability": "unreliable"},
    "notices": {"revision": 1},
    "remarks": {"aside": "hidden"},
    "second_checks": {"rating": "false", "agrees": True, "counts": False},
}
SPEAKER = {"name": SECRET.format("struck-speaker")}
TOLD = {
    "statements": {"id": "s9", "stance": "denies", "quote": SECRET.format("struck-quote"), "speaker": SPEAKER},
    "requests_for_comment": {"id": "r9", "asked_by": SECRET.format("struck-asker"), "asked": SECRET.format("struck-asked")},
}  # fmt: skip


def plant(session, case_id, person_id):
    """A row with marked words in every table of a case and in those beside; what can be struck is. A table that is new is planted,
    too, and a column that is new: either no reader sees it, or whoever adds it says here that readers may."""
    for table in Table.metadata.sorted_tables:
        if table.name in NOT_PLANTED or not ("case_id" in table.columns or table.name in BESIDE):
            continue
        row = {
            column.name: value for column in table.columns if (value := _value(column, case_id, person_id)) is not None
        }
        row |= {"told": TOLD[table.name]} if table.name in TOLD else {}
        session.execute(insert(table).values(row | MUST_BE.get(table.name, {})))


def _value(column, case_id, person_id):
    if column.name == "case_id":
        return case_id
    if "people.id" in {key.target_fullname for key in column.foreign_keys}:
        return None if column.name in ("posted_by", "assignee_id") else person_id
    if column.foreign_keys:
        return None
    kind = getattr(column.type, "impl", column.type).python_type
    if kind in (str, object):  # text, or JSON
        mark = SECRET.format(f"{column.table.name}-{column.name}".replace("_", "-"))
        return mark if kind is str else {"words": mark}
    if kind is datetime:
        return now() if column.name == "struck_at" or not column.nullable else None
    return (
        {UUID: new_id(), int: 9, float: 0.5, bool: False, date: now().date()}[kind]
        if column.primary_key or not column.nullable
        else None
    )


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
            claim=ClaimRecord(
                text="The bridge was closed.", tags=("bridges",), due_at=now(), claimant={"name": "Harbour Office"},
                story={"headline": "Bridge shut", "external_id": SECRET.format("story-id")},
            ),
            submissions=(
                Submission(
                    id=new_id(), newsroom=SECRET.format("newsroom"), reason=SECRET.format("reason"),
                    external_id=SECRET.format("external"), submitted_at=now(),
                    submitter={name: SECRET.format(f"submitter-{name}") for name in Submitter.model_fields},
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
        found = CheckIn.model_validate(VERDICT | {"recheck_when": SECRET.format("recheck-when")})
        case = workflow.check(session, claim_id, found, ada, case.version)
        plant(session, claim_id, ada.id)
        workflow.approve(session, claim_id, NothingIn(), eve, case.version)
        rows = session.exec(select(DeskOutbox).where(DeskOutbox.topic == VerdictApproved.topic)).all()
        messages = [VerdictApproved.model_validate_json(row.payload) for row in rows]
    with site.transaction() as session:
        for message in messages:
            public.publish(session, message)
        said = Said(revision=1, is_useful=False)
        remarks.remark(session, claim_id, said, RemarkIn(text=SECRET.format("of-a-reader")), "a showing")
    return create_app(site.settings), desk


def test_no_secret_is_in_any_public_byte(published):
    app, desk = published
    with desk.reading() as session:
        tables = [table.name for table in Table.metadata.sorted_tables]
        stored = {name: str(session.connection().exec_driver_sql(f"SELECT * FROM {name}").all()) for name in tables}
    marked = set(re.findall(r"s3cret-([\w-]+)-marker", " ".join(stored.values())))
    assert len(marked) > 60, sorted(marked)  # they are there to be found
    with public_service.reading() as session:
        assert "of-a-reader" in session.exec(select(Remark.text)).one()
        indexed = str(session.connection().exec_driver_sql("SELECT * FROM match_texts").all())
    assert "The bridge was closed" in indexed
    assert "s3cret" not in indexed
    do_errands(public_service)
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
    assert any(address.startswith("/cards/") and body.startswith(b"\x89PNG") for address, body in seen.items())
    assert len(seen) > 25
    assert 500 not in statuses
    for address, body in seen.items():
        assert set(re.findall(rb"s3cret-[\w-]+", body)) == set(), address
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
