"""`factdesk import` reads files as spreadsheets and programs write them, or says in words what is wrong with them."""

import json
from pathlib import Path

import pytest
from databases import ON_ONE
from imported import buses, csv_of, report, rows_in

pytestmark = ON_ONE  # what differs between databases is tested with the client itself


@pytest.mark.parametrize(
    "content",
    [
        "text,hedge\n\"Größe, \"\"so\"\" it\nwas said.\",likely\n".encode(),
        "text;hedge\n\"Größe, \"\"so\"\" it\nwas said.\";likely\n".encode("utf-8-sig"),
        "text\thedge\r\n\"Größe, \"\"so\"\" it\r\nwas said.\"\tlikely\r\n".encode("utf-16"),
        "sep=|\r\ntext|hedge\r\n\"Größe, \"\"so\"\" it\r\nwas said.\"|likely\r\n".encode(),
    ],
)  # fmt: skip
def test_csv_as_spreadsheets_write_it(run, write, records, content):
    assert report(run("import", write("claims.csv", content), "--json"))["new"] == 1
    assert records()['Größe, "so" it\nwas said.'].hedge == "likely"


def test_a_quote_keeps_the_space_around_it(run, write, records):
    path = write("claims.csv", 'text,quote.exact,quote.prefix\n  It was closed.  ,closed ," was "\n')
    assert report(run("import", path, "--json"))["new"] == 1
    quote = records()["It was closed."].quote
    assert (quote.exact, quote.prefix) == ("closed ", " was ")


def test_another_encoding_is_named(run, write, way, records):
    path = write("claims.csv", "text\nDie Größe stimmt.\n".encode("cp1252"))
    result = run("import", path)
    assert (result.exit_code, way.asked) == (1, [])
    assert "--encoding" in result.stderr
    assert run("import", path, "--encoding", "cp1252").exit_code == 0
    assert set(records()) == {"Die Größe stimmt."}
    assert run("import", path, "--encoding", "klingon").exit_code == 2


def test_formulas_stay_text_there_and_back(run, write, records):
    cells = [
        '=HYPERLINK("https://evil.example","x")',
        "+1 is what they said",
        "@SUM(A1) was claimed",
        "-2 degrees in March",
    ]
    path = write(
        "claims.csv", csv_of([["text", "urgency"], *([one, ""] for one in cells), ["=1+1 it is said", "soon"]])
    )
    assert report(run("import", path, "--json"), code=1)["new"] == 4
    assert set(records()) == set(cells)
    refused = path.with_name("claims.refused.csv")
    assert rows_in(refused)[1][0] == "'=1+1 it is said"  # it goes back to a spreadsheet, which must not run it
    mended = write("mended.csv", refused.read_text(encoding="utf-8-sig").replace("soon", "4", 1))
    assert report(run("import", mended, "--json"))["new"] == 1
    assert set(records()) == {*cells, "=1+1 it is said"}


def test_two_hundred_columns_and_cells_beyond_them(run, write, records):
    names = ["text", *(f"column {n}" for n in range(199))]
    rows = [
        names,
        ["The bus was late.", *"x" * 199],
        ["The tram was late.", *"x" * 199, "more"],
        ["Short rows will do."],
    ]
    path = write("claims.csv", csv_of(rows))
    result = run("import", path, "--json")
    assert report(result, code=1)["refused"] == 1
    assert set(records()) == {"The bus was late.", "Short rows will do."}
    (_, refused) = rows_in(path.with_name("claims.refused.csv"))
    assert refused[199:201] == ["x", "more"]
    assert refused[-1] == "has 201 cells under 200 columns"


def test_a_row_with_a_cell_too_many_keeps_it_from_one_file_of_refused_rows_to_the_next(run, write, records):
    lines = [["text", "external_id"], ["The tram", " and the bus were late.", "t-1"], ["", "t-2"]]
    refused = write("claims.csv", csv_of(lines))
    for _ in range(3):  # not mended but for what a spreadsheet does: all rows are as wide as the widest
        told = report(run("import", refused, "--json"), code=1)
        assert told["refused"] == 2
        refused = Path(told["refused_file"])
        rows = rows_in(refused)
        assert rows[1] == ["The tram", " and the bus were late.", "t-1", "1", "has 3 cells under 2 columns"]
        refused.write_text(csv_of([[*row, *[""] * (6 - len(row))] for row in rows]))
    cells = [["The tram and the bus were late.", "t-1", "", *rows[1][3:]], ["The cab was late.", "t-2", *rows[2][2:]]]
    mended = write("mended.csv", csv_of([[*row, *[""] * (6 - len(row))] for row in [rows[0], *cells]]))
    assert report(run("import", mended, "--json"))["new"] == 2
    assert set(records()) == {"The tram and the bus were late.", "The cab was late."}


