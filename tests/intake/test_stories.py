"""Stories are taken in the formats that agencies speak, version by version; claims are made only from what somebody picks."""

import json
from pathlib import Path

import pytest
from intake_stories import G2, NINJS, NITF, PACKAGE, PAGE, PICTURE, PLAIN, g2, item_of, told
from sqlmodel import select

from services.intake import jobs, workflow
from services.intake.models import Outbox, StoryVersion, Submission
from services.intake.service import service as intake
from shared.contracts import Rating, VerdictPublished

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "specs" / "ninjs"

TEXT = f"{PLAIN['headline']}\n\n{PLAIN['body']}"


@pytest.mark.parametrize(
    ("body", "kind", "uri"),
    [
        *((item, "application/json", item["uri"]) for item in NINJS.values()),
        (G2, "application/vnd.iptc.g2.newsmessage+xml", "urn:newsml:courier.example:20260330:bridge"),
        (PAGE, "text/html; charset=utf-8", "https://courier.example/bridge"),
        (PLAIN, "application/json", PLAIN["uri"]),
        ({"item": PLAIN}, "application/json", PLAIN["uri"]),
        (TEXT, "text/plain", None),
    ],
    ids=["ninjs 1.6", "ninjs 2.2", "ninjs 3.1", "NewsML-G2", "NewsArticle", "plain", "wrapped", "text"],
)
def test_a_story_is_the_same_in_every_format(send_story, newsroom, body, kind, uri):
    answer = send_story(body, kind)
    assert answer.status_code == 201, answer.text
    story = answer.json
    assert answer.headers["Location"] == story["url"]
    assert uri is None or story["uri"] == uri
    assert story["headline"] == "Bridge shut again"
    assert story["status"] == "usable"
    assert story["publisher"] == (
        "Courier" if kind == "text/plain" else "Ellery Courier"
    )  # text has only the dateline's
    [sentence] = [one for one in story["sentences"] if "four days" in one["text"]]
    assert sentence["text"] == "The bridge was closed on four days in March, Mayor Jo Doe told the Courier."
    assert sentence["offered"]["statements"][0]["speaker"]["name"] == "Jo Doe"
    assert story["offered"]["unverified"] == "The Courier could not immediately verify the figure."
    assert story["claims"] == []
    assert newsroom.get(story["url"]).json["sentences"] == story["sentences"]
    with intake.reading() as session:
        [version] = session.exec(select(StoryVersion)).all()
    sent = json.dumps(body).encode() if isinstance(body, dict) else body if isinstance(body, bytes) else body.encode()
    assert version.raw == sent
    [message] = told()
    assert (str(message.story_id), message.revision, len(message.sentences)) == (
        story["id"],
        1,
        len(story["sentences"]),
    )


def test_what_says_something_in_newsml_is_read_wherever_it_says_it(send_story):
    picture = send_story(PICTURE, "application/xml").json
    assert (picture["headline"], picture["publisher"]) == ("Bridge shut again", "courier.example")
    assert picture["body"] == "Ice on the bridge.\n\nIt was closed on four days."
    assert picture["address"] is None  # the link leads to another item
    package = send_story(PACKAGE.replace(b":it", b":package"), "application/xml").json
    assert package["body"] == "Bridge shut\n\nIt was closed on four days.\n\nFerry sails"
    marked = send_story(NITF.replace(b":it", b":nitf"), "application/xml").json
    shown = {name: marked[name] for name in ("headline", "dateline", "body")}
    assert shown == {"headline": "Bridge shut", "dateline": "ELLERY", "body": "It was closed on four days."}
    flash = g2(uri="urn:flash", body="", headline="Bridge was closed on four days")
    assert [one["text"] for one in send_story(flash, "application/xml").json["sentences"]] == [
        "Bridge was closed on four days"
    ]
    killed = send_story(
        PICTURE.replace(b"</itemMeta>", b'<pubStatus qcode="stat:canceled"/></itemMeta>'), "application/xml"
    )
    assert (killed.status_code, killed.json["status"]) == (200, "canceled")


