"""Pages with ClaimReview and files at addresses are imported; what fetches them can't be turned against our own network."""

import json

import pytest
from reviews_of_others import feed, review

from services.intake.earlier import sources


def page(*scripts, more=""):
    made = "".join(
        f'<script type="application/ld+json">{one if isinstance(one, str) else json.dumps(one)}</script>'
        for one in scripts
    )
    return f'<!doctype html><html><head><meta charset="utf-8">{made}</head><body><h1>Checked</h1>{more}</body></html>'


@pytest.fixture
def database_kind():
    return "sqlite"  # what is found there is stored like what is found in files, which test_files.py tests on both


@pytest.fixture
def service(archiving):
    return archiving()


def test_a_page_s_review_goes_in_with_the_page_s_own_address(run, site, checks):
    site.pages["/1"] = page({"@type": "WebPage"}, review(url="/1?a=1", author={"name": "Ellery", "url": "/"}))
    site.pages["/2"] = page(review(url=None, claimReviewed="Second one."))
    assert run(f"{site.url}/1").new == run(f"{site.url}/2").new == 1
    first, second = checks()
    assert (first.url, first.publisher_url, first.imported_from) == (
        f"{site.url}/1?a=1",
        f"{site.url}/",
        f"{site.url}/1",
    )
    assert second.url == f"{site.url}/2"
    assert run(f"{site.url}/1").same == 1


def test_a_graph_s_references_are_followed(run, site, checks):
    graph = [
        {"@type": "Organization", "@id": "#us", "name": "Ellery Checks"},
        {"@type": "Claim", "@id": "#claim", "author": {"@id": "#jo"}},
        {"@type": "Person", "@id": "#jo", "name": "Jo Marten"},
        {"@type": "MediaReview"},
        review(author={"@id": "#us"}, itemReviewed={"@id": "#claim"}),
    ]
    site.pages["/1"] = page({"@context": "https://schema.org", "@graph": graph})
    told = run(f"{site.url}/1")
    assert (told.new, told.media) == (1, 1)
    assert (checks()[0].publisher_name, checks()[0].claimant) == ("Ellery Checks", "Jo Marten")


MICRODATA = """<div itemscope itemtype="http://schema.org/ClaimReview"><link itemprop="url" href="https://old.example/1">
<h1 itemprop="headline">What we <em>found</em></h1><time itemprop="datePublished" datetime="2016-03-01">March</time>
<p itemprop="claimReviewed">The dam broke.</p><div itemprop="author" itemscope><span itemprop="name">Old Checks</span>
<a
itemprop="url" href="https://old.example/">us</a></div>
<div itemprop="reviewRating" itemscope><meta itemprop="ratingValue" content="1">
<meta itemprop="bestRating" content="5"><span itemprop="alternateName">False</span></div></div>"""


def test_microdata_is_read(run, site, checks):
    site.pages["/1"] = page(more=MICRODATA)
    assert run(f"{site.url}/1").new == 1
    [check] = checks()
    told = (check.url, check.claim, check.headline, check.rating_label, check.rating_value, check.publisher_name)
    assert told == ("https://old.example/1", "The dam broke.", "What we found", "False", 1, "Old Checks")
    assert (check.published_at.year, check.publisher_url) == (2016, "https://old.example/")


def test_one_script_that_is_broken_stops_no_other(run, site):
    odd = "<!--\n" + json.dumps(review(2)).replace("nine", "ni\nne") + "\n-->;"
    site.pages["/1"] = page('{"@type": "ClaimReview", ', odd, review(3))
    told = run(f"{site.url}/1")
    assert (told.code, told.new, told.refused) == (1, 2, 1)
    assert "script 1 of the page is not JSON" in told.report[0]["because"][0]


@pytest.mark.parametrize("named", ["header", "page", "nobody"])
def test_a_page_in_another_encoding_is_read(run, site, checks, named):
    text = page('{"@type": "ClaimReview", "claimReviewed": "Café à Zürich", "reviewRating": {"alternateName": "Faux"}}')
    text = text.replace("utf-8", "iso-8859-1" if named == "page" else "")
    kind = "text/html; charset=iso-8859-1" if named == "header" else "text/html"
    site.pages["/1"] = (200, {"Content-Type": kind}, text.encode("iso-8859-1"))
    told = run(f"{site.url}/1")
    assert told.new == 1, told.report
    assert checks()[0].claim == "Café à Zürich"


DEEP = "<div>" * 50_000
NESTED = '{"a":' * 50_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (page(), "no ClaimReview"),
        (page({"@type": "NewsArticle"}), "no ClaimReview"),
        ("", "not a page"),
        (b"\x00\xff" * 500, "no ClaimReview"),
        (page(NESTED), "not JSON"),
        (DEEP, "no ClaimReview"),
        (b"<p>" + b"x" * 16_000_000, "larger than 15,000,000 bytes"),
        ((500, {}, b""), "answered 500"),
        ((302, {"Location": "http://10.0.0.1/"}, b""), "public internet"),
        ((302, {"Location": "/1"}, b""), "redirects more than"),
        ((200, {"Content-Type": "image/png"}, b"x"), "Its server calls it image/png"),
    ],
    ids=["none", "another", "empty", "noise", "nested", "deep", "huge", "error", "inside", "loop", "picture"],
)
def test_a_page_without_reviews_is_said_to_be_one(run, site, checks, body, words):
    site.pages["/1"] = body
    told = run(f"{site.url}/1")
    assert told.code == 1
    assert words in told.output + str(told.report)
    assert checks() == []


def test_what_is_too_large_to_fetch_is_refused(run, site, monkeypatch):
    monkeypatch.setattr(sources, "MOST_BYTES", 1_000)
    site.pages["/1"] = page(more="x" * 2_000)
    assert "larger than 1,000 bytes" in run(f"{site.url}/1").output


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001/", "http://169.254.169.254/latest", "https://u:p@example.org/", "http://[::1]/"]
)
def test_our_own_network_is_not_read(run, url):
    told = run(url)
    assert told.code == 1
    assert "public internet" in told.output or "user name" in told.output


def test_a_feed_and_a_table_at_an_address_go_in(run, site, find):
    site.pages["/feed"] = (
        200,
        {"Content-Type": "application/json; charset=utf-8"},
        json.dumps(feed(review(1), review(2))),
    )
    site.pages["/table"] = (
        200,
        {"Content-Type": "text/csv"},
        "url,claim,rating\nhttps://a.example/1,Ferry sank,False\n",
    )
    site.pages["/plain"] = (200, {"Content-Type": "text/plain"}, json.dumps(review(3)))
    assert (run(f"{site.url}/feed").new, run(f"{site.url}/table").new) == (2, 1)
    assert run(f"{site.url}/plain", "--as", "json").new == 1
    assert len(find("ferry")) == 4


def test_a_page_that_was_saved_names_its_own_address(run, write, checks):
    saved = page(review(url="/1")).replace(
        "<head>", '<head><link rel="canonical" href="https://checks.example.org/saved">'
    )
    assert run(write("saved.html", saved)).new == 1
    assert checks()[0].url == "https://checks.example.org/1"
