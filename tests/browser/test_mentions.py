"""`@` in a note offers colleagues' names, by keys, to screen readers and on a phone."""

import pytest
from by_axe import faults_of
from playwright.sync_api import expect
from sqlmodel import col, select

from services.review.models import Notification, Person

OTHERS = (
    ("Kim Day", "kim@desk.example", True),
    ("Kim Day", "kim@paper.example", True),
    ("Kim Gone", "gone@desk.example", False),
    ("ليلى حداد", "leila@desk.example", True),
    ("Zoë Ångström-Kühn", "zoe.a@desk.example", True),
)


@pytest.fixture
def colleagues(review, people):
    with review.transaction() as session:
        session.add_all(
            Person(name=name, email=email, password_hash="-", roles=["checker"], active=active)
            for name, email, active in OTHERS
        )


@pytest.fixture
def writing(sign_in, make_case, colleagues):
    """`writing()`: Ada's browser, with the form for notes open and its field in focus."""

    def begin(**options):
        page = sign_in("ada", **options)
        page.goto(f"/cases/{make_case()}")
        page.get_by_text("Write a note").first.click()
        note = page.get_by_role("form", name="Write a note").get_by_label("Note")
        note.focus()
        return page, note

    return begin


def offered(page):
    return page.get_by_role("listbox", name="Colleagues").get_by_role("option")


def test_a_name_is_offered_while_it_is_typed_taken_by_keys_and_told(writing, review):
    page, note = writing()
    page.keyboard.type("Ask @ev")
    expect(offered(page)).to_have_text(["Eve @eve"])
    expect(page.get_by_role("status").filter(has_text="1 colleague")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(note).to_have_value("Ask @eve ")
    expect(offered(page)).to_have_count(0)
    page.keyboard.type("or @hadd")
    expect(offered(page)).to_have_count(0)
    for _ in "hadd":
        page.keyboard.press("Backspace")
    page.keyboard.type("حد")
    expect(offered(page)).to_have_text(["ليلى حداد @leila"])
    page.keyboard.press("Tab")
    expect(note).to_have_value("Ask @eve or @leila ")
    expect(note).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("are told.")).to_be_visible()
    with review.reading() as session:
        told = session.exec(
            select(Person.name).join(Notification, col(Notification.person_id) == Person.id).order_by(Person.email)
        ).all()
    assert told == ["Eve", "ليلى حداد"]


def test_two_of_the_same_name_are_told_apart_and_nobody_who_left_nor_oneself_is_offered(writing):
    page, note = writing()
    page.keyboard.type("@kim")
    expect(offered(page)).to_have_text(["Kim Day @kim@desk.example", "Kim Day @kim@paper.example"])
    for key, chosen in (("ArrowDown", 1), ("ArrowDown", 0), ("ArrowUp", 1)):
        page.keyboard.press(key)
        expect(offered(page).nth(chosen)).to_have_attribute("aria-selected", "true")
        expect(note).to_have_attribute("aria-activedescendant", offered(page).nth(chosen).get_attribute("id"))
    page.keyboard.press("Enter")
    expect(note).to_have_value("@kim@paper.example ")
    page.keyboard.type("@ada")
    expect(offered(page)).to_have_count(0)
    page.keyboard.type(" @ange")
    expect(offered(page)).to_have_count(0)
    page.keyboard.press("Backspace")
    expect(offered(page)).to_have_text(["Zoë Ångström-Kühn @zoe.a"])


def test_escape_leaves_what_was_typed_and_an_address_in_a_sentence_offers_nothing(writing):
    page, note = writing()
    page.keyboard.type("@e")
    expect(offered(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(offered(page)).to_have_count(0)
    expect(note).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("press@eve")
    expect(offered(page)).to_have_count(0)
    expect(note).to_have_value("@e\npress@eve")


def test_axe_finds_nothing_while_names_are_offered_and_on_a_phone_one_touch_takes_a_name(writing):
    page, note = writing(viewport={"width": 390, "height": 844}, has_touch=True)
    page.keyboard.type("@")
    expect(offered(page)).to_have_count(6)
    box = note.bounding_box()
    assert offered(page).first.bounding_box()["y"] > box["y"] + box["height"]
    assert not faults_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    offered(page).filter(has_text="Zoë").tap()
    expect(note).to_have_value("@zoe.a ")
    expect(note).to_be_focused()
