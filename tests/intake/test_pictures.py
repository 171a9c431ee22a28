"""Beside the copy of a page there is a picture of it, if the operator has a browser; or words that say why there is none."""

from datetime import timedelta

import pytest
from browsers import ARGUMENTS, CHROMIUM, PATIENCE, needs_browser
from click.testing import CliRunner
from databases import ON_ONE
from site_of_ours import ARTICLE
from sqlmodel import select

from services.intake import archive, auth, browsing, errands, jobs, ledger, operations
from services.intake.app import create_app
from services.intake.archive import picturing
from services.intake.cli import cli
from services.intake.models import Copy, Outbox, Source
from services.intake.service import service as intake
from services.intake.settings import Settings
from shared.clock import now
from shared.contracts import NamedSource, SourcesNamed, SourceVisited
from shared.ledger import Entry

NOWHERE = "/nowhere/chromium"


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr(browsing, "SECONDS", PATIENCE)


@pytest.fixture
def start(archiving):
    """`start(setting=…)`: an intake whose operator has a browser; what newsrooms see of it."""

    def make(**settings):
        usual = {"browser": str(CHROMIUM), "browser_arguments": ARGUMENTS}
        app = create_app(archiving(**usual | settings).settings)
        with intake.transaction() as session:
            keys = [auth.make_key(session, name, "its system", list(auth.SCOPES)) for name in ("Wire Desk", "Courier")]
        return Newsrooms(app.test_client(), *keys)

    return make


class Newsrooms:
    def __init__(self, client, key, other_key):
        self.client, self.key, self.other_key = client, key, other_key

    def get(self, path, key=None):
        return self.client.get(path, headers={"Authorization": f"Bearer {key or self.key}"})

    def submit(self, *urls, text="The bridge was closed."):
        body = {"text": text, "appearances": [{"url": url} for url in urls]}
        answer = self.client.post("/v1/claims", json=body, headers={"Authorization": f"Bearer {self.key}"})
        return answer.json["id"]

    def copy(self, claim_id):
        [source] = self.get(f"/v1/claims/{claim_id}").json["sources"]
        assert source["state"] == "archived", source
        return source["archived"]


@pytest.fixture
def told():
    """What review was told of sources last."""

    def look():
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == "source.visited.v1").order_by(Outbox.id)).all()
            return SourceVisited.model_validate_json(rows[-1].payload)

    return look


@pytest.fixture
def pictured():
    """The addresses of which review was told why there is no picture, in the order in which it was tried."""

    def look():
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == "source.visited.v1").order_by(Outbox.id)).all()
        messages = [SourceVisited.model_validate_json(row.payload) for row in rows]
        return list(dict.fromkeys(one.url for one in messages if one.archived and one.archived.no_picture))

    return look


@pytest.fixture
def verify(monkeypatch):
    def command():
        monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already
        return CliRunner().invoke(cli, ["archive", "verify"])

    return command


def pictures_ordered():
    """How many were, those that failed too."""
    with intake.reading() as session:
        return len(session.exec(select(Outbox).where(Outbox.topic == "picture")).all())


@needs_browser
def test_a_picture_is_kept_beside_the_copy_and_told_of(start, site, run_errands, told, verify, tmp_path):
    site.pages["/news"] = ARTICLE
    newsrooms = start()
    claim_id = newsrooms.submit(f"{site.url}/news")
    run_errands()
    copy = newsrooms.copy(claim_id)
    picture = copy["picture"]
    assert copy["no_picture"] is None
    assert picture["taken_at"] > copy["archived_at"]
    [file] = (tmp_path / "archive").rglob("*.webp")
    assert (file.name, file.stat().st_size) == (f"{picture['sha256']}.webp", picture["bytes"])
    with newsrooms.get(picture["url"]) as answer:
        assert answer.data == file.read_bytes()
        assert answer.content_type == "image/webp"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Cache-Control"].startswith("private")
    assert newsrooms.get(picture["url"], newsrooms.other_key).status_code == 404
    assert newsrooms.client.get(picture["url"]).status_code == 401
    message = told()
    assert (message.revision, message.archived.picture.sha256) == (2, picture["sha256"])
    with intake.reading() as session:
        known = Entry("source.visited.v1", "review", f"{claim_id}/{message.source_id}", 2)
        assert known in list(ledger.told(session))
    good = verify()
    assert (good.exit_code, "1 of 1 pictures are what they were" in good.output) == (0, True)
    file.write_bytes(file.read_bytes() + b"x")
    bad = verify()
    assert (bad.exit_code, f"{picture['sha256']}  has changed" in bad.output) == (1, True)
    file.unlink()
    assert "can't be read" in verify().output
    assert newsrooms.get(picture["url"]).status_code == 404


def test_without_a_browser_nothing_is_pictured(start, site, run_errands):
    site.pages["/news"] = ARTICLE
    newsrooms = start(browser="")
    claim_id = newsrooms.submit(f"{site.url}/news")
    run_errands()
    assert pictures_ordered() == 0
    copy = newsrooms.copy(claim_id)
    assert (copy["picture"], copy["no_picture"]) == (None, None)
    assert newsrooms.get(f"{copy['archive_url']}/picture").status_code == 404


def test_a_picture_that_fails_is_told_in_words_and_tried_again_with_the_next_visit(start, site, run_errands, told):
    site.pages["/news"] = ARTICLE
    newsrooms = start(browser=NOWHERE)
    claim_id = newsrooms.submit(f"{site.url}/news")
    run_errands()
    copy = newsrooms.copy(claim_id)
    assert (copy["picture"], copy["no_picture"]) == (None, "There is no browser.")
    assert told().archived.no_picture == "There is no browser."
    with intake.transaction() as session:
        session.exec(select(Source)).one().visited_at = now() - timedelta(hours=25)
    newsrooms.submit(f"{site.url}/news", text="It was shut.")
    run_errands()
    assert pictures_ordered() == 2


