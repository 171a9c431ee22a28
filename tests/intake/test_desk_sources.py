"""What a verdict rests on is archived and looked at again; what changes, moves or goes is told, and no newsroom sees any of it."""

from datetime import timedelta

import pytest
from site_of_ours import ARTICLE
from sqlmodel import select

from services.intake import archive, auth, ledger
from services.intake.app import create_app
from services.intake.archive.comparing import different, missing
from services.intake.models import Claim, Outbox, Source
from services.intake.service import service as intake
from shared.clock import now
from shared.contracts import NamedSource, SourcesNamed, SourceVisited
from shared.ledger import Entry

QUOTE = "closed on four days in March, the mayor said"


@pytest.fixture
def start(archiving):
    def make(**settings):
        service = archiving(**settings)
        app = create_app(service.settings)
        with intake.transaction() as session:
            key = auth.make_key(session, "Wire Desk", "its system", list(auth.SCOPES))
        return app.test_client(), {"Authorization": f"Bearer {key}"}

    return make


@pytest.fixture
def claim(start):
    """A claim, and its newsroom's door."""
    client, headers = start()
    made = client.post("/v1/claims", json={"text": "The bridge was closed on four days."}, headers=headers)
    return made.json["id"], lambda path: client.get(path, headers=headers)


@pytest.fixture
def name():
    def tell(claim_id, revision, *sources, watched=True):
        named = tuple(one if isinstance(one, NamedSource) else NamedSource(url=one) for one in sources)
        with intake.transaction() as session:
            archive.note_named(
                session, SourcesNamed(claim_id=claim_id, revision=revision, sources=named, watched=watched)
            )

    return tell


@pytest.fixture
def told():
    def look():
        with intake.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.topic == "source.visited.v1").order_by(Outbox.id))
            return [SourceVisited.model_validate_json(row.payload) for row in rows]

    return look


@pytest.fixture
def watch(run_errands):
    """As if it were time to look again."""

    def look(early=False):
        with intake.transaction() as session:
            for one in session.exec(select(Source).where(Source.watch_at.is_not(None))):
                one.watch_at = now() - timedelta(seconds=1)
        with intake.transaction() as session:
            ordered = archive.order_watches(session)
        run_errands()
        return ordered

    return look


def source():
    with intake.reading() as session:
        return session.exec(select(Source)).one()


def test_what_a_verdict_rests_on_is_archived_and_told_and_no_newsroom_sees_it(claim, name, site, run_errands, told):
    claim_id, get = claim
    site.pages["/log"] = ARTICLE
    name(claim_id, 1, NamedSource(url=f"{site.url}/log#p2", quotes=(QUOTE, "It was never said so.")))
    run_errands()
    (one,) = told()
    assert (str(one.claim_id), one.url, one.state, one.status, one.landed_url) == (
        claim_id, f"{site.url}/log", "archived", 200, None,
    )  # fmt: skip
    assert one.quotes_missing == ("It was never said so.",)
    assert (one.changes, one.change) == (0, None)
    assert get(f"/v1/claims/{claim_id}").json["sources"] == []
    assert get(f"/v1/archive/{one.archived.sha256}").status_code == 404
    with intake.reading() as session:
        entry = Entry("source.visited.v1", "review", f"{claim_id}/{one.source_id}", 1)
        assert entry in list(ledger.told(session))
        assert Entry("sources.named.v1", "intake", claim_id, 1) in list(ledger.known(session))
    with intake.transaction() as session:
        ledger.tell_again(session, entry)
    assert told() == [one, one]


def test_it_is_looked_at_again_less_often_the_longer_nothing_changes(claim, name, site, run_errands, watch, told):
    site.pages["/log"] = ARTICLE
    name(claim[0], 1, f"{site.url}/log")
    run_errands()
    waits = [source().watch_at - now()]
    for _ in range(5):
        assert watch() == 1
        waits.append(source().watch_at - now())
    hours = [round(one.total_seconds() / 3600) for one in waits]
    assert all(20 <= one <= 400 for one in hours)
    assert hours[-1] > 4 * hours[0]
    assert [(one.revision, one.changes) for one in told()] == [(number, 0) for number in range(1, 7)]
    assert watch() == 1
    name(claim[0], 2, f"{site.url}/log", watched=False)
    assert watch() == 1, "it had been ordered to be looked at"
    assert watch() == 0, "nobody wants it looked at any more"