@pytest.mark.parametrize("content", ['text\n"One.\n"two" more"\n', 'text\nOne.\n"never closed\nThree.\n'])
def test_a_quote_that_is_not_closed_refuses_the_file_before_anything_is_sent(run, write, way, content):
    result = run("import", write("claims.csv", content))
    assert (result.exit_code, way.asked) == (1, [])
    assert "from line" in result.stderr
    assert "quotation mark" in result.stderr


def test_json_lines_are_claims_as_they_are(run, write, records, tmp_path):
    lines = [
        json.dumps({"text": "The bus was late.", "claimant": {"name": "Jo"}, "statements": [{"stance": "denies"}]}),
        "",
        '{"text": "half a',
        "[1]",
        json.dumps({"text": "The tram was late.", "urgency": 99}),
        '{"text": "x y", "reason": NaN}',
        "[" * 100_000,
    ]
    path = write("claims.jsonl", "\n".join(lines))
    told = report(run("import", path, "--json"), code=1)
    assert (told["rows"], told["new"], told["refused"]) == (6, 1, 5)
    assert records()["The bus was late."].claimant.name == "Jo"
    refused = [json.loads(line) for line in (tmp_path / "claims.refused.jsonl").read_text().splitlines()]
    assert refused[0]["_refused"]["line"] == '{"text": "half a'
    assert refused[2]["urgency"] == 99
    assert refused[2]["_refused"]["because"].startswith("urgency:")
    mended = write("mended.jsonl", json.dumps(refused[2] | {"urgency": 9}))
    assert report(run("import", mended, "--json"))["new"] == 1


def test_json_lines_can_be_mapped(run, write, records):
    path = write("export.ndjson", json.dumps({"claim": "The bus was late.", "by": "Jo", "prio": "3", "other": [1]}))
    mapping = write("columns.toml", 'claim = "text"\nby = "claimant.name"\nprio = "urgency"\n')
    assert report(run("import", path, "--mapping", mapping, "--json"))["new"] == 1
    record = records()["The bus was late."]
    assert (record.claimant.name, record.urgency) == ("Jo", 3)


@pytest.mark.parametrize("content", ["", "\n\n", "text,text\nx,y\n"])
def test_a_file_without_a_header_one_can_use_is_refused(run, write, way, content):
    result = run("import", write("a.csv", content))
    assert (result.exit_code, way.asked) == (1, [])


@pytest.mark.parametrize("content", ["not json", "[]", '{"Claim": 3}'])
def test_a_mapping_that_is_none_is_refused(run, write, content):
    result = run("import", write("a.csv", "Claim\nx y\n"), "--mapping", write("m.json", content))
    assert result.exit_code == 2


def test_what_is_no_json_is_told_by_its_line_and_column_in_words(run, write, records, tmp_path):
    path = write(
        "claims.jsonl",
        '{"text": "Bus 1 was late."}\n\n{"text": "Bus 2 was late.",}\n{"text": \'Bus 3\'}\n' + "[" * 99_999 + "\n",
    )
    tried = run("import", path, "--dry-run")
    assert "row 2 (line 3): is not JSON: at line 3, column 27, the comma there is one too many" in tried.stdout
    assert "row 3 (line 4): is not JSON: at line 4, column 10, texts and names stand in double quotes" in tried.stdout
    assert "row 4 (line 5): is not JSON: it is nested too deeply" in tried.stdout
    told = report(run("import", path, "--json"), 1)
    assert (told["new"], told["refused"]) == (1, 3)
    first = json.loads((tmp_path / "claims.refused.jsonl").read_text().splitlines()[0])
    assert first["_refused"]["because"].startswith("is not JSON: at line 3, column 27, the comma")
    assert "Expecting" not in tried.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"text": "a"', "it ends at line 1, column 13, before it is complete"),
        ("{\n'text': 1}", "at line 2, column 1, texts and names stand in double quotes"),
        ("[" * 99_999, "it is nested too deeply"),
        (b'{"text": "caf\xe9"}', "it is not UTF-8 text"),
    ],
    ids=["cut off", "single quotes", "too deep", "another encoding"],
)
def test_a_claim_or_a_mapping_that_is_no_json_is_told_in_words(run, write, content, words):
    path = write("given.json", content)
    claim = run("submit", "--claim", path)
    mapping = run("import", write("claims.csv", buses(1)), "--mapping", path)
    assert (claim.exit_code, mapping.exit_code) == (2, 2)
    assert words in " ".join(claim.output.replace("│", " ").split())
    assert words in " ".join(mapping.output.replace("│", " ").split())
