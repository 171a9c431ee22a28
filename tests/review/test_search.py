"""Everything that was written at the desk is found by its words, and so is what others published."""

from uuid import UUID

import pytest
from review_desk import NASTY, VERDICT
from sqlalchemy import text

from services.review import auth, jobs, ledger, queries, words, workflow
from services.review.models import OPEN_TABLE, WORDS_TABLE
from services.review.schemas import CloseIn, MergeIn, NoteIn, QuestionIn, ReopenIn
from shared.clock import new_id
from shared.contracts import EarlierCheckTaken


@pytest.fixture
def take(review):
    """Intake tells of others' fact-checks."""

    def tell(*texts, check_id=None, revision=1, **more):
        told = [
            EarlierCheckTaken(
                check_id=check_id or new_id(), revision=revision, url="https://other.example/1", text=text, rating="False",
                publisher="Other Desk", **more,
            )
            for text in texts
        ]  # fmt: skip
        with review.transaction() as session:
            workflow.note_all_earlier(session, told)
        return told[0].check_id

    return tell


@pytest.fixture
def find(app, review, ada):
    with review.transaction() as session:
        headers = {"Authorization": f"Bearer {auth.make_token(session, ada, 'x')}"}
    client = app.test_client()

    def ask(**query):
        return client.get("/v1/search", query_string=query, headers=headers)

    return ask


def test_what_is_written_is_found_with_where_it_stands(make_case, do, ada, evidence, find, make_published):
    case_id = make_case("The harbour was shut.")
    do(case_id, "note", ada, NoteIn(text="Ask the pilots about the harbour."))
    do(case_id, "question", ada, QuestionIn(text="Who shut it?"))
    published = make_published()
    found = find(q="harbour").json
    by_id = {one["case"]["id"]: one["parts"] for one in found["data"]}
    assert set(by_id[str(case_id)]) == {"claim", "note"}
    assert by_id[str(published)] == ["evidence"]
    assert [one["case"]["id"] for one in find(q="harbour", state="published").json["data"]] == [str(published)]
    assert find(q='"who shut"').json["data"][0]["parts"] == ["question"]
    first = find(q="harbour", limit=1).json
    assert len(first["data"]) == 1
    assert len(find(q="harbour", limit=1, cursor=first["next_cursor"]).json["data"]) == 1
    assert find(q="%").json == {"data": [], "earlier": [], "next_cursor": None}
    assert (find().status_code, find(q="x", state="nowhere").status_code) == (400, 400)
    assert VERDICT.headline


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("It grew by 3.14 percent.", ["3.14", "3", "14", '"3.14 percent"']),
        ("The U.S. army left on 1-2 May, at -5 degrees.", ["U.S.", "army U.S", '"the U.S. army"', "1-2", "5", "-5"]),
        (
            "See http://news.example/a-b?c=d or ask ada@news.example.",
            ["news.example", "ada@news.example", "ada", "c=d"],
        ),
        ("दिल्ली में हिन्दी", ["हिन्दी", "दिल्ली में", '"दिल्ली में"', "हिन्द"]),
        ("العَرَبِيَّة", ["العَرَبِيَّة"]),
        ("เชียงใหม่", ["เชียงใหม่", "เชียง"]),
    ],
)
def test_figures_addresses_and_words_of_any_script_are_found_as_they_are_typed(make_case, find, said, asked):
    case_id = make_case(f"Lately: {said}")
    for one in asked:
        assert [found["case"]["id"] for found in find(q=one).json["data"]] == [str(case_id)], one


@pytest.mark.parametrize(
    "asked", ["'", "\\", "it's \\'", "a.b' | c", '"a\\ b\'"', "a:* & !b", "x." * 100, f'"{"x. " * 60}"']
)
def test_nothing_that_is_asked_for_is_read_as_a_command(make_case, find, asked):
    make_case()
    assert find(q=asked).json["data"] == []


