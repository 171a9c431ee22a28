"""Every table is on a page, in a file and for machines; a list of the queue is a file, too."""

import csv
import io

import pytest

from services.review import auth
from services.review.pages import exports
from shared.contracts import Party


def test_the_page_shows_figures_and_every_table_is_a_file(desk, make_published, make_spans):
    make_published(tags=("port",))
    make_spans([60, 3600])
    head, checker = desk("eve"), desk("ada")
    page = head.get("/stats?by=channel&of=claimant").text
    assert "half within" in page
    assert "Who has what" in page
    assert "<svg" in page
    usual = checker.get("/stats").text
    assert "Who has what" not in usual
    assert checker.get("/stats/checkers.csv").status_code == 403
    files = set()
    for address in {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:] if "/stats/" in part}:
        answer = head.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        files.add(answer.headers["Content-Disposition"].split('"')[1].rsplit("-20", 2)[0])
    assert files >= {"answers", "answers-over-time", "stage-clock-by-channel", "now", "workload", "checkers"}
    rows = list(csv.reader(io.StringIO(head.get("/stats/stage-clock.csv?mark=yes").text.removeprefix("\ufeff"))))
    assert rows[0][0] == "State"
    assert rows[0][2].endswith("(seconds)")


def test_machines_get_every_table_that_pages_show(app, review, people, make_published):
    make_published(tags=("port",), claimant=Party(name="Jo Marten", organization="Greens"))
    with review.transaction() as session:
        tokens = {name: auth.make_token(session, people[name], "test") for name in ("ada", "eve")}

    def ask(name, path):
        return app.test_client().get(f"/v1/figures{path}", headers={"Authorization": f"Bearer {tokens[name]}"})

    names = ask("eve", "").json["data"]
    assert set(names) - set(ask("ada", "").json["data"]) == {"checkers", "workload"}
    for name in names:
        table = ask("eve", f"/{name}?since=2026-01-01").json
        assert (table["name"], table["since"]) == (name, "2026-01-01")
        assert all(len(row) == len(table["columns"]) for row in table["rows"]), name
    assert ask("eve", "/balance-by-party?since=2026-01-01").json["rows"][0][0] == "Greens"
    assert ask("eve", "/answers").json["columns"][2] == {"title": "Half took at most", "kind": "time"}
    refused = {
        "/checkers": 403,
        "/nothing": 404,
        "/now?since=yesterday": 422,
        "/now?until=2026-01-01&since=2026-02-01": 422,
    }
    assert {path: ask("ada", path).status_code for path in refused} == refused


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=yesterday", "From must be a day such as 2026-01-27."),
        ("since=1700000000", "From must be a day such as 2026-01-27."),
        ("since=2026-02-01&until=2026-01-01", "The period ends before it begins."),
        ("by=colour", "Clock by must be &#39;all&#39;"),
        ("since=0001-01-01", "From must lie between the years 2000 and 2999."),
        ("since=2001-01-01", "The period is longer than ten years."),
        ("until=9999-12-31&since=2026-01-32", "From must be a day such as 2026-01-27."),
    ],
)
def test_a_period_that_is_none_is_said_to_be_so(desk, asked, said):
    eve = desk("eve")
    page, reports, table = (eve.get(f"/{path}?{asked}") for path in ("stats", "reports", "stats/answers.csv"))
    assert page.status_code == reports.status_code == table.status_code == 422
    assert f'role="alert">{said}' in page.text


def test_figures_are_for_people_who_are_signed_in(client):
    assert client.get("/stats").status_code == client.get("/stats/now.csv").status_code == 302


def test_a_list_of_the_queue_is_a_file_with_its_filters(desk, make_case, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    for number in range(7):
        make_case(f'=HYPERLINK("http://x.example/{number}")\n+1', tags=("ice",), claimant=Party(name="\tTab & Söhne"))
    make_case("Another claim.")
    browser = desk("ada")
    assert "/queue.csv?view=open&amp;tag=ice" in browser.get("/?view=open&tag=ice").text
    answer = browser.get("/queue.csv?view=open&tag=ice&mark=yes")
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len({row["id"] for row in rows}) == 7
    assert {row["claim"][:11] for row in rows} == {"'=HYPERLINK"}
    assert {row["claimant"] for row in rows} == {"'\tTab & Söhne"}
    assert browser.get("/queue.csv?view=nothing").status_code == 404
    assert len(browser.get("/queue.csv?q=another").text.splitlines()) == 2
