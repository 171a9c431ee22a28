"""A claim's whole way, by HTTP alone, knowing nothing but the documented doors."""

import re
import uuid

import pytest
import requests
from journey import CLAIM, EVIDENCE, VERDICT, json_ld, with_text

pytestmark = pytest.mark.timeout(1800)  # of several waits one after the other, each of which may take its two minutes


def test_a_claim_goes_from_the_newsroom_to_the_reader_and_is_corrected(desk, newsroom, people, checker, editor, until):
    claim = with_text("The harbour bridge was closed on four days in March")
    posted = newsroom.post(claim, key=str(uuid.uuid4()))
    assert posted.status_code == 201
    claim_id = posted.json()["id"]
    assert posted.headers["Location"].endswith(f"/v1/claims/{claim_id}")

    case = until(lambda: checker.case(claim_id))
    assert claim_id in [row["id"] for row in checker.queue(state="unverified")]
    assert case["claim"]["statements"][0]["unnamed"]["count"] == 2
    assert case["claim"]["hedge"] == "reportedly"

    # checked by one person
    assert checker.act(claim_id, "take").status_code == 200
    assert people["checker"][1].act(claim_id, "take").status_code == 409
    for item in EVIDENCE:
        assert checker.act(claim_id, "evidence", item).status_code == 200
    assert checker.act(claim_id, "note", {"text": "SECRET-NOTE: call the harbour master"}).status_code == 200
    refused = editor.act(claim_id, "approve")
    assert refused.status_code == 409
    assert "approve" not in refused.json()["allowed"]
    checked = checker.act(claim_id, "check", VERDICT)
    assert checked.status_code == 200
    assert checked.json()["state"] == "checked"

    # approved by another
    assert checker.act(claim_id, "approve").status_code == 403
    assert editor.act(claim_id, "approve").status_code == 200
    case = until(lambda: (c := checker.case(claim_id))["state"] == "published" and c)

    # read without JavaScript
    page = requests.get(case["url"], timeout=240)
    assert page.status_code == 200
    assert VERDICT["headline"] in page.text
    assert "SECRET" not in page.text
    assert "It would identify an employee." in page.text
    assert json_ld(page.text)["reviewRating"]["alternateName"] == "False"
    assert requests.get(case["url"], headers={"If-None-Match": page.headers["ETag"]}, timeout=240).status_code == 304

    # a reader says why it was of no use, and the desk reads it; the form takes nothing within two seconds
    asked = requests.post(f"{case['url']}/useful", data={"useful": "no"}, timeout=240)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    said = form | {"text": "SECRET-REMARK: who closed it?"}
    until(lambda: "goes to the desk" in requests.post(f"{case['url']}/useful", data=said, timeout=240).text)
    readers = until(lambda: (r := checker.case(claim_id)["readers"])["waiting"] and r["opinions"] and r)
    assert readers["opinions"] == [{"verdict_revision": 1, "useful": 0, "not_useful": 1}]
    assert [one["text"] for one in readers["remarks"]] == [said["text"]]

    # the newsroom knows
    known = until(lambda: (c := newsroom.get(claim_id))["state"] == "published" and c)
    assert known["verdict"]["url"] == case["url"]
    assert known["verdict"]["rating"]["slug"] == "false"
    receipt = requests.get(posted.json()["receipt_url"], timeout=240)
    assert case["url"] in receipt.text

    # corrected in the open
    why = "The log of 19 March had been overlooked."
    assert checker.act(claim_id, "reopen", {"kind": "correction", "note": why}).status_code == 200
    assert requests.get(case["url"], timeout=240).status_code == 200
    corrected = VERDICT | {"rating": "mostly-false", "headline": "The bridge was closed on two days, not four"}
    assert checker.act(claim_id, "check", corrected).status_code == 200
    assert editor.act(claim_id, "approve").status_code == 200
    until(lambda: corrected["headline"] in requests.get(case["url"], timeout=240).text)
    page = requests.get(case["url"], timeout=240)
    assert why in page.text
    first = requests.get(f"{case['url']}/revisions/1", timeout=240)
    second = requests.get(f"{case['url']}/revisions/2", timeout=240)
    assert VERDICT["headline"] in first.text
    assert corrected["headline"] in second.text
    until(lambda: newsroom.get(claim_id)["verdict"]["revision"] == 2)

    # lists and feeds
    publish_url = desk.local["publish"]
    for path in ("/", "/corrections", "/feeds/atom.xml"):
        listed = requests.get(publish_url + path, timeout=240)
        assert listed.status_code == 200
        assert corrected["headline"] in listed.text
        assert "SECRET" not in listed.text

    assert desk.run("review", "verify").returncode == 0


def test_a_claim_is_sent_back_and_closed_with_a_reason_that_its_newsroom_sees(newsroom, checker, editor, until):
    claim_id = newsroom.post(with_text("A statement nobody can check")).json()["id"]
    until(lambda: checker.case(claim_id))
    assert checker.act(claim_id, "check", VERDICT | {"waiver": "Nothing is written down."}).status_code == 200
    assert editor.act(claim_id, "return", {}).status_code == 422
    assert editor.act(claim_id, "return", {"note": "Ask the board first."}).status_code == 200
    assert editor.act(claim_id, "close", {"reason": "not_checkable", "note": "It is a wish."}).status_code == 200
    known = until(lambda: (c := newsroom.get(claim_id))["state"] == "closed" and c)
    assert known["close_reason"] == "not_checkable"


