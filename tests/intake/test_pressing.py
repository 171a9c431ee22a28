"""Who presses a button twice that makes something with a secret has made one, and sees its secret."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from newsroom_browser import Browser, link_for
from pressed import WAYS
from pressed import Form as Pressed
from sqlmodel import func, select

from services.intake.models import ApiKey, Delivery, Feed, InboundHook, NewsroomVisit, Upload, WebhookEndpoint
from services.intake.service import service as intake
from shared.clock import now
from shared.pressing import AGAIN_FOR

MAKING = {
    "keys": (ApiKey, r"<code>(fdk_\w{8}_\w{43})</code>", {"name": "CMS", "days": "30", "scope": ["claims:read"]}),
    "inbound": (InboundHook, r"<code>([\w-]{43})</code>", {"name": "bot", "header": "X-Token", "mapping": "text = a"}),
    "webhooks": (WebhookEndpoint, r"<code>(whsec_[\w+/=]+)</code>", {"url": "https://127.0.0.1/hook"}),
}


class Form:
    """A form of a newsroom's page that makes something, open in a browser."""

    def __init__(self, app, page, newsroom):
        self.app, self.path = app, f"/newsroom/{page}"
        self.table, self.secret, self.fields = MAKING[page]
        self.browser = Browser(app)
        self.browser.send(link_for())
        if page == "keys":
            self.fields = self.fields | {"made_from": newsroom.key.split("_")[1]}
        self.before = self.count()
        self.open()

    def open(self):
        """Have it shown anew."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.open(self.path).text)[1]
        self.fields = self.fields | {"csrf_token": token}

    def press(self, browser=None, **fields):
        return (browser or self.browser).client.post(self.path, data=self.fields | fields)

    def press_at_once(self, times):
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = self.browser.client.get_cookie(name).value

        def press(_):
            mine = Browser(self.app)
            mine.client.set_cookie(name, cookie)
            return self.press(mine)

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(press, range(times)))

    def secret_in(self, answer):
        assert answer.status_code == 200, answer.text
        return re.search(self.secret, answer.text)[1]

    def count(self):
        with intake.reading() as session:
            return session.exec(select(func.count()).select_from(self.table)).one()

    @property
    def made(self):
        return self.count() - self.before


@pytest.fixture(params=MAKING)
def form(request, app, newsroom, monkeypatch):
    monkeypatch.setattr(intake.settings, "private_hosts", {"127.0.0.1:443"})
    return Form(app, request.param, newsroom)


def test_a_button_that_is_pressed_twice_makes_one_and_shows_its_secret(form):
    first, again = form.press(), form.press()
    assert form.secret_in(first) == form.secret_in(again)
    assert form.made == 1


def test_presses_that_come_at_once_make_one_and_each_shows_its_secret(form):
    assert len({form.secret_in(one) for one in form.press_at_once(4)}) == 1
    assert form.made == 1


def test_who_goes_back_and_writes_something_else_makes_another(form):
    another = {"url": "https://127.0.0.1/other"} if "url" in form.fields else {"name": "Archive"}
    assert form.secret_in(form.press()) != form.secret_in(form.press(**another))
    assert form.made == 2


def test_a_form_that_is_sent_again_later_makes_nothing_and_shows_no_secret(form):
    shown = form.secret_in(form.press())
    with intake.transaction() as session:
        for one in session.exec(select(form.table)):
            field = "made_at" if form.table is InboundHook else "created_at"
            setattr(one, field, now() - AGAIN_FOR - timedelta(seconds=1))
    later = form.press()
    assert (later.status_code, "its secret is not shown again" in later.text) == (409, True)
    assert shown not in later.text
    assert form.made == 1


def test_a_form_shows_nothing_to_another_session(form):
    shown = form.secret_in(form.press())
    other = Browser(form.app)
    other.send(link_for())
    refused = form.press(other)
    assert (refused.status_code, shown in refused.text) == (400, False)
    assert form.made == 1


class Rotation:
    """The button *Change the secret* of an endpoint's page, open in a browser."""

    def __init__(self, form):
        self.browser = form.browser
        self.first = form.secret_in(form.press())
        self.path = "/newsroom/webhooks/" + str(self.endpoint.id)

    @property
    def endpoint(self):
        with intake.reading() as session:
            return session.exec(select(WebhookEndpoint)).one()

    def open(self):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.browser.open(self.path).text)[1]

    def press(self, token):
        return self.browser.client.post(f"{self.path}/rotate-secret", data={"csrf_token": token})

    def secret_in(self, answer):
        assert answer.status_code == 200, answer.text
        return re.search(MAKING["webhooks"][1], answer.text)[1]


@pytest.fixture
def rotation(form):
    return Rotation(form)


@pytest.mark.parametrize("form", ["webhooks"], indirect=True)
def test_a_secret_is_changed_once_by_a_button_that_is_pressed_twice_and_anew_from_a_page_that_is_opened_anew(rotation):
    token = rotation.open()
    changed, again = (rotation.secret_in(rotation.press(token)) for _ in range(2))
    assert changed == again != rotation.first
    assert len(rotation.endpoint.previous) == 1
    while (anew := rotation.open()) == token:  # a form's token is of a second
        pass
    other = rotation.secret_in(rotation.press(anew))
    assert other not in (rotation.first, changed)
    back = rotation.secret_in(rotation.press(token))
    assert back not in (rotation.first, changed, other)
    assert len(rotation.endpoint.previous) == 3