def test_what_was_kept_before_words_were_taken_apart_is_found_by_what_is_typed(make_case, find, review):
    case_id = make_case("Nothing.")
    before = "It grew by 3.14 percent, U.S. papers said; write to ada@news.example."
    with review.transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            put = (
                "INSERT INTO case_words (words, case_id, part) VALUES (to_tsvector('case_search', :words), :id, 'note')"
            )
            session.execute(text(put), {"words": before, "id": case_id})
        else:
            words.keep(session, [words.Written(case_id, "note", before)])
    for asked in ("3.14", '"3.14 percent"', "U.S.", "ada@news.example"):
        assert [one["parts"] for one in find(q=asked).json["data"]] == [["note"]], asked


def test_a_frequent_word_is_looked_for_whole_and_a_rare_one_as_a_beginning(make_case, review, monkeypatch):
    beginning, *whole = (
        make_case(text) for text in ("Harbourmasters left.", "The harbour was shut.", "A harbour froze.")
    )

    def found(asked, most):
        monkeypatch.setattr(queries.queue, "MOST_TEXTS", most)
        with review.reading() as session:
            page = queries.list_queue(session, queries.Wanted(q=asked, sort="oldest"), 10)
        return [row.id for row in page.rows]

    # so many texts have the word as it stands: SQLite then looks for that alone
    assert found("harbour", 2) == (whole if review.database.is_sqlite else [beginning, *whole])
    assert found("harbour", 4) == [beginning, *whole]
    assert found("harbourm", 1) == [beginning]


@pytest.fixture
def leafed(review):
    """`leafed(wanted)`: the ids on all pages of a list."""

    def leaf(wanted, most=150):
        found, after = [], None
        with review.reading() as session:
            while True:
                page = queries.list_queue(session, wanted, most, after)
                found, after = [*found, *(row.id for row in page.rows)], page.after
                if after is None:
                    return found

    return leaf


def test_of_more_than_a_thousand_texts_with_a_word_each_case_is_in_the_lists_once(
    review, submitted, leafed, do, ada, eve
):
    told = [submitted(f"The harbour was shut on {n} days.", urgency=1 + n % 9) for n in range(1_050)]
    told += [submitted(f"It snowed on {n} days.", urgency=5) for n in range(50)]
    with review.transaction() as session:
        workflow.open_cases(session, told)
    made = [one.claim_id for one in told[:1_050]]
    for case_id in (made[0], made[500], told[-1].claim_id):
        do(case_id, "note", ada, NoteIn(text="The harbour is near; ask about the harbour."))
    do(made[3], "close", eve, CloseIn(reason="spam", note="x"))
    everywhere = [*made, told[-1].claim_id]
    assert leafed(queries.Wanted(q="harbour", sort="oldest")) == everywhere
    assert leafed(queries.Wanted(q="harbour", sort="newest")) == everywhere[::-1]
    assert leafed(queries.Wanted(q="har", sort="newest")) == everywhere[::-1], "a beginning that many have"
    still_open = [one for one in everywhere if one != made[3]]
    assert leafed(queries.Wanted("unverified", q="harbour shut", sort="oldest")) == still_open[:-1]
    assert leafed(queries.Wanted("closed", q="harbour", sort="newest")) == [made[3]]
    by_urgency = leafed(queries.Wanted("unverified", q="harbour", sort="urgency"))
    assert (len(by_urgency), set(by_urgency)) == (len(still_open), set(still_open))
    assert leafed(queries.Wanted(q="harbour 7", sort="rank")) == [made[7]]
    with review.reading() as session:
        page = queries.search(session, queries.Wanted(q="harbour", sort="oldest"), 1, None, ada)
    assert [set(one.parts) for one in page.cases] == [{"claim", "note"}], "though a thousand newer texts have the word"


