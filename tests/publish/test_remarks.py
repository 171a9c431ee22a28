"""A reader who has said whether a fact-check was useful says why: the desk is told, and no reader."""

import re

import pytest
from click.testing import CliRunner
from conftest import SECRET
from sqlmodel import func, select

from services.publish import ledger, remarks
from services.publish.cli import cli
from services.publish.models import Outbox, Remark
from services.publish.pages import opinions
from shared import open_forms
from shared.clock import new_id
from shared.contracts import RemarkMade
from shared.rates import HOUR, Rates
from shared.repeats import Repeats

MISSING = "It does not say who closed the bridge."


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """People need a while to write; these tests do not. Nobody has written yet."""
    monkeypatch.setattr(open_forms, "QUICKEST", 0)
    for name, nobody in (("_rates", Rates(HOUR)), ("_remark_rates", Rates(HOUR)), ("_presses", Repeats(3))):
        monkeypatch.setattr(opinions, name, nobody)


@pytest.fixture
def check(receive, make_verdict):
    return receive(make_verdict())


@pytest.fixture
def answer(reader, check):
    """`answer("no")`: press a button; the form that is shown then, as its fields."""

    def press(useful="no", path=check.path):
        shown = reader.get(reader.post(f"/checks/{path}/useful", data={"useful": useful}).location)
        assert shown.status_code == 200
        return fields(shown.text)

    return press


def fields(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


@pytest.fixture
def write(reader, check):
    """`write(form, text)`: send it in."""

    def send(form, text=MISSING, address="192.0.2.7", **more):
        data = form | {"text": text, "website": ""} | more
        return reader.post(f"/checks/{check.path}/useful", data=data, environ_base={"REMOTE_ADDR": address})

    return send


@pytest.fixture
def told(service):
    """The remarks that were handed to the desk."""

    def read():
        with service.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == RemarkMade.topic).order_by(Outbox.id)).all()
        return [RemarkMade.model_validate_json(row.payload) for row in rows]

    return read


@pytest.mark.parametrize(("useful", "asked"), [("yes", "What was useful?"), ("no", "What was missing?")])
def test_who_has_answered_is_asked_why_and_what_they_write_goes_to_the_desk(
    reader, check, answer, write, told, useful, asked
):
    place = reader.post(f"/checks/{check.path}/useful", data={"useful": useful}).location
    page = reader.get(place)
    assert asked in page.text
    assert page.headers["Cache-Control"] == "no-store"
    sent = write(fields(page.text))
    assert sent.status_code == 303
    assert "Set-Cookie" not in sent.headers
    thanks = reader.get(sent.location).text
    assert "What you wrote goes to the desk. It is not published." in thanks
    assert "<form class=" not in thanks
    (made,) = told()
    assert (made.claim_id, made.verdict_revision, made.is_useful) == (check.claim_id, 1, useful == "yes")
    assert made.text == MISSING
    assert set(Remark.model_fields) == {
        "id", "claim_id", "showing_hash", "verdict_revision", "is_useful", "text", "made_at",
    }  # and nothing of who wrote it  # fmt: skip


def test_a_german_fact_check_asks_in_german(reader, receive, make_verdict, answer):
    german = receive(make_verdict(language="de"))
    place = reader.post(f"/checks/{german.path}/useful", data={"useful": "no"}).location
    page = reader.get(place).text
    assert "Was hat gefehlt?" in page
    assert 'lang="de"' in page


def test_it_is_of_the_revision_that_was_read_and_reaches_no_page_or_data(
    reader, check, answer, write, told, receive, make_verdict
):
    form = answer("no")
    receive(make_verdict(check.claim_id, 2))
    assert write(form, "s3cret-remark").status_code == 303
    assert told()[0].verdict_revision == 1
    for place in (
        f"/checks/{check.path}",
        f"/checks/{check.path}/revisions/1",
        f"/v1/checks/{check.claim_id}",
        "/feeds/feed.json",
    ):
        body = reader.get(place)
        assert body.status_code == 200, place
        assert "s3cret" not in body.text, place


