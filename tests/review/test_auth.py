"""Who is asking: how long a session holds, and what a token opens."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from review_desk import PASSWORD
from sqlalchemy import update
from sqlmodel import select

from services.review import auth, workflow
from services.review.models import Person, SignIn, SignInFailure, Token
from shared.clock import now
from shared.errors import Invalid
from shared.pressing import AGAIN_FOR


@pytest.fixture
def browser(client, people):
    """A browser in which Ada is signed in."""
    assert sign_in(client).status_code == 302
    return client


def sign_in(client, email="ada@desk.example", password=PASSWORD):
    return client.post("/sign-in", data={"email": email, "password": password})


def is_in(client):
    return client.get("/account").status_code == 200


def age(review, **times):
    with review.transaction() as session:
        session.execute(update(SignIn).values(**times))


def test_a_session_ends_after_twelve_idle_hours(browser, review):
    age(review, seen_at=now() - timedelta(hours=11, minutes=59))
    assert is_in(browser)
    age(review, seen_at=now() - timedelta(hours=12, minutes=1))
    assert not is_in(browser)


def test_a_session_in_use_ends_after_seven_days_all_the_same(browser, review):
    age(review, signed_in_at=now() - timedelta(days=6, hours=23))
    assert is_in(browser)
    age(review, signed_in_at=now() - timedelta(days=7, minutes=1))
    assert not is_in(browser)


def test_using_a_session_keeps_it_open(browser, review):
    age(review, seen_at=now() - timedelta(hours=11))
    assert is_in(browser)
    with review.reading() as session:
        assert session.exec(select(SignIn.seen_at)).one() > now() - timedelta(minutes=1)


def test_the_database_holds_neither_password_nor_session_nor_token(browser, review, people):
    cookie = browser.get_cookie("factdesk_review").value
    with review.transaction() as session:
        token = auth.make_token(session, people["ada"], "script")
    with review.reading() as session:
        rows = [row.model_dump_json() for table in (Person, SignIn, Token) for row in session.exec(select(table))]
        hashes = session.exec(select(Person.password_hash)).all()
    assert all(one.startswith("$argon2id$") for one in hashes)
    for secret in (PASSWORD, cookie, token, token.split("_")[2]):
        assert not any(secret in row for row in rows)


def test_wrong_passwords_count_by_address_and_are_forgotten_after_a_quarter_of_an_hour(client, people, review):
    for _ in range(10):
        assert sign_in(client, password="wrong password").status_code == 401
    answer = sign_in(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert sign_in(client, " BEN@desk.example ").status_code == 302, "another address is not locked out"
    with review.transaction() as session:
        session.execute(update(SignInFailure).values(failed_at=now() - timedelta(minutes=16)))
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada\x00@desk.example", PASSWORD),
        ("ada@desk.example\x00", PASSWORD),
        ("ada@desk.example", "\x00" * 20),
        ("", ""),
        ("a" * 100_000, "b" * 100_000),
        ("ａda@desk.example", PASSWORD),
    ],
)
def test_whatever_is_typed_at_the_door_it_stays_closed_politely(client, people, email, password):
    answer = sign_in(client, email, password)
    assert answer.status_code == 401
    assert "not right" in answer.text


def test_somebody_who_has_left_gets_the_words_of_a_wrong_password(client, people, review):
    with review.transaction() as session:
        session.get(Person, people["ada"].id).active = False
    left, unknown = sign_in(client), sign_in(client, "nobody@desk.example")
    assert left.status_code == unknown.status_code == 401
    assert "not right" in left.text


def test_the_address_of_somebody_who_has_left_stays_theirs(people, review):
    with review.transaction() as session:
        session.get(Person, people["ada"].id).active = False
    with pytest.raises(Invalid, match="nobody here has or had"), review.transaction() as session:
        workflow.add_person(session, "Ada the Second", "ADA@desk.example", PASSWORD, ["checker"])


@pytest.mark.parametrize(
    ("name", "email", "password", "field"),
    [
        (" ", "new@desk.example", PASSWORD, "name"),
        ("New\x1b[2J", "new@desk.example", PASSWORD, "name"),
        ("New", "new", PASSWORD, "email"),
        ("New", "new\n@desk.example", PASSWORD, "email"),
        ("New", "new@desk.example", "short", "password"),
    ],
)
def test_a_person_needs_a_name_an_address_and_a_long_password(review, name, email, password, field):
    with pytest.raises(Invalid, match=field), review.transaction() as session:
        workflow.add_person(session, name, email, password, ["checker"])


def test_a_token_notes_the_day_of_its_last_use(client, people, review):
    with review.transaction() as session:
        token = auth.make_token(session, people["ada"], "script")
        auth.make_token(session, people["ada"], "never used")
    header = {"Authorization": f"Bearer {token}"}
    for _ in range(2):
        assert client.get("/v1/me", headers=header).status_code == 200
    wrong = {"Authorization": "Bearer " + token[:-1] + ("a" if token[-1] != "a" else "b")}
    assert client.get("/v1/me", headers=wrong).status_code == 401
    with review.reading() as session:
        assert dict(session.exec(select(Token.name, Token.last_used_on)).all()) == {
            "script": now().date(),
            "never used": None,
        }


def token_in(answer):
    assert answer.status_code == 200, answer.text
    return re.search(r'id="new-token" value="(fdt_\w+)"', answer.text)[1]


def press_at_once(app, browser, times, **form):
    """The button of the form for tokens, pressed several times in the same browser."""
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name).value

    def press(_):
        mine = app.test_client()
        mine.set_cookie(name, cookie)
        return mine.post("/account/tokens", data=form)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(press, range(times)))


def test_a_token_s_button_that_is_pressed_twice_makes_one_and_shows_it_each_time(app, browser, review):
    pressed = press_at_once(app, browser, 4, name="script", csrf_token="as shown")
    [token] = {token_in(one) for one in pressed}
    assert browser.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).json["name"] == "Ada"
    with review.reading() as session:
        assert session.exec(select(Token.name)).all() == ["script"]
    shown_anew = browser.post("/account/tokens", data={"name": "script", "csrf_token": "as shown later"})
    assert token_in(shown_anew) != token


def test_a_token_is_not_shown_again_later_nor_once_it_is_revoked(browser, review):
    form = {"name": "script", "csrf_token": "as shown"}
    token = token_in(browser.post("/account/tokens", data=form))
    for change in ({"made_at": now() - AGAIN_FOR - timedelta(seconds=1)}, {"made_at": now(), "revoked_at": now()}):
        with review.transaction() as session:
            session.exec(update(Token).values(**change))
        again = browser.post("/account/tokens", data=form)
        assert (again.status_code, token in again.text) == (409, False)
        assert "its secret is not shown again" in again.text


def test_a_token_ends_when_it_said_it_would(client, people, review):
    with review.transaction() as session:
        good = auth.make_token(session, people["ada"], "a", now() + timedelta(minutes=1))
        old = auth.make_token(session, people["ada"], "b", now())
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {old}"}).status_code == 401


def test_the_api_opens_to_no_cookie(browser):
    assert browser.get("/v1/me").status_code == 401


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(client, people, review, make_checked):
    case_id = make_checked()
    with review.transaction() as session:
        token = auth.make_token(session, people["eve"], "script")
    header = {"Authorization": f"Bearer {token}"}
    etag = client.get(f"/v1/cases/{case_id}", headers=header).json["etag"]
    with review.transaction() as session:
        session.get(Person, people["eve"].id).roles = ["checker"]
    answer = client.post(f"/v1/cases/{case_id}/approve", json={}, headers=header | {"If-Match": etag})
    assert answer.status_code == 403
