"""What a reader's browser gets: pages, their headers, and nothing that was not meant to be shown or run."""

import gzip
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from sqlalchemy import event
from sqlmodel import select

from services.publish.models import Check
from services.publish.rendering import environment as rendered
from shared.clock import new_id, now
from shared.contracts import VerdictApproved

BIDI = "\u202e\u2066\u2069\u202a"
HOSTILE = f"<script>alert(1)</script><img src=x onerror=alert(1)>\"'{BIDI} & {{{{ 7*7 }}}} {{% raw %}}"


def everywhere(value, text):
    """The same record with `text` in every text field that is not an id, a date, an address or a fixed word."""
    fixed = {"id", "claim_id", "url", "same_as", "language", "stance", "outcome", "kind", "external_id", "slug"}
    if isinstance(value, dict):
        return {
            name: inner if name in fixed or name.endswith("_at") or name == "deadline" else everywhere(inner, text)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [everywhere(inner, text) for inner in value]
    return text if isinstance(value, str) else value


def elements_of(page):
    """Every element of a page as a browser would find it: (name, attributes)."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(page)
    parser.close()
    return found


@pytest.fixture
def hostile(make_verdict):
    def make(claim_id, revision):
        record = json.loads(make_verdict(claim_id, revision, waiver="w").model_dump_json())
        record = everywhere(record, HOSTILE)
        record["rating"]["slug"] = '"><script>alert(1)</script>'
        return VerdictApproved.model_validate(record)

    return make


def test_readers_are_told_how_sure_the_desk_is_and_when_that_changes(receive, reader, make_verdict):
    first = make_verdict(confidence="high", rests_on="Two <b>logs</b> agree.")
    path = f"/checks/{receive(first).path}"
    head = reader.get(path).text.partition('id="found"')[0]
    assert "How sure we are: very sure." in head
    assert "Two &lt;b&gt;logs&lt;/b&gt; agree." in head
    record = reader.get(f"/v1/checks/{first.claim_id}").json
    assert (record["confidence"], record["rests_on"]) == ("high", "Two <b>logs</b> agree.")
    receive(make_verdict(first.claim_id, 2, confidence="low", rests_on="One log.", language="de"))
    page = reader.get(path).text
    assert "Wie sicher wir sind: nicht sehr sicher." in page
    assert "Worauf das beruht" in reader.get(f"{path}/revisions/2").text
    receive(make_verdict(first.claim_id, 3, kind="retraction", confidence="low", rests_on="One log."))
    assert 'class="sure"' not in reader.get(path).text


def test_whatever_is_in_the_text_fields_is_shown_as_text(receive, reader, hostile):
    claim = new_id()
    check = receive(hostile(claim, 1), hostile(claim, 2))
    for path in (f"/checks/{check.path}", f"/checks/{check.path}/revisions/1", "/", "/corrections"):
        page = reader.get(path).text
        for tag, attributes in elements_of(page):
            assert tag not in ("iframe", "style"), path
            assert tag != "img" or attributes["src"].startswith("/views/"), path  # which counts
            assert tag != "script" or attributes == {"type": "application/ld+json"}, path
            assert not [name for name in attributes if name.startswith("on") or name == "style"], path
        assert "&lt;script&gt;" in page, path
        assert "7*7" in page, path
        assert not any(mark in page for mark in BIDI), path
        assert 'class="rating r-other"' in page, path


def test_no_address_leads_anywhere_but_the_web(page_of, make_verdict):
    for bad in ("javascript:alert(1)", " JAVASCRIPT:alert(1)", "data:text/html,x", "//", "http://[", "vbscript:x"):
        page = page_of(
            make_verdict(
                claim={
                    "claimant": {"same_as": bad}, "story": {"url": bad},
                    "appearances": [{"url": bad}],
                },
                evidence=[{"id": str(new_id()), "kind": "media", "title": "t", "url": bad, "stance": "context",
                           "consulted_at": "2026-01-27T09:40:00Z"}],
            )
        )  # fmt: skip
        for href in re.findall(r'href="([^"]*)"', page):
            assert re.match(r"(https?://|/|#)", href), href


def test_texts_from_outside_find_their_own_direction(page_of, make_verdict):
    page = page_of(make_verdict(headline="لم يُغلق الجسر", claim={"text": "أُغلق الجسر", "language": "ar"}))
    assert '<h1 dir="auto">لم يُغلق الجسر</h1>' in page
    assert 'dir="auto" lang="ar"><p>“أُغلق الجسر”' in page
    assert "<bdi>Amara Okafor</bdi>" in page


def test_a_page_is_kept_for_a_minute_and_asked_for_by_its_etag(receive, reader, make_verdict):
    claim = new_id()
    path = f"/checks/{receive(make_verdict(claim)).path}"
    first = reader.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=300"
    assert "Set-Cookie" not in first.headers
    assert first.headers["Vary"] == "Accept-Encoding"  # one address, one page
    again = reader.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert reader.get(path, headers={"If-None-Match": "*"}).status_code == 304
    assert (again.status_code, again.data) == (304, b"")
    head = reader.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert int(head.headers["Content-Length"]) == len(first.data)
    receive(make_verdict(claim, 2))
    changed = reader.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", ["/", "/corrections", "/feeds/atom.xml", "/checks/{}/revisions/1", "/v1/checks/{id}"])
def test_every_public_answer_has_an_etag(receive, reader, make_verdict, path):
    check = receive(make_verdict())
    path = path.replace("{id}", str(check.claim_id)).format(check.path)
    first = reader.get(path)
    assert first.status_code == 200
    assert "stale-while-revalidate" in first.headers["Cache-Control"]
    assert reader.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_page_is_kept_compressed_and_sent_so_to_whoever_takes_it(receive, reader, make_verdict):
    check = receive(make_verdict())
    path = f"/checks/{check.path}"
    plain = reader.get(path)
    assert "Content-Encoding" not in plain.headers
    for accepted in ("gzip", "br, gzip;q=0.5", "*"):
        zipped = reader.get(path, headers={"Accept-Encoding": accepted})
        assert zipped.headers["Content-Encoding"] == "gzip", accepted
        assert gzip.decompress(zipped.data) == plain.data == check.page
        assert int(zipped.headers["Content-Length"]) == len(zipped.data) < len(plain.data) / 2
        assert zipped.headers["ETag"] != plain.headers["ETag"]
        again = reader.get(
            path, headers={"Accept-Encoding": accepted, "If-None-Match": f'W/"x", {zipped.headers["ETag"]}'}
        )
        assert (again.status_code, again.data) == (304, b"")
    for accepted in ("", "br", "gzip;q=0"):
        assert reader.get(path, headers={"Accept-Encoding": accepted}).data == plain.data, accepted
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Request-ID"):
        assert name in plain.headers
    assert reader.get(path, headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] == "mine"
    refused = reader.post(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "does not answer to POST, only to GET, HEAD and OPTIONS." in refused.text
    assert 'route="/checks/<year>/<month>/<slug>",service="publish",status="304"' in reader.get("/metrics").text


def test_no_header_changes_what_a_page_says(receive, reader, make_verdict):
    check = receive(make_verdict())
    for path in (f"/checks/{check.path}", "/", "/corrections", "/topics", f"/checks/{check.path}/revisions/1"):
        usual = reader.get(path)
        for headers in (
            {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"X-Original-URL": "/about"},
            {"X-Forwarded-For": "1.2.3.4"}, {"Accept-Language": "de"}, {"Cookie": "a=b"}, {"X-HTTP-Method-Override": "POST"},
        ):  # fmt: skip
            answer = reader.get(path, headers=headers)
            assert (answer.status_code, answer.data) == (200, usual.data), (path, headers)
            assert "evil.example" not in str(answer.headers)


def test_a_page_is_one_read(receive, reader, make_verdict, service, monkeypatch):
    path = f"/checks/{receive(make_verdict()).path}"
    reader.get(path)
    asked = []
    look_up = service.database.look_up
    monkeypatch.setattr(service.database, "look_up", lambda sql, *values: asked.append(sql) or look_up(sql, *values))
    event.listen(service.database._reader, "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert reader.get(path).status_code == 200
    [sql] = asked
    assert sql.startswith("SELECT COALESCE(n.etag, c.etag), c.site FROM checks c ")
    assert sql.endswith(" WHERE c.path = ?")


def test_nothing_on_a_page_is_run_or_comes_from_elsewhere(page_of, reader, make_verdict):
    page = page_of(make_verdict())
    assert not re.search(
        r"\sstyle=|<style|\son\w+=|<iframe|<img(?! class=\"counter\" src=\"/views/)|<link[^>]+href=\"https?://(?!facts\.example)",
        page,
    )
    policy = reader.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    with reader.get(re.search(r'href="(/static/publish\.css[^"]*)"', page).group(1)) as css:
        assert css.status_code == 200
        assert "max-age=31536000" in css.headers["Cache-Control"]
        assert "url(" not in css.text
        assert "@import" not in css.text


def test_a_page_with_its_style_is_under_50_kb(page_of, make_verdict):
    claim = new_id()
    page = page_of(make_verdict(claim), make_verdict(claim, 2), make_verdict(claim, 3))
    style = (rendered.FOLDER / "static/publish.css").read_bytes()
    assert len(page.encode()) + len(style) < 50_000


def test_the_page_says_all_that_stands_behind_the_verdict(page_of, make_verdict):
    page = page_of(make_verdict())
    text = re.sub(r"<[^>]+>", "", page)
    for words in (
        "“The United States has told Kyiv", "Financial Times", "Unproven", "One newspaper’s eight unnamed sources",
        "As of 27 January 2026, 14:05 UTC", "checked by Amara Okafor", "approved by Elena Petrov",
        "Reuters cites the Financial Times, which cites eight people familiar with the talks",
        "the White House had not responded to Reuters as of 27 January 2026, 14:05 UTC",
        "For the claim", "Against the claim", "Context", "consulted 27 January 2026",
        "One source is withheld: The official spoke on condition", "Claim received", "Taken up by a fact-checker",
        "Checked by Amara Okafor", "Approved by Elena Petrov", "What is not known", "signalled",
    ):  # fmt: skip
        assert words in text, words
    assert 'rel="nofollow noopener"' in page
    assert 'type="application/atom+xml"' in page
    assert re.findall(r'<ol class="evidence" start="(\d)"', page) == ["1", "2", "3"]


def test_the_page_says_how_long_the_verdict_holds(page_of, reader, make_verdict):
    verdict = make_verdict(as_of="2026-01-27T09:00:00Z", valid_until="2026-02-28T09:00:00Z")
    page = page_of(verdict)
    plain = re.sub(r"<[^>]+>", "", page)
    assert re.search(r"what was known on 27 Jan\w* 2026", plain)
    assert re.search(r"relied on until 28 Feb\w* 2026", plain)
    data = reader.get(f"/v1/checks/{verdict.claim_id}").json
    assert (data["as_of"], data["valid_until"]) == ("2026-01-27T09:00:00Z", "2026-02-28T09:00:00Z")


def test_headings_come_in_order(page_of, make_verdict):
    for text in ("# One\n\n## Two", "###### Deep", "plain"):
        levels = [int(level) for level in re.findall(r"<h(\d)", page_of(make_verdict(text=text)))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_correction_stands_at_the_top_with_both_ratings(page_of, make_verdict):
    claim = new_id()
    page = page_of(make_verdict(claim), make_verdict(claim, 2, change="We had overlooked a log."))
    box = page[page.index('class="box correction"') : page.index("<h1")]
    text = " ".join(re.sub(r"<[^>]+>", "", box).split())
    assert f"{now().day} {now():%B %Y}: correction." in text
    assert "Rating changed from Unproven to False" in text
    assert "We had overlooked a log." in text


def test_a_superseded_revision_says_so_and_leads_to_what_stands(receive, reader, make_verdict):
    claim = new_id()
    check = receive(make_verdict(claim, headline="As it was"), make_verdict(claim, 2, headline="As it is"))
    old = reader.get(f"/checks/{check.path}/revisions/1")
    assert "You are reading revision 1" in old.text
    assert "As it was" in old.text
    assert "As it is" not in old.text
    assert f'<link rel="canonical" href="https://facts.example/checks/{check.path}">' in old.text
    assert '<meta name="robots" content="noindex">' in old.text
    assert old.headers["X-Robots-Tag"] == "noindex"
    assert "ld+json" not in old.text
    current = reader.get(f"/checks/{check.path}/revisions/2")
    assert "the one that stands" in current.text
    assert "noindex" in current.text
    assert "noindex" not in reader.get(f"/checks/{check.path}").text


def test_other_ways_to_write_an_address_lead_to_the_one(receive, reader, make_verdict):
    path = receive(make_verdict()).path
    for other in (f"/checks/{path}/", f"/checks/{path.upper()}"):
        answer = reader.get(other)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/checks/{path}")
    assert reader.get(f"/checks/{path}/revisions/01").headers["Location"] == f"/checks/{path}/revisions/1"
    assert reader.get("/page/1").headers["Location"] == "/"
    assert reader.get("/page/002").headers["Location"] == "/page/2"


@pytest.mark.parametrize("address", ["/checks", "/checks/2026", "/checks/2026/01"])
def test_whoever_shortens_a_check_s_address_comes_to_the_list(reader, address):
    answer = reader.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert f"{address}<" not in reader.get("/sitemaps/pages.xml").text
    assert reader.get("/checks/last-year").status_code == 404


def test_no_page_has_a_slash_at_its_end_and_whoever_asks_for_one_comes_to_it(receive, reader, make_verdict):
    path = receive(make_verdict(claim={"tags": ["Money"]})).path
    for address in (
        "/corrections", "/topics", "/topics/money", "/being-checked", "/disputes", "/methodology", "/page/2", "/search?q=river",
        f"/checks/{path}/revisions/1", f"/checks/{path}/dispute", "/feeds/atom.xml", "/sitemap.xml", "/v1/checks", "/robots.txt",
    ):  # fmt: skip
        bare, *asked = address.split("?")
        answer = reader.get("?".join([f"{bare}/", *asked]))
        assert (answer.status_code, answer.headers["Location"]) == (301, address)


@pytest.mark.parametrize(
    "path",
    ["/checks/2026/01/none", "/checks/2026/01/none/revisions/1", "/nothing", "/page/2", "/page/0", "/corrections/page/9",
     "/checks/x/y/%00", "/checks/2026/01/%F0%9F%98%80", "/checks/2026/01/" + "a" * 3000, "/page/99999999999999999999",
     "/checks/..%2f..%2fetc/passwd", "/%5cevil.example/"],
)  # fmt: skip
def test_what_is_not_there_is_a_friendly_404(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "There is no page here" in answer.text
    assert 'href="/corrections"' in answer.text


def test_a_revision_number_beyond_all_numbers_is_404(receive, reader, make_verdict):
    path = receive(make_verdict()).path
    for number in (0, 2, 10**30):
        assert reader.get(f"/checks/{path}/revisions/{number}").status_code == 404


def test_the_sample_desk_is_marked_on_every_page(start_service, make_verdict):
    from services.publish import workflow
    from services.publish.app import create_app

    service = start_service("publish", sample_desk=True)
    with service.transaction() as session:
        check = workflow.publish(session, make_verdict())
    reader = create_app(service.settings).test_client()
    for path in ("/", "/corrections", f"/checks/{check.path}", "/nothing"):
        assert "Sample desk." in reader.get(path).text, path


def test_the_record_as_data_says_what_the_page_says_and_no_more(receive, reader, make_verdict):
    claim = new_id()
    check = receive(make_verdict(claim), make_verdict(claim, 2))
    record = reader.get(f"/v1/checks/{claim}").json
    assert record["url"] == f"https://facts.example/checks/{check.path}"
    assert record["revision"] == 2
    assert record["rating"]["slug"] == "false"
    assert [one["rating"] for one in record["revisions"]] == ["unproven", "false"]
    assert record["revisions"][0]["url"].endswith("/revisions/1")
    assert "urgency" not in record["claim"]
    assert "due_at" not in record["claim"]
    assert reader.get(f"/v1/checks/{new_id()}").content_type == "application/problem+json"


def test_every_rating_has_a_shape_of_its_own(page_of, make_verdict):
    shapes = set()
    for slug in rendered.SHAPES:
        rating = {"slug": slug, "label": slug.title(), "value": None, "best": None, "worst": None}
        page = page_of(make_verdict(rating=rating))
        assert f'class="rating r-{slug}"' in page
        shapes.add(re.search(r"<svg.*?</svg>", page, re.S).group())
    assert len(shapes) == len(rendered.SHAPES)


def test_rerender_brings_every_page_up_to_date(receive, reader, make_verdict, service, monkeypatch):
    from click.testing import CliRunner

    from services.publish.cli import cli

    checks = [receive(make_verdict(headline=f"Number {n}")) for n in range(3)]
    with service.transaction() as session:
        for check in session.exec(select(Check)):
            check.page, check.etag = b"an old template", "old"
    monkeypatch.setattr(service, "start_process", lambda: service.settings)
    answer = CliRunner().invoke(cli, ["rerender"])
    assert answer.exit_code == 0, answer.output
    assert "3 pages" in answer.output
    for check in checks:
        assert check.headline in reader.get(f"/checks/{check.path}").text
