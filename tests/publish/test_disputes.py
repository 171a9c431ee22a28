"""A reader challenges a verdict: by a form without account or script, and sees by a receipt what becomes of it."""

import re
from datetime import timedelta
from string import Formatter

import pytest
from sqlmodel import select

from services.publish import disputes, ledger, workflow
from services.publish.languages import languages
from services.publish.models import Dispute, Outbox
from services.publish.pages import readers
from shared import open_forms
from shared.clock import new_id, now
from shared.contracts import CorrectionsUrged, DisputeMoved, VerdictDisputed
from shared.rates import HOUR, Rates

GIVEN = {
    "wrong": "The log is of another bridge.", "reason": "Its number is 7, not 5.",
    "url": "https://harbour.example/bridges", "contact": "jo@reader.example",
}  # fmt: skip
NASTY = "<script>alert(1)</script> [x](javascript:alert(1)) A\u202eB"


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """People need a while to fill in a form; these tests do not."""
    monkeypatch.setattr(open_forms, "QUICKEST", 0)
    monkeypatch.setattr(readers, "_rates", Rates(HOUR))


@pytest.fixture
def check(receive, make_verdict):
    return receive(make_verdict())


def shown(page):
    return re.search(r'name="shown" value="([^"]+)"', page).group(1)


@pytest.fixture
def send(reader, check):
    """`send(wrong=…)`: open the form, fill it in, send it."""

    def fill_in(address="192.0.2.7", **fields):
        at = f"/checks/{check.path}/dispute"
        data = {"shown": shown(reader.get(at).text), "website": ""} | GIVEN | fields
        return reader.post(at, data=data, environ_base={"REMOTE_ADDR": address})

    return fill_in


@pytest.fixture
def sent(service):
    """The disputes that were handed to the desk."""

    def read():
        with service.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == VerdictDisputed.topic).order_by(Outbox.id)).all()
        return [VerdictDisputed.model_validate_json(row.payload) for row in rows]

    return read


@pytest.fixture
def moved(service):
    """The desk tells where a dispute stands."""

    def tell(dispute, revision=1, state="open", due=timedelta(days=7), **more):
        told = {"is_public": True, "decided_at": "2026-02-01T10:00:00Z"} if state == "decided" else {}
        message = DisputeMoved.model_validate(
            {
                "dispute_id": dispute.dispute_id, "claim_id": dispute.claim_id, "revision": revision, "state": state,
                "due_at": now() + due, **told, **more,
            }
        )  # fmt: skip
        with service.transaction() as session:
            disputes.note_moved(session, message)

    return tell


def test_a_challenge_goes_to_the_desk_and_its_receipt_is_shown(reader, check, send, sent):
    assert f'href="https://facts.example/checks/{check.path}/dispute"' in reader.get(f"/checks/{check.path}").text
    answer = send()
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    receipt = reader.get(answer.headers["Location"])
    assert receipt.status_code == 200
    assert GIVEN["wrong"] in receipt.text
    assert "Received, on its way to the desk" in receipt.text
    assert receipt.headers["Cache-Control"] == "no-store"
    assert receipt.headers["X-Robots-Tag"] == "noindex"
    assert receipt.headers["Referrer-Policy"] == "no-referrer"
    [message] = sent()
    assert message.model_dump(include={*GIVEN}) == GIVEN
    assert (message.claim_id, message.verdict_revision) == (check.claim_id, 1)


def test_the_receipt_says_until_when_and_how_it_was_decided(reader, send, sent, moved):
    at = send().headers["Location"]
    [message] = sent()
    moved(message)
    assert "The desk decides by" in reader.get(at).text
    moved(message, 2, due=timedelta(hours=-1))
    assert "The desk is late" in reader.get(at).text
    moved(message, 3, "decided", decision="rejected", reason="The number is the harbour’s.")
    page = reader.get(at).text
    assert "Rejected" in page
    assert "The number is the harbour’s." in page
    moved(message, 2)
    assert "Rejected" in reader.get(at).text


