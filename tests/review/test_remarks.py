"""What readers say of a verdict: seen on its case and in a list, put aside, hidden on the record, forgotten when they wish so."""

import pytest
from click.testing import CliRunner
from conftest import SECRET
from review_desk import NASTY, NOON
from sqlmodel import select

from services.review import auth, history, jobs, ledger
from services.review.cli import cli
from services.review.models import Case, HistoryEntry, Remark
from services.review.queries.neighbours import MOST_REMARKS
from services.review.workflow.remarks import ERASED, note_counted, note_remark
from shared.clock import new_id
from shared.contracts import OpinionsCounted, RemarkMade
from shared.errors import NotFound


@pytest.fixture
def remark(review):
    """A reader's remark arrives, twice, as messages may; its id."""

    def make(case_id, text="It does not say who closed the bridge.", revision=1, useful=False):
        message = RemarkMade(
            remark_id=new_id(), claim_id=case_id, verdict_revision=revision, is_useful=useful, text=text, made_at=NOON
        )
        for _ in range(2):
            with review.transaction() as session:
                note_remark(session, message)
        return message.remark_id

    return make


@pytest.fixture
def count(review):
    """Publish tells what it has counted of a case: by revision, how many found it useful, and how many did not."""

    def tell(case_id, **of):
        opinions = [{"verdict_revision": int(n[1:]), "useful": y, "not_useful": x} for n, (y, x) in of.items()]
        total = sum(one["useful"] + one["not_useful"] for one in opinions)
        with review.transaction() as session:
            note_counted(session, OpinionsCounted(claim_id=case_id, revision=total, opinions=opinions))

    return tell


@pytest.fixture
def api(app, review, people):
    """`api("ada")`: a program of that person's."""

    def program(name):
        with review.transaction() as session:
            token = auth.make_token(session, people[name], "test")
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return program


@pytest.fixture
def acts(review):
    """What the history has of remarks on a case."""

    def read(case_id):
        with review.reading() as session:
            chosen = select(HistoryEntry).where(HistoryEntry.case_id == case_id).order_by(HistoryEntry.seq)
            assert not history.verify(session).broken
            return [one.action for one in session.exec(chosen) if one.action.startswith("remark")]

    return read


def words_of(page):
    return " ".join(page.text.split())


def test_a_case_shows_whether_it_was_useful_and_why(make_published, remark, count, desk, review):
    case_id = make_published()
    with review.reading() as session:
        version = session.get(Case, case_id).version
    ada = desk("ada")
    assert "h-readers" not in ada.get(f"/cases/{case_id}").text
    count(case_id, r1=(1204, 31))
    count(case_id, r1=(1200, 30))  # older news
    remark(case_id)
    remark(case_id, "The log on <b>page 2</b>.", useful=True)
    page = words_of(ada.get(f"/cases/{case_id}"))
    assert "Revision 1: 1,204 found it useful, 31 did not." in page
    assert page.index("The log on &lt;b&gt;page 2&lt;/b&gt;.") < page.index("It does not say who closed the bridge.")
    assert "Found it useful · revision 1" in page
    assert "Did not find it useful · revision 1" in page
    with review.reading() as session:
        assert session.get(Case, case_id).version == version  # nobody's form has grown stale


def test_of_many_a_case_shows_the_newest_and_leads_to_the_rest(make_published, remark, desk):
    case_id, other = make_published(), make_published(text="Another.")
    for number in range(MOST_REMARKS + 2):
        remark(case_id, f"Remark {number}.")
    remark(other, "Of another case.")
    ada = desk("ada")
    page = words_of(ada.get(f"/cases/{case_id}"))
    assert "Remark 1." not in page
    assert f"Remark {MOST_REMARKS + 1}." in page
    assert f'<a href="/remarks?case={case_id}">All {MOST_REMARKS + 2} remarks of readers' in page
    listed = words_of(ada.get(f"/remarks?case={case_id}"))
    assert "Remark 0." in listed
    assert "Of another case." not in listed
    everything = words_of(ada.get("/remarks"))
    assert everything.index("Of another case.") < everything.index("Remark 6.") < everything.index("Remark 0.")
    assert f'<span>Remarks</span> <span class="count">{MOST_REMARKS + 3}</span>' in everything


def test_a_remark_is_put_aside_as_read_and_brought_back(make_published, remark, desk, acts):
    case_id = make_published()
    remark_id = remark(case_id)
    ada = desk("ada")
    answer = ada.post(f"/remarks/{remark_id}", data={"aside": "read"})
    assert (answer.status_code, answer.location) == (302, f"/cases/{case_id}#h-readers")
    page = words_of(ada.get(f"/cases/{case_id}"))
    assert "who closed the bridge" not in page
    assert "1 put aside" in page
    assert "No remark waits." in ada.get("/remarks").text
    listed = words_of(ada.get("/remarks?state=read"))
    assert "who closed the bridge" in listed
    assert "read by Ada" in listed
    answer = ada.post(f"/remarks/{remark_id}", data={"aside": "", "state": "read", "case": str(case_id)})
    assert answer.location == f"/remarks?state=read&case={case_id}"
    assert "who closed the bridge" in ada.get(f"/cases/{case_id}").text
    assert acts(case_id) == []  # to have read something is no act on the case


