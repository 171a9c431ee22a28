"""What somebody writes in a real browser: kept while it is typed, shown as readers will see it, gone when it is sent."""

import time

from playwright.sync_api import expect
from sqlmodel import select

from services.review.models import Draft


def test_what_is_typed_is_kept_and_shown_as_readers_will_see_it(sign_in, make_case):
    case_id = make_case()
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    page.keyboard.press("c")
    form = page.get_by_role("form", name="Give a verdict")
    form.get_by_label("Headline").fill("It was one day")
    form.get_by_label("What we found").fill("The **log** shows one.")
    expect(form.get_by_text("not sent yet")).to_be_visible()
    expect(form.locator(".preview strong")).to_have_text("log")
    expect(form.locator(".preview .inside")).to_be_hidden()
    form.get_by_label("What we found").fill("The **log** shows [one](http://10.0.0.3/log).")
    expect(form.locator(".preview .inside")).to_contain_text("http://10.0.0.3/log")
    page.goto(f"/cases/{case_id}")
    form = page.get_by_role("form", name="Give a verdict")
    expect(form.get_by_label("Headline")).to_have_value("It was one day")
    expect(form.get_by_text("Not sent yet")).to_be_visible()
    form.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("Thrown away.")).to_be_visible()
    page.wait_for_load_state()  # the keys' script comes last
    page.keyboard.press("c")
    expect(page.get_by_role("form", name="Give a verdict").get_by_label("Headline")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("Habour Bord")
    expect(page.get_by_role("form", name="Add a request for comment").get_by_text("not sent yet")).to_be_visible()
    page.reload()
    page.keyboard.press("r")
    asked = page.get_by_role("form", name="Add a request for comment").get_by_label("Who was asked")
    expect(page.locator(f"#{asked.get_attribute('aria-describedby')}")).to_contain_text("Not sent yet")
    page.keyboard.type("Harbour Board")
    expect(asked).to_have_value("Harbour Board")  # not behind what stood there


HEARD = """output => {
    window.heard = [];
    new MutationObserver(() => heard.push(output.textContent)).observe(output, {childList: true});
}"""


def test_who_listens_hears_the_same_words_of_a_draft_once(sign_in, make_case):
    page = sign_in("ada")
    page.goto(f"/cases/{make_case()}")
    page.keyboard.press("n")
    form = page.get_by_role("form", name="Write a note")
    output = form.locator(".draft output")
    assert output.evaluate("one => one.checkVisibility()")  # words are read out that come into what is there already
    output.evaluate(HEARD)
    for words in ("The log", "The log shows it", "The log shows it."):
        with page.expect_response("**/draft"):
            form.get_by_label("Note").fill(words)
        expect(form.get_by_text("not sent yet")).to_be_visible()
    with page.expect_response("**/draft"):
        form.get_by_label("Note").fill("Enough.")
    heard = page.evaluate("heard")
    assert heard
    assert heard == list(dict.fromkeys(heard))


def test_who_listens_is_not_told_that_what_nobody_filled_in_yet_is_wrong(sign_in, make_case):
    page = sign_in("ada")
    page.goto(f"/cases/{make_case()}")
    page.keyboard.press("c")
    headline = page.get_by_role("form", name="Give a verdict").get_by_label("Headline")
    expect(headline).to_be_visible()
    assert page.locator("[required]:not([type=radio], [type=checkbox]):not([aria-invalid=false])").count() == 0
    headline.evaluate("one => one.form.reportValidity()")
    expect(headline).to_have_attribute("aria-invalid", "true")
    headline.fill("It was one day")
    expect(headline).to_have_attribute("aria-invalid", "false")


def test_a_form_asks_for_what_it_needs_and_the_verdict_has_room(sign_in, make_case):
    page = sign_in("ada")
    page.goto(f"/cases/{make_case()}")
    page.keyboard.press("e")
    form = page.get_by_role("form", name="Add evidence")
    expect(form.get_by_label("Why it is withheld")).to_be_hidden()
    form.get_by_label("don't see it").check()
    expect(form.get_by_label("Why it is withheld")).to_be_visible()
    before = page.locator(".next").bounding_box()["width"]
    page.get_by_text("Give a verdict").click()
    verdict = page.get_by_role("form", name="Give a verdict")
    expect(verdict.get_by_label("Why there is less evidence than the desk asks for")).to_be_visible()
    assert page.locator(".next").bounding_box()["width"] > 1.15 * before
    text = verdict.get_by_label("What we found")
    height = text.bounding_box()["height"]
    text.fill("A line.\n" * 30)
    assert text.bounding_box()["height"] > 1.2 * height
    page.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    assert verdict.get_by_label("Headline").bounding_box()["width"] > 250


def test_a_page_that_is_left_at_once_loses_nothing(sign_in, make_case, review):
    case_id = make_case()
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    page.keyboard.press("n")
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("Called the board.")
    page.goto("/")
    deadline = time.monotonic() + 240
    while not _has_arrived(review):  # it travels by itself when the page is gone
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    page.goto(f"/cases/{case_id}")
    expect(page.get_by_role("form", name="Write a note").get_by_label("Note")).to_have_value("Called the board.")


def _has_arrived(review):
    with review.reading() as session:
        return session.exec(select(Draft)).first() is not None


def test_what_a_rating_means_is_written_where_it_is_chosen_and_read_out_before(sign_in, make_case):
    page = sign_in("ada")
    page.goto(f"/cases/{make_case()}")
    page.keyboard.press("c")
    ratings = page.get_by_role("group", name="Rating")
    meanings = ratings.locator(".meaning:visible")
    expect(meanings).to_have_count(0)
    first, second = ratings.get_by_role("radio").all()[:2]
    told = [page.locator(f"#{one.get_attribute('aria-describedby')}").text_content() for one in (first, second)]
    assert all(told)
    first.focus()
    page.keyboard.press("Space")
    expect(meanings).to_have_text(told[:1])
    page.keyboard.press("ArrowDown")
    expect(meanings).to_have_text(told[1:])
