"""The ClaimReview on a verdict page: valid, one, in the page's own words, and unable to leave its script."""

import html
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from shared.clock import new_id

SCHEMA = Draft202012Validator(json.loads((Path(__file__).parent / "claim-review.schema.json").read_text()))


def nodes_in(page):
    return [
        json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    ]


def text_of(page):
    body = page[page.index("<main") : page.index("</main>")]
    return html.unescape(re.sub(r"<[^>]+>", "", body))


def only_node_in(page):
    [node] = nodes_in(page)
    SCHEMA.validate(node)
    return node


def test_the_schema_itself_holds():
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_the_node_is_valid_and_says_what_the_page_says(page_of, make_verdict):
    page = page_of(make_verdict(rating={"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}))
    node, text = only_node_in(page), text_of(page)
    assert node["reviewRating"]["alternateName"] in text
    assert node["reviewRating"]["ratingExplanation"] in text
    assert node["claimReviewed"] in text
    assert node["itemReviewed"]["text"] in text
    assert node["itemReviewed"]["author"]["name"] in text
    assert node["headline"] in text
    assert node["itemReviewed"]["datePublished"] == "2026-01-27"
    assert "27 January 2026" in text
    assert [work["name"] for work in node["citation"]] == [
        name for name in (w["name"] for w in node["citation"]) if name in text
    ]
    assert node["url"] == re.search(r'rel="canonical" href="([^"]+)"', page).group(1)
    assert node["author"] == {
        "@type": "Organization", "@id": "https://facts.example/#org", "name": "The Daily Check", "url": "https://facts.example/",
    }  # fmt: skip
    assert (node["reviewRating"]["ratingValue"], node["reviewRating"]["bestRating"]) == (1, 5)


def test_a_rating_that_says_nothing_of_truth_has_no_numbers(page_of, make_verdict):
    assert set(only_node_in(page_of(make_verdict()))["reviewRating"]) == {"@type", "alternateName", "ratingExplanation"}


def test_a_correction_is_in_the_node_with_its_date(page_of, make_verdict):
    claim = new_id()
    node = only_node_in(page_of(make_verdict(claim), make_verdict(claim, 2, change="We had the year wrong.")))
    assert node["version"] == "2"
    [correction] = node["correction"]
    assert correction["text"] == "We had the year wrong."
    assert node["dateModified"].startswith(correction["datePublished"])


@pytest.mark.parametrize(
    ("claimant", "kind"),
    [
        ({"name": "Jo Marten", "title": "councillor", "organization": "Port Ellery"}, "Person"),
        ({"name": "Jo Marten", "title": None, "organization": "Port Ellery"}, "Person"),
        ({"name": "Reuters", "title": None, "organization": "Reuters"}, "Organization"),
    ],
)
def test_a_claimant_is_a_person_or_an_organisation(page_of, make_verdict, claimant, kind):
    node = only_node_in(page_of(make_verdict(claim={"claimant": claimant})))
    assert node["itemReviewed"]["author"]["@type"] == kind


def test_the_barest_verdict_is_valid_too(page_of, make_verdict):
    bare = {
        "claimant": None, "claimed_at": None, "story": None, "quote": None, "appearances": [], "statements": [],
        "requests_for_comment": [], "language": None, "hedge": None, "condition": None,
    }  # fmt: skip
    page = page_of(make_verdict(claim=bare, evidence=[], withheld=[], unknown=None, waiver="Nothing is on record."))
    assert "author" not in only_node_in(page)["itemReviewed"]
    assert "Nothing is on record." in text_of(page)
    for absent in ("Who says what", "Who was asked", "What is not known", "Where it was seen", "None"):
        assert absent not in text_of(page)


def test_a_retracted_verdict_has_no_node_and_says_so(page_of, reader, make_verdict):
    claim = new_id()
    page = page_of(make_verdict(claim), make_verdict(claim, 2, kind="retraction", change="It rested on a forgery."))
    assert nodes_in(page) == []
    struck = re.search(r"<h1[^>]*><s>(.+)</s></h1>", page)[1]
    for path in ("/", "/corrections", f"/embed/{claim}"):
        assert f"<s>{struck}</s></a>" in reader.get(path).text, "who reads headlines alone is not told it again"
    assert "This fact-check has been retracted" in text_of(page)
    assert "It rested on a forgery." in text_of(page)


def test_text_can_not_leave_the_script(page_of, make_verdict):
    hostile = "</script><script>alert(1)</script> & <!-- ' \u2028 "
    page = page_of(make_verdict(headline=hostile, claim={"text": hostile}))
    assert only_node_in(page)["claimReviewed"] == hostile
    assert page.count("<script") == 1
    assert "\\u003c/script" in page


def test_links_that_are_not_the_web_s_stay_out_of_the_node(page_of, make_verdict):
    page = page_of(
        make_verdict(claim={"claimant": {"same_as": "javascript:alert(1)"}, "story": {"url": "data:text/html,x"}})
    )
    node = only_node_in(page)
    assert "sameAs" not in node["itemReviewed"]["author"]
    assert "javascript:" not in page
    assert "data:text" not in re.sub(r">[^<]*<", "><", page)
