"""What intake found at the addresses that a claim points to is seen beside them, whatever order messages come in."""

from datetime import timedelta
from itertools import permutations

import pytest
from review_desk import NOON, PASSWORD

from services.review import jobs, ledger, queries
from shared import stored
from shared.clock import new_id
from shared.contracts import Appearance, ArchivedCopy, SourceVisited, Story
from shared.contracts.records import Picture

URL = "https://example.org/News"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture
def arrive(review):
    def deliver(message):
        envelope = {
            "id": str(new_id()), "topic": message.topic, "key": message.key, "revision": message.revision,
            "payload": message.model_dump_json(), "request_id": None, "traceparent": None,
        }  # fmt: skip
        envelope["signature"] = review.messages.sign(envelope)
        return list(jobs.source_visited([envelope])["outcomes"].values())

    return deliver


def visited(case_id, source_id=None, revision=1, url=URL, reason=None, title="Bridge shut", archived=True, again=None):
    copy = ArchivedCopy(
        sha256=HASH, bytes=100, content_type="text/html", archived_at=NOON, seen_at=NOON + timedelta(days=revision),
        title=title, publisher="Ellery Courier", author="Jo Writer", published_on="2026-03-30",
    )  # fmt: skip
    return SourceVisited(
        claim_id=case_id, revision=revision, source_id=source_id or new_id(), url=url,
        state="archived" if archived else "failed", reason=reason, visited_at=NOON, next_visit_at=again,
        archived=copy if archived else None,
    )  # fmt: skip


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_the_newest_visit_stands_whatever_the_order(review, make_case, arrive, ada, order):
    case_id, source_id = make_case(), new_id()
    for revision in (*order, 1):
        assert arrive(visited(case_id, source_id, revision, title=f"Title {revision}")) == [None]
    with review.reading() as session:
        [source] = queries.get_case(session, case_id, ada).sources
        known = ("source.visited.v1", "review", f"{case_id}/{source_id}", 3)
        assert known in [tuple(entry) for entry in ledger.known(session)]
    assert (source.revision, source.archived.title) == (3, "Title 3")


def test_what_was_found_may_be_told_before_the_claim_is(review, make_case, arrive, ada):
    claim_id = new_id()
    assert arrive(visited(claim_id)) == [None]
    make_case(claim_id=claim_id)
    with review.reading() as session:
        assert len(queries.get_case(session, claim_id, ada).sources) == 1


@pytest.fixture
def page(app, people, make_case, arrive):
    """`page(url, …)`: the page of a case whose story is at `url`, after these were told of `URL`."""

    def show(given=URL, appearances=(), **told):
        case_id = make_case(story=Story(url=given), appearances=tuple(Appearance(url=url) for url in appearances))
        arrive(visited(case_id, **told))
        client = app.test_client()
        client.post("/sign-in", data={"email": "ada@desk.example", "password": PASSWORD})
        answer = client.get(f"/cases/{case_id}")
        assert answer.status_code == 200
        return " ".join(answer.text.split())

    return show


@pytest.mark.parametrize("given", [URL, f"{URL}#top", "HTTPS://EXAMPLE.org/News"])
def test_a_copy_is_shown_beside_the_address(page, given):
    shown = page(given)
    assert "“<bdi>Bridge shut</bdi>”, <bdi>Jo Writer</bdi>, <bdi>Ellery Courier</bdi>, dated 30 Mar 2026" in shown
    assert f'SHA-256 <code class="hash">{HASH}</code>' in shown
    assert "unchanged" in shown


def test_each_address_has_its_own(page):
    assert page("https://example.org/other", appearances=[URL]).count(f'class="hash">{HASH}') == 1
    assert HASH not in page("https://example.org/other")


def test_what_could_not_be_archived_says_why(page):
    shown = page(archived=False, reason="The server answered 503.", again=NOON + timedelta(hours=1))
    assert "<strong>Not archived</strong>" in shown
    assert "<bdi>The server answered 503.</bdi> It is tried again" in shown
    assert "tried again" not in page(archived=False, reason="It is not on the public internet.")


def test_a_page_that_is_gone_keeps_its_copy(page):
    shown = page(reason="The server answered 404.")
    assert HASH in shown
    assert "<strong>Not reached any more</strong>" in shown


def test_what_a_page_says_of_itself_is_shown_as_text(page):
    shown = page(title="<script>alert(1)</script>", reason="<b>x</b>")
    assert "<script>alert" not in shown
    assert "<b>x</b>" not in shown


def pictured(message, **told):
    return message.model_copy(update={"archived": message.archived.model_copy(update=told)})


def test_the_case_shows_what_a_page_looked_like_and_gives_it_to_whoever_sees_the_case(
    app, people, review, make_case, arrive, tmp_path
):
    review.settings.archive_folder = tmp_path
    client, case_id, other_id = app.test_client(), make_case(story=Story(url=URL)), make_case(text="Something else.")
    digest = stored.keep(tmp_path, b"RIFF....WEBP", stored.WEBP)
    assert arrive(pictured(visited(case_id), picture=Picture(sha256=digest, bytes=12, taken_at=NOON))) == [None]
    address = f"/cases/{case_id}/copies/{HASH}/picture"
    assert client.get(address).status_code == 302, "somebody who is not signed in"
    client.post("/sign-in", data={"email": "ada@desk.example", "password": PASSWORD})
    page = client.get(f"/cases/{case_id}").text
    assert f'src="{address}"' in page
    assert digest in page
    with client.get(address) as answer:
        assert (answer.content_type, answer.data) == ("image/webp", b"RIFF....WEBP")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.get(f"/cases/{other_id}/copies/{HASH}/picture").status_code == 404
    assert client.get(f"/cases/{case_id}/copies/{digest}/picture").status_code == 404
    stored.path_of(tmp_path, digest, stored.WEBP).unlink()
    assert "not in the archive any more" in client.get(address).text


def test_the_case_says_why_a_page_has_no_picture(app, people, make_case, arrive):
    client, case_id = app.test_client(), make_case(story=Story(url=URL))
    arrive(pictured(visited(case_id), no_picture="The server answered 403 to the browser."))
    client.post("/sign-in", data={"email": "ada@desk.example", "password": PASSWORD})
    assert "No picture: <bdi>The server answered 403 to the browser.</bdi>" in client.get(f"/cases/{case_id}").text
    assert client.get(f"/cases/{case_id}/copies/{HASH}/picture").status_code == 404
