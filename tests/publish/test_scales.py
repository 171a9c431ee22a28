"""A desk gives its ratings other names and marks: readers see them so wherever they stand, and no verdict is another."""

import json
import re

import pytest
from errand_runner import do_errands
from sqlmodel import select

from services.publish import ledger, renewing
from services.publish.app import create_app
from services.publish.models import Check, NewPage, Revision
from services.publish.rendering.card import card_of
from shared.clock import new_id
from shared.contracts import ScalePosted

CLOCK = {"slug": "outdated", "label": "Out of date", "value": 2, "best": 5, "worst": 1, "meaning": "It held once."}
TEAL = CLOCK | {"shape": "clock", "colour": "teal"}
ELSEWHERE = {
    "tags": ["harbour"], "claimant": {"name": "Port", "organization": "Port", "same_as": None},
    "story": {"url": "https://port.example/1", "external_id": "port-1", "headline": "Ships"},
}  # fmt: skip


@pytest.fixture
def post_scale(service):
    """Posts a desk's ratings, as review tells of them, and does the work that comes of it."""

    def post(revision, work=True, desk="health", **look):
        given = {
            "slug": "outdated",
            "label": "No longer true",
            "meaning": "Times changed.",
            "shape": "flag",
            "colour": "plum",
        }
        message = {"revision": revision, "desk": desk, "looks": [given | look]}
        with service.transaction() as session:
            renewing.post_scale(session, ScalePosted.model_validate(message))
        if work:
            do_errands(service)

    return post


@pytest.fixture
def up_to_date(service):
    """All pages are as they would be made now."""

    def make():
        with service.transaction() as session:
            renewing.notice(session)
        do_errands(service)

    return make


def etags(service):
    with service.reading() as session:
        return {one.claim_id: one.etag for one in session.exec(select(Check))}


