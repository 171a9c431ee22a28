"""`factdesk import`: files as newsrooms have them, each row once, and what was refused can be mended."""

import json
import re
import stat

import pytest
from databases import ON_ONE
from imported import buses, report, rows_in
from served import cut_after, drop, refuse

from factdesk.command import importing

pytestmark = ON_ONE  # what differs between databases is tested with the client itself


def test_rows_are_taken_in_and_told_of(run, write, records):
    path = write(
        "claims.csv",
        "Claim,Who,When,Tags\nThe bus was late.,Jo Marten,2026-03-30 09:00,a; b\n,,,\nSo was the tram.,,,\n",
    )
    result = run("import", path, "--map", "Claim=text", "--map", "Who=claimant.name", "--map", "When=claimed_at",
                 "--set", "reason=From the archive", "--zone", "Europe/Kyiv")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "2 of 2 rows were taken in: 2 new claims" in result.stdout
    assert "Who → claimant.name" in result.stderr
    assert "Tags → tags" in result.stderr
    record = records()["The bus was late."]
    assert (record.claimant.name, record.tags) == ("Jo Marten", ("a", "b"))
    assert record.claimed_at.isoformat() == "2026-03-30T06:00:00+00:00"


def test_refused_rows_are_mended_and_sent_again_and_nothing_is_doubled(run, write, stored, tmp_path):
    path = write(
        "claims.csv",
        "Claim;urgency;Note\nThe bus was late.;2;n1\n;3;n2\nThe tram was late.;12;n3\nThe cab was late.;soon;n4\n",
    )
    told = report(run("import", path, "--map", "Claim=text", "--json"), code=1)
    assert (told["new"], told["refused"], told["unsent"]) == (1, 3, 0)
    refused = tmp_path / "claims.refused.csv"
    assert told["refused_file"] == str(refused)
    rows = rows_in(refused, ";")
    assert rows[0] == ["Claim", "urgency", "Note", "refused_row", "refused_because"]
    assert [row[2:4] for row in rows[1:]] == [["n2", "2"], ["n3", "3"], ["n4", "4"]]
    assert [row[4].split(":")[0] for row in rows[1:]] == ["Claim", "urgency", "urgency"]
    refused.write_text(refused.read_text().replace(";12;", ";1;").replace(";soon;", ";2;"))
    told = report(run("import", refused, "--map", "Claim=text", "--json"), code=1)
    assert (told["new"], told["refused"]) == (2, 1)
    assert told["refused_file"] == str(tmp_path / "claims.refused-2.csv"), "no file is written over"
    for _ in range(2):
        run("import", refused, "--map", "Claim=text")
        run("import", path, "--map", "Claim=text")
    assert (stored()["claims"], stored()["submissions"]) == (3, 3)


def test_the_file_itself_can_be_mended_and_only_what_is_new_is_sent(run, write, stored):
    text = buses(40)
    path = write("claims.csv", text.replace("Bus 7 was late.", ""))
    assert report(run("import", path, "--json"), code=1)["refused"] == 1
    path.write_text("text,external_id\nA row on top.,top\n" + text.partition("\n")[2])
    told = report(run("import", path, "--json"))
    assert (told["rows"], told["new"], told["sent_before"]) == (41, 2, 39)
    assert stored()["submissions"] == 41


def test_the_same_file_again_is_sent_once_even_without_its_journal(run, write, way, stored):
    path = write("claims.csv", buses(30))
    first = report(run("import", path, "--json"))
    path.with_name("claims.csv.sent.jsonl").unlink()
    second = report(run("import", path, "--json"))
    assert (first["new"], second["new"], second["sent_before"]) == (30, 30, 0)
    assert stored()["submissions"] == 30
    way.asked.clear()
    assert report(run("import", path, "--json"))["sent_before"] == 30
    assert way.asked == [], "the journal knows"


def test_equal_rows_are_submissions_of_their_own_and_each_is_sent_once(run, write, stored):
    path = write("claims.csv", "text\n" + "The bus was late.\n" * 3)
    told = report(run("import", path, "--json"))
    assert (told["new"], told["known"]) == (1, 2)
    path.write_text("text\n" + "The bus was late.\n" * 4)
    assert report(run("import", path, "--json"))["sent_before"] == 3
    assert (stored()["claims"], stored()["submissions"]) == (1, 4)


@pytest.mark.parametrize("trouble", [drop, cut_after(3), cut_after(17)])
def test_stopped_anywhere_it_goes_on_and_takes_every_row_in_once(run, write, way, stored, monkeypatch, trouble):
    monkeypatch.setattr(importing, "AT_ONCE", 20)
    path = write("claims.csv", buses(50))
    way.troubles += [lambda *given: given[2](*given[:2]), trouble] + [drop] * 50
    told = report(run("import", path, "--json", "--patience", 0.3), code=1)
    assert 20 <= told["new"] < 40
    assert told["new"] + told["unsent"] == 50
    assert told["error"]
    way.troubles.clear()
    again = report(run("import", path, "--json"))
    assert (again["sent_before"], again["unsent"]) == (told["new"], 0)
    assert (stored()["claims"], stored()["submissions"]) == (50, 50)


