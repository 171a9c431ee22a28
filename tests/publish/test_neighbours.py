"""Pages that name another check name it as it stands now."""

import re

import pytest
from errand_runner import do_errands
from sqlmodel import select

from services.publish import neighbours, renewing, workflow
from services.publish.models import Outbox
from shared import outbox
from shared.clock import new_id

TRUE = {"slug": "true", "label": "True", "value": 5, "best": 5, "worst": 1}
NEWEST = [f"Unproven Later {n} said by the same" for n in (3, 2, 1)]
RIVER = {"claimant": None, "story": None, "tags": ["river"]}


@pytest.fixture
def related(reader):
    """What a page says of the checks that belong to its own: a line for each, as a reader sees it, and where it leads."""

    def read(path):
        page = reader.get(f"/checks/{path}").text
        found = re.search(r'<ul class="related">(.*?)</ul>', page, re.S)
        lines = re.findall(r"<li>(.*?)</li>", found.group(1), re.S) if found else []
        return [
            (" ".join(re.sub(r"<(?!/?s>)[^>]+>", " ", line).split()), re.search(r'href="([^"]+)"', line).group(1))
            for line in lines
        ]

    return read


def settle(service):
    """Do what is ordered until nothing is left. Returns how many errands that were."""
    done = 0
    while more := do_errands(service, early=True):
        done += more
    return done


def _is_hidden(service):
    with service.reading() as session:
        return renewing.newest(session).shown_at is None


def test_a_page_names_another_check_as_it_was_corrected_and_as_taken_back(receive, related, make_verdict, service):
    told, beside = new_id(), new_id()
    receive(make_verdict(told, headline="The river rose", rating=TRUE, claim=RIVER))
    path = receive(make_verdict(beside, headline="The other", claim=RIVER)).path
    assert related(path)[0][0] == "True The river rose on the same topic"
    settle(service)
    corrected = receive(make_verdict(told, 2, headline="The river fell", claim=RIVER))
    settle(service)
    assert related(path) == [("False The river fell on the same topic", f"/checks/{corrected.path}")]
    receive(make_verdict(told, 3, kind="retraction", headline="The river fell", claim=RIVER))
    settle(service)
    assert related(path) == [("Retracted <s>The river fell</s> on the same topic", f"/checks/{corrected.path}")]


def test_a_page_no_longer_names_a_check_that_has_left_its_topic(receive, related, make_verdict, service):
    told = new_id()
    receive(make_verdict(told, headline="The river rose", claim=RIVER))
    path = receive(make_verdict(headline="The other", claim=RIVER)).path
    receive(make_verdict(told, 2, headline="The river rose", claim=RIVER | {"tags": ["hills"]}))
    settle(service)
    assert related(path) == []


def test_however_many_name_it_all_are_found_in_stretches_and_what_does_not_name_it_is_let_alone(
    receive, reader, related, make_verdict, service, monkeypatch
):
    monkeypatch.setattr(neighbours, "AT_ONCE", 2)
    monkeypatch.setattr(renewing, "STRETCH", 0)
    told = new_id()
    claim = RIVER | {"claimant": {"name": "Kelly"}, "tags": ["river", "hills"]}
    receive(make_verdict(told, headline="The river rose", claim=claim))
    paths = [receive(make_verdict(headline=f"Number {n}", claim=claim)).path for n in range(3)]
    far = [receive(make_verdict(headline=f"Later {n}", claim=claim)).path for n in range(4)][1:]
    settle(service)
    assert all("The river rose" in related(path)[-1][0] for path in paths)
    let_alone = [reader.get(f"/checks/{path}").headers["ETag"] for path in far]
    receive(make_verdict(told, 2, kind="update", headline="The river fell", claim=claim))
    assert settle(service) > 4, "a card, and a stretch for each two places"
    assert all([line for line, _ in related(path)] == NEWEST for path in paths), "as a page made today names the newest"
    assert [reader.get(f"/checks/{path}").headers["ETag"] for path in far] == let_alone


def test_pages_that_are_made_anew_meanwhile_keep_no_name_that_it_had_before(receive, related, make_verdict, service):
    told = new_id()
    receive(make_verdict(told, headline="The river rose", claim=RIVER))
    other = receive(make_verdict(headline="The other", claim=RIVER))
    with service.transaction() as session:
        for check in session.merge(other), session.get_one(type(other), told):
            check.page, check.page_gzip, check.etag = b"an old template", None, f"old-{check.claim_id}"
        session.flush()
        number = renewing.begin(session).number
    while _is_hidden(service):
        renewing.step(number)
    receive(make_verdict(told, 2, headline="The river fell", claim=RIVER))
    settle(service)
    assert related(other.path)[0][0].startswith("False The river fell")


def test_a_first_verdict_orders_nothing_for_others_and_a_newer_one_a_single_errand(receive, make_verdict, service):
    told = new_id()

    def ordered():
        with service.reading() as session:
            return len(session.exec(select(Outbox).where(Outbox.topic == "pages.neighbours")).all())

    receive(make_verdict(told, claim=RIVER), make_verdict(claim=RIVER))
    assert ordered() == 0
    receive(make_verdict(told, 3, claim=RIVER))
    assert ordered() == 1
    receive(make_verdict(told, 3, claim=RIVER), make_verdict(told, 2, claim=RIVER))
    assert ordered() == 1, "neither a repeat nor one that comes late changes what others say"


def test_one_page_that_cannot_be_made_stops_no_other_and_is_parked_by_itself(
    receive, related, make_verdict, service, monkeypatch
):
    told = new_id()
    receive(make_verdict(told, headline="The river rose", claim=RIVER))
    first, broken, last = [receive(make_verdict(headline=f"Number {n}", claim=RIVER)) for n in range(3)]
    settle(service)
    receive(make_verdict(told, 2, headline="The river fell", claim=RIVER))
    show_again = workflow.show_again

    def fail_for_one(session, claim_id):
        if claim_id == broken.claim_id:
            raise ZeroDivisionError("a page that cannot be made")
        show_again(session, claim_id)

    monkeypatch.setattr(workflow, "show_again", fail_for_one)
    for _ in range(12):
        do_errands(service, early=True)
    assert all("The river fell" in related(check.path)[-1][0] for check in (first, last))
    assert "The river rose" in related(broken.path)[-1][0], "it stays as it was"
    with service.reading() as session:
        [parked] = session.exec(select(Outbox).where(Outbox.parked_at.is_not(None))).all()
    assert (str(broken.claim_id) in parked.payload, "cannot be made" in parked.error) == (True, True)
    monkeypatch.undo()
    with service.transaction() as session:
        outbox.replay(session, Outbox, None)
    settle(service)
    assert "The river fell" in related(broken.path)[-1][0]
