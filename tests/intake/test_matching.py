"""Has this been checked? What came in and what was published before is found again, whatever its wording."""

import json
import math

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from services.intake import jobs, posting, seen, workflow
from services.intake.app import create_app
from services.intake.cli import cli
from services.intake.idempotency import Name
from services.intake.models import Newsroom, Outbox
from services.intake.posting import Post
from services.intake.schemas import ClaimIn
from services.intake.service import service as intake
from services.intake.workflow import Given
from shared.clock import new_id
from shared.contracts import CaseMoved, Rating, VerdictPublished
from shared.matching import indexing
from shared.outbox import Trace

AT = "2026-01-28T08:00:00Z"
FERRY = "The ferry to Port Ellery carried five million people in 2019."
CHECK = {
    "url": "https://checks.example.org/bridge",
    "claim": "The harbour bridge was closed on four days in March.",
    "headline": "How often was the bridge shut?",
    "claimant": "Jo Marten",
    "rating": {"label": "Mostly true"},
}


@pytest.fixture
def intake_settings():
    return {"match_posts": 1}  # whatever was posted before


@pytest.fixture(autouse=True)
def nobody_else_posts(monkeypatch):
    monkeypatch.setattr(posting.post, "_busy_until", 0.0)  # whatever a test did a moment ago


@pytest.fixture
def index(service, run_errands):
    """Do what is done every minute, and what comes of it."""

    def run():
        jobs.index_claims()
        run_errands()

    return run


@pytest.fixture
def ask(newsroom):
    def match(text, by=newsroom, **more):
        answer = by.client.get(
            "/v1/match", query_string={"text": text, **more}, headers={"Authorization": f"Bearer {by.key}"}
        )
        assert answer.status_code == 200, answer.json
        return answer.json

    return match


def publish(claim_id):
    rating = Rating(slug="false", label="False", value=1, best=5, worst=1)
    moved = CaseMoved(claim_id=claim_id, revision=5, state="published", moved_at=AT, verdict_revision=1)
    told = VerdictPublished(
        claim_id=claim_id, revision=1, kind="first", change=None, rating=rating, headline="No", summary="It did not.",
        url="https://checks.example/1", published_at=AT, case_revision=5,
    )  # fmt: skip
    with intake.transaction() as session:
        workflow.note_case_moved(session, moved)
        workflow.note_verdict_published(session, told)


def test_a_person_who_asks_what_was_checked_finds_this_desk_s_verdicts_once_they_can_be_read(newsroom, index):
    client = create_app(intake.settings).test_client()
    newsroom.client.post("/v1/earlier-checks", json=[CHECK], headers={"Authorization": f"Bearer {newsroom.key}"})
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    index()
    assert "Nothing was found" in client.get("/earlier-checks?q=ferry+ellery").text, "nobody can read a verdict on it"
    publish(claim_id)
    index()
    for query in ("ferry+ellery", "FERRIES+to+Port", "5,000,000+people+took+the+ferry+to+Port+Ellery+in+2019"):
        page = client.get(f"/earlier-checks?q={query}").text
        assert "Checked by this desk" in page, query
        assert '<a href="https://checks.example/1"><bdi>No</bdi></a>' in page, query
        assert "Nothing was found" not in page, query
    assert "Von dieser Redaktion geprüft" in client.get("/earlier-checks?q=ferry&lang=de").text
    other = client.get("/earlier-checks?q=harbour+bridge").text
    assert "https://checks.example.org/bridge" in other
    assert "Checked by this desk" not in other
    retracted = VerdictPublished(
        claim_id=claim_id, revision=2, kind="retraction", change="Wrong log.", headline="No", summary="It did not.",
        rating=Rating(slug="false", label="False"), url="https://checks.example/1", published_at=AT, case_revision=6,
    )  # fmt: skip
    with intake.transaction() as session:
        workflow.note_verdict_published(session, retracted)
    assert "<s><bdi>False</bdi></s>" in client.get("/earlier-checks?q=ferry").text


def test_a_claim_in_other_words_is_found_with_its_verdict_and_a_number_tells_it_from_another(newsroom, index, ask):
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    newsroom.post({"text": "The school in Mill Lane has been closed since Easter."})
    index()
    publish(claim_id)
    answer = ask("In 2019, 5,000,000 people took the ferry to Port Ellery.")
    first = answer["data"][0]
    assert (answer["method"], first["id"], first["kind"], first["state"]) == (
        "words and meaning", claim_id, "claim", "published",
    )  # fmt: skip
    assert first["says"] == "surely the same"
    assert first["url"] == "https://checks.example/1"
    assert first["verdict"]["rating"]["label"] == "False"
    assert "ferry" in first["shared"]
    other = ask("The ferry to Port Ellery carried fifty million people in 2019.")["data"][0]
    assert other["says"] == "something like it"
    assert other["differs"] == [{"what": "number", "asked": "fifty million", "found": "five million"}]


