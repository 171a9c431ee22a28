"""Feeds are pulled when they are due, politely, and what stands in them is taken in once."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from site_of_ours import ARTICLE, drip
from sqlmodel import select

from services.intake import auth, jobs
from services.intake.app import create_app
from services.intake.cli import cli
from services.intake.models import Feed, FeedEntry, Outbox
from services.intake.service import service as intake
from shared.clock import now

ITEM = "<item><guid>{n}</guid><link>https://example.org/{n}</link><title>Story {n}</title><description>{text}</description></item>"


def rss(*numbers, text="It was &lt;b&gt;shut&lt;/b&gt;.", channel=""):
    items = "".join(ITEM.format(n=n, text=text) for n in numbers)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier &amp; Co</title>{channel}{items}</channel></rss>'


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour news</title>
<id>urn:x</id><updated>2026-03-30T10:00:00Z</updated>
<entry><id>urn:x:1</id><title type="html">A &lt;i&gt;first&lt;/i&gt; one</title><link href="/stories/1"/>
<author><name>Jo Writer</name></author><published>2026-03-30T10:00:00+02:00</published><updated>2026-03-30T09:00:00Z</updated>
<content type="html">&lt;p&gt;The bridge.&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</content></entry>
<entry><title>Neither an id nor a link</title></entry></feed>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">{more}]>
<rss version="2.0"><channel><title>&z;</title></channel></rss>""".format(
    more="".join(f'<!ENTITY {b} "{f"&{a};" * 40}">' for a, b in zip("abcdefghy", "bcdefghyz", strict=True))
)