@pytest.mark.parametrize("version", sorted(NINJS))
def test_our_examples_of_ninjs_are_ninjs(version):
    schema = SCHEMAS / f"ninjs-{version}.json"
    if not schema.exists():
        pytest.skip(f"IPTC's schema is not at {schema}")
    import jsonschema

    jsonschema.validate(NINJS[version], json.loads(schema.read_text()))


def test_a_newer_version_takes_the_story_s_place_and_an_older_one_stands_behind(send_story, newsroom):
    first = send_story(PLAIN | {"version": "9"}).json
    newer = send_story(
        PLAIN | {"version": "10", "headline": "Bridge shut on two days", "body": "It was shut on 2 days in March."}
    )
    assert (newer.status_code, newer.json["taken"], newer.json["id"]) == (200, "updated", first["id"])
    older = send_story(PLAIN | {"version": "8", "headline": "Bridge shut"}).json
    assert (older["taken"], older["headline"], older["versions"]) == ("older", "Bridge shut on two days", 3)
    again = send_story(PLAIN | {"version": "10", "headline": "Another one of the same number"}).json
    assert (again["taken"], again["headline"], again["versions"]) == ("unchanged", "Bridge shut on two days", 3)
    assert [one.story.headline for one in told()] == ["Bridge shut again", "Bridge shut on two days"]


def test_versions_without_numbers_are_told_apart_by_when_they_were_made(send_story):
    item = NINJS["3.1"] | {"versionCreated": "2026-03-30T12:00:00Z"}
    del item["version"]
    assert send_story(item).json["taken"] == "new"
    assert send_story(item).json["taken"] == "unchanged"
    earlier = item | {"versionCreated": "2026-03-30T11:00:00Z", "headlines": [{"value": "Bridge"}]}
    assert send_story(earlier).json["taken"] == "older"
    later = item | {"versionCreated": "2026-03-30T13:00:00Z", "headlines": [{"value": "Bridge open"}]}
    assert send_story(later).json["headline"] == "Bridge open"


def test_an_older_version_that_comes_again_and_again_is_kept_once(send_story):
    send_story(PLAIN | {"version": "9"})
    taken = [send_story(PLAIN | {"version": "8", "headline": "Bridge shut"}).json for _ in range(3)]
    assert [(one["taken"], one["versions"]) for one in taken] == [("older", 2), ("unchanged", 2), ("unchanged", 2)]


def test_a_page_that_is_changed_without_a_word_is_another_version(send_story):
    send_story(PAGE, "text/html")
    changed = send_story(PAGE.replace(b"four days", b"two days"), "text/html").json
    assert changed["taken"] == "updated"


def test_a_text_that_begins_with_a_sentence_keeps_it_and_has_its_first_words_for_a_headline(send_story):
    wire = f"{PLAIN['body']}\n\nThe mayor said so."
    story = send_story(wire, "text/plain").json
    assert story["headline"] == "The bridge was closed on four days in March, Mayor Jo Doe told the Courier."
    assert (story["body"], story["publisher"]) == (wire, "Courier")
    assert any("four days" in one["text"] for one in story["sentences"])


def test_a_claim_is_made_only_from_what_is_picked_and_with_what_is_ticked(send_story, newsroom):
    story = send_story(PLAIN).json
    assert newsroom.get("/v1/claims").json["data"] == []
    first = next(one for one in story["sentences"] if one["offered"]["statements"])
    picked = send_story({"sentences": [{"sentence": first["id"]}]}, path=f"{story['url']}/claims").json
    assert [one["status"] for one in picked["results"]] == [201]
    [claim] = picked["claims"]
    assert (claim["text"], claim["stands"]) == (first["text"], True)
    assert picked["sentences"][0]["claim_id"] == claim["id"]
    record = submitted(claim["id"])
    assert (record["statements"], record["requests_for_comment"], record["hedge"]) == ([], [], None)
    assert record["quote"]["exact"] == first["exact"]
    assert record["story"]["headline"] == "Bridge shut again"

    again = PLAIN | {
        "uri": "urn:courier:april",
        "body": PLAIN["body"].replace("four days in March", "five days in April"),
    }
    story = send_story(again).json
    second = next(one for one in story["sentences"] if one["offered"]["statements"])
    taken = {"sentence": second["id"], "take": ["statements", "requests_for_comment"]}
    picked = send_story({"sentences": [taken]}, path=f"{story['url']}/claims").json
    record = submitted(picked["results"][0]["id"])
    assert record["statements"][0]["via"] == [{"name": "Ellery Courier", "relation": "reports"}]
    assert record["requests_for_comment"][0]["asked"] == "Harbour Office"


