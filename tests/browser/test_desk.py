"""The desk in a real browser: the way of a claim, keys, and what colleagues see of one another."""

import re

from desk_browser import act, add_evidence, give_verdict, goes_on, press
from playwright.sync_api import expect

from services.intake.checkable import find_checkable

WIRE = """The bridge was closed on four days in March, the Herald reported, citing eight people familiar with the works.

The Harbour Office did not immediately respond to a request for comment."""


def test_a_wire_story_goes_from_its_text_to_an_approved_verdict_by_keyboard_alone(sign_in, make_story, take_in_picks):
    found = find_checkable(WIRE, "en", "Courier")
    story_id = make_story(sentences=found.sentences)
    page = sign_in("ada")
    page.goto(f"/stories/{story_id}")
    press(page, "j", "X", "w")
    page.keyboard.type("The Harbour Office ordered it.")
    goes_on(page, "Control+Enter")
    expect(page.get_by_text("2 claims are on the way to the queue.")).to_be_visible()
    take_in_picks()
    goes_on(page, "q")
    goes_on(page, "g")
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    expect(page.get_by_text("Reuters cites Courier")).to_have_count(0)
    expect(page.get_by_text("Courier cites Herald, which cites 8 people familiar with the works")).to_be_visible()
    expect(page.get_by_text("Courier asked Harbour Office")).to_be_visible()
    press(page, "w")
    page.keyboard.type("The bridge was closed on four days.")
    goes_on(page, "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The bridge was closed on four days.")
    add_evidence(page, "Harbour log")
    add_evidence(page, "Letter", withheld="It would show who wrote it.")
    expect(page.get_by_text("withheld", exact=True)).to_be_visible()
    press(page, "n")
    page.keyboard.type("Called the board.")
    goes_on(page, "Control+Enter")
    expect(page.get_by_role("listitem").filter(has_text="Called the board.").first).to_be_visible()
    press(page, "c", "4", "Tab")
    for words in ("It was one day", "The log shows one.", "The **log** shows one."):
        page.keyboard.type(words)
        press(page, "Tab")
    press(page, "Shift+Tab")
    goes_on(page, "Control+Enter")
    expect(page.get_by_text("checked, to be approved")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    act(page, "Sign out")
    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()

    page = sign_in("eve")
    while page.get_by_role("heading", level=1).text_content() != "To approve":
        goes_on(page, "]")
    press(page, "j")
    goes_on(page, "o")
    press(page, "a")
    goes_on(page, "Enter")
    expect(page.get_by_text("approved, waiting for the site")).to_be_visible()


def test_two_who_write_a_verdict_see_both_texts(sign_in, make_case):
    case_id = make_case()
    ada, eve = sign_in("ada"), sign_in("eve")
    ada.goto(f"/cases/{case_id}")
    for title in ("Log", "Letter"):
        add_evidence(ada, title)
    give_verdict(ada, "Ada's headline")
    for page in (ada, eve):
        page.goto(f"/cases/{case_id}")
    eve.locator("summary", has_text="Send back").click()
    eve.get_by_role("form", name="Send back").get_by_label("What is missing").fill("Name the engineer.")
    act(eve, "Send back")
    ada.reload()
    expect(ada.get_by_text("Sent back by Eve")).to_contain_text("Name the engineer.")
    eve.reload()
    give_verdict(ada, "Ada's second headline")
    give_verdict(eve, "Eve's headline")
    expect(eve.get_by_role("alert")).to_contain_text("Ada gave a verdict")
    expect(eve.get_by_role("alert")).to_be_focused()
    mine = eve.get_by_role("region", name="What you typed")
    expect(mine.get_by_label("Headline")).to_have_value("Eve's headline")
    expect(mine.get_by_label("Text")).to_have_value("The **log** shows one.")
    expect(mine).to_contain_text("Ada's second headline")


def test_a_double_click_does_it_once(sign_in, make_case):
    page = sign_in("ada")
    page.goto(f"/cases/{make_case()}")
    page.keyboard.press("n")
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("Once.")
    with page.expect_navigation():
        page.get_by_role("button", name="Write", exact=True).dblclick()
    expect(page.locator(".notes > li")).to_have_count(1)


def test_the_keys_work_and_never_while_somebody_types(sign_in, make_case):
    for number in range(3):
        make_case(f"Claim {number}")
    page = sign_in("ada")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(".row").nth(0).locator(".open")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.type("jot?")
    expect(page.get_by_label("Words")).to_have_value("jot?")
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row").nth(1).locator(".open")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim 1")
    for key, form, field in (
        ("e", "Add evidence", "What it does to the claim"),
        ("n", "Write a note", "Note"),
        ("c", "Give a verdict", "True"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("form", name=form).get_by_label(field).first).to_be_focused()
        page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.press("3")
    expect(page.get_by_label("Half true")).to_be_checked()
    page.keyboard.press("s")
    page.keyboard.type("denies")
    page.keyboard.press("Tab")
    page.keyboard.type("Reuters < Courier")
    page.keyboard.press("Tab")
    page.keyboard.type("8 people on the quay")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Reuters cites Courier, which cites 8 people on the quay")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("Harbour Board")
    page.keyboard.press("Tab")
    page.keyboard.type("Courier")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # now
    page.keyboard.press("Tab")
    expect(page.get_by_role("form", name="Add a request for comment").get_by_label("Until when")).to_be_focused()
    page.keyboard.press("Tab")  # one step, not one for the day, one for the month and so on
    expect(page.get_by_role("form", name="Add a request for comment").get_by_label("What came of it")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")  # from the field, without a way through all the others
    expect(page.get_by_text("asked just now")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("form", name="The reply of Harbour Board").get_by_label("What came of it")).to_be_focused()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("+")
    page.keyboard.type("Ice closed it.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("One claim is on the way")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("q")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert "/cases/" in page.url
    page.keyboard.press("?")
    page.get_by_label("Keys of one letter").uncheck()
    page.keyboard.press("Escape")
    for key in "qe+":
        page.keyboard.press(key)
    expect(page.locator("[aria-keyshortcuts]")).to_have_count(0)
    expect(page.get_by_role("form", name="Add evidence")).to_be_hidden()
    page.reload()
    page.keyboard.press("q")
    page.get_by_role("button", name="Keys").click()  # stays, whoever switched them off
    page.get_by_label("Keys of one letter").check()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("form", name="Add evidence").get_by_label("What it does")).to_be_focused()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied'); } })"
    )
    page.reload()  # the browser keeps nothing: the switch holds until the page is left
    page.keyboard.press("?")
    page.get_by_label("Keys of one letter").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("form", name="Add evidence")).to_be_hidden()
    page.reload()
    page.keyboard.press("e")
    expect(page.get_by_role("form", name="Add evidence").get_by_label("What it does")).to_be_focused()


