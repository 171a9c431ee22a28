"""What readers read before there is a verdict, and what becomes of it at the same address."""

import json
import re

import pytest
from sqlmodel import select

from services.publish import ledger
from services.publish.models import Outbox
from services.publish.queries import MOST_NOTICES
from shared.clock import new_id


@pytest.fixture
def page_of(receive, reader):
    """`page_of(message, …)`: the page after these messages."""

    def page(*messages):
        check = receive(*messages)
        return reader.get(f"/checks/{check.path}")

    return page


def test_a_notice_says_what_is_reported_and_as_of_when_it_is_not_verified(page_of, make_notice):
    answer = page_of(make_notice())
    assert answer.status_code == 200
    words = re.sub(r"<[^>]*>", "", answer.text)
    assert "Reported; not verified as of 27 January 2026, 14:05" in words
    assert '<meta name="description" content="Reported; not verified as of 27 January 2026, 14:05' in answer.text
    assert "Two sides <strong>disagree</strong>." in answer.text
    assert "Who says what" in answer.text
    assert "ClaimReview" not in answer.text
    assert 'content="noindex"' not in answer.text


def test_the_verdict_comes_to_the_address_of_the_notice_and_tells_of_it(receive, reader, make_notice, make_verdict):
    claim_id = new_id()
    noticed = receive(make_notice(claim_id))
    path = noticed.path
    assert noticed.position is None
    checked = receive(make_verdict(claim_id))
    assert checked.path == path
    assert checked.position == 1
    page = reader.get(f"/checks/{path}").text
    assert "not verified as of" not in page
    assert "Readers told that it was reported and not verified" in page
    assert "ClaimReview" in page


def test_a_notice_that_comes_after_the_verdict_changes_no_page(receive, reader, make_notice, make_verdict):
    claim_id = new_id()
    receive(make_verdict(claim_id))
    check = receive(make_notice(claim_id))
    page = reader.get(f"/checks/{check.path}").text
    assert "not verified as of" not in page


def test_an_older_notice_replaces_no_newer(page_of, make_notice):
    claim_id = new_id()
    newer = make_notice(claim_id, 2, headline="Newer")
    assert "Newer" in page_of(newer, make_notice(claim_id, 1, headline="Older")).text


def test_a_notice_that_is_taken_back_says_so_and_leaves_the_list(receive, reader, make_notice):
    claim_id = new_id()
    receive(make_notice(claim_id))
    assert "Being checked now" in reader.get("/").text
    check = receive(make_notice(claim_id, 2, stands=False, text="It was about another bridge."))
    page = reader.get(f"/checks/{check.path}").text
    assert "The notice that stood here has been taken back." in page
    assert "It was about another bridge." in page
    assert "Two sides" not in page
    assert 'content="noindex"' in page
    assert page.count('content="Taken back on 27 January 2026, 14:05 UTC"') == 2, "for search engines and links"
    assert "Taken back by <bdi>Eve</bdi>, " in page
    assert "Ada" not in page, "she wrote the notice, and not that it is taken back"
    assert "Taken back" in reader.get(f"/embed/{claim_id}").text
    assert "Being checked now" not in reader.get("/").text


def test_a_check_that_ended_without_a_verdict_says_so(receive, reader, make_notice, make_move):
    claim_id = new_id()
    receive(make_notice(claim_id))
    check = receive(make_move(claim_id, 5, state="closed", verdict_revision=1))
    assert "ended its work on this without a verdict" in reader.get(f"/checks/{check.path}").text
    assert "Being checked now" not in reader.get("/").text
    receive(make_move(claim_id, 6, state="unverified", verdict_revision=1))
    assert "Reported; not verified" in reader.get(f"/checks/{check.path}").text


def test_notices_that_no_longer_stand_take_no_place_of_one_that_does(receive, reader, make_notice, make_move):
    """Newer ones that were taken back or whose case was closed, more of them than the first page of the list has room for."""
    receive(make_notice(headline="The one that stands"))
    for number in range(MOST_NOTICES):
        claim_id = new_id()
        receive(
            make_notice(claim_id),
            make_notice(claim_id, 2, stands=False) if number % 2 else make_move(claim_id, 1, "closed", 0),
        )
    assert "The one that stands" in reader.get("/").text
    assert reader.get("/being-checked").text.count("/checks/20") == 1


def test_a_notice_is_no_check_for_machines(receive, reader, make_notice):
    check = receive(make_notice())
    assert reader.get(f"/v1/checks/{check.claim_id}").status_code == 404
    assert reader.get(f"/checks/{check.path}/revisions/1").status_code == 404
    assert check.headline is None


def test_what_is_hidden_in_a_notice_is_not_shown(page_of, make_notice):
    text = page_of(make_notice(headline="A\u202eB", text="<script>alert(1)</script> [x](javascript:alert(1))")).text
    assert "\u202e" not in text
    assert "<script>alert(1)" not in text
    assert 'href="javascript' not in text


def test_a_newsroom_s_test_is_in_no_list(receive, reader, make_notice):
    notice = make_notice()
    claim = notice.claim.model_copy(update={"test": True})
    check = receive(notice.model_copy(update={"claim": claim}))
    assert 'content="noindex"' in reader.get(f"/checks/{check.path}").text
    assert "Being checked now" not in reader.get("/").text


def test_review_is_told_where_it_can_be_read(receive, make_notice, service):
    check = receive(make_notice())
    with service.reading() as session:
        (row,) = session.exec(select(Outbox).where(Outbox.queue == "review")).all()
    assert (row.queue, row.topic) == ("review", "notice.published.v1")
    assert json.loads(row.payload)["url"] == f"https://facts.example/checks/{check.path}"
    with service.reading() as session:
        entries = [(one.topic, one.queue) for one in [*ledger.told(session), *ledger.known(session)]]
    assert entries == [("notice.published.v1", "review"), ("notice.posted.v1", "publish")]
