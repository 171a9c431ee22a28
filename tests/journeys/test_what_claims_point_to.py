"""A claim points to a page: real processes fetch it, keep it, and tell of it at both ends. A feed is pulled."""

from hashlib import sha256

import pytest
from desk import Desk
from journey import with_text
from site_of_ours import ARTICLE, Site

pytestmark = [
    pytest.mark.xdist_group("desk"),
    pytest.mark.timeout(1800),
]  # of several waits, each of two minutes at most


@pytest.fixture(scope="module")
def site():
    found = Site()
    yield found
    found.close()


@pytest.fixture(scope="module")
def desk(site, copies, made_desk, tmp_path_factory):
    """A desk that may fetch from the site, and archives."""
    running = Desk(copies.python)
    running.start(
        tmp_path_factory.mktemp("desk"), made_desk,
        SAMPLE="no", INTAKE_PRIVATE_HOSTS=site.host, INTAKE_ARCHIVE_MOST_BYTES="1000000000",
    )  # fmt: skip
    yield running
    running.stop()


def test_a_page_is_archived_and_told_of_at_both_ends(desk, site, newsroom, checker, until):
    site.pages["/news"] = ARTICLE
    claim = with_text("The bridge was closed, as a page says") | {
        "story": {"url": f"{site.url}/news"},
        "appearances": [{"url": "http://169.254.169.254/latest/"}],
    }
    claim_id = newsroom.post(claim).json()["id"]

    def visited():
        sources = newsroom.get(claim_id)["sources"]
        return sources if all(one["visits"] for one in sources) else None

    story, inside = until(visited)
    assert inside["state"] == "failed"
    assert "public internet" in inside["reason"]
    assert story["archived"]["title"] == "Bridge shut again"
    digest = story["archived"]["sha256"]
    file = newsroom.http.get(f"{newsroom.url}{story['archived']['archive_url']}", timeout=240)
    assert sha256(file.content).hexdigest() == digest
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert list((desk.folder / "archive").rglob(f"{digest}.warc.gz"))
    case = until(lambda: (found := checker.case(claim_id)) and len(found["sources"]) == 2 and found)
    assert {one["archived"]["sha256"] for one in case["sources"] if one["archived"]} == {digest}
    until(lambda: desk.reconcile().returncode == 0)


def test_a_feed_is_pulled(site, newsroom, until):
    site.pages["/feed"] = (
        "<rss version='2.0'><channel><title>Courier</title>"
        "<item><guid>1</guid><title>Bridge shut again</title></item></channel></rss>"
    )
    added = newsroom.http.post(f"{newsroom.url}/v1/feeds", json={"url": f"{site.url}/feed"}, timeout=240)
    assert added.status_code == 201
    address = f"{newsroom.url}/v1/feeds/{added.json()['id']}"
    until(lambda: newsroom.http.get(address, timeout=240).json()["title"] == "Courier")
    [entry] = newsroom.http.get(f"{address}/entries", timeout=240).json()["data"]
    assert entry["title"] == "Bridge shut again"
