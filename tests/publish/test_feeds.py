"""The feeds, as feed readers read them."""

import gzip
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import feedparser
import pytest
from errand_runner import do_errands
from flask import Flask, request
from jsonschema import Draft202012Validator
from rdflib import Graph, Namespace, URIRef
from served import served

from services.publish import feeds, renewing, telling
from services.publish.app import create_app
from shared.clock import new_id
from shared.contracts import ScalePosted

SCHEMA = Draft202012Validator(json.loads((Path(__file__).parent / "claim-review.schema.json").read_text()))
SDO = Namespace("https://schema.org/")
VERSIONS = {"atom.xml": "atom10", "rss.xml": "rss20", "corrections.xml": "atom10"}


@pytest.fixture
def feed(reader):
    """`feed("rss.xml?rating=false")`: a feed as feedparser reads it, and one that it can't read by the same names."""

    def read(name="atom.xml"):
        answer = reader.get(f"/feeds/{name}")
        assert answer.status_code == 200, answer.text
        if name.startswith("feed.json"):
            return as_parsed(json.loads(answer.data))
        parsed = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
        assert not parsed.bozo, parsed.get("bozo_exception")
        assert parsed.version == VERSIONS[name.partition("?")[0]]
        return parsed

    return read


def as_parsed(found):
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"].startswith("https://facts.example/feeds/feed.json")
    entries = [
        feedparser.FeedParserDict(
            id=one["id"], title=one["title"], link=one["url"], summary=one["content_text"],
            published_parsed=datetime.fromisoformat(one["date_published"]).timetuple(),
            updated_parsed=datetime.fromisoformat(one["date_modified"]).timetuple(),
        )
        for one in found["items"]
    ]  # fmt: skip
    return feedparser.FeedParserDict(entries=entries)


def test_an_entry_keeps_its_id_through_all_revisions(receive, make_verdict, feed):
    claim = new_id()
    receive(make_verdict(claim, headline="First words"))
    [before] = feed().entries
    receive(make_verdict(claim, 2, headline="Corrected words", change="We had the day wrong."))
    [entry] = feed().entries
    assert entry.id == before.id == f"urn:uuid:{claim}"
    assert entry.title == "Corrected words"
    assert entry.updated > before.updated
    assert entry.published == before.published
    assert (before.link[-12:], entry.link[-16:]) == ("/first-words", "/corrected-words")
    assert "Correction: We had the day wrong." in entry.summary
    assert (entry.tags[0].term, entry.tags[0].label) == ("false", "False")
    assert [tag.term for tag in entry.tags[1:]] == ["ukraine"]


def test_the_feed_names_itself_and_its_publisher(receive, make_verdict, feed):
    receive(make_verdict())
    found = feed().feed
    assert found.title == "The Daily Check: fact-checks"
    assert found.author == "The Daily Check"
    assert {link.rel: link.href for link in found.links} == {
        "self": "https://facts.example/feeds/atom.xml", "alternate": "https://facts.example/",
    }  # fmt: skip
    assert found.updated == feed().entries[0].updated


def test_the_feed_puts_what_changed_last_first(receive, make_verdict, feed):
    claims = [new_id() for _ in range(3)]
    for number, claim in enumerate(claims):
        receive(make_verdict(claim, headline=f"Number {number}"))
    receive(make_verdict(claims[0], 2, headline="Number 0, corrected"))
    assert [entry.title for entry in feed().entries] == ["Number 0, corrected", "Number 2", "Number 1"]


def test_an_empty_feed_is_a_feed_and_does_not_change_by_itself(reader, feed):
    assert feed().entries == []
    assert reader.get("/feeds/atom.xml").data == reader.get("/feeds/atom.xml").data


def test_a_retraction_is_told_without_a_rating(receive, make_verdict, feed):
    claim = new_id()
    receive(make_verdict(claim), make_verdict(claim, 2, kind="retraction", headline="The bridge", change="A forgery."))
    [entry] = feed().entries
    assert entry.title == "Retracted: The bridge"
    assert "Retracted: A forgery." in entry.summary
    assert "unproven" not in {tag.term for tag in entry.tags}


def test_text_that_xml_can_not_hold_does_not_break_the_feed(receive, make_verdict, feed):
    text = "a < b & c ]]> <script>\u202e \x0b \ufffe ü"
    receive(make_verdict(headline=text))
    assert feed().entries[0].title_detail.type == "text/plain"
    assert (
        "<script>" in feed().entries[0].title_detail.value or "&lt;script&gt;" in feed().entries[0].title_detail.value
    )


FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}
FORMATS = ["atom.xml", "rss.xml", "feed.json"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_the_same_and_keeps_its_ids(receive, make_verdict, feed, name):
    claim = new_id()
    receive(make_verdict(claim, headline="First words"))
    [before] = feed(name).entries
    receive(make_verdict(claim, 2, headline="Corrected words", change="We had the day wrong."))
    [entry] = feed(name).entries
    assert entry.id == before.id == f"urn:uuid:{claim}"
    assert entry.title == "Corrected words"
    assert "Correction: We had the day wrong." in entry.summary
    assert entry.published_parsed == before.published_parsed
    assert entry.updated_parsed >= before.published_parsed
    assert entry.link.startswith("https://facts.example/checks/")


@pytest.mark.parametrize("name", FORMATS)
def test_feeds_are_filtered_by_topic_rating_and_language(receive, make_verdict, feed, name):
    receive(
        make_verdict(headline="One", rating=FALSE, claim={"tags": ["Harbour Works"], "language": "en-GB"}),
        make_verdict(headline="Two", claim={"tags": ["harbour works", "Money"], "language": "fr"}),
        make_verdict(headline="Three", claim={"tags": ["Money"], "language": None}),
        make_verdict(headline="A test", rating=FALSE, claim={"tags": ["Money"], "test": True}),
    )

    def titles(query):
        return {entry.title for entry in feed(f"{name}?{query}").entries}

    assert titles("topic=harbour-works") == titles("topic=Harbour%20Works") == {"One", "Two"}
    assert titles("topic=money") == {"Two", "Three"}
    assert titles("rating=false") == {"One"}
    assert titles("lang=en") == {"One", "Three"}
    assert titles("lang=EN-gb") == {"One"}
    assert titles("topic=money&lang=fr") == {"Two"}
    assert titles("topic=nobody-wrote-of-this") == set()


def test_a_check_leaves_the_filter_that_it_no_longer_fits(receive, make_verdict, feed):
    claim = new_id()
    receive(make_verdict(claim, rating=FALSE, claim={"tags": ["Money"]}))
    assert len(feed("atom.xml?rating=false&topic=money").entries) == 1
    receive(make_verdict(claim, 2, kind="retraction", claim={"tags": ["Trains"]}))
    assert feed("atom.xml?rating=false").entries == feed("atom.xml?topic=money").entries == []
    assert len(feed("atom.xml?topic=trains").entries) == 1


@pytest.mark.parametrize("query", ["topic=a&topic=b", "lang=not_a_language", "rating=", f"topic={'x' * 201}"])
def test_a_filter_that_does_not_hold_is_refused(reader, query):
    assert reader.get(f"/feeds/atom.xml?{query}").status_code == 400


@pytest.mark.parametrize("name", [*FORMATS, "corrections.xml", "claimreview.json", "claimreview.jsonl"])
def test_what_has_not_changed_is_not_sent_again(receive, reader, make_verdict, name):
    claim = new_id()
    receive(make_verdict(claim))
    first = reader.get(f"/feeds/{name}")
    again = reader.get(f"/feeds/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    receive(make_verdict(claim, 2))
    changed = reader.get(f"/feeds/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["Access-Control-Allow-Origin"] == "*"


def test_corrections_have_a_feed_of_their_own(receive, make_verdict, feed):
    claim, other = new_id(), new_id()
    receive(make_verdict(claim, headline="The bridge"), make_verdict(other, headline="The ferry"))
    assert feed("corrections.xml").entries == []
    receive(
        make_verdict(claim, 2, headline="The bridge", change="A second log was found."),
        make_verdict(other, 2, kind="retraction", headline="The ferry", change="A forgery."),
    )
    retracted, corrected = feed("corrections.xml").entries
    assert corrected.title == "Correction: The bridge"
    assert "A second log was found." in corrected.summary
    assert "is now “False”" in corrected.summary
    assert corrected.link.endswith("/the-bridge/revisions/2")
    assert retracted.title == "Retracted: The ferry"
    receive(make_verdict(claim, 3, headline="The tunnel"))
    again, _, moved = feed("corrections.xml").entries
    assert moved.link.endswith("/the-tunnel/revisions/2"), "the check has another address"
    assert len({again.id, moved.id, retracted.id}) == 3
    assert moved.id == corrected.id, "who was shown it is not shown it once more"


def test_every_claim_review_is_in_one_stream(receive, reader, make_verdict, monkeypatch):
    monkeypatch.setattr(feeds.datafeed, "AT_ONCE", 2)
    claims = [new_id() for _ in range(5)]
    receive(*[make_verdict(claim, headline=f"Number {number}") for number, claim in enumerate(claims)])
    check = receive(make_verdict(claims[1], 2, kind="retraction", change="A forgery."))
    receive(make_verdict(claim={"test": True}))
    answer = reader.get("/feeds/claimreview.json")
    found = json.loads(answer.data)
    assert found["@type"] == "DataFeed"
    items = found["dataFeedElement"]
    assert [item["item"] and item["item"][0]["headline"] for item in items] == [
        "Number 0", None, "Number 2", "Number 3", "Number 4",
    ]  # fmt: skip
    assert items[1]["url"] == f"https://facts.example/checks/{check.path}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", items[0]["dateCreated"])
    for item in items:
        for node in item["item"] or []:
            SCHEMA.validate(node)
    lines = [json.loads(line) for line in reader.get("/feeds/claimreview.jsonl").data.splitlines()]
    assert lines == [node for item in items for node in item["item"] or []]
    packed = reader.get("/feeds/claimreview.json", headers={"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(packed.data)) == found
    assert packed.headers["ETag"] != answer.headers["ETag"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # used by rdflib itself
def test_the_feed_s_claim_review_is_the_page_s_and_says_the_same_as_rdf(receive, reader, make_verdict):
    check = receive(make_verdict(rating=FALSE, claim={"text": "The river <turned> “green” & blue."}))
    [line] = reader.get("/feeds/claimreview.jsonl").data.splitlines()
    page = reader.get(f"/checks/{check.path}").text
    on_page = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S).group(1)
    assert json.loads(line) == json.loads(on_page)
    # another's reader, which has to be told what @context means because it may not go and look
    graph = Graph().parse(
        data=json.dumps(json.loads(on_page) | {"@context": {"@vocab": str(SDO)}}), format="json-ld"
    )  # fmt: skip
    review = URIRef(f"https://facts.example/checks/{check.path}#claimreview")
    assert str(graph.value(review, SDO.claimReviewed)) == "The river <turned> “green” & blue."
    assert str(graph.value(graph.value(review, SDO.reviewRating), SDO.alternateName)) == "False"
    assert str(graph.value(graph.value(review, SDO.author), SDO.name)) == "The Daily Check"
    assert graph.value(graph.value(review, SDO.itemReviewed), SDO.author) is not None
    assert {str(one) for one in graph.objects(review, URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))} == {
        "https://schema.org/ClaimReview"
    }


def test_the_hub_is_named_and_told_once_of_many_changes(start_service, receive, make_verdict, hub, monkeypatch):
    monkeypatch.setattr(telling, "SOON", timedelta(hours=1))  # however slow the machine is
    service = start_service(
        "publish", public_base_url="https://facts.example", websub_hub=hub.url, private_hosts=hub.host
    )
    reader = create_app(service.settings).test_client()
    claim = new_id()
    receive(make_verdict(claim), make_verdict(), make_verdict())
    for name in ("atom.xml", "rss.xml"):
        answer = reader.get(f"/feeds/{name}?topic=money")
        links = {link.rel: link.href for link in feedparser.parse(answer.data).feed.links}
        assert links["hub"] == hub.url
        assert links["self"] == f"https://facts.example/feeds/{name}?topic=money"
        assert f'<{hub.url}>; rel="hub"' in answer.headers.getlist("Link")
    assert reader.get("/feeds/feed.json").json["hubs"] == [{"type": "WebSub", "url": hub.url}]
    do_errands(service, early=True)
    assert hub.told == [
        [("hub.mode", "publish"), *(("hub.url", f"https://facts.example/feeds/{name}") for name in FORMATS)]
    ]
    receive(make_verdict(claim, 2))
    do_errands(service, early=True)
    assert ("hub.url", "https://facts.example/feeds/corrections.xml") in hub.told[1]
    rating = {
        "slug": "outdated",
        "label": "No longer true",
        "meaning": "Times changed.",
        "shape": "flag",
        "colour": "plum",
    }
    receive(make_verdict(desk="health", rating=FALSE | {"slug": "outdated", "label": "Outdated"}))
    do_errands(service, early=True)
    with service.transaction() as session:
        renewing.post_scale(session, ScalePosted.model_validate({"revision": 1, "desk": "health", "looks": [rating]}))
    do_errands(service)
    assert "No longer true" in reader.get("/feeds/atom.xml").text
    do_errands(service, early=True)
    assert len(hub.told) == 4
    assert hub.told[3] == hub.told[1], "what feeds say is another rating"


def test_a_hub_that_refuses_is_told_again_later(start_service, receive, make_verdict, hub):
    service = start_service("publish", websub_hub=hub.url, private_hosts=hub.host)
    hub.status = 503
    receive(make_verdict())
    do_errands(service, early=True)
    hub.status = 204
    do_errands(service, early=True)
    assert len(hub.told) == 2


@pytest.fixture
def hub():
    """A hub on loopback: what it was told, and what it answers."""
    app = Flask("hub")

    class Hub:
        status, told = 204, []

    @app.post("/hub")
    def take():
        known.told.append(parse_qsl(request.get_data(as_text=True)))
        return "", known.status

    known = Hub()
    known.told = []
    with served(app) as address:
        known.url, known.host = f"{address}/hub", address.removeprefix("http://")
        yield known
