"""Whatever is sent: a 4xx that names the field, or text that is shown as text; never a 500, and nothing half stored."""

import json

import pytest
from strange_queries import refused_everywhere

TEXT = "The harbour bridge was closed on four days in March."
HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</textarea>"


def raw(value):
    """A body whose text is this piece of JSON."""
    return f'{{"text": {value}}}'


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "text", '{"text": "a claim",}', "{'text': 'a claim'}", raw("NaN"), raw('"a claim", "urgency": Infinity'),
        raw('"a claim", "urgency": 1e999'), raw('"one claim", "text": "another claim"'),
        raw('"a claim", "claimant": {"name": "A", "name": "B"}'), raw('"half \\ud800 a pair"'), raw('"\\udc00\\ud800"'),
        raw('"a raw control\x01character"'), b'{"text": "not utf-8 \xff\xfe"}', '{"text": "a claim"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"text": "a claim"}', "[" * 500_000, '{"a":' * 100_000, raw('"a claim", "urgency": ' + "9" * 6000),
        '{"text": "a claim"} {"text": "another"}', '{"text": "a claim"}\x00',
    ],
)  # fmt: skip
def test_what_is_not_json_as_every_parser_reads_it_is_a_bad_request(newsroom, stored, body):
    answer = newsroom.post(body, key="k")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["request_id"]
    assert not any(stored().values())