@pytest.mark.parametrize("form", ["webhooks"], indirect=True)
def test_a_secret_that_was_changed_long_ago_is_not_shown_again(rotation):
    token = rotation.open()
    shown = rotation.secret_in(rotation.press(token))
    with intake.transaction() as session:
        endpoint = session.exec(select(WebhookEndpoint)).one()
        ends = datetime.fromisoformat(endpoint.previous[0]["until"]) - AGAIN_FOR - timedelta(seconds=1)
        endpoint.previous = [endpoint.previous[0] | {"until": ends.isoformat()}]
    later = rotation.press(token)
    assert (later.status_code, shown in later.text) == (409, False)
    assert "its secret is not shown again" in later.text
    assert len(rotation.endpoint.previous) == 1


@pytest.mark.parametrize("form", ["keys"], indirect=True)
def test_a_key_that_was_revoked_is_not_shown_as_new(form):
    shown = form.secret_in(form.press())
    form.browser.send(f"/newsroom/keys/{shown.split('_')[1]}/revoke", "/newsroom/keys")
    again = form.press()
    assert (again.status_code, shown in again.text, form.made) == (409, False, 1)


@pytest.mark.parametrize("form", ["inbound", "webhooks"], indirect=True)
def test_what_was_removed_does_not_come_back_with_its_secret(form):
    removed = form.secret_in(form.press())
    with intake.transaction() as session:
        for one in session.exec(select(form.table)):
            session.delete(one)
    again = form.press()
    assert form.secret_in(again) != removed


@pytest.mark.parametrize("form", ["keys", "inbound"], indirect=True)
def test_what_a_second_press_shows_opens_what_the_first_has_made(form, newsroom):
    form.press()
    again = form.press()
    secret = form.secret_in(again)
    if form.table is ApiKey:
        opened = newsroom.client.get("/v1/me", headers={"Authorization": f"Bearer {secret}"})
    else:
        place = re.search(r"<code>[^<]*(/v1/inbound/[0-9a-f-]{36})</code>", again.text)[1]
        opened = newsroom.client.post(place, json={"a": "The bridge was shut."}, headers={"X-Token": secret})
    assert opened.status_code == 200


def led_to(answers):
    """Where all of these answers lead."""
    assert {one.status_code for one in answers} == {303}, [(one.status_code, one.text[-900:]) for one in answers]
    [place] = {one.location for one in answers}
    return place


def how_many(table):
    with intake.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


@pytest.fixture
def visitor(app, newsroom, monkeypatch):
    """Somebody of the newsroom, signed in."""
    monkeypatch.setattr(intake.settings, "private_hosts", {"127.0.0.1:443"})
    browser = Browser(app)
    browser.send(link_for())
    return browser.client


@pytest.mark.parametrize("press", WAYS)
def test_a_file_is_uploaded_once(visitor, press):
    place = led_to(
        press(Pressed(visitor, "/newsroom/uploads", "/newsroom/uploads", file=b"text\nThe bridge was shut.\n"))
    )
    assert visitor.get(place).status_code == 200
    assert how_many(Upload) == 1
    led_to(press(Pressed(visitor, place, f"{place}/send")))
    led_to(press(Pressed(visitor, place, f"{place}/delete")))
    assert how_many(Upload) == 0


@pytest.mark.parametrize("press", WAYS)
def test_a_feed_is_added_once_and_an_endpoint_pinged_once(visitor, press):
    led_to(press(Pressed(visitor, "/newsroom/feeds", "/newsroom/feeds", url="https://127.0.0.1/feed.xml")))
    assert how_many(Feed) == 1
    Pressed(visitor, "/newsroom/webhooks", "/newsroom/webhooks", url="https://127.0.0.1/hook").press()
    with intake.reading() as session:
        path = f"/newsroom/webhooks/{session.exec(select(WebhookEndpoint)).one().id}"
    led_to(press(Pressed(visitor, path, f"{path}/test")))
    assert how_many(Delivery) == 1


@pytest.mark.parametrize("press", WAYS)
def test_a_link_s_button_that_is_pressed_twice_signs_in_once_and_keeps_nobody_out(app, newsroom, press):
    link, client = link_for(), app.test_client()
    form = Pressed(client, link, link)
    before = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    assert led_to(press(form)) == "/newsroom"
    late = app.test_client()
    late.set_cookie(app.config["SESSION_COOKIE_NAME"], before)
    led_to([form.press(late)])
    assert late.get("/newsroom").status_code == 200, "the browser threw away the first answer, and its cookie"
    form.fields["press"] = "of another page"
    late.set_cookie(app.config["SESSION_COOKIE_NAME"], before)
    assert form.press(late).status_code == 404
    assert how_many(NewsroomVisit) == 1


@pytest.mark.parametrize("press", WAYS)
def test_who_signs_out_twice_is_out(visitor, press):
    answers = press(Pressed(visitor, "/newsroom", "/newsroom/sign-out"))
    assert {one.status_code for one in answers} == {200}
    assert visitor.get("/newsroom").status_code == 401
