"""A claim that was merged into another has that one's state and verdict for its submitters, until that is undone."""

import pytest
from sqlmodel import select

from services.intake import workflow
from services.intake.models import Claim, WebhookEndpoint, WebhookEvent
from shared.clock import new_id
from shared.contracts import CaseMoved, Rating, VerdictPublished

AT = "2026-01-28T08:00:00Z"


@pytest.fixture
def claim_id(newsroom):
    return newsroom.post({"text": "The bridge was shut."}).json["id"]


@pytest.fixture
def tell(service):
    def told(*messages):
        for message in messages:
            with service.transaction() as session:
                moved = isinstance(message, CaseMoved)
                (workflow.note_case_moved if moved else workflow.note_verdict_published)(session, message)
        with service.reading() as session:
            return session.exec(select(Claim)).one()

    return told


@pytest.fixture
def moved(claim_id):
    def make(revision, state, into=None, verdict_revision=1):
        return CaseMoved(
            claim_id=claim_id,
            revision=revision,
            state=state,
            moved_at=AT,
            verdict_revision=verdict_revision,
            merged_into=into,
        )

    return make


@pytest.fixture
def published(claim_id):
    def make(into, case_revision, revision=1):
        return VerdictPublished(
            claim_id=claim_id, revision=revision, kind="first", url="https://facts.example/checks/2026/01/x", headline="H",
            rating=Rating(slug="false", label="False", value=1, best=5, worst=1, meaning="m"), summary="S",
            published_at=AT, merged_into=into, case_revision=case_revision,
        )  # fmt: skip

    return make


def test_it_follows_the_other_and_says_so(newsroom, claim_id, tell, moved, published):
    into = new_id()
    tell(moved(2, "checked", into), published(into, 2), moved(3, "published", into))
    found = newsroom.claim(claim_id)
    assert (found["state"], found["duplicate_of"]) == ("published", str(into))
    assert found["verdict"]["url"].endswith("/x")


def test_undone_it_waits_again_whatever_comes_late(tell, moved, published):
    into = new_id()
    claim = tell(moved(2, "published", into), published(into, 2))
    assert claim.state == "published"
    claim = tell(moved(5, "unverified"), published(into, 2), published(into, 4))
    assert (claim.state, claim.verdict, claim.published_revision, claim.merged_into) == ("unverified", None, 0, None)
    again = new_id()
    claim = tell(moved(7, "published", again), published(again, 7))
    assert (claim.state, claim.merged_into) == ("published", again)


def test_every_order_of_the_news_ends_alike(tell, moved, published):
    into = new_id()
    claim = tell(published(into, 2), moved(3, "published", into), moved(2, "checked", into))
    assert (claim.state, claim.merged_into) == ("published", into)


def test_those_who_listen_hear_that_it_was_merged(newsroom, claim_id, tell, moved, service):
    with service.transaction() as session:
        whose = session.exec(select(Claim.newsroom_id)).one()
        endpoint = WebhookEndpoint(
            newsroom_id=whose, url="https://cms.example/hook", about="own_claims", events=[], salt=b"x", fingerprint="x"
        )
        session.add(endpoint)
    tell(moved(2, "checked", new_id()))
    with service.reading() as session:
        (event,) = session.exec(select(WebhookEvent)).all()
    assert event.type == "claim.merged"
    assert event.data["duplicate_of"]
