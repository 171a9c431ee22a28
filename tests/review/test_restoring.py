"""The desk alone is put back to an older backup: what readers read is right, and the desk comes to know of it from the site."""

import pytest
from between_services import Road
from review_desk import VERDICT
from sqlmodel import select

from services.publish import disputes as site_disputes
from services.publish.models import Check, Revision
from services.publish.models import Dispute as SiteDispute
from services.publish.models import Outbox as SiteOutbox
from services.publish.schemas import DisputeIn
from services.review import history, workflow
from services.review.models import Dispute, HistoryEntry, Notice, Verdict
from services.review.schemas import CloseIn, DecideIn, NoticeIn, ReopenIn, ReturnIn, WithdrawIn
from shared.contracts import VerdictPublished
from shared.errors import NotFound

CORRECTION = ReopenIn(kind="correction", note="A second closure had been overlooked.")
RETRACTION = ReopenIn(kind="retraction", note="The log was of another bridge.")
SECOND = VERDICT.model_copy(update={"headline": "It was two days", "rating": "mostly-false"})
OTHER = VERDICT.model_copy(update={"headline": "Something that readers never read", "rating": "true"})


@pytest.fixture
def road(review, start_service):
    return Road(review, start_service("publish", public_base_url="https://facts.example"))


@pytest.fixture
def at_desk(review):
    """`at_desk(case_id)`: each revision at the desk, as (revision, kind, headline, rating)."""

    def look(case_id):
        with review.reading() as session:
            found = session.exec(select(Verdict).where(Verdict.case_id == case_id).order_by(Verdict.revision)).all()
        return [(one.revision, one.kind, one.headline, one.rating) for one in found]

    return look


@pytest.fixture
def read_by_readers(road):
    """`read_by_readers(case_id)`: the same at the site."""

    def look(case_id):
        with road.publish.reading() as session:
            found = session.exec(select(Revision).where(Revision.claim_id == case_id).order_by(Revision.revision)).all()
        return [(one.revision, one.kind, one.headline, one.rating_slug) for one in found]

    return look


@pytest.fixture
def publish_next(do, ada, eve, road):
    """Reopen, check and approve: the next revision is published."""

    def make(case_id, why=CORRECTION, verdict=SECOND):
        do(case_id, "reopen", ada, why)
        do(case_id, "check", ada, verdict)
        do(case_id, "approve", eve)
        road.carry()

    return make


@pytest.fixture
def make_published_on_both(make_checked, do, eve, road):
    def make():
        case_id = make_checked()
        do(case_id, "approve", eve)
        road.carry()
        return case_id

    return make


@pytest.mark.parametrize("last", [CORRECTION, RETRACTION], ids=["correction", "retraction"])
@pytest.mark.parametrize("since", ["the verdict was checked", "the first revision", "it was reopened"])
def test_a_desk_put_back_learns_from_the_site_what_readers_read(
    last, since, make_checked, do, ada, eve, look, road, backup, at_desk, read_by_readers, publish_next, review
):
    case_id = make_checked()
    restore = backup()
    do(case_id, "approve", eve)
    road.carry()
    if since == "the first revision":
        restore = backup()
    elif since == "it was reopened":
        do(case_id, "reopen", ada, CORRECTION)
        restore = backup()
        do(case_id, "close", eve, CloseIn(reason="not_checkable", note="Not now."))
    publish_next(case_id, last)
    was, read = look(case_id), read_by_readers(case_id)
    assert [one[0] for one in read] == [1, 2]
    restore()
    assert [one.key for one in road.missing()] == [
        f"{case_id}/{n}" for n in ((1, 2) if since == "the verdict was checked" else (2,))
    ]
    road.resend()
    assert road.missing() == []
    case = look(case_id)
    assert (case.state, case.revision, case.published_revision, case.url) == ("published", 2, 2, was.url)
    assert (case.kind, case.change, case.assignee_id) == (last.kind, last.note, None)
    assert at_desk(case_id) == read
    with review.reading() as session:
        noted = session.exec(
            select(HistoryEntry).where(HistoryEntry.case_id == case_id, HistoryEntry.action == "published")
        ).all()
        assert history.verify(session).broken == []
        verdict = session.get(Verdict, (case_id, 2))
    assert (verdict.checked_by, verdict.approved_by, noted[-1].person_id) == (None, None, None)
    assert "Known from the site after a restore" in str([one.details for one in noted])
    publish_next(case_id, CORRECTION, VERDICT)
    assert [one[0] for one in read_by_readers(case_id)] == [1, 2, 3]
    assert read_by_readers(case_id)[-1] == at_desk(case_id)[-1] == (3, "correction", VERDICT.headline, VERDICT.rating)
    assert (look(case_id).state, look(case_id).published_revision, road.missing()) == ("published", 3, [])
    with road.publish.reading() as session:  # nor is what the site is told of the case old news to it
        assert session.get(Check, case_id).case_state == "published"


