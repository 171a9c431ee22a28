"""What claims point to is visited, kept, read and told of; what can't be had is noted and tried again."""

import gzip
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from site_of_ours import ARTICLE, drip
from sqlmodel import select
from warcio.archiveiterator import ArchiveIterator

from services.intake import auth, ledger
from services.intake.app import create_app
from services.intake.models import Copy, Outbox, Source
from services.intake.service import service as intake
from shared.clock import now
from shared.contracts import SourceVisited
from shared.ledger import Entry

TEXT = "The harbour bridge was closed on four days in March."


@pytest.fixture
def start(archiving, request):
    """`start(setting=…)`: a newsroom whose intake archives."""

    def make(**settings):
        service = archiving(**settings)
        app = create_app(service.settings)
        with intake.transaction() as session:
            key = auth.make_key(session, "Wire Desk", "its system", list(auth.SCOPES))
            request.node.other_key = auth.make_key(session, "Evening Courier", "its system", list(auth.SCOPES))
        return Client(app, key)

    return make


class Client:
    def __init__(self, app, key):
        self.client, self.key = app.test_client(), key

    def get(self, path, key=None):
        return self.client.get(path, headers={"Authorization": f"Bearer {key or self.key}"})

    def submit(self, *urls, text=TEXT, story=None):
        body = {"text": text, "appearances": [{"url": url} for url in urls]} | (
            {"story": {"url": story}} if story else {}
        )
        answer = self.client.post("/v1/claims", json=body, headers={"Authorization": f"Bearer {self.key}"})
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def sources(self, claim_id):
        return self.get(f"/v1/claims/{claim_id}").json["sources"]


@pytest.fixture
def told():
    """What review was told of sources, in the order it was written."""

    def look():
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == "source.visited.v1").order_by(Outbox.id))
            return [SourceVisited.model_validate_json(row.payload) for row in rows]

    return look


def later(hours):
    """As if time had passed since the last visits."""
    with intake.transaction() as session:
        for source in session.exec(select(Source)):
            source.visited_at -= timedelta(hours=hours)


def test_a_page_is_kept_as_it_was_and_read(start, site, run_errands, told, tmp_path):
    site.pages["/news?a=1"] = ARTICLE
    newsroom = start()
    claim_id = newsroom.submit(story=f"{site.url}/news?a=1#top")
    [waiting] = newsroom.sources(claim_id)
    assert (waiting["state"], waiting["visits"], waiting["archived"]) == ("waiting", 0, None)
    run_errands()
    [source] = newsroom.sources(claim_id)
    copy = source["archived"]
    assert (source["state"], source["reason"], source["visits"], source["next_visit_at"]) == ("archived", None, 1, None)
    assert (copy["title"], copy["publisher"], copy["author"]) == ("Bridge shut again", "Ellery Courier", "Jo Writer")
    assert (copy["published_on"], copy["content_type"]) == ("2026-03-30", "text/html")
    [file] = (tmp_path / "archive").rglob("*.warc.gz")
    assert file.name == f"{copy['sha256']}.warc.gz"
    assert sha256(file.read_bytes()).hexdigest() == copy["sha256"]
    assert file.stat().st_size == copy["bytes"]
    with open(file, "rb") as opened:
        records = {
            one.rec_type: (one.rec_headers, one.http_headers, one.content_stream().read())
            for one in ArchiveIterator(opened, check_digests="raise")
        }
    assert set(records) == {"warcinfo", "request", "response"}
    headers, http, body = records["response"]
    assert headers.get_header("WARC-Target-URI") == f"{site.url}/news?a=1"
    assert (http.get_statuscode(), body.decode()) == ("200", ARTICLE)
    [message] = told()
    assert (str(message.claim_id), message.revision, message.state) == (claim_id, 1, "archived")
    assert message.archived.sha256 == copy["sha256"]


def test_a_copy_is_handed_out_as_a_file_and_as_text_to_whose_claim_points_to_it(start, site, run_errands, request):
    site.pages["/news"] = ARTICLE
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/news")
    run_errands()
    path = newsroom.sources(claim_id)[0]["archived"]["archive_url"]
    with newsroom.get(path) as answer:
        assert answer.content_type == "application/warc"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert f"/v1/archive/{sha256(answer.data).hexdigest()}" == path
    text = newsroom.get(f"{path}/text")
    assert text.content_type == "text/plain; charset=utf-8"
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    assert "closed only once during the month" in text.text
    assert "alert" not in text.text
    for address in (path, f"{path}/text"):
        assert newsroom.get(address, request.node.other_key).status_code == 404
        assert newsroom.client.get(address).status_code == 401
    for other in ("0" * 64, "x", "..%2f..%2fetc%2fpasswd", "%00"):
        assert newsroom.get(f"/v1/archive/{other}").status_code == 404