# Three claims of five who sent them in.
SAYS_THE_SAME = (
    "The swing bridge at Port Ellery stood open for nine hours on Friday.",
    "The swing bridge at Port Ellery stood open for nine hours on Friday.",
    "For nine hours on Friday the swing bridge at Port Ellery stood open.",
    "For nine hours on Friday the swing bridge at Port Ellery stood open.",
    "On Friday, Port Ellery's swing bridge was open for nine hours.",
)


def test_whoever_sent_in_a_claim_that_says_the_same_gets_the_verdict(desk, newsroom, checker, editor, until):
    sent = [
        newsroom.post(CLAIM | {"text": text, "reason": f"Sender {n}"}).json() for n, text in enumerate(SAYS_THE_SAME)
    ]
    first, same, third = dict.fromkeys(one["id"] for one in sent)
    until(lambda: checker.case(first) and checker.case(same) and checker.case(third))
    until(lambda: [len(checker.case(one)["submissions"]) for one in (first, same, third)] == [2, 2, 1])
    assert desk.run("review", "matching", "compare").returncode == 0
    for claim_id in (third, same):
        found = next(one for one in checker.case(claim_id)["candidates"] if one["subject"] == first)
        assert checker.act(claim_id, "accept", {"match_id": found["id"]}).status_code == 200
    until(lambda: newsroom.get(same)["duplicate_of"] == newsroom.get(third)["duplicate_of"] == first)
    who = [one["how"] for one in checker.case(first)["repeated"]]
    assert who.count("sent_in") == len(sent)

    notice = {"headline": "Bridge said to have stood open", "text": "The office has not answered yet."}
    assert checker.act(first, "notice", notice).status_code == 200
    assert checker.act(first, "announce").status_code == 403
    assert editor.act(first, "announce").status_code == 200
    url = until(lambda: (c := checker.case(first)["notice"]) and c["url"])
    assert "not verified as of" in requests.get(url, timeout=240).text

    for item in EVIDENCE:
        assert checker.act(first, "evidence", item).status_code == 200
    verdict = VERDICT | {"headline": "It stood open for nine minutes"}
    assert checker.act(first, "check", verdict).status_code == 200
    assert editor.act(first, "approve").status_code == 200
    told = until(lambda: (c := newsroom.get(same))["state"] == "published" and c)
    assert told["verdict"]["headline"] == verdict["headline"]
    assert told["verdict"]["url"] == url
    page = requests.get(url, timeout=240).text
    assert verdict["headline"] in page
    assert "not verified as of" not in page
    until(lambda: newsroom.get(third)["state"] == "published")
    for one in sent:
        assert verdict["headline"] in requests.get(one["receipt_url"], timeout=240).text

    assert checker.act(same, "unmerge").status_code == 200
    until(lambda: newsroom.get(same)["state"] == "unverified")
    assert newsroom.get(same)["verdict"] is None


def test_the_services_agree_when_all_is_quiet(desk, until):
    until(lambda: desk.reconcile().returncode == 0)


def test_every_service_answers_for_its_health(desk):
    for name in ("intake", "review", "publish"):
        for path in ("/healthz", "/readyz", "/metrics", "/version"):
            assert requests.get(desk.local[name] + path, timeout=240).status_code == 200, (name, path)


def test_a_story_is_picked_at_the_desk_and_its_kill_order_reaches_the_case(desk, newsroom, checker, until):
    name = f"urn:courier:{uuid.uuid4()}"
    body = f"The harbour bridge {name[-8:]} was closed on four days in March, Mayor Jo Doe told the Courier."
    story = {"uri": name, "headline": "Bridge shut", "body": body, "publisher": "Courier", "version": "1"}
    sent = newsroom.http.post(f"{newsroom.url}/v1/stories", json=story, timeout=240)
    assert sent.status_code == 201
    place = f"{desk.local['review']}/v1/stories/{sent.json()['id']}"
    seen = until(lambda: (a := checker.http.get(place, timeout=240)).status_code == 200 and a.json())
    [sentence] = seen["sentences"]
    picked = {"sentences": [{"sentence": sentence["id"], "take": ["statements"]}]}
    assert checker.http.post(f"{place}/pick", json=picked, timeout=240).status_code == 202
    case_id = until(lambda: checker.http.get(place, timeout=240).json()["cases"].get(sentence["id"]))
    case = checker.case(case_id)
    assert case["statements"][0]["speaker"]["name"] == "Jo Doe"
    assert (
        case["submissions"][0]["newsroom"] == newsroom.http.get(f"{newsroom.url}/v1/me", timeout=240).json()["newsroom"]
    )

    kill = {"uri": name, "version": "1", "status": "canceled", "note": "Wrong bridge"}
    assert newsroom.http.post(f"{newsroom.url}/v1/stories", json=kill, timeout=240).json()["taken"] == "updated"
    case = until(lambda: (c := checker.case(case_id))["stories"][0]["status"] == "canceled" and c)
    assert case["history"][-1]["action"] == "story killed"
