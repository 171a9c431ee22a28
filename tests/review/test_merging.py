"""Claims that say the same are checked once, and everybody who sent one in is told; what was merged can be taken apart."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from review_desk import NOON, VERDICT, submit

from services.review import auth, ledger, queries, workflow
from services.review.schemas import AskIn, ConfirmRatingsIn, DeskIn, MergeIn, ReopenIn, RightsIn, StepIn
from services.review.workflow.ratings import confirm_ratings
from shared.clock import new_id
from shared.contracts import VerdictPublished
from shared.errors import Invalid, NotAllowed


@pytest.fixture
def merge(do, ada):
    def one(case_id, into, by=None):
        return do(case_id, "merge", by or ada, MergeIn(into=into, reason="The same bridge.", found_by="words"))

    return one


@pytest.fixture
def told_intake(messages):
    """`told_intake(case_id)`: what intake was told of a claim, as (topic, state or revision, merged into)."""

    def look(case_id):
        found = [
            one
            for one in messages()
            if one["queue"] == "intake" and one["key"] == str(case_id) and "merged_into" in one["message"]
        ]
        return [
            (
                m["topic"].split(".")[1],
                m["message"].get("state") or m["message"]["revision"],
                m["message"]["merged_into"],
            )
            for m in found
        ]

    return look


def test_the_submitters_of_each_follow_the_one_that_is_checked(
    make_case, make_checked, do, ada, eve, merge, told_intake, confirm, look
):
    into, same = make_checked(), make_case("The harbour bridge was shut for four days.")
    merged = merge(same, into)
    assert (merged.state, merged.close_reason, merged.merged_into) == ("closed", "duplicate", into)
    assert told_intake(same) == [("moved", "checked", str(into))]
    do(into, "approve", eve)
    confirm(into)
    assert told_intake(same)[1:] == [("published", 1, str(into)), ("moved", "published", str(into))]
    do(into, "reopen", ada, ReopenIn(kind="correction", note="Two days."))
    do(into, "check", ada, VERDICT)
    do(into, "approve", eve)
    confirm(into, 2)
    assert ("published", 2, str(into)) in told_intake(same)


def test_one_that_is_merged_into_a_published_verdict_gets_it_at_once(
    make_case, make_published, merge, told_intake, messages
):
    into, same = make_published(), make_case("The harbour bridge was shut.")
    merge(same, into)
    assert ("published", 1, str(into)) in told_intake(same)
    told = next(m for m in messages() if m["key"] == str(same) and m["topic"] == "verdict.published.v1")
    assert VerdictPublished.model_validate(told["message"]).url.endswith("it-was-one-day")
    assert told["queue"] == "intake"


def test_who_sent_in_the_same_is_told_what_the_rating_is_called_now(
    make_desk, check_on, make_case, do, eve, merge, confirm, messages, review, people
):
    ratings = {"true": StepIn(label="Holds", meaning="x"), "false": StepIn(label="Wrong", meaning="x")}
    make_desk(tags=["flu"], ratings=ratings)
    into, same = check_on(tags=["flu"]), make_case("The harbour bridge was shut.")
    merge(same, into)
    do(into, "approve", eve)
    confirm(into)
    with review.transaction() as session:
        other = ratings | {"false": StepIn(label="Not so", meaning="x")}
        desk = workflow.change_desk(session, "health", DeskIn(name="Health", ratings=other), people["root"])
        confirm_ratings(session, "health", ConfirmRatingsIn(id=desk.proposal["id"]), eve)
        renamed = VerdictPublished(
            claim_id=into, revision=1, kind="first", url="https://desk.example/1", rating={"slug": "false", "label": "Not so"},
            headline="x", summary="x", published_at=NOON, scale_revision=2,
        )  # fmt: skip
        workflow.note_published(session, renamed)
    told = [m["message"] for m in messages() if m["key"] == str(same) and m["topic"] == "verdict.published.v1"]
    assert [(one["rating"]["label"], one["scale_revision"]) for one in told] == [("Wrong", 1), ("Not so", 2)]
    late = make_case("The bridge over the harbour was shut.")
    with review.transaction() as session:
        without = DeskIn(name="Health", ratings={"true": ratings["true"], "misleading": ratings["true"]})
        desk = workflow.change_desk(session, "health", without, people["root"])
        confirm_ratings(session, "health", ConfirmRatingsIn(id=desk.proposal["id"]), eve)
    merge(late, into)
    (told,) = [m["message"] for m in messages() if m["key"] == str(late) and m["topic"] == "verdict.published.v1"]
    assert told["rating"]["label"] == "Not so", "what readers see, though the desk leaves it out"


def test_merging_counts_as_demand_and_undoing_takes_it_back(make_case, merge, do, ada, look, review, submitted):
    into, same = make_case(), make_case("Shut for four days.", newsrooms=("Herald", "Post"))
    before = look(into).stands_since
    merge(same, into)
    assert look(into).stands_since < before
    with review.reading() as session:
        assert any("3 newsrooms" in one.why for one in queries.get_case(session, into, ada).place)
    message = submitted("Shut for four days.", claim_id=same, revision=2, newsrooms=("Herald", "Post", "Mail"))
    with review.transaction() as session:
        workflow.open_case(session, message)
    with review.reading() as session:
        assert any("4 newsrooms" in one.why for one in queries.get_case(session, into, ada).place)
    do(same, "unmerge", ada)
    assert look(into).stands_since == before


def test_undone_it_stands_as_it_stood_before(make_case, make_published, merge, do, ada, eve, look, told_intake):
    into, same = make_published(), make_case("Shut for four days.")
    taken_at = do(same, "take", ada).taken_at
    merge(same, into)
    assert look(same).assignee_id is None
    case = do(same, "unmerge", eve)
    assert case.taken_at == taken_at
    assert (case.state, case.assignee_id, case.merged_into, case.close_reason) == ("unverified", ada.id, None, None)
    assert told_intake(same)[-1] == ("moved", "unverified", None)


def test_undone_it_is_nobody_s_if_who_had_it_may_not_work_on_it_any_more(
    make_case, merge, do, ada, eve, look, review, people
):
    into, same = make_case(), make_case("Shut for four days.")
    do(same, "take", ada)
    merge(same, into)
    with review.transaction() as session:
        workflow.change_rights(session, ada.id, RightsIn(role=None), people["root"])
    do(same, "unmerge", eve)
    assert (look(same).assignee_id, look(same).taken_at) == (None, None)


def test_what_was_merged_moves_on_with_what_it_was_merged_into(make_case, merge, do, ada, look):
    last, middle, first = make_case(), make_case("Shut for four days."), make_case("Four days shut.")
    merge(first, middle)
    merge(middle, last)
    assert look(first).merged_into == look(middle).merged_into == last
    assert len(look(last).also_submitted) == 2
    do(middle, "unmerge", ada)
    assert (look(middle).also_submission_count, look(middle).also_submitted) == (0, [])
    assert (look(last).also_submission_count, look(first).merged_into) == (1, last)


def test_what_cannot_be_merged_is_refused(make_case, make_published, merge, do, ada, people, look):
    one, other, gone = make_case(), make_case("Shut."), make_case("Shut again.")
    merge(gone, other)
    for into in (one, new_id(), gone):
        with pytest.raises(Invalid):
            merge(one, into)
    with pytest.raises(Invalid, match="was merged itself, into “Shut"):
        merge(one, gone)
    with pytest.raises(Invalid, match="test"):
        merge(make_case("A try.", test=True), other)
    with pytest.raises(NotAllowed):
        merge(gone, one)
    with pytest.raises(NotAllowed, match="undo that first"):
        do(gone, "reopen", ada, ReopenIn(note="Again."))
    with pytest.raises(NotAllowed):
        do(one, "unmerge", ada)
    published = make_published()
    with pytest.raises(NotAllowed):
        merge(published, one)
    do(published, "reopen", ada, ReopenIn(kind="update", note="New."))
    with pytest.raises(NotAllowed, match="merge the other one"):
        merge(published, one)
    do(one, "take", ada)
    with pytest.raises(NotAllowed, match="Ada is working"):
        merge(one, other, people["ben"])
    with pytest.raises(NotAllowed):
        do(gone, "ask", ada, AskIn(asked="x", asked_by="y"))


def test_editors_who_merge_two_claims_into_each_other_at_the_same_moment_make_no_circle(
    app, review, people, make_case, look
):
    with review.transaction() as session:
        tokens = [auth.make_token(session, people[name], "x") for name in ("ada", "eve")]
    claims, start = [make_case(f"The bridge was shut on {n} days.") for n in range(2)], Barrier(2)

    def merge(case_id, into, token):
        asked = {"into": str(into), "reason": "The same.", "found_by": "words"}
        start.wait()
        headers = {"Authorization": f"Bearer {token}"}
        return app.test_client().post(f"/v1/cases/{case_id}/merge", json=asked, headers=headers)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(merge, claims, reversed(claims), tokens))
    assert sorted(one.status_code for one in answers) == [200, 409]
    merged, kept = claims if answers[0].status_code == 200 else claims[::-1]
    (refused,) = [one for one in answers if one.status_code == 409]
    assert "was merged into this one already" in refused.json["detail"]
    assert (look(merged).merged_into, look(kept).merged_into, look(kept).also_submission_count) == (kept, None, 1)


def test_the_ledger_knows_what_submitters_of_merged_claims_must_know(
    make_case, make_published, merge, review, messages
):
    into, same = make_published(), make_case("Shut for four days.")
    merge(same, into)
    with review.reading() as session:
        entry = next(e for e in ledger.told(session) if e.topic == "verdict.published.v1")
    assert (entry.queue, entry.key, entry.revision) == ("intake", str(same), 1)
    before = len(messages())
    with review.transaction() as session:
        ledger.tell_again(session, entry)
    assert len(messages()) == before + 1


def test_the_page_suggests_what_says_the_same_merges_and_undoes(make_case, desk, look):
    into = make_case("The bridge in Westmarch was closed on Thursday.")
    same = make_case("Westmarch: bridge closed since Thursday, says office.")
    make_case("Ferries carried nobody.")
    ada = desk("ada")
    page = ada.get(f"/cases/{same}").text
    assert "Similar claims" in page
    assert "The bridge in Westmarch" in page
    assert "Ferries" not in page
    assert submit(ada, same, "merge", into=str(into)).status_code == 422
    assert (
        submit(ada, same, "merge", into=str(into), reason="The same bridge.", found_by="its rarest words").status_code
        == 302
    )
    page = ada.get(f"/cases/{same}").text
    assert "Whoever sent this one in gets its verdict" in page
    assert "Merged into this one" in ada.get(f"/cases/{into}").text
    assert submit(ada, same, "unmerge").status_code == 302
    assert look(same).state == "unverified"