def test_what_is_decided_in_public_stands_on_the_page_and_in_the_list(reader, check, send, sent, moved):
    before = reader.get(f"/checks/{check.path}")
    assert "No challenge has been decided yet." in reader.get("/disputes").text
    send()
    send(wrong="Only for you.", address="192.0.2.8")
    first, second = sent()
    moved(first, 2, "decided", decision="upheld", reason="It is another bridge.")
    moved(second, 2, "decided", decision="rejected", reason="A reason for one.", is_public=False)
    page = reader.get(f"/checks/{check.path}")
    assert page.headers["ETag"] != before.headers["ETag"]
    assert "Decided on 1 February 2026" in re.sub("<[^>]*>", "", page.text)
    assert "<strong>Upheld</strong>" in page.text
    assert "It is another bridge." in page.text
    listed = reader.get("/disputes").text
    assert "It is another bridge." in listed
    for text in (page.text, listed):
        assert "A reason for one." not in text
        assert GIVEN["wrong"] not in text
    assert reader.get("/disputes/page/2").status_code == 404


def test_how_to_reach_the_reader_is_forgotten_once_the_desk_has_it(service, reader, send, sent, moved, check):
    at = send().headers["Location"]
    [message] = sent()
    moved(message)
    moved(message, 2, "decided", decision="rejected", reason="No.")
    with service.reading() as session:
        assert session.exec(select(Dispute.contact)).all() == [None]
        assert [row for row in session.exec(select(Outbox)) if "jo@reader" in row.payload] == []
    for address in (at, f"/checks/{check.path}", "/disputes", f"/v1/checks/{check.claim_id}"):
        assert "jo@reader" not in reader.get(address).text


