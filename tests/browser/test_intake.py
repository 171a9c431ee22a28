"""Intake's pages in a real browser: the readers' form without JavaScript, and whether everybody can use it."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from werkzeug.serving import make_server

from services.intake.app import create_app
from services.intake.pages import readers
from shared.rates import HOUR, Rates

CLAIM = "The bridge was closed on four days in March."


@pytest.fixture
def address(start_service, monkeypatch):
    """Where intake is served."""
    monkeypatch.setattr(readers, "QUICKEST", 0)  # a browser is quicker than a reader
    monkeypatch.setattr(readers, "_rates", Rates(HOUR))
    service = start_service("intake")
    server = make_server("127.0.0.1", 0, create_app(service.settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_use_the_form(open_browser, scheme, width):
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 900})
    for language in ("en", "de"):
        page.goto(f"/submit?lang={language}")
        assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
        page.get_by_role("button").click()
        page.wait_for_selector("[role=alert]")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