def test_an_earlier_check_is_found_at_once_and_by_another_language(newsroom, index, ask):
    taken = newsroom.client.post(
        "/v1/earlier-checks", json=[CHECK], headers={"Authorization": f"Bearer {newsroom.key}"}
    )
    assert b'"status":201' in taken.data
    words = ask("harbour bridge closed for four days in March")
    assert (words["data"][0]["url"], words["data"][0]["rating"]["label"]) == (CHECK["url"], "Mostly true")
    index()
    german = ask("Die Hafenbrücke war im März an vier Tagen gesperrt.")
    assert (german["language"], german["data"][0]["url"]) == ("de", CHECK["url"])


def test_others_open_claims_are_not_told(newsroom, other_newsroom, index, ask):
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    newsroom.post({"text": FERRY + " It is a try.", "test": True})
    index()
    assert ask(FERRY, by=other_newsroom)["data"] == []
    assert [one["id"] for one in ask(FERRY)["data"]] == [claim_id]
    publish(claim_id)
    index()
    assert [one["id"] for one in ask(FERRY, by=other_newsroom)["data"]] == [claim_id]


def test_what_nobody_else_may_see_neither_stands_in_the_way_nor_shows(newsroom, other_newsroom, index, ask):
    published = newsroom.post({"text": FERRY}).json["id"]
    newsroom.post({"text": "The school in Mill Lane has been closed since Easter."})
    index()
    publish(published)
    index()
    asked = "In 2019 the ferry to Port Ellery carried 5,000,000 people."
    before = ask(asked, by=other_newsroom)["data"]
    assert [one["id"] for one in before] == [published]
    hidden = [{"text": f"{asked} So says number {n}."} for n in range(99)] + [{"text": asked}]
    sent = newsroom.client.post("/v1/claims/batch", json=hidden, headers={"Authorization": f"Bearer {newsroom.key}"})
    assert [json.loads(line)["status"] for line in sent.text.splitlines()] == [201] * 100
    index()
    assert ask(asked, by=other_newsroom)["data"] == before  # every number of it
    [told] = other_newsroom.post({"text": asked}).json["earlier"]
    assert told["id"] == published
    mine = ask(asked, limit=50)["data"]  # whose they are finds them
    assert (len(mine), mine[0]["text"]) == (50, asked)
    assert (
        newsroom.post({"text": asked + " Is that so?"}).json["earlier"][0]["id"] == published
    )  # what is checked, first
    stands = {"claim_id": published, "moved_at": AT, "verdict_revision": 1}
    with intake.transaction() as session:  # it was another's verdict after all
        merged = CaseMoved(**stands, revision=6, state="published", merged_into=new_id())
        workflow.note_case_moved(session, merged)
        workflow.note_case_moved(session, CaseMoved(**stands, revision=7, state="unverified"))
    assert published not in [one["id"] for one in ask(asked, by=other_newsroom)["data"]]
    index()
    [own] = ask(asked, by=other_newsroom)["data"]
    assert (own["text"], own["verdict"]) == (asked, None)


def test_a_claim_is_found_a_moment_after_it_came_and_its_verdict_a_moment_after_it_was_told(
    newsroom, other_newsroom, run_errands
):
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    run_errands(early=True)
    run_errands()
    [own] = newsroom.post({"text": FERRY.replace("carried", "took")}).json["earlier"]
    assert (own["id"], own["verdict"]) == (claim_id, None)
    assert other_newsroom.post({"text": FERRY}).json["earlier"] == []
    publish(claim_id)
    run_errands()
    told = other_newsroom.post({"text": FERRY.replace("carried", "took")}).json["earlier"][
        0
    ]  # and not its own open one
    assert (told["id"], told["url"]) == (claim_id, "https://checks.example/1")


def test_one_errand_is_ordered_for_all_claims_that_come_within_a_moment(newsroom):
    for n in range(3):
        newsroom.post({"text": f"{FERRY} {n}"})
    newsroom.post({"text": FERRY, "test": True})
    with intake.reading() as session:
        ordered = session.exec(select(Outbox).where(Outbox.topic == "index")).all()
    assert 1 <= len(ordered) <= 3


