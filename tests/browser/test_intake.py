"""Intake's pages in a real browser: the readers' form without JavaScript, and whether everybody can use it."""

from datetime import timedelta

import pytest
import requests
from by_axe import faults_of
from intake_stories import PLAIN
from playwright.sync_api import expect
from served import served
from sqlmodel import select

from services.intake import auth, inbound, pulling, visitors, webhooks
from services.intake.app import create_app
from services.intake.models import Newsroom
from services.intake.pages import readers
from services.intake.schemas import TELEGRAM, FeedIn, InboundHookIn, WebhookEndpointIn
from services.intake.service import service as intake
from shared import open_forms
from shared.rates import HOUR, Rates

CLAIM = "The bridge was closed on four days in March."


@pytest.fixture
def address(start_service, monkeypatch):
    """Where intake is served."""
    monkeypatch.setattr(open_forms, "QUICKEST", 0)  # a browser is quicker than a reader
    monkeypatch.setattr(readers, "_rates", Rates(HOUR))
    service = start_service("intake")
    with served(create_app(service.settings)) as url:
        yield url


@pytest.fixture
def story_url(address):
    """The page of a story."""
    with intake.transaction() as session:
        key = auth.make_key(session, "Wire Desk", "its system", list(auth.SCOPES), None)
    headers = {"Authorization": f"Bearer {key}"}
    return requests.post(f"{address}/v1/stories", json=PLAIN, headers=headers, timeout=240).json()["page_url"]


def test_a_newsroom_picks_sentences_of_a_story_without_javascript(open_browser, address, story_url):
    page = open_browser(java_script_enabled=False)
    place = address + story_url[story_url.index("/stories/") :]
    page.goto(place)
    page.get_by_role("button", name="Have these checked").click()
    expect(page.get_by_text("Tick at least one sentence.")).to_be_visible()
    page.get_by_label("The bridge was closed on four days").check()
    page.get_by_label("asserts: Jo Doe").check()
    page.get_by_role("button", name="Have these checked").click()
    expect(page.get_by_role("heading", name="Claims made from it")).to_be_visible()
    expect(page.get_by_text("It is a claim already")).to_be_visible()
    check = open_browser(viewport={"width": 390, "height": 844})
    check.goto(place)
    assert faults_of(check) == ""
    assert check.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_reader_sends_a_claim_without_javascript(open_browser):
    page = open_browser(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="The form for readers").click()
    page.get_by_role("button", name="Send it to the desk").click()
    expect(page.get_by_text("in at least a few words").first).to_be_visible()
    page.get_by_label("What is claimed?").fill(CLAIM)
    page.get_by_label("Why do you doubt it").fill("I cross it daily.")
    page.get_by_label("Where did you see").fill("nowhere")
    page.get_by_role("button", name="Send it to the desk").click()
    expect(page.get_by_label("Why do you doubt it")).to_have_value("I cross it daily.")
    page.get_by_label("Where did you see").fill("https://example.org/post")
    page.get_by_role("button", name="Send it to the desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Received, not checked yet")
    expect(page.get_by_text(CLAIM)).to_be_visible()
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eingegangen, noch nicht geprüft")


@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_use_the_form(open_browser, width):
    page = open_browser(viewport={"width": width, "height": 900})
    for language in ("en", "de"):
        page.goto(f"/submit?lang={language}")
        assert faults_of(page) == ""
        page.get_by_role("button").click()
        page.wait_for_selector("[role=alert]")
        assert faults_of(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def visitor(open_browser, address):
    """`visitor(**options)`: a page of a browser in which somebody of a newsroom that has sent things is signed in."""

    def sign_in(**options):
        with intake.transaction() as session:
            key = auth.make_key(session, "Wire Desk", "its system", list(auth.SCOPES), None)
            owner = session.exec(select(Newsroom).where(Newsroom.name == "Wire Desk")).one().id
            link = visitors.make_link(session, owner, timedelta(hours=1))
            endpoint = WebhookEndpointIn(url="https://courier.example/hook", description="The CMS")
            webhooks.ping(session, webhooks.add_endpoint(session, endpoint, owner)[0].id, owner)
            inbound.add_hook(session, InboundHookIn.model_validate(TELEGRAM), owner)
            pulling.add_feed(session, FeedIn(url="https://courier.example/feed.xml"), owner)
        headers = {"Authorization": f"Bearer {key}"}
        for text in (CLAIM, f"{CLAIM} {'It was said so once more, and then again. ' * 3}"):
            requests.post(f"{address}/v1/claims", json={"text": text}, headers=headers, timeout=240)
        requests.post(f"{address}/v1/stories", json=PLAIN, headers=headers, timeout=240)
        page = open_browser(**options)
        page.goto(f"{address}/newsroom/sign-in/{link}")
        page.get_by_role("button", name="Open them in this browser").click()
        expect(page.get_by_role("heading", name="Claims")).to_be_visible()
        return page

    return sign_in


def test_everybody_can_use_a_newsroom_s_pages(visitor):
    page = visitor(viewport={"width": 390, "height": 844})
    for name in ("Claims", "Stories", "Feeds", "Messages in", "Keys and limits", "Webhooks"):
        page.get_by_role("navigation", name="Wire Desk").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        assert faults_of(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Claims").click()
    page.set_viewport_size({"width": 1440, "height": 844})
    state = page.get_by_role("cell", name="unverified", exact=True).first
    assert (
        state.evaluate(
            "cell => { const it = new Range(); it.selectNodeContents(cell); return it.getClientRects().length }"
        )
        == 1
    )
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Upload").click()
    page.get_by_label("File").set_input_files(
        {"name": "c.csv", "mimeType": "text/csv", "buffer": b"text," + b"long" * 60 + b"\nBus 1 was late.,x\n"}
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 of 1 rows is a claim")).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.querySelector('table').getBoundingClientRect().right") <= width
    assert faults_of(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Webhooks").click()
    page.get_by_role("link", name="The CMS").click()
    expect(page.get_by_text("test.ping").first).to_be_visible()
    assert faults_of(page) == ""


def test_a_newsroom_makes_a_key_without_javascript(visitor):
    page = visitor(java_script_enabled=False)
    page.get_by_role("link", name="Keys and limits").click()
    page.get_by_label("What it is for").fill("The CMS")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Your new key.")).to_be_visible()
    expect(page.get_by_role("button", name="Revoke for good")).to_have_count(0)  # it is asked for twice
    page.get_by_text("Revoke", exact=True).first.click()
    page.get_by_role("button", name="Revoke for good").click()
    expect(page.get_by_text("revoked").first).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Signed out")).to_be_visible()


def test_a_newsroom_sends_a_file_without_javascript(visitor):
    page = visitor(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.get_by_role("link", name="Upload").click()
    file = {"name": "claims.csv", "mimeType": "text/csv", "buffer": b"Claim,Who\nBus 1 was late.,Jo Doe\n,Nobody\n"}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_label("Claim").select_option("text")
    page.get_by_label("Who").select_option("claimant.name")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("1 of 2 rows is a claim")).to_be_visible()
    expect(page.get_by_text("Row 2: Claim: is empty")).to_be_visible()
    page.get_by_role("button", name="Send 1 claim").click()
    expect(page.get_by_role("progressbar", name="Rows sent")).to_be_visible()
