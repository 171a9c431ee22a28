"""The notice: written by one, posted by another, taken back by an editor, gone when there is a verdict."""

import pytest
from review_desk import submit

from services.review import ledger, workflow
from services.review.models import Notice
from services.review.schemas import NoticeIn, WithdrawIn
from shared.contracts import NoticePublished
from shared.errors import Forbidden, NotAllowed, PreconditionRequired

NOTICE = NoticeIn(headline="Bridge said to be shut", text="Two papers **say** so. The office has not answered.")


@pytest.fixture
def posted(messages):
    return lambda: [one["message"] for one in messages() if one["topic"] == "notice.posted.v1"]


def test_a_notice_is_posted_by_somebody_who_did_not_write_it(make_case, do, ada, eve, posted, review):
    case_id = make_case(statements=({"id": "s1", "stance": "asserts", "speaker": {"name": "Jo Doe"}},))
    do(case_id, "notice", ada, NOTICE)
    assert posted() == []
    do(case_id, "announce", eve)
    (told,) = posted()
    assert (told["headline"], told["written_by"], told["posted_by"]) == (NOTICE.headline, "Ada", "Eve")
    assert told["claim"]["statements"][0]["speaker"]["name"] == "Jo Doe"
    assert told["stands"]
    with review.reading() as session:
        assert ("notice.posted.v1", "publish", str(case_id), 1) in [tuple(one) for one in ledger.told(session)]


def test_nobody_posts_their_own_notice_and_no_checker_posts_any(make_case, do, people, ada, eve, posted):
    case_id = make_case()
    do(case_id, "notice", eve, NOTICE)
    with pytest.raises(Forbidden):
        do(case_id, "announce", eve)
    with pytest.raises(Forbidden):
        do(case_id, "announce", ada)
    with pytest.raises(PreconditionRequired):
        do(case_id, "announce", people["root"], seen=None)
    assert posted() == []


def test_whoever_changes_a_notice_before_it_is_posted_has_written_it(make_case, do, ada, eve):
    case_id = make_case()
    do(case_id, "notice", ada, NOTICE)
    do(case_id, "notice", eve, NOTICE)
    with pytest.raises(Forbidden):
        do(case_id, "announce", eve)


def test_a_notice_is_written_anew_and_taken_back(make_case, do, people, ada, eve, posted):
    case_id = make_case()
    do(case_id, "notice", ada, NOTICE)
    do(case_id, "announce", eve)
    with pytest.raises(NotAllowed, match="no notice that waits"):
        do(case_id, "announce", eve)
    do(case_id, "notice", ada, NOTICE.model_copy(update={"text": "The office denies it."}))
    do(case_id, "announce", eve)
    do(case_id, "withdraw", people["root"], WithdrawIn(reason="It was another bridge."))
    assert [(one["revision"], one["stands"], one["text"]) for one in posted()] == [
        (1, True, NOTICE.text), (2, True, "The office denies it."), (3, False, "It was another bridge."),
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="No notice stands"):
        do(case_id, "withdraw", eve, WithdrawIn(reason="Again."))


def test_a_draft_that_nobody_posted_goes_when_the_notice_is_taken_back(make_case, do, ada, eve, posted):
    case_id = make_case()
    do(case_id, "notice", ada, NOTICE)
    do(case_id, "announce", eve)
    do(case_id, "notice", ada, NOTICE)
    do(case_id, "withdraw", eve, WithdrawIn(reason="Wrong."))
    assert [one["revision"] for one in posted()] == [1, 2]


def test_there_is_no_notice_once_there_is_a_verdict(make_published, do, ada, look):
    case_id = make_published()
    with pytest.raises(NotAllowed):
        do(case_id, "notice", ada, NOTICE)
    assert look(case_id).published_revision == 1


def test_where_it_can_be_read_stands_on_the_case(make_case, do, ada, eve, review, desk):
    case_id = make_case()
    browser = desk("ada")
    assert submit(browser, case_id, "notice", headline="Shut?", text="Two **say** so.").status_code == 302
    assert "not posted yet" in browser.get(f"/cases/{case_id}").text
    assert "Post the notice" not in browser.get(f"/cases/{case_id}").text
    editor = desk("eve")
    assert "Post the notice" in editor.get(f"/cases/{case_id}").text
    assert submit(editor, case_id, "announce").status_code == 302
    message = NoticePublished(
        claim_id=case_id, revision=1, url="https://facts.example/checks/2026/11/shut", published_at=review_time()
    )
    for _ in range(2):
        with review.transaction() as session:
            workflow.note_notice_published(session, message)
    page = browser.get(f"/cases/{case_id}").text
    assert "https://facts.example/checks/2026/11/shut" in page
    assert "Two <strong>say</strong> so." in page
    with review.reading() as session:
        assert session.get(Notice, (case_id, 1)).posted_at
        assert ("notice.published.v1", "review", str(case_id), 1) in [tuple(one) for one in ledger.known(session)]


def test_empty_notices_are_refused(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    assert submit(ada, case_id, "notice", headline="Shut?").status_code == 422
    assert submit(ada, case_id, "notice", headline="x" * 300, text="y").status_code == 422


def review_time():
    return "2026-11-24T14:05:00Z"
