"""The search page: without script, with filters, and safe whatever is asked."""

import html
import re

import pytest
from errand_runner import do_errands

from services.publish import visitors
from services.publish.app import create_app
from shared.rates import Rates

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}


def headlines(page):
    return [re.sub("<[^>]+>", "", one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.S)]


def test_a_reader_finds_marks_and_narrows_down(receive, reader, make_verdict):
    receive(
        make_verdict(headline="The bridge was closed", rating=FALSE, claim={"tags": ["Traffic"]}),
        make_verdict(headline="A bridge opens", claim={"language": "fr"}),
    )
    page = reader.get("/search?q=bridges").text
    assert sorted(headlines(page)) == ["A bridge opens", "The bridge was closed"]
    assert "<mark>bridge</mark>" in page
    assert '<option value="false">False</option>' in page
    assert headlines(reader.get("/search?q=bridge&rating=false&topic=Traffic&lang=&since=&until=").text) == [
        "The bridge was closed"
    ]
    assert headlines(reader.get("/search?q=&lang=fr").text) == ["A bridge opens"]
    assert headlines(reader.get("/search?q=bridge&until=2020-01-01").text) == []
    assert len(headlines(reader.get("/search?q=bridge&since=2020-01-01&until=2199-12-31").text)) == 2


def test_what_was_misspelt_and_what_was_not_found_is_said(receive, reader, make_verdict):
    receive(make_verdict(headline="The bridge was closed"))
    page = html.unescape(re.sub("<[^>]+>", "", reader.get("/search?q=brigde").text))
    assert "Nobody wrote “brigde”: “bridge” was looked for" in page
    assert "Nothing was found" in reader.get("/search?q=lighthouse").text
    assert "Nothing was found" not in reader.get("/search").text


def test_what_was_found_by_what_it_says_is_told(receive, reader, make_verdict, service):
    told = {"text": "Vaccines cause autism."}
    receive(make_verdict(headline="The bridge was closed"), make_verdict(headline="The vaccines are safe", claim=told))
    do_errands(service, early=True)
    page = reader.get("/search", query_string={"q": "Is it true that vaccinations are responsible for autism?"}).text
    assert headlines(page) == ["The vaccines are safe"]
    assert "Found by what it says" in page
    assert "None has all" not in page
    assert "Found by what it says" not in reader.get("/search?q=autism").text


def test_results_are_leafed_through_with_the_question_kept(receive, reader, make_verdict):
    receive(*[make_verdict(headline=f"Bridge & road {number}") for number in range(23)])
    first = reader.get("/search?q=bridge+%26+road&rating=unproven").text
    more = html.unescape(re.search(r'rel="next" href="([^"]+)"', first).group(1))
    second = reader.get(more).text
    assert (len(headlines(first)), len(headlines(second))) == (20, 3)
    assert set(headlines(first)).isdisjoint(headlines(second))
    assert headlines(reader.get("/search?q=bridge&page=15").text) == []


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=99999999999", "page=x", "since=yesterday", "lang=%00", f"q={'x' * 1001}", "q=a&q=b"],
)
def test_what_makes_no_sense_is_refused(reader, query):
    assert reader.get(f"/search?{query}").status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_calendar_s_ends_do_no_harm(receive, reader, make_verdict, day):
    receive(make_verdict(headline="The bridge"))
    assert reader.get(f"/search?q=bridge&since={day}").status_code == 200
    assert reader.get(f"/search?q=bridge&until={day}").status_code == 200


def test_nothing_that_is_asked_becomes_markup(receive, reader, make_verdict):
    receive(make_verdict(headline="<i>bridge</i>"))
    for name in ("q", "topic", "claimant"):
        page = reader.get("/search", query_string={name: '"><script>alert(1)</script>bridge'}).text
        assert "<script>alert" not in page
    assert "&lt;i&gt;<mark>bridge</mark>&lt;/i&gt;" in reader.get("/search?q=bridge").text


@pytest.mark.parametrize("path", ["/search?q=x", "/v1alpha1/claims:search?query=x"])
def test_one_who_searches_without_end_waits(start_service, still, monkeypatch, path):
    monkeypatch.setattr(visitors, "_rates", Rates())
    settings = start_service("publish", searches_per_minute=2).settings
    reader = create_app(settings).test_client()
    answers = [reader.get(path) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    refused = answers[-1]
    assert int(refused.headers["Retry-After"]) > 0
    assert reader.get("/search").status_code == 200