def test_times_are_local_with_the_zone_named(sign_in, make_case):
    case_id = make_case()
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    sent = page.get_by_role("region", name="Who sent it in, and why").locator("time")
    expect(sent).to_have_text(re.compile("27 Jan.* 14:00"))
    assert sent.get_attribute("datetime") == "2026-01-27T12:00:00Z"
    assert "Europe/K" in sent.get_attribute("title")
    assert "12:00 UTC" in sent.get_attribute("title")


def test_what_a_colleague_does_shows_without_a_reload_and_what_is_typed_stays(sign_in, make_case):
    case_id = make_case("The bridge was shut.")
    ada, eve = sign_in("ada"), sign_in("eve")
    ada.goto("/?view=open")
    expect(ada.locator(".row")).to_have_count(1)
    eve.goto(f"/cases/{case_id}")
    eve.keyboard.press("t")
    expect(eve.locator(".flash")).to_contain_text("It is yours now")
    expect(ada.locator(".empty")).to_contain_text("Nothing waits for a checker")
    ada.goto(f"/cases/{case_id}")
    with ada.expect_response("**/news?case=*") as asked:
        expect(ada.locator("#present")).to_contain_text("Eve has it open")
    expect(
        ada.locator("[role=status]:has(> #news)")
    ).to_be_attached()  # there before its words, which are read out then
    assert "set-cookie" not in asked.value.all_headers(), "it would undo what an act has to say on the next page"
    ada.keyboard.press("n")
    ada.keyboard.type("half a thought")
    eve.keyboard.press("n")
    eve.keyboard.type("done already")
    eve.keyboard.press("Tab")
    eve.keyboard.press("Enter")
    expect(ada.locator("#news")).to_be_visible()
    expect(ada.locator("#note-text")).to_have_value("half a thought")


def test_the_next_claim_and_several_at_once_by_keys_alone(sign_in, make_case):
    make_case("First.", urgency=1)
    for number in range(3):
        make_case(f"Other {number}.")
    page = sign_in("ada")
    page.goto("/?view=open")
    page.keyboard.press("g")
    expect(page.locator("h1")).to_have_text("First.")
    page.goto("/?view=open")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.locator(".bulk summary").click()
    page.select_option("#bulk-act", "tag")
    page.fill("#bulk-add", "quay")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("p.flash")).to_contain_text("Tagged: 2 of 2")
    page.wait_for_load_state()  # the keys' script comes last
    goes_on(page, "u")
    page.goto("/?view=open&tag=quay")
    expect(page.get_by_text("Nothing in this list fits.")).to_be_visible()
    page.goto("/?view=open")
    press(page, "X", "b")
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.keyboard.type("tag")
    press(page, "Tab", "Control+Enter")
    expect(page.get_by_text("3 ticked")).to_be_visible()
    expect(page.locator("#bulk-add")).to_be_focused()
    assert page.locator("#bulk :invalid").count() == 1, (
        "what the act needs is asked for before the ticks are lost, and nothing else"
    )
    page.keyboard.type("quay")
    goes_on(page, "Control+Enter")
    page.goto("/?view=open&tag=quay")
    expect(page.locator(".row")).to_have_count(3)


def test_a_key_acts_on_the_row_that_was_last_looked_at_however_it_was_reached(sign_in, make_case):
    first, second = make_case("First.", urgency=1), make_case("Second.")
    page = sign_in("ada")
    page.goto("/?view=open")
    page.locator(f'[data-case="{second}"] .open').focus()
    page.keyboard.press("t")
    expect(page.locator("h1")).to_have_text("Second.")
    page.goto("/?view=open")
    expect(page.locator(".row")).to_have_count(1)
    assert page.locator(".row").get_attribute("data-case") == str(first)


def test_what_happens_while_somebody_is_busy_in_the_queue_shows_once_they_are_not(sign_in, make_case):
    make_case("First.")
    page = sign_in("ada")
    page.goto("/?view=open")
    page.fill("#q", "half a wo")
    with page.expect_response("**/news"):
        make_case("Second.")
    with page.expect_response("**/news"):
        pass
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator("#q")).to_have_value("half a wo")
    page.locator("#q").blur()
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator("#q")).to_have_value("half a wo")
