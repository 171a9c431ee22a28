"""A newsroom looks after its own things by pages: signed in by a link that works once, and never shown another's."""

import io
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from newsroom_browser import Browser, link_for
from sqlmodel import select

from services.intake import visitors, webhooks
from services.intake.cli import cli
from services.intake.models import ApiKey, Newsroom, NewsroomVisit, SignInLink
from services.intake.service import service as intake
from shared.clock import now

PAGES = ("", "/uploads", "/stories", "/feeds", "/inbound", "/keys", "/webhooks")


@pytest.fixture
def browser(app):
    return Browser(app)


@pytest.fixture
def visitor(browser, newsroom):
    """A browser in which somebody of the newsroom is signed in."""
    assert browser.send(link_for()).status_code == 303
    return browser


def test_the_admin_s_command_makes_a_link_that_signs_in_once(browser, newsroom, app, monkeypatch):
    monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already
    made = CliRunner().invoke(cli, ["newsrooms", "link", "Wire Desk"])
    assert made.exit_code == 0, made.output
    link = "/newsroom" + made.output.split("\n")[0].partition("/newsroom")[2]
    for _ in range(2):  # whatever looks at a mail's links
        page = browser.open(link)
        assert page.status_code == 200
        assert "Wire Desk" in page.text
    assert browser.send(link).status_code == 303
    assert "Wire Desk" in browser.open("/newsroom").text
    assert browser.open(link).status_code == 404
    second = Browser(app)
    assert second.open(link).status_code == 404
    assert second.open("/newsroom").status_code == 401
    with intake.reading() as session:
        assert session.exec(select(SignInLink)).one().token_hash not in link
    missing = CliRunner().invoke(cli, ["newsrooms", "link", "Nobody"])
    assert (missing.exit_code, "There is no newsroom Nobody" in missing.output) == (1, True)


def test_a_link_that_is_too_old_or_not_whole_opens_nothing(browser, newsroom):
    old = link_for(hours=-1)
    assert browser.open(old).status_code == 404
    assert browser.open(link_for()[:-1]).status_code == 404
    for page in PAGES:
        assert browser.open(f"/newsroom{page}").status_code == 401


def test_each_page_marks_the_tab_that_it_belongs_to(visitor, newsroom):
    claim = newsroom.post({"text": "Bus 1 was late."}).json["id"]
    with intake.transaction() as session:
        owner = session.exec(select(Newsroom)).one()
        webhooks.add_endpoint(session, endpoint_in("https://courier.example/hook"), owner.id)
    visitor.send("/newsroom/inbound", name="bot", header="X-Token", mapping="text = message.text")
    visitor.send("/newsroom/uploads", file=(io.BytesIO(b"text\nBus 1 was late.\n"), "x.csv"))

    def one_of(page):
        return re.search(rf'href="({page}/[0-9a-f-]{{36}})"', visitor.open(page).text)[1]

    def marked(answer):
        tabs = answer.text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
        return re.findall(r'aria-current="(\w+)">([^<]+)</a>', tabs)

    inner = {
        f"/newsroom/claims/{claim}": "Claims",
        one_of("/newsroom/uploads"): "Upload",
        one_of("/newsroom/inbound"): "Messages in",
        one_of("/newsroom/webhooks"): "Webhooks",
    }
    for path, words in inner.items():
        assert marked(visitor.open(path)) == [("true", words)], path
    names = ("Claims", "Upload", "Stories", "Feeds", "Messages in", "Keys and limits", "Webhooks")
    for path, words in zip(PAGES, names, strict=True):
        assert marked(visitor.open(f"/newsroom{path}")) == [("page", words)]
    refused = visitor.send("/newsroom/feeds", url="nowhere")
    assert (refused.status_code, marked(refused)) == (422, [("page", "Feeds")])


