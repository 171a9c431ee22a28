"""What the desk's pages cost does not grow with what is in them."""

import pytest
from asked import listen
from review_desk import NOON, VERDICT
from review_desk import story as made_of_a_story

from services.review import queries, workflow
from services.review.models import Evidence, Match, Note
from services.review.queries import queue
from services.review.schemas import (
    AlsoIn,
    AskIn,
    ChecklistIn,
    CloseIn,
    ItemIn,
    MergeIn,
    NoteIn,
    QuestionIn,
    ReopenIn,
    ReturnIn,
    SecondIn,
    StatementIn,
    StepIn,
    UrgeIn,
    WaiveIn,
)
from services.review.workflow.remarks import note_counted, note_remark
from shared.clock import new_id
from shared.contracts import OpinionsCounted, RemarkMade, VerdictDisputed
from shared.contracts.given import PartyIn

MOST_STATEMENTS, MOST_OF_A_CASE, MOST_BYTES = 11, 14, 60_000


@pytest.fixture
def cost(review, desk):
    """`cost(path)`: how many statements a page takes, and how many bytes it has; `by` whoever asks for it."""
    browsers, asked = {}, listen(review.database)

    def of(path, by="ada"):
        browser = browsers[by] = browsers.get(by) or desk(by)
        browser.get(path)
        asked.clear()
        answer = browser.get(path)
        assert answer.status_code == 200
        return len(asked), len(answer.data)

    return of


@pytest.mark.parametrize(
    "asked",
    ["view=open", "view=all&q=bridge", "view=work&sort=due", "view=open&tag=port", "view=all&tag=port&q=bridge"],
)
def test_the_queue_takes_as_many_statements_for_many_cases_as_for_few(cost, make_case, do, ada, asked):
    def fill(count):
        for number in range(count):
            case_id = make_case(
                f"The bridge was closed on {number} days.", tags=["port", "ice"], due_at="2026-12-01T00:00:00Z"
            )
            if number == 0:
                do(case_id, "take", ada)

    fill(3)
    few, _ = cost(f"/?{asked}")
    fill(25)
    many, size = cost(f"/?{asked}")
    assert many <= few + 1
    assert many <= MOST_STATEMENTS
    assert size < MOST_BYTES


def test_what_waits_to_be_approved_takes_as_many_statements_for_many_verdicts_as_for_few(cost, make_checked, make_desk):
    ratings = {slug: StepIn(label=f"Our {slug}", meaning="x") for slug in ("true", "false")}
    for slug in ("port", "ice"):
        make_desk(slug, tags=[slug], ratings=ratings)
    for tag in ("port", "snow"):
        make_checked(text=f"It was shut for {tag}.", tags=[tag])
    few, _ = cost("/?view=approve")
    for number in range(25):
        make_checked(text=f"The bridge was closed on {number} days.", tags=["ice"])
    many, size = cost("/?view=approve")
    assert few == many <= MOST_STATEMENTS
    assert size < MOST_BYTES


def test_to_lead_on_to_the_next_verdict_takes_as_many_statements_for_many_as_for_few(cost, make_checked, do, people):
    decided = make_checked(text="It was decided.")
    do(decided, "return", people["eve"], ReturnIn(note="Look again."))
    plain, _ = cost(f"/cases/{decided}", by="eve")
    make_checked(text="It waits.")
    few, _ = cost(f"/cases/{decided}", by="eve")
    for number in range(15):
        make_checked(text=f"The bridge was closed on {number} days.")
    many, _ = cost(f"/cases/{decided}", by="eve")
    assert few == many == plain + 1


