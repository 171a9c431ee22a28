"""What other services tell review comes in by its jobs: signed, in any order, as often as it likes."""

from datetime import timedelta
from itertools import permutations

import pytest
from review_desk import NOON, VERDICT
from sqlmodel import select

from services.review import history, jobs, queries, words, workflow
from services.review.models import Case, CaseTag, HistoryEntry, Inbox, Outbox, SignIn, SignInFailure
from services.review.schemas import CloseIn, MergeIn, ReopenIn
from shared.clock import new_id, now
from shared.contracts import ClaimSubmitted, Rating, Submission, VerdictPublished

URL = "http://127.0.0.1:8003/checks/2026/01/it-was-one-day"


@pytest.fixture
def arrive(review):
    """`arrive(message, …)`: messages come to review's jobs as one batch, signed as a relay signs; the outcomes."""

    def deliver(*messages, job=None):
        batch = []
        for message in messages:
            envelope = {
                "id": str(new_id()), "topic": message.topic, "key": message.key, "revision": message.revision,
                "payload": message.model_dump_json(), "request_id": None, "traceparent": None,
            }  # fmt: skip
            batch.append(envelope | {"signature": review.messages.sign(envelope)})
        receiver = {ClaimSubmitted: jobs.claim_submitted, VerdictPublished: jobs.verdict_published}
        return list(receiver[type(messages[0])](batch)["outcomes"].values())

    return deliver


def published(case_id, revision=1):
    return VerdictPublished(
        claim_id=case_id, revision=revision, kind="first" if revision == 1 else "correction", url=URL,
        rating=Rating(slug="false", label="False"), headline="It was one day", summary="The log shows one.",
        published_at=NOON + timedelta(days=revision),
    )  # fmt: skip


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_the_newest_snapshot_of_a_claim_stands_whatever_the_order(review, submitted, arrive, look, order):
    claim_id = new_id()
    told = {
        revision: submitted(
            claim_id=claim_id, revision=revision, newsrooms=("Courier", "Radio", "Wire")[:revision],
            tags=("harbour", f"tag{revision}"), urgency=revision, due_at=NOON + timedelta(days=revision),
        )
        for revision in order
    }  # fmt: skip
    for revision in order:
        assert arrive(told[revision]) == [None]
    case = look(claim_id)
    assert (case.claim_revision, case.urgency, case.due_at) == (3, 3, NOON + timedelta(days=3))
    assert [one.newsroom for one in case.sent_in] == ["Courier", "Radio", "Wire"]
    with review.reading() as session:
        assert set(session.exec(select(CaseTag.tag))) == {"harbour", "tag3"}
        assert session.get(Case, claim_id).record == told[3].claim


def test_a_message_that_comes_again_leaves_no_second_line_in_the_history(review, submitted, arrive):
    message = submitted()
    assert arrive(message) + arrive(message) + arrive(message, message) == [None] * 4
    with review.reading() as session:
        assert [entry.action for entry in session.exec(select(HistoryEntry))] == ["submitted"]


def test_a_further_submission_leaves_the_work_on_a_case_as_it_is(make_case, submitted, arrive, do, ada, look, evidence):
    case_id = make_case()
    do(case_id, "take", ada)
    do(case_id, "evidence", ada, evidence())
    before = look(case_id)
    assert arrive(submitted(claim_id=case_id, revision=2, newsrooms=("Courier", "Radio"))) == [None]
    after = look(case_id)
    assert (after.state, after.assignee_id, after.taken_at) == ("unverified", ada.id, before.taken_at)
    assert after.version == before.version + 1, "who looks at the case now sees that something has come in"


def test_a_confirmation_before_its_case_is_known_is_refused_and_may_come_again(
    submitted, arrive, make_checked, do, eve, look
):
    [outcome] = arrive(published(new_id()))
    assert "NotFound" in outcome
    case_id = make_checked()
    do(case_id, "approve", eve)
    assert look(case_id).state == "checked"
    assert arrive(published(case_id)) == [None]
    assert (look(case_id).state, look(case_id).url) == ("published", URL)


def test_one_message_that_fails_does_not_hold_up_those_behind_it(arrive, make_checked, do, eve, look):
    case_id = make_checked()
    do(case_id, "approve", eve)
    bad, good = arrive(published(new_id()), published(case_id))
    assert "NotFound" in bad
    assert good is None
    assert look(case_id).state == "published"