def test_nothing_is_looked_up_for_a_repeat_or_for_what_is_refused(newsroom, make_key, app, index, monkeypatch):
    looked = []
    haste = seen.match_in_haste
    monkeypatch.setattr(seen, "match_in_haste", lambda *given: looked.append(given) or haste(*given))
    first = newsroom.post({"text": FERRY}, key="k")
    assert newsroom.post({"text": FERRY}, key="k").headers["Idempotent-Replayed"] == "true"
    assert newsroom.post({"text": FERRY + " Or not."}, key="k").status_code == 422
    assert (first.status_code, len(looked)) == (201, 1)
    intake.start(intake.settings.model_copy(update={"claims_per_day": 1}))
    assert newsroom.post({"text": FERRY + " Or so."}).status_code == 429
    assert len(looked) == 1
    assert (
        newsroom.post({"text": FERRY + " Or so.", "test": True}).json["earlier"] == []
    )  # a try works as all else does
    assert len(looked) == 2


@pytest.mark.parametrize("settings", [{"match_encoder": "off"}, {"match_encoder": "/nowhere/encoder.sock"}])
def test_without_a_model_the_words_answer_and_say_so(newsroom, ask, settings):
    newsroom.post({"text": FERRY})
    jobs.index_claims()
    intake.start(intake.settings.model_copy(update=settings))
    answer = ask("ferry to Port Ellery")
    assert (answer["method"], answer["data"][0]["text"]) == ("words", FERRY)
    assert (answer["note"] is None) == (settings["match_encoder"] == "off")


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("text=", 400), ("text=%F0%9F%98%80", 400), ("text=x&text=y", 400), ("text=" + "x" * 1_001, 400),
     ("text=a%00b", 400), ("text=x&speaker=a%01", 400), ("text=x&language=1", 400), ("text=" + "9" * 400, 200),
     ("text=x&limit=0", 400), ("text=x", 200), ("text=OR+AND+NEAR(%22", 200), ("text=x&language=tlh", 200)],
)  # fmt: skip
def test_whatever_is_asked_gets_an_answer_or_a_problem(newsroom, query, status):
    newsroom.post({"text": FERRY})
    jobs.index_claims()
    assert newsroom.get(f"/v1/match?{query}").status_code == status


def test_a_text_that_no_address_holds_is_asked_for_in_a_body(newsroom, index, ask):
    newsroom.post({"text": FERRY})
    index()
    headers = {"Authorization": f"Bearer {newsroom.key}"}
    text = FERRY + " " + "It was said so. " * 600
    found = newsroom.client.post("/v1/match", json={"text": text[:10_000], "limit": 1}, headers=headers)
    assert found.status_code == 200, found.text
    short = newsroom.client.post("/v1/match", json={"text": FERRY, "speaker": None}, headers=headers)
    assert short.json == ask(FERRY)
    for body in ({}, {"text": "\u200b"}, {"text": "😀"}, {"text": FERRY, "limit": 0}, {"text": "x" * 10_001}):
        assert newsroom.client.post("/v1/match", json=body, headers=headers).status_code == 422
    assert newsroom.client.post("/v1/match", json={"text": FERRY}).status_code == 401


def test_the_index_is_made_again_by_command(newsroom, index, ask, monkeypatch):
    monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    index()
    with intake.transaction() as session:
        indexing.empty(session, seen.index.tables)
    assert ask(FERRY)["data"] == []
    done = CliRunner().invoke(cli, ["matching", "rebuild", "--vectors"])
    assert done.exit_code == 0, done.output
    answer = ask(FERRY)
    assert (answer["method"], answer["data"][0]["id"]) == ("words and meaning", claim_id)
    assert CliRunner().invoke(cli, ["matching", "status"]).output.startswith("1 texts, 0 wait for minilm")


def test_an_index_that_was_lost_is_made_again_by_itself_and_one_that_was_not_is_left_alone(newsroom, index, ask):
    newsroom.client.post("/v1/earlier-checks", json=[CHECK], headers={"Authorization": f"Bearer {newsroom.key}"})
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    index()
    before = numbers()
    index()
    assert numbers() == before
    with intake.transaction() as session:
        indexing.empty(session, seen.index.tables)
        seen.put_new_claims(session)  # what an errand does for the next claim
    assert ask(CHECK["claim"])["data"] == []
    index()
    assert ask(CHECK["claim"])["data"][0]["url"] == CHECK["url"]
    assert ask(FERRY)["data"][0]["id"] == claim_id
    assert len(numbers()) == 2


