"""All pages are made anew beside those that readers have, and shown at once; whatever dies on the way."""

import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from errand_runner import do_errands
from sqlmodel import select

from services.publish import jobs, listing, operations, renewing, workflow
from services.publish.cli import cli
from services.publish.material import Material
from services.publish.models import Check, NewPage, Renewal
from services.publish.rendering import environment

OLD = b"an old template"


@pytest.fixture
def pages(receive, make_verdict, make_notice, service):
    """`pages(25)`: so many checks, and a notice, whose pages are of an old template."""

    def make(count):
        made = [receive(make_verdict(headline=f"Number {n}")) for n in range(count)] + [receive(make_notice())]
        with service.transaction() as session:
            for check in session.exec(select(Check)):
                check.page, check.page_gzip, check.etag = OLD, None, f"old-{check.claim_id}"
        return [check.path for check in made]

    return make


@pytest.fixture
def is_old(reader):
    """Whether readers see the old page at a path; it is a whole one either way."""

    def look(path):
        answer = reader.get(f"/checks/{path}")
        assert answer.status_code == 200
        assert answer.data == OLD or answer.data.endswith(b"</html>")
        return answer.data == OLD

    return look


@pytest.fixture
def begun(service):
    """Begins a renewal and gives its number."""

    def begin():
        with service.transaction() as session:
            return renewing.begin(session).number

    return begin


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(renewing, "AT_ONCE", 10)


def newest(service):
    with service.reading() as session:
        return renewing.newest(session)


def test_readers_see_all_of_the_old_pages_and_then_all_of_the_new_ones(pages, begun, is_old, service):
    paths, number, seen = pages(25), begun(), []
    while renewing.step(number):
        seen.append({is_old(path) for path in paths})
    assert [len(one) for one in seen] == [1] * len(seen), "some were new while others were old"
    assert seen.index({False}) == 3, "26 pages are three steps; the fourth shows them"
    assert {False} in seen[4:], "they are put in their places while readers see them"
    assert not any(is_old(path) for path in paths)
    with service.reading() as session:
        assert not session.exec(select(NewPage)).all()
        assert OLD not in session.exec(select(Check.page)).all()
    assert (newest(service).done, newest(service).failed, newest(service).is_over) == (26, 0, True)


def test_what_is_published_meanwhile_is_never_older_than_it_was(
    pages, begun, is_old, reader, receive, make_verdict, service
):
    paths, number = pages(14), begun()
    with service.reading() as session:
        ids = session.exec(select(Check.claim_id).where(Check.revision > 0).order_by(Check.claim_id)).all()
    renewing.step(number)

    def correct(claim_id, headline):
        return receive(make_verdict(claim_id, 2, kind="update", headline=headline)).path

    expected = {
        correct(ids[0], "After it was made"): "After it was made",
        correct(ids[-1], "Before it was made"): "Before it was made",
        receive(make_verdict(headline="Quite new")).path: "Quite new",
    }

    def look():
        for path, words in expected.items():
            assert words in reader.get(f"/checks/{path}").text

    look()
    while newest(service).shown_at is None:
        renewing.step(number)
    expected[correct(ids[1], "While new ones are shown")] = "While new ones are shown"
    look()
    while renewing.step(number):
        look()
    look()
    assert not any(is_old(path) for path in paths)


def test_a_verdict_that_comes_while_new_pages_are_made_is_not_covered_by_an_older_one(
    pages, begun, reader, receive, make_verdict, service, monkeypatch
):
    [path, _], number = pages(1), begun()
    make = renewing._make

    def make_slowly(*given):
        made = make(*given)
        with service.reading() as session:
            claim_id = session.exec(select(Check.claim_id).where(Check.path == path)).one()
        receive(make_verdict(claim_id, 2, kind="update", headline="Number 0", summary="While it was made."))
        return made

    monkeypatch.setattr(renewing, "_make", make_slowly)
    renewing.step(number)
    monkeypatch.undo()
    while renewing.step(number):
        pass
    assert "While it was made." in reader.get(f"/checks/{path}").text


def test_pages_that_stay_as_they_are_are_not_written_and_what_finds_them_is_written_by_other_code_alone(
    receive, make_verdict, begun, service, monkeypatch
):
    receive(make_verdict(headline="Stays"), make_verdict(headline="Stays, too"))
    filed = []
    again = workflow.file_again
    monkeypatch.setattr(
        workflow, "file_again", lambda session, claim_id: (filed.append(claim_id), again(session, claim_id))
    )

    def renew():
        number = begun()
        renewing.step(number)
        with service.reading() as session:
            beside = session.exec(select(NewPage)).all()
        while renewing.step(number):
            pass
        return len(beside)

    assert renew() == 1, "the first one leads to the second, which was not there"
    assert (renew(), filed) == (0, [])
    monkeypatch.setattr(listing, "_code", lambda: "cuts words otherwise")
    assert (renew(), len(filed)) == (0, 2)
    assert (renew(), len(filed)) == (0, 2), "it is done once"