def test_a_form_of_another_site_is_refused(visitor):
    for path in ("/newsroom/sign-out", "/newsroom/keys", "/newsroom/webhooks", "/newsroom/feeds", "/newsroom/inbound"):
        refused = visitor.client.post(path, data={"name": "x", "scope": "claims:read"})
        assert refused.status_code == 400
        assert "signed in" in refused.text
    with intake.reading() as session:
        assert len(session.exec(select(ApiKey)).all()) == 1


def test_signing_out_ends_this_browser_s_session_or_all(visitor, app):
    other = Browser(app)
    other.send(link_for())
    visitor.send("/newsroom/sign-out", "/newsroom")
    assert visitor.open("/newsroom").status_code == 401
    assert other.open("/newsroom").status_code == 200
    third = Browser(app)
    third.send(link_for())
    third.send("/newsroom/sign-out", "/newsroom", everywhere="yes")
    assert other.open("/newsroom").status_code == 401


@pytest.mark.parametrize(("field", "age"), [("seen_at", visitors.IDLE), ("signed_in_at", visitors.LONGEST)])
def test_a_session_ends_when_nobody_uses_it_and_after_a_week(visitor, field, age):
    with intake.transaction() as session:
        setattr(session.exec(select(NewsroomVisit)).one(), field, now() - age - timedelta(minutes=1))
    assert visitor.open("/newsroom").status_code == 401


def test_claims_are_listed_page_by_page_by_state(visitor, newsroom):
    for n in range(32):
        newsroom.post({"text": f"Bus {n} was late.", "reason": "Ask <b>them</b>."})
    first = visitor.open("/newsroom")
    assert "Bus 31" in first.text
    assert "Bus 1 " not in first.text
    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert "Bus 1 " in visitor.open(older).text
    assert "None of your claims is published" in visitor.open("/newsroom?state=published").text
    claim = re.search(r'href="(/newsroom/claims/[^"]+)"', first.text)[1]
    assert "Ask &lt;b&gt;them&lt;/b&gt;." in visitor.open(claim).text
    assert visitor.open("/newsroom?state=nowhere").status_code == 400


def test_a_verdict_that_was_retracted_is_not_shown_as_one_that_holds(visitor, newsroom, arrive, published):
    claim = newsroom.post({"text": "The bridge was closed on four days."}).json
    arrive(published(claim["id"]))
    for page in ("/newsroom", f"/newsroom/claims/{claim['id']}"):
        found = visitor.open(page).text
        assert "<bdi>False</bdi>" in found
        assert ("<s>" in found, "retracted" in found) == (False, False)
    arrive(published(claim["id"], 2, "retraction", "The log was of another bridge."))
    for page in ("/newsroom", f"/newsroom/claims/{claim['id']}"):
        found = visitor.open(page).text
        assert "<s><bdi>False</bdi></s>" in found
        assert "retracted" in found
        assert "The log shows one closure." not in found


def key_of(newsroom):
    return newsroom.key.split("_")[1]


def test_a_newsroom_gives_itself_no_more_than_it_has(visitor, newsroom, make_key, app):
    revoked, theirs = (key.split("_")[1] for key in (make_key(), make_key("Evening Courier")))
    with intake.transaction() as session:
        base = session.get_one(ApiKey, key_of(newsroom))
        base.scopes, base.per_minute, base.per_day = ["claims:write", "claims:read"], 50, 2
        base.expires_at = now() + timedelta(days=10)
        session.get_one(ApiKey, revoked).revoked_at = now()
    page = visitor.open("/newsroom/keys").text
    assert "webhooks:write" not in page.partition("Make a key")[2]
    wider = {"name": "CMS", "days": "30", "scope": ["webhooks:write"], "made_from": base.id}
    assert visitor.send("/newsroom/keys", **wider).status_code == 422
    for one in (revoked, theirs, "nosuchid"):
        assert visitor.send("/newsroom/keys", **wider | {"scope": ["claims:read"], "made_from": one}).status_code == 404
    made = visitor.send("/newsroom/keys", **wider | {"scope": ["claims:write", "claims:read"]})
    key = re.search(r"fdk_[A-Za-z0-9]{8}_[A-Za-z0-9]{43}", made.text)[0]
    mine = app.test_client().get("/v1/me", headers={"Authorization": f"Bearer {key}"}).json
    assert mine["expires_at"] == newsroom.get("/v1/me").json["expires_at"]
    assert (mine["requests_per_minute"], mine["claims_per_day"]) == (50, 2)
    assert newsroom.post({"text": "Bus 1 was late."}).status_code == 201
    by_new = {"Authorization": f"Bearer {key}"}
    posted = [newsroom.client.post("/v1/claims", json={"text": f"Bus {n} was late."}, headers=by_new) for n in (2, 3)]
    assert [one.status_code for one in posted] == [201, 429]  # one limit for both
    assert mine["claims_today"] == 0
    assert newsroom.get("/v1/me").json["claims_today"] == 2


