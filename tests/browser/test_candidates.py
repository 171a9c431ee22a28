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


LONG = (
    "The ferry to Port Ellery, which the county has run since the bridge was closed for repairs in the spring, carried {} "
    "million people in 2019, Jo Marten says, and it was the only way to the island for those who work at the yard, for the "
    "school and for the clinic, so that the fare, which the council had promised in its plan not to raise before the end of the "
    "decade, stayed the same although fuel became dearer and the crew was paid more; the opposition says that the county could "
    "have bought another boat of the same size for the money that it gave to the operator, and that nobody asked for the "
    "contract to be put out to tender."
)


@pytest.mark.parametrize(("width", "highest"), [(1440, 225), (390, 310)])
def test_long_candidates_are_shown_around_what_differs_and_whole_on_demand(review, make_case, sign_in, width, highest):
    review.start(review.settings.model_copy(update={"match_models": ("english",)}))
    for number in ("five", "fifty", "six"):
        make_case(LONG.format(number))
    case_id = make_case(LONG.format("five"))
    seen.compare_all()
    page = sign_in("ada", viewport={"width": width, "height": 1000})
    page.goto(f"/cases/{case_id}")
    candidates = page.locator(".candidate")
    expect(candidates).to_have_count(3)
    assert max(one.bounding_box()["height"] for one in candidates.all()) < highest
    fifty = candidates.filter(has_text="fifty million")
    expect(fifty.locator(".brief .differs").last).to_be_visible()
    expect(fifty.locator(".brief .differs").last).to_have_text("[number differs: fifty million]")
    whole = fifty.locator(".whole .facing p").filter(has_text="put out to tender.")
    expect(whole.last).to_be_hidden()
    fifty.get_by_text("Show all").click()
    expect(whole).to_have_count(2)
    expect(whole.last).to_be_visible()
    expect(fifty.locator(".brief")).to_be_hidden()
    assert faults_of(page) == ""