def submitted(claim_id):
    """The claim as review is told of it."""
    with intake.reading() as session:
        chosen = select(Outbox).where(Outbox.topic == "claim.submitted.v1", Outbox.key == claim_id)
        return json.loads(session.exec(chosen.order_by(Outbox.id)).all()[-1].payload)["claim"]


def test_claims_that_come_with_the_story_are_linked_and_so_is_one_that_was_there(send_story, newsroom):
    known = newsroom.post({"text": "The bridge was closed on four days."}).json
    about = {"reason": "Jo's idea.", "submitter": {"name": "Jo Doe", "email": "jo@wire.example"}}
    claims = [{"text": "the bridge was closed on four days"}, {"text": "Ice closed it.", "language": "en-GB"} | about]
    story = send_story({"item": PLAIN, "claims": claims}).json
    with intake.reading() as session:
        [version] = session.exec(select(StoryVersion)).all()
    assert json.loads(version.raw) == PLAIN, "what can be forgotten of a submission stands with the submission alone"
    assert [one["status"] for one in story["results"]] == [200, 201]
    assert known["id"] in [one["id"] for one in story["claims"]]
    assert submitted(story["results"][1]["id"])["story"]["external_id"] == PLAIN["uri"]
    [*_, last] = told()
    assert {str(one.claim_id) for one in last.claims} == {one["id"] for one in story["claims"]}


def test_words_that_a_new_version_lost_are_told(send_story):
    story = send_story({"item": PLAIN | {"version": "1"}}).json
    [one] = [one for one in story["sentences"] if "four days" in one["text"]]
    send_story({"sentences": [{"sentence": one["id"]}]}, path=f"{story['url']}/claims")
    changed = send_story(PLAIN | {"version": "2", "body": PLAIN["body"].replace("four days", "two days")}).json
    assert [claim["stands"] for claim in changed["claims"]] == [False]
    gone = send_story({"sentences": [{"sentence": one["id"]}]}, path=f"{story['url']}/claims")
    assert gone.status_code == 422
    assert "sentences/0/sentence" in gone.json["detail"]


def test_the_same_request_again_gets_the_same_answer(send_story):
    first = send_story({"item": PLAIN, "claims": [{"text": "It was shut."}]}, key="one")
    again = send_story({"item": PLAIN, "claims": [{"text": "It was shut."}]}, key="one")
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert send_story(PLAIN, key="one").status_code == 422
    pick = {"sentences": [{"sentence": first.json["sentences"][0]["id"]}]}
    picked = [send_story(pick, path=f"{first.json['url']}/claims", key="two").data for _ in range(2)]
    assert picked[0] == picked[1]


def test_a_try_counts_nowhere_and_is_another_story(send_story, newsroom):
    real = send_story(PLAIN).json
    tried = send_story({"item": PLAIN, "claims": [{"text": "It was shut."}], "test": True}).json
    assert tried["id"] != real["id"]
    assert tried["test"] is True
    assert newsroom.get(f"/v1/claims/{tried['claims'][0]['id']}").json["test"] is True
    assert newsroom.get("/v1/me").json["claims_today"] == 0


def test_stories_of_another_newsroom_are_not_found(send_story, newsroom, other_newsroom):
    story = send_story(PLAIN).json
    assert other_newsroom.get(story["url"]).status_code == 404
    assert other_newsroom.get("/v1/stories").json["data"] == []
    headers = {"Authorization": f"Bearer {other_newsroom.key}"}
    pick = {"sentences": [{"sentence": story["sentences"][0]["id"]}]}
    assert other_newsroom.client.post(f"{story['url']}/claims", json=pick, headers=headers).status_code == 404


