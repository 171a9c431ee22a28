"""Several sites by host: each has its own checks in its own look; who asks by another name gets nothing of anybody's."""

import re
from itertools import product
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from errand_runner import do_errands

from services.publish.app import create_app
from services.publish.cli import export_command
from services.publish.settings import Settings
from shared.clock import new_id
from shared.stored import keep

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}
SITES = """
[[site]]
number = 1
name = "Der Blick"
url = "https://blick.example"
aliases = ["www.blick.example"]
language = "de"
accent = "#7a0019"
languages = ["de"]

[[site]]
number = 2
name = "Money Check"
url = "https://money.example:8443"
desks = ["money"]
topics = ["Prices", "Taxes"]
"""
MAIN, GERMAN, MONEY = "https://facts.example", "https://blick.example", "https://money.example:8443"


@pytest.fixture
def service(start_service, tmp_path):
    (tmp_path / "sites.toml").write_text(SITES)
    return start_service(
        "publish", public_base_url=MAIN, site_name="The Daily Check", sites=str(tmp_path / "sites.toml"), searches_per_minute=10**9,
        files_folder=tmp_path / "public",
    )  # fmt: skip


@pytest.fixture
def read(reader):
    """`read(site, path)`: what readers of a site get."""

    def ask(site, path, **headers):
        return reader.get(path, base_url=site, headers=headers)

    return ask


@pytest.fixture
def checks(receive, make_verdict, make_notice):
    """Three on the main site, two on the German one, one on that of the desk for money; one of each was corrected."""

    def make(headline, claim_id=None, revision=1, tags=("Bridges",), **more):
        return make_verdict(claim_id, revision, headline=headline, rating=FALSE, claim={"tags": list(tags)}, **more)

    corrected = [new_id() for _ in range(3)]
    made = {
        MAIN: [receive(make(f"Bridge {n}")) for n in range(2)] + [receive(make("Bridge 2", corrected[0]))],
        GERMAN: [
            receive(make("Die Brücke", corrected[1], language="de-AT")),
            receive(make("Noch eine", language="de")),
        ],
        MONEY: [receive(make("The price", corrected[2], desk="money", tags=("prices",)))],
    }
    receive(make("Elsewhere", desk="money"))  # the desk's, on another topic: on the main site
    for claim_id in corrected:
        receive(make_verdict(claim_id, 2, headline="Corrected", kind="update"))
    receive(
        make_notice(headline="Is it so?"),
        make_notice(headline="Stimmt das?", claim={**make("x").model_dump(mode="json")["claim"], "language": "de"}),
    )
    return made


def test_a_check_is_at_home_at_one_site_and_found_there_alone(checks, read, service):
    do_errands(service)
    for home, made in checks.items():
        for check in made:
            page = read(home, f"/checks/{check.path}")
            assert page.status_code == 200
            assert f'<link rel="canonical" href="{home}/checks/{check.path}">' in page.text
            card = re.search(r'property="og:image" content="([^"]+)"', page.text)[1]
            assert card.startswith(f"{home}/cards/")
            assert read(home, card.removeprefix(home)).mimetype == "image/png"
            for other in {MAIN, GERMAN, MONEY} - {home}:
                moved = read(other, f"/checks/{check.path}")
                assert (moved.status_code, moved.location) == (301, f"{home}/checks/{check.path}")
                form = read(other, f"/checks/{check.path}/dispute")
                assert (form.status_code, form.location) == (301, f"{home}/checks/{check.path}/dispute")
                for path in (
                    f"/v1/checks/{check.claim_id}",
                    f"/embed/{check.claim_id}",
                    f"/v1alpha1/pages/{check.claim_id}",
                ):
                    assert read(other, path).status_code == 404
                assert read(other, f"/oembed?url={home}/checks/{check.path}").status_code == 404


def test_a_file_is_fetched_from_the_sites_whose_checks_show_it(receive, make_verdict, read, service, tmp_path):
    kept = {language: keep(tmp_path / "public", f"A letter in {language}.".encode(), "") for language in ("en", "de")}

    def publish(language, *digests):
        source = make_verdict().model_dump(mode="json")["evidence"][0]
        files = [{"sha256": one, "name": "letter.txt", "media_type": "text/plain", "bytes": 9} for one in digests]
        receive(make_verdict(language=language, evidence=[source | {"file": one} for one in files]))

    def status(site, digest):
        with read(site, f"/files/{digest}.txt") as answer:
            return answer.status_code

    publish("en", kept["en"])
    publish("de", kept["de"])
    assert [[status(site, kept[one]) for site in (MAIN, GERMAN, MONEY)] for one in ("en", "de")] == [
        [200, 404, 404],
        [404, 200, 404],
    ]
    publish("de", kept["en"])
    assert [status(site, kept["en"]) for site in (MAIN, GERMAN, MONEY)] == [200, 200, 404]


