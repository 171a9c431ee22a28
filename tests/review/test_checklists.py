"""What the desk asks of every verdict: proved, ticked or waived; fields of its own; legal questions; a claim in questions."""

from datetime import timedelta

import pytest
from review_desk import NASTY, NOON, VERDICT, submit

from services.review import auth, history, queries, workflow
from services.review.models import Case
from services.review.schemas import (
    AskIn,
    CheckIn,
    ChecklistIn,
    ClearIn,
    FieldIn,
    FillIn,
    FlagIn,
    ItemIn,
    NewDeskIn,
    QuestionIn,
    ReopenIn,
    StatusIn,
    StrikeIn,
    TagIn,
    TickIn,
    WaiveIn,
)
from shared.clock import now
from shared.errors import Forbidden, Invalid, NotAllowed, NotFound


@pytest.fixture
def ask_for(review, people):
    """Put items and fields into a desk's checklist; returns their ids in that order."""

    def put(*asked, desk=None):
        found = ChecklistIn(
            items=[one for one in asked if isinstance(one, ItemIn)],
            fields=[one for one in asked if isinstance(one, FieldIn)],
        )
        with review.transaction() as session:
            kept = workflow.change_checklist(session, desk, found, people["root"])
            return [one["id"] for one in (*kept.items, *kept.fields)]

    return put


@pytest.fixture
def ready(make_case, do, ada, evidence):
    """A case with two pieces of evidence."""

    def make(**claim):
        case_id = make_case(**claim)
        do(case_id, "evidence", ada, evidence("Log", publisher="Harbour Office"))
        do(case_id, "evidence", ada, evidence("Letter", url="https://log.example/1"))
        return case_id

    return make


@pytest.fixture
def shown(review, ada):
    def show(case_id):
        with review.reading() as session:
            return queries.get_case(session, case_id, ada)

    return show


def test_what_is_required_holds_up_the_verdict_until_it_is_ticked_or_waived(ask_for, ready, do, ada, shown, review):
    read, legal, _advised = ask_for(
        ItemIn(label="The second source was read"),
        ItemIn(label="Legal was asked"),
        ItemIn(label="A picture", required=False),
    )
    case_id = ready()
    with pytest.raises(NotAllowed, match="The second source was read; Legal was asked") as refused:
        do(case_id, "check", ada, VERDICT)
    assert refused.value.members["missing"] == ["The second source was read", "Legal was asked"]
    do(case_id, "tick", ada, TickIn(item_id=read))
    do(case_id, "waive", ada, WaiveIn(item_id=legal, reason="Nobody is named."))
    assert [(one.state, one.by) for one in shown(case_id).checklist] == [
        ("done", "Ada"),
        ("waived", "Ada"),
        ("open", None),
    ]
    do(case_id, "tick", ada, TickIn(item_id=read, done=False))
    with pytest.raises(NotAllowed, match="first: The second source was read\\."):
        do(case_id, "check", ada, VERDICT)
    do(case_id, "tick", ada, TickIn(item_id=read))
    assert do(case_id, "check", ada, VERDICT).state == "checked"
    acts = [one for one in shown(case_id).history if one.action in ("tick", "waive", "untick")]
    assert [one.action for one in acts] == ["tick", "waive", "untick", "tick"]
    assert acts[1].details["after"] == {"item": "Legal was asked", "text": "Nobody is named."}
    with review.reading() as session:
        assert history.verify(session).broken == []


