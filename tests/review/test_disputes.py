"""Readers' challenges at the desk: they have a deadline, and somebody who had no part in the verdict decides."""

from datetime import timedelta

import pytest
from review_desk import NASTY, VERDICT, person
from sqlalchemy import update
from sqlmodel import select

from services.review import auth, errands, history, jobs, ledger, queries, workflow
from services.review.models import Case, Dispute, HistoryEntry, Notification
from services.review.schemas import DecideIn, DisputeAssignIn, MoveIn, ReopenIn, RightsIn, SecondIn
from shared.clock import new_id, now
from shared.contracts import VerdictDisputed
from shared.errors import Forbidden, Invalid, NotAllowed, NotFound, PreconditionRequired, Stale

REJECTED = DecideIn(decision="rejected", reason="The number is the harbour’s.")
UPHELD = DecideIn(decision="upheld", reason="It is another bridge.", kind="correction")


@pytest.fixture
def dispute(review):
    """A reader challenges this revision of a case's verdict; returns the dispute's id."""

    def make(case_id, revision=1, **more):
        given = {
            "dispute_id": new_id(), "claim_id": case_id, "verdict_revision": revision, "wrong": "The log is of another bridge.",
            "reason": "Its number is 7.", "contact": "jo@reader.example", "language": "en", "disputed_at": now(),
        }  # fmt: skip
        message = VerdictDisputed.model_validate(given | more)
        for _ in range(2):  # a message may come twice
            with review.transaction() as session:
                workflow.note_disputed(session, message)
        return message.dispute_id

    return make


@pytest.fixture
def act(review):
    """`act(verb, dispute_id, found, person)`: on the version that stands."""

    def do(verb, dispute_id, found, person, seen="now"):
        with review.transaction() as session:
            known = session.get(Dispute, dispute_id)
            return verb(session, dispute_id, found, person, known.version if seen == "now" and known else seen)

    return do


@pytest.fixture
def fay(review, people):
    """A second editor."""
    found = person("fay", "editor")
    with review.transaction() as session:
        session.add(found)
    return found


@pytest.fixture
def moves(messages):
    return lambda: [one["message"] for one in messages() if one["topic"] == "dispute.moved.v1"]


@pytest.fixture
def told(review, people):
    """Who was told what, by name."""

    def look(kind):
        names = {one.id: name for name, one in people.items()}
        with review.reading() as session:
            found = session.exec(select(Notification).where(Notification.kind == kind)).all()
        return sorted(names.get(one.person_id, "fay") for one in found)

    return look


def test_a_challenge_comes_with_a_deadline_and_is_told_to_those_whom_it_concerns(
    make_published, dispute, fay, told, moves, look, review
):
    case_id = make_published()
    before = look(case_id).version
    dispute_id = dispute(case_id)
    with review.reading() as session:
        found = session.get(Dispute, dispute_id)
        assert found.due_at - found.received_at == pytest.approx(timedelta(days=7), abs=timedelta(seconds=5))
        assert [one.topic for one in ledger.told(session) if one.key == str(dispute_id)] == ["dispute.moved.v1"]
        assert [one.topic for one in ledger.known(session) if one.key == str(dispute_id)] == ["verdict.disputed.v1"]
    assert told("disputed") == [
        "ada",
        "fay",
        "root",
    ]  # whoever checked it, and those who may decide: not Eve, who approved it
    [move] = moves()
    assert (move["state"], move["decision"], move["is_public"]) == ("open", None, False)
    assert look(case_id).version == before + 1
    with pytest.raises(NotFound):
        dispute(new_id())
    with pytest.raises(NotFound):
        dispute(case_id, revision=2)


def test_what_is_told_of_a_challenge_leads_to_it(make_published, dispute, desk, people, review):
    case_id = make_published()
    dispute_id = dispute(case_id)
    with review.reading() as session:
        first = queries.list_notifications(session, people["root"], 1)[0]
    root = desk("root")
    root.get(f"/cases/{case_id}")
    assert 'class="unread"' in root.get("/notifications").text, "the case does not show the challenge whole"
    assert root.post(f"/notifications/{first.id}/open").location == f"/disputes/{dispute_id}"
    assert errands._in_words(first).url.endswith(f"/disputes/{dispute_id}")
    ada = desk("ada")
    ada.get(f"/disputes/{dispute_id}")
    with review.reading() as session:
        mine = queries.list_notifications(session, people["ada"], 9)
    assert [one.read_at is not None for one in mine if one.dispute_id] == [True]


