"""The second factor at sign-in: an app's codes, codes on paper, and who has to have one."""

import re
from datetime import timedelta

import pyotp
import pytest
from pressed import Form
from review_desk import PASSWORD, sign_in
from sqlalchemy import update
from sqlmodel import select

from services.review import auth, codes, history, workflow
from services.review.auth import guessing
from services.review.models import Person, RecoveryCode, SecondFactor, SignIn, SignInFailure
from services.review.schemas import HouseRulesIn
from shared.clock import now
from shared.errors import Forbidden


@pytest.fixture
def app_code(review, people):
    """`app_code("ada")`: what her app shows; `later` is in seconds."""

    def code(name, later=0):
        with review.reading() as session:
            salt = session.get(SecondFactor, people[name].id).salt
        return pyotp.TOTP(codes.secret_of(review.settings.secret_key, salt)).at(now() + timedelta(seconds=later))

    return code


@pytest.fixture
def set_up(desk, app_code):
    """`set_up("ada")`: a browser in which she is signed in and has set up her app, and her recovery codes."""

    def by(name):
        browser = desk(name)
        browser.post("/account/second-factor", data={"password": PASSWORD})
        page = browser.post("/account/second-factor/confirm", data={"code": app_code(name)})
        return browser, re.findall(r"<code>([a-z0-9-]{19})</code>", page.text)

    return by


@pytest.fixture
def forget_time(review):
    """As if no code had been used yet: tests do not wait for the next half minute."""

    def forget():
        with review.transaction() as session:
            session.execute(update(SecondFactor).values(last_step=0))

    return forget


@pytest.fixture
def at_the_door(app):
    """`at_the_door("ada")`: a browser that has given her password."""

    def browser(name):
        client = app.test_client()
        answer = sign_in(client, name, next="/desks")
        assert answer.headers["Location"] == "/sign-in/code?next=/desks"
        return client

    return browser


def give(client, code):
    return client.post("/sign-in/code", data={"code": code, "next": "/desks"})


def is_in(client):
    return client.get("/account").status_code == 200


def test_the_app_is_given_a_secret_that_its_codes_come_from(desk, app_code, review, people):
    ada = desk("ada")
    page = ada.post("/account/second-factor", data={"password": PASSWORD}).text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    assert pyotp.TOTP(secret).at(now()) == app_code("ada")
    assert re.search(r'<svg [^>]*class="qr"', page)
    assert "style=" not in page, "drawn by what the policy of contents lets in"
    with review.reading() as session:
        assert secret not in str(session.exec(select(SecondFactor)).one().model_dump()), "the database does not hold it"
    refused = ada.post(
        "/account/second-factor/confirm", data={"code": "000000" if app_code("ada") != "000000" else "1"}
    )
    assert refused.status_code == 422
    assert secret[:4] in refused.text, "the picture is still there to be read"
    assert sign_in(desk("ben"), "ada").headers["Location"] == "/", "until a code came nothing changes"


def test_a_password_alone_opens_nothing_and_a_code_opens_once(set_up, at_the_door, app_code, forget_time):
    set_up("ada")
    thief, ada = at_the_door("ada"), at_the_door("ada")
    for path in ("/", "/account", "/account/second-factor"):
        assert "/sign-in" in thief.get(path).headers["Location"]
    forget_time()
    code = app_code("ada")
    before = ada.get_cookie("factdesk_review").value
    assert give(ada, code).headers["Location"] == "/desks"
    assert is_in(ada)
    assert ada.get_cookie("factdesk_review").value != before
    refused = give(thief, code)
    assert refused.status_code == 401
    assert auth.WRONG_CODE in refused.text
    assert give(thief, app_code("ada", later=-30)).status_code == 401, "nor one from before it"
    assert not is_in(thief)
    planted = thief.application.test_client()
    planted.set_cookie("factdesk_review", before)
    assert not is_in(planted), "what waited for the code is used up"


def test_a_recovery_code_stands_in_once(set_up, at_the_door, desk):
    browser, paper = set_up("ada")
    assert len(set(paper)) == 10
    assert "10 recovery codes left" in browser.get("/account").text
    first = at_the_door("ada")
    assert give(first, paper[0].upper().replace("-", " ")).status_code == 302
    assert "9 recovery codes left" in first.get("/account").text
    assert "recovery code" in first.get("/account").text
    assert give(at_the_door("ada"), paper[0]).status_code == 401
    assert first.post("/account/second-factor/codes", data={"password": "not hers"}).status_code == 422
    fresh = first.post("/account/second-factor/codes", data={"password": PASSWORD}).text
    assert paper[1] not in fresh
    assert give(at_the_door("ada"), paper[1]).status_code == 401, "the old ones open nothing any more"


def test_a_form_that_is_sent_anew_after_its_codes_were_replaced_makes_others(set_up, at_the_door):
    browser, _ = set_up("ada")
    form = Form(browser, "/account/second-factor", "/account/second-factor/codes", password=PASSWORD)
    read = re.compile(r"<code>([a-z0-9-]{19})</code>")
    lost = read.findall(form.press().text)
    assert read.findall(form.press().text) == lost
    assert give(at_the_door("ada"), lost[0]).status_code == 302
    Form(browser, "/account/second-factor", "/account/second-factor/codes", password=PASSWORD).press()
    anew = read.findall(form.press().text)  # as by going back, from a page of before
    assert len(anew) == 10
    assert not {*anew} & {*lost}
    for code in lost[:2]:
        assert give(at_the_door("ada"), code).status_code == 401, "what was replaced or used opens nothing any more"
    assert give(at_the_door("ada"), anew[0]).status_code == 302


