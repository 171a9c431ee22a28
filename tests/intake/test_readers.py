"""A reader without an account sends a claim in, in their own language, and learns what becomes of it."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from string import Formatter
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update
from sqlmodel import select

from services.intake import blocking, queries
from services.intake.app import create_app
from services.intake.languages import languages
from services.intake.models import Claim, Submission
from services.intake.pages import readers
from services.intake.service import service as intake
from shared import open_forms
from shared.clock import now
from shared.rates import HOUR, Rates
from shared.readable import plain

TEXT = "The bridge was closed on four days in March."


@pytest.fixture(autouse=True)
def a_new_hour(monkeypatch):
    monkeypatch.setattr(readers, "_rates", Rates(HOUR))


@pytest.fixture
def hurry(monkeypatch):
    """People need a while to fill in a form; these tests do not."""
    monkeypatch.setattr(open_forms, "QUICKEST", 0)


@pytest.fixture
def send(app, hurry):
    """`send(text=…)`: open the form, fill it in, send it."""

    def fill_in(address="192.0.2.7", lang="en", **fields):
        client = app.test_client()
        page = client.get(f"/submit?lang={lang}").text
        shown = re.search(r'name="shown" value="([^"]+)"', page).group(1)
        return client.post(
            f"/submit?lang={lang}", data={"shown": shown, "website": ""} | fields, environ_base={"REMOTE_ADDR": address}
        )

    return fill_in


def test_a_claim_comes_in_and_its_receipt_is_shown(app, send, told):
    answer = send(text=f"  {TEXT} ", url="https://example.org/post/1", reason="I cross it daily.")
    assert answer.status_code == 303
    receipt = app.test_client().get(answer.headers["Location"])
    assert receipt.status_code == 200
    assert TEXT in receipt.text
    assert "Received, not checked yet" in receipt.text
    [message] = told()
    assert (message.claim.text, message.claim.appearances[0].url) == (TEXT, "https://example.org/post/1")
    assert [(one.newsroom, one.reason) for one in message.submissions] == [("Readers", "I cross it daily.")]


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "Go back in your browser"), ("de", "Gehen Sie in Ihrem Browser zurück")]
)
def test_what_is_too_long_comes_back_and_what_is_too_large_to_be_read_is_told_in_the_reader_s_language(
    send, stored, lang, told
):
    before = stored()
    long = send(lang=lang, text="x" * 900_000, reason="I cross it daily.")
    assert (long.status_code, "x" * 900_000 in long.text, "I cross it daily." in long.text) == (422, True, True)
    large = send(lang=lang, text="x" * 1_100_000)
    assert (large.status_code, stored()) == (413, before)
    assert told in large.text
    assert f'<html lang="{lang}"' in large.text


def test_what_comes_in_chunks_and_is_too_large_is_told_so_and_not_taken_for_what_came_before_the_limit(app, stored):
    before = stored()
    large = app.test_client().post(
        "/submit", input_stream=io.BytesIO(b"text=" + b"x" * 1_100_000), content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"}, environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    assert (large.status_code, stored()) == (413, before)
    assert "Go back in your browser" in large.text


def test_a_button_that_is_pressed_twice_sends_one_claim_and_leads_to_one_receipt(
    app, hurry, told, monkeypatch, service
):
    client = app.test_client()
    shown = re.search(r'name="shown" value="([^"]+)"', client.get("/submit").text).group(1)
    form = {"shown": shown, "website": "", "text": TEXT, "reason": "I cross it daily."}
    monkeypatch.setattr(service.settings, "readers_per_hour", 2)  # and it counts once
    first, again = client.post("/submit", data=form), client.post("/submit", data=form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert client.get(first.headers["Location"]).status_code == 200
    assert [len(message.submissions) for message in told()] == [1]
    other = client.post("/submit", data=form | {"text": "The ferry was late."})  # gone back, and written anew
    assert (other.status_code, other.headers["Location"] == first.headers["Location"]) == (303, False)
    assert [message.claim.text for message in told()] == [TEXT, "The ferry was late."]


def test_two_presses_that_come_at_once_are_one_claim(app, hurry, told):
    shown = re.search(r'name="shown" value="([^"]+)"', app.test_client().get("/submit").text).group(1)
    form = {"shown": shown, "website": "", "text": TEXT}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: app.test_client().post("/submit", data=form), range(4)))
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["Location"] for one in answers}) == 1
    assert [message.submission_count for message in told()] == [1]


def test_while_the_form_is_blocked_it_takes_nothing_and_loses_no_word(send, stored):
    assert send(text=TEXT).status_code == 303
    with intake.transaction() as session:
        blocking.block(session, queries.get_newsroom(session, "Readers"), "It is flooded.")
    before = stored()
    answer = send(text=TEXT, reason="I cross it daily.")
    assert (answer.status_code, stored()) == (403, before)
    assert "I cross it daily." in answer.text
    assert "flooded" not in answer.text


def test_the_same_claim_of_two_readers_is_one_with_the_reasons_of_both(app, send, told):
    first, second = send(text=TEXT, reason="one"), send(text=TEXT.upper(), reason="two")
    assert first.headers["Location"] != second.headers["Location"]
    assert [one.reason for one in told()[-1].submissions] == ["one", "two"]
    assert len({message.claim_id for message in told()}) == 1


def test_nothing_about_the_reader_is_stored(app, send, service):
    send(text=TEXT, address="198.51.100.77")
    with intake.reading() as session:
        rows = [str(row) for table in (Claim, Submission) for row in session.exec(select(table))]
    assert rows
    assert not any("198.51.100.77" in row for row in rows)


@pytest.mark.parametrize(
    ("fields", "says", "at"),
    [
        ({"text": ""}, "in at least a few words", "text"),
        ({"text": " ? "}, "in at least a few words", "text"),
        ({"text": "x" * 10_001}, "longer than 10,000 characters", "text"),
        ({"text": "bad \x07 bell"}, "can&#39;t be shown", "text"),
        ({"text": TEXT, "url": "javascript:alert(1)"}, "no web address", "url"),
        ({"text": TEXT, "url": "on the radio"}, "no web address", "url"),
        ({"text": TEXT, "reason": "y" * 10_001}, "longer than 10,000 characters", "reason"),
    ],
)
def test_what_does_not_hold_is_said_beside_the_field_and_no_word_is_lost(send, stored, fields, says, at):
    answer = send(**{"text": "", "url": "", "reason": "a reason & more"} | fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'id="{at}-wrong"' in answer.text
    for value in fields.values():
        assert plain(value.strip()[:50]) in answer.text
    assert "a reason &amp; more" in answer.text or "reason" in fields
    assert stored()["claims"] == 0


def test_markup_comes_back_as_text(send):
    answer = send(text="<script>alert(1)</script>", url="nowhere")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_programs_are_told_from_people(app, send, stored, monkeypatch):
    assert send(text=TEXT, website="http://spam.example").status_code == 422
    assert send(text=TEXT, shown="forged").status_code == 422
    monkeypatch.setattr(open_forms, "QUICKEST", 5)
    quick = send(text=TEXT)
    assert quick.status_code == 422
    assert "very quick" in quick.text
    assert TEXT in quick.text
    assert stored()["claims"] == 0


def test_a_network_has_its_share_and_no_more(send, stored, service, still, monkeypatch):
    monkeypatch.setattr(service.settings, "readers_per_hour", 2)
    answers = [send(text=f"Bus {number} was late.").status_code for number in range(3)]
    assert answers == [303, 303, 429]
    again = send(text="Bus 9 was late.")
    assert 0 < int(again.headers["Retry-After"]) <= HOUR
    assert "Bus 9 was late." in again.text
    assert send(text="Tram 1 was late.", address="192.0.2.8").status_code == 303
    assert [send(text=f"Ship {n} was late.", address=f"2001:db8:1:2::{n}").status_code for n in range(1, 4)] == [
        303,
        303,
        429,
    ]
    monkeypatch.setattr(service.settings, "readers_per_hour_in_all", 1)
    assert send(text="Plane 1 was late.", address="192.0.2.9").status_code == 429
    assert stored()["claims"] == 5


def test_the_form_and_the_receipt_speak_the_reader_s_language(app, send):
    asked = app.test_client().get("/submit", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de">' in asked.text
    assert "Was wird behauptet?" in asked.text
    answer = send(text=TEXT, lang="de")
    receipt = app.test_client().get(answer.headers["Location"]).text
    assert "Eingegangen, noch nicht geprüft" in receipt
    assert '<html lang="de">' in receipt
    assert '<html lang="en">' in app.test_client().get("/submit?lang=xx", headers={"Accept-Language": "fr"}).text


def test_every_language_has_every_word_with_what_is_to_be_filled_in():
    def names(found, path=""):
        for name, value in found.items():
            if isinstance(value, dict):
                yield from names(value, f"{path}{name}.")
            else:
                holes = (
                    sorted(hole for _, hole, _, _ in Formatter().parse(value) if hole)
                    if isinstance(value, str)
                    else len(value)
                )
                yield f"{path}{name}", holes

    usual = dict(names(languages()["en"]._found))
    assert len(languages()) >= 2
    for language, words in languages().items():
        assert dict(names(words._found)) == usual, language


def test_a_desk_that_takes_no_claims_from_readers_has_no_form(start_service):
    service = start_service("intake", readers_form=False)
    client = create_app(service.settings).test_client()
    assert client.get("/submit").status_code == 404
    assert client.post("/submit", data={"text": TEXT}).status_code == 404
    assert "/submit" not in client.get("/").text


@pytest.mark.parametrize(
    ("took", "words", "not_yet", "then"),
    [
        (timedelta(hours=20), "within 20 hours", timedelta(hours=19), timedelta(hours=21)),
        (timedelta(minutes=3), "within an hour", timedelta(minutes=50), timedelta(minutes=70)),
    ],
    ids=["most of a day", "minutes"],
)
def test_a_receipt_says_what_is_usual_and_when_it_takes_longer(
    app, send, arrive, moved, published, service, took, words, not_yet, then
):
    for number in range(5):
        send(text=f"Bus {number} was late.", address=f"192.0.2.{number}")
    submitted = now() - timedelta(hours=30)
    with intake.transaction() as session:
        session.execute(update(Claim).values(submitted_at=submitted))
        ids = session.exec(select(Claim.id)).all()
    at = {"published_at": submitted + took}
    arrive(*[published(str(claim_id)).model_copy(update=at) for claim_id in ids])
    receipt = urlsplit(send(text="The last bus was late.").headers["Location"])

    def read_after(waited):
        with intake.transaction() as session:
            session.execute(update(Submission).values(submitted_at=now() - waited))
        return app.test_client().get(f"{receipt.path}?lang=en").text

    page = read_after(not_yet)
    assert f"had their verdict {words}" in page
    assert "longer than usual" not in page
    assert "longer than usual" in read_after(then)