@pytest.mark.parametrize("frequent", [0, 1_000_000], ids=["asked in the index", "asked among the numbers"])
@pytest.mark.parametrize("state", [None, "unverified"])
def test_a_list_in_any_order_holds_every_case_on_which_many_texts_say_it_and_no_other(
    review, submitted, leafed, do, ada, monkeypatch, frequent, state
):
    monkeypatch.setattr(queries.queue, "MOST_TEXTS", 3)
    monkeypatch.setattr(queries.queue, "MOST_OPEN_TEXTS", 3)
    monkeypatch.setattr(queries.said, "FREQUENT", frequent)
    monkeypatch.setattr(queries.said, "FREQUENT_ON_POSTGRESQL", frequent)
    told = [submitted(f"The harbour was shut on {n} days.", urgency=1 + n) for n in range(5)]
    told += [submitted(f"It snowed on {n} days.", urgency=2 + n) for n in range(5)]
    with review.transaction() as session:
        workflow.open_cases(session, told)
    ids = [one.claim_id for one in told]
    for case_id in (ids[1], ids[7]):
        do(case_id, "note", ada, NoteIn(text="The harbour is near; ask about the harbour."))
    by_urgency = [*ids[:3], ids[7], *ids[3:5]]
    by_urgency.sort(key=lambda case_id: (told[ids.index(case_id)].claim.urgency, case_id))
    for asked in ("harbour", "harb", "harbour the"):
        assert leafed(queries.Wanted(state, q=asked, sort="urgency"), 2) == by_urgency, asked
        assert leafed(queries.Wanted(state, q=asked, sort="oldest"), 2) == sorted(by_urgency), asked
    assert set(leafed(queries.Wanted(state, q="harbour", sort="rank"), 1)) == set(by_urgency)
    with review.reading() as session:
        lists = [queries.Wanted(state, q=asked) for asked in ("harb", "snowed", "harbour 3", "harbour", "nowhere")]
        assert queries.count_queues(session, lists) == [6, 5, 1, 6, 0]


@pytest.fixture
def open_texts(review):
    """The parts that stand in the index of what is open, by case."""

    def look():
        with review.reading() as session:
            rows = session.execute(text(f"SELECT case_id, part FROM {OPEN_TABLE} ORDER BY case_id, part")).all()
        found = {}
        for case_id, part in rows:
            found.setdefault(UUID(str(case_id)), []).append(part)
        return found

    return look


def test_words_on_a_case_are_looked_for_among_the_open_ones_while_it_is_open(
    make_case, make_checked, do, ada, eve, confirm, review, submitted, leafed, open_texts
):
    case_id, other, waits = make_case("The harbour was shut."), make_case("The harbour froze."), make_checked()
    do(case_id, "note", ada, NoteIn(text="Ask the pilots."))
    wanted = queries.Wanted("unverified", q="harbour", sort="oldest")
    assert leafed(wanted) == [case_id, other]
    assert leafed(wanted._replace(q="pilots")) == [case_id]
    assert leafed(queries.Wanted("checked", q="one day")) == [waits]
    do(case_id, "close", eve, CloseIn(reason="spam", note="x"))
    do(case_id, "note", ada, NoteIn(text="It was an advertisement."))
    do(waits, "approve", eve)
    confirm(waits)
    assert set(open_texts()) == {other}
    assert leafed(wanted) == [other]
    assert leafed(queries.Wanted("closed", q="advertisement")) == [case_id]
    do(case_id, "reopen", ada, ReopenIn(note="It was none."))
    assert open_texts()[case_id] == ["claim", "note", "note"]
    assert leafed(wanted._replace(q="advertisement")) == [case_id], "what was written while it was closed, too"
    again = submitted("The port was shut.", claim_id=case_id, revision=2)
    again = again.model_copy(update={"submissions": [again.submissions[0].model_copy(update={"reason": "Tonight."})]})
    with review.transaction() as session:
        workflow.open_case(session, again)
    assert leafed(wanted._replace(q="tonight")) == [case_id]
    assert leafed(wanted) == [other], "what the claim said before is found no more"
    do(case_id, "merge", ada, MergeIn(into=other, reason="The same.", found_by="words"))
    assert set(open_texts()) == {other}


