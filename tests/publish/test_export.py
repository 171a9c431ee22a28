"""The record as files: a web server that knows nothing of us shows all of it, and every link leads somewhere."""

import functools
import http.server
import re
import threading
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import feedparser
import pytest
from click.testing import CliRunner
from errand_runner import do_errands
from lxml import etree

from services.publish.cli import cli, export_command
from services.publish.exporting import export
from shared.clock import new_id

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def list_directory(self, path):
        """Most web servers show no folders, and what a page leads to is no list of files."""
        self.send_error(404)


@pytest.fixture
def hosted():
    """`hosted(folder)`: the address of a plain web server with these files."""
    servers = []

    def host(folder):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield host
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def make_record(receive, service, make_verdict, make_notice):
    """`make_record(23)`: so many checks, corrected, moved and retracted ones among them, a notice, and a test."""

    def make(count):
        claims = [new_id() for _ in range(count)]
        receive(
            *[
                make_verdict(claim, headline=f"Number {n}", rating=FALSE, claim={"tags": ["Money"]})
                for n, claim in enumerate(claims)
            ]
        )
        receive(
            make_verdict(claims[3], 2, headline="Another headline"),
            make_verdict(claims[4], 2, kind="retraction", headline="Number 4"),
        )
        receive(make_notice(headline="Is it so?"), make_verdict(claim={"test": True}, headline="A newsroom’s test"))
        do_errands(service)
        return claims

    return make


@pytest.fixture
def record(make_record):
    """A few checks, whose lists have one page each."""
    return make_record(6)


def links_in(page):
    return [unescape(found) for found in re.findall(r'\b(?:href|src)="([^"#]+)', page)]


def crawl(start, base):
    """Everything that links lead to under an address: what was found by path, what is not there."""
    found, missing, elsewhere, waiting = {}, [], set(), [start]
    while waiting:
        url = waiting.pop()
        if url in found or url in missing:
            continue
        try:
            with urlopen(url) as answer:
                found[url] = answer.read()
                kind = answer.headers.get_content_type()
        except HTTPError as error:
            error.close()
            missing.append(url)
            continue
        if kind == "text/html":
            for link in links_in(found[url].decode()):
                target = urljoin(url if url.endswith("/") else url + "/", link).replace(base, start.rstrip("/"))
                if target.startswith(start):
                    waiting.append(target.partition("?")[0])
                elif target.startswith("http"):
                    elsewhere.add(target)
    return found, missing, elsewhere


def test_every_link_of_an_export_leads_somewhere(app, make_record, hosted, tmp_path, database_kind):
    """Of lists with more than one page; at the root of a host, and of the other database's record in a folder there."""
    make_record(23)
    under = {"sqlite": "", "postgresql": "/facts"}[database_kind]
    site = tmp_path / "site"
    done = export(app, site / under.lstrip("/"), f"https://copy.example{under}")
    assert done.missing == []
    start = f"{hosted(site)}{under}/"
    found, missing, elsewhere = crawl(start, f"https://copy.example{under}")
    assert missing == []
    paths = {urlsplit(url).path.removeprefix(under).rstrip("/") for url in found}
    assert {"/corrections", "/topics/money", "/feeds/atom.xml"} <= paths
    assert len([path for path in paths if re.fullmatch(r"/checks/\d{4}/\d\d/[^/]+", path)]) >= 23
    text = b"".join(found.values()).decode(errors="replace")
    text = re.sub(r'"https://facts\.example/(search|oembed|checks/[^"]+/(dispute|useful))[^"]*"', "", text)
    assert "https://facts.example" not in text, "the live site's address stands nowhere but where a server is needed"
    assert any(target.lower().startswith("https://facts.example/search") for target in elsewhere)
    assert "A newsroom’s test" not in text
    asked = re.findall(r'"https://facts\.example(/oembed[^"]*)"', b"".join(found.values()).decode(errors="replace"))
    assert {app.test_client().get(unescape(one)).status_code for one in asked} == {200}, (
        "of pages that the live site knows"
    )


def test_feeds_sitemaps_and_data_speak_of_the_copy(app, record, tmp_path):
    export(app, tmp_path, "https://copy.example")
    feed = feedparser.parse((tmp_path / "feeds/atom.xml").read_bytes())
    assert not feed.bozo
    assert all(entry.link.startswith("https://copy.example/checks/") for entry in feed.entries)
    for part in etree.fromstring((tmp_path / "sitemap.xml").read_bytes()).itertext("{*}loc"):
        root = etree.fromstring((tmp_path / part.removeprefix("https://copy.example/")).read_bytes())
        for place in root.itertext("{*}loc"):
            assert (tmp_path / place.removeprefix("https://copy.example/") / "index.html").is_file(), place
    for claim in record:
        for name in (f"v1/checks/{claim}.json", f"v1/checks/{claim}/ninjs.json", f"embed/{claim}/index.html"):
            assert "https://facts.example" not in (tmp_path / name).read_text()
        assert len(list((tmp_path / f"cards/{claim}").glob("*.png"))) == 1
    moved = list((tmp_path / "checks").glob("*/*/number-3/index.html"))
    assert "another-headline" in moved[0].read_text()


def test_addresses_that_begin_as_ours_do_are_others_and_stay(app, receive, make_verdict, tmp_path):
    others = ["https://facts.example.org/log", "https://facts.example:8443/log", "https://facts.example-two.org/log"]
    text = f"Read {others[0]} or {others[1]}. Ours is https://facts.example."
    check = receive(make_verdict(revision=1, summary=text, statements=[], evidence=[
        {"id": str(new_id()), "kind": "data", "title": "A log", "url": url, "publisher": "Others", "stance": "context",
         "consulted_at": "2026-01-27T10:10:00Z"} for url in others
    ]))  # fmt: skip
    export(app, tmp_path, "https://copy.example/facts")
    page = (tmp_path / f"checks/{check.path}/index.html").read_text()
    data = (tmp_path / f"v1/checks/{check.claim_id}.json").read_text()
    for url in others:
        assert f'href="{url}"' in page
        assert f'"{url}"' in data
    assert "https://copy.example/facts." in data
    assert not re.search("copy.example/facts[.:-][a-z0-9]", page + data)


def test_a_second_export_writes_what_has_changed(app, record, receive, make_verdict, tmp_path):
    first = export(app, tmp_path, "https://copy.example")
    assert first.changed == first.files
    again = export(app, tmp_path, "https://copy.example")
    assert (again.files, again.changed) == (first.files, 0)
    receive(make_verdict(record[0], 2, headline="Number 0"))
    assert 0 < export(app, tmp_path, "https://copy.example").changed < first.files
    assert not list(tmp_path.rglob(".*.[0-9]*"))


def test_the_command_says_what_it_did(app, record, service, tmp_path, monkeypatch):
    monkeypatch.setattr(type(service), "start_process", lambda _: service.settings)
    cli.add_command(export_command(lambda _: app))
    done = CliRunner().invoke(cli, ["export", str(tmp_path / "out"), "--base-url", "https://copy.example"])
    assert done.exit_code == 0, done.output
    assert "files" in done.output
    assert (tmp_path / "out/index.html").is_file()
    refused = CliRunner().invoke(cli, ["export", str(tmp_path / "out"), "--base-url", "copy"])
    assert refused.exit_code == 2
