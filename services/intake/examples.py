"""A claim and its answer as the API's description shows them: invented, and every field in use."""

from typing import Any

CLAIM_IN: dict[str, Any] = {
    "text": "The harbour bridge was closed on four days in March.",
    "language": "en",
    "claimant": {
        "name": "Jo Marten",
        "title": "Mayor",
        "organization": "Port Ellery",
        "same_as": "https://example.org/people/jo-marten",
    },
    "claimed_at": "2026-03-30T09:00:00Z",
    "hedge": "reportedly",
    "condition": "if the log is complete",
    "story": {
        "url": "https://example.org/news/bridge",
        "headline": "Bridge shut again",
        "publisher": "Ellery Courier",
        "dateline": "Port Ellery, 30 March",
        "published_at": "2026-03-30T10:00:00+02:00",
        "external_id": "ec-1",
    },
    "quote": {"exact": "closed on four days", "prefix": "The bridge was ", "suffix": " in March"},
    "appearances": [
        {
            "url": "https://example.org/radio/1",
            "title": "Morning show",
            "publisher": "Radio Ellery",
            "published_at": "2026-03-30T07:00:00Z",
            "medium": "audio",
        }
    ],
    "statements": [
        {
            "id": "s1",
            "stance": "asserts",
            "unnamed": {
                "count": 2,
                "described_as": "harbour engineers",
                "basis": "worked on the bridge",
                "reason": "not allowed to speak",
            },
            "said_at": "2026-03-30T07:00:00Z",
            "quote": "four days",
            "via": [
                {"name": "Ellery Courier", "relation": "cites"},
                {"name": "Radio Ellery", "relation": "reports"},
            ],
        },
        {
            "id": "s2",
            "stance": "denies",
            "speaker": {"name": "Harbour Board"},
            "said_at": "2026-03-31T07:00:00Z",
            "paraphrase": "It was closed once.",
        },
    ],
    "requests_for_comment": [
        {
            "id": "r1",
            "asked_by": "Ellery Courier",
            "asked": "Harbour Board",
            "asked_at": "2026-03-29T12:00:00Z",
            "channel": "e-mail",
            "deadline": "2026-03-30T12:00:00Z",
            "outcome": "answered",
            "reply": "It was closed once.",
            "replied_at": "2026-03-30T09:00:00Z",
        }
    ],
    "reason": "Shared by three stations this morning.",
    "submitter": {
        "name": "Jo Doe",
        "role": "night editor",
        "email": "jo.doe@example.org",
        "country": "DE",
        "language": "en",
        "platform": "WhatsApp",
    },
    "tags": ["transport"],
    "urgency": 5,
    "due_at": "2026-04-01T12:00:00Z",
    "external_id": "wire-7",
    "test": False,
}

_CLAIM: dict[str, Any] = {
    "id": "019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11",
    "text": CLAIM_IN["text"],
    "duplicate_of": None,
    "close_reason": None,
    "rechecking": False,
    "submission_count": 1,
    "submissions": [
        {
            "id": "019d3c5e-8f11-7c02-8a5e-6b1d9e7a4c20",
            "external_id": "wire-7",
            "reason": CLAIM_IN["reason"],
            "submitted_at": "2026-03-30T10:05:00Z",
        }
    ],
    "test": False,
    "submitted_at": "2026-03-30T10:05:00Z",
    "url": "/v1/claims/019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11",
}

SUBMITTED_OUT = _CLAIM | {
    "state": "unverified",
    "verdict": None,
    "changed_at": "2026-03-30T10:05:00Z",
    "receipt_url": "https://intake.example.org/receipts/q0V7cS3mYt1Zb8sJxF2nK5wPdL9aRhTe",
    "earlier": [],
    "earlier_url": "/v1/claims/019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11/earlier",
}

CLAIM_OUT = _CLAIM | {
    "state": "published",
    "verdict": {
        "rating": {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1},
        "headline": "The bridge was closed on one day, not four",
        "summary": "The harbour log shows one closure in March.",
        "url": "https://checks.example.org/checks/2026/04/the-bridge-was-closed-on-one-day-not-four",
        "revision": 1,
        "kind": "first",
        "change": None,
        "published_at": "2026-04-01T11:40:00Z",
    },
    "changed_at": "2026-04-01T11:40:00Z",
}

WEBHOOK_ENDPOINT_IN: dict[str, Any] = {
    "url": "https://cms.example.org/factdesk",
    "description": "The content system",
    "about": "own_claims",
    "events": ["verdict.published", "verdict.corrected", "verdict.retracted"],
}

WEBHOOK_ENDPOINT_OUT = WEBHOOK_ENDPOINT_IN | {
    "id": "019d3c60-2b41-7d0e-b1a6-7a5f0c3e9d22",
    "enabled": True,
    "disabled_because": None,
    "disabled_at": None,
    "failing_since": None,
    "secret_fingerprint": "8c1f0a5d3e77",
    "previous_secret_until": None,
    "created_at": "2026-03-30T09:00:00Z",
    "changed_at": "2026-03-30T09:00:00Z",
}

WEBHOOK_ENDPOINT_MADE_OUT = WEBHOOK_ENDPOINT_OUT | {"secret": "whsec_bm90IGEgc2VjcmV0LCBidXQgYXMgbG9uZyBhcyBvbmU="}

CLAIM_WITH_SOURCES_OUT = CLAIM_OUT | {
    "sources": [
        {
            "url": "https://example.org/news/bridge",
            "state": "archived",
            "reason": None,
            "visits": 1,
            "visited_at": "2026-03-30T10:05:03Z",
            "next_visit_at": None,
            "archived": {
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "bytes": 18234,
                "content_type": "text/html",
                "title": "Bridge shut again",
                "publisher": "Ellery Courier",
                "author": "Jo Writer",
                "published_on": "2026-03-30",
                "archived_at": "2026-03-30T10:05:03Z",
                "seen_at": "2026-03-30T10:05:03Z",
                "picture": {
                    "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
                    "bytes": 204816,
                    "taken_at": "2026-03-30T10:05:09Z",
                    "url": "/v1/archive/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/picture",
                },
                "no_picture": None,
                "archive_url": "/v1/archive/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            },
        },
        {
            "url": "https://example.org/radio/1",
            "state": "failed",
            "reason": "The server answered 503.",
            "visits": 2,
            "visited_at": "2026-03-30T10:06:05Z",
            "next_visit_at": "2026-03-30T10:16:05Z",
            "archived": None,
        },
    ]
}

EARLIER_CHECK_IN: dict[str, Any] = {
    "url": "https://checks.example.org/2024/ferry",
    "claim": "The ferry to Port Ellery carries nine million people a year.",
    "claimant": "Jo Marten",
    "claimed_at": "2024-05-02T00:00:00Z",
    "rating": {"label": "Mostly false", "value": 2, "best": 5, "worst": 1},
    "publisher": {"name": "Ellery Checks", "url": "https://checks.example.org/"},
    "published_at": "2024-05-04T08:00:00Z",
    "language": "en",
    "headline": "The ferry carries a tenth of what the mayor says",
}

EARLIER_CHECK_OUT = EARLIER_CHECK_IN | {
    "id": "019d3c61-77aa-7b11-8d5e-0c9f2a4e6b33",
    "imported_at": "2026-03-30T09:00:00Z",
    "changed_at": "2026-03-30T09:00:00Z",
}