def test_stories_are_listed_page_by_page(send_story, newsroom):
    ids = [send_story(PLAIN | {"uri": f"urn:x:{n}"}).json["id"] for n in range(5)]
    found, place = [], "/v1/stories?limit=2"
    while place:
        page = newsroom.get(place)
        found += [one["id"] for one in page.json["data"]]
        place = page.json["next_cursor"] and f"/v1/stories?limit=2&cursor={page.json['next_cursor']}"
    assert found == ids[::-1]


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><newsItem/>'

BAD = {
    "an entity": (DOCTYPE, "application/xml", 400, "document type"),
    "an entity in UTF-16": (DOCTYPE.decode().encode("utf-16"), "application/xml", 400, "document type"),
    "half an XML": (b"<newsItem", "application/xml", 400, "well-formed"),
    "an older NewsML": (b"<NewsML><NewsItem/></NewsML>", "application/xml", 422, "is NewsML 1.x"),
    "another XML": (b"<rss/>", "application/xml", 422, "no NewsML-G2"),
    "a plan": (item_of("planningItem", "<newsCoverageSet/>"), "application/xml", 422, "once there is one"),
    "a vocabulary": (item_of("knowledgeItem", "<conceptSet/>"), "application/xml", 422, "knowledgeItem is a vocabulary"),
    "a video without a word": (item_of("video", "<contentSet/>"), "application/xml", 422, "(video) holds no NewsML-G2"),
    "a package without a word": (item_of("packageItem", "<groupSet/>"), "application/xml", 422, "nothing of the items"),
    "a part of an item": (b"<contentSet><inlineXML><p>It was.</p></inlineXML></contentSet>", "application/xml", 422, "a part"),
    "no guid": (g2().replace(b"urn:newsml:courier.example:20260330:bridge", b""), "application/xml", 422, "uri"),
    "an unknown status": (g2(status="stat:embroiled"), "application/xml", 422, "pubStatus"),
    "a time that is none": (NINJS["3.1"] | {"embargoedUntil": "soon"}, "application/json", 422, "embargoedUntil"),
    "no uri": ({"headlines": []}, "application/json", 422, "headlines"),
    "a uri that is none": ({"uri": 7, "type": "text"}, "application/json", 422, "uri"),
    "nothing": ({}, "application/json", 422, "body"),
    "a headline alone": ({"headline": "Bridge"}, "application/json", 422, "body"),
    "a misspelt field": ({"headline": "Bridge", "boddy": "It was shut."}, "application/json", 422, "boddy"),
    "a misspelt field in a wrapper": ({"item": {"headline": "B", "boddy": "x"}}, "application/json", 422, "item/boddy"),
    "a list": (b"[]", "application/json", 422, "object"),
    "no JSON": (b"{", "application/json", 400, "JSON"),
    "a claim that is none": ({"item": PLAIN, "claims": [{"text": ""}]}, "application/json", 422, "claims/0/text"),
    "a page without an article": (b"<html><title>x</title></html>", "text/html", 422, "no article"),
    "a page without an address": (PAGE.replace(b"https://courier.example/bridge", b""), "text/html", 422, "address"),
    "one line": (b"Bridge shut", "text/plain", 422, "headline"),
    "text that is none": (b"\xff\xfe\x00Bridge\n\nshut", "text/plain", 400, "UTF-8"),
    "a picture": (b"GIF89a", "image/gif", 415, "NewsML-G2"),
    "too much": (b" " * 1_000_001, "text/plain", 413, "larger"),
    "a private address": ({"url": "http://169.254.169.254/latest"}, "application/json", 422, "url"),
    "claims with a page": (
        {"item": {"url": "https://courier.example/x"}, "claims": [{"text": "It was."}]}, "application/json", 422, "claims",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_clear_answer_and_nothing_is_stored(send_story, stored, name):
    body, kind, status, words = BAD[name]
    before = stored()
    answer = send_story(body, kind)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert words in answer.text
    assert stored() == before


def test_a_message_with_several_stories_brings_them_all(send_story, newsroom):
    second = g2(uri="urn:newsml:courier.example:20260330:harbour", headline="Harbour open")
    items = [one.split(b"<itemSet>")[1].split(b"</itemSet>")[0] for one in (G2, second)]
    both = G2.replace(items[0], b"".join(items))
    story = send_story(both, "application/xml").json
    assert story["headline"] == "Bridge shut again"
    [other] = story["others"]
    assert newsroom.get(other).json["headline"] == "Harbour open"


def test_the_page_of_a_story_lists_its_sentences_and_takes_picks(send_story, newsroom):
    story = send_story(PLAIN).json
    place = story["page_url"].partition("://")[2].partition("/")[2]
    page = newsroom.client.get(f"/{place}")
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "four days" in page.text
    assert "Harbour Office" in page.text
    assert newsroom.client.post(f"/{place}").status_code == 422
    first = story["sentences"][0]["id"]
    for _ in range(2):  # pressed twice
        picked = newsroom.client.post(f"/{place}", data={"sentence": first, "take": f"{first} statements"})
        assert picked.status_code == 303
    with intake.reading() as session:
        assert len(session.exec(select(Submission)).all()) == 1
    shown = newsroom.client.get(f"/{place}").text
    assert "It is a claim already" in shown
    assert newsroom.client.post(f"/{place}", data={"sentence": "0" * 16}).status_code == 422
    assert newsroom.client.post(f"/{place}", data={"sentence": "x"}).status_code == 422
    assert newsroom.client.get(f"/{place}x").status_code == 404


def test_what_the_agency_notes_of_a_story_that_stands_is_on_its_page(send_story, newsroom):
    story = send_story(NINJS["3.1"] | {"edNote": "Corrects the number of days"}).json
    page = newsroom.client.get("/" + story["page_url"].partition("://")[2].partition("/")[2]).text
    assert "Its agency notes: “<bdi>Corrects the number of days</bdi>”" in page


def test_sentences_that_were_checked_before_say_so_to_the_sender_and_the_desk(send_story, newsroom, run_errands):
    check = {
        "url": "https://checks.example/bridge",
        "claim": PLAIN["body"].partition(".")[0],
        "rating": {"label": "Mostly false"},
    }
    newsroom.client.post("/v1/earlier-checks", json=[check], headers={"Authorization": f"Bearer {newsroom.key}"})
    jobs.index_claims()
    run_errands()
    story = send_story(PLAIN).json
    assert [one["seen"] for one in story["sentences"]] == [[]] * len(story["sentences"])
    run_errands()
    seen = [one["seen"][0] for one in newsroom.get(story["url"]).json["sentences"] if one["seen"]]
    assert {one["url"] for one in seen} == {check["url"]}
    assert [one["rating"] for one in seen if one["says"] == "surely the same"] == ["Mostly false"]
    page = newsroom.client.get("/" + story["page_url"].partition("://")[2].partition("/")[2]).text
    assert "Checked before" in page
    assert check["url"] in page
    assert [sum(bool(one.seen) for one in message.sentences) for message in told()] == [0, len(seen)]
    # and when a verdict comes that a sentence may have waited for
    text = next(one["text"] for one in newsroom.get(story["url"]).json["sentences"] if not one["seen"])
    claim_id = newsroom.post({"text": text}).json["id"]
    run_errands(early=True)
    run_errands()
    others = {one["id"] for found in newsroom.get(story["url"]).json["sentences"] for one in found["seen"]}
    assert claim_id not in others
    rating = Rating(slug="true", label="True", value=5, best=5, worst=1)
    with intake.transaction() as session:
        workflow.note_verdict_published(
            session,
            VerdictPublished(
                claim_id=claim_id, revision=1, kind="first", change=None, rating=rating, headline="So it is", summary="It is.",
                url="https://checks.example/2", published_at="2026-01-28T08:00:00Z", case_revision=5,
            ),
        )  # fmt: skip
    run_errands()
    found = {one["id"]: one for each in newsroom.get(story["url"]).json["sentences"] for one in each["seen"]}
    assert (found[claim_id]["rating"], found[claim_id]["url"]) == ("True", "https://checks.example/2")
    send_story(
        PLAIN | {"version": "9", "body": "The swimming pool in Mill Lane cost nine million dollars, said Ada Byron."}
    )
    run_errands()
    assert all(not one["seen"] for one in newsroom.get(story["url"]).json["sentences"])