def test_records_prove_what_they_can(ask_for, ready, do, ada, shown):
    ids = ask_for(
        ItemIn(label="Two pieces", proof="evidence", count=2), ItemIn(label="Two publishers", proof="publishers", count=2),
        ItemIn(label="Asked", proof="asked"), ItemIn(label="Answered", proof="answered"),
        ItemIn(label="One root", proof="roots"), ItemIn(label="Copies", proof="archived"),
    )  # fmt: skip
    case_id = ready()
    states = lambda: {one.label: one.state for one in shown(case_id).checklist}  # noqa: E731
    assert states() == {
        "Two pieces": "done", "Two publishers": "done", "Asked": "open", "Answered": "open", "One root": "open", "Copies": "open",
    }  # fmt: skip
    do(case_id, "ask", ada, AskIn(asked="Board", asked_by="Desk", deadline=now() + timedelta(hours=1)))
    assert (states()["Asked"], states()["Answered"]) == ("done", "open")
    first = shown(case_id).requests_for_comment[0]
    do(
        case_id,
        "ask",
        ada,
        AskIn(request_id=first.id, asked="Board", asked_by="Desk", deadline=now() - timedelta(hours=1)),
    )
    assert states()["Answered"] == "done"
    with pytest.raises(NotAllowed, match="nobody ticks it"):
        do(case_id, "tick", ada, TickIn(item_id=ids[4]))
    item = shown(case_id).evidence[0].id
    do(case_id, "strike", ada, StrikeIn(evidence_id=item, reason="Wrong log."))
    assert (states()["Two pieces"], states()["Two publishers"]) == ("open", "open")


def test_what_is_asked_for_depends_on_tags_and_rating(ask_for, ready, do, ada, shown):
    ask_for(
        ItemIn(label="Doctor asked", tags=["Health"]), ItemIn(label="Claimant asked", ratings=["false"]),
        FieldIn(label="Harm", kind="choice", choices=["low", "high"], ratings=["false"]),
    )  # fmt: skip
    case_id = ready()
    assert {one.state for one in shown(case_id).checklist} == {"later"}
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "true"}))
    other = ready()
    do(other, "tag", ada, TagIn(add=["health"]))
    with pytest.raises(NotAllowed, match="Doctor asked; Claimant asked; “Harm” filled in"):
        do(other, "check", ada, VERDICT)


def test_what_is_asked_before_approval_holds_that_up_and_somebody_else_says_it(ask_for, ready, do, ada, eve, people):
    (item,) = ask_for(ItemIn(label="Numbers were reckoned again", before="approve", proof="another"))
    case_id = ready()
    do(case_id, "check", ada, VERDICT)
    with pytest.raises(NotAllowed, match="Numbers were reckoned again"):
        do(case_id, "approve", eve)
    with pytest.raises(NotAllowed, match="hand in this revision"):
        do(case_id, "tick", ada, TickIn(item_id=item))
    do(case_id, "tick", people["ben"], TickIn(item_id=item))
    assert do(case_id, "approve", eve).waits_for_site


def test_each_revision_is_gone_through_anew(ask_for, ready, do, ada, eve, confirm):
    (item,) = ask_for(ItemIn(label="Read twice"))
    case_id = ready()
    do(case_id, "tick", ada, TickIn(item_id=item))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    confirm(case_id)
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="A page was missing."))
    with pytest.raises(NotAllowed, match="Read twice"):
        do(case_id, "check", ada, VERDICT)


def test_a_desk_has_a_checklist_and_fields_of_its_own(ask_for, review, people, ready, do, ada, shown):
    with review.transaction() as session:
        workflow.make_desk(session, NewDeskIn(slug="health", name="Health", tags=["flu"]), people["root"])
    usual, harm, day = ask_for(ItemIn(label="Usual"), FieldIn(label="Harm", kind="choice", choices=["low", "high"]),
                               FieldIn(label="Seen on", kind="date", required=False))  # fmt: skip
    ask_for(FieldIn(label="Study", kind="text"), desk="health")
    here, there = ready(), ready(tags=["flu"])
    assert [one.label for one in shown(there).fields] == ["Study"]
    for bad in ({harm: "middling"}, {day: "tomorrow"}, {day: "2026-02-30"}, {usual: "x"}):
        with pytest.raises(Invalid):
            do(here, "fill", ada, FillIn(values=bad))
    do(here, "fill", ada, FillIn(values={harm: "high", day: "2026-01-27"}))
    assert [(one.label, one.value) for one in shown(here).fields] == [("Harm", "high"), ("Seen on", "2026-01-27")]
    do(here, "fill", ada, FillIn(values={harm: "low"}))
    assert [one.value for one in shown(here).fields] == ["low", None]
    assert shown(here).history[-1].details["after"]["fields"] == {"Harm": "low"}
    with pytest.raises(NotFound):
        do(there, "tick", ada, TickIn(item_id=usual))
    with pytest.raises(NotAllowed, match="Study"):
        do(there, "check", ada, VERDICT)


