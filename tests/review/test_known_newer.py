"""A desk put back to an older backup counts from where the backup stood: what it tells has to be news to who knows more."""

import pytest
from between_services import Road
from review_desk import NOON, VERDICT
from sqlmodel import select

from services.intake import auth
from services.intake import workflow as intake_workflow
from services.intake.models import Claim, Newsroom
from services.intake.schemas import ClaimIn
from services.publish.models import Check, Scale
from services.review import history, workflow
from services.review.schemas import BlockSenderIn, CloseIn, DeskIn, MergeIn, ReopenIn, ReturnIn, StepIn, UrgeIn

CLOSE = CloseIn(reason="not_checkable", note="Nobody can know.")
REOPEN = ReopenIn(note="Look again.")
SCALE = {"false": StepIn(label="Wrong", meaning="It is wrong."), "true": StepIn(label="Holds", meaning="It holds.")}


@pytest.fixture
def intake(start_service):
    return start_service("intake")


@pytest.fixture
def road(review, intake, start_service):
    return Road(intake, review, start_service("publish", public_base_url="https://facts.example"))


@pytest.fixture
def make_claim(intake, road):
    """A claim of the Courier's, as it came to the desk."""

    def make(text="The bridge was closed on four days."):
        with intake.transaction() as session:
            auth.make_key(session, "Courier", "its system", list(auth.SCOPES), None)
            newsroom = session.exec(select(Newsroom).where(Newsroom.name == "Courier")).one()
            claim_id = intake_workflow.submit(session, ClaimIn(text=text), newsroom.id, newsroom.name).claim_id
        road.carry()
        return claim_id

    return make


@pytest.fixture
def receipt(intake):
    """`receipt(claim_id)`: what intake says of a claim."""

    def look(claim_id):
        with intake.reading() as session:
            return session.get(Claim, claim_id)

    return look


@pytest.fixture
def reconcile(road):
    """Reconcile until there are no differences, at most three times."""

    def run():
        for _ in range(3):
            road.resend()
            if not (road.missing() or road.newer()):
                return
        assert (road.missing(), road.newer()) == ([], [])

    return run


def test_what_was_closed_and_reopened_since_stands_where_the_desk_has_it_and_its_next_close_is_told(
    make_claim, do, ada, eve, road, backup, reconcile, receipt, look, review
):
    claim_id = make_claim()
    restore = backup()
    do(claim_id, "take", ada)
    for _ in range(2):
        do(claim_id, "close", eve, CLOSE)
        do(claim_id, "reopen", eve, REOPEN)
    do(claim_id, "close", eve, CLOSE)
    road.carry()
    restore()
    assert road.missing() == []
    assert {(one.topic, one.queue) for one in road.newer()} >= {
        ("case.moved.v1", "intake"),
        ("case.moved.v1", "publish"),
        ("work.noted.v1", "intake"),
    }
    reconcile()
    assert (receipt(claim_id).case_state, receipt(claim_id).under_way) == ("unverified", False)
    do(claim_id, "take", ada)
    road.carry()
    assert receipt(claim_id).under_way
    do(claim_id, "close", eve, CLOSE)
    road.carry()
    assert (receipt(claim_id).case_state, receipt(claim_id).under_way) == ("closed", False)
    with road.publish.reading() as session:
        assert session.get(Check, claim_id).case_state == "closed"
    with review.reading() as session:
        assert history.verify(session).broken == []
    assert (road.missing(), road.newer()) == ([], [])


def test_what_the_restored_desk_closed_before_anybody_reconciled_is_told_then(
    make_claim, do, eve, road, backup, reconcile, receipt
):
    claim_id = make_claim()
    restore = backup()
    for _ in range(2):
        do(claim_id, "close", eve, CLOSE)
        do(claim_id, "reopen", eve, REOPEN)
    road.carry()
    restore()
    do(claim_id, "close", eve, CLOSE)
    road.carry()
    assert receipt(claim_id).case_state == "unverified", "taken for old news"
    reconcile()
    assert receipt(claim_id).case_state == "closed"


def test_what_was_merged_since_stands_by_itself_again(make_claim, do, eve, road, backup, reconcile, receipt, review):
    first, second = make_claim(), make_claim("Grain prices doubled within a year.")
    restore = backup()
    with review.transaction() as session:
        workflow.merge(session, second, MergeIn(into=first, reason="It says the same."), eve)
    road.carry()
    assert receipt(second).merged_into == first
    restore()
    reconcile()
    assert (receipt(second).merged_into, receipt(second).case_state) == (None, "unverified")


def test_what_a_verdict_rests_on_and_who_was_asked_to_correct_the_claim_are_as_the_desk_has_them(
    make_claim, do, ada, eve, evidence, road, backup, reconcile, receipt
):
    claim_id = make_claim()
    do(claim_id, "take", ada)
    do(claim_id, "evidence", ada, evidence(url="https://harbour.example/log"))
    do(claim_id, "evidence", ada, evidence("Letter"))
    do(claim_id, "check", ada, VERDICT)
    do(claim_id, "approve", eve)
    road.carry()
    restore = backup()
    do(claim_id, "urge", ada, UrgeIn(asked="Jo Marten", asked_at=NOON))
    do(claim_id, "reopen", ada, ReopenIn(kind="update", note="More is known."))
    for _ in range(2):
        do(claim_id, "evidence", ada, evidence(url="https://harbour.example/letter"))
        do(claim_id, "check", ada, VERDICT)
        do(claim_id, "return", eve, ReturnIn(note="Not yet."))
    road.carry()
    restore()
    assert {one.topic for one in road.newer()} >= {"case.moved.v1", "sources.named.v1", "corrections.urged.v1"}
    reconcile()
    do(claim_id, "urge", ada, UrgeIn(asked="Kim Aalto", asked_at=NOON))
    road.carry()
    with road.publish.reading() as session:
        check = session.get(Check, claim_id)
        assert [one["asked"] for one in check.urged["urged"]] == ["Kim Aalto"]
        assert (check.case_state, check.is_rechecking) == ("published", False)
    assert receipt(claim_id).case_state == "published"
    assert (road.missing(), road.newer()) == ([], [])


def test_ratings_that_a_restored_desk_renames_are_called_so_at_the_site(
    make_desk, people, road, backup, reconcile, review
):
    def rename(label):
        with review.transaction() as session:
            named = SCALE | {"false": StepIn(label=label, meaning="It is wrong.")}
            workflow.change_desk(session, "health", DeskIn(name="Health", tags=["flu"], ratings=named), people["root"])
        road.carry()

    def at_site():
        with road.publish.reading() as session:
            return session.get(Scale, "health").looks["false"]["label"]

    make_desk(tags=["flu"], ratings=SCALE)
    restore = backup()
    for label in ("Not so", "Untrue"):
        rename(label)
    restore()
    reconcile()
    assert at_site() == "Wrong"
    rename("Incorrect")
    assert at_site() == "Incorrect"


def test_a_newsroom_that_was_blocked_since_stays_blocked(make_claim, eve, road, backup, reconcile, review):
    claim_id = make_claim()
    restore = backup()
    with review.transaction() as session:
        workflow.block_sender(session, claim_id, BlockSenderIn(newsroom="Courier", because="Abuse."), eve)
    road.carry()
    restore()
    reconcile()
    with review.reading() as session:
        assert [(one.newsroom, one.blocked) for one, _ in workflow.list_senders(session)] == [("Courier", True)]
