"""The operations page: what waits, what was given up on, and having it tried again; with and without Redis."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from services.intake.models import Outbox as IntakesOutbox
from services.review import auth
from services.review.models import HistoryEntry, Outbox
from services.review.schemas import CloseIn
from shared.clock import new_id, now
from shared.contracts import ROUTES, CaseMoved
from shared.outbox import tell
from shared.queues import queue
from shared.relay import Relay

NASTY = "ValueError: </pre><script>alert(1)</script>{{7*7}}"


@pytest.fixture
def review(start_service, redis_server):
    return start_service("review", redis_url=redis_server.url)


def give_up(service, outbox, error=NASTY):
    """Have all that waits in an outbox given up on; returns the ids."""
    with service.transaction() as session:
        session.execute(update(outbox).values(parked_at=now(), due_at=None, error=error, tries=10))
        return [str(one.id) for one in session.exec(select(outbox))]


def test_only_editors_and_admins_look_after_the_services(desk, people, client):
    assert client.get("/operations").status_code == 302
    assert desk("ada").get("/operations").status_code == 403
    assert desk("ada").post("/operations/review", data={"message": str(new_id())}).status_code == 403
    assert desk("ada").post("/operations/jobs", data={"queue": "review", "job": "x"}).status_code == 403
    assert "/operations" not in desk("ada").get("/").text
    assert desk("eve").get("/operations").status_code == desk("root").get("/operations").status_code == 200


def test_what_was_given_up_on_is_shown_as_text_and_sent_again(desk, review, redis, make_case, do, eve):
    do(make_case(), "close", eve, CloseIn(reason="spam", note="No."))
    ids = give_up(review, Outbox)
    browser = desk("root")
    page = browser.get("/operations").text
    assert "Given up on: 2" in page
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
    answer = browser.post("/operations/review", data={"message": ids}, follow_redirects=True)
    assert "2 of 2 are on their way again." in answer.text
    with review.reading() as session:
        assert all(one.parked_at is None and one.due_at for one in session.exec(select(Outbox)))
        last = session.exec(select(HistoryEntry).order_by(HistoryEntry.seq.desc())).first()
    assert (last.action, last.details["after"]) == ("sent again", {"service": "review", "what": ids})


def test_messages_that_are_late_are_told_before_they_are_given_up_on(desk, review, make_case, do, eve):
    do(make_case(), "close", eve, CloseIn(reason="spam", note="No."))
    browser = desk("root")
    assert "five times" not in browser.get("/operations").text, "what was sent just now is on its way"
    with review.transaction() as session:
        session.execute(
            update(Outbox).where(Outbox.queue == "intake").values(tries=5, written_at=now() - timedelta(minutes=4))
        )
    page = " ".join(browser.get("/operations").text.split())
    assert "is late: sent five times or more and not applied, the oldest written" in page


@pytest.mark.parametrize(
    ("error", "gist"),
    [
        (
            "2 validation errors for It\ntext\n  Field required\n    For further information visit x",
            "2 validation errors for It",
        ),
        ("Traceback (most recent call last):\n  File x\n    f()\nValueError: 7\nand more", "ValueError: 7"),
        (
            "Traceback (most recent call last):\n  File x\nKeyError: 7\n\nDuring handling, another:\n\n"
            "Traceback (most recent call last):\n  File y\nOSError: away",
            "OSError: away",
        ),
        ("\n", "An error without a word."),
    ],
)
def test_of_an_error_its_gist_is_shown(desk, review, make_case, do, eve, error, gist):
    do(make_case(), "close", eve, CloseIn(reason="spam", note="No."))
    give_up(review, Outbox, error)
    assert f"<summary>{gist}</summary>" in desk("eve").get("/operations").text


def test_another_service_is_asked_by_its_relay(desk, review, redis, redis_server, start_service):
    browser = desk("eve")
    assert "Its relay has said nothing for a while" in browser.get("/operations").text
    intake = start_service("intake", redis_url=redis_server.url)
    told = CaseMoved(claim_id=new_id(), revision=1, state="closed", moved_at=now(), verdict_revision=1)
    with intake.transaction() as session:
        tell(session, IntakesOutbox, told, ROUTES[CaseMoved][:1])
    (message,) = give_up(intake, IntakesOutbox)
    Relay(intake).tell_status()
    page = browser.get("/operations").text
    assert message in page
    assert "webhook deliveries of the last day that arrived" in page
    answer = browser.post("/operations/intake", data={"message": message}, follow_redirects=True)
    assert "Intake was asked to send 1 again" in answer.text
    Relay(intake).tell_status()
    with intake.reading() as session:
        assert session.exec(select(IntakesOutbox)).one().parked_at is None


def test_a_failed_job_is_shown_and_run_again(desk, review, redis):
    job = queue("review", redis).enqueue("services.review.jobs.tidy", job_id="services-review-jobs-tidy-1")
    queue("review", redis).dequeue_any([queue("review", redis)], None, connection=redis)
    job.started_job_registry.connection = redis
    queue("review", redis).failed_job_registry.add(job, exc_string=NASTY)
    browser = desk("root")
    page = browser.get("/operations").text
    assert "services.review.jobs.tidy" in page
    assert "<script>alert" not in page
    asked = {"queue": "review", "job": job.id}
    assert "It is in its queue again." in browser.post("/operations/jobs", data=asked, follow_redirects=True).text
    assert queue("review", redis).job_ids == [job.id]
    assert "no longer among" in browser.post("/operations/jobs", data=asked, follow_redirects=True).text
    for wrong in ({"queue": "other", "job": "x"}, {"queue": "review"}):
        assert browser.post("/operations/jobs", data=wrong).status_code == 400


def test_machines_see_the_same_and_have_it_tried_again(app, review, redis, people, make_case, do, eve, monkeypatch):
    do(make_case(), "close", eve, CloseIn(reason="spam", note="No."))
    ids = give_up(review, Outbox)
    job = queue("review", redis).enqueue("services.review.jobs.tidy", job_id="services-review-jobs-tidy-1")
    queue("review", redis).failed_job_registry.add(job, exc_string=NASTY)
    with review.transaction() as session:
        tokens = {name: auth.make_token(session, people[name], "test") for name in ("ada", "eve")}

    def ask(name, path="", body=None):
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        method = "GET" if body is None else "POST"
        return app.test_client().open(f"/v1/operations{path}", method=method, json=body, headers=headers)

    assert ask("ada").status_code == ask("ada", "/review/replay", {"messages": ids}).status_code == 403
    found = ask("eve").json
    (mine,) = [one for one in found["services"] if one["name"] == "review"]
    assert {one["id"] for one in mine["note"]["parked"]} == set(ids)
    assert (found["redis_answers"], mine["relay_runs"], mine["has_worker"], found["scheduler"]) == (
        True,
        False,
        False,
        False,
    )
    assert [one["id"] for one in found["failed"]] == [job.id]
    again = {"queue": "review", "job": job.id}
    assert [ask("eve", "/jobs/again", again).json["count"] for _ in range(2)] == [1, 0]
    assert ask("eve", "/review/replay", {"messages": ids}).json == {"count": 2}
    assert ask("eve", "/kitchen/replay", {"messages": ids}).status_code == 404
    assert ask("eve", "/review/replay", {"messages": []}).status_code == 422
    monkeypatch.setattr(review, "_settings", review.settings.model_copy(update={"redis_url": "unix:///nowhere"}))
    away = ask("eve").json
    assert (away["redis_answers"], away["queues"], away["scheduler"]) == (False, [], None)
    assert ask("eve", "/publish/replay", {"messages": ids}).status_code == 503


@pytest.mark.parametrize("given", [{}, {"message": "nothing"}, {"message": [str(new_id())] * 101}])
def test_a_request_that_names_no_message_is_refused(desk, redis, given):
    assert desk("root").post("/operations/intake", data=given).status_code == 400
    assert desk("root").post("/operations/kitchen", data=given).status_code == 404


def test_without_redis_the_page_says_so_and_shows_what_it_can(desk, review, make_case, do, eve, monkeypatch):
    monkeypatch.setattr(review, "_settings", review.settings.model_copy(update={"redis_url": "unix:///nowhere"}))
    browser = desk("root")
    do(make_case(), "close", eve, CloseIn(reason="spam", note="No."))
    ids = give_up(review, Outbox)
    page = browser.get("/operations").text
    assert "Redis does not answer" in page
    assert ids[0] in page
    assert (
        "1 of 1 are on their way"
        in browser.post("/operations/review", data={"message": ids[0]}, follow_redirects=True).text
    )
    asked = browser.post("/operations/publish", data={"message": ids[0]}, follow_redirects=True)
    assert "Redis does not answer: nothing could be asked" in asked.text
