"""What may say the same, decided by keys, in a real browser."""

import pytest
from by_axe import faults_of
from playwright.sync_api import expect

from services.review import seen

OURS = "The ferry to Port Ellery carried five million people in 2019, Jo Marten says."


@pytest.fixture
def compared(review, make_case):
    """A case with three candidates: two that are surely the same, and one whose number differs."""
    review.start(review.settings.model_copy(update={"match_models": ("english",)}))
    for text in (
        "Five million people were carried by the ferry to Port Ellery in 2019.",
        "The ferry to Port Ellery carried fifty million people in 2019.",
        "In 2019, 5,000,000 people took the ferry to Port Ellery.",
    ):
        make_case(text)
    case_id = make_case(OURS)
    seen.compare_all()
    return case_id


def test_one_key_turns_a_candidate_down_and_one_accepts_the_next(sign_in, compared):
    page = sign_in("ada")
    page.get_by_role("navigation", name="Lists").get_by_role("link", name="Seen before").click()
    page.get_by_role("link", name="surely seen before").first.wait_for()
    page.goto(f"/cases/{compared}")
    assert faults_of(page) == ""
    candidates = page.locator(".candidate")
    expect(candidates).to_have_count(3)
    differing = candidates.filter(has_text="Alike, but it differs").locator(".differs")
    expect(differing).to_have_text(["[number differs: five million]", "[number differs: fifty million]"])
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("a candidate says the same as the claim")
    page.keyboard.press("Escape")

    second = candidates.nth(1).locator(".facing > div").nth(1).locator("p").last.inner_text()
    candidates.nth(0).get_by_role("button").first.focus()
    with page.expect_navigation():
        page.keyboard.press("d")
    expect(page.get_by_text("It says something else, and is not suggested again.")).to_be_visible()
    expect(candidates).to_have_count(2)
    with page.expect_navigation():
        page.keyboard.press("y")
    expect(page.get_by_text("Whoever sent this one in gets its verdict.")).to_be_visible()
    expect(page.get_by_role("region", name="Similar claims").get_by_role("link").first).to_have_text(second)
    with page.expect_navigation():
        page.get_by_role("button", name="Undo: it says something else").click()
    expect(candidates).to_have_count(1)
