"""The desk in a real browser: the way of a claim, keys, and whether everybody can use it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

LONG = "A" * 200
ARABIC = "قالت الوزارة إن الجسر أُغلق أربعة أيام في مارس."
STATEMENTS = (
    {
        "id": "a", "stance": "asserts", "quote": "closed on four days",
        "via": [{"name": "Reuters", "relation": "cites"}, {"name": "Courier", "relation": "reports"}],
        "unnamed": {"count": 8, "described_as": "people familiar with the talks", "basis": "They were there."},
    },
    {"id": "b", "stance": "denies", "speaker": {"name": "Anna Kelly", "title": "spokeswoman"}, "quote": "totally false"},
)  # fmt: skip


def act(page, button):
    """Press a button and wait until its answer is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def add_evidence(page, title, withheld=None):
    page.keyboard.press("e")
    form = page.get_by_role("form", name="Add evidence")
    form.get_by_label("What it does to the claim", exact=True).select_option("refutes")
    form.get_by_label("Title").fill(title)
    if withheld:
        form.get_by_label("don't see it").check()
        form.get_by_label("Why it is withheld").fill(withheld)
    act(page, "Add evidence")


def give_verdict(page, headline="It was one day"):
    form = page.get_by_role("form", name="Give a verdict")
    form.get_by_label("Mostly false").check()
    form.get_by_label("Headline").fill(headline)
    form.get_by_label("Summary").fill("The log shows one.")
    form.get_by_label("What we found").fill("The **log** shows one.")
    act(page, "Check: hand it to a second pair of eyes")