def test_a_journal_whose_last_line_was_cut_off_is_mended(run, write, stored):
    path = write("claims.csv", buses(10))
    run("import", path)
    journal = path.with_name("claims.csv.sent.jsonl")
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    assert report(run("import", path, "--json"))["sent_before"] == 9
    assert len([json.loads(line) for line in journal.read_text().splitlines()]) == 11
    assert stored()["submissions"] == 10, "the row was sent again under the key that it had"
    journal.write_bytes(b'{"de')
    assert report(run("import", path, "--json"))["sent_before"] == 0
    assert stored()["claims"] == 10


def test_a_journal_of_another_desk_is_not_believed(run, write, tmp_path):
    path = write("claims.csv", buses(3))
    for text in ('{"desk": "https://other.example"}\n', "hello\n", '{"desk": 1}\n{}\n'):
        (tmp_path / "claims.csv.sent.jsonl").write_text(text)
        assert run("import", path).exit_code == 2
    assert report(run("import", path, "--json", "--journal", "own.jsonl"))["new"] == 3


def test_a_key_that_may_not_write_stops_it_and_refuses_no_row(run, write, make_key, tmp_path):
    told = report(
        run("import", write("claims.csv", buses(3)), "--json", "--api-key", make_key("R", "claims:read")), code=1
    )
    assert (told["refused"], told["unsent"]) == (0, 3)
    assert "403" in told["error"]
    assert not (tmp_path / "claims.refused.csv").exists()


def test_a_desk_that_is_full_leaves_rows_unsent_and_refuses_none(run, write, way):
    way.troubles += [refuse("503 Busy", Retry_After="60")]
    told = report(run("import", write("claims.csv", buses(3)), "--json", "--patience", 5), code=1)
    assert (told["refused"], told["unsent"]) == (0, 3)


def test_a_quota_that_is_used_up_stops_it_until_tomorrow(run, write, make_key, monkeypatch, tmp_path):
    monkeypatch.setattr(importing, "AT_ONCE", 4)
    told = report(
        run("import", write("claims.csv", buses(12)), "--json", "--api-key", make_key("S", per_day=6)), code=1
    )
    assert (told["new"], told["refused"], told["unsent"]) == (6, 0, 6)
    assert "in a day" in told["error"]


def test_a_dry_run_has_the_desk_judge_and_nothing_taken_in(run, write, way, stored, tmp_path):
    path = write(
        "claims.csv",
        "text,urgency,submitter.country,odd\n,,,\nA,soon,,\n"
        "The bus was late.,2,DE,\nThe tram was late.,3,XX,\nThe cab was late.,,,\n"
        "x,2,,\n",
    )
    result = run("import", path, "--dry-run", "--as-test")
    assert result.exit_code == 1
    assert "2 of 5 rows hold" in result.stdout
    assert "row 1 (line 3): urgency: has to be a whole number" in result.stdout
    assert "row 3 (line 5): submitter.country: must be the two letters of a country" in result.stdout
    assert "row 5 (line 7): text: must" in result.stdout
    assert '"test": true' in result.stdout
    assert "not used: odd" in result.stderr
    told = report(run("import", path, "--dry-run", "--json"), code=1)
    assert told["first"] == {"text": "The bus was late.", "urgency": 2, "submitter": {"country": "DE"}}
    assert (told["judged_by_desk"], [one["row"] for one in told["refused"]]) == (True, [1, 3, 5])
    assert [one.name for one in tmp_path.iterdir()] == ["claims.csv"]
    assert set(stored().values()) == {0}


def test_a_dry_run_of_a_desk_that_is_older_judges_by_the_file_alone(run, write, way):
    way.troubles.append(refuse("404 Not Found"))
    told = report(
        run("import", write("claims.csv", "text,submitter.country\nThe bus was late.,XX\n"), "--dry-run", "--json")
    )
    assert (told["would_be_sent"], told["judged_by_desk"]) == (1, False)


@pytest.mark.parametrize(
    ("name", "content", "words", "said"),
    [
        ("a.txt", "x", (), "--format"),
        ("a.csv", "Claim\nx\n", (), "--map"),
        ("a.csv", "text\nx\n", ("--map", "Who=claimant.name"), "no column Who"),
        ("a.csv", "text\nx\n", ("--map", "text=claimant.nam"), "claimant.name"),
        ("a.csv", "text,b\nx\n", ("--map", "b=text", "--map", "text=text"), "Two columns"),
        ("a.csv", "text\nx\n", ("--set", "urgency=soon"), "whole number"),
        ("a.csv", "text\nx\n", ("--zone", "Kyiv/Europe"), "time zone"),
        ("a.csv", "text\nx\n", ("--refused", "a.csv"), "exists already"),
    ],
)
def test_what_can_not_be_meant_ends_with_2(run, write, way, name, content, words, said):
    result = run("import", write(name, content), *words)
    assert (result.exit_code, way.asked) == (2, [])
    assert said in result.stderr


def test_many_rows_go_in_few_requests_and_large_ones_in_more(run, write, way, monkeypatch, stored):
    assert report(run("import", write("many.csv", buses(2_500)), "--json"))["new"] == 2_500
    assert len(way.asked) == 3
    way.asked.clear()
    monkeypatch.setattr(importing, "MOST_BYTES", 20_000)
    rows = "text\n" + "".join(f"{n} {'word ' * 900}\n" for n in range(12))
    assert report(run("import", write("large.csv", rows), "--json"))["new"] == 12
    assert len(way.asked) == 3


def test_progress_is_shown_to_people_alone(run, write):
    result = run("import", write("claims.csv", buses(3)))
    assert not re.search(r"\d+%|\r", result.stderr)