def test_to_hide_one_and_to_show_it_again_stands_in_the_history_once_each(make_published, remark, desk, acts):
    case_id = make_published()
    remark_id = remark(case_id, "Buy my shoes.")
    ada = desk("ada")
    for _ in range(2):  # a double press
        ada.post(f"/remarks/{remark_id}", data={"aside": "hidden"})
    assert "Buy my shoes" not in ada.get(f"/cases/{case_id}").text
    assert "Buy my shoes" in ada.get("/remarks?state=hidden").text
    ada.post(f"/remarks/{remark_id}", data={"aside": ""})
    assert acts(case_id) == ["remark hidden", "remark shown"]
    assert "hid a reader’s remark" in ada.get(f"/cases/{case_id}").text


def test_who_checks_nothing_reads_them_and_puts_none_aside(make_published, remark, review, people, desk, api):
    case_id = make_published()
    remark_id = remark(case_id)
    with review.transaction() as session:
        session.merge(people["ben"]).roles = []
    page = desk("ben").get("/remarks").text
    assert "who closed the bridge" in page
    assert "Hide it" not in page
    ben = api("ben")
    assert ben.put(f"/v1/remarks/{remark_id}", json={"aside": "hidden"}).status_code == 403
    assert ben.get("/v1/remarks").json["data"][0]["may_put_aside"] is False


def test_programs_read_them_page_by_page_and_put_them_aside(make_published, remark, count, api):
    case_id = make_published()
    count(case_id, r1=(3, 1))
    ids = [str(remark(case_id, f"Remark {number}.")) for number in range(3)]
    ada = api("ada")
    first = ada.get(f"/v1/remarks?case={case_id}&limit=2").json
    assert [one["text"] for one in first["data"]] == ["Remark 2.", "Remark 1."]
    rest = ada.get(f"/v1/remarks?case={case_id}&limit=2&cursor={first['next_cursor']}").json
    assert [one["id"] for one in rest["data"]] == [ids[0]]
    assert rest["next_cursor"] is None
    answer = ada.put(f"/v1/remarks/{ids[0]}", json={"aside": "read"})
    assert (answer.status_code, answer.json["aside"], answer.json["aside_by"]) == (200, "read", "Ada")
    assert [one["id"] for one in ada.get("/v1/remarks?state=read").json["data"]] == [ids[0]]
    said = ada.get(f"/v1/cases/{case_id}").json["readers"]
    assert said["opinions"] == [{"verdict_revision": 1, "useful": 3, "not_useful": 1}]
    assert (said["waiting"], said["put_aside"], len(said["remarks"])) == (2, 1, 2)
    assert ada.put(f"/v1/remarks/{ids[0]}", json={"aside": "burnt"}).status_code == 422
    assert ada.put(f"/v1/remarks/{new_id()}", json={"aside": "read"}).status_code == 404
    assert ada.get("/v1/remarks?state=burnt").status_code == 400


def test_what_readers_write_is_text_and_nothing_else(make_published, remark, desk):
    case_id = make_published()
    remark(case_id, NASTY)
    for place in (f"/cases/{case_id}", "/remarks"):
        page = desk("ada").get(place).text
        assert "<script>alert" not in page
        assert "\u202e" not in page


def test_what_a_reader_wrote_is_erased_and_told_again_it_stays_so(
    make_published, remark, desk, acts, review, monkeypatch
):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_DATABASE_URL", review.settings.database_url)
    case_id = make_published()
    remark_id = remark(case_id, "I am Jo Marten.")
    done = CliRunner().invoke(cli, ["remarks", "erase", str(remark_id), "--yes"])
    assert done.exit_code == 0, done.output
    again = RemarkMade(
        remark_id=remark_id, claim_id=case_id, verdict_revision=1, is_useful=False, text="I am Jo Marten.", made_at=NOON
    )
    with review.transaction() as session:
        note_remark(session, again)
    page = desk("ada").get(f"/cases/{case_id}").text
    assert "Jo Marten" not in page
    assert ERASED in page
    assert acts(case_id) == ["remark erased"]
    with review.reading() as session:
        details = [str(one.details) for one in session.exec(select(HistoryEntry))]
        assert "Jo Marten" not in str(details)
    assert CliRunner().invoke(cli, ["remarks", "erase", str(new_id()), "--yes"]).exit_code == 1


def test_the_ledger_knows_what_came_from_readers(make_published, remark, count, review):
    case_id = make_published()
    remark_id = remark(case_id)
    count(case_id, r1=(3, 1))
    with review.reading() as session:
        known = {(one.topic, one.key, one.revision) for one in ledger.known(session)}
    assert ("remark.made.v1", str(remark_id), 1) in known
    assert ("opinions.counted.v1", str(case_id), 4) in known


def test_news_of_what_is_not_here_is_refused_and_comes_again(make_published, review, remark, count):
    case_id = make_published()
    with pytest.raises(NotFound):
        remark(case_id, revision=7)
    with pytest.raises(NotFound):
        count(new_id(), r1=(1, 0))
    with review.reading() as session:
        assert session.exec(select(Remark)).all() == []
    assert {jobs.remark_made.contract, jobs.opinions_counted.contract} == {RemarkMade, OpinionsCounted}
