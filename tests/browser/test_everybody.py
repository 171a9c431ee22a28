"""Whether everybody can use the desk's pages: by ear, in the dark, on a phone, with a finger, without scripts."""

import pytest
from by_axe import faults_of
from desk_browser import STATEMENTS, act, add_evidence, give_verdict
from playwright.sync_api import expect

LONG = "A" * 200
ARABIC = "قالت الوزارة إن الجسر أُغلق أربعة أيام في مارس."


@pytest.fixture
def review(start_service):
    """With the line that says that it is a sample: whoever looks at the desk for the first time has it on every page."""
    return start_service("review", sample_desk=True)


@pytest.mark.timeout(600)  # some thirty pages, each read twice: minutes on a busy machine, so it begins first
def test_axe_finds_nothing_on_any_page(sign_in, open_browser, make_case, make_story):
    found = {}

    def look(page, name):
        if faults := faults_of(page):
            found[name] = faults

    page = open_browser()
    page.goto("/sign-in")
    look(page, "sign-in")
    page.get_by_label("E-mail address").fill("ada@desk.example")
    page.get_by_label("Password").fill("wrong")
    act(page, "Sign in")
    look(page, "sign-in, wrong")

    page = sign_in("ada")
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
    page.get_by_label("Why there is less evidence").fill("There is one register.")
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
    page.goto("/stories/new")
    act(page, "Enter")
    look(page, "a story, nothing typed")
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

    page = sign_in("eve")
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
    page = sign_in("root")
    page.goto("/settings/checklist")
    look(page, "checklist")
    page.goto("/operations")
    look(page, "operations, without Redis")
    page.goto("/desks")
    look(page, "desks, none")
    form = page.get_by_role("form", name="A new desk")
    form.get_by_label("Name").first.fill("Health")  # those below are its ratings'
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
        "/stories/new",
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


def test_everything_works_without_javascript(sign_in, make_case):
    make_case()
    page = sign_in("ada", java_script_enabled=False)
    act(page, "Take The bridge was closed on four days.")
    page.locator("#note > summary").click()
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("By hand.")
    act(page, "Write")
    expect(page.get_by_text("By hand.").first).to_be_visible()
    expect(page.locator("kbd").first).to_be_hidden()


def test_what_unfolds_is_named_by_words_alone_and_each_otherwise(sign_in, make_case):
    """As a screen reader lists them, without the page around them."""
    for days in ("four", "five", "six"):
        case_id = make_case(f"The bridge over the harbour was closed on {days} days.", statements=STATEMENTS)
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = [one["name"]["value"] for one in tree if one["role"]["value"] == "DisclosureTriangle"]
    assert sum(name.startswith("Merge this claim into it “The bridge") for name in named) == 2
    assert [name for name in named if not name[0].isalpha()] == []
    assert len(named) == len(set(named))


@pytest.mark.parametrize("width", [390, 195])
def test_on_a_phone_it_is_seen_that_something_was_told(sign_in, make_case, width):
    page = sign_in("ada", viewport={"width": width, "height": 844})
    case_id = make_case()
    page.goto(f"/cases/{case_id}")
    page.keyboard.press("n")
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("@eve look")
    act(page, "Write")
    page = sign_in("eve", viewport={"width": width, "height": 844})
    expect(page.locator("#unread")).to_have_text("1")
    expect(page.locator("#unread")).to_be_in_viewport(ratio=1)
    assert faults_of(page) == ""


SIDEWAYS = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.outerHTML.slice(0, 60))"
UNSEEN = """() => {
    const one = document.activeElement;
    const place = one.getBoundingClientRect();
    const there = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    return one.contains(there) || there?.contains(one) ? "" : one.outerHTML.slice(0, 80);
}"""


def test_at_400_percent_no_list_scrolls_sideways_and_nothing_covers_what_has_the_focus(sign_in, make_case):
    page = sign_in("ada")
    page.goto(f"/cases/{make_case()}")
    page.keyboard.press("n")
    page.get_by_role("form", name="Write a note").get_by_label("Note").fill("@eve look")
    act(page, "Write")
    page = sign_in("eve", viewport={"width": 320, "height": 600})
    expect(page.locator("#unread")).to_have_text("1")
    assert page.locator("nav, nav ul").evaluate_all(SIDEWAYS) == []
    page.set_viewport_size({"width": 390, "height": 600})
    for key in ["Tab"] * 35 + ["Shift+Tab"] * 30:
        page.keyboard.press(key)
        assert page.evaluate(UNSEEN) == ""


LOOKS = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderTopWidth].join()"


def test_whoever_chose_their_own_colours_sees_what_is_new_where_they_are_and_what_comes_next(sign_in, make_case):
    make_case()
    make_case("Another.")
    page = sign_in("ada", forced_colors="active")
    page.goto("/?view=open")
    main, other = page.get_by_role("button", name="Next claim"), page.get_by_role("button", name="Filter")
    assert main.evaluate(LOOKS) != other.evaluate(LOOKS)
    assert page.locator(".dot").first.evaluate("one => getComputedStyle(one).borderTopWidth") != "0px"
    assert page.locator(".rail [aria-current]").evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("j")
    edges = page.locator(".row").evaluate_all("all => all.map(one => getComputedStyle(one).borderInlineStartColor)")
    assert len(edges) == len(set(edges)) == 2
