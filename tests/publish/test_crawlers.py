"""What crawlers ask for first: robots.txt, sitemaps of everything, the news of two days, whom to tell of a hole."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from services.publish import crawlers, listing
from services.publish.app import create_app
from services.publish.models import Check
from services.publish.queries import machines
from shared.clock import new_id, now

NAMES = {"s": crawlers.SITEMAP, "n": crawlers.NEWS}


@pytest.fixture
def xml(reader):
    def read(path):
        answer = reader.get(path.removeprefix("https://facts.example"))
        assert answer.status_code == 200, path
        assert answer.content_type == "application/xml; charset=utf-8"
        return etree.fromstring(answer.data)

    read.reader = reader
    return read


def found(root, path):
    return root.xpath(path, namespaces=NAMES)


def test_the_sitemaps_lead_to_every_page_once(receive, make_verdict, make_notice, xml, monkeypatch):
    monkeypatch.setattr(listing, "IN_SITEMAP", 2)
    monkeypatch.setattr(machines, "IN_SITEMAP", 2)
    claims = [new_id() for _ in range(5)]
    checks = [receive(make_verdict(claim, headline=f"Number {n}")) for n, claim in enumerate(claims)]
    receive(make_verdict(claim={"test": True}), make_notice())
    changed = receive(make_verdict(claims[0], 2, headline="Number 0"))
    index = xml("/sitemap.xml")
    parts = found(index, "//s:loc/text()")
    assert len(parts) == 4
    places = [place for part in parts for place in found(xml(part), "//s:loc/text()")]
    expected = {f"https://facts.example/checks/{check.path}" for check in checks}
    assert len(places) == len(set(places))
    assert {place for place in places if "/checks/" in place} == expected
    others = {place.removeprefix("https://facts.example") for place in places} - {
        f"/checks/{one.path}" for one in checks
    }
    assert {"/", "/corrections", "/topics", "/methodology", "/funding", "/being-checked", "/disputes"} <= others
    assert all(xml.reader.get(page).mimetype == "text/html" for page in others)
    assert found(index, "//s:lastmod/text()")[0] == f"{changed.updated_at:%Y-%m-%dT%H:%M:%SZ}"
    assert found(xml(parts[1]), "//s:lastmod/text()")[0] == f"{changed.updated_at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "x"])
def test_a_sitemap_that_is_not_there_is_not_found(receive, reader, make_verdict, number):
    receive(make_verdict())
    assert reader.get(f"/sitemaps/{number}.xml").status_code == 404


def test_the_news_are_of_two_days_and_name_the_publication(receive, service, make_verdict, xml):
    old, retracted = new_id(), new_id()
    receive(
        make_verdict(old, headline="Old"),
        make_verdict(headline="New & <true>"),
        make_verdict(retracted, headline="Gone"),
    )
    receive(make_verdict(retracted, 2, kind="retraction", headline="Gone"))
    with service.transaction() as session:
        session.get(Check, old).first_published_at = now() - timedelta(hours=49)
    root = xml("/sitemap-news.xml")
    assert found(root, "//n:title/text()") == ["New & <true>"]
    assert found(root, "//n:publication/n:name/text()") == ["The Daily Check"]
    assert found(root, "//n:publication/n:language/text()") == ["en"]
    [published] = found(root, "//n:publication_date/text()")
    assert datetime.fromisoformat(published) <= now()


def test_robots_may_read_all_that_is_made_once(reader):
    answer = reader.get("/robots.txt")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.can_fetch("Anybot", "https://facts.example/checks/2026/01/the-bridge")
    assert rules.can_fetch("Anybot", "https://facts.example/feeds/claimreview.json")
    assert not rules.can_fetch("Anybot", "https://facts.example/search?q=bridge")
    assert set(rules.site_maps()) == {"https://facts.example/sitemap.xml", "https://facts.example/sitemap-news.xml"}


@pytest.mark.parametrize("name", ["intake", "review"])
def test_robots_have_no_business_where_people_work(start_service, name):
    settings = start_service(name).settings
    answer = import_module(f"services.{name}.app").create_app(settings).test_client().get("/robots.txt")
    assert answer.text == "User-agent: *\nDisallow: /\n"


def test_whoever_finds_a_hole_learns_whom_to_tell(start_service):
    settings = start_service(
        "publish", public_base_url="https://facts.example", security_contact="mailto:s@desk.example"
    ).settings
    answer = create_app(settings).test_client().get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"] == "mailto:s@desk.example"
    assert lines["Canonical"] == "https://facts.example/.well-known/security.txt"
    expires = datetime.fromisoformat(lines["Expires"])
    assert datetime.now(UTC) < expires < datetime.now(UTC) + timedelta(days=365)


def test_a_desk_that_names_nobody_has_no_security_txt(reader):
    assert reader.get("/.well-known/security.txt").status_code == 404
