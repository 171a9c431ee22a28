"""Who comes in at the desk by its pages: signing in and out, sessions, tokens."""

import re

import pytest
from argon2 import extract_parameters
from review_desk import NASTY, PASSWORD, sign_in, submit

from services.review import auth, passwords
from services.review.app import create_app


def test_a_password_for_an_unknown_address_is_checked_at_the_same_cost():
    for_nobody, for_somebody = map(extract_parameters, (passwords._NOBODY, passwords.hash_password(PASSWORD)))
    assert for_nobody == for_somebody
    assert not passwords.is_right(None, PASSWORD)


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, people):
    wrong = sign_in(client, "ada", "not the password")
    unknown = sign_in(client, "nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert auth.WRONG in wrong.text
    assert auth.WRONG in unknown.text
    assert 'value="ada@desk.example"' in wrong.text, "the address typed is kept"


def test_ten_wrong_passwords_close_the_door_for_a_while(client, people):
    for _ in range(10):
        sign_in(client, "ada", "guess")
    refused = sign_in(client, "ada")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert sign_in(client, "ben").status_code == 302, "nobody else is locked out"


def test_nothing_opens_without_signing_in(client, make_case):
    case_id = make_case()
    for path in ("/", f"/cases/{case_id}", "/account"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/sign-in?next=" in answer.headers["Location"]
    assert client.post(f"/cases/{case_id}/take", data={"seen": 1}).status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil", "https://evil.example", "javascript:1", "/\t/evil"]
)
def test_signing_in_never_leads_to_another_site(client, people, target):
    answer = sign_in(client, "ada", next=target)
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_one_came_from(client, people, make_case):
    path = f"/cases/{make_case()}"
    assert sign_in(client, "ada", next=path).headers["Location"] == path


def test_a_form_without_its_token_is_refused(review, people, caplog):
    client = create_app(review.settings).test_client()
    assert sign_in(client, "ada").status_code == 400
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    assert sign_in(client, "ada", csrf_token=token).status_code == 302
    assert client.post("/sign-out").status_code == 400
    assert caplog.messages.count("a form without its token was refused") == 2


def test_the_session_changes_at_sign_in_and_its_cookie_is_guarded(client, people):
    answer = sign_in(client, "ada")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    first = client.get_cookie("factdesk_review").value
    sign_in(client, "ada")
    assert client.get_cookie("factdesk_review").value != first


def test_signing_out_ends_the_session_even_for_a_copied_cookie(app, desk):
    ada = desk("ada")
    copied = ada.get_cookie("factdesk_review").value
    ada.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("factdesk_review", copied)
    assert thief.get("/").status_code == 302


def test_sessions_can_be_seen_and_revoked(desk):
    here, there = desk("ada"), desk("ada")
    assert "Sign out there" in here.get("/account").text
    here.post("/account/sign-ins/revoke")
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_who_is_deactivated_or_loses_a_role_does_so_at_once(desk, review, people, make_checked):
    eve, ada = desk("eve"), desk("ada")
    case_id = make_checked()
    with review.transaction() as session:
        session.get(type(people["eve"]), people["eve"].id).roles = ["checker"]
        session.get(type(people["ada"]), people["ada"].id).active = False
    assert submit(eve, case_id, "approve").status_code == 403
    assert ada.get("/").status_code == 302


def test_a_personal_token_is_made_shown_once_and_revoked(desk, client):
    ada = desk("ada")
    page = ada.post("/account/tokens", data={"name": NASTY}).text
    token = re.search(r"fdt_[0-9a-f]+_[0-9a-f]+", page).group(0)
    assert "<script>alert" not in page
    header = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/me", headers=header).status_code == 200
    assert token not in ada.get("/account").text
    ada.post(f"/account/tokens/{token.split('_')[1]}/revoke")
    assert client.get("/v1/me", headers=header).status_code == 401


def test_words_typed_before_a_session_ended_are_not_lost(app, desk, make_case, look):
    ada, case_id = desk("ada"), make_case()
    ada.post("/account/sign-ins/revoke")
    other = desk("ada")
    other.post("/account/sign-ins/revoke")
    answer = ada.post(f"/cases/{case_id}/note", data={"seen": "1", "text": "An hour's work"})
    assert answer.status_code == 401
    assert "An hour&#39;s work" in answer.text
    assert f'value="/cases/{case_id}"' in answer.text, "signing in leads back to the case"
    assert look(case_id).version == 1


def test_a_form_from_before_the_last_sign_in_says_what_to_do(review, people):
    client = create_app(review.settings).test_client()
    answer = client.post("/sign-in", data={"email": "ada@desk.example", "password": PASSWORD})
    assert answer.status_code == 400
    assert "open the page again" in answer.text


def test_a_token_needs_a_name_that_can_be_read(desk):
    ada = desk("ada")
    for name in ("", "   ", "a\x00b", "n" * 101):
        answer = ada.post("/account/tokens", data={"name": name})
        assert answer.status_code == 422
        assert 'id="name-error"' in answer.text
    assert ada.post("/account/tokens/%00/revoke").status_code == 404
