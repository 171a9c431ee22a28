"""What readers see depends on the newest revision, not on the order or number of messages."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from databases import orders
from jinja2 import FileSystemLoader
from sqlmodel import select

from services.publish import jobs, ledger, workflow
from services.publish.models import Check, Revision
from services.publish.rendering.environment import environment
from shared.clock import new_id
from shared.contracts import CaseMoved
from shared.ledger import Entry


def test_a_verdict_that_was_approved_is_read_at_its_address(receive, reader, make_verdict, told):
    verdict = make_verdict()
    check = receive(verdict)
    page = reader.get(f"/checks/{check.path}")
    assert page.status_code == 200
    assert verdict.headline in page.text
    assert check.path.endswith("/nobody-outside-the-talks-can-show-that-guarantees-for-ukraine-hang-on-a-peace")
    for queue, message in told():
        assert queue in ("review", "intake")
        assert (message.claim_id, message.revision, message.kind) == (verdict.claim_id, 1, "first")
        assert message.url == f"https://facts.example/checks/{check.path}"
        assert message.rating == verdict.rating
    assert len(told()) == 2


def test_the_first_verdict_finds_what_its_page_is_made_by_loaded(receive, make_verdict, monkeypatch):
    environment.cache_clear()
    jobs.warm_up()
    monkeypatch.setattr(FileSystemLoader, "get_source", None)
    assert receive(make_verdict()).path


MESSAGES = ("first", "second", "third", "move to the second", "published")


@pytest.fixture
def story_of(make_verdict, make_move):
    """One claim's messages, by name."""

    def make():
        claim_id = new_id()
        return {
            "first": make_verdict(claim_id),
            "second": make_verdict(claim_id, 2, headline="The second headline", change="The second change"),
            "third": make_verdict(claim_id, 3, headline="The third headline", change="The third change"),
            "move to the second": make_move(claim_id, 5, "unverified", 2),
            "published": make_move(claim_id, 9, "published", 3),
        }

    return make


def test_every_order_of_messages_ends_at_the_newest_revision(service, receive_in, story_of, database_kind):
    """Orders that begin alike share what they begin with: from there, each goes on in a savepoint of its own."""
    messages, seen, wanted = story_of(), [], orders(MESSAGES, database_kind)

    def go_on(session, order):
        if len(order) == len(MESSAGES):
            check = receive_in(session, *(messages[name] for name in order))  # each of them twice
            _is_at_the_third(session, check, order)
            seen.append(order)
        for name in {one[len(order)] for one in wanted if one[: len(order)] == order and one != order}:
            with session.begin_nested() as point:
                receive_in(session, messages[name])
                go_on(session, (*order, name))
                point.rollback()

    with service.transaction() as session:
        go_on(session, ())
        assert session.exec(select(Revision)).all() == [], "each began where nothing was known"
    assert sorted(seen) == sorted(wanted)


def _is_at_the_third(session, check, order):
    revisions = session.exec(select(Revision.revision).where(Revision.claim_id == check.claim_id)).all()
    assert check.revision == 3, order
    assert check.headline == "The third headline", order
    assert sorted(revisions) == [1, 2, 3], order
    page = check.page.decode()
    assert "The third change" in page, order
    assert "The second change" in page, order
    assert "Rating changed from" in page, order
    assert "Being re-checked" not in page, order


def test_an_older_revision_that_comes_late_is_readable_and_changes_nothing_current(receive, reader, make_verdict, told):
    second = receive(make_verdict(claim := new_id(), 2, headline="What stands"))
    path, updated_at = second.path, second.updated_at
    check = receive(make_verdict(claim, 1, headline="What came late"))
    assert (check.path, check.headline, check.updated_at) == (path, "What stands", updated_at)
    late = reader.get(f"/checks/{path}/revisions/1")
    assert late.status_code == 200
    assert "What came late" in late.text
    assert "superseded" in late.text
    assert [(queue, message.revision) for queue, message in told()] == [
        ("review", 2),
        ("intake", 2),
        ("review", 1),
        ("intake", 1),
    ]


def test_a_repeat_changes_nothing_and_tells_again(receive, make_verdict, told, service):
    verdict = make_verdict()
    etag = receive(verdict).etag
    check = receive(verdict.model_copy(update={"headline": "Another text under the same number"}))
    assert check.etag == etag
    assert check.headline == verdict.headline
    first, again = told()[:2], told()[2:]
    assert first == again


def test_a_page_says_that_it_is_being_rechecked_until_the_new_revision_is_there(receive, make_verdict, make_move):
    claim = receive(make_verdict()).claim_id
    page = receive(make_move(claim, 7, "unverified", 2)).page.decode()
    assert "Being re-checked since" in page
    assert "28 January 2026, 08:00 UTC" in page
    assert receive(make_move(claim, 8, "checked", 2, "2026-01-29T08:00:00Z")).page.decode() == page
    assert receive(make_move(claim, 3, "published", 1)).page.decode() == page  # older news
    assert "Being re-checked" not in receive(make_verdict(claim, 2)).page.decode()