def test_a_legal_question_holds_up_approval_until_an_editor_clears_it(ready, do, ada, eve):
    case_id = ready()
    do(case_id, "flag", ada, FlagIn(reason="He may sue."))
    do(case_id, "check", ada, VERDICT)
    with pytest.raises(NotAllowed, match="He may sue"):
        do(case_id, "approve", eve)
    with pytest.raises(Forbidden):
        do(case_id, "unflag", ada, ClearIn(reason="No."))
    with pytest.raises(NotAllowed, match="open already"):
        do(case_id, "flag", ada, FlagIn(reason="Again."))
    do(case_id, "unflag", eve, ClearIn(reason="Counsel has read it."))
    assert do(case_id, "approve", eve).waits_for_site


def test_a_claim_is_broken_into_questions_each_answered(make_case, do, ada, eve, shown, review, people):
    case_id = make_case()
    do(case_id, "question", ada, QuestionIn(text="On how many days?"))
    (asked,) = shown(case_id).questions
    assert (asked.answer, asked.by) == (None, "Ada")
    do(case_id, "question", eve, QuestionIn(question_id=asked.id, text="On how many days?", answer="On one."))
    (asked,) = shown(case_id).questions
    assert (asked.answer, asked.answered_by) == ("On one.", "Eve")
    do(case_id, "strike", ada, StrikeIn(question_id=asked.id, reason="It does not matter."))
    assert shown(case_id).questions[0].struck_by == "Ada"
    with pytest.raises(NotFound):
        do(case_id, "question", ada, QuestionIn(question_id=asked.id, text="x"))
    with pytest.raises(NotFound):
        do(make_case("Other"), "question", ada, QuestionIn(question_id=asked.id, text="x"))
    with review.reading() as session:
        assert len(queries.list_queue(session, queries.Wanted(q="how many days"), 10).rows) == 1


def test_a_verdict_says_how_long_it_holds(ready, do, ada, shown):
    case_id = ready()
    held = {"as_of": NOON, "valid_until": NOON + timedelta(days=30), "recheck_at": NOON + timedelta(days=7)}
    found = CheckIn(**VERDICT.model_dump(exclude_none=True), **held, recheck_when="A new log.")
    do(case_id, "check", ada, found)
    verdict = shown(case_id).verdict
    assert (verdict.as_of, verdict.valid_until, verdict.recheck_when) == (NOON, held["valid_until"], "A new log.")
    with pytest.raises(ValueError, match="valid_until"):
        CheckIn(**VERDICT.model_dump(exclude_none=True), as_of=NOON, valid_until=NOON)