def test_a_page_that_can_not_be_made_keeps_its_look_and_is_told_of(pages, begun, is_old, service, monkeypatch):
    paths, number = pages(3), begun()
    make = Material.page

    def fail(given):
        if "number-1" in given.check.path:
            raise ValueError("a template that knows no such thing")
        return make(given)

    monkeypatch.setattr(Material, "page", fail)
    while renewing.step(number):
        pass
    assert [is_old(path) for path in paths] == [False, True, False, False]
    assert newest(service).failed == 1
    with service.reading() as session:
        [figure] = operations.figures(session)
    assert (figure.count, figure.wrong) == (1, True)
    monkeypatch.setattr(service, "start_process", lambda: service.settings)
    assert "a template that knows no such thing" in CliRunner().invoke(cli, ["rerender", "--status"]).output


def test_another_look_is_noticed_and_the_pages_are_made_by_errands(pages, is_old, service, monkeypatch):
    jobs.notice_look()
    do_errands(service)
    paths = pages(12)
    jobs.notice_look()
    assert newest(service).number == 1, "the look has not changed"
    monkeypatch.setattr(environment, "_code", lambda: "other templates")
    jobs.notice_look()
    jobs.notice_look()
    assert (newest(service).number, newest(service).done) == (2, 0)
    with service.reading() as session:
        [figure] = operations.figures(session)
    assert (figure.count, figure.words, figure.wrong) == (0, "of 13 pages made anew for readers", False)
    monkeypatch.setattr(renewing, "STRETCH", 0)  # each errand does one step, and orders the next
    assert do_errands(service) > 3
    assert newest(service).is_over
    assert not any(is_old(path) for path in paths)
    with service.reading() as session:
        assert operations.figures(session) == []


def test_a_look_that_changes_again_gives_up_what_nobody_has_seen_and_ends_what_readers_see(
    pages, begun, service, monkeypatch
):
    pages(25)
    first = begun()
    renewing.step(first)
    monkeypatch.setattr(environment, "_code", lambda: "second")
    second = begun()
    assert (second, renewing.step(first)) == (2, False)
    while newest(service).shown_at is None:
        renewing.step(second)
    monkeypatch.setattr(environment, "_code", lambda: "third")
    assert begun() == second, "it is put in place first"
    while renewing.step(second):
        pass
    jobs.notice_look()
    assert newest(service).number == 3


def test_an_errand_that_is_repeated_orders_no_second_one(pages, begun, service, monkeypatch):
    pages(25)
    monkeypatch.setattr(renewing, "STRETCH", 0)
    number = begun()
    for _ in range(3):
        renewing.work(number, 1)
    with service.reading() as session:
        ordered = session.exec(select(service.outbox.payload).where(service.outbox.topic == renewing.Renew.topic)).all()
        assert session.get(Renewal, number).stretch == 2
    assert len(ordered) == 2


def test_killed_in_the_middle_it_goes_on_where_it_was(pages, is_old, service):
    """Whoever asks meanwhile gets whole pages; each is made once."""
    paths = pages(120)
    told = os.environ | {
        "SECRET_KEY": service.settings.secret_key, "PUBLISH_DATABASE_URL": service.settings.database_url,
        "PUBLISH_PUBLIC_BASE_URL": service.settings.public_base_url, "PUBLISH_SITE_NAME": service.settings.site_name,
    }  # fmt: skip
    command, done = [sys.executable, "-m", "services.publish", "rerender"], 0
    for _ in range(2):
        process = subprocess.Popen(command, env=told)
        _until(lambda before=done: (found := newest(service)) and found.done > before, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = newest(service).done
        assert newest(service).shown_at is None
        assert all(is_old(path) for path in paths[::20])
    last = subprocess.run(command, env=told, capture_output=True, text=True, check=True)
    assert last.stdout.splitlines()[-1] == "All 121 pages are rendered anew"
    assert (newest(service).number, newest(service).total) == (1, 121)
    assert not any(is_old(path) for path in paths)


def _until(holds, process):
    deadline = time.monotonic() + 240
    while not holds():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