def test_who_has_no_key_makes_none(visitor, newsroom):
    visitor.send(f"/newsroom/keys/{key_of(newsroom)}/revoke", "/newsroom/keys")
    assert "Ask the fact-check desk for your first" in visitor.open("/newsroom/keys").text


def test_the_admin_ends_a_newsroom_s_sessions_and_links(visitor, app, monkeypatch):
    monkeypatch.setattr(intake, "start_process", lambda: None)
    unused = link_for()
    done = CliRunner().invoke(cli, ["newsrooms", "sign-out", "Wire Desk"])
    assert "1 sessions of Wire Desk are ended" in done.output
    assert visitor.open("/newsroom").status_code == 401
    assert visitor.open(unused).status_code == 404


def test_a_link_s_token_is_not_logged(browser, newsroom, caplog):
    link = link_for()
    with caplog.at_level("INFO"):
        browser.open(link)
    assert "/newsroom/sign-in/... 200" in caplog.text
    assert link not in caplog.text


def test_a_key_that_is_made_here_works_until_it_is_revoked_here(visitor, newsroom, app):
    made = visitor.send("/newsroom/keys", name="CMS", days="30", scope=["claims:read"], made_from=key_of(newsroom))
    key = re.search(r"fdk_[A-Za-z0-9]{8}_[A-Za-z0-9]{43}", made.text)[0]
    me = app.test_client().get("/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert (me.json["newsroom"], me.json["scopes"]) == ("Wire Desk", ["claims:read"])
    assert key not in visitor.open("/newsroom/keys").text
    visitor.send(f"/newsroom/keys/{me.json['id']}/revoke", "/newsroom/keys")
    assert app.test_client().get("/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "days": "3", "scope": ["claims:read"]}, "name"),
        ({"name": "CMS", "days": "0", "scope": ["claims:read"]}, "days"),
        ({"name": "CMS", "days": "3"}, "scope"),
        ({"name": "CMS", "days": "3", "scope": ["admin"]}, "scope"),
        ({"name": "CMS", "days": "3", "scope": ["earlier-checks:write"]}, "scope"),
    ],
)
def test_a_key_that_can_not_be_made_says_why_and_keeps_what_was_typed(visitor, newsroom, fields, words):
    refused = visitor.send("/newsroom/keys", made_from=key_of(newsroom), **fields)
    assert refused.status_code == 422
    assert words in refused.text
    assert f'value="{fields["days"]}"' in refused.text