def test_readers_see_a_rating_as_its_desk_calls_and_draws_it_now(
    receive, make_verdict, reader, service, post_scale, up_to_date
):
    others = receive(
        make_verdict(desk="votes", rating=TEAL, headline="Of others", claim=ELSEWHERE | {"tags": ["vote"]})
    )
    renamed = receive(make_verdict(desk="health", rating=TEAL, headline="Renamed", claim={"tags": ["flu"]}))
    once = receive(
        make_verdict(claim := new_id(), desk="health", rating=TEAL, claim=ELSEWHERE),
        make_verdict(claim, 2, desk="health", rating=CLOCK | {"slug": "false", "label": "Wrong"}, claim=ELSEWHERE),
    )
    beside = receive(make_verdict(headline="Beside it"))
    up_to_date()
    before = etags(service)
    post_scale(1)
    page = reader.get(f"/checks/{renamed.path}").text
    assert re.search(r'class="stamp"><span class="rating k-plum">.*?<bdi>No longer true</bdi>', page)
    assert "its rating was called “<bdi>Out of date</bdi>” then" in page
    (node,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert json.loads(node)["reviewRating"] == {
        "@type": "Rating", "ratingValue": 2, "bestRating": 5, "worstRating": 1, "alternateName": "No longer true",
        "ratingExplanation": renamed.summary,
    }  # fmt: skip
    data = reader.get(f"/v1/checks/{renamed.claim_id}").json["rating"]
    look = {"label": "No longer true", "meaning": "Times changed.", "shape": "flag", "colour": "plum", "words": {}}
    assert data == TEAL | look
    for path in ("/", "/ratings", "/ratings/outdated", f"/embed/{renamed.claim_id}"):
        assert "k-plum" in reader.get(path).text, path
    for path in (
        "/feeds/atom.xml",
        "/feeds/feed.json",
        "/feeds/corrections.xml",
        "/feeds/claimreview.json",
        "/v1/checks",
        "/search?q=renamed",
    ):
        assert "No longer true" in reader.get(path).text, path
    assert "No longer true" in reader.get(f"/checks/{beside.path}").text
    corrected = reader.get(f"/checks/{once.path}").text
    assert re.search('Rating changed from</span> <span class="rating k-plum">.*?No longer true', corrected)
    assert "Out of date" in reader.get(f"/checks/{once.path}/revisions/1").text, (
        "the page of a revision stays as it was"
    )
    assert "No longer true" not in reader.get(f"/checks/{others.path}").text.partition('id="related"')[0]
    after = etags(service)
    assert after[renamed.claim_id] != before[renamed.claim_id]
    with service.reading() as session:
        kept = session.get_one(Revision, (renamed.claim_id, 1))
        assert kept.verdict.rating.model_dump() == TEAL | {"words": {}}, "what was approved stays"
        assert {one.topic: one.revision for one in ledger.known(session) if one.key == "health"} == {
            ScalePosted.topic: 1
        }


def test_on_a_page_in_another_language_a_rating_that_has_no_name_there_says_in_which_it_is(
    receive, make_verdict, reader
):
    german = receive(make_verdict(desk="health", rating=TEAL, language="de", headline="Der Hafen"))
    name_alone = TEAL | {"words": {"de": {"label": "Überholt", "meaning": None}}}
    corrected = {
        "rating": name_alone,
        "revision": 2,
        "kind": "correction",
        "change": "Es war ein Tag.",
        "headline": "Der Hafen",
    }
    page = reader.get(f"/checks/{german.path}").text
    assert re.search(r'class="stamp">.*?<bdi lang="en">Out of date</bdi>', page)
    assert re.search('<p class="meaning" dir="auto" lang="en">', page)
    receive(make_verdict(desk="health", language="de", claim_id=german.claim_id, **corrected))
    page = reader.get(f"/checks/{german.path}").text
    assert re.search(r'class="stamp">.*?<bdi>Überholt</bdi>', page)
    assert re.search('<p class="meaning" dir="auto" lang="en">', page)
    assert '<bdi lang="en">Out of date</bdi>' in page, "what it was rated before"
    english = receive(make_verdict(desk="health", rating=name_alone, headline="The port"))
    page = reader.get(f"/checks/{english.path}").text
    assert "<bdi>Out of date</bdi>" in page
    assert '<bdi lang="en">' not in page


def test_a_rating_is_called_in_the_language_of_what_shows_it(
    receive, make_verdict, reader, service, post_scale, up_to_date
):
    words = {"de": {"label": "Überholt", "meaning": "Es galt einmal."}}
    rating, claim = TEAL | {"words": words}, {"tags": ["flu"], "claimant": {"name": "Port", "same_as": None}}
    german = receive(make_verdict(desk="health", rating=rating, language="de", claim=claim, headline="Der Hafen"))
    english = receive(make_verdict(desk="health", rating=rating, claim=claim, headline="The port"))
    page = reader.get(f"/checks/{german.path}").text
    assert re.search(r'class="stamp"><span class="rating k-teal">.*?<bdi>Überholt</bdi>', page)
    assert re.search('<p class="meaning".*?>Es galt einmal', page)
    (node,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert json.loads(node)["reviewRating"]["alternateName"] == "Überholt"
    assert "Out of date" not in page, "also where the English one stands beside it"
    for path in (f"/embed/{german.claim_id}", "/v1alpha1/claims:search?query=Hafen&languageCode=de"):
        assert "Überholt" in reader.get(path).text, path
    assert card_of_check(service, german.claim_id).rating == "Überholt"
    for path in ("/", "/ratings", "/ratings/outdated", "/search?q=Hafen", "/claimants/port", "/feeds/atom.xml",
                 f"/checks/{english.path}"):  # fmt: skip
        text = reader.get(path).text
        assert "Out of date" in text, path
        assert "Überholt" not in text, path
    assert reader.get(f"/v1/checks/{german.claim_id}").json["rating"]["words"] == words
    assert reader.get("/v1/checks").json["data"][0]["rating"]["words"] == words
    up_to_date()
    post_scale(1, words={"de": {"label": "Nicht mehr wahr"}})
    page = reader.get(f"/checks/{german.path}").text
    assert re.search(r'class="stamp"><span class="rating k-plum">.*?<bdi>Nicht mehr wahr</bdi>', page)
    assert "„<bdi>Überholt</bdi>“" in page, "what it was called then"
    assert "Überholt" in reader.get(f"/checks/{german.path}/revisions/1").text, "the page of a revision stays as it was"
    assert "Nicht mehr wahr" not in reader.get(f"/checks/{english.path}").text
    assert "Nicht mehr wahr" in reader.get(f"/embed/{german.claim_id}").text


def test_a_site_in_another_language_calls_ratings_in_its_own(start_service, make_verdict, receive_in):
    service = start_service("publish", language="de", site_name="Der Blick")
    rating = TEAL | {"words": {"de": {"label": "Überholt"}}}
    reader = create_app(service.settings).test_client()
    with service.transaction() as session:
        receive_in(session, make_verdict(rating=rating, headline="Der Hafen"))
        receive_in(
            session, make_verdict(new_id(), rating=TEAL | {"slug": "cut", "label": "Cut"}, headline="Noch einer")
        )
    for path in ("/", "/ratings", "/ratings/outdated", "/search", "/feeds/atom.xml", "/feeds/claimreview.json"):
        text = reader.get(path).text
        assert "Überholt" in text, path
        assert "Out of date" not in text, path
    assert "Cut" in reader.get("/ratings").text, "the desk's own word where it has none in German"


def card_of_check(service, claim_id):
    with service.reading() as session:
        return card_of(session.get_one(Check, claim_id))


def test_only_pages_that_show_the_rating_are_made(receive, make_verdict, service, post_scale, up_to_date):
    shown = receive(make_verdict(desk="health", rating=TEAL))
    receive(*(make_verdict(claim=ELSEWHERE | {"tags": [f"harbour {n}"]}, rating={"slug": "satire"}) for n in range(3)))
    up_to_date()
    post_scale(1, work=False)
    with service.reading() as session:
        number = renewing.newest(session).number
    made = set()
    while renewing.step(number):
        with service.reading() as session:
            made |= set(session.exec(select(NewPage.claim_id)))
    assert made == {shown.claim_id}


def test_news_of_a_scale_counts_whenever_it_comes(receive, make_verdict, reader, service, post_scale, up_to_date):
    first = receive(make_verdict(desk="health", rating=TEAL))
    post_scale(2, work=False)
    with service.reading() as session:
        begun = renewing.newest(session).number
    renewing.step(begun)
    post_scale(3, work=False, label="Overtaken")  # while the pages are made for the one before
    post_scale(1, work=False, label="Older news")
    do_errands(service)
    late = receive(make_verdict(desk="health", rating=TEAL))  # approved before, under way until now
    for check in (first, late):
        assert "<bdi>Overtaken</bdi>" in reader.get(f"/checks/{check.path}").text
    post_scale(4, label="Overtaken", colour="red")
    assert "k-red" in reader.get(f"/checks/{late.path}").text
    with service.reading() as session:
        assert renewing.newest(session).of_ratings
        number = renewing.newest(session).number
    up_to_date()
    post_scale(4)
    with service.reading() as session:
        assert renewing.newest(session).number == number, "what is known already makes nothing anew"


def test_who_follows_the_record_or_sent_it_in_is_told_of_another_name(
    receive, make_verdict, reader, post_scale, up_to_date, told
):
    renamed = receive(make_verdict(desk="health", rating=TEAL))
    receive(make_verdict(desk="votes", rating=TEAL, claim=ELSEWHERE))
    retracted = receive(make_verdict(desk="health", rating=TEAL, kind="retraction", change="It was wrong."))
    up_to_date()
    start = reader.get("/v1/changes").json["next_cursor"]
    post_scale(1)
    (change,) = reader.get(f"/v1/changes?cursor={start}").json["data"]
    assert (change["kind"], change["id"], change["revision"]) == ("renamed", str(renamed.claim_id), 1)
    assert change["rating"] == {"slug": "outdated", "label": "No longer true", "words": {}}
    news = [one for _, one in told() if one.scale_revision]
    assert {one.claim_id for one in news} == {renamed.claim_id, retracted.claim_id}
    assert {one.rating.label for one in news} == {"No longer true"}
    late = receive(make_verdict(desk="health", rating=TEAL, claim=ELSEWHERE))
    queue, last = told()[-1]
    assert (last.claim_id, last.rating.label, last.scale_revision) == (late.claim_id, "No longer true", 1), queue
