"""Intake, started in this process on both databases, and newsrooms with keys that speak to it through HTTP."""

import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from errand_runner import do_errands
from newsroom_browser import Browser, link_for
from site_of_ours import Site
from sqlmodel import func, select

from services.intake import auth, jobs, parsing
from services.intake.app import create_app
from services.intake.models import Claim, IdempotencyKey, Outbox, Submission
from services.intake.service import service as intake
from shared import errands as plumbing
from shared.clock import new_id
from shared.contracts import CaseMoved, CasesMoved, ClaimSubmitted, Rating, VerdictPublished, WorkNoted

MORNING = datetime(2026, 3, 30, 9, tzinfo=UTC)


@pytest.fixture
def intake_settings():
    """What a module's tests may have otherwise."""
    return {}


@pytest.fixture
def service(start_service, intake_settings):
    return start_service("intake", **intake_settings)


@pytest.fixture
def site():
    """A web site on this machine; see `site`."""
    found = Site()
    yield found
    found.close()


@pytest.fixture
def archiving(start_service, site, tmp_path):
    """`service`, which may fetch from `site` and archives into a folder of its own."""

    def start(**settings):
        usual = {"private_hosts": {site.host}, "archive_folder": tmp_path / "archive"}
        return start_service("intake", **usual | settings)

    return start


@pytest.fixture
def run_errands():
    """See `errand_runner`."""

    def run(early=False):
        return do_errands(intake, early)

    yield run
    plumbing.close()


@pytest.fixture(scope="session", autouse=True)
def _reader():
    """The child that reads pages ends with the tests."""
    yield
    parsing.close()


@pytest.fixture
def app(service):
    return create_app(service.settings)


@pytest.fixture
def make_key(service):
    """`make_key("Wire Desk", "claims:read")`: a newsroom's key with these scopes, all of them if none is named."""

    def make(newsroom="Wire Desk", *scopes, expires_at=None):
        with intake.transaction() as session:
            return auth.make_key(session, newsroom, "its system", list(scopes or auth.SCOPES), expires_at)

    return make


class Newsroom:
    """A newsroom's system."""

    def __init__(self, app, key):
        self.client = app.test_client()
        self.key = key

    def post(self, body, key=None, **headers):
        """Post a claim: a dict as JSON, bytes and text as they are."""
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"} | headers
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.client.post("/v1/claims", data=data, headers=headers)

    def get(self, path, **headers):
        return self.client.get(path, headers={"Authorization": f"Bearer {self.key}"} | headers)

    def claim(self, claim_id):
        return self.get(f"/v1/claims/{claim_id}").json


@pytest.fixture
def newsroom(app, make_key):
    return Newsroom(app, make_key())


@pytest.fixture
def other_newsroom(app, make_key):
    return Newsroom(app, make_key("Evening Courier"))


@pytest.fixture
def stored(service):
    """How many rows there are of each kind; nothing else may change when input is refused."""

    def count():
        with intake.reading() as session:
            return {
                table.__tablename__: session.exec(_messages_in(select(func.count()).select_from(table), table)).one()
                for table in (Claim, Submission, Outbox, IdempotencyKey)
            }

    return count


def _messages_in(chosen, table):
    """Errands of intake's own are in the outbox, too."""
    return chosen.where(Outbox.queue != "intake-errands") if table is Outbox else chosen


@pytest.fixture
def told(service):
    """What review was told of claims, in the order it was written."""

    def look():
        with intake.reading() as session:
            told_review = Outbox.job == "services.review.jobs.claim_submitted"
            rows = session.exec(select(Outbox).where(told_review).order_by(Outbox.id)).all()
            return [ClaimSubmitted.model_validate_json(row.payload) for row in rows]

    return look


JOBS = {
    CaseMoved: jobs.case_moved,
    CasesMoved: jobs.cases_moved,
    VerdictPublished: jobs.verdict_published,
    WorkNoted: jobs.work_noted,
}


@pytest.fixture
def arrive(service):
    """`arrive(message, …)`: messages come to intake's jobs, each as a batch of its own, signed as a relay signs."""

    def deliver(*messages):
        outcomes = []
        for message in messages:
            job = JOBS[type(message)]
            envelope = {
                "id": str(new_id()), "topic": message.topic, "key": message.key, "revision": message.revision,
                "payload": message.model_dump_json(), "request_id": None, "traceparent": None,
            }  # fmt: skip
            envelope["signature"] = intake.messages.sign(envelope)
            outcomes += job([envelope])["outcomes"].values()
        return outcomes

    return deliver


@pytest.fixture
def moved():
    """`moved(claim_id, 2, "checked")`: what review tells when a case has moved."""

    def make(claim_id, revision, state, verdict_revision=1, kind="first", close_reason=None):
        return CaseMoved(
            claim_id=UUID(claim_id), revision=revision, state=state, verdict_revision=verdict_revision, kind=kind,
            close_reason=close_reason, moved_at=MORNING + timedelta(hours=revision),
        )  # fmt: skip

    return make


@pytest.fixture
def published():
    """`published(claim_id, 2, "correction")`: what publish tells when readers can read a revision."""

    def make(claim_id, revision=1, kind="first", change=None, headline="The bridge was closed on one day"):
        return VerdictPublished(
            claim_id=UUID(claim_id), revision=revision, kind=kind, change=change, headline=headline,
            url=f"https://checks.example.org/checks/2026/04/bridge#{revision}",
            rating=Rating(slug="false", label="False", value=1, best=5, worst=1, meaning="Nothing of it holds."),
            summary="The log shows one closure.", published_at=MORNING + timedelta(days=revision),
        )  # fmt: skip

    return make


@pytest.fixture
def send_story(newsroom):
    """`send_story(body)`: post a story; a dict is JSON."""

    def post(body, kind="application/json", path="/v1/stories", key=None):
        data = json.dumps(body) if isinstance(body, dict) else body
        headers = {"Authorization": f"Bearer {newsroom.key}", "Content-Type": kind}
        return newsroom.client.post(path, data=data, headers=headers | ({"Idempotency-Key": key} if key else {}))

    return post


@pytest.fixture
def visitor(app, newsroom):
    """A browser in which somebody of the newsroom is signed in."""
    browser = Browser(app)
    assert browser.send(link_for()).status_code == 303
    return browser


@pytest.fixture
def upload(visitor):
    """`upload(content)`: the address of the page of that file."""

    def send(content, name="claims.csv"):
        content = content.encode() if isinstance(content, str) else content
        done = visitor.send("/newsroom/uploads", file=(io.BytesIO(content), name))
        assert done.status_code == 303, done.text
        return done.headers["Location"]

    return send