def test_a_recheck_that_was_given_up_ends_the_mark(receive, make_verdict, make_move):
    claim = receive(make_verdict()).claim_id
    receive(make_move(claim, 7, "unverified", 2))
    assert "Being re-checked" not in receive(make_move(claim, 8, "published", 1)).page.decode()
    receive(make_move(claim, 9, "unverified", 2))
    assert "Being re-checked" not in receive(make_move(claim, 10, "closed", 2)).page.decode()


def test_news_of_a_case_without_a_verdict_makes_no_page(receive, reader, make_move, make_verdict):
    claim = new_id()
    check = receive(make_move(claim, 1, "unverified", 1))
    assert (check.path, check.page) == (None, None)
    assert "Nothing has been published yet" in reader.get("/").text
    receive(make_move(claim, 6, "unverified", 2))
    assert "Being re-checked" in receive(make_verdict(claim)).page.decode()


def test_two_checks_with_one_headline_have_two_addresses(receive, make_verdict):
    paths = [receive(make_verdict(headline="The same words")).path for _ in range(8)]
    assert len(set(paths)) == 8
    assert paths[1] == f"{paths[0]}-2"


@pytest.mark.parametrize("headline", ["!!!", "سد النهضة لم يُغلق", "桥没有关闭", "x" * 300, "../../etc/passwd"])
def test_any_headline_makes_an_address(receive, reader, make_verdict, headline):
    check = receive(make_verdict(headline=headline))
    assert len(check.path) <= 100
    assert reader.get(f"/checks/{check.path}").status_code == 200


def test_an_address_stays_when_the_headline_is_brought_up_to_date(receive, make_verdict):
    first = receive(make_verdict(claim := new_id()))
    assert receive(make_verdict(claim, 2, kind="update", headline="Quite another headline")).path == first.path


def test_a_test_has_a_page_that_nothing_lists(receive, reader, make_verdict):
    claim = new_id()
    receive(make_verdict(claim, claim={"test": True}, headline="Only a trial"))
    check = receive(make_verdict(claim, 2, claim={"test": True}, headline="Only a trial"))
    page = reader.get(f"/checks/{check.path}")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    for path in ("/", "/corrections", "/feeds/atom.xml"):
        assert "Only a trial" not in reader.get(path).text
    assert check.position is None


def test_places_in_the_lists_have_no_gaps(receive, make_verdict, service):
    for number in range(5):
        receive(make_verdict(claim := new_id(), claim={"test": number == 2}))
        receive(make_verdict(claim, 2, claim={"test": number == 2}))
    with service.reading() as session:
        positions = session.exec(select(Check.position).order_by(Check.position)).all()
        numbers = session.exec(select(Revision.correction_number).order_by(Revision.correction_number)).all()
    positions, numbers = [n for n in positions if n], [n for n in numbers if n]
    assert positions == numbers == [1, 2, 3, 4]


def test_the_ledger_names_what_was_told_and_what_is_known(receive, make_verdict, make_move, service, told):
    claim = receive(make_verdict()).claim_id
    receive(make_verdict(claim, 2), make_move(claim, 9, "published", 2))
    with service.reading() as session:
        out, known = set(ledger.told(session)), set(ledger.known(session))
    assert Entry("verdict.published.v1", "review", f"{claim}/1", 1) in out
    assert Entry("verdict.published.v1", "review", f"{claim}/2", 2) in out
    assert Entry("verdict.published.v1", "intake", str(claim), 2) in out
    assert known == {
        Entry("verdict.approved.v1", "publish", f"{claim}/1", 1),
        Entry("verdict.approved.v1", "publish", f"{claim}/2", 2),
        Entry("case.moved.v1", "publish", str(claim), 9),
    }
    before = len(told())
    with service.transaction() as session:
        ledger.tell_again(session, Entry("verdict.published.v1", "review", f"{claim}/1", 1))
    [(queue, again)] = told()[before:]
    assert (queue, again.verdict.revision, again.case_revision) == ("review", 1, 9), "whole, for a desk that lost it"
    assert again.model_copy(update={"verdict": None, "case_revision": 0}) == told()[0][1]


def test_verdicts_that_arrive_at_once_each_get_a_place_and_an_address(service, make_verdict, make_move):
    """As several workers apply them, the same claim's among them."""
    claims = [new_id() for _ in range(6)]
    messages = [make_verdict(claim, revision, headline="One headline") for claim in claims for revision in (1, 2)]
    messages += [make_move(claim, 5, "published", 2) for claim in claims]

    def apply(message):
        with service.transaction() as session:
            verb = workflow.note_case_moved if isinstance(message, CaseMoved) else workflow.publish
            verb(session, message)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(apply, messages))
    with service.reading() as session:
        checks = session.exec(select(Check)).all()
    assert sorted(check.position for check in checks) == [1, 2, 3, 4, 5, 6]
    assert len({check.path for check in checks}) == 6
    assert {(check.revision, check.case_revision) for check in checks} == {(2, 5)}
    assert all("Rating changed from" in check.page.decode() for check in checks)
