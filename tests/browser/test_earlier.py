"""The search for earlier checks in a real browser: without JavaScript, and whether everybody can use it."""

import pytest
from by_axe import faults_of
from playwright.sync_api import expect
from reviews_of_others import review
from served import served

from services.intake.app import create_app
from services.intake.earlier import Given, take_all
from services.intake.earlier.reviews import read_review
from services.intake.pages import earlier
from services.intake.service import service as intake
from shared.rates import Rates


@pytest.fixture
def address(start_service):
    """Where intake is served."""
    service = start_service("intake")
    with served(create_app(service.settings)) as url:
        yield url


@pytest.fixture
def earlier_checks(address, monkeypatch):
    """Thirty fact-checks that were published before, one of them with a long word and in Arabic."""
    monkeypatch.setattr(earlier, "_rates", Rates())
    made = [review(n) for n in range(29)]
    made.append(review(30, claimReviewed=f"Ferry {'long' * 60} العبّارة", inLanguage="ar", headline="ما قيل عن العبّارة"))
    with intake.transaction() as session:
        take_all(session, [Given(read_review(one).check, "a test") for one in made])


def test_a_person_finds_what_was_checked_before_without_javascript(open_browser, earlier_checks):
    page = open_browser(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Search earlier checks").click()
    page.get_by_label("What is claimed?").fill("!")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert")).to_have_text("Write at least one word.")
    page.get_by_label("What is claimed?").fill("ferry nine million")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main ol > li")).to_have_count(20)
    page.get_by_role("link", name="More of them").click()
    expect(page.locator("main ol > li")).to_have_count(9)
    expect(page.get_by_label("What is claimed?")).to_have_value("ferry nine million")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ist das schon geprüft?")
    expect(page.locator("main ol > li")).to_have_count(20)


@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_use_the_search(open_browser, earlier_checks, width):
    page = open_browser(viewport={"width": width, "height": 900})
    for query in ("", "?q=!", "?q=ferry", "?q=العبارة", "?q=ferry+mermaid", "?q=mermaid&lang=de"):
        page.goto(f"/earlier-checks{query}")
        assert faults_of(page) == "", query
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), query
