"""A newsroom whose sending is abuse is blocked: nothing comes in from it by any way, and its claims leave the queue."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from newsroom_browser import Browser, link_for
from sqlmodel import select

from services.intake import blocking, ledger, pulling, queries
from services.intake.cli import cli
from services.intake.models import Feed, Outbox
from services.intake.schemas import FeedIn
from services.intake.service import service as intake
from shared import outbox
from shared.clock import now
from shared.contracts import SenderDecided, SenderJudged

TEXT = "The harbour bridge was closed on four days in March."


@pytest.fixture
def decided(service):
    """What review was told of newsrooms, in the order it was written."""

    def look():
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == SenderDecided.topic).order_by(Outbox.id)).all()
            return [SenderDecided.model_validate_json(row.payload) for row in rows]

    return look


@pytest.fixture
def command(service, monkeypatch):
    """`command("block", "Wire Desk", …)`: what the command `newsrooms` prints."""
    monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already

    def run(*words):
        done = CliRunner().invoke(cli, ["newsrooms", *words])
        assert done.exit_code == 0, done.output
        return done.output

    return run


def block(command):
    return command("block", "Wire Desk", "--because", "It floods us with advertisements.")


def test_nothing_comes_in_from_a_blocked_newsroom_by_any_way(newsroom, other_newsroom, app, command, stored):
    assert newsroom.post({"text": TEXT}).status_code == 201
    browser = Browser(app)
    link, unused = link_for(), link_for()
    assert browser.send(link).status_code == 303
    assert block(command) == "Wire Desk is blocked\n"
    before = stored()
    for answer in (
        newsroom.post({"text": "Another claim of theirs."}),
        newsroom.post(b'{"text": "A batch of one."}\n', **{"Content-Type": "application/x-ndjson"}),
        newsroom.client.post("/v1/stories", json={"text": TEXT}, headers={"Authorization": f"Bearer {newsroom.key}"}),
        newsroom.get("/v1/claims"),
    ):
        assert answer.status_code == 403, answer.text
        assert "takes nothing from this sender" in answer.json["detail"]
        assert "advertisements" not in answer.text  # why is the desk's to tell
    assert browser.open("/newsroom").status_code == 401
    assert Browser(app).open(unused).status_code == 404  # links that lay about are gone with the sessions
    assert Browser(app).open(link_for()).status_code == 403
    assert stored() == before
    assert other_newsroom.post({"text": TEXT}).status_code == 201
    assert "blocked" in command("list")
    assert "advertisements" in command("list")


def test_its_feeds_are_not_pulled_while_it_is_blocked(newsroom, command, run_errands):
    with intake.transaction() as session:
        owner = queries.get_newsroom(session, "Wire Desk")
        feed, _ = pulling.add_feed(session, FeedIn(url="http://192.0.2.1/feed"), owner.id)
    block(command)
    run_errands()
    with intake.transaction() as session:
        feed = session.get_one(Feed, feed.id)
        assert feed.pulls == 0  # the one that was on its way was not made
        feed.due_at, feed.ordered_at = now(), None
        session.flush()
        assert pulling.order_due(session) == 0
    command("unblock", "Wire Desk")
    with intake.transaction() as session:
        assert pulling.order_due(session) == 1


def test_the_desk_is_told_of_what_the_admin_decides_before_all_else(newsroom, command, told, decided):
    ids = [newsroom.post({"text": f"{TEXT} Variant {n}."}).json["id"] for n in range(3)]
    block(command)
    assert command("unblock", "Wire Desk") == "Wire Desk is let in again\n"
    assert "was not blocked" in command("unblock", "Wire Desk")  # and nobody is told of it
    (blocked, let_in) = decided()
    assert (blocked.newsroom, blocked.blocked, blocked.because) == (
        "Wire Desk",
        True,
        "It floods us with advertisements.",
    )
    assert (let_in.newsroom, let_in.blocked) == ("Wire Desk", False)
    assert let_in.revision > blocked.revision
    with intake.transaction() as session:
        first = outbox.claim(session, Outbox, "review", 2, timedelta(minutes=1))
        assert {one.topic for one in first} == {SenderDecided.topic}, "they overtake claims that wait to be sent"
        (entry,) = [one for one in ledger.told(session) if one.topic == SenderDecided.topic]
        ledger.tell_again(session, entry)
    assert decided()[-1] == let_in
    assert [str(one.claim_id) for one in told()] == ids, "what becomes of them is the desk's"
    assert newsroom.post({"text": "They may send again."}).status_code == 201


def test_the_receipt_says_so(newsroom, command, arrive, moved):
    posted = newsroom.post({"text": TEXT}).json
    block(command)
    arrive(moved(posted["id"], 2, "closed", close_reason="submitter_blocked"))
    page = newsroom.client.get("/receipts/" + posted["receipt_url"].rsplit("/", 1)[1])
    assert "takes nothing from this sender" in page.text


def test_blocking_twice_or_nobody_is_said(newsroom, command, service):
    block(command)
    assert "was blocked already" in command("block", "Wire Desk", "--because", "It still does.")
    with intake.reading() as session:
        assert queries.get_newsroom(session, "Wire Desk").blocked_because == "It still does."
    command("unblock", "Wire Desk")
    assert "was not blocked" in command("unblock", "Wire Desk")
    missing = CliRunner().invoke(cli, ["newsrooms", "block", "Nobody", "--because", "x"])
    assert (missing.exit_code, "There is no newsroom Nobody" in missing.output) == (1, True)


def test_what_the_desk_decides_is_heeded_in_its_order(newsroom, other_newsroom):
    def decide(revision, blocked, name="Wire Desk"):
        with intake.transaction() as session:
            decision = SenderJudged(newsroom=name, revision=revision, blocked=blocked, because="It floods us.")
            blocking.heed(session, decision)

    decide(1, True)
    assert newsroom.post({"text": TEXT}).status_code == 403
    assert other_newsroom.post({"text": TEXT}).status_code == 201
    decide(2, False)
    decide(1, True)  # it comes again, too late
    decide(7, True, "Nobody")
    assert newsroom.post({"text": TEXT}).status_code == 201
    with intake.reading() as session:
        assert [(one.key, one.revision) for one in ledger.known(session) if one.topic == SenderJudged.topic] == [
            ("Wire Desk", 2)
        ]
