"""Figures that are made anew from the history are those that the verbs keep, what rules did included."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from review_desk import VERDICT
from sqlalchemy import delete

from services.review import workflow
from services.review.models import CaseOutcome, CaseSpan
from services.review.schemas import AssignIn, CloseIn, MergeIn, ReopenIn, ReturnIn, RuleIn
from shared.contracts import Party


def test_what_a_rule_closed_or_handed_out_is_in_the_figures(review, people, make_case, spans, outcomes):
    with review.transaction() as session:
        for words, then in (("bridge", {"close": "out_of_scope"}), ("ice", {"assign": "ben@desk.example"})):
            workflow.make_rule(session, RuleIn(name=words, when={"words": [words]}, then=then), people["eve"])
    closed, handed = make_case(), make_case("Ice closed it.")
    assert [(one.stage, one.ended_by) for one in spans(closed)] == [("queue", "close")]
    assert [(one.reason, one.took is not None) for one in outcomes(closed)] == [("out_of_scope", True)]
    assert [(one.stage, one.person_id) for one in spans(handed)] == [("handed", people["ben"].id)]


def test_figures_made_from_the_history_are_those_that_the_verbs_keep(
    review, make_case, make_published, make_checked, do, ada, eve, confirm, spans, outcomes
):
    corrected = make_published(claimant=Party(name="Harbour Board", organization="City"))
    do(corrected, "reopen", ada, ReopenIn(kind="correction", note="It was two days."))
    do(corrected, "take", ada)
    do(corrected, "check", ada, VERDICT.model_copy(update={"rating": "misleading"}))
    do(corrected, "return", eve, ReturnIn(note="Two?"))
    do(corrected, "check", ada, VERDICT)
    do(corrected, "approve", eve)
    confirm(corrected, 2)
    closed, merged, free = make_case("Ice."), make_case("Snow."), make_case("Rain.")
    do(closed, "close", eve, CloseIn(reason="out_of_scope", note="Not ours."))
    do(merged, "take", ada)
    do(merged, "merge", ada, MergeIn(into=free, reason="The same."))
    do(merged, "unmerge", ada)
    do(free, "assign", eve, AssignIn(to="ben@desk.example", note="For tonight."))
    cases = (corrected, closed, free, make_checked(text="Hail."))
    kept = [one.model_dump() for case_id in cases for one in (*spans(case_id), *outcomes(case_id))]
    migration = import_module("services.review.migrations.versions.0016_figures")
    with review.transaction() as session:
        for table_ in (CaseSpan, CaseOutcome):
            session.execute(delete(table_))
        migration._fill(session.connection())
    made = [one.model_dump() for case_id in cases for one in (*spans(case_id), *outcomes(case_id))]
    assert [_exact(one) for one in made] == [_exact(one) for one in kept]
    for one, other in zip(made, kept, strict=True):
        for name, value in other.items():
            if isinstance(value, datetime):
                assert abs(one[name] - value) < timedelta(seconds=1)
            elif isinstance(value, float):
                assert one[name] == pytest.approx(value, abs=1)
    assert [one.stage for one in spans(merged)][:2] == ["queue", "work"]


def _exact(row):
    """A row but for its moments and spans of time: of those, whether there are any."""
    return {name: value is None if isinstance(value, datetime | float) else value for name, value in row.items()}
