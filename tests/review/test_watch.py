"""What a verdict rests on: told to intake, seen on the case, and to be looked at when it changes; verdicts whose time has come."""

import gzip
import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from review_desk import NASTY, NOON, VERDICT, submit
from sqlmodel import select
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from services.review import copies, history, ledger, queries, workflow
from services.review.models import Case, Notification, Person
from services.review.schemas import CloseIn, HouseRulesIn, NothingIn, ReopenIn, SettleIn, StrikeIn
from services.review.workflow import sources
from shared.clock import new_id, now
from shared.contracts import ArchivedCopy, SourcesNamed, SourceVisited
from shared.errors import Forbidden, NotAllowed, NotFound
from shared.stored import path_of

URL = "https://log.example/27"


@pytest.fixture
def named(messages):
    """What intake was told of the addresses of a case, the newest last."""

    def look():
        return [SourcesNamed.model_validate(one["message"]) for one in messages() if one["topic"] == "sources.named.v1"]

    return look


@pytest.fixture
def visited(review):
    """Intake tells what it found."""
    ids = {}

    def tell(case_id, revision, url=URL, digest="a" * 64, **more):
        copy = ArchivedCopy(
            sha256=digest, bytes=10, content_type="text/html", archived_at=NOON, seen_at=NOON, title="Log"
        )
        message = SourceVisited(
            claim_id=case_id, revision=revision, source_id=ids.setdefault((case_id, url), new_id()), url=url, state="archived",
            visited_at=NOON, archived=copy, **more,
        )  # fmt: skip
        with review.transaction() as session:
            workflow.note_source(session, message)

    return tell


@pytest.fixture
def published(make_case, do, ada, eve, evidence, confirm, visited):
    """A published case that rests on a page which was archived."""

    def make(verdict=VERDICT):
        case_id = make_case()
        do(case_id, "take", ada)
        do(case_id, "evidence", ada, evidence("Log", url=URL + "#top", quote="One day."))
        do(case_id, "evidence", ada, evidence("Letter"))
        visited(case_id, 1)
        do(case_id, "check", ada, verdict)
        do(case_id, "approve", eve)
        confirm(case_id)
        return case_id

    return make


@pytest.fixture
def shown(review, ada):
    def show(case_id):
        with review.reading() as session:
            return queries.get_case(session, case_id, ada)

    return show


def test_intake_is_told_of_all_that_a_verdict_rests_on(make_case, do, ada, eve, evidence, named, shown, review):
    case_id = make_case()
    do(case_id, "evidence", ada, evidence("Letter"))
    assert named() == []
    do(case_id, "evidence", ada, evidence("Log", url=URL, quote="One day."))
    do(case_id, "evidence", ada, evidence("Secret", public=False, url="https://x.example/"))
    last = named()[-1]
    assert [(one.url, one.quotes) for one in last.sources] == [(URL, ("One day.",)), ("https://x.example/", ())]
    assert (last.revision, last.watched) == (2, True)
    secret = shown(case_id).evidence[2].id
    do(case_id, "strike", ada, StrikeIn(evidence_id=secret, reason="Wrong page."))
    assert len(named()[-1].sources) == 1
    do(case_id, "close", eve, CloseIn(reason="not_checkable", note="An opinion."))
    assert named()[-1].watched is False
    do(case_id, "reopen", ada, ReopenIn(note="It can be."))
    assert named()[-1].watched is True
    with review.reading() as session:
        (entry,) = [one for one in ledger.told(session) if one.topic == "sources.named.v1"]
    assert (entry.queue, entry.key, entry.revision) == ("intake", str(case_id), 5)
    with review.transaction() as session:
        ledger.tell_again(session, entry)
    assert named()[-1] == named()[-2]


def test_the_copy_travels_with_the_verdict(published, messages):
    published()
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert told["evidence"][0]["archived"]["sha256"] == "a" * 64
    assert told["evidence"][1]["archived"] is None


ARCHIVED = "https://web.archive.org/web/20260127/https://log.example/27"