def test_an_endpoint_is_looked_after(visitor, newsroom, monkeypatch):
    monkeypatch.setattr(intake.settings, "private_hosts", {"127.0.0.1:443"})
    refused = visitor.send("/newsroom/webhooks", url="http://169.254.169.254/x", description="Metadata")
    assert refused.status_code == 422
    assert "169.254.169.254" in refused.text
    with intake.transaction() as session:
        owner = session.exec(select(Newsroom)).one()
        found = webhooks.add_endpoint(session, endpoint_in("https://courier.example/hook"), owner.id)[0]
    place = f"/newsroom/webhooks/{found.id}"
    assert "courier.example/hook" in visitor.open("/newsroom/webhooks").text
    visitor.send(f"{place}/test", place)
    page = visitor.open(place).text
    assert "test.ping" in page
    rotated = visitor.send(f"{place}/rotate-secret", place)
    assert "whsec_" in rotated.text
    assert "whsec_" not in visitor.open(place).text
    visitor.send(f"{place}/disable", place)
    assert "Disabled (asked)" in visitor.open(place).text
    delivery = re.search(r"deliveries/([0-9a-f-]{36})/replay", page)[1]
    refused = visitor.send(f"{place}/deliveries/{delivery}/replay", place)
    assert (refused.status_code, "Enable it first" in refused.text) == (409, True)
    visitor.send(f"{place}/enable", place)
    assert visitor.send(f"{place}/deliveries/{delivery}/replay", place).status_code == 303
    sent = visitor.open(f"{place}/deliveries/{delivery}").text
    assert ("What is sent" in sent, "&#34;type&#34;: &#34;test.ping&#34;" in sent) == (True, True)
    change = {"url": "https://127.0.0.1/new", "description": "The CMS", "event": ["claim.closed"]}
    assert visitor.send(place, place, **change | {"url": "https://10.0.0.1/x"}).status_code == 422
    assert visitor.send(place, place, **change | {"event": []}).status_code == 422
    assert visitor.send(place, place, **change).status_code == 303
    with intake.reading() as session:
        changed = webhooks.own_endpoint(session, found.id, owner.id)
    assert (changed.url, changed.description, changed.events) == (change["url"], "The CMS", change["event"])
    assert visitor.send(f"{place}/explode", place).status_code == 404
    visitor.send(f"{place}/delete", place)
    assert visitor.open(place).status_code == 404


def test_who_presses_remove_for_good_twice_ends_where_the_first_press_leads(visitor, newsroom):
    """A browser shows what the second press of a double click brings."""
    with intake.transaction() as session:
        owner = session.exec(select(Newsroom)).one()
        webhooks.add_endpoint(session, endpoint_in("https://courier.example/hook"), owner.id)
    visitor.send("/newsroom/feeds", url="https://courier.example/feed.xml", every_minutes="30")
    visitor.send("/newsroom/inbound", name="bot", header="X-Token", mapping="text = message.text")
    visitor.send("/newsroom/uploads", file=(io.BytesIO(b"text\nBus 1 was late.\n"), "x.csv"))
    key = f"/newsroom/keys/{key_of(newsroom)}/revoke"
    removed = [("/newsroom/keys", key)]
    for page, act in (("webhooks", "delete"), ("feeds", "remove"), ("inbound", "remove"), ("uploads", "delete")):
        one = re.search(
            rf'(?:href|action)="(/newsroom/{page}/[0-9a-f-]{{36}})', visitor.open(f"/newsroom/{page}").text
        )[1]
        removed.append((f"/newsroom/{page}", f"{one}/{act}"))
    for page, remove in removed:
        for _ in range(2):
            pressed = visitor.send(remove, "/newsroom/keys")
            assert (pressed.status_code, pressed.headers["Location"]) == (303, page)


def endpoint_in(url):
    from services.intake.schemas import WebhookEndpointIn

    return WebhookEndpointIn(url=url)


def test_a_feed_is_looked_after(visitor):
    refused = visitor.send("/newsroom/feeds", url="http://127.0.0.1:22/feed", every_minutes="15")
    assert refused.status_code == 422
    assert 'value="http://127.0.0.1:22/feed"' in refused.text
    assert visitor.send("/newsroom/feeds", url="https://courier.example/feed.xml", every_minutes="3").status_code == 422
    assert (
        visitor.send("/newsroom/feeds", url="https://courier.example/feed.xml", every_minutes="30").status_code == 303
    )
    page = visitor.open("/newsroom/feeds").text
    assert "every 30 minutes" in page
    remove = re.search(r'action="(/newsroom/feeds/[^"]+/remove)"', page)[1]
    assert visitor.send(remove.replace("remove", "pull"), "/newsroom/feeds").status_code == 303
    assert visitor.send(remove, "/newsroom/feeds").status_code == 303
    assert "No feed is pulled for you yet" in visitor.open("/newsroom/feeds").text