def numbers():
    with intake.reading() as session:
        return session.exec(select(seen.index.tables.texts.number)).all()


def test_who_posts_is_told_at_once_of_what_says_the_same(newsroom, other_newsroom, index):
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    newsroom.post({"text": "The school in Mill Lane has been closed since Easter."})
    publish(claim_id)
    index()
    answer = other_newsroom.post({"text": "In 2019, 5,000,000 people took the ferry to Port Ellery."}, key="k").json
    [found] = answer["earlier"]
    assert (found["id"], found["says"], found["url"]) == (claim_id, "surely the same", "https://checks.example/1")
    assert "ferry" in found["shared"]
    again = other_newsroom.post({"text": "In 2019, 5,000,000 people took the ferry to Port Ellery."}, key="k")
    assert again.json == answer
    assert newsroom.post({"text": FERRY}).json["earlier"] == []  # it is that claim itself
    assert other_newsroom.get(answer["earlier_url"]).json["data"][0]["id"] == claim_id
    assert newsroom.get(answer["earlier_url"]).status_code == 404


def test_nothing_is_looked_up_or_made_ready_for_what_was_answered_before(newsroom, monkeypatch):
    first = newsroom.post({"text": FERRY}, key="k")

    def refuse(*_):
        raise AssertionError("of a repeat nothing is new")

    monkeypatch.setattr(workflow, "draft_new", refuse)
    monkeypatch.setattr(seen, "match_in_haste", refuse)
    again = newsroom.post({"text": FERRY}, key="k")
    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (201, first.data, "true")
    assert newsroom.post({"text": FERRY + " Or so."}, key="k").status_code == 422


def test_what_was_expected_to_come_again_and_does_not_is_taken_all_the_same(newsroom, service):
    with service.reading() as session:
        owner = session.exec(select(Newsroom)).one()
    given = Given(ClaimIn(text=FERRY), owner.id, owner.name, None, Trace.here())
    expected = Post(given, Name(owner.id, "k"), "its body", again=True)
    for status, replayed in ((201, False), (201, True)):
        with service.transaction() as session:
            [answer] = posting.answer_all(session, [expected])
        assert (answer.status, answer.replayed) == (status, replayed)
    assert len(newsroom.get("/v1/claims").json["data"][0]["submissions"]) == 1


def test_a_claim_is_taken_whatever_became_of_the_index(newsroom, monkeypatch):
    def fail(*_):
        raise OperationalError("SELECT", {}, Exception("the index can not be read"))

    monkeypatch.setattr(seen, "match_in_haste", fail)
    answer = newsroom.post({"text": FERRY})
    assert (answer.status_code, answer.json["earlier"]) == (201, None)
    assert newsroom.get(answer.json["url"]).status_code == 200


def test_who_posts_does_not_wait_for_it_where_there_is_no_time(newsroom):
    intake.start(intake.settings.model_copy(update={"match_posts": 0}))
    answer = newsroom.post({"text": FERRY}).json
    assert answer["earlier"] is None
    assert newsroom.get(answer["earlier_url"]).json["data"] == []


def test_who_posts_while_many_do_is_told_later(newsroom, index, monkeypatch):
    newsroom.post({"text": FERRY})
    index()
    monkeypatch.setattr(posting.post, "_busy_until", math.inf)
    answer = newsroom.post({"text": FERRY.replace("carried", "took")}).json
    assert answer["earlier"] is None
    assert len(newsroom.get(answer["earlier_url"]).json["data"]) == 1


def test_a_receipt_tells_what_readers_can_read_and_nothing_of_others(newsroom, other_newsroom, index):
    known = newsroom.post({"text": FERRY}).json["id"]
    index()
    posted = other_newsroom.post({"text": FERRY}).json
    receipt = posted["receipt_url"].removeprefix(intake.settings.public_base_url)
    reader = newsroom.client
    assert posted["earlier"] == reader.get(receipt, headers={"Accept": "application/json"}).json["earlier"] == []
    publish(known)
    index()
    page = reader.get(f"{receipt}?lang=en").text
    assert "Checked before?" in page
    assert 'href="https://checks.example/1"' in page
    assert "seems to say the same" in page
    assert "sagt wohl dasselbe" in reader.get(f"{receipt}?lang=de").text
    publish(posted["id"])
    assert "Checked before?" not in reader.get(f"{receipt}?lang=en").text