def test_a_claim_is_checked_by_one_person_and_approved_by_another(sign_in, make_case):
    case_id = make_case(statements=STATEMENTS)
    page = sign_in("ada")
    act(page, "Take The bridge was closed on four days.")
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    expect(page.get_by_text("Reuters cites Courier, which cites 8 people familiar")).to_be_visible()
    add_evidence(page, "Harbour log")
    add_evidence(page, "Letter", withheld="It would show who wrote it.")
    expect(page.get_by_text("withheld", exact=True)).to_be_visible()
    page.keyboard.press("n")
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("Called the board.")
    act(page, "Write")
    expect(page.get_by_role("listitem").filter(has_text="Called the board.").first).to_be_visible()
    give_verdict(page)
    expect(page.get_by_text("checked, to be approved")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    act(page, "Sign out")
    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()

    page = sign_in("eve")
    page.get_by_role("link", name="To approve 1").click()
    page.get_by_role("link", name="The bridge was closed on four days.").click()
    page.wait_for_url(f"**/cases/{case_id}")
    page.keyboard.press("a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
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
    eve.get_by_text("Send it back").click()
    eve.get_by_role("form", name="Send it back").get_by_label("What is missing").fill("Name the engineer.")
    act(eve, "Send back")
    ada.reload()
    expect(ada.get_by_text("Sent back by Eve")).to_contain_text("Name the engineer.")
    eve.reload()
    give_verdict(ada, "Ada's second headline")
    give_verdict(eve, "Eve's headline")
    expect(eve.get_by_role("alert")).to_contain_text("Ada gave a verdict")
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
    page.keyboard.press("r")
    page.keyboard.type("Harbour Board")
    page.keyboard.press("Tab")
    page.keyboard.type("Courier")
    page.locator("[data-now=ask-asked_at]").click()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")  # from the field, without a way through all the others
    expect(page.get_by_text("asked just now")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("q")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert "/cases/" in page.url


def test_everything_works_without_javascript(sign_in, make_case):
    make_case()
    page = sign_in("ada", java_script_enabled=False)
    act(page, "Take The bridge was closed on four days.")
    page.locator("#note > summary").click()
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("By hand.")
    act(page, "Write")
    expect(page.get_by_text("By hand.").first).to_be_visible()
    expect(page.locator("kbd").first).to_be_hidden()


def test_times_are_local_with_the_zone_named(sign_in, make_case):
    case_id = make_case()
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    sent = page.get_by_role("region", name="Who sent it in, and why").locator("time")
    expect(sent).to_have_text(re.compile("27 Jan.* 14:00"))
    assert sent.get_attribute("datetime") == "2026-01-27T12:00:00Z"
    assert "Europe/K" in sent.get_attribute("title")
    assert "12:00 UTC" in sent.get_attribute("title")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(sign_in, open_browser, make_case, make_story, scheme):
    found = {}

    def look(page, name):
        answer = Axe().run(page)
        if answer.violations_count:
            found[name] = answer.generate_report()

    page = open_browser(color_scheme=scheme)
    page.goto("/sign-in")
    look(page, "sign-in")
    page.get_by_label("E-mail address").fill("ada@desk.example")
    page.get_by_label("Password").fill("wrong")
    act(page, "Sign in")
    look(page, "sign-in, wrong")

    page = sign_in("ada", color_scheme=scheme)
    look(page, "queue, empty")
    case_id = make_case(
        statements=STATEMENTS, urgency=1, tags=["harbour"], due_at="2026-01-28T00:00:00Z", hedge="likely",
        quote={"exact": "four days", "prefix": "closed on", "suffix": "in March"},
        story={"headline": "Bridge shut", "url": "https://x.example/", "publisher": "Courier"},
    )  # fmt: skip
    make_case(ARABIC, language="ar")
    page.goto("/?view=open")
    look(page, "queue")
    page.goto(f"/cases/{case_id}")
    look(page, "case, free")
    act(page, "Take")
    add_evidence(page, "Log")
    add_evidence(page, "Letter", withheld="It would show who wrote it.")
    page.locator("[id^=h-evidence] ~ ol details").last.locator("summary").click()
    page.get_by_role("form", name="Strike out evidence 2").get_by_label("Why").fill("Twice the same.")
    act(page, "Strike out")
    for details in page.locator("details").all():
        details.evaluate("part => part.open = true")
    look(page, "case, everything open")
    give_verdict(page)
    look(page, "case, refused")
    page.get_by_label("Why fewer than two pieces").fill("There is one register.")
    act(page, "Check: hand it to a second pair of eyes")
    look(page, "case, checked")
    page.goto("/stats")
    page.get_by_text("Day by day, as a table").click()
    look(page, "figures")
    page.goto("/reports")
    look(page, "reports")
    page.goto("/account")
    page.get_by_label("What a new one is for").fill("A script")
    act(page, "Make a token")
    look(page, "account")
    page.goto("/stories")
    look(page, "stories, empty")
    story_id = make_story(status="canceled", note="Wrong bridge", claims=[(case_id, "Ice closed it.")])
    page.goto("/stories")
    look(page, "stories")
    page.goto(f"/stories/{story_id}")
    page.locator("summary").first.click()
    act(page, "Have these checked")
    look(page, "story, killed, nothing ticked")
    page.goto(f"/cases/{case_id}")
    look(page, "case, its story killed")
    page.goto("/nowhere")
    look(page, "error")
    page.goto("/notifications")
    look(page, "notifications, none")
    page.goto(f"/cases/{case_id}")
    page.keyboard.press("n")
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("@eve look")
    act(page, "Write")

    for path in ("/search?q=bridge", "/directory", "/directory/entry?name=Jo"):
        page.goto(path)
        look(page, path)

    page = sign_in("eve", color_scheme=scheme)
    page.goto(f"/cases/{case_id}")
    look(page, "case, to be approved")
    page.goto("/settings/rules")
    form = page.get_by_role("form", name="A new rule")
    form.get_by_label("Name").fill("Bridges")
    form.get_by_label("tag it").fill("bridge")
    act(page, "Try it on the last 1,000 claims")
    look(page, "rules, tried")
    page.goto("/notifications")
    look(page, "notifications")
    page = sign_in("root", color_scheme=scheme)
    page.goto("/settings/checklist")
    look(page, "checklist")
    page.goto("/operations")
    look(page, "operations, without Redis")
    page.goto("/desks")
    look(page, "desks, none")
    form = page.get_by_role("form", name="A new desk")
    form.get_by_label("Name").fill("Health")
    form.get_by_label("In addresses").fill("health")
    act(page, "Make the desk")
    page.locator("summary").first.click()
    look(page, "desks, to be changed")
    assert not found, "\n".join(f"{name}: {report}" for name, report in found.items())


@pytest.mark.parametrize("width", [1440, 390, 195])  # 195: a phone at 200 %
def test_no_page_is_wider_than_the_screen(sign_in, make_case, make_story, width):
    case_id = make_case(LONG, reason=LONG, tags=["w" * 40], claimant={"name": LONG}, story={"headline": LONG})
    story_id = make_story(status="canceled", note=LONG, headline=LONG, claims=[(case_id, LONG)])
    page = sign_in("ada", viewport={"width": width, "height": 844})
    for path in (
        "/?view=open",
        f"/cases/{case_id}",
        "/account",
        "/notifications",
        "/desks",
        "/stats",
        "/stories",
        f"/stories/{story_id}",
    ):
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("part => part.open = true")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_what_can_be_pressed_is_large_enough_for_a_finger(sign_in, make_case, make_story):
    case_id = make_case(tags=["harbour"])
    page = sign_in("eve", viewport={"width": 390, "height": 844})
    pressed = "button, summary, select, textarea, input:not([type=hidden]), nav a, .tag, .row .open, .choice, .jump a"
    for path in ("/?view=open", f"/cases/{case_id}", "/account", f"/stories/{make_story()}", "/sign-in"):
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("part => part.open = true")
        small = page.locator(pressed).evaluate_all(
            "all => all.filter(one => one.getClientRects().length && !one.matches('.choice input')"
            " && Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 24)"
            ".map(one => one.outerHTML)"
        )
        assert small == [], path


def test_what_a_colleague_does_shows_without_a_reload_and_what_is_typed_stays(sign_in, make_case):
    case_id = make_case("The bridge was shut.")
    ada, eve = sign_in("ada"), sign_in("eve")
    ada.goto("/?view=open")
    expect(ada.locator(".row")).to_have_count(1)
    eve.goto(f"/cases/{case_id}")
    eve.keyboard.press("t")
    expect(eve.locator(".flash")).to_contain_text("It is yours now")
    expect(ada.locator(".empty")).to_contain_text("Nothing waits for a checker", timeout=3_000)
    ada.goto(f"/cases/{case_id}")
    expect(ada.locator("#present")).to_contain_text("Eve has it open")
    ada.keyboard.press("n")
    ada.keyboard.type("half a thought")
    eve.keyboard.press("n")
    eve.keyboard.type("done already")
    eve.keyboard.press("Tab")
    eve.keyboard.press("Enter")
    expect(ada.locator("#news")).to_be_visible(timeout=3_000)
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
    expect(page.locator(".flash")).to_contain_text("Tagged: 2 of 2")
    page.goto("/?view=open&tag=quay")
    expect(page.locator(".row")).to_have_count(2)


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
    expect(page.locator(".row")).to_have_count(2, timeout=4_000)
    expect(page.locator("#q")).to_have_value("half a wo")


@pytest.mark.parametrize("width", [1440, 390])
def test_no_word_of_the_picture_runs_out_of_its_room(sign_in, make_case, width):
    odd = ["W" * 200, "x" * 250, "one " + "m" * 100, "HARBOUR MASTER " * 9, "ש" * 120]
    said = [
        {"id": f"s{n}", "stance": "denies", "speaker": {"name": name}, "via": [{"name": name}] * 5}
        for n, name in enumerate(odd)
    ]
    asked = [{"id": f"r{n}", "asked": name, "asked_by": name} for n, name in enumerate(odd)]
    page = sign_in("ada", viewport={"width": width, "height": 1000})
    for text in odd:
        page.goto(f"/cases/{make_case(text, statements=said, requests_for_comment=asked)}")
        outside = page.locator(".ways svg:visible").evaluate(
            """svg => [...svg.querySelectorAll("text")].filter((one) => {
              const place = one.getBBox();
              const boxes = [...svg.querySelectorAll(".way-named, .way-target")].map((box) => box.getBBox());
              const mine = boxes.find((box) => box.y < place.y && box.y + box.height > place.y + place.height
                && box.x < place.x + place.width / 2 && box.x + box.width > place.x + place.width / 2);
              const room = mine ?? { x: 0, width: svg.viewBox.baseVal.width };
              return place.x < room.x - 1 || place.x + place.width > room.x + room.width + 1;
            }).map((one) => one.textContent)"""
        )
        assert outside == []