def test_the_confirmation_of_an_older_revision_publishes_nothing(
    arrive, make_checked, do, ada, eve, look, evidence, review
):
    case_id = make_checked()
    do(case_id, "approve", eve)
    arrive(published(case_id))
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="We missed a closure."))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    arrive(published(case_id))
    assert look(case_id).state == "checked", "revision 1 says nothing about revision 2"
    arrive(published(case_id, 2))
    arrive(published(case_id))
    case = look(case_id)
    assert (case.state, case.published_revision) == ("published", 2)
    with review.reading() as session:
        out = queries.get_case(session, case_id, ada)
    assert [one.published_at for one in out.verdicts] == [NOON + timedelta(days=1), NOON + timedelta(days=2)]


def test_a_message_that_was_tampered_with_is_refused(review, submitted):
    message = submitted()
    envelope = {
        "id": str(new_id()), "topic": message.topic, "key": message.key, "revision": 1,
        "payload": message.model_dump_json(), "request_id": None, "traceparent": None,
    }  # fmt: skip
    signed = envelope | {"signature": review.messages.sign(envelope)}
    forged = signed | {"payload": submitted("Another wording.").model_dump_json()}
    assert "signature" in next(iter(jobs.claim_submitted([forged])["outcomes"].values()))
    with review.reading() as session:
        assert session.exec(select(Case)).first() is None


def test_at_night_what_is_no_longer_needed_goes_and_what_is_needed_stays(review, people, make_checked, submitted):
    make_checked()
    long_ago = now() - timedelta(days=400)
    sub = {"topic": "claim.submitted.v1", "key": "k", "revision": 1}
    with review.transaction() as session:
        told = session.exec(select(Outbox)).all()
        told[0].acknowledged_at, told[0].due_at = long_ago, None
        waiting = len(told) - 1
        for at in (long_ago, now()):
            session.add(Inbox(message_id=new_id(), received_at=at, **sub))
            session.add(SignIn(secret_hash=str(at), person_id=people["ada"].id, signed_in_at=at, seen_at=at))
            session.add(SignInFailure(who="x", failed_at=at))
    for _ in range(2):
        jobs.tidy()
    with review.reading() as session:
        assert len(session.exec(select(Outbox)).all()) == waiting
        for table in (Inbox, SignIn, SignInFailure):
            assert len(session.exec(select(table)).all()) == 1
        assert session.exec(select(HistoryEntry)).first() is not None


def test_the_same_claim_told_by_twenty_messages_at_once_is_one_case(review, submitted, look):
    from concurrent.futures import ThreadPoolExecutor

    from services.review import workflow

    claim_id = new_id()
    messages = [submitted(claim_id=claim_id, revision=1 + n % 5) for n in range(20)]

    def tell(message):
        with review.transaction() as session:
            workflow.open_case(session, message)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(tell, messages))
    assert look(claim_id).claim_revision == 5


def test_a_submission_keeps_who_sent_it_and_why(review, submitted, look):
    from services.review import workflow

    message = submitted().model_copy(
        update={
            "submissions": (
                Submission(id=new_id(), newsroom="Courier", reason="Readers ask", external_id="c-1", submitted_at=NOON),
            )
        }
    )
    with review.transaction() as session:
        workflow.open_case(session, message)
    assert look(message.claim_id).sent_in == list(message.submissions)


def test_a_case_counts_every_time_though_not_every_one_is_told(review, make_case, submitted, do, ada, look):
    message = submitted(newsrooms=("Courier",) * 3)
    case_id = review_of(review, message)
    told = message.model_copy(update={"revision": 250, "submission_count": 250})
    assert review_of(review, told) == case_id
    case = look(case_id)
    assert (len(case.submissions), case.submission_count) == (3, 250)
    assert "sent in 250 times" in [one.why for one in workflow.explain(case)]
    into = make_case("The bridge was shut on four days.")
    do(case_id, "merge", ada, MergeIn(into=into, reason="The same."))
    assert "sent in 251 times" in [one.why for one in workflow.explain(look(into))]


def test_what_is_erased_while_another_sends_it_in_is_not_found_any_more(review, submitted):
    message = submitted(newsrooms=("Courier", "Readers"))
    told = message.model_dump()
    told["submissions"][1]["reason"] = "My aunt Philippa Quennell says so."
    review_of(review, type(message).model_validate(told))
    told["revision"], told["submissions"][1]["reason"] = 3, None
    told["submissions"] += submitted().model_dump()["submissions"][:1]
    review_of(review, type(message).model_validate(told))
    with review.reading() as session:
        assert session.execute(words.found_by(session, "Quennell", 10)).all() == []


def review_of(review, message):
    with review.transaction() as session:
        return workflow.open_case(session, message).id


