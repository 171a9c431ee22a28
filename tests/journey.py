"""A claim, its evidence and its verdict, and the way to publish them, for journeys."""

import json
import re
import uuid

CLAIM = {
    "text": "The harbour bridge was closed on four days in March because of its cracked bearings.",
    "language": "en",
    "claimant": {"name": "Jo Marten", "title": "Mayor", "organization": "Port Ellery", "same_as": "https://example.org/jo"},
    "claimed_at": "2026-03-30T09:00:00Z",
    "hedge": "reportedly",
    "condition": "if the log is complete",
    "story": {
        "url": "https://example.org/news/bridge", "headline": "Bridge shut again", "publisher": "Ellery Courier",
        "dateline": "Port Ellery, 30 March", "published_at": "2026-03-30T10:00:00+02:00", "external_id": "ec-1",
    },
    "quote": {"exact": "closed on four days", "prefix": "The bridge was ", "suffix": " in March"},
    "appearances": [
        {"url": "https://example.org/radio/1", "title": "Morning show", "publisher": "Radio Ellery",
         "published_at": "2026-03-30T07:00:00Z", "medium": "audio"}
    ],
    "statements": [
        {"id": "s1", "stance": "asserts", "said_at": "2026-03-30T07:00:00Z", "quote": "four days",
         "via": [{"name": "Ellery Courier", "relation": "cites"}, {"name": "Radio Ellery", "relation": "reports"}],
         "unnamed": {"count": 2, "described_as": "harbour engineers", "basis": "worked on the bridge",
                     "reason": "not allowed to speak"}},
        {"id": "s2", "stance": "denies", "speaker": {"name": "Harbour Board"}, "said_at": "2026-03-31T07:00:00Z",
         "paraphrase": "It was closed once."},
    ],
    "requests_for_comment": [
        {"asked_by": "Ellery Courier", "asked": "Harbour Board", "asked_at": "2026-03-29T12:00:00Z", "channel": "e-mail",
         "deadline": "2026-03-30T12:00:00Z", "outcome": "no_response_yet", "reply": None}
    ],
    "reason": "shared widely", "tags": ["transport"], "urgency": 3, "due_at": None, "external_id": "wire-7", "test": False,
}  # fmt: skip

EVIDENCE = [
    {"kind": "document", "title": "Harbour log, March", "url": "https://example.org/log", "publisher": "Harbour Board",
     "stance": "refutes", "quote": "Closed: 12 March.", "public": True, "withheld_reason": None},
    {"kind": "expert", "title": "A letter that names its sender, SECRET-WITHHELD", "url": None, "publisher": None,
     "stance": "refutes", "quote": "SECRET-QUOTE", "public": False, "withheld_reason": "It would identify an employee."},
]  # fmt: skip

VERDICT = {
    "rating": "false", "headline": "The bridge was closed on one day, not four", "summary": "The log shows one closure.",
    "text": "The **harbour log** lists [one closure](https://example.org/log).", "unknown": "Why April's log is missing.",
    "waiver": None,
}  # fmt: skip


def with_text(text):
    return CLAIM | {"text": f"{text} {uuid.uuid4()}"}


def json_ld(page):
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(found)


def publish(newsroom, checker, editor, until, claim, evidence=EVIDENCE, verdict=VERDICT):
    """Take a claim from its posting to its page; returns its id."""
    claim_id = newsroom.post(claim).json()["id"]
    until(lambda: checker.case(claim_id))
    assert checker.act(claim_id, "take").status_code == 200
    for item in evidence:
        assert checker.act(claim_id, "evidence", item).status_code == 200
    assert checker.act(claim_id, "check", verdict).status_code == 200
    assert editor.act(claim_id, "approve").status_code == 200
    until(lambda: checker.case(claim_id)["state"] == "published")
    return claim_id
