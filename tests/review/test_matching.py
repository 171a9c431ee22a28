"""Seen before, at the desk: what may say the same is found, a person decides, and nothing that was refused comes back."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from errand_runner import do_errands
from review_desk import NOON, submit
from sqlmodel import select

from services.review import auth, jobs, queries, seen, workflow
from services.review.cli import cli
from services.review.models import Match
from services.review.schemas import DescribeIn, DiffersIn, SameIn
from shared import errands as plumbing
from shared.clock import new_id
from shared.contracts import EarlierCheckTaken
from shared.errors import Invalid, NotAllowed
from shared.matching import indexing
from shared.matching.weights import WITH_MODEL


def unmarked(html):
    return re.sub(r"<[^>]*>", "", html)


def matches(review, case_id):
    """What was found for a case, as it is kept."""
    with review.reading() as session:
        return session.exec(select(Match).where(Match.case_id == case_id).order_by(Match.score.desc(), Match.id)).all()


FERRY = "The ferry to Port Ellery carried five million people in 2019."
AGAIN = "In 2019, 5,000,000 people took the ferry to Port Ellery."


@pytest.fixture
def compare(review):
    """Do what is done every minute, and what comes of it."""
    review.start(review.settings.model_copy(update={"match_models": ("english",)}))

    def run():
        jobs.order_comparing()
        do_errands(review)

    yield run
    plumbing.close()


@pytest.fixture
def found(review, ada):
    """`found(case_id)`: what the case page has of candidates."""

    def look(case_id):
        with review.reading() as session:
            return queries.get_case(session, case_id, ada).candidates

    return look


@pytest.fixture
def take_check(review):
    """Intake tells of a fact-check of others'."""

    def taken(text, revision=1, check_id=None, **more):
        message = EarlierCheckTaken(
            check_id=check_id or new_id(), revision=revision, url="https://checks.example.org/1", text=text,
            rating="Mostly true", publisher="Ellery Check", **more,
        )  # fmt: skip
        with review.transaction() as session:
            workflow.note_earlier(session, message)
        return message.check_id

    return taken


def test_one_that_came_in_before_is_found_accepted_and_merged(make_case, compare, found, do, ada, look, messages):
    first, other = make_case(FERRY), make_case("The school in Mill Lane has been closed since Easter.")
    again = make_case(AGAIN, newsrooms=("Herald",))
    compare()
    assert found(other) == found(first) == []
    one, *more = found(again)
    assert (one.subject, one.kind, one.says, more) == (first, "case", "surely", [])
    assert "ferry" in one.shared
    assert look(again).seen_before == 1
    case = do(again, "accept", ada, SameIn(match_id=one.id))
    assert (case.state, case.merged_into, case.seen_before) == ("closed", first, 0)
    assert [
        m["message"]["merged_into"] for m in messages() if m["topic"] == "case.moved.v1" and m["queue"] == "intake"
    ] == [str(first)]
    assert found(again)[0].decided_by == "Ada"
    do(again, "unmerge", ada)
    compare()
    assert [(one.state, one.subject) for one in found(again)] == [("refused", first)]


def test_a_fact_check_of_others_becomes_evidence_and_one_that_is_removed_is_suggested_no_more(
    make_case, compare, found, do, ada, take_check, look, review
):
    case_id = make_case(AGAIN)
    compare()
    check_id = take_check(FERRY, headline="How many took the ferry?")
    compare()
    one = found(case_id)[0]
    assert (one.kind, one.subject, one.rating, one.publisher) == (
        "earlier_check", check_id, "Mostly true", "Ellery Check",
    )  # fmt: skip
    take_check(FERRY, 2, check_id, removed=True)
    compare()
    assert (found(case_id), look(case_id).seen_before) == ([], 0)
    take_check(FERRY, 3, check_id, headline="How many took the ferry?")
    compare()
    do(case_id, "accept", ada, SameIn(match_id=found(case_id)[0].id, stance="supports"))
    with review.reading() as session:
        case = queries.get_case(session, case_id, ada)
    assert [(one.title, one.stance, one.quote) for one in case.evidence] == [
        ("How many took the ferry?", "supports", "Mostly true")
    ]
    assert case.state == "unverified"
    assert [one.action for one in case.history][-1] == "accept"
    assert case.candidates[0].state == "accepted"


def test_what_was_refused_is_not_suggested_again_and_a_number_tells_one_from_another(
    make_case, compare, found, do, ada, look, review
):
    first, again = make_case(FERRY), make_case(AGAIN)
    compare()
    do(again, "refuse", ada, DiffersIn(match_id=found(again)[0].id, note="Another ferry."))
    do(again, "describe", ada, DescribeIn(wording="The Port Ellery ferry carried five million people in 2019."))
    assert look(again).to_compare == 1
    compare()
    assert look(again).to_compare == look(again).seen_before == 0
    assert [(one.state, one.note) for one in found(again)] == [("refused", "Another ferry.")]
    do(again, "describe", ada, DescribeIn(wording="The ferry to Port Ellery carried fifty million people in 2019."))
    compare()
    fifty = make_case("The ferry to Port Ellery carried fifty million people in 2019.")
    compare()
    assert [(one.subject, one.says) for one in found(fifty)] == [(again, "surely"), (first, "differs")]


