"""Which texts a search finds: what stands on a case, in the words in which it stands there, and no other."""

import pytest
from review_desk import VERDICT

from services.review import erasing, queries, workflow
from services.review.schemas import (
    AskIn,
    DescribeIn,
    NoteIn,
    NoticeIn,
    QuestionIn,
    ReplyIn,
    ReturnIn,
    StatementIn,
    StrikeIn,
    WithdrawIn,
)
from shared.clock import new_id
from shared.contracts import EarlierCheckTaken, Party, RequestForComment, Statement


@pytest.fixture
def found(review, ada):
    """`found(words)`: the parts of cases in which the words stand, sorted; and the texts of others' checks in which they do."""

    def look(asked):
        with review.reading() as session:
            page = queries.search(session, queries.Wanted(q=asked), 50, None, ada)
        return sorted(part for one in page.cases for part in one.parts) + [one.text for one in page.earlier]

    return look


@pytest.fixture
def tell(review):
    """Intake tells of claims."""

    def take_in(*messages):
        with review.transaction() as session:
            for message in messages:
                workflow.open_case(session, message)

    return take_in


def reasoned(message, reason):
    """The same with a reason for which it was sent in."""
    first, *others = message.submissions
    return message.model_copy(update={"submissions": (first.model_copy(update={"reason": reason}), *others)})


def test_the_desks_own_wording_is_found_when_others_send_the_claim_in_later(submitted, tell, do, ada, found):
    first = submitted("The span was shut.")
    tell(first)
    do(
        first.claim_id,
        "describe",
        ada,
        DescribeIn(wording="The drawbridge was closed.", claimant={"name": "Quillon"}),
    )
    again = submitted("The span was shut.", claim_id=first.claim_id, revision=2, newsrooms=("Courier", "Gazette"))
    tell(reasoned(again, "Everybody talks about it."))
    assert [found(one) for one in ("drawbridge", "Quillon", "span", "everybody")] == [["claim"]] * 4


def test_what_a_claim_brings_along_is_found_before_anybody_edits_it(submitted, tell, found, review):
    given = {
        "statements": (Statement(id="s1", stance="denies", speaker=Party(name="Anna Kelly"), quote="totally false"),),
        "requests_for_comment": (
            RequestForComment(
                id="r1", asked_by="Courier", asked="Lighthouse Board", outcome="answered", reply="No ferry."
            ),
        ),
    }
    first = submitted(**given)
    with review.transaction() as session:
        workflow.open_cases(session, [first, submitted()])
    assert [found(one) for one in ("kelly", '"totally false"', "lighthouse", "ferry")] == [["statement"]] * 4
    more = Statement(id="s2", stance="asserts", speaker=Party(name="Mayor"), paraphrase="It rusted.")
    tell(submitted(claim_id=first.claim_id, revision=2, **given | {"statements": (*given["statements"], more)}))
    assert [found(one) for one in ("kelly", "rusted")] == [["statement"]] * 2


def test_what_is_written_over_is_found_as_it_stands_alone(make_case, do, ada, eve, found, review, evidence):
    case_id = make_case()

    def newest(what):
        with review.reading() as session:
            return getattr(queries.get_case(session, case_id, ada), what)[-1].id

    for wording in ("Anchovies came.", "Herrings came."):
        do(case_id, "describe", ada, DescribeIn(wording=wording))
    do(case_id, "question", ada, QuestionIn(text="Which anchovies?"))
    do(case_id, "question", ada, QuestionIn(question_id=newest("questions"), text="Which herrings?"))
    do(case_id, "statement", ada, StatementIn(stance="asserts", speaker={"name": "Kelly"}, quote="anchovies"))
    put_right = {"stance": "asserts", "speaker": {"name": "Kelly"}, "quote": "herrings"}
    do(case_id, "statement", ada, StatementIn(statement_id=newest("statements"), **put_right))
    do(case_id, "ask", ada, AskIn(asked="Anchovies Board", asked_by="Courier"))
    do(
        case_id,
        "ask",
        ada,
        AskIn(request_id=newest("requests_for_comment"), asked="Herrings Board", asked_by="Courier"),
    )
    do(
        case_id,
        "reply",
        ada,
        ReplyIn(request_id=newest("requests_for_comment"), outcome="answered", text="All silver."),
    )
    for text in ("Anchovies are looked into.", "Herrings are looked into."):
        do(case_id, "notice", ada, NoticeIn(headline="Not verified", text=text))
    do(case_id, "announce", eve)
    do(case_id, "withdraw", eve, WithdrawIn(reason="Sturgeon after all."))
    for title in ("Log", "Letter"):
        do(case_id, "evidence", ada, evidence(title))
    for text in ("It was anchovies.", "It was herrings."):
        do(case_id, "check", ada, VERDICT.model_copy(update={"text": text}))
        do(case_id, "return", eve, ReturnIn(note="Once more."))
    assert found("anchovies") == []
    assert found("herrings") == ["claim", "notice", "question", "statement", "verdict"]
    assert found("silver") == found("kelly") == ["statement"]
    assert found("sturgeon") == ["notice"]
    do(case_id, "strike", ada, StrikeIn(question_id=newest("questions"), reason="Asked twice."))
    assert "question" in found("herrings"), "what was struck out stands there, struck out"


def test_whoever_was_erased_is_found_on_no_part_of_a_case(make_case, do, ada, eve, found, review, people):
    name, email = "Zoe Quillfeather", "zoe@desk.example"
    with review.transaction() as session:
        zoe = workflow.add_person(session, name, email, "a horse of my own", ["checker"], people["root"]).id
    case_id = make_case()
    do(case_id, "describe", ada, DescribeIn(wording=f"{name} was on the bridge."))
    do(case_id, "question", ada, QuestionIn(text=f"What did {name} see?"))
    do(case_id, "statement", ada, StatementIn(stance="asserts", speaker={"name": name}, quote="It was open."))
    do(case_id, "ask", ada, AskIn(asked=name, asked_by="Courier"))
    do(case_id, "note", eve, NoteIn(text=f"Ring {name}."))
    assert found("quillfeather") == ["claim", "note", "question", "statement"]
    with review.transaction() as session:
        workflow.deactivate(session, zoe, None)
    erasing.erase(email, lambda *_: None)
    assert found("quillfeather") == []
    assert found('"former colleague"') == ["claim", "note", "question", "statement"]
    assert found("open") == ["statement"]


def test_of_others_checks_what_was_told_last_is_found_alone(review, found):
    check_id = new_id()
    texts = {1: "Anchovies came.", 2: "Herrings came.", 3: "Herrings came."}
    for revision, text in texts.items():
        told = EarlierCheckTaken(
            check_id=check_id, revision=revision, url="https://other.example/1", text=text, rating="False",
            publisher="Other Desk", removed=revision == 3,
        )  # fmt: skip
        with review.transaction() as session:
            workflow.note_all_earlier(session, [told, told])
        assert found(text.split()[0]) == ([] if revision == 3 else [text])
    assert found("anchovies") == []