STATEMENT = {"stance": "asserts", "speaker": {"name": "Jo Marten"}}
REQUEST = {"asked_by": "Ellery Courier", "asked": "Harbour Board"}
DEEP = json.loads("[" * 150 + "]" * 150)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        # not there, or of the wrong type
        ({"text": None}, "#/text"),
        ({"text": 7}, "#/text"),
        ({"text": ["a claim"]}, "#/text"),
        ({"urgency": "5"}, "#/urgency"),
        ({"urgency": 5.5}, "#/urgency"),
        ({"urgency": True}, "#/urgency"),
        ({"urgency": 0}, "#/urgency"),
        ({"urgency": 10}, "#/urgency"),
        ({"urgency": 10**30}, "#/urgency"),
        ({"test": "yes"}, "#/test"),
        ({"test": 1}, "#/test"),
        ({"test": None}, "#/test"),
        ({"tags": "transport"}, "#/tags"),
        ({"tags": [1]}, "#/tags/0"),
        ({"tags": None}, "#/tags"),
        ({"claimant": "Jo Marten"}, "#/claimant"),
        ({"claimant": {}}, "#/claimant/name"),
        ({"story": []}, "#/story"),
        ({"statements": {}}, "#/statements"),
        ({"statements": [None]}, "#/statements/0"),
        ({"statements": [STATEMENT | {"stance": "insists"}]}, "#/statements/0/stance"),
        ({"statements": [{"speaker": {"name": "Jo"}}]}, "#/statements/0/stance"),
        ({"statements": [STATEMENT | {"via": [{"relation": "cites"}]}]}, "#/statements/0/via/0/name"),
        ({"statements": [STATEMENT | {"unnamed": {"described_as": "two engineers"}}]}, "#/statements/0"),
        ({"statements": [{"stance": "denies", "unnamed": {"described_as": "a", "count": 0}}]}, "#/statements/0/unnamed/count"),
        ({"statements": [{"stance": "denies", "unnamed": {"described_as": "a", "count": -1}}]}, "#/statements/0/unnamed/count"),
        ({"statements": [STATEMENT | {"id": "a"}, STATEMENT | {"id": " a "}]}, "#/statements"),
        ({"requests_for_comment": [{"asked": "The board"}]}, "#/requests_for_comment/0/asked_by"),
        ({"requests_for_comment": [REQUEST | {"outcome": "maybe"}]}, "#/requests_for_comment/0/outcome"),
        ({"requests_for_comment": [REQUEST | {"reply": "No."}]}, "#/requests_for_comment/0"),
        ({"requests_for_comment": [REQUEST | {"id": "a"}, REQUEST | {"id": "a"}]}, "#/requests_for_comment"),
        ({"quote": {"prefix": "The "}}, "#/quote/exact"),
        ({"quote": {"exact": "  "}}, "#/quote/exact"),
        # there, and not to be seen
        ({"text": "\u200b\u2060\ufeff"}, "#/text"),
        ({"text": "a\u200b"}, "#/text"),
        ({"claimant": {"name": "\u200b\U000e0041\u00ad"}}, "#/claimant/name"),
        ({"statements": [STATEMENT | {"speaker": {"name": "\u3164"}}]}, "#/statements/0/speaker/name"),
        ({"tags": ["\u200d"]}, "#/tags/0"),
        ({"appearances": [{"title": "A page"}]}, "#/appearances/0/url"),
        ({"text": {"deep": DEEP}}, "#/text"),
        # unknown
        ({"txet": "a claim"}, "#/txet"),
        ({"state": "published"}, "#/state"),
        ({"a/b~c": 1}, "#/a~1b~0c"),
        ({"claimant": {"name": "Jo", "role": "Mayor"}}, "#/claimant/role"),
        ({"statements": [STATEMENT | {"via": [{"name": "R", "href": "x"}]}]}, "#/statements/0/via/0/href"),
        ({"submitter": {"name": "Jo", "newsroom": "Wire"}}, "#/submitter/newsroom"),
        # of the person who sends it in
        ({"submitter": "Jo Doe"}, "#/submitter"),
        ({"submitter": {"name": "\u200b\u2060"}}, "#/submitter/name"),
        ({"submitter": {"role": "x" * 301}}, "#/submitter/role"),
        ({"submitter": {"email": "jo at example.org"}}, "#/submitter/email"),
        ({"submitter": {"email": "jo@example.org\r\nBcc: a@example.org"}}, "#/submitter/email"),
        ({"submitter": {"email": "j\u200bo@example.org"}}, "#/submitter/email"),
        ({"submitter": {"country": "XX"}}, "#/submitter/country"),
        ({"submitter": {"country": "Germany"}}, "#/submitter/country"),
        ({"submitter": {"country": 49}}, "#/submitter/country"),
        ({"submitter": {"language": "german please"}}, "#/submitter/language"),
        ({"submitter": {"platform": "\u3164"}}, "#/submitter/platform"),
        ({"submitter": {"platform": "x" * 61}}, "#/submitter/platform"),
        # too short, too long, too many
        ({"text": ""}, "#/text"),
        ({"text": "   \n "}, "#/text"),
        ({"text": "x"}, "#/text"),
        ({"text": " ? "}, "#/text"),
        ({"text": "x" * 100_000}, "#/text"),
        ({"text": "x" * 10_001}, "#/text"),
        ({"reason": "x" * 10_001}, "#/reason"),
        ({"hedge": "x" * 301}, "#/hedge"),
        ({"external_id": "x" * 301}, "#/external_id"),
        ({"external_id": " "}, "#/external_id"),
        ({"tags": ["x" * 61]}, "#/tags/0"),
        ({"tags": [f"tag {number}" for number in range(21)]}, "#/tags"),
        ({"statements": [STATEMENT] * 51}, "#/statements"),
        ({"appearances": [{"url": "https://example.org/"}] * 51}, "#/appearances"),
        ({"language": "x"}, "#/language"),
        ({"language": "english please"}, "#/language"),
        # control characters
        ({"text": "a claim\u0000 with NUL"}, "#/text"),
        ({"text": "a claim\u0007 that rings"}, "#/text"),
        ({"text": "a claim\u0085 of C1"}, "#/text"),
        ({"text": "\u001b[31ma red claim"}, "#/text"),
        ({"claimant": {"name": "Jo\u0000"}}, "#/claimant/name"),
        ({"external_id": "\u001cwire-7"}, "#/external_id"),
        ({"tags": ["a\u0000"]}, "#/tags/0"),
        ({"quote": {"exact": "four days", "prefix": "\u0000"}}, "#/quote/prefix"),
        # dates
        ({"claimed_at": "2026-01-27T00:00:00"}, "#/claimed_at"),
        ({"claimed_at": "2026-01-27"}, "#/claimed_at"),
        ({"claimed_at": "yesterday"}, "#/claimed_at"),
        ({"claimed_at": 1769472000}, "#/claimed_at"),
        ({"claimed_at": "1769472000"}, "#/claimed_at"),
        ({"claimed_at": True}, "#/claimed_at"),
        ({"claimed_at": "2026-02-30T00:00:00Z"}, "#/claimed_at"),
        ({"claimed_at": "9999-12-31T23:59:59Z"}, "#/claimed_at"),
        ({"claimed_at": "9999-12-31T23:59:59-12:00"}, "#/claimed_at"),
        ({"claimed_at": "0001-01-01T00:00:00+14:00"}, "#/claimed_at"),
        ({"due_at": "9999-01-01T00:00:00Z"}, "#/due_at"),
        ({"story": {"published_at": "2026-01-27T10:00"}}, "#/story/published_at"),
        ({"statements": [STATEMENT | {"said_at": "2026-01-27T10:00"}]}, "#/statements/0/said_at"),
        # addresses
        ({"story": {"url": "javascript:alert(1)"}}, "#/story/url"),
        ({"story": {"url": "JaVaScRiPt:alert(1)"}}, "#/story/url"),
        ({"story": {"url": "data:text/html,<b>"}}, "#/story/url"),
        ({"story": {"url": "//example.org/"}}, "#/story/url"),
        ({"story": {"url": "/etc/passwd"}}, "#/story/url"),
        ({"story": {"url": "https://"}}, "#/story/url"),
        ({"story": {"url": "https://[::1"}}, "#/story/url"),
        ({"story": {"url": "https://example.org:port/"}}, "#/story/url"),
        ({"story": {"url": "https://user:pass@example.org/"}}, "#/story/url"),
        ({"story": {"url": 'https://example.org/" onclick="alert(1)'}}, "#/story/url"),
        ({"story": {"url": "https://example.org/" + "x" * 2000}}, "#/story/url"),
        ({"claimant": {"name": "Jo", "same_as": "javascript:alert(1)"}}, "#/claimant/same_as"),
        ({"appearances": [{"url": "java\nscript:alert(1)"}]}, "#/appearances/0/url"),
    ],
)  # fmt: skip
def test_a_claim_that_does_not_hold_names_the_field(newsroom, stored, change, pointer):
    answer = newsroom.post({"text": TEXT} | change, key="k")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert answer.json["errors"][0]["detail"]
    assert not any(stored().values())