def test_whoever_decides_has_to_name_what_was_found_for_the_case(make_case, compare, found, do, ada):
    make_case(FERRY)
    again, other = make_case(AGAIN), make_case("Snow.")
    compare()
    one = found(again)[0]
    with pytest.raises(Invalid):
        do(other, "accept", ada, SameIn(match_id=one.id))
    with pytest.raises(Invalid):
        do(again, "refuse", ada, DiffersIn(match_id=new_id()))
    do(again, "refuse", ada, DiffersIn(match_id=one.id))
    with pytest.raises(NotAllowed, match="already"):
        do(again, "refuse", ada, DiffersIn(match_id=one.id))


def test_without_the_models_the_words_are_compared_and_again_when_the_models_are_back(
    make_case, compare, found, review, look
):
    make_case(FERRY)
    again = make_case(FERRY.removesuffix("."))
    working = review.settings
    review.start(working.model_copy(update={"match_encoder": "/nowhere/encoder.sock"}))
    compare()
    assert [one.method for one in found(again)] == ["words"]
    assert look(again).to_compare == 2
    review.start(working)
    compare()
    assert [one.method for one in found(again)] == ["words and meaning"]
    assert look(again).to_compare == 0


def test_the_page_shows_both_side_by_side_and_decides_by_a_form(make_case, compare, found, desk, look):
    first = make_case("The ferry to Port Ellery carried five million people in 2019.")
    again = make_case("The ferry to Port Ellery carried six million people in 2019.")
    ada = desk("ada")
    assert "It is being compared" in ada.get(f"/cases/{again}").text
    compare()
    one = found(again)[0]
    page = ada.get(f"/cases/{again}").text
    assert "It is being compared" not in page
    assert '<span class="hidden">[number differs: </span>six million<span class="hidden">]</span>' in page
    assert "five million</bdi></q> there" in page
    assert f'name="match_id" value="{one.id}"' in page
    assert submit(ada, again, "refuse", match_id=str(one.id)).status_code == 302
    assert "It is the same after all" in ada.get(f"/cases/{again}").text
    assert submit(ada, again, "accept", match_id=str(one.id)).status_code == 302
    assert look(again).merged_into == first


def test_two_long_claims_that_begin_alike_are_shown_where_they_do_not(make_case, compare, desk):
    lead = "The ferry to Port Ellery was full that day, as those who live on the island say. " * 30
    for millions in ("five", "six"):
        case_id = make_case(f"{lead}It carried {millions} million people.")
    compare()
    page = desk("ada").get(f"/cases/{case_id}").text
    brief = page[page.index('class="facing brief"') :]
    brief = unmarked(brief[: brief.index("Show all")])
    assert "five million" in brief
    assert "six million" in brief
    assert "No number, name, date or denial differs in the first 2,000 characters, which are compared." in page


def test_the_index_is_made_again_by_command_and_what_was_decided_stays(
    make_case, compare, found, take_check, review, monkeypatch
):
    monkeypatch.setattr(review, "start_process", lambda: None)  # it is started already
    take_check("Snow closed the school in Mill Lane.")
    make_case(FERRY)
    again = make_case(AGAIN)
    compare()
    before = found(again)
    with review.transaction() as session:
        indexing.empty(session, seen.index.tables)
    assert CliRunner().invoke(cli, ["matching", "status"]).output.startswith("0 texts")
    done = CliRunner().invoke(cli, ["matching", "rebuild", "--vectors"])
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(cli, ["matching", "status"]).output.startswith("3 texts, 0 wait for minilm")
    assert found(again) == before


def test_an_index_that_was_lost_is_made_again_by_itself(make_case, compare, review):
    make_case(FERRY)
    make_case(AGAIN)
    compare()
    with review.transaction() as session:
        indexing.empty(session, seen.index.tables)
    compare()
    with review.reading() as session:
        assert seen.index.count(session) == (2, 0)


def test_the_queue_marks_and_lists_what_is_surely_seen_before(make_case, compare, found, desk, do, ada, app, review):
    make_case(FERRY)
    again = make_case(AGAIN)
    compare()
    browser = desk("ada")
    page = browser.get("/?view=seen").text
    assert "surely seen before" in page
    assert f'data-case="{again}"' in page
    assert page.count("data-case") == 1
    assert browser.get("/?view=open").text.count("surely seen before") == 1
    with review.transaction() as session:
        headers = {"Authorization": f"Bearer {auth.make_token(session, ada, 'test')}"}
    queue = app.test_client().get("/v1/queue?seen_before=true", headers=headers).json["data"]
    assert [(row["id"], row["seen_before"]) for row in queue] == [(str(again), 1)]
    do(again, "refuse", ada, DiffersIn(match_id=found(again)[0].id))
    assert "data-case" not in browser.get("/?view=seen").text