def test_nothing_written_is_nothing_sent_and_the_same_form_twice_is_one_remark(check, answer, write, told):
    form = answer()
    assert write(form, "  \r\n ").status_code == 303
    assert told() == []
    for _ in range(2):
        assert write(form).status_code == 303
    assert len(told()) == 1
    assert write(answer("yes"), "The log.").status_code == 303
    assert len(told()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 1001, "This is longer than 1000 characters."),
        ("before\x1b[31mafter", "This holds characters that can’t be shown."),
    ],
)
def test_what_does_not_hold_comes_back_with_every_word(answer, write, told, text, words):
    refused = write(answer(), text)
    assert refused.status_code == 422
    page = refused.text.replace("&#39;", "’").replace("can't", "can’t")
    assert words in page
    assert text.replace("\x1b", "") in page
    assert write(fields(refused.text)).status_code == 303
    assert len(told()) == 1


def test_a_program_a_stale_form_and_one_that_is_not_ours_are_refused(answer, write, told, monkeypatch):
    form = answer("no")
    assert write(form, website="https://spam.example").status_code == 422
    assert write(form, said="yes").status_code == 422  # signed for a no
    assert write(form, shown="x").status_code == 422
    assert write({"shown": form["shown"]}).status_code == 400
    assert write(form | {"revision": "9"}).status_code == 400
    monkeypatch.setattr(open_forms, "QUICKEST", 3600)
    quick = write(form)
    assert quick.status_code == 422
    assert MISSING in quick.text
    assert told() == []


def test_one_network_writes_so_often_and_keeps_its_text(answer, write, told, service, monkeypatch):
    monkeypatch.setattr(service.settings, "readers_per_hour", 2)
    form = answer()
    for number in range(2):
        assert write(form, f"Number {number}").status_code == 303
    refused = write(form, "The third.")
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert "The third." in refused.text
    assert write(answer("yes"), "From elsewhere.", address="198.51.100.9").status_code == 303
    assert [one.text for one in told()] == ["Number 0", "From elsewhere."]


def test_where_forms_are_closed_nothing_is_asked_or_taken(reader, check, answer, write, told, service, monkeypatch):
    form = answer()
    monkeypatch.setattr(service.settings, "readers_per_hour", 0)
    assert answer("yes") == {}
    assert write(form).status_code == 404
    assert told() == []


@pytest.mark.parametrize("query", ["", "?said=maybe&revision=1", "?said=yes&revision=7", "?said=yes&revision=x"])
def test_who_has_not_answered_is_asked_nothing(reader, check, query):
    page = reader.get(f"/checks/{check.path}/useful{query}")
    assert page.status_code == 200
    assert "<textarea" not in page.text


def test_what_a_reader_wrote_can_be_forgotten_and_is_told_so(answer, write, told, service, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("PUBLISH_DATABASE_URL", service.settings.database_url)
    write(answer())
    (made,) = told()
    with service.reading() as session:
        (entry,) = [one for one in ledger.told(session) if one.topic == RemarkMade.topic]
    assert (entry.queue, entry.key, entry.revision) == ("review", str(made.remark_id), 1)
    erase = ("remarks", "erase", "--yes")
    done = CliRunner().invoke(cli, [*erase, str(made.remark_id)])
    assert done.exit_code == 0, done.output
    assert told() == []  # what was on its way, too
    with service.transaction() as session:
        ledger.tell_again(session, entry)
    assert [one.text for one in told()] == [remarks.ERASED]
    with service.reading() as session:
        assert session.exec(select(func.count()).select_from(Remark).where(Remark.text == MISSING)).one() == 0
    assert CliRunner().invoke(cli, [*erase, str(new_id())]).exit_code == 1