def test_what_the_code_of_before_an_update_wrote_is_brought_into_the_index(make_case, do, eve, review, open_texts):
    missed, closed = make_case("The harbour was shut."), make_case("The harbour froze.")
    with review.transaction() as session:
        session.execute(text(f"DELETE FROM {OPEN_TABLE}"))
        session.execute(text("UPDATE cases SET state = 'closed' WHERE id = :id"), {"id": bound(review, closed)})
    jobs.tidy()
    assert open_texts() == {missed: ["claim"]}
    with review.transaction() as session:
        session.execute(text("UPDATE cases SET state = 'closed'"))
    jobs.tidy()
    assert open_texts() == {}


def test_what_the_code_of_before_an_update_erased_leaves_the_index_of_what_is_open(
    make_case, do, ada, review, open_texts, leafed
):
    case_id = make_case("The harbour was shut.")
    do(case_id, "note", ada, NoteIn(text="Quennell saw it."))
    with review.transaction() as session:  # which knew of the one index alone
        its = {"id": bound(review, case_id)}
        session.execute(text(f"DELETE FROM {WORDS_TABLE} WHERE case_id = :id AND part = 'note'"), its)
    jobs.tidy()
    assert open_texts() == {case_id: ["claim"]}
    assert leafed(queries.Wanted("unverified", q="Quennell")) == []
    assert leafed(queries.Wanted("unverified", q="harbour")) == [case_id]


def bound(review, case_id):
    return case_id.hex if review.database.is_sqlite else case_id


def test_a_claim_that_is_told_again_keeps_its_place_among_the_others(review, submitted, leafed, monkeypatch):
    monkeypatch.setattr(queries.queue, "MOST_TEXTS", 1)
    told = [submitted(f"Shut on {n} days.") for n in range(3)]
    again = submitted("Shut on 0 days.", claim_id=told[0].claim_id, revision=2)
    with review.transaction() as session:
        workflow.open_cases(session, told)
        workflow.open_case(session, again)
    assert leafed(queries.Wanted(q="shut", sort="oldest"), 1) == [one.claim_id for one in told]


def test_what_others_published_is_found_as_it_was_told_last(take, find, review, make_case, ada):
    check_id = take("The bridge was closed on four days.", "The tram was late.", language="en")
    assert [one["text"] for one in find(q="bridge").json["earlier"]] == ["The bridge was closed on four days."]
    take("The bridge was closed on five days.", check_id=check_id, revision=3)
    take("Bridges.", check_id=check_id, revision=2)
    assert [one["text"] for one in find(q="bridge").json["earlier"]] == ["The bridge was closed on five days."]
    case_id = make_case("The bridge was closed on five days.")
    with review.reading() as session:
        assert [one.rating for one in queries.get_case(session, case_id, ada).earlier] == ["False"]
        known = {(one.key, one.revision) for one in ledger.known(session) if one.topic == "earlier.taken.v1"}
    assert (str(check_id), 3) in known
    take("The bridge was closed on five days.", check_id=check_id, revision=4, removed=True)
    take("The bridge was closed on five days.", check_id=check_id, revision=3)
    assert find(q="bridge").json["earlier"] == []
    assert find(q="bridge").json["data"][0]["case"]["id"] == str(case_id), "the cases have an index of their own"


def test_the_page_finds_and_shows_everything_as_text(desk, make_case, take):
    take(NASTY + " bridge closed on four days", headline=NASTY, claimant=NASTY)
    case_id = make_case("The bridge was closed on four days.")
    ada = desk("ada")
    page = ada.get("/search?q=bridge").text
    assert f'href="/cases/{case_id}"' in page
    assert "in the claim" in page
    assert "Other Desk" in page
    assert "<script>alert(1)" not in page
    assert "Other Desk" in ada.get(f"/cases/{case_id}").text
    assert "whatever became of them" in ada.get("/search").text
    assert "Nobody at the desk has written this" in ada.get("/search?q=unheard-of").text
