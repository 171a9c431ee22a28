"""The desk's rules, through its verbs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError
from review_desk import NASTY, VERDICT
from sqlmodel import select

from services.review import workflow
from services.review.models import Case, Evidence, HistoryEntry, Note
from services.review.schemas import AssignIn, CheckIn, CloseIn, EvidenceIn, NoteIn, ReopenIn, ReturnIn, StrikeIn
from shared.errors import Forbidden, Invalid, NotAllowed, PreconditionRequired, Stale

CLOSE = CloseIn(reason="not_checkable", note="A matter of taste.")
CORRECTION = ReopenIn(kind="correction", note="A second closure had been overlooked.")


def test_a_verdict_says_how_sure_the_desk_is_and_what_that_rests_on(make_case, do, ada, eve, evidence, messages, desk):
    case_id = make_case()
    for title in ("Log", "Letter"):
        do(case_id, "evidence", ada, evidence(title))
    for half in ({"confidence": "high"}, {"rests_on": "One log."}, {"confidence": "sure", "rests_on": "One log."},
                 {"confidence": "low", "rests_on": "One log.", "rating": "explainer"}):  # fmt: skip
        with pytest.raises(ValidationError):
            CheckIn.model_validate(VERDICT.model_dump(exclude_none=True) | half)
    sure = {"confidence": "moderate", "rests_on": f"One log, complete. {NASTY}"}
    do(case_id, "check", ada, VERDICT.model_copy(update=sure))
    page = desk("eve").get(f"/cases/{case_id}").text
    assert "<strong>Fairly sure:</strong> <bdi>One log, complete. &lt;" in page
    do(case_id, "return", eve, ReturnIn(note="Say why."))
    form = desk("ada").get(f"/cases/{case_id}").text
    assert '<option value="moderate" selected>Fairly sure</option>' in form
    do(case_id, "check", ada, VERDICT.model_copy(update=sure | {"confidence": "low"}))
    again = desk("eve").get(f"/cases/{case_id}").text
    assert "<strong>Not very sure:</strong>" in again
    do(case_id, "approve", eve)
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert (told["confidence"], told["rests_on"]) == ("low", sure["rests_on"])


def test_a_claim_opens_a_case_once(review, submitted, look):
    message = submitted(tags=("transport",), urgency=2)
    for _ in range(2):
        with review.transaction() as session:
            workflow.open_case(session, message)
    case = look(message.claim_id)
    assert (case.state, case.urgency, case.version) == ("unverified", 2, 1)


def test_a_further_submission_is_added_and_an_older_message_changes_nothing(review, submitted, look):
    first = submitted(newsrooms=("Courier",))
    second = submitted(claim_id=first.claim_id, revision=2, newsrooms=("Courier", "Radio"))
    for message in (second, first):
        with review.transaction() as session:
            workflow.open_case(session, message)
    assert len(look(first.claim_id).submissions) == 2


def test_the_way_of_a_claim(make_case, do, ada, eve, evidence, look, confirm, messages):
    case_id = make_case()
    do(case_id, "take", ada)
    do(case_id, "evidence", ada, evidence())
    do(case_id, "evidence", ada, evidence("Other log"))
    assert do(case_id, "check", ada, VERDICT).state == "checked"
    case = do(case_id, "approve", eve)
    assert case.state == "checked", "it is published only when readers can read it"
    assert case.waits_for_site
    confirm(case_id)
    assert look(case_id).state == "published"
    assert look(case_id).url.endswith("/it-was-one-day")
    told = [m["message"]["state"] for m in messages() if m["topic"] == "case.moved.v1" and m["queue"] == "intake"]
    assert told == ["checked", "published"]


@pytest.mark.parametrize("name", ["eve", "root"])
def test_nobody_approves_a_verdict_they_wrote_not_even_an_admin(make_case, do, people, evidence, name):
    case_id = make_case()
    person = people[name]
    do(case_id, "evidence", person, evidence())
    do(case_id, "evidence", person, evidence("Other"))
    do(case_id, "check", person, VERDICT)
    with pytest.raises(Forbidden, match="somebody else"):
        do(case_id, "approve", person)
    other = people["root" if name == "eve" else "eve"]
    assert do(case_id, "approve", other).waits_for_site


def test_who_added_evidence_or_struck_some_had_a_hand_in_it(make_case, do, people, evidence, review):
    case_id = make_case()
    do(case_id, "evidence", people["eve"], evidence())
    for title in ("b", "c"):
        do(case_id, "evidence", people["ada"], evidence(title))
    with review.reading() as session:
        item = session.exec(select(Evidence).where(Evidence.title == "b")).one()
    do(case_id, "strike", people["root"], StrikeIn(evidence_id=item.id, reason="not the log"))
    do(case_id, "check", people["ada"], VERDICT)
    for name in ("eve", "root"):
        with pytest.raises(Forbidden):
            do(case_id, "approve", people[name])


def test_a_checker_may_not_approve(make_checked, do, people):
    with pytest.raises(Forbidden):
        do(make_checked(), "approve", people["ben"])


def test_who_wrote_the_first_revision_may_approve_the_next_if_they_had_no_hand_in_it(
    make_case, do, people, evidence, confirm
):
    case_id = make_case()
    for title in ("a", "b"):
        do(case_id, "evidence", people["eve"], evidence(title))
    do(case_id, "check", people["eve"], VERDICT)
    do(case_id, "approve", people["root"])
    confirm(case_id)
    do(case_id, "reopen", people["ada"], CORRECTION)
    do(case_id, "check", people["ada"], VERDICT)
    assert do(case_id, "approve", people["eve"]).waits_for_site


def test_a_check_needs_two_pieces_of_evidence_or_a_reason(make_case, do, ada, evidence):
    case_id = make_case()
    do(case_id, "evidence", ada, evidence())
    with pytest.raises(Invalid, match="one more piece"):
        do(case_id, "check", ada, VERDICT)
    waived = VERDICT.model_copy(update={"waiver": "There is only one log."})
    assert do(case_id, "check", ada, waived).state == "checked"


def test_struck_evidence_does_not_count(make_case, do, ada, evidence, review):
    case_id = make_case()
    for title in ("a", "b"):
        do(case_id, "evidence", ada, evidence(title))
    with review.reading() as session:
        item = session.exec(select(Evidence).where(Evidence.title == "a")).one()
    do(case_id, "strike", ada, StrikeIn(evidence_id=item.id, reason="a forgery"))
    with pytest.raises(Invalid):
        do(case_id, "check", ada, VERDICT)


def test_of_twenty_people_who_take_a_case_at_once_one_gets_it(review, make_case, people, look):
    case_id = make_case()

    def take(number):
        try:
            with review.transaction() as session:
                workflow.act(session, case_id, "take", None, people["ada" if number % 2 else "ben"], None)
            return "won"
        except NotAllowed as lost:
            return lost.detail

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(take, range(20)))
    assert outcomes.count("won") == 1
    assert all("taken this case already" in outcome for outcome in outcomes if outcome != "won")
    assert look(case_id).assignee_id in (people["ada"].id, people["ben"].id)


def test_of_two_approvals_at_once_one_counts(review, make_checked, people, messages):
    case_id = make_checked()
    version = 5

    def approve(name):
        try:
            with review.transaction() as session:
                workflow.act(session, case_id, "approve", None, people[name], version)
            return "won"
        except (Stale, NotAllowed):
            return "lost"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, ["eve", "root"])) == ["lost", "won"]
    assert len([m for m in messages() if m["topic"] == "verdict.approved.v1"]) == 1


def test_a_taken_case_is_left_to_who_took_it_but_editors_may_step_in(make_case, do, people, evidence):
    case_id = make_case()
    do(case_id, "take", people["ada"])
    with pytest.raises(NotAllowed, match="Ada is working on this case"):
        do(case_id, "evidence", people["ben"], evidence())
    do(case_id, "evidence", people["eve"], evidence())
    with pytest.raises(NotAllowed, match="Ada"):
        do(case_id, "release", people["ben"])
    do(case_id, "release", people["ada"])
    do(case_id, "take", people["ben"])


def test_an_editor_hands_a_case_over_and_whoever_has_it_does_too_with_a_note(make_case, do, people, look, review):
    case_id = make_case()
    do(case_id, "assign", people["eve"], AssignIn(to="BEN@desk.example", note="You know the harbour."))
    assert look(case_id).assignee_id == people["ben"].id
    with review.reading() as session:
        assert session.exec(select(Note.text)).one() == "You know the harbour."
    with pytest.raises(Forbidden):
        do(case_id, "assign", people["ada"], AssignIn(to="ben@desk.example", note="x"))
    do(case_id, "assign", people["ben"], AssignIn(to="ada@desk.example", note="My shift is over."))
    assert look(case_id).assignee_id == people["ada"].id
    with pytest.raises(Invalid, match="nobody"):
        do(case_id, "assign", people["eve"], AssignIn(to="nobody@desk.example", note="x"))


@pytest.mark.parametrize(
    ("act", "found"),
    [("approve", None), ("return", ReturnIn(note="x")), ("reopen", ReopenIn(note="x"))],
)
def test_an_impossible_act_says_what_is_possible(make_case, do, eve, act, found):
    with pytest.raises(NotAllowed) as refused:
        do(make_case(), act, eve, found)
    assert refused.value.detail.startswith("A claim that is unverified cannot be")
    assert "take" in refused.value.members["allowed"]
    assert act not in refused.value.members["allowed"]


def test_while_it_waits_for_the_site_only_notes_are_possible(make_checked, do, eve):
    case_id = make_checked()
    do(case_id, "approve", eve)
    with pytest.raises(NotAllowed, match="waits for the site"):
        do(case_id, "return", eve, ReturnIn(note="too late"))
    do(case_id, "note", eve, NoteIn(text="On its way."))


def test_a_verdict_is_sent_back_and_written_again(make_checked, do, ada, eve, look):
    case_id = make_checked()
    do(case_id, "return", eve, ReturnIn(note="Which log?"))
    assert look(case_id).state == "unverified"
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "mostly-false"}))
    assert look(case_id).state == "checked"
    assert look(case_id).revision == 1


def test_a_closed_case_tells_its_reason_and_can_be_reopened(make_case, do, ada, eve, look, messages):
    case_id = make_case()
    do(case_id, "close", eve, CLOSE)
    assert messages()[-1]["message"]["close_reason"] == "not_checkable"
    do(case_id, "reopen", ada, ReopenIn(note="There are figures after all."))
    assert look(case_id).state == "unverified"
    assert messages()[-1]["message"]["close_reason"] is None


def test_a_published_verdict_is_corrected_as_its_next_revision(make_published, do, ada, eve, look, confirm, messages):
    case_id = make_published()
    with pytest.raises(Invalid, match="correction"):
        do(case_id, "reopen", ada, ReopenIn(note="x"))
    do(case_id, "reopen", ada, CORRECTION)
    assert (look(case_id).state, look(case_id).revision, look(case_id).published_revision) == ("unverified", 2, 1)
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "half-true"}))
    do(case_id, "approve", eve)
    approved = [m["message"] for m in messages() if m["topic"] == "verdict.approved.v1"][-1]
    assert (approved["revision"], approved["kind"], approved["change"]) == (2, "correction", CORRECTION.note)
    confirm(case_id, 2)
    assert (look(case_id).state, look(case_id).published_revision) == ("published", 2)


@pytest.mark.parametrize("kind", ["clarification", "update", "retraction"])
def test_the_kind_of_a_change_and_its_public_reason_travel(make_published, do, ada, eve, messages, kind):
    case_id = make_published()
    do(case_id, "reopen", ada, ReopenIn(kind=kind, note="What readers should know."))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    approved = [m["message"] for m in messages() if m["topic"] == "verdict.approved.v1"][-1]
    assert (approved["kind"], approved["change"]) == (kind, "What readers should know.")
    moved = [m["message"] for m in messages() if m["topic"] == "case.moved.v1"][-1]
    assert (moved["state"], moved["kind"], moved["verdict_revision"]) == ("checked", kind, 2)


@pytest.mark.parametrize("step", ["approve", "check"])
def test_of_twenty_who_do_it_at_once_one_does(review, make_case, make_checked, do, people, evidence, messages, step):
    case_id = make_checked()
    if step == "check":
        do(case_id, "return", people["eve"], ReturnIn(note="Again, please."))
    with review.reading() as session:
        version = session.get(Case, case_id).version

    def race(number):
        try:
            with review.transaction() as session:
                person = people["eve" if number % 2 else "root"]
                workflow.act(session, case_id, step, VERDICT if step == "check" else None, person, version)
            return "won"
        except (Stale, NotAllowed):
            return "lost"

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(race, range(20))).count("won") == 1
    with review.reading() as session:
        assert session.get(Case, case_id).version == version + 1
    assert len([m for m in messages() if m["topic"] == "verdict.approved.v1"]) == (step == "approve")


def test_closing_a_recheck_leaves_the_published_verdict_standing(make_published, do, ada, eve, look, messages):
    case_id = make_published()
    do(case_id, "reopen", ada, CORRECTION)
    do(case_id, "close", eve, CLOSE)
    case = look(case_id)
    assert (case.state, case.revision, case.kind) == ("published", 1, "first")
    assert messages()[-1]["message"]["state"] == "published"
    do(case_id, "reopen", ada, CORRECTION)
    assert look(case_id).revision == 2


def test_a_confirmation_that_comes_twice_or_late_changes_nothing(make_published, do, ada, confirm, look):
    case_id = make_published()
    confirm(case_id)
    do(case_id, "reopen", ada, CORRECTION)
    confirm(case_id)
    assert look(case_id).state == "unverified"


def test_an_act_on_a_version_that_is_no_more_is_refused(make_case, do, ada, eve):
    case_id = make_case()
    do(case_id, "note", eve, NoteIn(text="x"))
    with pytest.raises(Stale):
        do(case_id, "take", ada, seen=1)


def test_a_verdict_is_given_and_approved_only_by_who_says_what_they_saw(make_checked, make_case, do, ada, eve):
    with pytest.raises(PreconditionRequired):
        do(make_case(), "check", ada, VERDICT, seen=None)
    with pytest.raises(PreconditionRequired):
        do(make_checked(), "approve", eve, seen=None)


def test_notes_are_threaded_and_struck_never_deleted(make_case, do, people, review):
    case_id, other = make_case(), make_case("Another claim.")
    do(case_id, "note", people["ada"], NoteIn(text="Ask the board."))
    with review.reading() as session:
        note = session.exec(select(Note)).one()
    do(case_id, "note", people["eve"], NoteIn(text="Did so.", reply_to=note.id))
    with pytest.raises(Invalid):
        do(other, "note", people["eve"], NoteIn(text="Wrong case.", reply_to=note.id))
    with pytest.raises(Forbidden, match="who wrote"):
        do(case_id, "strike", people["ben"], StrikeIn(note_id=note.id, reason="x"))
    do(case_id, "strike", people["ada"], StrikeIn(note_id=note.id, reason="Names somebody."))
    with pytest.raises(NotAllowed, match="already"):
        do(case_id, "strike", people["ada"], StrikeIn(note_id=note.id, reason="again"))
    with review.reading() as session:
        struck = session.get(Note, note.id)
    assert (struck.text, struck.struck_reason) == ("Ask the board.", "Names somebody.")


def test_nothing_private_crosses_to_publish(make_case, do, ada, eve, evidence, messages):
    case_id = make_case(newsrooms=("SECRET-NEWSROOM",))
    do(case_id, "note", ada, NoteIn(text="SECRET-NOTE"))
    do(case_id, "evidence", ada, evidence())
    do(
        case_id,
        "evidence",
        ada,
        evidence(
            "SECRET-TITLE", public=False, quote="SECRET-QUOTE", publisher="SECRET-P", url="https://secret-url.example"
        ),
    )
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    [told] = [m["message"] for m in messages() if m["topic"] == "verdict.approved.v1"]
    assert "SECRET" not in str(told)
    assert "secret-url" not in str(told)
    assert "ada@" not in str(told)
    assert told["withheld"] == ["It would identify the source."]
    assert [one["title"] for one in told["evidence"]] == ["Harbour log"]


@pytest.mark.parametrize(
    ("schema", "given"),
    [
        (CheckIn, {"rating": "", "headline": "h", "summary": "s", "text": "t"}),
        (CheckIn, {"rating": "false", "headline": "", "summary": "s", "text": "t"}),
        (EvidenceIn, {"kind": "document", "title": "t", "stance": "refutes", "public": False}),
        (EvidenceIn, {"kind": "document", "title": "t", "stance": "refutes", "url": "javascript:alert(1)"}),
        (EvidenceIn, {"kind": "rumour", "title": "t", "stance": "refutes"}),
        (NoteIn, {"text": "   "}),
        (NoteIn, {"text": "a\x00b"}),
        (CloseIn, {"reason": "boring", "note": "x"}),
        (StrikeIn, {"reason": "x"}),
        (ReturnIn, {}),
    ],
)
def test_what_does_not_hold_is_refused(schema, given):
    with pytest.raises(ValidationError):
        schema.model_validate(given)


def test_every_act_is_in_the_history_with_before_and_after(make_checked, do, ada, review):

    case_id = make_checked()
    with review.reading() as session:
        entries = session.exec(
            select(HistoryEntry).where(HistoryEntry.case_id == case_id).order_by(HistoryEntry.seq)
        ).all()
        version = session.get(Case, case_id).version
    assert [entry.action for entry in entries] == ["submitted", "take", "evidence", "evidence", "check"]
    assert entries[-1].details["before"]["state"] == "unverified"
    assert entries[-1].details["after"]["state"] == "checked"
    assert entries[-1].person_id == ada.id
    assert version == len(entries)