def test_all_of_it_is_done_on_the_pages(desk, ready, people, review, look):
    root, ada = desk("root"), desk("ada")
    form = {"item.0.label": NASTY, "item.0.proof": "person", "item.0.before": "check", "item.0.required": "true",
            "item.1.label": "Asked", "item.1.proof": "asked", "item.1.required": "true", "item.1.before": "check",
            "field.0.label": "Harm", "field.0.kind": "choice", "field.0.choices": "low, high", "field.0.required": "true",
            "field.0.before": "check"}  # fmt: skip
    assert ada.post("/settings/checklist", data=form).status_code == 403
    wrong = root.post("/settings/checklist", data=form | {"field.0.choices": "low"})
    assert (wrong.status_code, "name two at least" in wrong.text, 'value="Asked"' in wrong.text) == (422, True, True)
    assert root.post("/settings/checklist", data=form).status_code == 302
    assert root.post("/settings/checklist/nowhere", data=form).status_code == 404
    assert root.get("/settings/checklist/nowhere").status_code == 404
    with review.reading() as session:
        kept = workflow.get_checklist(session, None)
    item, asked, harm = kept.items[0]["id"], kept.items[1]["id"], kept.fields[0]["id"]
    case_id = ready()
    page = ada.get(f"/cases/{case_id}").text
    assert "<script>alert(1)" not in page
    refused = submit(ada, case_id, "check", **VERDICT.model_dump(exclude_none=True))
    assert (refused.status_code, "checklist asks first" in refused.text) == (409, True)
    assert "It was one day" in refused.text, "what was typed stays"
    assert submit(ada, case_id, "tick", item_id=item, done="true").status_code == 302
    assert submit(ada, case_id, "waive", item_id=asked).status_code == 422
    assert submit(ada, case_id, "waive", item_id=asked, reason="Nobody to ask.").status_code == 302
    assert submit(ada, case_id, "fill", **{f"values.{harm}": "other"}).status_code == 422
    assert submit(ada, case_id, "fill", **{f"values.{harm}": "high"}).status_code == 302
    assert submit(ada, case_id, "question", text="How many?").status_code == 302
    assert submit(ada, case_id, "flag", reason="He may sue.").status_code == 302
    checked = submit(
        ada, case_id, "check", valid_until="2027-01-01T12:00", zone="UTC", **VERDICT.model_dump(exclude_none=True)
    )
    assert checked.status_code == 302
    assert submit(desk("eve"), case_id, "unflag", reason="Read by counsel.").status_code == 302
    page = ada.get(f"/cases/{case_id}").text
    for words in ("Waived by Ada", "Nobody to ask.", "How many?", "until <time", "raised a legal question"):
        assert words in page, words
    kept_ids = form | {"item.0.id": item, "item.1.label": "", "field.0.id": harm}
    assert root.post("/settings/checklist", data=kept_ids).status_code == 302
    with review.reading() as session:
        kept = workflow.get_checklist(session, None)
        assert ([one["id"] for one in kept.items], kept.fields[0]["id"]) == ([item], harm)


def test_the_api_keeps_checklists(app, review, people):
    with review.transaction() as session:
        root, ada = ({"Authorization": f"Bearer {auth.make_token(session, people[n], 'x')}"} for n in ("root", "ada"))
    client = app.test_client()
    assert client.get("/v1/checklist", headers=ada).json == {"desk": None, "items": [], "fields": [], "statuses": []}
    body = {"items": [{"label": "Read", "proof": "person"}]}
    assert client.put("/v1/checklist", json=body, headers=ada).status_code == 403
    kept = client.put("/v1/checklist", json=body, headers=root).json
    assert kept["items"][0]["id"]
    twice = {"items": [kept["items"][0], kept["items"][0]]}
    assert client.put("/v1/checklist", json=twice, headers=root).status_code == 422
    assert client.put("/v1/checklist?desk=nowhere", json=body, headers=root).status_code == 422
    assert client.get("/v1/checklist?desk=nowhere", headers=root).status_code == 404


def test_readers_are_told_of_the_questions_and_steps_that_are_for_them_alone(ask_for, ready, do, ada, eve, messages):
    asked, waived, _internal = ask_for(
        ItemIn(label="The log was read", public=True),
        ItemIn(label="Two roots", proof="roots", count=2, public=True),
        ItemIn(label="Legal was asked"),
    )
    case_id = ready()
    do(case_id, "tick", ada, TickIn(item_id=asked))
    do(case_id, "tick", ada, TickIn(item_id=_internal))
    do(case_id, "waive", ada, WaiveIn(item_id=waived, reason="There is one log."))
    for text, answer, public in (
        ("Which day?", "The third.", True),
        ("Who leaked it?", "J.", False),
        ("Why?", None, True),
    ):
        do(case_id, "question", ada, QuestionIn(text=text, answer=answer, public=public))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert told["questions"] == [{"question": "Which day?", "answer": "The third."}]
    assert told["steps"] == [
        {"label": "The log was read", "state": "done", "why": None},
        {"label": "Two roots", "state": "waived", "why": "There is one log."},
    ]
    assert "leaked" not in str(told)
    assert "Legal" not in str(told)