def test_a_case_tells_who_repeated_it_with_what_was_merged_into_it(make_case, compare, found, do, ada, desk, review):
    first = make_case(FERRY, claimant={"name": "Jo Marten"}, claimed_at="2026-01-05T08:00:00Z")
    again = make_case(
        AGAIN, newsrooms=("Herald", "Post"),
        story={"url": "https://herald.example/1", "headline": "All aboard", "publisher": "Herald"},
        appearances=({"url": "https://tv.example/7", "title": "Evening news", "publisher": "TV 7", "medium": "video",
                      "published_at": "2026-01-06T19:00:00Z"},),
    )  # fmt: skip
    compare()
    do(again, "accept", ada, SameIn(match_id=found(again)[0].id))
    with review.reading() as session:
        repeated = queries.get_case(session, first, ada).repeated
    assert [(one.how, one.who) for one in repeated] == [
        ("said", "Jo Marten"), ("appeared", "TV 7"), ("sent_in", "Courier"), ("sent_in", "Herald"), ("sent_in", "Post"),
        ("appeared", "Herald"),
    ]  # fmt: skip
    assert {one.case_id for one in repeated} == {first, again}
    page = desk("ada").get(f"/cases/{first}").text
    assert "Who repeated it, where, when" in page
    assert "Evening news" in page


def test_what_is_hardly_the_same_is_folded_away_and_no_key_decides_on_it(make_case, compare, found, desk, look):
    make_case(FERRY)
    near = make_case("The school in Port Ellery has been closed since Easter.")
    compare()
    assert [one.says for one in found(near)] == ["hardly"]
    assert look(near).seen_before == 0
    page = desk("ada").get(f"/cases/{near}").text
    assert "Nearest of the rest" in page
    assert 'data-key="y"' not in page


def test_a_try_is_compared_with_tries_and_counts_nowhere(make_case, compare, found, do, ada, look, review):
    make_case(FERRY)
    first, again = make_case(FERRY, test=True), make_case(AGAIN, newsrooms=("Herald",), test=True)
    compare()
    [one] = found(again)
    assert (one.subject, one.says) == (first, "surely")
    case = do(again, "accept", ada, SameIn(match_id=one.id))
    assert case.merged_into == first
    real = make_case("In 2019 the ferry to Port Ellery took five million.")
    compare()
    assert [one.subject for one in found(real)] != []
    assert {first, again}.isdisjoint(one.subject for one in found(real))
    with review.reading() as session:
        precision = queries.count_precision(session)
        assert seen.tune(session).accepted == 0
    assert (precision.surely, precision.perhaps) == (0, 0)
    assert precision.measured.source  # the desk has none of its own yet, so what was measured elsewhere is told


def test_what_somebody_accepted_lately_counts_as_much_as_the_desk_learned(
    make_case, compare, found, do, ada, review, tmp_path
):
    """Of two that are as near, with weights that count decisions: the one of which a repeat was accepted, though it came later."""
    other, first = make_case("The bridge at Port Ellery is closed."), make_case("The market at Port Ellery is closed.")
    again = make_case("The market in Port Ellery is closed, they say.")
    compare()
    do(again, "accept", ada, SameIn(match_id=next(one.id for one in found(again) if one.subject == first)))
    file = tmp_path / "weights.json"
    file.write_text(WITH_MODEL._replace(order={**WITH_MODEL.order, "lately": 1.0}).write())
    review.start(review.settings.model_copy(update={"match_weights": file}))
    both = make_case("At Port Ellery the market and the bridge are closed.")
    compare()
    signs = {one.subject: one.signs for one in matches(review, both)}
    assert signs[first]["lately"] == pytest.approx(1.0, abs=0.01)
    assert "lately" not in signs[other]
    assert matches(review, both)[0].subject == first
    do(again, "unmerge", ada)
    newest = make_case("The market and the bridge at Port Ellery: both are closed.")
    compare()
    assert all("lately" not in one.signs for one in matches(review, newest))


def test_how_near_in_time_both_were_said_is_kept_with_what_was_found(make_case, compare, review):
    """A claim whose day nobody knows was said when it came in."""
    first, other = make_case(FERRY), make_case(FERRY.replace("five", "six"), claimed_at=NOON - timedelta(days=365))
    again = make_case(AGAIN)
    compare()
    told = {one.subject: one.signs["when"] for one in matches(review, again)}
    assert told == {first: pytest.approx(1.0), other: pytest.approx(0.5)}


def test_what_was_measured_is_not_told_of_other_weights(make_case, compare, review):
    review.start(review.settings.model_copy(update={"match_sure": 0.99}))
    with review.reading() as session:
        assert queries.count_precision(session).measured is None