def test_codes_cannot_be_guessed(set_up, at_the_door, app_code, forget_time, review, people, caplog):
    set_up("ada")
    forget_time()
    for number in range(5):
        assert give(at_the_door("ada"), f"00000{number}").status_code == 401
    refused = give(at_the_door("ada"), app_code("ada"))
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    assert "a code was refused" in caplog.messages
    assert "guessing was refused" in caplog.messages


def test_who_does_not_give_the_code_in_ten_minutes_begins_anew(set_up, at_the_door, app_code, review, forget_time):
    set_up("ada")
    late = at_the_door("ada")
    with review.transaction() as session:
        session.execute(update(SignIn).where(SignIn.waits).values(signed_in_at=now() - timedelta(minutes=11)))
    forget_time()
    assert give(late, app_code("ada")).status_code == 401
    assert late.get("/sign-in/code").headers["Location"].startswith("/sign-in?")


def test_taking_it_away_needs_the_password_and_stands_in_the_history(set_up, review, people, desk):
    ada, _ = set_up("ada")
    assert ada.post("/account/second-factor/remove").status_code == 422
    assert ada.post("/account/second-factor/remove", data={"password": PASSWORD}).status_code == 302
    assert is_in(desk("ada")), "the password is enough again"
    with review.reading() as session:
        assert session.exec(select(RecoveryCode)).all() == []
        acts = [one.action for one in history._all(session)]
        assert acts == ["second factor set up", "second factor removed"]
        assert history.verify(session).broken == []


def test_an_admin_resets_what_somebody_lost(set_up, review, people, desk):
    set_up("ada")
    with pytest.raises(Forbidden), review.transaction() as session:
        workflow.drop_factor(session, session.get(Person, people["ada"].id), people["eve"])
    with review.transaction() as session:
        workflow.drop_factor(session, session.get(Person, people["ada"].id), people["root"])
    assert is_in(desk("ada"))
    with review.reading() as session:
        last = list(history._all(session))[-1]
    assert (last.action, last.person_id, last.details) == (
        "second factor reset", people["root"].id, {"before": {"person": "ada@desk.example"}},
    )  # fmt: skip


def test_a_role_can_require_it(review, people, desk, app_code, set_up, make_case):
    eve, ada = desk("eve"), desk("ada")
    with pytest.raises(Forbidden), review.transaction() as session:
        workflow.rule_house(session, HouseRulesIn(second_factor_from="editor"), people["eve"])
    with review.transaction() as session:
        workflow.rule_house(session, HouseRulesIn(second_factor_from="editor"), people["root"])
    assert is_in(ada)
    for path in ("/", f"/cases/{make_case()}", "/account", "/desks"):
        assert eve.get(path).headers["Location"] == "/account/second-factor"
    assert eve.post("/account/tokens", data={"name": "a way round"}).headers["Location"] == "/account/second-factor"
    assert "needs a second factor" in eve.get("/account/second-factor").text
    eve.post("/account/second-factor", data={"password": PASSWORD})
    assert "are shown this once" in eve.post("/account/second-factor/confirm", data={"code": app_code("eve")}).text
    assert is_in(eve)


def test_a_new_password_ends_the_sessions_elsewhere(desk, app):
    here, there = desk("ada"), desk("ada")
    for given in ({"password": "not mine", "new": "a horse of my own"}, {"password": PASSWORD, "new": "short"}):
        assert here.post("/account/password", data=given).status_code == 422
    assert here.post("/account/password", data={"password": PASSWORD, "new": "Factdesk1234"}).status_code == 422
    assert is_in(there)
    assert here.post("/account/password", data={"password": PASSWORD, "new": "a horse of my own"}).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert sign_in(app.test_client(), "ada").status_code == 401
    assert sign_in(app.test_client(), "ada", "a horse of my own").status_code == 302


def from_address(client, address, email, password):
    return client.post(
        "/sign-in", data={"email": email, "password": password}, environ_base={"REMOTE_ADDR": address}
    ).status_code


def test_one_password_on_many_accounts_and_many_on_one_get_nowhere(app, people, review):
    known, thief = app.test_client(), app.test_client()
    assert from_address(known, "10.0.0.1", "ada@desk.example", PASSWORD) == 302
    known.post("/sign-out")
    with review.transaction() as session:
        for counted in ("address", "account"):
            who = guessing._digest(counted, "10.0.0.2" if counted == "address" else "ada@desk.example")
            session.add_all([SignInFailure(who=who) for _ in range(50)])
    assert from_address(thief, "10.0.0.2", "ben@desk.example", PASSWORD) == 429, "no other account from there"
    assert from_address(thief, "10.0.0.3", "ada@desk.example", PASSWORD) == 429, "nor this one from elsewhere"
    assert from_address(thief, "10.0.0.3", "ben@desk.example", PASSWORD) == 302
    assert from_address(known, "10.0.0.2", "ada@desk.example", PASSWORD) == 302, "her own browser is not locked out"