def test_a_verdict_says_its_language_and_what_it_translates(ready, make_published, do, ada, eve, messages, review):
    original = make_published()
    with review.reading() as session:
        address = session.get(Case, original).url
    case_id, third = ready(), ready(text="Le pont était fermé.")

    def check(case, **more):
        do(case, "check", ada, CheckIn.model_validate(VERDICT.model_dump() | more))

    with pytest.raises(Invalid, match="another case"):
        check(case_id, language="de", translation_of=str(case_id))
    with pytest.raises(Invalid, match="another case"):
        check(case_id, language="de", translation_of="https://elsewhere.example/")
    with pytest.raises(ValueError, match="language"):
        check(case_id, translation_of=address)
    check(case_id, language="de", translation_of=f"{address}#found")
    check(third, language="fr", translation_of=str(case_id))  # a translation of a translation says what the first says
    for one in (case_id, third):
        do(one, "approve", eve)
    told = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"][-2:]
    assert [(one["language"], one["translation_of"]) for one in told] == [("de", str(original)), ("fr", str(original))]


def test_every_desk_can_explain_where_there_is_nothing_to_judge(ready, do, ada, eve, messages):
    case_id = ready()
    do(case_id, "check", ada, CheckIn.model_validate(VERDICT.model_dump() | {"rating": "explainer"}))
    do(case_id, "approve", eve)
    (told,) = [one["message"] for one in messages() if one["topic"] == "verdict.approved.v1"]
    assert (told["rating"]["slug"], told["rating"]["value"]) == ("explainer", None)


def test_work_stands_where_a_desk_s_own_words_say_until_the_case_moves_on(desk, ready, do, ada, eve, look):
    root, case_id = desk("root"), ready()
    assert 'name="status"' not in desk("ada").get(f"/cases/{case_id}").text.partition('class="next"')[2]
    given = {
        "status.label": ["Waits for documents", f"With {NASTY}"[:60], ""],
        "status.colour": ["amber", "red", "grey"],
        "status.words": ["de-AT: Wartet auf Unterlagen; uk: Чекає", ""],
    }
    for unread in ("Wartet", "1: x", "de:", "de: eins; DE: zwei"):
        assert root.post("/settings/checklist", data=given | {"status.words": [unread]}).status_code == 422
    assert root.post("/settings/checklist", data=given).status_code == 302
    assert 'value="Waits for documents"' in root.get("/settings/checklist").text
    twice = {"status.label": ["One", "one"], "status.colour": ["amber", "red"]}
    assert root.post("/settings/checklist", data=twice).status_code == 422
    with pytest.raises(Invalid, match="Waits for documents"):
        do(case_id, "status", ada, StatusIn(status="Lost"))
    assert submit(desk("ben"), case_id, "status", status="Waits for documents").status_code == 302
    ben = desk("ben")
    assert 'class="pill c-amber"' in ben.get(f"/cases/{case_id}").text
    assert "Waits for documents" in ben.get("/?view=open").text
    assert str(case_id) in ben.get("/?view=open&status=Waits+for+documents").text
    assert str(case_id) not in ben.get("/?view=open&status=Lost").text
    in_german = ben.get("/?view=open", headers={"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"}).text
    assert "<bdi>Wartet auf Unterlagen</bdi>" in in_german
    assert '<option value="Waits for documents">Wartet auf Unterlagen</option>' in in_german
    assert "Wartet" not in ben.get("/?view=open", headers={"Accept-Language": "en, de;q=0.5"}).text
    kept = ben.post("/lists", data={"name": "Waiting", "view": "open", "status": "Waits for documents"})
    assert str(case_id) in ben.get(kept.location).text
    assert str(case_id) not in ben.get(kept.location.replace("documents", "lawyers")).text
    assert str(case_id) not in ben.get("/queue.csv?view=open&status=Lost").text
    assert root.post("/settings/checklist", data=given | {"status.words": ["de: Wartet noch"]}).status_code == 302
    assert "<bdi>Wartet noch</bdi>" in ben.get(f"/cases/{case_id}", headers={"Accept-Language": "de"}).text
    do(case_id, "check", ada, VERDICT)
    assert (look(case_id).status, look(case_id).status_colour) == (None, None)
    do(case_id, "status", eve, StatusIn(status="Waits for documents"))
    do(case_id, "status", eve, StatusIn())
    assert look(case_id).status is None
