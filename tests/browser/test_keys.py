"""Every act of a case can be reached by a key, and the list of keys names it."""

import pytest
from by_axe import faults_of
from desk_browser import goes_on, press
from playwright.sync_api import expect
from review_desk import VERDICT
from sqlmodel import select

from services.review import seen, workflow
from services.review.models import Alarm, Case, Outbox
from services.review.schemas import EvidenceIn, NewDeskIn, NothingIn, ReturnIn
from shared.clock import new_id, now
from shared.contracts import VerdictApproved, VerdictDisputed, VerdictPublished

WITHOUT_A_KEY = ["Export for a lawyer, sealed"]  # which is not for every day


@pytest.fixture
def do(review):
    def act(case_id, name, person, found=None):
        with review.transaction() as session:
            version = session.get(Case, case_id).version
            workflow.act(session, case_id, name, found or NothingIn(), person, version)

    return act


@pytest.fixture
def make_checked(make_case, people, do):
    def make(case_id=None):
        case_id = case_id or make_case()
        for title in ("Log", "Letter"):
            do(case_id, "evidence", people["ada"], EvidenceIn(kind="document", title=title, stance="refutes"))
        do(case_id, "check", people["ada"], VERDICT)
        return case_id

    return make


@pytest.fixture
def confirm(review):
    """The site confirms that readers can read the one verdict that was approved."""

    def published():
        with review.transaction() as session:
            sent = session.exec(select(Outbox.payload).where(Outbox.topic == VerdictApproved.topic)).one()
            told = VerdictApproved.model_validate_json(sent).model_dump(include=set(VerdictPublished.model_fields))
            url = "http://127.0.0.1:8003/checks/2026/01/it-was-one-day"
            workflow.note_published(session, VerdictPublished(**told | {"url": url, "published_at": now()}))

    return published


def named(page):
    """The keys that are named on the page's list of keys."""
    return {key for line in page.locator("#keys dt").all_text_contents() for key in line.split()}


def acts_without(page):
    """The acts beside a case that no key leads to, and the keys on the page that are not on the list."""
    folds = page.locator(".next .act > summary:not([aria-keyshortcuts])").all_text_contents()
    keys = {one.get_attribute("aria-keyshortcuts") for one in page.locator("[aria-keyshortcuts]").all()}
    return [one.strip() for one in folds], keys - named(page)


def test_on_the_first_day_keys_lead_from_the_empty_queue_to_the_first_claim(sign_in):
    page = sign_in("root")
    expect(page.get_by_text("No claim has come in yet.")).to_be_visible()
    assert faults_of(page) == ""
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert faults_of(page) == ""
    press(page, "Escape", "g")
    goes_on(page, "+")
    expect(page.get_by_label("Claims", exact=False).first).to_be_focused()


def test_an_editor_goes_from_one_verdict_to_the_next_by_keys(sign_in, make_case, make_checked):
    first, second, third = (
        make_checked(make_case(f"The bridge was shut {when}.")) for when in ("early", "then", "late")
    )
    page = sign_in("eve")
    page.goto(f"/cases/{first}")
    press(page, "a")
    goes_on(page, "Enter")
    expect(page.get_by_role("link", name="Next verdict to approve")).to_be_visible()
    assert acts_without(page) == (WITHOUT_A_KEY, set())
    assert faults_of(page) == ""
    goes_on(page, "g")
    page.wait_for_url(f"**/cases/{second}")
    press(page, "b")
    page.keyboard.type("Look again.")
    goes_on(page, "Control+Enter")
    goes_on(page, "g")
    page.wait_for_url(f"**/cases/{third}")
    expect(page.get_by_role("button", name="Approve and publish")).to_be_visible()


