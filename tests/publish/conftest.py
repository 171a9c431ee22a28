"""A publish service on each database, verdicts to publish, and a reader."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from services.publish import workflow
from services.publish.app import create_app
from services.publish.models import Outbox
from shared.clock import new_id
from shared.contracts import CaseMoved, HistoryHeadNoted, NoticePosted, PolicyPosted, VerdictApproved, VerdictPublished

SAMPLE = json.loads((Path(__file__).parent / "samples/guarantees.json").read_text())
FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1, "meaning": "It does not hold."}
CHANGE = "A second log, which we had overlooked, shows another closure."


def merged(base, changes):
    """`changes` laid over `base`, object by object."""
    both = {**base}
    for name, value in changes.items():
        both[name] = (
            merged(base[name], value) if isinstance(value, dict) and isinstance(base.get(name), dict) else value
        )
    return both


VERBS = {
    CaseMoved: workflow.note_case_moved,
    HistoryHeadNoted: workflow.note_history_head,
    NoticePosted: workflow.post_notice,
    PolicyPosted: workflow.post_policy,
    VerdictApproved: workflow.publish,
}


@pytest.fixture
def make_verdict():
    """A verdict as review tells it: the sample story's, with changes laid over it."""

    def make(claim_id=None, revision=1, **changes):
        later = {"kind": "correction", "change": CHANGE, "rating": FALSE} if revision > 1 else {}
        base = SAMPLE | later | {"claim_id": str(claim_id or new_id()), "revision": revision}
        return VerdictApproved.model_validate(merged(base, changes))

    return make


@pytest.fixture
def make_notice():
    """A notice as review tells it, on the sample story's claim."""

    def make(claim_id=None, revision=1, **more):
        given = {
            "claim_id": claim_id or new_id(), "revision": revision, "stands": True, "headline": "What is said of the guarantees",
            "text": "Two sides **disagree**.", "claim": SAMPLE["claim"], "as_of": "2026-01-27T14:05:00Z",
            "written_by": "Ada", "posted_by": "Eve",
        }  # fmt: skip
        return NoticePosted.model_validate(given | more)

    return make


@pytest.fixture
def make_policy():
    """A page on who pays for the newsroom, as review tells it."""

    def make(revision, **more):
        given = {
            "revision": revision, "name": "funding", "language": "en", "title": "Who pays", "text": "Readers do.",
            "posted_by": "Eve", "posted_at": f"2026-02-0{revision}T08:00:00Z",
        }  # fmt: skip
        return PolicyPosted.model_validate(given | more)

    return make


@pytest.fixture
def make_move():
    def make(claim_id, revision, state="unverified", verdict_revision=2, moved_at="2026-01-28T08:00:00Z"):
        return CaseMoved(
            claim_id=claim_id, revision=revision, state=state, moved_at=moved_at, verdict_revision=verdict_revision,
            kind="correction",
        )  # fmt: skip

    return make


@pytest.fixture
def service(start_service):
    return start_service(
        "publish", public_base_url="https://facts.example", site_name="The Daily Check", searches_per_minute=10**9
    )


@pytest.fixture
def receive_in():
    """`receive_in(session, message, …)`: as a batch is applied. Returns the last one's check."""

    def take(session, *messages):
        for message in messages:
            verb = VERBS[type(message)]
            check = verb(session, message)
            session.flush()
        return check

    return take


@pytest.fixture
def receive(service, receive_in):
    """`receive(message, …)`: in one transaction. Returns the last one's check."""

    def take(*messages):
        with service.transaction() as session:
            return receive_in(session, *messages)

    return take


@pytest.fixture
def app(service):
    app = create_app(service.settings)
    app.testing = True
    return app


@pytest.fixture
def reader(app):
    return app.test_client()


@pytest.fixture
def told(service):
    """What publish told, the oldest first: (queue, VerdictPublished)."""

    def read():
        with service.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == VerdictPublished.topic).order_by(Outbox.id)).all()
        return [(row.queue, VerdictPublished.model_validate_json(row.payload)) for row in rows]

    return read


@pytest.fixture
def page_of(receive, reader):
    """Publish these messages and read the page of the last one's claim."""

    def read(*messages):
        return reader.get(f"/checks/{receive(*messages).path}").text

    return read
