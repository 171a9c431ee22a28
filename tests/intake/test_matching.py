"""Has this been checked? What came in and what was published before is found again, whatever its wording."""

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from services.intake import jobs, seen, workflow
from services.intake.cli import cli
from services.intake.service import service as intake
from shared.contracts import CaseMoved, Rating, VerdictPublished
from shared.matching import indexing

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
    assert [one["id"] for one in ask(FERRY, by=other_newsroom)["data"]] == [claim_id]


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
     ("text=" + "9" * 400, 200),
     ("text=x&limit=0", 400), ("text=x", 200), ("text=OR+AND+NEAR(%22", 200), ("text=x&language=tlh", 200)],
)  # fmt: skip
def test_whatever_is_asked_gets_an_answer_or_a_problem(newsroom, query, status):
    newsroom.post({"text": FERRY})
    jobs.index_claims()
    assert newsroom.get(f"/v1/match?{query}").status_code == status


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


def test_who_posts_is_told_at_once_of_what_says_the_same(newsroom, other_newsroom, index):
    claim_id = newsroom.post({"text": FERRY}).json["id"]
    newsroom.post({"text": "The school in Mill Lane has been closed since Easter."})
    index()
    publish(claim_id)
    answer = other_newsroom.post({"text": "In 2019, 5,000,000 people took the ferry to Port Ellery."}, key="k").json
    [found] = answer["earlier"]
    assert (found["id"], found["says"], found["url"]) == (claim_id, "surely the same", "https://checks.example/1")
    assert "ferry" in found["shared"]
    again = other_newsroom.post({"text": "In 2019, 5,000,000 people took the ferry to Port Ellery."}, key="k")
    assert again.json == answer
    assert newsroom.post({"text": FERRY}).json["earlier"] == []  # it is that claim itself
    assert other_newsroom.get(answer["earlier_url"]).json["data"][0]["id"] == claim_id
    assert newsroom.get(answer["earlier_url"]).status_code == 404


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


def test_a_receipt_tells_what_readers_can_read_and_nothing_of_others(newsroom, other_newsroom, index):
    known = newsroom.post({"text": FERRY}).json["id"]
    index()
    posted = other_newsroom.post({"text": FERRY}).json
    receipt = posted["receipt_url"].removeprefix(intake.settings.public_base_url)
    reader = newsroom.client
    assert posted["earlier"] == reader.get(receipt, headers={"Accept": "application/json"}).json["earlier"] == []
    publish(known)
    page = reader.get(f"{receipt}?lang=en").text
    assert "Checked before?" in page
    assert 'href="https://checks.example/1"' in page
    assert "seems to say the same" in page
    assert "sagt wohl dasselbe" in reader.get(f"{receipt}?lang=de").text
    publish(posted["id"])
    assert "Checked before?" not in reader.get(f"{receipt}?lang=en").text