@pytest.mark.parametrize(("width", "are_stacked"), [(390, True), (1280, True), (1920, False)])
def test_who_approves_reads_what_is_new_in_lines_that_are_long_enough(
    sign_in, people, make_checked, do, width, are_stacked
):
    case_id = make_checked()
    do(case_id, "return", people["eve"], ReturnIn(note="Name the log."))
    do(case_id, "check", people["ada"], VERDICT.model_copy(update={"summary": "The harbour log shows one."}))
    page = sign_in("eve", viewport={"width": width, "height": 900})
    page.goto(f"/cases/{case_id}")
    table = page.locator(".compared table")
    assert table.get_by_role("columnheader").all_text_contents() == ["Part", "Before", "Now"]
    before, after = table.get_by_role("row", name="Summary").get_by_role("cell").all()
    assert (before.inner_text(), after.inner_text()) == ("The log shows one.", "The harbour log shows one.")
    first, second = before.bounding_box(), after.bounding_box()
    assert min(first["width"], second["width"]) > 200
    assert (second["y"] > first["y"]) == are_stacked
    assert faults_of(page) == ""


def test_a_claim_that_is_worked_on_can_be_given_back_moved_and_settled_by_keys(review, people, sign_in, make_case, do):
    with review.transaction() as session:
        workflow.make_desk(session, NewDeskIn(slug="health", name="Health"), people["root"])
    case_id = make_case()
    do(case_id, "take", people["ada"])
    with review.transaction() as session:
        session.get_one(Case, case_id).alarms = 1
        session.add(Alarm(case_id=case_id, kind="changed", once="x", url="https://a.example/", words="It changed."))
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    assert acts_without(page) == ([], set())
    assert faults_of(page) == ""
    press(page, "!")
    page.keyboard.type("Looked: the date alone.")
    goes_on(page, "Control+Enter")
    expect(page.get_by_role("heading", name="To be looked at")).to_have_count(0)
    press(page, "Q")
    page.keyboard.type("Who kept the log?")
    goes_on(page, "Control+Enter")
    expect(page.get_by_text("Who kept the log?").first).to_be_visible()
    page.get_by_role("link", name="Add evidence").click()
    expect(page.get_by_role("form", name="Add evidence").get_by_label("What it does")).to_be_focused()
    press(page, "Escape", "M")
    page.keyboard.type("Health")
    goes_on(page, "Control+Enter")
    press(page, "T")
    expect(page.get_by_role("button", name="Give back to the queue")).to_be_focused()
    goes_on(page, "Enter")
    expect(page.get_by_text("Nobody works on it")).to_be_visible()


def test_an_editor_reads_what_is_asked_of_them_and_holds_it_or_sends_it_back_by_keys(sign_in, make_checked):
    page = sign_in("eve")
    page.goto(f"/cases/{make_checked()}")
    expect(page.locator(".waits")).to_have_text("You had no hand in this verdict: approve it, or send it back.")
    assert acts_without(page) == (WITHOUT_A_KEY, set())
    assert page.locator(".next .act > summary").first.text_content().split()[:2] == ["Send", "back"]
    assert page.locator(".next").bounding_box()["width"] > 450, "two texts beside each other have room"
    assert faults_of(page) == ""
    press(page, "S")
    expect(page.get_by_role("form", name="Schedule or embargo").get_by_label("Until")).to_be_focused()
    page.locator(":focus").fill("2199-01-01T12:00")
    goes_on(page, "Control+Enter")
    expect(page.get_by_text("Readers don’t read it before")).to_be_visible()
    press(page, "b")
    page.keyboard.type("Which log?")
    goes_on(page, "Control+Enter")
    expect(page.locator(".pill").first).to_have_text("unverified")


