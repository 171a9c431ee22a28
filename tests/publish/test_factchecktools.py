"""Google's own client works here when its endpoint is changed; questions that make no sense get its errors."""

import json
from datetime import timedelta

import pytest
from google.api_core.client_options import ClientOptions
from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import HttpError
from served import served

from services.publish.models import Check
from shared.clock import new_id, now

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}


@pytest.fixture
def client(app):
    """The client as it ships, with its own description of the API, and our address."""
    with served(app) as address:
        options = ClientOptions(api_endpoint=address)
        made = build("factchecktools", "v1alpha1", developerKey="any", static_discovery=True, client_options=options)
        yield made
        made.close()


@pytest.fixture
def claims(receive, make_verdict):
    """Twelve checks on the river, two more than are answered unasked, and one on a bus in French."""
    receive(
        *[
            make_verdict(
                headline=f"No, the river was not green on day {number}", claim={"text": "The river turned green."}
            )
            for number in range(12)
        ]
    )
    receive(make_verdict(headline="Le bus", rating=FALSE, claim={"text": "Le bus était en retard.", "language": "fr"}))


def test_google_s_client_finds_every_claim_page_by_page(client, claims):
    request, found = client.claims().search(query="river", languageCode="en-US", pageSize=5, maxAgeDays=30), []
    pages = 0
    while request is not None:
        answer = request.execute()
        found += answer["claims"]
        pages += 1
        request = client.claims().search_next(request, answer)
    assert (pages, len(found)) == (3, 12)
    urls = {claim["claimReview"][0]["url"] for claim in found}
    assert len(urls) == 12
    [review] = found[0]["claimReview"]
    assert found[0]["text"] == "The river turned green."
    assert found[0]["claimant"] == "Financial Times"
    assert found[0]["claimDate"] == "2026-01-27T06:00:00Z"
    assert review["publisher"] == {"name": "The Daily Check", "site": "facts.example"}
    assert review["textualRating"] == "Unproven"
    assert review["languageCode"] == "en"
    assert review["reviewDate"].endswith("Z")


def test_what_is_asked_for_narrows_what_is_found(client, claims):
    def count(**asked):
        return len(client.claims().search(pageSize=100, **asked).execute().get("claims", []))

    assert (
        count(reviewPublisherSiteFilter="facts.example") == count(reviewPublisherSiteFilter="www.facts.example") == 13
    )
    assert count(query="bus", languageCode="fr") == 1
    assert count(query="bus", languageCode="de") == 0
    assert count(query="river", reviewPublisherSiteFilter="nytimes.com") == 0
    assert count(query="river", offset=7) == 5
    assert count(query="nothing at all like it") == 0


def test_what_is_old_is_left_out(client, receive, make_verdict, service):
    def count(**asked):
        return len(client.claims().search(query="lighthouse", **asked).execute().get("claims", []))

    old = receive(make_verdict(headline="An old lighthouse"))
    receive(make_verdict(headline="A new lighthouse"))
    with service.transaction() as session:
        session.get(Check, old.claim_id).first_published_at = now() - timedelta(days=40)
    assert (count(), count(maxAgeDays=30), count(maxAgeDays=50), count(maxAgeDays=2**31 - 1)) == (2, 1, 2, 2)
    assert count(maxAgeDays=0) == 2, "a number that was left out is sent as 0 by clients that know no other way"


def test_a_claim_that_is_too_long_for_an_address_is_found_page_by_page_and_nothing_is_written(client, reader, claims):
    words = "The river turned green. " + "Кажуть, що річка стала зеленою. " * 15
    request = client.claims().search(query=words, pageSize=7)
    assert len(request.uri) > 2_048, "the client sends it as a form"
    answer = request.execute()
    following = client.claims().search_next(request, answer).execute()
    assert (len(answer["claims"]), len(following["claims"])) == (7, 5)
    override = {"X-HTTP-Method-Override": "GET"}
    for body, status in ({"query": "river"}, 200), ({"query": "x" * 70_000}, 405), ({}, 405):
        assert reader.post("/v1alpha1/claims:search", data=body, headers=override).status_code == status
    assert reader.post("/v1alpha1/claims:search", data={"query": "river"}).status_code == 405
    assert reader.post("/search", data={"q": "river"}, headers=override).status_code == 405


def test_lists_without_words_are_leafed_through_by_place(client, claims):
    request, urls = client.claims().search(reviewPublisherSiteFilter="facts.example", pageSize=5), []
    while request is not None:
        answer = request.execute()
        urls += [claim["claimReview"][0]["url"] for claim in answer["claims"]]
        request = client.claims().search_next(request, answer)
    assert len(urls) == len(set(urls)) == 13


def test_a_retracted_check_and_a_test_are_no_claims(client, receive, make_verdict):
    claim = new_id()
    receive(make_verdict(claim, claim={"text": "The river."}), make_verdict(claim={"text": "The river.", "test": True}))
    assert len(client.claims().search(query="river").execute()["claims"]) == 1
    receive(make_verdict(claim, 2, kind="retraction", change="A forgery.", claim={"text": "The river."}))
    assert client.claims().search(query="river").execute() == {}
    assert client.pages().list(organization="facts.example").execute() == {}
    with pytest.raises(HttpError) as refused:
        client.pages().get(name=f"pages/{claim}").execute()
    assert refused.value.status_code == 404