def test_a_page_that_many_claims_point_to_is_visited_once(start, site, run_errands, told):
    site.pages["/news"] = ARTICLE
    newsroom = start()
    first = [newsroom.submit(f"{site.url}/news", text=f"{TEXT} {n}") for n in range(3)]
    run_errands()
    assert site.asked == ["/news"]
    fourth = newsroom.submit(f"{site.url}/news#part", text="Another.")
    assert newsroom.sources(fourth)[0]["state"] == "archived"
    assert {str(one.claim_id) for one in told()} == {*first, fourth}
    run_errands()
    assert site.asked == ["/news"]


def test_after_some_hours_a_page_is_visited_again_and_kept_again_only_if_it_has_changed(
    start, site, run_errands, tmp_path
):
    site.pages["/news"] = ARTICLE
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/news")
    run_errands()
    [before] = newsroom.sources(claim_id)
    for number, page in enumerate((ARTICLE, ARTICLE.replace("four days", "five days")), 2):
        later(hours=25)
        site.pages["/news"] = page
        newsroom.submit(f"{site.url}/news", text=f"Once more: {number}")
        run_errands()
        [now_] = newsroom.sources(claim_id)
        assert now_["visits"] == number
        assert now_["archived"]["seen_at"] > before["archived"]["seen_at"]
        assert (now_["archived"]["sha256"] == before["archived"]["sha256"]) == (page == ARTICLE)
    assert len(list((tmp_path / "archive").rglob("*.warc.gz"))) == 2


def test_a_page_that_can_not_be_had_is_tried_again_later_and_at_last_given_up(start, site, run_errands, told):
    site.pages["/news"] = (503, {}, b"later")
    newsroom = start(archive_waits=(60, 600))
    claim_id = newsroom.submit(f"{site.url}/news")
    run_errands()
    [source] = newsroom.sources(claim_id)
    assert (source["state"], source["reason"], source["visits"]) == ("failed", "The server answered 503.", 1)
    assert source["next_visit_at"] > source["visited_at"]
    assert run_errands() == 0, "its time has not come"
    run_errands(early=True)
    run_errands(early=True)
    [source] = newsroom.sources(claim_id)
    assert (source["visits"], source["next_visit_at"]) == (3, None)
    assert run_errands(early=True) == 0
    assert [one.revision for one in told()] == [1, 2, 3]
    later(hours=25)
    site.pages["/news"] = ARTICLE
    newsroom.submit(f"{site.url}/news", text="Somebody else points to it.")
    run_errands()
    assert newsroom.sources(claim_id)[0]["state"] == "archived"


@pytest.mark.parametrize(("given", "seconds"), [("7200", 7200), ("99999999", 86400), ("soon", 60), ("", 60)])
def test_a_server_that_asks_us_to_wait_is_not_asked_before(start, site, run_errands, given, seconds):
    site.pages["/news"] = (429, {"Retry-After": given}, b"")
    newsroom = start()
    newsroom.submit(f"{site.url}/news")
    run_errands()
    with intake.reading() as session:
        source = session.exec(select(Source)).one()
    assert abs((source.due_at - source.visited_at).total_seconds() - seconds) < 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://2130706433/",
        "http://10.0.0.1/",
    ],
)
def test_an_address_in_our_own_network_is_noted_and_never_visited(start, run_errands, url):
    newsroom = start()
    claim_id = newsroom.submit(url)
    run_errands()
    [source] = newsroom.sources(claim_id)
    assert source["state"] == "failed"
    assert "not on the public internet" in source["reason"]
    assert source["next_visit_at"] is None


def test_what_misbehaves_is_noted_and_harms_no_other(start, site, run_errands, monkeypatch):
    monkeypatch.setattr("services.intake.archive.looking.TIMEOUT", 3.0)
    site.pages |= {
        "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 20_000_000)),
        "/huge": b"x" * 3_000_000,
        "/loop": (302, {"Location": "/loop"}, b""),
        "/inside": (302, {"Location": "http://169.254.169.254/"}, b""),
        "/drip": drip,
        "/good": ARTICLE,
    }
    paths = list(site.pages)
    newsroom = start(archive_page_bytes=1_000_000)
    claim_id = newsroom.submit(*(site.url + path for path in paths))
    run_errands()
    run_errands(early=True)  # those for which there was no room at the host
    run_errands(early=True)
    found = {one["url"].removeprefix(site.url): one for one in newsroom.sources(claim_id)}
    assert list(found) == paths
    assert {path: one["state"] for path, one in found.items()} == dict.fromkeys(paths, "failed") | {"/good": "archived"}
    for path, words in (
        ("/bomb", "larger than 1,000,000"), ("/huge", "larger than 1,000,000"), ("/loop", "redirects more than"),
        ("/inside", "public internet"), ("/drip", "too long"),
    ):  # fmt: skip
        assert words in found[path]["reason"]


