"""Passkeys at the server: what is asked, for whom, and that no answer counts twice. A browser makes real ones in tests/browser."""

import pytest
from review_desk import PASSWORD

from services.review import passkeys

NONSENSE = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "AAAA"}}


@pytest.fixture
def review(start_service):
    return start_service("review", public_base_url="http://localhost:8002")


def answer(client, credential=NONSENSE):
    return client.post("/sign-in/passkey", json={"credential": credential}, headers={"Accept": "application/json"})


def test_a_challenge_is_for_one_browser_and_one_answer(app, client, people):
    asked = client.post("/sign-in/passkey/options").json
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert asked.get("allowCredentials", []) == [], "it names nobody"
    cookie = client.get_cookie("factdesk_review").value
    assert answer(app.test_client()).status_code == 400
    assert answer(client).status_code == 401
    assert "took too long" in answer(client).json["detail"]
    client.set_cookie("factdesk_review", cookie)
    assert "answered already" in answer(client).json["detail"], "a cookie that was kept brings it back for nobody"


@pytest.mark.parametrize(
    "credential", [{}, {"id": None}, {"id": "A" * 5000, "response": []}, {"id": ["x"]}, {"id": "\x00"}]
)
def test_whatever_is_answered_the_door_stays_closed_politely(client, people, credential):
    client.post("/sign-in/passkey/options")
    assert answer(client, credential).status_code in (400, 401)


def test_a_passkey_is_made_by_whoever_knows_the_password(desk):
    ada = desk("ada")
    assert ada.post("/account/passkeys/options", json={"password": "not hers"}).status_code == 422
    asked = ada.post("/account/passkeys/options", json={"password": PASSWORD}).json
    assert asked["user"]["name"] == "ada@desk.example"
    assert (
        asked["authenticatorSelection"]["residentKey"]
        == asked["authenticatorSelection"]["userVerification"]
        == "required"
    )
    made = ada.post("/account/passkeys", json={"credential": NONSENSE, "name": "phone"})
    assert made.status_code == 422
    for wrong in ("AAAA", "%00"):
        assert ada.post(f"/account/passkeys/{wrong}/remove", data={"password": PASSWORD}).status_code == 404
    ada.post("/account/passkeys/options", json={"password": PASSWORD})
    assert answer(ada).status_code == 400, "what was asked for one purpose answers no other"


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://desk.example", True), ("https://desk.example:8443/", True), ("http://localhost:8002", True),
        ("http://desk.example", False), ("http://127.0.0.1:8002", False), ("https://[::1]", False),
    ],
)  # fmt: skip
def test_passkeys_need_a_name_and_https(url, possible):
    assert (passkeys.site_of(url) is not None) is possible


@pytest.mark.parametrize(("url", "told"), [("http://127.0.0.1:8002", True), ("http://localhost:8002", False)])
def test_where_there_can_be_none_the_page_says_which_address_would_do(desk, review, monkeypatch, url, told):
    ada = desk("ada")
    monkeypatch.setattr(review, "_settings", review.settings.model_copy(update={"public_base_url": url}))
    page = ada.get("/account/passkeys").text
    assert (f"This one is reached at <code>{url}</code>" in page) is told
    assert ('id="add-passkey"' in page) is not told
