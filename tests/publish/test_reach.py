"""How often pages are opened: counted behind any cache, programs left out, nothing of readers kept, and the desk told."""

import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from services.publish import jobs, reach
from services.publish.app import create_app
from services.publish.models import Outbox, PageViews
from services.publish.pages import views
from shared.clock import new_id
from shared.contracts import PagesViewed
from shared.rates import HOUR, Rates

READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture(autouse=True)
def nobody_has_read(monkeypatch):
    monkeypatch.setattr(views, "_rates", Rates(HOUR))
    counter = reach.ViewCounter()
    monkeypatch.setattr(reach, "counter", counter)
    yield
    counter.write()  # or its timer outlives the test


@pytest.fixture
def counted(service):
    """Every number that is written down: (day, claim, pages, frames)."""

    def read():
        reach.counter.write()
        with service.reading() as session:
            rows = session.exec(select(PageViews).order_by(PageViews.day, PageViews.claim_id)).all()
        return [(row.day, row.claim_id, row.pages, row.frames) for row in rows]

    return read


@pytest.fixture
def told(service):
    """What the desk was told, the oldest first."""

    def read():
        with service.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == PagesViewed.topic).order_by(Outbox.id)).all()
        return [PagesViewed.model_validate_json(row.payload) for row in rows]

    return read


def counter_on(page):
    return re.search(r'<img class="counter" src="(/views/[^"]+)"', page)[1]


def today():
    return datetime.now(UTC).date()


def test_a_page_and_its_frame_are_counted_by_a_picture_that_no_cache_keeps(receive, reader, make_verdict, counted):
    claim_id = new_id()
    check = receive(make_verdict(claim_id))
    of_page = counter_on(reader.get(f"/checks/{check.path}").text)
    of_frame = counter_on(reader.get(f"/embed/{claim_id}").text)
    for place in (of_page, of_page, of_frame):
        answer = reader.get(place, headers=READER)
        assert (answer.status_code, answer.mimetype) == (200, "image/gif")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"  # a sandboxed frame is of no site
        assert "Set-Cookie" not in answer.headers
    assert counted() == [(today(), claim_id, 2, 1)]
    assert set(PageViews.model_fields) == {"claim_id", "day", "pages", "frames", "to_tell"}


def test_a_notice_is_counted_and_a_former_revision_is_not(receive, reader, make_notice, make_verdict):
    check = receive(make_notice())
    assert str(check.claim_id) in counter_on(reader.get(f"/checks/{check.path}").text)
    claim_id = new_id()
    check = receive(make_verdict(claim_id), make_verdict(claim_id, 2))
    assert "/views/" not in reader.get(f"/checks/{check.path}/revisions/1").text


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": ""},
        READER | {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_programs_and_pages_that_nobody_sees_yet_are_not_counted(receive, reader, make_verdict, counted, headers):
    place = f"/views/{receive(make_verdict()).claim_id}.gif"
    assert reader.get(place, headers=headers).status_code == 200
    assert reader.head(place, headers=READER).status_code == 200
    assert counted() == []


def test_a_telephone_is_no_program_whatever_its_maker_is_called(receive, reader, make_verdict, counted):
    claim_id = receive(make_verdict()).claim_id
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 12; CUBOT KINGKONG 8) AppleWebKit/537.36 Chrome/140.0 Mobile"}
    reader.get(f"/views/{claim_id}.gif", headers=phone)
    assert counted() == [(today(), claim_id, 1, 0)]


def test_one_network_counts_so_often_in_an_hour_and_the_rest_is_answered_alike(
    receive, reader, make_verdict, counted, still
):
    claim_id = receive(make_verdict()).claim_id
    for _ in range(reach.OF_ONE_CHECK + 5):
        assert reader.get(f"/views/{claim_id}.gif", headers=READER).status_code == 200
    reader.get(f"/views/{claim_id}.gif", headers=READER, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert counted() == [(today(), claim_id, reach.OF_ONE_CHECK + 1, 0)]


def test_claims_without_a_check_and_tests_count_nowhere(receive, reader, make_verdict, counted):
    test = receive(make_verdict(claim={"test": True}))
    for claim_id in (new_id(), test.claim_id):
        assert reader.get(f"/views/{claim_id}.gif", headers=READER).status_code == 200
    assert counted() == []


def test_who_asks_for_many_checks_that_there_are_not_hides_none_that_is_read(
    receive, service, make_verdict, counted, monkeypatch
):
    claim_id = receive(make_verdict()).claim_id
    monkeypatch.setattr(reach, "MOST_GATHERED", 3)
    for one in (claim_id, new_id(), new_id(), new_id(), claim_id):
        reach.counter.note(one, framed=False)
    assert counted() == [(today(), claim_id, 2, 0)]
    many = Counter({(today(), new_id(), False): 1 for _ in range(70_000)} | {(today(), claim_id, True): 1})
    with service.transaction() as session:
        if service.database.is_sqlite:  # which Debian lets have more, and Python's own builds do not
            held = session.connection().connection.driver_connection
            held.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)
        reach.add(session, many)
    assert counted() == [(today(), claim_id, 2, 1)]


def test_what_can_not_be_written_down_is_kept(receive, reader, make_verdict, counted, monkeypatch):
    claim_id = receive(make_verdict()).claim_id

    def is_away(*_):
        raise OperationalError("BEGIN", {}, Exception("the database is away"))

    reader.get(f"/views/{claim_id}.gif", headers=READER)
    with monkeypatch.context() as away:
        away.setattr(reach, "add", is_away)
        assert counted() == []
    reader.get(f"/views/{claim_id}.gif", headers=READER)
    assert counted() == [(today(), claim_id, 2, 0)]


def test_the_desk_is_told_of_each_day_and_only_of_what_is_new(receive, service, make_verdict, told, monkeypatch):
    monkeypatch.setattr(reach, "MOST_TOLD", 2)
    first, second = sorted(receive(make_verdict()).claim_id for _ in range(2))
    yesterday = today() - timedelta(days=1)
    with service.transaction() as session:
        reach.add(
            session, Counter({(yesterday, first, False): 5, (today(), first, False): 1, (today(), second, True): 3})
        )
    jobs.tell_views()
    jobs.tell_views()
    views_of = [(one.day, [(v.claim_id, v.pages, v.frames) for v in one.views]) for one in told()]
    assert views_of == [(yesterday, [(first, 5, 0)]), (today(), [(first, 1, 0)]), (today(), [(second, 0, 3)])]
    with service.transaction() as session:
        reach.add(session, Counter({(yesterday, first, False): 2}))
    jobs.tell_views()
    (late,) = told()[3:]
    assert (late.day, late.views[0].pages) == (yesterday, 7)


def test_where_a_newsroom_does_not_want_it_nothing_is_counted(start_service, receive, make_verdict, counted):
    service = start_service("publish", public_base_url="https://facts.example", counts_views=False)
    reader = create_app(service.settings).test_client()
    check = receive(make_verdict())
    assert "/views/" not in reader.get(f"/checks/{check.path}").text
    assert reader.get(f"/views/{check.claim_id}.gif", headers=READER).status_code == 200
    assert counted() == []