@pytest.mark.parametrize(
    ("kind", "body", "title"),
    [
        ("application/pdf", b"%PDF-1.7 \x00\xff", None),
        ("text/html; charset=nonsense", "<title>Caf\u00e9 \x00\x07 &amp; Bar</title>".encode(), "Café & Bar"),
        ("text/html", b"\xff\xfe\x00<", None),
        ("text/html; charset=iso-8859-1", "<title>Caf\u00e9</title><p>Short.".encode("latin-1"), "Café"),
        ("text/html", b"<div>" * 200_000, None),
        ("text/html", ("<title>" + "x" * 5_000_000).encode(), None),
        ("", b"", None),
    ],
    ids=["pdf", "charset", "bytes", "latin", "deep", "long", "empty"],
)
def test_whatever_a_page_is_it_is_kept(start, site, run_errands, kind, body, title):
    site.pages["/it"] = (200, {"Content-Type": kind}, body)
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/it")
    run_errands()
    [source] = newsroom.sources(claim_id)
    assert source["state"] == "archived"
    assert source["archived"]["title"] == title


@pytest.mark.parametrize(
    "where", ["http://a\x00b.example/", "http://[::1", "//", "http://\xff\xfe/", "http://a..b/", " "]
)
def test_wherever_a_page_redirects_to_it_is_only_a_failure(start, site, run_errands, where):
    site.pages["/it"] = (302, {"Location": where}, b"")
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/it")
    run_errands()
    [source] = newsroom.sources(claim_id)
    assert (source["state"], source["visits"]) == ("failed", 1)
    assert source["reason"].isprintable()


def test_whatever_a_server_says_of_its_page_is_kept_as_text(start, site, run_errands, tmp_path):
    odd = {"Content-Type": "text/\x00html\x01; charset=\xe9", "X-Odd": "caf\xe9 \x00", "ETag": "x" * 5_000}
    site.pages["/it"] = (299, odd, b"<title>It</title>")
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/it")
    run_errands()
    [source] = newsroom.sources(claim_id)
    assert source["archived"]["content_type"] == "text/html"
    [file] = (tmp_path / "archive").rglob("*.warc.gz")
    with open(file, "rb") as opened:
        statuses = [one.http_headers.get_statuscode() for one in ArchiveIterator(opened) if one.rec_type == "response"]
    assert statuses == ["299"]


def test_when_the_archive_is_full_nothing_more_is_kept(start, site, run_errands, tmp_path):
    site.pages |= {"/1": ARTICLE, "/2": ARTICLE}
    newsroom = start(archive_most_bytes=1)
    newsroom.submit(f"{site.url}/1")
    run_errands()
    claim_id = newsroom.submit(f"{site.url}/2", text="The second.")
    run_errands()
    [source] = newsroom.sources(claim_id)
    assert source["reason"] == "The archive is full."
    assert source["next_visit_at"]
    assert len(list((tmp_path / "archive").rglob("*.warc.gz"))) == 1


def test_a_desk_may_do_without_an_archive(start, site, run_errands):
    newsroom = start(archive_most_bytes=0)
    claim_id = newsroom.submit(f"{site.url}/1")
    assert newsroom.sources(claim_id) == []
    assert run_errands() == 0


def test_a_visit_that_is_made_twice_counts_once(start, site, run_errands, told):
    site.pages["/news"] = ARTICLE
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/news")
    run_errands()
    with intake.transaction() as session:
        for row in session.exec(select(Outbox).where(Outbox.topic == "visit")):
            row.due_at, row.acknowledged_at = now(), None  # as if the process had died before it could say so
    assert run_errands() == 1
    assert newsroom.sources(claim_id)[0]["visits"] == 1
    assert len(told()) == 1
    assert len(site.asked) == 1


def test_the_ledger_names_what_review_should_know_of_sources(start, site, run_errands, told):
    site.pages["/news"] = ARTICLE
    newsroom = start()
    claim_id = newsroom.submit(f"{site.url}/news")
    run_errands()
    with intake.transaction() as session:
        source = session.exec(select(Source)).one()
        entry = Entry("source.visited.v1", "review", f"{claim_id}/{source.id}", 1)
        assert entry in list(ledger.told(session))
        ledger.tell_again(session, entry)
    first, again = told()
    assert first == again


def test_a_batch_points_to_as_much_as_it_likes(start, site, run_errands):
    newsroom = start(archive_page_bytes=1_000)
    lines = [{"text": f"{TEXT} {n}", "story": {"url": f"{site.url}/{n % 40}"}} for n in range(450)]
    answer = newsroom.client.post(
        "/v1/claims/batch", data="\n".join(map(json.dumps, lines)),
        headers={"Authorization": f"Bearer {newsroom.key}", "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert {json.loads(line)["status"] for line in answer.text.splitlines()} == {201}
    with intake.reading() as session:
        assert len(session.exec(select(Source)).all()) == 40
        assert len(session.exec(select(Outbox).where(Outbox.topic == "visit")).all()) == 40
        assert session.exec(select(Copy)).all() == []
