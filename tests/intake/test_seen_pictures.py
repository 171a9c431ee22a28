"""What a page looked like is seen by whom it concerns: its newsroom, on the claim's page; and whoever sent it, on the receipt."""

import re

import pytest
from newsroom_browser import Browser, link_for
from site_of_ours import ARTICLE
from sqlmodel import select

from services.intake import auth, workflow
from services.intake.app import create_app
from services.intake.models import Copy
from services.intake.schemas import ReaderIn
from services.intake.service import service as intake
from shared import stored
from shared.clock import now

SAID = "The bridge was closed on four days."
PICTURE = b"RIFF\x04\x00\x00\x00WEBP"
SAFE = {
    "Content-Type": "image/webp",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


@pytest.fixture
def app(archiving):
    return create_app(archiving().settings)


@pytest.fixture
def post(app):
    """`post(url, newsroom=…, text=…)`: send a claim that points there; its id, and the path of its receipt."""
    keys = {}

    def send(url, newsroom="Wire Desk", text=SAID):
        if newsroom not in keys:
            with intake.transaction() as session:
                keys[newsroom] = auth.make_key(session, newsroom, "its system", list(auth.SCOPES))
        body = {"text": text, "appearances": [{"url": url}]}
        answer = app.test_client().post("/v1/claims", json=body, headers={"Authorization": f"Bearer {keys[newsroom]}"})
        return answer.json["id"], answer.json["receipt_url"].removeprefix(intake.settings.public_base_url)

    return send


@pytest.fixture
def read(url_of_news):
    """`read(text)`: a reader sends it by the form; the path of the receipt."""

    def send(url, text=SAID):
        with intake.transaction() as session:
            return f"/receipts/{workflow.submit_for_reader(session, ReaderIn(text=text, url=url)).receipt_token}"

    return send


@pytest.fixture
def url_of_news(site):
    site.pages["/news"] = ARTICLE.replace("Bridge shut again", "<img src=x> shut &lt;b&gt;again&lt;/b&gt;")
    return f"{site.url}/news"


@pytest.fixture
def picture(run_errands, tmp_path):
    """`picture()`: the pages are visited, and pictured; the picture's SHA-256."""

    def make(public=True):
        run_errands()
        digest = stored.keep(tmp_path / "archive", PICTURE, stored.WEBP)
        with intake.transaction() as session:
            for copy in session.exec(select(Copy)).all():
                copy.picture_sha256, copy.picture_bytes, copy.picture_at = digest, len(PICTURE), now()
        if public:  # as a page is that lies elsewhere than on this machine
            intake.settings.private_hosts = frozenset()
        return digest

    return make


def signed_in(app, newsroom="Wire Desk"):
    browser = Browser(app)
    assert browser.send(link_for(newsroom)).status_code == 303
    return browser


def shown_on(page):
    return re.findall(r'<img class="shot" src="([^"]+)"', page.text)


def test_a_claim_s_page_shows_its_newsroom_what_the_page_looked_like(app, post, picture, url_of_news):
    claim, _ = post(url_of_news)
    post(f"{url_of_news}?other", "Courier", "The ferry was late.")
    digest = picture()
    ours, theirs = signed_in(app), signed_in(app, "Courier")
    page = ours.open(f"/newsroom/claims/{claim}")
    address = f"/newsroom/claims/{claim}/pictures/{digest}"
    assert shown_on(page) == [address]
    assert "<b>again" not in page.text
    with ours.open(address) as answer:
        assert answer.data == PICTURE
        assert SAFE.items() <= dict(answer.headers).items()
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert theirs.open(address).status_code == 404
    assert Browser(app).open(address).status_code == 401
    assert ours.open(f"/newsroom/claims/{claim}/pictures/{'0' * 64}").status_code == 404
    with intake.transaction() as session:
        for copy in session.exec(select(Copy)).all():
            copy.picture_sha256, copy.no_picture = None, "The page <i>refused</i>."
    assert "no picture: <bdi>The page &lt;i&gt;refused" in ours.open(f"/newsroom/claims/{claim}").text
    assert ours.open(address).status_code == 404


def test_a_receipt_shows_what_the_page_looked_like_that_came_with_it(app, read, picture, url_of_news):
    receipt = read(url_of_news)
    digest = picture()
    client = app.test_client()
    page = client.get(receipt)
    assert shown_on(page) == [f"{receipt}/pictures/{digest}"]
    assert "What it looked like" in page.text
    assert "Wie es aussah" in client.get(f"{receipt}?lang=de").text
    [source] = client.get(receipt, headers={"Accept": "application/json"}).json["sources"]
    assert (source["url"], source["picture"]["sha256"]) == (url_of_news, digest)
    with client.get(source["picture"]["url"]) as answer:
        assert answer.data == PICTURE
        assert (SAFE | {"Referrer-Policy": "no-referrer"}).items() <= dict(answer.headers).items()
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{receipt}/pictures/{'0' * 64}").status_code == 404
    assert client.get(f"/receipts/nobody/pictures/{digest}").status_code == 404


def test_a_receipt_shows_nothing_that_somebody_else_sent_with_the_same_words(app, read, picture, url_of_news):
    """Who has a receipt knows what they sent; where another reader saw it is that reader's."""
    first = read(url_of_news)
    without, elsewhere, same = read(None), read(f"{url_of_news}?mine"), read(url_of_news)
    digest = picture()
    client = app.test_client()

    def told(receipt):
        sources = client.get(receipt, headers={"Accept": "application/json"}).json["sources"]
        return [one["url"] for one in sources], len(shown_on(client.get(receipt)))

    assert told(first) == told(same) == ([url_of_news], 1)
    assert told(without) == told(elsewhere) == ([], 0)
    assert client.get(f"{without}/pictures/{digest}").status_code == 404


def test_a_receipt_shows_nothing_of_the_newsroom_s_own_network(app, read, post, picture, site, url_of_news):
    """A reader names an address of it, or one that leads there; the newsroom itself sees what its systems named."""
    claim, receipt = post(url_of_news)
    site.pages["/away"] = (302, {"Location": url_of_news}, b"")
    receipts = [receipt, read(url_of_news), read(f"{site.url}/away", "The ferry was late.")]
    digest = picture(public=False)
    client = app.test_client()
    for one in receipts:
        assert client.get(one, headers={"Accept": "application/json"}).json["sources"] == []
        assert client.get(f"{one}/pictures/{digest}").status_code == 404
    assert len(shown_on(signed_in(app).open(f"/newsroom/claims/{claim}"))) == 1


def test_a_receipt_s_token_is_not_logged_with_its_picture(app, read, picture, url_of_news, caplog):
    receipt = read(url_of_news)
    digest = picture()
    with caplog.at_level("INFO"):
        app.test_client().get(f"{receipt}/pictures/{digest}").close()
    assert f"/receipts/.../pictures/{digest} 200" in caplog.text
    assert receipt not in caplog.text