def test_an_address_for_messages_is_looked_after(visitor, newsroom, other_newsroom, app):
    fields = {
        "name": "Our <b>bot</b>",
        "header": "X-Bot-Token",
        "each": "",
        "mapping": "text = a.text|b.text\nexternal_id = id",
    }
    for wrong, words in (
        ({"mapping": "text a.text"}, "an equals sign"),
        ({"mapping": "text = a\nreason = a"}, "twice"),
        ({"mapping": "reason = a.text"}, "where the text is"),
        ({"mapping": "sender = a.text"}, "mapping"),
        ({"header": "X Bot"}, "header"),
    ):
        refused = visitor.send("/newsroom/inbound", **fields | wrong)
        assert (refused.status_code, words in refused.text) == (422, True)
        assert "Our &lt;b&gt;bot&lt;/b&gt;" in refused.text
    made = visitor.send("/newsroom/inbound", **fields).text
    token = re.search(r"<code>([\w-]{43})</code>", made)[1]
    place = re.search(r"<code>[^<]*(/v1/inbound/[0-9a-f-]{36})</code>", made)[1]
    assert token not in visitor.open("/newsroom/inbound").text
    message = {"a": {"text": "The bridge was closed on four days."}, "id": 7}
    for expected in ({"taken": 1, "passed_over": 0, "refused": []}, {"taken": 0, "passed_over": 0, "refused": []}):
        assert newsroom.client.post(place, json=message, headers={"X-Bot-Token": token}).json == expected
    assert newsroom.client.post(place, json={"sticker": 1}, headers={"X-Bot-Token": token}).json["passed_over"] == 1
    page = visitor.open("/newsroom/inbound").text
    assert "1 taken" in page
    assert "1 without text" in page
    remove = re.search(r'action="(/newsroom/inbound/[^"]+/remove)"', page)[1]
    stranger = Browser(app)
    stranger.send(link_for("Evening Courier"))
    stranger.send(remove, "/newsroom/inbound")
    assert "Our &lt;b&gt;bot" in visitor.open("/newsroom/inbound").text
    assert visitor.send(remove, "/newsroom/inbound").status_code == 303
    assert newsroom.client.post(place, json=message, headers={"X-Bot-Token": token}).status_code == 404


def test_what_is_another_newsroom_s_is_not_found(visitor, other_newsroom):
    claim = other_newsroom.post({"text": "It was shut on Monday."}).json
    story = {"headline": "Shut", "body": "It was shut on 4 days in March."}
    headers = {"Authorization": f"Bearer {other_newsroom.key}"}
    other_newsroom.client.post("/v1/stories", json=story, headers=headers)
    with intake.transaction() as session:
        other = session.exec(select(Newsroom).where(Newsroom.name == "Evening Courier")).one()
        endpoint = webhooks.add_endpoint(session, endpoint_in("https://courier.example/hook"), other.id)[0]
        key = session.exec(select(ApiKey).where(ApiKey.newsroom_id == other.id)).one()
    assert visitor.open(f"/newsroom/claims/{claim['id']}").status_code == 404
    assert visitor.open(f"/newsroom/webhooks/{endpoint.id}").status_code == 404
    visitor.send(f"/newsroom/webhooks/{endpoint.id}/delete", "/newsroom/keys")
    with intake.reading() as session:
        assert webhooks.own_endpoint(session, endpoint.id, other.id)
    assert visitor.send(f"/newsroom/keys/{key.id}/revoke", "/newsroom/keys").status_code == 404
    for page in PAGES:
        shown = visitor.open(f"/newsroom{page}").text
        assert not re.search(r"It was shut|courier\.example|Evening Courier|Shut", shown)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_kept_by_caches(visitor, page):
    shown = visitor.open(f"/newsroom{page}")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert "script" not in shown.headers["Content-Security-Policy"].replace("script-src 'self'", "")