def test_nobody_decides_who_had_a_part_in_the_verdict_whatever_their_role(
    make_checked, do, confirm, dispute, act, people, ada, eve, evidence, moves, make_case
):
    case_id = make_case()
    do(case_id, "evidence", people["root"], evidence())
    do(case_id, "evidence", ada, evidence())
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    confirm(case_id)
    dispute_id = dispute(case_id)
    for name in ("eve", "root"):  # she approved it; the admin gave evidence
        with pytest.raises(Forbidden, match="had a part"):
            act(workflow.decide, dispute_id, REJECTED, people[name])
    for name in ("ada", "ben"):
        with pytest.raises(Forbidden, match="Only an editor"):
            act(workflow.decide, dispute_id, REJECTED, people[name])
    assert len(moves()) == 1


def test_one_that_is_rejected_leaves_the_verdict_as_it_is(make_published, dispute, act, fay, moves, look, review):
    case_id = make_published()
    dispute_id = dispute(case_id)
    act(workflow.decide, dispute_id, REJECTED, fay)
    assert look(case_id).state == "published"
    assert (moves()[-1]["decision"], moves()[-1]["reason"]) == ("rejected", REJECTED.reason)
    assert moves()[-1]["is_public"]
    with pytest.raises(NotAllowed):
        act(workflow.decide, dispute_id, UPHELD, fay)
    with review.reading() as session:
        assert history.verify(session).broken == []
        done = session.exec(
            select(HistoryEntry).where(HistoryEntry.case_id == case_id).order_by(HistoryEntry.seq)
        ).all()
        assert [one.action for one in done][-2:] == ["disputed", "dispute decided"]
        assert len(done) == session.get(Case, case_id).version
        assert "another bridge" not in str([one.details for one in done])  # the reader's words can be erased


def test_who_checked_it_hears_of_the_decision_and_the_other_editors_have_nothing_left_to_do(
    make_published, dispute, act, fay, told, review
):
    decided, waits = dispute(make_published()), dispute(make_published())
    act(workflow.decide, decided, REJECTED, fay)
    assert told("decided") == ["ada"]
    with review.reading() as session:
        unread = select(Notification.dispute_id).where(Notification.kind == "disputed", Notification.read_at.is_(None))
        assert set(session.exec(unread)) == {waits}


def test_a_challenge_waits_for_the_desk_to_which_its_case_moved(
    make_desk, make_published, dispute, do, eve, fay, act, told
):
    make_desk(members=[{"email": "ben@desk.example", "role": "editor"}])
    make_desk(slug="sport", name="Sport")
    case_id = make_published()
    dispute_id, decided = dispute(case_id), dispute(case_id)
    act(workflow.decide, decided, REJECTED, fay)
    before = told("disputed")
    assert "ben" not in before
    do(case_id, "reopen", eve, ReopenIn(kind="correction", note="The number."))
    do(case_id, "move", eve, MoveIn(desk="health"))
    assert sorted(told("disputed")) == sorted([*before, "ben"]), "nobody is told twice"
    do(case_id, "move", eve, MoveIn(desk="sport"))
    assert told("disputed") == before
    do(case_id, "move", eve, MoveIn(desk="health"))
    act(workflow.decide, dispute_id, REJECTED, fay)
    assert sorted(told("disputed")) == sorted([*before, "ben"])


def test_who_becomes_an_editor_is_told_of_the_challenges_that_wait_for_a_decision(
    make_desk, make_published, make_checked, do, confirm, dispute, act, people, ada, eve, fay, told, review
):
    make_desk(tags=["flu"])
    at_desk, elsewhere = dispute(make_published(tags=["flu"])), dispute(make_published())
    do(approved := make_checked(), "second", people["ben"], SecondIn(rating="false"))
    do(approved, "approve", eve)
    confirm(approved)
    dispute(approved)  # in which Ben had a part
    act(workflow.decide, dispute(make_published()), REJECTED, fay)
    act(workflow.assign_dispute, dispute(make_published()), DisputeAssignIn(to=fay.email), eve)

    def give(name, **rights):
        with review.transaction() as session:
            workflow.change_rights(session, people[name].id, RightsIn(**rights), people["root"])

    def of(name):
        mine = (Notification.person_id == people[name].id, Notification.kind == "disputed")
        with review.reading() as session:
            return list(session.exec(select(Notification.dispute_id).where(*mine).order_by(Notification.id)))

    assert of("ben") == []
    give("ben", role="checker", desks={"health": "editor"})
    assert of("ben") == [at_desk]
    give("ben", role="editor")
    give("ben", role="editor", desks={"health": "editor"})
    assert of("ben") == [at_desk, elsewhere]
    give("ben", role="checker")
    assert of("ben") == [], "who may decide no more and had not read it"
    before = of("ada")
    give("ada", role="editor")
    give("ada", role="checker")
    assert of("ada") == before, "who checked the verdicts heard of their challenges, and still does"


