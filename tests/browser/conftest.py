"""A real browser, and the desk served in this process. What differs between databases is tested where there is no browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from review_desk import NOON, PASSWORD, person, story
from served import served
from sqlmodel import select

from services.review import passwords, workflow
from services.review.app import create_app
from services.review.models import Outbox
from shared.clock import new_id
from shared.contracts import ClaimRecord, ClaimSubmitted, SentencesPicked, Submission

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 60_000  # milliseconds: it waits for what comes, on a busy machine too
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium():
    """One browser for the run; each test has contexts of its own."""
    if not CHROMIUM.exists():
        pytest.fail(f"There is no {CHROMIUM}: the desk can't be tested in a browser. `make test` installs it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def review(start_service):
    return start_service("review")


@pytest.fixture
def people(review, monkeypatch):
    """Ada checks, Eve edits, Root is the admin."""
    monkeypatch.setattr(passwords, "hasher", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with review.transaction() as session:
        found = {name: person(name, role) for name, role in (("ada", "checker"), ("eve", "editor"), ("root", "admin"))}
        session.add_all(found.values())
    return found


@pytest.fixture
def address(review, people):
    """Where the desk is served."""
    with served(create_app(review.settings)) as url:
        yield url


@pytest.fixture
def make_case(review):
    """Make an unverified case; returns its id."""

    def make(text="The bridge was closed on four days.", reason="It is shared widely.", **claim):
        message = ClaimSubmitted(
            claim_id=new_id(),
            revision=1,
            submitted_at=NOON,
            claim=ClaimRecord(text=text, **claim),
            submissions=(Submission(id=new_id(), newsroom="Courier", reason=reason, submitted_at=NOON),),
        )
        with review.transaction() as session:
            return workflow.open_case(session, message).id

    return make


@pytest.fixture
def make_story(review):
    """Have intake tell of a story; returns its id."""

    def make(**more):
        message = story(new_id(), **more)
        with review.transaction() as session:
            workflow.note_story(session, message)
        return message.story_id

    return make


@pytest.fixture
def take_in_picks(review, make_case):
    """`take_in_picks()`: what was picked from stories comes back from intake as cases."""

    def take_in():
        with review.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == SentencesPicked.topic).order_by(Outbox.id)).all()
        for one in [claim for row in rows for claim in SentencesPicked.model_validate_json(row.payload).claims]:
            make_case(reason=one.reason, **{name: value for name, value in one.claim if name != "reason"})

    return take_in


@pytest.fixture
def open_browser(chromium, address):
    """`open_browser()`: a page of a new browser. What it complains about fails the test: a blocked style, a broken script."""
    contexts, complaints = [], []

    def page_in(**options):
        context = chromium.new_context(
            **{"base_url": address, "viewport": {"width": 1440, "height": 1000}, "timezone_id": "Europe/Kyiv"} | options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        return page

    yield page_in
    for context in contexts:
        context.close()
    assert [one for one in complaints if "the server responded with a status of 4" not in one] == []


@pytest.fixture
def sign_in(open_browser):
    """`sign_in("ada")`: a page of a browser in which that person is signed in."""

    def as_(name, **options):
        page = open_browser(**options)
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(f"{name}@desk.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return as_