def test_a_form_that_is_sent_twice_is_one_challenge(reader, check, sent):
    at = f"/checks/{check.path}/dispute"
    data = {"shown": shown(reader.get(at).text)} | GIVEN
    places = {reader.post(at, data=data).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert len(sent()) == 1


def test_who_goes_back_and_writes_something_else_has_sent_another(reader, check, sent):
    at = f"/checks/{check.path}/dispute"
    data = {"shown": shown(reader.get(at).text)} | GIVEN
    places = {
        reader.post(at, data=data | {"reason": one}).headers["Location"] for one in ("Its number is 7.", "It is 8.")
    }
    assert len(places) == 2
    assert [one.reason for one in sent()] == ["Its number is 7.", "It is 8."]


def test_a_second_press_of_the_last_challenge_that_is_taken_leads_to_its_receipt(
    reader, check, sent, service, monkeypatch
):
    monkeypatch.setattr(service.settings, "readers_per_hour", 1)
    at = f"/checks/{check.path}/dispute"
    data = {"shown": shown(reader.get(at).text)} | GIVEN
    first, again = (reader.post(at, data=data) for _ in range(2))
    assert (again.status_code, again.location) == (303, first.location)
    assert reader.post(at, data=data | {"reason": "Another."}).status_code == 429


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"website": "buy"}, "The last field has to stay empty"),
        ({"shown": "made.up.one"}, "has lain open for over a day"),
        ({"wrong": " "}, "Please fill this in."),
        ({"reason": "x" * 5001}, "longer than 5000 characters"),
        ({"url": "javascript:alert(1)"}, "This is no web address."),
        ({"wrong": "a\x00b"}, "characters that can&#39;t be shown"),
    ],
)
def test_what_does_not_hold_comes_back_with_what_was_typed(send, sent, fields, said):
    answer = send(**fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert GIVEN["contact"] in answer.text
    assert sent() == []


def test_a_form_of_one_check_challenges_no_other(reader, receive, make_verdict, check, sent):
    other = receive(make_verdict(headline="Something else"))
    data = {"shown": shown(reader.get(f"/checks/{other.path}/dispute").text)} | GIVEN
    assert reader.post(f"/checks/{check.path}/dispute", data=data).status_code == 422
    assert sent() == []


def test_what_is_sent_too_fast_or_too_often_is_refused(service, send, sent, still, monkeypatch):
    monkeypatch.setattr(open_forms, "QUICKEST", 5)
    assert "That was very quick" in send().text
    monkeypatch.setattr(open_forms, "QUICKEST", 0)
    service.settings.readers_per_hour = 2
    assert [send().status_code for _ in range(3)] == [303, 303, 429]
    assert int(send().headers["Retry-After"]) > 0
    assert send(address="192.0.2.8").status_code == 303
    assert len(sent()) == 3


def test_a_form_that_was_opened_before_the_page_moved_still_counts(reader, receive, make_verdict, check, sent):
    at = f"/checks/{check.path}/dispute"
    data = {"shown": shown(reader.get(at).text)} | GIVEN
    moved = receive(make_verdict(check.claim_id, 2, headline="A headline that was corrected"))
    assert moved.path != check.path
    assert reader.get(at).headers["Location"] == f"/checks/{moved.path}/dispute"
    assert reader.post(at, data=data).status_code == 303
    assert [one.verdict_revision for one in sent()] == [2]


def test_there_is_no_form_where_there_is_no_verdict_or_where_it_is_closed(service, reader, receive, make_notice, check):
    assert reader.get("/checks/2026/01/nothing/dispute").status_code == 404
    assert reader.get(f"/checks/{receive(make_notice()).path}/dispute").status_code == 404
    assert reader.get("/disputes/AAAA").status_code == 404
    service.settings.readers_per_hour = 0
    assert reader.get(f"/checks/{check.path}/dispute").status_code == 404


def test_what_readers_and_the_desk_write_is_shown_as_text(reader, check, send, sent, moved):
    at = send(wrong=NASTY, reason=NASTY).headers["Location"]
    [message] = sent()
    moved(message, 1, "decided", decision="rejected", reason=NASTY)
    for address in (at, f"/checks/{check.path}", "/disputes"):
        page = reader.get(address).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert "\u202e" not in page


def test_the_site_s_language_is_spoken(service, reader, check, monkeypatch):
    for language, words in (("de-AT", "Diesem Faktencheck widersprechen"), ("fi", "Challenge this fact-check")):
        monkeypatch.setattr(service, "_settings", service.settings.model_copy(update={"language": language}))
        assert words in reader.get(f"/checks/{check.path}/dispute").text


def test_every_language_says_everything():
    def names(words, prefix=""):
        for name, value in words.items():
            if isinstance(value, dict):
                yield from names(value, f"{prefix}{name}.")
            else:
                fields = {part[1] for part in Formatter().parse(value) if part[1]} if isinstance(value, str) else ()
                yield f"{prefix}{name}", frozenset(fields)

    usual = dict(names(languages()["en"]._found))
    assert len(languages()) >= 2
    for language, words in languages().items():
        found = dict(names(words._found))
        assert found.keys() == usual.keys(), language
        assert [name for name in found if not found[name] <= usual[name]] == [], (
            language
        )  # grammar may need fewer parts


def test_the_ledger_knows_of_disputes_and_tells_of_them_again(service, send, sent, moved):
    send()
    [message] = sent()
    moved(message)
    with service.transaction() as session:
        (told,) = [one for one in ledger.told(session) if one.topic == VerdictDisputed.topic]
        (known,) = [one for one in ledger.known(session) if one.topic == DisputeMoved.topic]
        assert (told.key, known.key, known.revision) == (str(message.dispute_id), str(message.dispute_id), 1)
        ledger.tell_again(session, told)
    assert sent()[-1].dispute_id == message.dispute_id
    with pytest.raises(Exception, match="There is no dispute"):
        moved(message.model_copy(update={"dispute_id": new_id()}))


def test_what_a_reader_wrote_is_erased_and_the_decision_stays(reader, check, send, sent, moved, service):
    at = send().headers["Location"]
    [message] = sent()
    moved(message, 1, "decided", decision="upheld", reason="It is another bridge.")
    with service.transaction() as session:
        disputes.erase(session, message.dispute_id)
    receipt, page = reader.get(at).text, reader.get(f"/checks/{check.path}").text
    for words in (GIVEN["wrong"], GIVEN["reason"], GIVEN["url"]):
        assert words not in receipt
        assert words not in page
    assert disputes.ERASED in receipt
    assert "It is another bridge." in page
    assert sent() == []


def test_readers_read_who_was_asked_to_correct_it(service, reader, check):
    def tell(revision, outcome, asked="Jo Marten"):
        one = {"asked": asked, "asked_at": "2026-02-01T10:00:00Z", "outcome": outcome, "url": "javascript:alert(1)"}
        with service.transaction() as session:
            workflow.note_urged(
                session,
                CorrectionsUrged.model_validate({"claim_id": check.claim_id, "revision": revision, "urged": [one]}),
            )
        return reader.get(f"/checks/{check.path}").text

    assert "refused to correct it" in tell(9, "refused")
    assert "refused to correct it" in tell(8, "corrected")  # older news
    page = tell(10, "corrected", NASTY)
    assert "refused to correct it" not in page
    assert "<script>alert" not in page
    assert 'javascript:alert(1)"' not in page
    with service.reading() as session:
        assert ("corrections.urged.v1", 10) in [(one.topic, one.revision) for one in ledger.known(session)]