def test_a_challenge_whose_editor_may_decide_no_more_is_what_the_others_are_reminded_of(
    make_published, dispute, act, eve, fay, people, told, review
):
    dispute_id = dispute(make_published())
    act(workflow.assign_dispute, dispute_id, DisputeAssignIn(to=fay.email), eve)
    with review.transaction() as session:
        session.execute(update(Dispute).values(due_at=now() + timedelta(hours=3)))
        workflow.change_rights(session, fay.id, RightsIn(role="checker"), people["root"])
    jobs.look_at_clocks()
    assert told("reminder") == ["root"]


def test_one_that_is_upheld_reopens_the_case_once(make_published, dispute, act, fay, look, moves):
    case_id = make_published()
    first, second = dispute(case_id), dispute(case_id)
    act(workflow.decide, first, UPHELD, fay)
    case = look(case_id)
    assert (case.state, case.revision, case.kind, case.change) == ("unverified", 2, "correction", UPHELD.reason)
    act(workflow.decide, second, UPHELD, fay)
    assert look(case_id).revision == 2
    assert [one["decision"] for one in moves()] == [None, None, "upheld", "upheld"]


def test_what_is_no_dispute_is_never_public(make_published, dispute, act, fay, moves):
    act(workflow.decide, dispute(make_published()), DecideIn(decision="not_a_dispute", reason="Spam."), fay)
    assert not moves()[-1]["is_public"]
    with pytest.raises(ValueError, match="kind"):
        DecideIn(decision="upheld", reason="Yes.")
    with pytest.raises(ValueError, match="kind"):
        DecideIn(decision="rejected", reason="No.", kind="update")


def test_it_is_handed_to_an_editor_who_may_decide_it(make_published, dispute, act, fay, eve, ada, review):
    dispute_id = dispute(make_published())
    with pytest.raises(Invalid):
        act(workflow.assign_dispute, dispute_id, DisputeAssignIn(to=eve.email), fay)
    with pytest.raises(Forbidden):
        act(workflow.assign_dispute, dispute_id, DisputeAssignIn(to=fay.email), ada)
    act(workflow.assign_dispute, dispute_id, DisputeAssignIn(to="FAY@desk.example"), eve)
    with review.reading() as session:
        assert session.get(Dispute, dispute_id).assignee_id == fay.id
    with pytest.raises(Stale):
        act(workflow.decide, dispute_id, REJECTED, fay, seen=1)
    with pytest.raises(PreconditionRequired):
        act(workflow.decide, dispute_id, REJECTED, fay, seen=None)


def test_those_who_may_decide_are_reminded_until_it_is_decided(make_published, dispute, act, fay, told, review):
    dispute_id = dispute(make_published())

    def due(after):
        with review.transaction() as session:
            session.execute(update(Dispute).values(due_at=now() + after))
        for _ in range(2):
            jobs.look_at_clocks()

    due(timedelta(days=3))
    assert told("reminder") == []
    due(timedelta(hours=3))
    assert told("reminder") == ["fay", "root"]
    due(-timedelta(hours=3))
    due(-timedelta(days=1, hours=3))
    assert told("reminder") == ["fay"] * 3 + ["root"] * 3
    act(workflow.decide, dispute_id, REJECTED, fay)
    due(-timedelta(days=2, hours=3))
    assert len(told("reminder")) == 6


def test_how_to_reach_the_reader_is_told_to_nobody_and_erased_in_time(
    make_published, dispute, act, fay, review, messages
):
    dispute_id, waiting = dispute(case := make_published()), dispute(case)
    act(workflow.decide, dispute_id, REJECTED, fay)
    assert "jo@reader" not in str(messages())
    jobs.tidy()
    with review.transaction() as session:
        assert session.get(Dispute, dispute_id).contact == "jo@reader.example"
        session.execute(update(Dispute).where(Dispute.state == "decided").values(decided_at=now() - timedelta(days=91)))
    jobs.tidy()
    with review.reading() as session:
        assert session.get(Dispute, dispute_id).contact is None
        assert session.get(Dispute, waiting).contact == "jo@reader.example"