def test_a_challenge_is_handed_on_and_decided_by_keys(review, people, sign_in, make_checked, do, confirm):
    case_id, dispute_id = make_checked(), new_id()
    do(case_id, "approve", people["root"])
    confirm()
    with review.transaction() as session:
        given = {
            "verdict_revision": 1,
            "wrong": "The number.",
            "reason": "It is 7.",
            "language": "en",
            "disputed_at": now(),
        }
        workflow.note_disputed(session, VerdictDisputed(claim_id=case_id, dispute_id=dispute_id, **given))
    page = sign_in("eve")
    page.goto(f"/disputes/{dispute_id}")
    assert acts_without(page) == ([], set())
    assert faults_of(page) == ""
    press(page, "h")
    expect(page.get_by_label("Who decides")).to_be_focused()
    press(page, "Escape", "c", "ArrowDown")
    page.get_by_role("textbox", name="Why the reader sees this").fill("The log says 7 of 8.")
    goes_on(page, "Control+Enter")
    expect(page.get_by_text("Decided.")).to_be_visible()


def test_what_may_say_the_same_is_folded_away_from_a_verdict_and_no_key_decides_it_unseen(
    review, sign_in, make_case, make_checked
):
    review.start(review.settings.model_copy(update={"match_models": ("english",)}))
    make_case("The ferry to Port Ellery carried fifty million people in 2019.")
    case_id = make_case("The ferry to Port Ellery carried five million people in 2019, Jo Marten says.")
    seen.compare_all()
    make_checked(case_id)
    page = sign_in("eve")
    page.goto(f"/cases/{case_id}")
    candidate = page.locator(".candidate")
    expect(candidate).to_be_hidden()
    press(page, "d", "y", "n")
    expect(page.get_by_role("form", name="Write a note").get_by_label("Note")).to_be_focused()
    page.get_by_text("1 that may say the same, not decided").click()
    expect(candidate).to_be_visible()
    goes_on(page, "d")
    expect(page.get_by_text("It says something else, and is not suggested again.")).to_be_visible()


def test_what_was_approved_shows_by_itself_that_readers_read_it_unless_somebody_writes(sign_in, make_checked, confirm):
    case_id = make_checked()
    ada, eve = sign_in("ada"), sign_in("eve")
    for page in (ada, eve):
        page.goto(f"/cases/{case_id}")
    press(eve, "a")
    goes_on(eve, "Enter")
    expect(eve.locator(".pill").first).to_have_text("approved, waiting for the site")
    ada.reload()
    press(ada, "n")
    ada.keyboard.type("half a thought")
    confirm()
    expect(eve.locator(".pill").first).to_have_text("published")
    expect(ada.locator("#news")).to_be_visible()
    expect(ada.locator("#note-text")).to_have_value("half a thought")


def test_from_a_claim_on_which_one_has_nothing_more_to_do_a_key_leads_to_the_next(sign_in, make_case, make_checked):
    case_id, following = make_checked(), make_case("The ferry was late.")
    page = sign_in("ada")
    page.goto(f"/cases/{case_id}")
    goes_on(page, "g")
    expect(page.get_by_role("heading", level=1)).to_have_text("The ferry was late.")
    assert page.url.split("#")[0].endswith(str(following))
    expect(page.get_by_role("button", name="Next claim")).to_have_count(0)  # this one is theirs now
    page.goto(f"/cases/{case_id}")
    expect(page.get_by_role("button", name="Next claim")).to_have_count(0)  # none is left


def test_keys_lead_through_the_claims_of_a_story_and_back_to_it(sign_in, make_case, make_story):
    texts = ("It was shut.", "It was open.", "It was never built.")
    claims = [(make_case(text, story={"headline": "Ice on the bridge", "publisher": "Wire"}), text) for text in texts]
    story_id = make_story(claims=claims)
    page = sign_in("ada")
    page.goto(f"/cases/{claims[0][0]}")
    for key, text in (("j", texts[1]), ("j", texts[2]), ("k", texts[1])):
        goes_on(page, key)
        expect(page.get_by_role("heading", level=1)).to_have_text(text)
    assert acts_without(page) == ([], set())
    assert faults_of(page) == ""
    goes_on(page, "o")
    page.wait_for_url(f"**/stories/{story_id}")
