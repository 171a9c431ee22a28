"""Whoever made a claim is asked to correct it once there is a verdict, and readers see what came of it."""

import pytest
from review_desk import NOON, submit
from sqlmodel import select

from services.review import ledger
from services.review.models import Urging
from services.review.schemas import ReopenIn, UrgeIn
from shared.errors import NotAllowed, NotFound

ASKED = UrgeIn(asked="Jo Marten", asked_at=NOON, channel="e-mail")


@pytest.fixture
def told(messages):
    return lambda: [one["message"] for one in messages() if one["topic"] == "corrections.urged.v1"]


def test_readers_are_told_who_was_asked_and_what_came_of_it(make_published, do, ada, eve, told, review):
    case_id = make_published()
    do(case_id, "urge", ada, ASKED)
    with review.reading() as session:
        (kept,) = session.exec(select(Urging)).all()
    answer = {"urge_id": kept.id, "outcome": "corrected", "answered_at": NOON, "url": "https://courier.example/c/7"}
    case = do(case_id, "urge", eve, ASKED.model_copy(update=answer))
    first, second = told()
    assert [one["outcome"] for one in first["urged"] + second["urged"]] == ["no_answer_yet", "corrected"]
    assert first["revision"] < second["revision"] == case.version
    assert set(second["urged"][0]) == {"asked", "asked_at", "channel", "outcome", "answered_at", "url"}
    with review.transaction() as session:
        (entry,) = [one for one in ledger.told(session) if one.topic == "corrections.urged.v1"]
        assert (entry.key, entry.revision) == (str(case_id), case.version)
        ledger.tell_again(session, entry)
    assert told()[-1] == second


def test_nobody_is_asked_before_there_is_a_verdict_and_anybody_while_it_is_checked_again(
    make_case, make_published, do, ada, told
):
    with pytest.raises(NotAllowed, match="no verdict yet"):
        do(make_case(), "urge", ada, ASKED)
    case_id = make_published()
    do(case_id, "reopen", ada, ReopenIn(kind="update", note="More is known."))
    do(case_id, "urge", ada, ASKED)
    assert len(told()) == 1


def test_what_was_entered_on_another_case_is_not_reached(make_published, do, ada, review):
    case_id = make_published()
    do(case_id, "urge", ada, ASKED)
    with review.reading() as session:
        (kept,) = session.exec(select(Urging)).all()
    with pytest.raises(NotFound):
        do(make_published(text="Another."), "urge", ada, ASKED.model_copy(update={"urge_id": kept.id}))
    with pytest.raises(ValueError, match="no_answer_yet"):
        UrgeIn(asked="Jo", asked_at=NOON, answered_at=NOON)


def test_it_is_entered_on_the_page(make_published, desk, review):
    case_id, ada = make_published(), desk("ada")
    assert (
        submit(ada, case_id, "urge", asked="Jo Marten", asked_at="2026-02-01T10:00", zone="Europe/Berlin").status_code
        == 302
    )
    with review.reading() as session:
        (kept,) = session.exec(select(Urging)).all()
    assert kept.told["asked_at"].startswith("2026-02-01T09:00")
    page = ada.get(f"/cases/{case_id}").text
    assert "no answer yet" in page
    fields = {"asked": "Jo Marten", "asked_at": "2026-02-01T10:00", "outcome": "refused", "urge_id": str(kept.id)}
    assert submit(ada, case_id, "urge", **fields).status_code == 302
    assert "refused to correct it" in ada.get(f"/cases/{case_id}").text
    assert submit(ada, case_id, "urge", asked="", asked_at="2026-02-01T10:00").status_code == 422