def chain_holds(review):
    with review.reading() as session:
        return history.verify(session).broken == []


def rows_of(review, model):
    with review.reading() as session:
        return session.exec(select(model)).all()


def test_many_claims_come_in_at_once_each_with_its_case_its_tags_and_its_place_in_the_history(
    review, submitted, arrive, look
):
    told = [
        submitted(text=f"Bus {number} was late.", tags=("transport", f"bus{number}"), urgency=2) for number in range(30)
    ]
    older, newer = submitted(text="Tram."), None
    newer = submitted(claim_id=older.claim_id, revision=2, newsrooms=("Courier", "Radio"))
    assert arrive(*told, newer, older) == [None] * 32
    assert arrive(*told, older) == [None] * 31  # under other ids: their revisions are known
    assert len(rows_of(review, Case)) == 31
    assert len(rows_of(review, CaseTag)) == 60
    alone = submitted(text="Bus 31 was late.", tags=("transport",), urgency=2)
    assert arrive(alone) == [None]
    one, together = look(alone.claim_id), look(told[0].claim_id)
    known = {"id", "claim", "opened_at", "submissions", "tags"}
    assert one.model_dump(exclude=known) == together.model_dump(exclude=known)
    assert look(older.claim_id).claim_revision == 2
    assert [entry.action for entry in rows_of(review, HistoryEntry)] == ["submitted"] * 32
    assert chain_holds(review)


def test_a_message_that_can_not_be_applied_stops_none_of_those_it_came_with(review, submitted, arrive):
    good = [submitted(text=f"Bus {number} was late.") for number in range(5)]
    bad = submitted(text="Bad.").model_copy(update={"revision": "not a number"})
    with pytest.warns(UserWarning, match="Pydantic serializer"):
        outcomes = arrive(*good[:2], bad, *good[2:])
    assert [outcome is None for outcome in outcomes] == [True, True, False, True, True, True]
    assert len(rows_of(review, Case)) == 5
    assert len(rows_of(review, Inbox)) == 5
    assert chain_holds(review)


def test_a_blocked_sender_s_claims_leave_the_queue_and_come_back_when_they_are_let_in(
    review, submitted, arrive, look, messages, do, ada
):
    new, waiting, taken = new_id(), new_id(), new_id()
    assert arrive(submitted(claim_id=waiting), submitted(claim_id=taken)) == [None, None]
    do(taken, "take", ada)

    def told(claim_id, revision, blocked):
        return submitted(claim_id=claim_id, revision=revision).model_copy(update={"blocked": blocked})

    assert arrive(told(new, 1, True), told(waiting, 2, True), told(taken, 2, True)) == [None] * 3
    assert [look(one).state for one in (new, waiting, taken)] == ["closed", "closed", "unverified"]
    assert look(waiting).close_reason == "submitter_blocked"
    assert arrive(told(waiting, 2, True)) == [None]
    assert look(waiting).version == 2  # told twice, it is done once
    assert arrive(told(waiting, 3, False), told(taken, 3, False)) == [None] * 2
    assert (look(waiting).state, look(waiting).close_reason) == ("unverified", None)
    with review.reading() as session:
        acts = session.exec(
            select(HistoryEntry.action).where(HistoryEntry.case_id == waiting).order_by(HistoryEntry.seq)
        )
        assert list(acts) == ["submitted", "sender blocked", "sender let in"]
        assert history.verify(session).broken == []


def test_what_a_person_closed_stays_closed_when_its_sender_is_let_in(submitted, arrive, look, do, eve):
    claim_id = new_id()
    arrive(submitted(claim_id=claim_id))
    do(claim_id, "close", eve, CloseIn(reason="spam", note="An advertisement."))
    arrive(submitted(claim_id=claim_id, revision=2).model_copy(update={"blocked": True}))
    arrive(submitted(claim_id=claim_id, revision=3))
    assert (look(claim_id).state, look(claim_id).close_reason) == ("closed", "spam")


def test_a_case_that_was_sent_in_often_says_how_often_and_folds_most_of_it(review, submitted, desk):
    message = submitted(newsrooms=("Courier",) * 100).model_copy(update={"submission_count": 130})
    case_id = review_of(review, message)
    page = desk("ada").get(f"/cases/{case_id}").text
    assert "130 times; the first and the newest 99 are listed" in page
    assert "<summary>94 more, the earliest first</summary>" in page
    assert page.count("<strong><bdi>Courier</bdi></strong> <span") == 100
    assert "30 are not shown" in page