def test_readers_are_led_to_the_copy_of_a_public_archive_unless_the_newsroom_does_not_want_it(
    make_case, do, ada, eve, people, evidence, desk, messages, review, shown, confirm
):
    case_id = make_case()
    assert "archive" not in shown(case_id).allowed
    do(case_id, "evidence", ada, evidence("Log", url=URL))
    do(case_id, "evidence", ada, evidence("Letter", archive_url="https://archive.example/letter"))
    item = {"evidence_id": str(shown(case_id).evidence[0].id)}
    browser = desk("ben")
    assert "Readers can't reach this address" not in browser.get(f"/cases/{case_id}").text
    do(other := make_case(), "evidence", ada, evidence("Minutes", url="http://10.0.0.3/minutes"))
    assert "Readers can't reach this address" in browser.get(f"/cases/{other}").text.replace("&#39;", "'")
    same = (URL, URL.replace("log.example", "LOG.example:443"), f"{URL}#top")
    for wrong in (
        "javascript:alert(1)",
        *same,
        "https://10.0.0.1/27",
        "https://localhost/27",
        "https://archive.example/\u202e27",
    ):
        assert submit(browser, case_id, "archive", **item, archive_url=wrong).status_code == 422
    assert submit(browser, case_id, "archive", **item, archive_url=ARCHIVED).status_code == 302
    assert f'href="{ARCHIVED}"' in browser.get(f"/cases/{case_id}").text
    do(case_id, "check", ada, VERDICT)
    with pytest.raises(Forbidden), review.transaction() as session:
        ben = session.get(Person, people["ben"].id)
        ben.roles = ["editor"]
        session.flush()
        workflow.act(session, case_id, "approve", NothingIn(), ben, session.get(Case, case_id).version)

    def approved_anew():
        do(case_id, "approve", eve)
        told = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"][-1]
        confirm(case_id, told["revision"])
        return [one["archive_url"] for one in told["evidence"]]

    assert approved_anew() == [ARCHIVED, "https://archive.example/letter"]
    with review.transaction() as session:
        workflow.rule_house(session, HouseRulesIn(shows_archives=False), people["root"])
    assert "readers are not led to copies in public archives" in desk("root").get("/people").text
    do(case_id, "reopen", ada, ReopenIn(kind="update", note="More is known."))
    do(case_id, "check", ada, VERDICT)
    assert approved_anew() == [None, None]


def test_until_when_it_can_be_relied_on_travels_with_the_verdict(published, messages):
    until = NOON + timedelta(days=9)
    published(VERDICT.model_copy(update={"as_of": NOON, "valid_until": until}))
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert (told["as_of"], told["valid_until"]) == ("2026-01-27T12:00:00Z", "2026-02-05T12:00:00Z")


def test_a_source_that_changes_is_to_be_looked_at_by_whoever_checked(published, visited, shown, review, ada, do, look):
    case_id = published()
    change = {"changes": 1, "change": "changed", "change_detail": "40 % of its words are other ones."}
    visited(case_id, 3, **change)
    visited(case_id, 2, changes=9, change="gone")
    visited(case_id, 3, **change)
    (alarm,) = shown(case_id).alarms
    assert (alarm.kind, alarm.url, alarm.words) == ("changed", URL, "40 % of its words are other ones.")
    visited(case_id, 4, **change)
    assert look(case_id).alarms == 1, "told once"
    with review.reading() as session:
        assert [one.text for one in queries.list_queue(session, queries.Wanted(alarmed=True), 10).rows] == [
            look(case_id).text
        ]
        told = session.exec(select(Notification).where(Notification.kind == "source")).all()
        assert [one.person_id for one in told] == [ada.id]
    do(case_id, "settle", ada, SettleIn(alarm_id=alarm.id, note="The number stands."))
    assert (look(case_id).alarms, shown(case_id).alarms) == (0, [])
    assert shown(case_id).history[-1].details["after"]["note"] == "The number stands."
    with pytest.raises(NotAllowed):
        do(case_id, "settle", ada, SettleIn(alarm_id=alarm.id, note="Again."))
    with pytest.raises(NotFound):
        do(case_id, "settle", ada, SettleIn(alarm_id=new_id(), note="x"))
    visited(case_id, 5, changes=2, change="gone", change_detail="The server answered 404.")
    assert [one.kind for one in shown(case_id).alarms] == ["gone"]
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="The log has gone."))
    assert look(case_id).alarms == 0
    with review.reading() as session:
        assert history.verify(session).broken == []
        assert session.get(Case, case_id).version == len(queries.get_case(session, case_id, ada).history)


def test_what_the_verdict_does_not_rest_on_calls_nobody(
    published, visited, look, do, eve, make_case, ada, evidence, shown
):
    case_id = published()
    visited(case_id, 1, url="https://other.example/")
    visited(case_id, 2, url="https://other.example/", changes=1, change="gone", change_detail="x")
    assert look(case_id).alarms == 0
    fresh = make_case("Another")
    do(fresh, "evidence", ada, evidence(url=URL))
    visited(fresh, 7, changes=3, change="changed", change_detail="x")
    assert look(fresh).alarms == 0, "that it changed before the verdict rested on it"
    visited(fresh, 8, changes=4, change="changed", change_detail="x")
    assert look(fresh).alarms == 1
    do(fresh, "strike", ada, StrikeIn(evidence_id=shown(fresh).evidence[0].id, reason="Wrong."))
    visited(fresh, 9, changes=5, change="gone", change_detail="x")
    assert look(fresh).alarms == 1