def test_other_words_are_told_and_noise_is_not(claim, name, site, run_errands, watch, told):
    site.pages["/log"] = ARTICLE
    name(claim[0], 1, NamedSource(url=f"{site.url}/log", quotes=(QUOTE,)))
    run_errands()
    site.pages["/log"] = ARTICLE.replace("</head>", "<meta name='nonce' content='123'></head>")
    watch()
    assert (told()[-1].change, source().changes) == (None, 0)
    site.pages["/log"] = ARTICLE.replace("four days in March", "one day in April")
    watch()
    last = told()[-1]
    assert (last.change, last.changes, last.quotes_missing) == ("changed", 1, (QUOTE,))
    assert "of its words" in last.change_detail
    watch()
    assert (told()[-1].changes, told()[-1].revision) == (1, 4), "told once"


def test_a_page_that_moved_or_has_gone_is_told(claim, name, site, run_errands, watch, told):
    site.pages |= {"/log": ARTICLE, "/": ARTICLE.replace("Bridge", "Front page")}
    name(claim[0], 1, f"{site.url}/log")
    run_errands()
    site.pages["/log"] = (302, {"Location": "/"}, b"")
    watch()
    last = told()[-1]
    assert (last.change, last.landed_url) == ("moved", f"{site.url}/")
    site.pages["/log"] = (410, {}, b"gone")
    watch()
    assert told()[-1].change == "moved", "a page that is away for a moment has not gone"
    for _ in range(5):
        run_errands(early=True)
    last = told()[-1]
    assert (last.change, last.changes, last.change_detail) == ("gone", 2, "The server answered 410.")
    assert last.archived, "the copy stays"
    watch()
    assert told()[-1].changes == 2
    site.pages["/log"] = (302, {"Location": "/"}, b"")
    watch()
    assert (told()[-1].change, told()[-1].changes) == (None, 2)


def test_a_page_that_moved_is_told_though_it_says_the_same(claim, name, site, run_errands, watch, told):
    site.pages |= {"/log": ARTICLE, "/archive/log": ARTICLE}
    name(claim[0], 1, f"{site.url}/log")
    run_errands()
    site.pages["/log"] = (301, {"Location": "/archive/log"}, b"")
    watch()
    last = told()[-1]
    assert (last.change, last.landed_url) == ("moved", f"{site.url}/archive/log")
    watch()
    assert told()[-1].changes == 1, "told once"


def test_an_older_message_and_a_claim_that_is_not_there_change_nothing(claim, name, site, run_errands):
    site.pages |= {"/1": ARTICLE, "/2": ARTICLE}
    name(claim[0], 2, f"{site.url}/1")
    name(claim[0], 1, f"{site.url}/2")
    run_errands()
    assert source().url == f"{site.url}/1"
    name(claim[0], 3)
    with intake.reading() as session:
        assert session.exec(select(Claim.sources_revision)).one() == 3
    with pytest.raises(Exception, match="There is no claim"):
        name("0198c2f0-0000-7000-8000-000000000001", 1, f"{site.url}/1")


def test_where_nothing_is_archived_what_the_desk_names_is_known_all_the_same(claim, name, told):
    intake.start(intake.settings.model_copy(update={"archive_most_bytes": 0}))
    name(claim[0], 2, "https://example.org/log")
    with intake.reading() as session:
        assert [one.revision for one in ledger.known(session) if one.topic == SourcesNamed.topic] == [2]
        assert session.exec(select(Source)).all() == []
    assert told() == []


def test_what_is_compared():
    page = "The board says that the bridge was closed on one day in March for the time of an hour. " * 10
    assert different(page, page) == 0
    assert different(page, page + " Read 27 times.") < 0.5
    assert different("Closed on four days.", "Closed on five days.") > 0.05
    assert missing(["The BOARD says, that “the bridge”", "the bridge was open"], page) == ["the bridge was open"]
    assert missing(["x"], None) == []
