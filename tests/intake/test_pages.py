"""What people read: the receipt, the front page, the API's description."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.intake.app import create_app
from services.intake.examples import CLAIM_IN
from services.intake.languages import languages
from shared.clock import new_id
from shared.contracts import WorkNoted

MORNING = datetime(2026, 3, 30, 9, tzinfo=UTC)  # as the messages in conftest.py have it
TEXT = "The harbour bridge was closed on four days in March."
CLOSED_BECAUSE = languages()["en"]._found["closed_because"]
REASON = "SECRET-REASON that the desk alone should read"


@pytest.fixture
def made(newsroom):
    return newsroom.post({"text": TEXT, "language": "en", "reason": REASON, "external_id": "SECRET-ID"}).json


@pytest.fixture
def receipt(app, made):
    """The receipt as a page, read by somebody who holds its address and nothing else."""

    def read(**headers):
        answer = app.test_client().get(urlsplit(made["receipt_url"]).path, headers=headers)
        assert answer.status_code == 200
        return answer

    return read


def test_a_receipt_says_what_was_received_and_when(receipt):
    page = receipt().text
    assert TEXT in page
    assert "Received, not checked yet" in page
    assert re.search(r"received on <time datetime=\"20\d\d-", page)


def test_a_receipt_tells_nothing_internal(receipt, made):
    for answer in (receipt(), receipt(Accept="application/json")):
        assert "SECRET" not in answer.text
        assert "Wire Desk" not in answer.text
        assert made["id"] not in answer.text


def test_a_receipt_is_for_nobodys_index_or_cache(receipt):
    headers = receipt().headers
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_a_receipt_follows_the_claim_to_its_correction(receipt, made, arrive, moved, published):
    arrive(moved(made["id"], 2, "checked"))
    assert "Checked, not published yet" in receipt().text
    arrive(published(made["id"]), moved(made["id"], 4, "published"))
    page = receipt().text
    assert "Checked and published" in page
    assert 'href="https://checks.example.org/checks/2026/04/bridge#1"' in page
    assert "The bridge was closed on one day" in page
    assert "31 March 2026, 09:00 UTC" in page
    arrive(moved(made["id"], 5, "unverified", 2, "correction"))
    page = receipt().text
    assert "being checked again" in page
    assert "took up work on a correction" in page
    assert "bridge#1" in page
    arrive(published(made["id"], 2, "correction", "The log of <19 March> had been overlooked."))
    page = receipt().text
    assert "changed by a correction (revision 2)" in page
    assert "The log of &lt;19 March&gt; had been overlooked." in page
    assert "bridge#2" in page


def noted(claim_id, revision, hours, **work):
    return WorkNoted(claim_id=claim_id, revision=revision, noted_at=MORNING + timedelta(hours=hours), **work)


def test_a_receipt_tells_every_step_with_its_date(receipt, made, arrive, moved, published):
    into, the_day_before = new_id(), MORNING - timedelta(days=1)
    arrive(
        noted(made["id"], 1, 1, under_way=True, late=False),
        noted(made["id"], 2, 2, under_way=False, late=True, due_at=the_day_before),
        moved(made["id"], 3, "unverified").model_copy(update={"merged_into": into}),
        moved(made["id"], 4, "unverified"),
        moved(made["id"], 5, "closed", close_reason="out_of_scope"),
        moved(made["id"], 6, "unverified"),
        moved(made["id"], 7, "checked"),
        moved(made["id"], 8, "unverified"),
        moved(made["id"], 9, "checked"),
        published(made["id"]),
        moved(made["id"], 31, "unverified", 2, "correction"),
        moved(made["id"], 32, "published", 1),
        moved(made["id"], 33, "unverified", 2, "retraction"),
        moved(made["id"], 34, "checked", 2, "retraction"),
        published(made["id"], 2, "retraction", "The log was of another bridge."),
    )
    found = receipt(Accept="application/json").json
    assert [one["kind"] for one in found["steps"]] == [
        "taken_up", "put_back", "late", "joined", "parted", "closed", "reopened", "checked", "sent_back", "checked", "published",
        "rechecking", "settled", "rechecking", "checked", "published", "received",
    ]  # fmt: skip # by what the messages say of when, which was before it was sent in here
    assert found["steps"][-2]["change"] == "The log was of another bridge."
    page = receipt().text
    for words in (
        "took it up on <time", "put back into the queue", "was to be a verdict by <time", "joined it with another claim",
        "parted it from that claim", "outside what this desk checks", "opened it again", "sent back for more work",
        "verdict was published on <time", "work on a correction", "the verdict stands as it is", "work on a retraction",
        "Published, and withdrawn since", "changed by a retraction (revision 2)", "The log was of another bridge.",
    ):  # fmt: skip
        assert words in page
    assert "<s><bdi>False</bdi></s>" in page
    assert "<s><bdi>The bridge was closed on one day</bdi></s>" in page
    assert "The log shows one closure." not in page
    assert "bis es ersetzt wird" not in receipt(**{"Accept-Language": "de"}).text


def test_a_receipt_says_whether_somebody_is_at_it_and_when_it_is_due(app, newsroom, arrive):
    asked = newsroom.post({"text": "The ferry was late.", "due_at": "2026-01-28T08:00:00Z"}).json

    def read():
        return app.test_client().get(urlsplit(asked["receipt_url"]).path, headers={"Accept-Language": "en"}).text

    assert "waits for a fact-checker" in read()
    assert "It has not been forgotten." in read()  # before the desk has said anything of it
    arrive(noted(asked["id"], 1, 1, under_way=True, late=False, due_at="2150-01-28T08:00:00Z"))
    assert "A fact-checker is at work on it." in read()
    assert "<h1>Received, and being checked</h1>" in read()
    assert "means to have a verdict by <time" in read()
    assert "waits for a fact-checker" not in read()
    arrive(noted(asked["id"], 3, 3, under_way=False, late=False), noted(asked["id"], 2, 2, under_way=True, late=False))
    assert "waits for a fact-checker" in read()
    assert "means to have" not in read()


@pytest.mark.parametrize("reason", CLOSED_BECAUSE)
def test_a_receipt_says_in_words_why_a_claim_was_closed(receipt, made, arrive, moved, reason):
    arrive(moved(made["id"], 2, "closed", close_reason=reason))
    page = receipt().text
    assert "Closed without a verdict" in page
    assert CLOSED_BECAUSE[reason].replace("'", "&#39;") in page
    assert "30 March 2026, 11:00 UTC" in page


def test_a_receipt_as_json(receipt, made, arrive, moved, published):
    arrive(moved(made["id"], 2, "checked"), published(made["id"]))
    found = receipt(Accept="application/json").json
    assert found["state"] == "published"
    assert found["text"] == TEXT
    assert found["verdict"]["url"].endswith("#1")


def test_each_submission_has_a_receipt_of_its_own(app, newsroom, made):
    again = newsroom.post({"text": TEXT}).json
    assert again["receipt_url"] != made["receipt_url"]
    assert TEXT in app.test_client().get(again["receipt_url"]).text


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "%ff%fe", "é", "..", "x" * 5000])
def test_a_receipt_that_is_none_is_not_found(app, made, token):
    client = app.test_client()
    page = client.get(f"/receipts/{token}")
    assert page.status_code == 404
    assert page.content_type.startswith("text/html")
    assert "<h1>" in page.text
    answer = client.get(f"/receipts/{token}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_sample_desk_says_so_on_every_page(service):
    service.settings.sample_desk = True
    client = create_app(service.settings).test_client()
    for path in ("/", "/docs", "/receipts/none"):
        assert "Sample desk" in client.get(path).text


def test_the_front_page_leads_to_the_documentation(app):
    page = app.test_client().get("/").text
    assert 'href="/docs"' in page
    assert "Sample desk" not in page
    assert "http://127.0.0.1:8001/v1/claims" in page


@pytest.mark.parametrize("path", ["/", "/docs", "/receipts/none"])
def test_a_page_needs_nothing_inline_and_nothing_of_others(app, path):
    page = app.test_client().get(path).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    for address in re.findall(r"(?:src|href)=\"(/[^\"]*)\"", page):
        with app.test_client().get(address) as answer:
            assert answer.status_code == 200, address


# the API's description


@pytest.fixture
def document(app):
    return app.test_client().get("/openapi.json").json


def test_the_description_is_valid(document):
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_the_description_names_every_address_of_the_api(app, document):
    beside = {("/receipts/{token}", "get"), ("/readyz", "get"), ("/version", "get")}
    served = beside | {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert described == served


def holds(document, name, value):
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return [error.message for error in OAS31Validator(schema).iter_errors(value)]


def test_the_examples_hold_and_do_what_they_say(document, newsroom):
    schemas = document["components"]["schemas"]
    assert sum("examples" in schema for schema in schemas.values()) >= 3
    for name, schema in schemas.items():
        for example in schema.get("examples", []):
            assert holds(document, name, example) == []
    assert set(CLAIM_IN) == set(schemas["ClaimIn"]["properties"])
    for example in schemas["ClaimIn"]["examples"]:
        assert newsroom.post(example).status_code in (200, 201)


def test_the_answers_are_as_described(document, newsroom, arrive, moved, published):
    made = newsroom.post(CLAIM_IN).json
    assert holds(document, "SubmittedOut", made) == []
    arrive(moved(made["id"], 2, "checked"), published(made["id"]))
    assert holds(document, "ClaimOut", newsroom.claim(made["id"])) == []
    assert holds(document, "ClaimsOut", newsroom.get("/v1/claims").json) == []
    assert holds(document, "ProblemOut", newsroom.post({}).json) == []


def test_the_description_can_be_read_as_a_page(app, document):
    page = app.test_client().get("/docs").text
    for name in document["components"]["schemas"]:
        assert f'id="model-{name}"' in page
    assert "POST /v1/claims" in page
    assert "Idempotency-Key" in page
    assert page.count("<h1>") == 1