def test_lists_feeds_and_searches_of_a_site_lead_to_its_checks_alone(checks, read):
    for home, made in checks.items():
        paths = {f"/checks/{check.path}" for check in made}
        found = {}
        for path in ("/", "/corrections", "/topics/bridges", "/ratings/false", "/claimants/financial-times", "/search?q=corrected",
                     "/feeds/atom.xml", "/feeds/feed.json?rating=false", "/feeds/claimreview.jsonl", "/sitemaps/1.xml",
                     "/v1/checks", "/sitemap-news.xml", "/v1/changes", f"/v1alpha1/pages?organization={urlsplit(home).hostname}",
                     "/v1alpha1/claims:search?query=corrected", "/being-checked"):  # fmt: skip
            answer = read(home, path)
            found[path] = set(re.findall(r"/checks/\d{4}/\d\d/[a-z0-9-]+", answer.text))
            for other in {MAIN, GERMAN, MONEY} - {home}:
                assert f"{other}/checks" not in answer.text, (home, path)
        listed = found["/sitemaps/1.xml"]
        assert paths <= listed
        assert len(listed) == {MAIN: 4, GERMAN: 2, MONEY: 1}[home]
        assert found["/"] - found["/being-checked"] == found["/v1/checks"] == found["/feeds/atom.xml"] == listed
        assert len(found["/search?q=corrected"]) == len(found["/corrections"]) == 1
        assert found["/v1alpha1/claims:search?query=corrected"] == found["/search?q=corrected"]
        assert found["/topics/bridges"] <= listed
        assert len(found["/being-checked"]) == {MAIN: 1, GERMAN: 1, MONEY: 0}[home]
    assert read(MONEY, "/topics/bridges").status_code == 404
    assert read(GERMAN, "/sitemaps/2.xml").status_code == 404
    assert re.findall(r"<loc>([^<]+)", read(MONEY, "/sitemap.xml").text) == [
        f"{MONEY}/sitemaps/pages.xml",
        f"{MONEY}/sitemaps/1.xml",
    ]


def test_each_site_has_a_look_and_a_language_of_its_own(checks, read):
    page = read(GERMAN, "/corrections").text
    assert '<html lang="de">' in page
    assert "Der Blick" in page
    style = re.search(r'href="(/theme\.css\?v=\w+)"', page)[1]
    assert "#7a0019" in read(GERMAN, style).text
    assert "theme.css" not in read(MAIN, "/").text
    assert "Money Check: fact-checks" in read(MONEY, "/feeds/rss.xml").text
    check = checks[MONEY][0]
    assert '"name": "Money Check"' in read(MONEY, f"/checks/{check.path}").text
    for site in (MAIN, GERMAN, MONEY):
        assert f"Sitemap: {site}/sitemap.xml" in read(site, "/robots.txt").text


NOT_OURS = (
    "evil.example", "", "facts.example.evil.example", "evil.example/facts.example", "facts.example@evil.example", "127.0.0.1",
    "<script>alert(1)</script>", "facts.example:99999", "facts.example, evil.example", "a" * 4000, "blick.example\t",
)  # fmt: skip


def test_who_asks_by_a_name_that_is_none_of_ours_is_told_so_and_no_more(receive, make_verdict, reader):
    check = receive(make_verdict())
    paths = ("/", f"/checks/{check.path}", "/sitemap.xml", "/nothing", "/theme.css")
    for host, path in product(NOT_OURS, paths):
        answer = reader.get(
            path, headers={"Host": host, "X-Forwarded-Host": "facts.example"}, environ_overrides={"HTTP_HOST": host}
        )
        assert (answer.status_code, answer.data) == (421, b"There is no such site here.\n")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "evil" not in str(answer.headers)
    for host in NOT_OURS:
        assert reader.get("/healthz", environ_overrides={"HTTP_HOST": host}).status_code == 200