@pytest.mark.parametrize("body", ["[]", "null", '"a claim"', "7", "true"])
def test_json_that_is_no_object_is_refused_as_a_whole(newsroom, stored, body):
    answer = newsroom.post(body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["#"]
    assert not any(stored().values())


def test_every_field_that_does_not_hold_is_named(newsroom):
    answer = newsroom.post({"urgency": "high", "claimed_at": "today", "story": {"url": "ftp://example.org"}})
    assert {error["pointer"] for error in answer.json["errors"]} == {
        "#/text",
        "#/urgency",
        "#/claimed_at",
        "#/story/url",
    }


def test_a_body_of_five_megabytes_is_too_large(newsroom, stored):
    answer = newsroom.post({"text": "x" * 5_000_000})
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"
    assert not any(stored().values())


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data", ""]
)
def test_another_media_type_is_refused(newsroom, stored, kind):
    answer = newsroom.post({"text": TEXT}, **{"Content-Type": kind})
    assert answer.status_code == 415
    assert not any(stored().values())


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
def test_a_compressed_body_is_refused(newsroom, stored, encoding):
    assert newsroom.post({"text": TEXT}, **{"Content-Encoding": encoding}).status_code == 415
    assert not any(stored().values())


def test_a_charset_beside_json_does_no_harm(newsroom):
    kind = {"Content-Type": "application/json; charset=utf-8"}
    assert newsroom.post({"text": "Die Brücke war gesperrt."}, **kind).json["text"] == "Die Brücke war gesperrt."


