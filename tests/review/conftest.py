"""The review service in this process, on both databases, with people and cases."""

import json

import pytest
from review_desk import NOON, VERDICT, person, sign_in
from sqlmodel import select

from services.review import passwords, queries, workflow
from services.review.app import create_app
from services.review.models import Case, Outbox, Table
from services.review.queries import Wanted
from services.review.schemas import EvidenceIn, NewDeskIn, NothingIn
from shared.clock import new_id
from shared.contracts import ClaimRecord, ClaimSubmitted, Submission, VerdictPublished


@pytest.fixture
def review(start_service):
    return start_service("review")


@pytest.fixture
def app(review):
    app = create_app(review.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def people(review, monkeypatch):
    """Ada and Ben check, Eve edits, Root is the admin."""
    monkeypatch.setattr(passwords, "hasher", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    found = {}
    with review.transaction() as session:
        for name, role in (("ada", "checker"), ("ben", "checker"), ("eve", "editor"), ("root", "admin")):
            found[name] = person(name, role)
            session.add(found[name])
    return found


@pytest.fixture
def ada(people):
    return people["ada"]


@pytest.fixture
def eve(people):
    return people["eve"]


@pytest.fixture
def submitted():
    """Make a ClaimSubmitted."""

    def make(text="The bridge was closed on four days.", claim_id=None, revision=1, newsrooms=("Courier",), **claim):
        return ClaimSubmitted(
            claim_id=claim_id or new_id(),
            revision=revision,
            submitted_at=NOON,
            claim=ClaimRecord(text=text, **claim),
            submissions=tuple(Submission(id=new_id(), newsroom=one, submitted_at=NOON) for one in newsrooms),
        )

    return make


@pytest.fixture
def make_case(review, submitted):
    """Make an unverified case; returns its id."""

    def make(*arguments, **claim):
        with review.transaction() as session:
            return workflow.open_case(session, submitted(*arguments, **claim)).id

    return make


@pytest.fixture
def do(review):
    """`do(case_id, "take", ada)`: an act by its verb, on the version that stands."""

    def act(case_id, name, person, found=None, seen="now"):
        with review.transaction() as session:
            version = session.get(Case, case_id).version if seen == "now" else seen
            return workflow.act(session, case_id, name, found or NothingIn(), person, version)

    return act


@pytest.fixture
def evidence():
    def make(title="Harbour log", public=True, **more):
        reason = None if public else "It would identify the source."
        return EvidenceIn(
            kind="document", title=title, stance="refutes", public=public, **{"withheld_reason": reason} | more
        )

    return make


@pytest.fixture
def make_checked(make_case, do, ada, evidence):
    """A case that Ada has taken, given two pieces of evidence and checked."""

    def make(**claim):
        case_id = make_case(**claim)
        do(case_id, "take", ada)
        do(case_id, "evidence", ada, evidence())
        do(case_id, "evidence", ada, evidence("Letter", public=False))
        do(case_id, "check", ada, VERDICT)
        return case_id

    return make


@pytest.fixture
def confirm(review):
    """Publish confirms a revision."""

    def published(case_id, revision=1, at=NOON):
        with review.reading() as session:
            told = [
                m for m in messages_in(session) if m["topic"] == "verdict.approved.v1" and m["revision"] == revision
            ]
        approved = told[-1]["message"]
        message = VerdictPublished(
            claim_id=case_id, revision=revision, kind=approved["kind"], change=approved["change"],
            url="http://127.0.0.1:8003/checks/2026/01/it-was-one-day", rating=approved["rating"],
            headline=approved["headline"], summary=approved["summary"], published_at=at,
        )  # fmt: skip
        with review.transaction() as session:
            workflow.note_published(session, message)

    return published


@pytest.fixture
def make_published(make_checked, do, eve, confirm):
    def make(**claim):
        case_id = make_checked(**claim)
        do(case_id, "approve", eve)
        confirm(case_id)
        return case_id

    return make


@pytest.fixture
def look(review):
    """`look(case_id)`: the case's row."""

    def at(case_id):
        with review.reading() as session:
            return session.get(Case, case_id)

    return at


def messages_in(session):
    rows = session.exec(select(Outbox).order_by(Outbox.id)).all()
    return [
        {"topic": r.topic, "queue": r.queue, "key": r.key, "revision": r.revision, "message": json.loads(r.payload)}
        for r in rows
    ]


@pytest.fixture
def messages(review):
    """What the outbox holds."""

    def look():
        with review.reading() as session:
            return messages_in(session)

    return look


@pytest.fixture
def desk(app, people):
    """`desk("ada")`: a browser in which that person is signed in."""

    def browser(name):
        client = app.test_client()
        assert sign_in(client, name).status_code == 302
        return client

    return browser


@pytest.fixture
def make_desk(review, people):
    def make(slug="health", **rules):
        with review.transaction() as session:
            found = NewDeskIn(**({"slug": slug, "name": slug.title()} | rules))
            return workflow.make_desk(session, found, people["root"]).id

    return make


@pytest.fixture
def check_on(make_case, do, ada, evidence):
    """A case that Ada checked, with this verdict, on what its tags bring it to."""

    def make(verdict=VERDICT, **claim):
        case_id = make_case(**claim)
        for title in ("Log", "Letter"):
            do(case_id, "evidence", ada, evidence(title))
        do(case_id, "check", ada, verdict)
        return case_id

    return make


@pytest.fixture
def approved_messages(messages):
    return lambda: [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]


@pytest.fixture
def order(review, ada):
    """The texts of the queue in its order, filtered."""

    def texts(**wanted):
        with review.reading() as session:
            return [row.text for row in queries.list_queue(session, Wanted(**wanted), 50, None, ada).rows]

    return texts


@pytest.fixture
def backup(review):
    """`backup()`: the desk's database as it is now; what it returns puts that back."""

    def make():
        tables = Table.metadata.sorted_tables
        with review.reading() as session:
            rows = {table: [dict(row._mapping) for row in session.execute(table.select())] for table in tables}

        def restore():
            with review.transaction() as session:
                for table in reversed(tables):
                    session.execute(table.delete())
                for table in tables:
                    if rows[table]:
                        session.connection().execute(table.insert(), rows[table])

        return restore

    return make