@pytest.fixture
def full_case(review, people, submitted, make_case, make_published, do, ada, eve, evidence):
    """A case that has something of everything: published, disputed, taken up again, with neighbours, a story and a checklist."""
    story = {"headline": "Bridge shut", "publisher": "Courier", "url": "https://courier.example/bridge"}
    other, same = make_case(story=story), make_case()
    case_id = make_published(story=story, tags=["port"])
    dispute = VerdictDisputed(
        dispute_id=new_id(), claim_id=case_id, verdict_revision=1, wrong="two days", reason="I was there.",
        language="en", disputed_at=NOON,
    )  # fmt: skip
    with review.transaction() as session:
        workflow.note_disputed(session, dispute)
        counted = {"verdict_revision": 1, "useful": 9, "not_useful": 3}
        note_counted(session, OpinionsCounted(claim_id=case_id, revision=12, opinions=[counted]))
        for number in range(30):
            said = {"verdict_revision": 1, "is_useful": False, "text": f"Day {number} is missing.", "made_at": NOON}
            note_remark(session, RemarkMade(remark_id=new_id(), claim_id=case_id, **said))
        workflow.note_story(session, made_of_a_story(new_id(), claims=[(case_id, "It was shut on four days.")]))
        asked = (
            ItemIn(label="Names checked", before="check", proof="person"),
            ItemIn(label="Asked", before="check", proof="asked"),
        )
        kept = workflow.change_checklist(session, None, ChecklistIn(items=asked), people["root"])
        item = kept.items[0]["id"]
    do(same, "merge", ada, MergeIn(into=case_id, reason="the same"))
    do(case_id, "urge", ada, UrgeIn(asked="Jo Marten", asked_at=NOON, channel="e-mail"))
    do(case_id, "reopen", ada, ReopenIn(kind="update", note="More is known.", take=True))
    do(case_id, "evidence", ada, evidence(url="https://port.example/log"))
    do(case_id, "question", ada, QuestionIn(text="How many days?", answer="One."))
    do(case_id, "ask", ada, AskIn(asked_by="Desk", asked="Office"))
    also = [AlsoIn(case_id=other, stance="confirms")]
    do(case_id, "statement", ada, StatementIn(stance="denies", speaker=PartyIn(name="Jo"), also=also))
    do(case_id, "waive", ada, WaiveIn(item_id=item, reason="There are none."))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "second", eve, SecondIn(rating="false"))
    with review.transaction() as session:
        decided = {"state": "accepted", "says": "surely", "decided_by": eve.id, "decided_at": NOON}
        signs = {"method": "words", "score": 1.0, "likelihood": 0.9, "signs": {}, "differs": [], "shared": ["bridge"]}
        session.add(Match(case_id=case_id, kind="case", subject=other, **decided, **signs))
    return case_id


def test_a_case_takes_few_statements_and_as_many_with_200_notes_as_with_none(
    cost, desk, full_case, review, ada, make_case
):
    plain, _ = cost(f"/cases/{make_case('Ice on the river.')}")
    few, _ = cost(f"/cases/{full_case}")
    written = {"case_id": full_case, "person_id": ada.id}
    with review.transaction() as session:
        session.add_all(Note(text=f"Called {number} times.", state="checked", **written) for number in range(200))
        session.add_all(
            Evidence(kind="document", title=f"Log {number}", stance="refutes", **written) for number in range(50)
        )
    many, _ = cost(f"/cases/{full_case}")
    assert plain == few == many <= MOST_OF_A_CASE
    page = desk("eve").get(f"/cases/{full_case}").text
    shown = ("Called 199 times.", "Log 49", "How many days?", "Jo Marten", "two days", "There are none.", "Bridge shut")
    assert [one for one in shown if one not in page] == []


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("asked", [{"tag": "Port"}, {"q": "shut days"}, {"tag": "port", "q": "shut days"}])
def test_lists_by_age_go_along_a_tag_or_words_page_by_page_and_find_all_of_a_state(
    review, make_case, do, eve, asked, sort
):
    made = [make_case(f"It was shut on {number} days.", tags=["port", "ice"]) for number in range(7)]
    make_case("Snow.", tags=["ice"])
    do(made[3], "close", eve, CloseIn(reason="spam", note="x"))
    do(made[5], "note", eve, NoteIn(text="It was shut; ask about the days."))
    expected = [one for one in made if one != made[3]]
    found, after = [], None
    with review.reading() as session:
        for _ in range(4):
            page = queries.list_queue(session, queries.Wanted("unverified", sort=sort, **asked), 2, after)
            found, after = [*found, *(row.id for row in page.rows)], page.after
            if after is None:
                break
    assert found == (expected if sort == "oldest" else expected[::-1])


def test_a_common_tag_finds_what_a_rare_one_does(review, make_case, monkeypatch):
    tagged = {make_case(f"It was shut on {number} days.", tags=["port", "ice"]) for number in range(3)}
    make_case("Snow.", tags=["ice"])

    def found():
        asked = queries.Wanted(tag="Port"), queries.Wanted(tag="Port", q="days", sort="newest")
        with review.reading() as session:
            along_cases, along_words = ({row.id for row in queries.list_queue(session, one, 2).rows} for one in asked)
        assert along_words <= tagged
        assert len(along_words) == 2
        return along_cases

    rare = found()
    monkeypatch.setattr(queue, "COMMON_TAG", 2)
    assert found() == rare
    assert rare < tagged