def test_html_in_every_text_field_is_kept_as_text_and_shown_as_text(newsroom, told):
    party = {"name": HTML, "title": HTML, "organization": HTML}
    body = {
        "text": f"A claim {HTML}", "claimant": party, "hedge": HTML, "condition": HTML, "reason": HTML, "tags": [HTML[:60]],
        "external_id": HTML,
        "story": {"headline": HTML, "publisher": HTML, "dateline": HTML, "external_id": HTML},
        "quote": {"exact": HTML, "prefix": HTML, "suffix": HTML},
        "appearances": [{"url": "https://example.org/", "title": HTML, "publisher": HTML, "medium": HTML}],
        "statements": [
            {"id": "x", "stance": "asserts", "quote": HTML, "paraphrase": HTML, "speaker": party,
             "via": [{"name": HTML, "relation": HTML}]},
            {"stance": "denies", "unnamed": {"described_as": HTML, "basis": HTML, "reason": HTML}},
        ],
        "requests_for_comment": [
            {"asked_by": HTML, "asked": HTML, "channel": HTML, "outcome": "answered", "reply": HTML}
        ],
    }  # fmt: skip
    made = newsroom.post(body)
    assert made.status_code == 201
    [message] = told()
    assert message.claim.text == f"A claim {HTML}"
    assert message.claim.requests_for_comment[0].reply == HTML
    page = newsroom.client.get(made.json["receipt_url"]).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "text",
    [
        "\u202eright to left over everything", "שלום, הגשר היה סגור", "الجسر كان مغلقا", "桥梁关闭了四天", "x" * 10_000,
        "two\nlines\tand a tab", "emoji 👩‍👩‍👧‍👦 and 🇺🇦", "zero\u200bwidth", "W" + "o" * 200 + "rd",
        "'; DROP TABLE claims; --", "{{ 7 * 7 }} ${jndi:ldap://x}", "100 % and %s and \\x00",
    ],
)  # fmt: skip
def test_any_writing_is_kept_as_it_is(newsroom, told, text):
    made = newsroom.post({"text": text})
    assert made.status_code == 201
    assert made.json["text"] == text
    assert told()[0].claim.text == text
    assert newsroom.client.get(made.json["receipt_url"]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/claims?limit=0", "/v1/claims?limit=201", "/v1/claims?limit=many", "/v1/claims?limit=-1", "/v1/claims?limit=1e2",
        "/v1/claims?limit=0000009999", "/v1/claims?limit=" + "9" * 5000, "/v1/claims?limit=٣",
        "/v1/claims?state=open", "/v1/claims?state=checked&state=closed", "/v1/claims?since=yesterday",
        "/v1/claims?since=2026-01-27T00:00:00", "/v1/claims?since=9999-12-31T00:00:00Z", "/v1/claims?since=1e400",
    ],
)  # fmt: skip
def test_a_list_asked_for_in_a_way_that_makes_no_sense_is_a_bad_request(newsroom, path):
    answer = newsroom.get(path)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/v1/claims/1", "/v1/claims/x%00y", "/v1/claims/%ff", "/v1/claims/../keys", "/v1/nothing"]
)
def test_an_address_that_is_none_is_not_found(newsroom, path):
    answer = newsroom.get(path)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/claims?cursor=x", "/v1/claims?cursor=%00", "/v1/claims?cursor=é", "/v1/claims?cursor=WzFd",
        "/v1/claims?cursor=WyJ4Il0",
        "/v1/claims?cursor=" + "W1tb" * 500, "/v1/claims?since=2026-01-27T00:00:00Z&cursor=WyJ4Il0",
        "/v1/claims?since=2026-01-27T00:00:00Z&cursor=WyJ4IiwgIngiXQ",
    ],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_names_no_place_in_the_list(newsroom, path):
    answer = newsroom.get(path)
    assert answer.status_code == 404
    assert "next_cursor" in answer.json["detail"]


def test_a_parameter_that_the_api_does_not_know_is_refused_with_those_that_it_knows(app, newsroom):
    assert refused_everywhere(app) > 30
    refused = newsroom.get("/v1/claims?stauts=open&limit=5")
    assert refused.json["detail"].startswith(
        "There is no query parameter 'stauts' here; did you mean state? Known: state, since"
    )
    assert newsroom.get("/v1/claims?limit=5&limit=6").status_code == 400, "which of the two would count?"
    sent = {"json": {"text": "The bridge was closed."}, "headers": {"Authorization": f"Bearer {newsroom.key}"}}
    assert newsroom.client.post("/v1/claims?dry_run=1", **sent).status_code == 400
    assert newsroom.get("/v1/claims").json["data"] == []