def test_pages_are_listed_and_read_and_never_written(client, receive, make_verdict):
    check = receive(make_verdict(rating=FALSE))
    receive(make_verdict(), make_verdict())
    answer = client.pages().list(organization="facts.example", pageSize=2).execute()
    assert len(answer["claimReviewMarkupPages"]) == 2
    rest = client.pages().list_next(client.pages().list(organization="facts.example", pageSize=2), answer).execute()
    [page] = rest["claimReviewMarkupPages"]
    assert page == client.pages().get(name=page["name"]).execute()
    [by_url] = client.pages().list(url=f"https://facts.example/checks/{check.path}").execute()["claimReviewMarkupPages"]
    assert by_url == page
    [markup] = page["claimReviewMarkups"]
    assert markup["rating"] | {"ratingExplanation": ""} == {
        "textualRating": "False", "ratingValue": 1, "worstRating": 1, "bestRating": 5, "ratingExplanation": "",
    }  # fmt: skip
    assert markup["claimAuthor"]["name"] == "Financial Times"
    for change in (
        client.pages().delete(name=page["name"]),
        client.pages().create(body={"pageUrl": "https://x.example"}),
    ):
        with pytest.raises(HttpError) as refused:
            change.execute()
        assert refused.value.status_code == 405
    moved = receive(make_verdict(check.claim_id, 2, kind="correction", change="The month.", headline="Another"))
    [page] = client.pages().list(url=f"https://facts.example/checks/{check.path}").execute()["claimReviewMarkupPages"]
    assert (
        page["pageUrl"] == f"https://facts.example/checks/{moved.path}" != f"https://facts.example/checks/{check.path}"
    )


def test_a_client_is_made_from_our_own_description_too(reader, app, claims):
    document = reader.get("/$discovery/rest?version=v1alpha1").json
    with served(app) as address:
        made = build_from_document(
            json.dumps(document), developerKey="x", client_options=ClientOptions(api_endpoint=address)
        )
        assert len(made.claims().search(query="river").execute()["claims"]) == 10
        assert made.pages().list(organization="facts.example").execute()["claimReviewMarkupPages"]
        made.close()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Request must include query or reviewPublisherSiteFilter."),
        ("query=%20", "Request must include query"),
        ("query=a&pageSize=-1", "pageSize"),
        ("query=a&pageSize=x", "TYPE_INT32"),
        ("query=a&pageSize=99999999999999999999", "TYPE_INT32"),
        ("query=a&maxAgeDays=1.5", "TYPE_INT32"),
        ("query=a&offset=-5", "offset"),
        ("query=a&pageToken=nonsense", "pageToken"),
        ("query=a&pageToken=WzEsICJ4Il0", "pageToken"),
        ("query=a&query=b", "query was given 2 times"),
        (f"query={'a' * 1001}", "at most 1000"),
        ("query=a%00b", "must be text"),
        ("query=a&callback=alert", "callback"),
    ],
)
def test_what_makes_no_sense_is_refused_in_google_s_words(reader, query, says):
    answer = reader.get(f"/v1alpha1/claims:search?{query}")
    assert answer.status_code == 400
    error = answer.json["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert says in error["message"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1alpha1/claims:imageSearch?imageUri=x", 501), ("/v1alpha1/nothing", 404), ("/v1alpha1/pages/x", 404),
     ("/v1alpha1/pages", 400), ("/v1alpha1/pages?url=a&organization=b", 400), ("/$discovery/rest?version=v9", 404)],
)  # fmt: skip
def test_every_error_comes_in_the_envelope(reader, path, status):
    answer = reader.get(path)
    assert answer.status_code == answer.json["error"]["code"] == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_no_address_and_bytes_that_are_no_letters_are_answered(reader):
    for path in ("claims:search?reviewPublisherSiteFilter=", "pages?organization="):
        assert reader.get(f"/v1alpha1/{path}http://[::1").status_code == 200, path
    form = {"X-HTTP-Method-Override": "GET", "Content-Type": "application/x-www-form-urlencoded"}
    answer = reader.post("/v1alpha1/claims:search", data=b"query=\xff\xfe", headers=form)
    assert answer.status_code == 200
    assert reader.get("/v1alpha1/claims:search", environ_overrides={"QUERY_STRING": "query=\xff"}).status_code == 200


def test_a_token_goes_with_its_question_and_parameters_nobody_knows_do_no_harm(reader, claims):
    first = reader.get("/v1alpha1/claims:search?query=river&key=k&alt=json&fields=x&$.xgafv=2&prettyPrint=false")
    assert b"\n" not in first.data
    token = first.json["nextPageToken"]
    assert reader.get(f"/v1alpha1/claims:search?query=river&pageToken={token}&offset=11").json["claims"]
    assert reader.get(f"/v1alpha1/claims:search?query=bus&pageToken={token}").status_code == 400
    again = reader.get("/v1alpha1/claims:search?query=river", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert (
        reader.get("/v1alpha1/claims:search?query=river", headers={"If-None-Match": again.headers["ETag"]}).status_code
        == 304
    )