def test_another_text_under_a_number_that_readers_have_is_never_published_and_the_desk_does_not_say_so(
    make_checked, do, ada, eve, look, road, backup, at_desk, read_by_readers, publish_next
):
    case_id = make_checked()
    restore = backup()
    do(case_id, "approve", eve)
    road.carry()
    publish_next(case_id)
    read = read_by_readers(case_id)
    restore()
    do(case_id, "return", eve, ReturnIn(note="Look again."))
    do(case_id, "check", ada, OTHER)
    do(case_id, "approve", eve)
    road.carry()
    assert read_by_readers(case_id) == at_desk(case_id) == read
    assert (look(case_id).state, look(case_id).revision, road.missing()) == ("published", 2, [])


def test_a_verdict_that_the_site_only_says_is_there_publishes_nothing_at_the_desk(
    make_checked, eve, do, look, road, backup, review
):
    case_id = make_checked()
    restore = backup()
    do(case_id, "approve", eve)
    road.carry()
    with road.publish.reading() as session:
        rows = session.exec(select(SiteOutbox).where(SiteOutbox.queue == "review")).all()
    restore()
    [told] = [VerdictPublished.model_validate_json(row.payload) for row in rows if row.topic == VerdictPublished.topic]
    assert told.verdict is None
    with pytest.raises(NotFound), review.transaction() as session:
        workflow.note_published(session, told)
    assert (look(case_id).state, look(case_id).published_revision) == ("checked", 0)


def test_whose_name_stands_under_a_verdict_known_from_the_site_decides_on_no_challenge_to_it(
    make_checked, do, eve, people, road, backup, desk, review
):
    case_id = make_checked()
    restore = backup()
    do(case_id, "approve", eve)
    road.carry()
    restore()
    road.resend()
    page = desk("ada").get(f"/cases/{case_id}").text
    assert "Known from the site after a restore" in page
    with review.reading() as session:
        about = Dispute(case_id=case_id, verdict_revision=1)
        assert workflow.who_had_part(session, about) >= {people["ada"].id, eve.id}


@pytest.mark.parametrize("since", ["before the challenge", "before the decision"])
def test_a_challenge_stands_as_the_reader_was_told_that_it_stands(
    since, make_published_on_both, people, road, backup, review
):
    case_id = make_published_on_both()
    restore = backup()
    with road.publish.transaction() as session:
        given = DisputeIn(wrong="The log is of another bridge.", reason="Its number is 7.")
        site_disputes.dispute(session, case_id, given, "a showing", "en")
    road.carry()
    if since == "before the decision":
        restore = backup()
    with review.transaction() as session:
        known = session.exec(select(Dispute)).one()
        found = DecideIn(decision="rejected", reason="The number is right.", public=True)
        workflow.decide(session, known.id, found, people["root"], known.version)
    road.carry()
    restore()
    assert [one.topic for one in road.missing()] == ["verdict.disputed.v1"]
    road.resend()
    assert road.missing() == []
    with review.reading() as session:
        again = session.exec(select(Dispute)).one()
    with road.publish.reading() as session:
        told = session.exec(select(SiteDispute)).one().moved
    assert (again.id, again.state, again.decision, again.answer) == (
        known.id,
        "decided",
        "rejected",
        "The number is right.",
    )
    assert (again.version, again.due_at, again.is_public, again.decided_by) == (told.revision, told.due_at, True, None)


@pytest.mark.parametrize("last", ["a notice", "taken back"])
def test_a_notice_that_readers_read_is_back_and_the_next_has_the_next_number(
    last, make_case, do, ada, eve, road, backup, review, desk
):
    case_id = make_case()
    restore = backup()
    do(case_id, "notice", ada, NoticeIn(headline="What is said of the bridge", text="Nobody has confirmed it."))
    do(case_id, "announce", eve)
    if last == "taken back":
        do(case_id, "withdraw", eve, WithdrawIn(reason="It was another bridge."))
    road.carry()
    newest = 2 if last == "taken back" else 1
    restore()
    do(case_id, "notice", ada, NoticeIn(headline="Never read", text="Never read."))
    road.resend()
    assert road.missing() == []
    with review.reading() as session:
        [found] = session.exec(select(Notice)).all()
    assert (found.revision, found.stands, found.written_by, found.posted_by) == (newest, last == "a notice", None, None)
    assert found.headline == "What is said of the bridge"
    assert "Known from the site after a restore" in desk("ada").get(f"/cases/{case_id}").text
    do(case_id, "notice", ada, NoticeIn(headline="A newer one", text="Nobody has confirmed it yet."))
    do(case_id, "announce", eve)
    road.carry()
    with road.publish.reading() as session:
        posted = session.get(Check, case_id).posted
    assert (posted.revision, posted.headline, road.missing()) == (newest + 1, "A newer one", [])


def test_a_notice_posted_again_under_a_number_that_readers_have_changes_nothing_for_them(
    make_case, do, ada, eve, road, backup, review
):
    case_id = make_case()
    restore = backup()
    for headline in ("What readers read", "What they never read"):
        do(case_id, "notice", ada, NoticeIn(headline=headline, text="Nobody has confirmed it."))
        do(case_id, "announce", eve)
        road.carry()
        if headline == "What readers read":
            restore()
    with road.publish.reading() as session:
        assert session.get(Check, case_id).posted.headline == "What readers read"
    with review.reading() as session:
        assert [one.headline for one in session.exec(select(Notice))] == ["What readers read"]
