"""The configuration for nginx, run by nginx: every public address through it, kept by its cache, and nothing else."""

import gzip
import json
from pathlib import Path
from urllib.parse import urlsplit

import nginx
import pytest
from served import Way, served

from services.publish import workflow
from services.publish.app import create_app
from shared.clock import new_id
from shared.contracts import VerdictApproved

SAMPLE = json.loads((Path(__file__).parents[1] / "publish/samples/guarantees.json").read_text())
SITES = """
[[site]]
number = 1
name = "Der Blick"
url = "https://blick.example"
aliases = ["www.blick.example"]
languages = ["de"]
"""
pytestmark = pytest.mark.skipif(nginx.FOUND is None, reason="nginx is not installed: deploy/nginx.conf is not tried")


@pytest.fixture
def database_kind():
    return "sqlite"  # nginx sees no database


@pytest.fixture
def site(start_service, tmp_path):
    """Publish behind nginx with one check: nginx's port, what reached publish, the check."""
    service = start_service("publish", public_base_url="https://facts.example", trusted_proxies=1)
    with service.transaction() as session:
        given = SAMPLE | {"claim_id": str(new_id()), "revision": 1}
        check = workflow.publish(session, VerdictApproved.model_validate(given))
    app = create_app(service.settings)
    way = Way(app.wsgi_app)
    way.of = app
    app.wsgi_app = way
    with served(app) as url, nginx.in_front_of(urlsplit(url).port, tmp_path) as port:
        yield port, way, check


def addresses(app, check):
    """Of everything that there is with one check; what asks for another number, receipt or picture is left out."""
    values = {"claim_id": check.claim_id, "name": "about", "shelves": "topics", "number": 1}
    values |= dict(zip(("year", "month", "slug"), check.path.split("/"), strict=True))
    found = ["/theme.css", "/search?q=guarantees", f"/oembed?url=https://facts.example/checks/{check.path}"]
    found += ["/v1alpha1/claims:search?query=guarantees", "/v1alpha1/pages?organization=facts.example"]
    questions = (
        "/oembed", "/v1alpha1", "/metrics", "/healthz", "/readyz", "/logo", "/history", "/.well-known", "/static", "/files",
    )  # fmt: skip
    router = app.url_map.bind("facts.example")
    for rule in app.url_map.iter_rules():
        is_one = rule.arguments <= set(values) and not str(rule).endswith(
            (":shelves>/<slug>", ":name>/revisions/<int:number>")
        )
        if "GET" in rule.methods and is_one and not str(rule).startswith(questions):
            found.append(router.build(rule.endpoint, {name: values[name] for name in rule.arguments}))
    return found


def test_every_public_address_is_answered_and_asked_for_once(site):
    port, way, check = site
    for path in addresses(way.of, check):
        first = nginx.ask(port, path)
        assert first.status in (200, 301, 302), (path, first.status, first.body[:200])
        assert first.headers["Strict-Transport-Security"], path
        told = first.headers["Cache-Control"]
        assert told or first.status != 200 or path in ("/openapi.json", "/docs", "/version"), path
        if first.status == 200 and told and "no-store" not in told:
            asked = len(way.asked)
            assert nginx.ask(port, path).body == first.body, path
            assert len(way.asked) == asked, f"{path} was asked for again"
    for path in ("/metrics", "/healthz", "/readyz"):
        assert nginx.ask(port, path).status == 404