def test_a_verdict_is_looked_at_again_when_its_time_has_come(published, review, look, shown, do, ada, monkeypatch):
    later = now() + timedelta(days=7)
    case_id = published(VERDICT.model_copy(update={
        "recheck_at": later, "recheck_when": "The report is out.", "valid_until": later + timedelta(days=1),
    }))  # fmt: skip

    def pass_to(moment):
        monkeypatch.setattr(sources, "now", lambda: moment)
        for _ in range(2):
            with review.transaction() as session:
                workflow.raise_due(session)
        return [(one.kind, one.words) for one in shown(case_id).alarms]

    assert pass_to(now()) == []
    assert pass_to(later) == [("recheck", "The report is out.")]
    kinds = [kind for kind, _ in pass_to(later + timedelta(days=2))]
    assert kinds == ["recheck", "expired"]


def test_the_page_shows_what_is_to_be_looked_at_and_the_copy(
    published, visited, desk, review, tmp_path, monkeypatch, app
):
    body = b"<html><head><script>alert(1)</script></head><body><p>It was <b>one</b> day.</p><p>Read.</p></body></html>"
    digest, case_id = _archive(tmp_path, body), published()
    monkeypatch.setattr(review.settings, "archive_folder", tmp_path)
    visited(case_id, 2, digest=digest, changes=1, change="moved", change_detail=NASTY, landed_url="https://log.example/",
            quotes_missing=("One day.",))  # fmt: skip
    ada = desk("ada")
    page = ada.get(f"/cases/{case_id}").text
    for words in ("A source has moved", "To be looked at", "Not found in the copy", "It leads to"):
        assert words in page, words
    assert "<script>alert(1)" not in page
    assert "1 to be looked at" in ada.get("/?view=alarms").text
    text = ada.get(f"/cases/{case_id}/copies/{digest}/text")
    assert (text.status_code, text.text, text.content_type) == (
        200,
        "It was one day.\nRead.",
        "text/plain; charset=utf-8",
    )
    file = ada.get(f"/cases/{case_id}/copies/{digest}")
    assert (file.status_code, sha256(file.data).hexdigest()) == (200, digest)
    assert "attachment" in file.headers["Content-Disposition"]
    for answer in (text, file):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    file.close()
    around = ada.get(f"/cases/{case_id}/copies/{digest}/look")
    assert re.search(rf'<iframe [^>]*src="/cases/{case_id}/copies/{digest}/page" sandbox ', around.text)
    assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
    inside = ada.get(f"/cases/{case_id}/copies/{digest}/page")
    rules = [one.strip() for one in inside.headers["Content-Security-Policy"].split(";")]
    assert (inside.data, inside.content_type) == (body, "text/html; charset=utf-8")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"} <= set(rules)
    assert not [one for one in rules if one.startswith(("script-src", "connect-src"))]
    assert inside.headers["X-Content-Type-Options"] == "nosniff"
    assert app.test_client().get(inside.request.path).status_code == 302  # to the door: it is for the desk alone
    for path in ("b" * 64 + "/look", "b" * 64 + "/page", "b" * 64, "..", "a" * 64 + "/text"):
        assert ada.get(f"/cases/{case_id}/copies/{path}").status_code == 404
    with review.reading() as session:
        alarm = workflow.open_alarms(session, case_id)[0].id
    assert submit(ada, case_id, "settle", alarm_id=alarm).status_code == 422
    assert submit(ada, case_id, "settle", alarm_id=alarm, note="The same log at another address.").status_code == 302
    assert "A source has moved" not in ada.get(f"/cases/{case_id}").text


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("Café & <b>".encode("latin-1"), "text/plain; charset=iso-8859-1", "Café & <b>"),
        (b"<div>" * 100_000 + b"deep", "text/html", "deep"),
        (b"<svg>no</svg><script>no</script>yes", "text/html; charset=nonsense", "yes"),
        (b"%PDF-1.7", "application/pdf", None),
        (b"", "", ""),
    ],
)
def test_whatever_a_copy_is_its_words_are_read_or_not(tmp_path, body, kind, words):
    assert copies.words_of(path_of(tmp_path, _archive(tmp_path, body, kind))) == words


def _archive(folder, body, kind="text/html"):
    """A file of the archive as intake makes it; returns its SHA-256."""

    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
    record = writer.create_warc_record(URL, "response", payload=BytesIO(body), length=len(body), http_headers=headers)
    writer.write_record(record)
    digest = sha256(out.getvalue()).hexdigest()
    path_of(folder, digest).parent.mkdir(parents=True, exist_ok=True)
    path_of(folder, digest).write_bytes(out.getvalue())
    assert gzip.decompress(out.getvalue())
    return digest