def test_the_desk_decides_by_its_pages(make_published, dispute, desk, fay, look):
    case_id = make_published()
    dispute_id = dispute(case_id, wrong=NASTY, reason=NASTY, contact=NASTY, url="https://harbour.example/")
    browser = desk("fay")
    for address in ("/disputes", f"/disputes/{dispute_id}", f"/cases/{case_id}", "/notifications"):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
    assert "due in 6 days" in browser.get("/disputes").text
    assert '<span>Challenges</span> <span class="count">1</span>' in browser.get("/").text
    for name in ("eve", "ben"):
        page = desk(name).get(f"/disputes/{dispute_id}").text
        assert 'name="decision"' not in page
        assert "Ada, Eve" in page
    at = f"/disputes/{dispute_id}/decide"
    refused = browser.post(at, data={"seen": "1", "decision": "upheld", "reason": "You are right."})
    assert refused.status_code == 422
    assert "You are right." in refused.text
    assert "A challenge that is upheld reopens the case: say as what kind of revision." in refused.text
    answers = [
        browser.post(
            at, data={"seen": "1", "decision": "upheld", "reason": "Right.", "kind": "update", "public": "yes"}
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [302, 409]  # sent twice, it is done once
    assert "This dispute has been decided." in answers[1].text
    assert (look(case_id).revision, look(case_id).kind) == (2, "update")
    assert "Upheld" in browser.get("/disputes?state=decided").text
    assert f'<a href="/cases/{case_id}">The case, which it reopened</a>' in browser.get(f"/disputes/{dispute_id}").text
    assert "No reader’s challenge waits" in browser.get("/disputes").text
    assert browser.get("/disputes?state=x").status_code == 400


def test_what_it_would_be_reopened_as_keeps_nobody_from_rejecting_it(make_published, dispute, desk, fay, look):
    case_id = make_published()
    dispute_id = dispute(case_id)
    typed = {"seen": "1", "decision": "rejected", "reason": "The number is the harbour’s.", "kind": "correction"}
    browser = desk("fay")
    assert browser.post(f"/disputes/{dispute_id}/decide", data=typed).status_code == 302
    assert "Rejected" in browser.get("/disputes?state=decided").text
    assert (look(case_id).revision, look(case_id).state) == (1, "published")


def test_the_api_does_what_the_pages_do(app, review, make_published, dispute, people, fay):
    case_id = make_published()
    ids = [str(dispute(case_id)) for _ in range(3)]
    with review.transaction() as session:
        tokens = {one.name: auth.make_token(session, one, "a test") for one in (fay, people["eve"])}
    client = app.test_client()

    def ask(method, path, name="Fay", **more):
        headers = {"Authorization": f"Bearer {tokens[name]}"} | more.pop("headers", {})
        return client.open(f"/v1{path}", method=method, headers=headers, **more)

    first = ask("GET", "/disputes?limit=2").json
    rest = ask("GET", f"/disputes?limit=2&cursor={first['next_cursor']}").json
    assert [one["id"] for one in first["data"] + rest["data"]] == ids
    assert rest["next_cursor"] is None
    assert ask("GET", "/disputes?cursor=WzFd").status_code == 404
    shown = ask("GET", f"/disputes/{ids[0]}")
    assert shown.json["allowed"] == ["assign", "decide"]
    assert ask("GET", f"/disputes/{ids[0]}", "Eve").json["allowed"] == ["assign"]
    body, seen = {"decision": "rejected", "reason": "No."}, {"If-Match": shown.headers["ETag"]}
    at = f"/disputes/{ids[0]}/decide"
    assert ask("POST", at, json=body).status_code == 428
    assert ask("POST", at, "Eve", json=body, headers=seen).status_code == 403
    assert ask("POST", at, json=body, headers={"If-Match": '"v9"'}).status_code == 412
    assert ask("POST", at, json=body | {"decided_by": "x"}, headers=seen).status_code == 422
    assert ask("POST", at, json=body, headers=seen).json["decided_by"] == "Fay"
    assert ask("POST", at, json=body).status_code == 409
    assert ask("POST", f"/disputes/{ids[1]}/assign", json={"to": fay.email}).json["assignee"]["name"] == "Fay"
    assert ask("GET", f"/disputes/{new_id()}").status_code == 404
    assert len(ask("GET", f"/cases/{case_id}").json["disputes"]) == 3


def test_what_a_reader_wrote_is_erased_and_the_decision_stays(make_published, dispute, act, fay, review, moves):
    dispute_id = dispute(make_published())
    act(workflow.decide, dispute_id, REJECTED, fay)
    with review.reading() as session:
        known = session.get(Dispute, dispute_id)
        words = known.wrong, known.reason, known.contact
    with review.transaction() as session:
        workflow.erase_dispute(session, dispute_id)
    with review.reading() as session:
        tables = (Dispute.__table__, Notification.__table__, HistoryEntry.__table__)
        rows = str([session.execute(select(table)).all() for table in tables])
        known = session.get(Dispute, dispute_id)
        assert history.verify(session).broken == []
    assert not [one for one in words if one in rows]
    assert (known.decision, known.answer) == ("rejected", REJECTED.reason)
