"""What came of a case: the first answer, what stands, what was declined; counted by topic, claimant and party."""

import csv
import io

from review_desk import NOON, VERDICT
from review_figures import table

from services.review import figures
from services.review.schemas import CloseIn, MergeIn, PeriodIn, ReopenIn
from shared.contracts import Party


def test_the_first_answer_counts_and_what_stands_is_one(make_published, do, ada, eve, confirm, outcomes):
    case_id = make_published(claimant=Party(name="Harbour Board", organization="City"), tags=("port", "party:blue"))
    (first,) = outcomes(case_id)
    assert (first.kind, first.rating, first.claimant, first.party, first.channel) == (
        "published", "false", "Harbour Board", "blue", "Courier",
    )  # fmt: skip
    assert (first.evidence, first.withheld, first.waived, first.took) == (2, 1, False, 0)
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="It was two days."))
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "misleading"}))
    do(case_id, "approve", eve)
    confirm(case_id, 2)
    first, second = outcomes(case_id)
    assert (first.stands, second.stands) == (False, True)
    assert (second.revision_kind, second.rating, second.took) == ("correction", "misleading", None)
    assert second.first_at == first.first_at


def test_what_is_closed_and_taken_up_again_was_not_declined(make_case, do, eve, outcomes):
    case_id, other = make_case(), make_case("Ice closed it.")
    do(case_id, "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    (closed,) = outcomes(case_id)
    assert (closed.reason, closed.stands, closed.took is not None) == ("out_of_scope", True, True)
    do(case_id, "reopen", eve, ReopenIn(note="It is ours."))
    assert not outcomes(case_id)[0].stands
    do(case_id, "merge", eve, MergeIn(into=other, reason="The same ice."))
    assert (outcomes(case_id)[-1].reason, outcomes(case_id)[-1].took) == ("duplicate", None)


def test_verdicts_are_counted_by_topic_and_claimant(review, make_published):
    make_published(tags=("port", "ice"), claimant=Party(name="Harbour Board"))
    by_topic, by_claimant = (table(review, figures.verdicts_by, of) for of in ("topic", "claimant"))
    # the site says that it was in January
    assert by_topic.rows == by_claimant.rows == []
    with review.reading() as session:
        january = PeriodIn(since=NOON.date(), until=NOON.date())
        assert [row[:2] for row in figures.verdicts_by(session, january, "topic").rows] == [("ice", 1), ("port", 1)]
        assert [row[:2] for row in figures.verdicts_by(session, january, "claimant").rows] == [("Harbour Board", 1)]


def test_the_balance_counts_what_was_declined_too(review, make_case, make_published, do, eve, desk):
    blue, green = Party(name="Ann", organization="Blue"), Party(name="Bo", organization="Green")
    make_published(claimant=blue)
    make_published(text="Ice closed it.", claimant=blue)
    for text, reason in (("Snow.", "not_checkable"), ("Rain.", "spam")):
        do(make_case(text, claimant=green), "close", eve, CloseIn(reason=reason, note="No."))
    do(make_case("A test.", claimant=green, test=True), "close", eve, CloseIn(reason="spam", note="No."))
    with review.reading() as session:
        found = figures.balance(session, PeriodIn(since=NOON.date()), "party")
        kept = {row[0]: row[1:] for row in figures.principles(session, PeriodIn(since=NOON.date())).rows}
    assert [(row[0], row[1], row[2], row[5], row[7], row[8], row[11]) for row in found.rows] == [
        ("Blue", 2, 1.0, 2, 0, 0, 0), ("Green", 0, 0.0, 0, 2, 1, 1),
    ]  # fmt: skip
    assert kept["Two pieces of evidence"] == (2, 2, 1.0)
    assert kept["All evidence shown to readers"] == (0, 2, 0.0)
    assert kept["Corrections"] == (0, 2, 0.0)
    page = desk("ada").get("/reports?since=2026-01-01").text
    assert "Green" in page
    answer = desk("ada").get("/stats/balance-by-party.csv?since=2026-01-01")
    assert next(csv.reader(io.StringIO(answer.text)))[0] == "Party"