def test_a_page_comes_compressed_or_not_and_not_at_all_if_it_is_there(site):
    port, way, check = site
    path = f"/checks/{check.path}"
    plain = nginx.ask(port, path)
    assert plain.body == check.page
    for accepted in ("gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8"):
        zipped = nginx.ask(port, path, Accept_Encoding=accepted)
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.body) == plain.body
    assert "Content-Encoding" not in nginx.ask(port, path, Accept_Encoding="gzip;q=0, br").headers
    assert len([one for one in way.asked if one[1] == path]) == 2, "one of each is kept"
    for answer, accepted in ((plain, ""), (zipped, "gzip")):
        again = nginx.ask(port, path, Accept_Encoding=accepted, If_None_Match=answer.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
    head = nginx.ask(port, path, "HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", plain.headers["ETag"])
    assert nginx.ask(port, "/", Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in nginx.ask(port, "/").headers["Vary"]


def test_nobody_changes_what_others_are_sent(site):
    """Headers that caches of others fell for: the first to ask sends them, and what is kept has nothing of it."""
    port, _way, check = site
    hostile = {
        "X_Forwarded_Host": "evil.example", "X_Forwarded_Scheme": "http", "X_Original_URL": "/evil", "X_Rewrite_URL": "/evil",
        "Forwarded": "host=evil.example", "X_Host": "evil.example", "X_Forwarded_Prefix": "/evil", "X_HTTP_Method_Override": "POST",
        "Accept": "application/json", "Accept_Language": "de", "Cookie": "evil=1", "Origin": "https://evil.example",
        "Range": "bytes=0-3", "X_Request_ID": "evil", "X_Forwarded_Proto": "http",
    }  # fmt: skip
    for path in (f"/checks/{check.path}", "/", "/corrections", "/sitemap.xml", "/feeds/atom.xml", "/topics"):
        nginx.ask(port, path, **hostile)
        kept = nginx.ask(port, path)
        assert kept.status == 200
        assert b"evil" not in kept.body
        assert b"https://facts.example" in kept.body or path in ("/", "/corrections", "/topics")
        assert "evil" not in str(kept.headers).replace("X-Request-ID: evil", "")
    for host in ("evil.example", "facts.example.evil.example", "", "facts.example@evil.example", "127.0.0.1"):
        answer = nginx.ask(port, "/", host=host)
        assert (answer.status in (400, 421), b"evil" in answer.body) == (True, False), host


def test_several_sites_behind_it_are_kept_apart(start_service, tmp_path):
    (tmp_path / "sites.toml").write_text(SITES)
    service = start_service(
        "publish", public_base_url="https://facts.example", trusted_proxies=1, sites=str(tmp_path / "sites.toml")
    )
    with service.transaction() as session:
        given = [SAMPLE | {"claim_id": str(new_id()), "language": one, "headline": f"In {one}"} for one in ("en", "de")]
        here, there = (workflow.publish(session, VerdictApproved.model_validate(one)).path for one in given)
    hosts = {"facts.example": here, "blick.example": there}
    others = "blick.example www.blick.example"
    with (
        served(create_app(service.settings)) as url,
        nginx.in_front_of(urlsplit(url).port, tmp_path, others=others) as port,
    ):
        for again in range(2):  # what is kept, too, whoever asked first
            for host, path in hosts.items():
                (other,) = set(hosts) - {host}
                page = nginx.ask(port, f"/checks/{path}", host=host)
                assert (page.status, f"https://{host}/checks/{path}".encode() in page.body) == (200, True), again
                elsewhere = nginx.ask(port, f"/checks/{path}", host=other)
                assert (elsewhere.status, elsewhere.headers["Location"]) == (301, f"https://{host}/checks/{path}")
                for list_of in ("/", "/feeds/atom.xml", "/v1/checks", "/sitemaps/1.xml"):
                    found = nginx.ask(port, list_of, host=host).body
                    assert (path.encode() in found, hosts[other].encode() in found) == (True, False), (host, list_of)
                if again == 0:
                    assert f"https://{host}/".encode() in nginx.ask(port, "/robots.txt", host=host).body
            alias = nginx.ask(port, f"/checks/{there}?from=here", host="www.blick.example")
            assert (alias.status, alias.headers["Location"]) == (301, f"https://blick.example/checks/{there}?from=here")
            assert nginx.ask(port, "/", host="evil.example").status == 421


def test_forms_and_receipts_are_kept_by_nobody(site):
    port, way, check = site
    path = f"/checks/{check.path}/dispute"
    first, second = nginx.ask(port, path), nginx.ask(port, path)
    assert first.headers["Cache-Control"] == "no-store"
    assert first.body != second.body
    assert len([one for one in way.asked if one[1] == path]) == 2