@ON_ONE
def test_only_pages_are_pictured(start, site, run_errands):
    site.pages["/report"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")
    newsrooms = start(browser=NOWHERE)
    claim_id = newsrooms.submit(f"{site.url}/report")
    run_errands()
    assert pictures_ordered() == 0
    assert newsrooms.copy(claim_id)["no_picture"] is None


def test_pages_that_wait_for_the_browser_are_pictured_in_the_order_in_which_they_came(
    start, site, run_errands, pictured
):
    newsrooms = start(browser=NOWHERE)
    urls = [f"{site.url}/{n}" for n in range(5)]
    with errands._browser:  # it is busy
        for url in urls:
            site.pages[url.removeprefix(site.url)] = ARTICLE
            newsrooms.submit(url, text=f"As {url} says.")
            run_errands()
        assert pictured() == []
    site.pages["/last"] = ARTICLE
    newsrooms.submit(f"{site.url}/last")
    run_errands()
    assert pictured() == [*urls, f"{site.url}/last"]


def test_a_page_at_which_a_process_died_keeps_none_waiting_and_is_tried_again(start, site, run_errands, pictured):
    newsrooms = start(browser=NOWHERE)
    with errands._browser:
        for name in ("/deadly", "/news"):
            site.pages[name] = ARTICLE
            newsrooms.submit(f"{site.url}{name}", text=f"As {name} says.")
            run_errands()
    with intake.transaction() as session:
        assert picturing.begin_picture(session).url == f"{site.url}/deadly"  # and no more is heard of it
    jobs.order_pictures()
    run_errands()
    assert pictured() == [f"{site.url}/news"]
    jobs.order_pictures()
    run_errands()
    assert pictured() == [f"{site.url}/news"]  # it may be at it still
    with intake.transaction() as session:
        waiting = session.exec(select(Copy).where(Copy.picture_due_at.is_not(None))).one()
        waiting.picture_due_at -= picturing.TRIED_AGAIN
    jobs.order_pictures()
    run_errands()
    assert pictured() == [f"{site.url}/news", f"{site.url}/deadly"]


def test_a_page_that_has_changed_while_it_waited_is_pictured_as_it_is_now_alone(start, site, run_errands, pictured):
    newsrooms = start(browser=NOWHERE)
    with errands._browser:
        for body in (ARTICLE, ARTICLE.replace("four days", "nine days")):
            site.pages["/news"] = body
            with intake.transaction() as session:
                for source in session.exec(select(Source)):
                    source.visited_at = now() - timedelta(hours=25)
            newsrooms.submit(f"{site.url}/news", text=body[-300:])
            run_errands()
    jobs.order_pictures()
    run_errands()
    assert pictured() == [f"{site.url}/news"]
    with intake.reading() as session:
        copies = session.exec(select(Copy).order_by(Copy.id)).all()
    assert [(one.no_picture, one.picture_due_at) for one in copies] == [(None, None), ("There is no browser.", None)]


@needs_browser
def test_pictures_count_in_the_archives_room(start, site, run_errands):
    site.pages["/1"] = ARTICLE
    newsrooms = start(browser=NOWHERE)
    size = newsrooms.copy(_visited(newsrooms, run_errands, f"{site.url}/1"))["bytes"]
    site.pages["/2"] = ARTICLE.replace("four days", "nine days")
    intake.settings.archive_most_bytes = size + 1
    assert newsrooms.copy(_visited(newsrooms, run_errands, f"{site.url}/2"))["no_picture"] == "The archive is full."


def _visited(newsrooms, run_errands, url):
    claim_id = newsrooms.submit(url, text=f"As {url} says.")
    run_errands()
    return claim_id


@needs_browser
def test_what_a_verdict_rests_on_is_pictured_for_the_desk_and_no_newsroom_sees_it(start, site, run_errands, told):
    site.pages["/log"] = ARTICLE
    newsrooms = start()
    claim_id = newsrooms.submit()
    with intake.transaction() as session:
        sources = (NamedSource(url=f"{site.url}/log"),)
        archive.note_named(session, SourcesNamed(claim_id=claim_id, revision=1, sources=sources, watched=True))
    run_errands()
    copy = told().archived
    assert copy.picture
    assert newsrooms.get(f"/v1/claims/{claim_id}").json["sources"] == []
    for digest in (copy.sha256, copy.picture.sha256):
        assert newsrooms.get(f"/v1/archive/{digest}/picture").status_code == 404
        assert newsrooms.get(f"/v1/archive/{digest}").status_code == 404


def test_arguments_of_the_browser_are_taken_as_a_shell_takes_them(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a secret for tests alone")
    monkeypatch.setenv("INTAKE_BROWSER_ARGUMENTS", "--no-sandbox '--lang=de DE'")
    assert Settings().browser_arguments == ("--no-sandbox", "--lang=de DE")


def test_whoever_looks_after_it_sees_whether_pages_are_pictured(start, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\n")

    def seen(path):
        start(browser=str(path))
        with intake.reading() as session:
            figure = operations.figures(session)[-1]
        return figure.count, figure.words, figure.wrong

    cannot = (0, "browsers that picture pages: what INTAKE_BROWSER names can’t be started", True)
    assert seen("") == (0, "browsers that picture pages: INTAKE_BROWSER names none", False)
    assert seen(NOWHERE) == seen(tmp_path) == seen(browser) == cannot
    browser.chmod(0o700)
    assert seen(browser) == (1, "browser that pictures pages", False)