class Newsroom:
    def __init__(self, app, key):
        self.client, self.key = app.test_client(), key

    def ask(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.open(path, method=method, json=body, headers=headers)

    def add(self, url, **more):
        return self.ask("POST", "/v1/feeds", {"url": url} | more)

    def feed(self, feed_id):
        return self.ask("GET", f"/v1/feeds/{feed_id}").json

    def entries(self, feed_id, query=""):
        return self.ask("GET", f"/v1/feeds/{feed_id}/entries{query}").json["data"]


@pytest.fixture
def app(archiving):
    return create_app(archiving().settings)


@pytest.fixture
def newsroom(app, make_key):
    return Newsroom(app, make_key())


@pytest.fixture
def make_key(archiving):
    def make(name="Wire Desk", *scopes):
        with intake.transaction() as session:
            return auth.make_key(session, name, "its system", list(scopes or auth.SCOPES))

    return make


@pytest.fixture
def pull_again(run_errands):
    """As if its time had come: the schedule orders a pull, and it is made."""

    def pull():
        with intake.transaction() as session:
            for feed in session.exec(select(Feed)):
                feed.due_at = now() - timedelta(seconds=1)
        jobs.order_pulls()
        return run_errands()

    return pull


def test_a_feed_is_pulled_at_once_and_its_entries_are_there(newsroom, site, run_errands):
    site.pages["/feed"] = (200, {"Content-Type": "application/atom+xml"}, ATOM)
    answer = newsroom.add(f"{site.url}/feed", every_minutes=30)
    assert answer.status_code == 201
    feed_id = answer.json["id"]
    assert answer.headers["Location"] == f"/v1/feeds/{feed_id}"
    run_errands()
    feed = newsroom.feed(feed_id)
    assert (feed["title"], feed["pulls"], feed["error"]) == ("Harbour news", 1, None)
    [entry] = newsroom.entries(feed_id)
    told = {
        name: entry[name]
        for name in ("key", "link", "title", "text", "author", "published_at", "updated_at", "revision")
    }
    assert told == {
        "key": "urn:x:1", "link": f"{site.url}/stories/1", "title": "A first one", "text": "The bridge.", "author": "Jo Writer",
        "published_at": "2026-03-30T08:00:00Z", "updated_at": "2026-03-30T09:00:00Z", "revision": 1,
    }  # fmt: skip
    [listed] = newsroom.ask("GET", "/v1/feeds").json["data"]
    assert listed == feed


def test_an_entry_is_the_same_by_its_key_and_another_revision_by_its_words(newsroom, site, run_errands, pull_again):
    site.pages["/feed"] = rss(2, 1)
    feed_id = newsroom.add(f"{site.url}/feed").json["id"]
    run_errands()
    first = newsroom.entries(feed_id)
    assert [one["title"] for one in first] == ["Story 2", "Story 1"]
    assert first[0]["text"] == "It was shut."
    site.pages["/feed"] = rss(3, 2, 1)
    pull_again()
    assert newsroom.entries(feed_id)[1:] == first
    site.pages["/feed"] = rss(3, text="Corrected.")
    pull_again()
    third, *others = newsroom.entries(feed_id)
    assert (third["revision"], third["text"]) == (2, "Corrected.")
    assert others == first, "what is not in the feed any more stays"
    page = newsroom.ask("GET", f"/v1/feeds/{feed_id}/entries?limit=2").json
    assert newsroom.entries(feed_id, f"?limit=2&cursor={page['next_cursor']}") == first[1:]


def test_the_server_is_asked_only_for_what_has_changed(newsroom, site, run_errands, pull_again):
    site.pages["/feed"] = (200, {"ETag": '"v1"', "Last-Modified": "Mon, 30 Mar 2026 10:00:00 GMT"}, rss(1))
    feed_id = newsroom.add(f"{site.url}/feed").json["id"]
    run_errands()
    site.pages["/feed"] = (304, {}, b"")
    pull_again()
    assert site.headers[1]["If-None-Match"] == '"v1"'
    assert site.headers[1]["If-Modified-Since"] == "Mon, 30 Mar 2026 10:00:00 GMT"
    feed = newsroom.feed(feed_id)
    assert (feed["pulls"], feed["error"], feed["failures"]) == (2, None, 0)
    assert len(newsroom.entries(feed_id)) == 1


@pytest.mark.parametrize(
    ("headers", "channel", "minutes"),
    [({}, "", 15), ({}, "<ttl>60</ttl>", 60), ({"Cache-Control": "public, max-age=7200"}, "", 120),
     ({}, "<ttl>999999</ttl>", 1440), ({}, "<ttl>-1</ttl>", 15), ({"Cache-Control": "max-age=1"}, "", 15)],
)  # fmt: skip
def test_a_feed_is_pulled_no_more_often_than_it_asks_for(newsroom, site, run_errands, headers, channel, minutes):
    site.pages["/feed"] = (200, headers, rss(1, channel=channel))
    newsroom.add(f"{site.url}/feed")
    run_errands()
    with intake.reading() as session:
        feed = session.exec(select(Feed)).one()
    assert abs((feed.due_at - feed.pulled_at).total_seconds() / 60 - minutes) < 0.1


def test_what_is_no_feed_is_a_recorded_failure_and_is_asked_for_less_and_less(
    newsroom, site, run_errands, pull_again, monkeypatch
):
    monkeypatch.setattr("services.intake.pulling.fetching.TIMEOUT", 3.0)
    site.pages |= {
        "/html": ARTICLE,
        "/home": b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.rss"></head></html>',
        "/hostile": b'<html><link rel="alternate" type="application/rss+xml" href="http://[x"></html>',
        "/empty": b"",
        "/bomb": BOMB,
        "/huge": b"<rss>" + b" " * 6_000_000,
        "/loop": (302, {"Location": "/loop"}, b""),
        "/inside": (302, {"Location": "http://10.0.0.1/"}, b""),
        "/drip": drip,
        "/broken": rss(1, 2).replace("<title>Story 2</title>", "<title>Story 2&nbsp;</title><p>"),
        "/noise": bytes(range(256)) * 100,
        "/gone": (410, {}, b""),
    }
    ids = {path: newsroom.add(site.url + path).json["id"] for path in site.pages}
    run_errands()
    run_errands(early=True)  # those for which there was no room at the host
    run_errands(early=True)
    found = {path: newsroom.feed(feed_id) for path, feed_id in ids.items()}
    for path, words in (
        ("/html", "neither RSS nor Atom"), ("/home", f"Its feed is at {site.url}/feed.rss"), ("/hostile", "neither RSS"),
        ("/empty", "neither RSS nor Atom"), ("/huge", "larger than"),
        ("/loop", "redirects more than"), ("/inside", "public internet"), ("/drip", "too long"),
        ("/noise", "neither RSS nor Atom"), ("/gone", "answered 410"),
    ):  # fmt: skip
        assert words in found[path]["error"], path
        assert found[path]["failures"] == 1
    assert found["/broken"]["error"] is None, "what can be read of it is read"
    assert len(newsroom.entries(ids["/broken"])) == 2
    assert len(json.dumps(found["/bomb"])) < 2_000, "its entities were not followed"
    with intake.reading() as session:
        waits = [feed.due_at - feed.pulled_at for feed in session.exec(select(Feed).where(Feed.failures == 1))]
    assert all(abs(wait - timedelta(minutes=30)) < timedelta(seconds=5) for wait in waits)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_of_a_feed_that_was_cut_off_what_is_whole_is_taken_in_and_all_is_asked_for_again(
    newsroom, site, run_errands, pull_again, encoding
):
    whole = rss(1, 2, 3).replace("?>", f' encoding="{encoding}"?>', 1).encode(encoding)
    validators = {"ETag": '"v1"', "Last-Modified": "Mon, 30 Mar 2026 10:00:00 GMT"}
    cut = whole[: len(whole) - 60]
    site.pages["/feed"] = (200, validators | {"Cache-Control": "max-age=86400"}, cut)
    feed_id = newsroom.add(f"{site.url}/feed").json["id"]
    run_errands()
    feed = newsroom.feed(feed_id)
    assert ("cut off" in feed["error"], feed["failures"]) == (True, 0)
    assert {entry["title"] for entry in newsroom.entries(feed_id)} == {"Story 1", "Story 2"}, "the third is not whole"
    site.pages["/feed"] = (200, validators, whole)
    pull_again()
    assert not {"If-None-Match", "If-Modified-Since"} & set(site.headers[1])
    assert newsroom.feed(feed_id)["error"] is None
    found = {entry["title"]: entry["revision"] for entry in newsroom.entries(feed_id)}
    assert found == {"Story 1": 1, "Story 2": 1, "Story 3": 1}


def test_a_feed_that_comes_back_is_pulled_as_usual(newsroom, site, run_errands, pull_again):
    feed_id = newsroom.add(f"{site.url}/feed").json["id"]
    run_errands()
    assert newsroom.feed(feed_id)["error"] == "The server answered 404."
    site.pages["/feed"] = rss(1)
    pull_again()
    feed = newsroom.feed(feed_id)
    assert (feed["error"], feed["failures"], feed["pulls"]) == (None, 0, 2)


def test_a_pull_is_ordered_once_however_often_the_schedule_looks(newsroom, site):
    newsroom.add(f"{site.url}/feed")
    jobs.order_pulls()
    jobs.order_pulls()
    with intake.reading() as session:
        assert len(session.exec(select(Outbox).where(Outbox.topic == "pull")).all()) == 1
    with intake.transaction() as session:
        session.exec(select(Feed)).one().ordered_at = now() - timedelta(hours=2)  # and it was never heard of again
    jobs.order_pulls()
    with intake.reading() as session:
        assert len(session.exec(select(Outbox).where(Outbox.topic == "pull")).all()) == 2


@pytest.mark.parametrize(
    "body",
    [{"url": "http://127.0.0.1/feed"}, {"url": "http://localhost/"}, {"url": "ftp://example.org/"}, {"url": "https://u:p@example.org/"},
     {}, {"url": "https://example.org/", "every_minutes": 1}, {"url": "https://example.org/", "every": 15}, {"url": None}],
)  # fmt: skip
def test_a_feed_that_would_never_be_pulled_is_refused_when_it_is_added(newsroom, body):
    answer = newsroom.ask("POST", "/v1/feeds", body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith("#")
    with intake.reading() as session:
        assert session.exec(select(Feed)).all() == []


def test_the_same_feed_again_is_the_same(newsroom, site):
    first = newsroom.add(f"{site.url}/feed")
    again = newsroom.add(f"{site.url}/feed#part", every_minutes=60)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["id"] == first.json["id"]
    assert again.json["every_minutes"] == 60


def test_others_feeds_are_not_found_and_scopes_count(app, newsroom, make_key, site):
    feed_id = newsroom.add(f"{site.url}/feed").json["id"]
    other = Newsroom(app, make_key("Evening Courier"))
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/pull"), ("GET", "/entries")):
        assert other.ask(method, f"/v1/feeds/{feed_id}{path}").status_code == 404
    assert other.ask("GET", "/v1/feeds").json["data"] == []
    reader = Newsroom(app, make_key("Wire Desk", "claims:read"))
    assert reader.feed(feed_id)["id"] == feed_id
    assert reader.add(f"{site.url}/x").status_code == 403
    assert reader.ask("DELETE", f"/v1/feeds/{feed_id}").status_code == 403


def test_a_removed_feed_is_not_pulled_any_more(newsroom, site, run_errands):
    site.pages["/feed"] = rss(1, 2)
    feed_id = newsroom.add(f"{site.url}/feed").json["id"]
    run_errands()
    assert newsroom.ask("POST", f"/v1/feeds/{feed_id}/pull").status_code == 202
    assert newsroom.ask("DELETE", f"/v1/feeds/{feed_id}").status_code == 204
    run_errands()
    assert site.asked == ["/feed"]
    assert newsroom.ask("GET", f"/v1/feeds/{feed_id}").status_code == 404
    with intake.reading() as session:
        assert session.exec(select(FeedEntry)).all() == []


@pytest.fixture
def command(newsroom, monkeypatch):
    monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_feeds_are_looked_after_by_commands(command, newsroom, site, run_errands):
    site.pages["/feed"] = rss(1)
    added = command("feeds", "add", f"{site.url}/feed", "--newsroom", "Wire Desk", "--every", "30")
    assert "is pulled from now on" in added.output
    feed_id = added.output.split()[0]
    assert "was there already" in command("feeds", "add", f"{site.url}/feed", "--newsroom", "Wire Desk").output
    run_errands()
    assert f"{feed_id}  Wire Desk: {site.url}/feed  [every 15 minutes]  pulled" in command("feeds", "list").output
    assert "1 feeds will be pulled" in command("feeds", "pull", feed_id).output
    assert run_errands() == 1
    assert "0 feeds will be pulled" in command("feeds", "pull").output
    assert "is removed" in command("feeds", "remove", feed_id).output
    for wrong in (
        ("remove", feed_id), ("pull", feed_id), ("add", f"{site.url}/feed", "--newsroom", "Nobody"),
        ("add", "http://10.0.0.1/", "--newsroom", "Wire Desk"), ("add", "no address", "--newsroom", "Wire Desk"),
    ):  # fmt: skip
        done = command("feeds", *wrong)
        assert done.exit_code
        assert done.exception is None or isinstance(done.exception, SystemExit)


def test_the_archive_is_verified_by_a_command(command, newsroom, site, run_errands, tmp_path):
    site.pages |= {"/1": ARTICLE, "/2": ARTICLE.replace("four", "five")}
    claim = {"text": "The bridge was closed.", "appearances": [{"url": f"{site.url}/1"}, {"url": f"{site.url}/2"}]}
    newsroom.ask("POST", "/v1/claims", claim)
    run_errands()
    good = command("archive", "verify")
    assert (good.exit_code, good.output) == (0, "2 of 2 copies are what they were\n")
    changed, gone = (tmp_path / "archive").rglob("*.warc.gz")
    changed.write_bytes(changed.read_bytes() + b"x")
    gone.unlink()
    bad = command("archive", "verify")
    assert bad.exit_code == 1
    assert f"{changed.name[:64]}  has changed" in bad.output
    assert f"{gone.name[:64]}  can't be read" in bad.output