def test_other_names_of_a_site_lead_to_it(checks, reader):
    for path in ("/", "/search?q=a%20b&x=1", "/checks/2026/01/x%0d%0aSet-Cookie:%20a", "//evil.example/"):
        answer = reader.get(path, environ_overrides={"HTTP_HOST": "www.blick.example"})
        assert answer.status_code == 301
        assert answer.location.startswith("https://blick.example/")
        assert "\r" not in answer.location
    assert (
        reader.get("/search?q=a%20b", environ_overrides={"HTTP_HOST": "WWW.BLICK.example"}).location
        == "https://blick.example/search?q=a%20b"
    )
    assert reader.get("/", environ_overrides={"HTTP_HOST": "blick.example:443"}).status_code == 200
    assert reader.get("/", environ_overrides={"HTTP_HOST": "money.example"}).status_code == 421


def test_no_header_chooses_a_site_or_changes_what_one_sends(checks, read):
    hostile = {
        "X-Forwarded-Host": "blick.example", "X-Forwarded-Proto": "http", "Forwarded": "host=blick.example",
        "X-Original-URL": "/funding", "X-Rewrite-URL": "/funding", "X-Forwarded-Prefix": "/evil", "X-Host": "evil.example",
        "Accept-Language": "de", "X-HTTP-Method-Override": "POST", "Origin": "https://evil.example", "Cookie": "a=b",
        "X-Forwarded-Server": "evil.example", "Accept": "*/*;q=0.1",
    }  # fmt: skip
    check = checks[MAIN][0]
    for path in (
        f"/checks/{check.path}",
        "/",
        "/sitemap.xml",
        "/robots.txt",
        "/feeds/atom.xml",
        "/topics",
        "/v1/checks",
        f"/embed/{check.claim_id}",
    ):
        usual, other = read(MAIN, path), read(MAIN, path, **hostile)
        assert (usual.status_code, usual.data, usual.headers["ETag"]) == (200, other.data, other.headers["ETag"]), path
        assert usual.headers.get("Vary") == other.headers.get("Vary")


def test_a_site_is_exported_by_its_number(checks, service, tmp_path):
    command = export_command(create_app)
    done = CliRunner().invoke(command, [str(tmp_path / "copy"), "--site", "2", "--base-url", "https://copy.example"])
    assert done.exit_code == 0, done.output
    pages = {
        str(path.relative_to(tmp_path / "copy").parent) for path in (tmp_path / "copy").glob("checks/*/*/*/index.html")
    }
    assert len(pages) == 1
    assert "Money Check" in (tmp_path / "copy/index.html").read_text()
    assert CliRunner().invoke(command, [str(tmp_path / "other"), "--site", "7"]).exit_code == 2


def test_a_site_that_is_gone_from_the_file_is_read_at_the_main_one(checks, service):
    without = service.start(service.settings.model_copy(update={"sites": service.settings.sites[1:]}))
    reader, check = create_app(without).test_client(), checks[GERMAN][0]
    assert reader.get(f"/checks/{check.path}", base_url=GERMAN).status_code == 421
    moved = reader.get(f"/checks/{check.path}", base_url=MAIN)
    assert moved.status_code == 200


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SITES.replace("[[site]]", "[[sites]]"), "nothing but"),
        (SITES + '[[site]]\nnumber = 1\nname = "x"\nurl = "https://x.example"', "a host and a number of its own"),
        (SITES + '[[site]]\nnumber = 3\nname = "x"\nurl = "https://www.blick.example"', "a host and a number of its own"),
        ('[[site]]\nnumber = 0\nname = "x"\nurl = "https://x.example"', "a host and a number of its own"),
        ('[[site]]\nnumber = 1\nname = "x"\nurl = "https://x.example/path"', "an address without a path"),
        ('[[site]]\nnumber = 1\nname = "x"\nurl = "https://x.example"\naccent = "#ffee00"', "contrast"),
        ('[[site]]\nnumber = 1\nname = "x"\nurl = "https://x.example"\ncolour = "red"', "Extra inputs"),
        ("[[site", "can't be read"), (None, "can't be read"),
    ],
)  # fmt: skip
def test_a_file_of_sites_that_does_not_hold_is_refused_at_the_start(tmp_path, file, words):
    path = tmp_path / "sites.toml"
    if file is not None:
        path.write_text(file)
    with pytest.raises(ValueError, match=re.escape(words)):
        Settings(secret_key="x" * 20, public_base_url=MAIN, sites=str(path))
