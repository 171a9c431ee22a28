"""A newsroom outgrows one machine: its desk is moved from SQLite to PostgreSQL, and nobody notices but who did it."""

import pytest
import requests
from databases import create_database
from desk import Desk
from sqlalchemy import create_engine, inspect

from journeys.conftest import SERVICES, Newsroom, Person

pytestmark = [pytest.mark.timeout(1800), pytest.mark.xdist_group("desk")]
ASKED = "The United States has made security guarantees for Ukraine depend on Kyiv accepting a peace deal."


@pytest.fixture
def sample_desk(copies, tmp_path):
    """A desk on SQLite with the sample in it."""
    running = Desk(copies.python)
    running.start(tmp_path, SAMPLE="yes")
    running.wait_for(lambda: "Ctrl-C" in running.said(), "the sample did not come in")
    yield running
    if running.runs:
        running.stop()


@pytest.fixture
def new_urls(postgres_admin_url, sample_desk):
    return {name: create_database(postgres_admin_url, f"moved_{name}_{sample_desk.port_base}") for name in SERVICES}


def said_before(desk):
    """What a newsroom is told that may say the same as one of the sample's claims, up to what is only something like it."""
    newsroom = Newsroom(desk)
    found = newsroom.http.get(f"{newsroom.url}/v1/match", params={"text": ASKED}, timeout=240).json()["data"]
    return [(one["id"], one["says"]) for one in found if one["says"] != "something like it"]


def seen_by_all(desk):
    """What a checker, a newsroom and readers find at a desk, without what tells the moment at which they ask."""
    checker = Person(desk, next(one for one in desk.local["people"] if "checker" in one["roles"]))
    site = desk.local["publish"]
    queue = checker.queue()
    cases = [checker.case(row["id"]) for row in queue]
    asked = {"params": {"q": "guarantees peace"}, "timeout": 240}
    pages = [requests.get(one["url"], timeout=240).content for one in cases if one.get("url")]
    found = checker.http.get(f"{checker.url}/v1/search", **asked).json()
    searched = requests.get(f"{site}/search", **asked).text
    reviews = requests.get(f"{site}/v1alpha1/claims:search", params={"query": "ferry passengers"}, timeout=240).json()
    assert queue
    assert pages
    assert found["data"]
    assert reviews["claims"]
    return {
        "queue": [(row["id"], row["state"], row["text"]) for row in queue],
        "cases": [
            (one["id"], one["etag"], one["state"], one["history"], one["evidence"], one["notes"]) for one in cases
        ],
        "pages": pages,
        "search": [(row["case"]["id"], sorted(row["parts"])) for row in found["data"]],
        "match": said_before(desk),
        "readers": searched.count("<li"),
        "reviews": [one["claimReview"][0]["url"] for one in reviews["claims"]],
    }


def tables_in(url):
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_everything_is_at_the_new_place_and_work_goes_on(sample_desk, new_urls, until):
    desk = sample_desk
    desk.wait_for(lambda: said_before(desk), "the claims were not indexed")
    for name in ("intake", "review"):
        desk.wait_for(lambda name=name: " 0 wait" in desk.run(name, "matching", "status").stdout, "not all was read")
    desk.wait_for(lambda: desk.reconcile().returncode == 0, "not all was told")
    before = seen_by_all(desk)

    running = desk.run("review", "move-to", new_urls["review"])
    assert running.returncode == 1
    assert "Stop the desk first" in running.stderr
    assert tables_in(new_urls["review"]) == []

    desk.stop()
    for name in SERVICES:
        moved = desk.run(name, "move-to", new_urls[name])
        assert moved.returncode == 0, moved.stderr
        assert "each is as it was" in moved.stdout
    again = desk.run("review", "move-to", new_urls["review"])
    assert again.returncode == 1
    assert "has to be empty" in again.stderr

    there = {f"{name.upper()}_DATABASE_URL": url for name, url in new_urls.items()}
    desk.start(desk.folder, SAMPLE="no", RESEND_AFTER="1", **there)
    desk.wait_for(lambda: said_before(desk) == before["match"], "the models were not loaded")
    after = seen_by_all(desk)
    assert list(after) == list(before)
    for what, found in after.items():
        assert found == before[what], what
    verified = desk.run("review", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr

    newsroom, checker = Newsroom(desk), Person(desk, desk.local["people"][0])
    claim_id = newsroom.post({"text": "The moved lighthouse was dark for nine nights."}).json()["id"]
    until(lambda: checker.case(claim_id))
    assert checker.act(claim_id, "note", {"text": "Called the keeper."}).status_code == 200
    known = newsroom.http.get(f"{newsroom.url}/v1/claims", params={"limit": 1}, timeout=240).json()
    assert known["data"][0]["id"] == claim_id
