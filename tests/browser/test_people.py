"""The account's pages and those of the people in a real browser: passkeys with an authenticator of the browser's own making."""

import re

import pytest
from by_axe import faults_of
from playwright.sync_api import expect
from review_desk import PASSWORD
from served import served

from services.review import queries
from services.review.app import create_app
from services.review.models import Passkey


@pytest.fixture
def address(review, people):
    """Where the desk is served, under a name: addresses that are numbers have no passkeys."""
    with served(create_app(review.settings)) as url:
        review.settings.public_base_url = url.replace("127.0.0.1", "localhost")
        yield review.settings.public_base_url


@pytest.fixture
def authenticator():
    """`authenticator(page)`: what makes and keeps passkeys for this page's browser; returns how to speak with it."""

    def plug_in(page):
        speak = page.context.new_cdp_session(page)
        speak.send("WebAuthn.enable")
        made = speak.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                    "isUserVerified": True, "automaticPresenceSimulation": True,
                }
            },
        )  # fmt: skip
        return lambda act, **more: speak.send(f"WebAuthn.{act}", {"authenticatorId": made["authenticatorId"]} | more)

    return plug_in


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_a_passkey_is_made_signs_in_and_is_removed(sign_in, authenticator, review):
    page = sign_in("ada")
    speak = authenticator(page)
    page.goto("/account/passkeys")
    form = page.get_by_role("form", name="Add a passkey")
    form.get_by_label("What you call it").fill("work phone")
    form.get_by_label("Your password").fill("not hers")
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_contain_text("is not your password")
    form.get_by_label("Your password").fill(PASSWORD)
    press(page, "Add a passkey")
    expect(page.get_by_role("status")).to_contain_text("“work phone” is added")
    (kept,) = speak("getCredentials")["credentials"]
    assert kept["rpId"] == "localhost"

    press(page, "Sign out")
    with page.expect_request(re.compile(r"/sign-in/passkey\?")) as sent:
        press(page, "Use a passkey")
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/account")
    expect(page.get_by_text("by passkey since")).to_be_visible()
    with review.reading() as session:
        first = session.get(Passkey, kept["credentialId"].rstrip("=").replace("+", "-").replace("/", "_"))
    assert first.sign_count == speak("getCredentials")["credentials"][0]["signCount"] > 0

    press(page, "Sign out")
    again = page.request.post(
        sent.value.url, data=sent.value.post_data, headers=sent.value.headers | {"accept": "application/json"}
    )
    assert again.status == 400, "what was signed for one session opens no other"
    speak("setUserVerified", isUserVerified=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("It was not done")
    speak("setUserVerified", isUserVerified=True)

    with review.transaction() as session:
        session.get(Passkey, first.id).sign_count = 1_000_000
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("opens nothing here")  # a copy of it was used meanwhile
    with review.transaction() as session:
        session.get(Passkey, first.id).sign_count = first.sign_count
    press(page, "Use a passkey")

    page.goto("/account/passkeys")
    page.get_by_text("Remove", exact=False).first.click()
    page.get_by_role("listitem").get_by_label("Your password").fill(PASSWORD)
    press(page, "Remove it")
    expect(page.get_by_text("You have none.")).to_be_visible()
    press(page, "Sign out")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("opens nothing here")


def test_who_is_invited_comes_with_a_passkey_and_signs_in_by_it(sign_in, open_browser, authenticator, review):
    root = sign_in("root")
    root.goto("/people")
    root.get_by_label("Invite by e-mail address").fill("nia@desk.example")
    press(root, "Invite")
    invitation = root.get_by_label("nia@desk.example").input_value()
    page = open_browser()
    speak = authenticator(page)
    page.goto(invitation)
    page.get_by_role("button", name="Come in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Write your name first")
    page.get_by_label("Your name").fill("Nia Ode")
    press(page, "Come in with a passkey")
    expect(page.get_by_role("status").first).to_contain_text("Welcome to the desk")
    assert len(speak("getCredentials")["credentials"]) == 1
    press(page, "Sign out")
    press(page, "Use a passkey")
    expect(page.get_by_role("link", name="Nia Ode")).to_be_visible()
    with review.reading() as session:
        assert queries.find_person(session, "nia@desk.example").password_hash == ""


def test_axe_finds_nothing_on_the_pages_of_people(sign_in):
    page, found = sign_in("root"), {}

    def look(name):
        if faults := faults_of(page):
            found[name] = faults

    page.goto("/people")
    page.get_by_label("Invite by e-mail address").fill("nia@desk.example")
    press(page, "Invite")
    page.locator("summary").first.click()
    look("people")
    invitation = page.get_by_label("nia@desk.example").input_value()
    for path in ("/account", "/account/passkeys", "/account/second-factor", "/forgotten", invitation):
        page.goto(path)
        look(path)
    page.goto("/account/second-factor")
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Set up an app")
    look("the picture")
    assert found == {}
