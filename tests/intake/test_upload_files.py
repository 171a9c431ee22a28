"""Files as spreadsheets and people write them are read on the page of uploads, or refused in words."""

import io

import pytest
from intake_uploads import claims
from sqlmodel import select

from services.intake import uploads
from services.intake.models import Upload
from services.intake.service import service as intake


def test_dates_without_a_time_zone_are_of_the_one_that_is_chosen(visitor, upload, run_errands):
    place = upload("text,claimed_at\nBus 1 was late.,2026-03-30\nBus 2 was late.,30.03.2026\n")
    assert "no time zone" in visitor.open(place).text
    visitor.send(place, column=["text", "claimed_at"], field=["text", "claimed_at"], zone="Europe/Kyiv")
    page = visitor.open(place).text
    assert ("1 of 2 rows is a claim" in page, "has to be a day or a time" in page) == (True, True)
    visitor.send(f"{place}/send", place)
    run_errands()
    assert [one.claimed_at.isoformat() for one in claims()] == ["2026-03-29T21:00:00+00:00"]


@pytest.mark.parametrize(
    "content",
    [
        "\ufefftext;tags\nBus 1 was late.;a\n",
        "text\ttags\nBus 1 was late.\ta\n",
        "sep=;\ntext;tags\nBus 1 was late.;a\n",
        'text,tags\n"Bus 1 was late.",a\n',
        "text,tags\r\nBus 1 was late.,a\r\n".encode("utf-16"),
    ],
    ids=["a mark and semicolons", "tabs", "sep", "quotes", "UTF-16"],
)
def test_files_are_read_as_spreadsheets_write_them(visitor, upload, run_errands, content):
    place = upload(content)
    visitor.send(f"{place}/send", place)
    run_errands()
    assert [(one.text, one.tags) for one in claims()] == [("Bus 1 was late.", ("a",))]


def test_another_encoding_can_be_named(visitor, upload):
    place = upload("text\nDie Brücke war zu.\n".encode("cp1252"))
    page = visitor.open(place)
    assert page.status_code == 422
    assert "is not utf-8 text" in page.text
    visitor.send(place, column=["text"], field=["text"], encoding="cp1252")
    assert "Die Brücke war zu." in visitor.open(place).text


def test_quotes_across_lines_formulas_and_markup_are_text(visitor, upload, run_errands):
    place = upload('text,urgency\n"Line one\nline two",\n=1+1 was the answer.,\n<script>alert(1)</script>,\n=2+2,x\n')
    assert "<script>alert(1)" not in visitor.open(place).text
    visitor.send(f"{place}/send", place)
    run_errands()
    assert [one.text for one in claims()] == ["<script>alert(1)</script>", "=1+1 was the answer.", "Line one\nline two"]
    report = visitor.open(f"{place}/refused.csv").data.decode("utf-8-sig")
    assert report.splitlines()[1].startswith("'=2+2,x")  # nothing that a spreadsheet would run
    again = upload(report.replace(",x,", ",4,"))
    visitor.send(f"{again}/send", again)
    run_errands()
    assert "=2+2" in [one.text for one in claims()]


def test_two_hundred_columns_are_no_trouble(visitor, upload):
    names = ",".join(["text", *(f"c{n}" for n in range(199))])
    page = visitor.open(upload(f"{names}\nBus 1 was late.{',x' * 199}\n"))
    assert "1 of 1 rows is a claim" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not empty"),
        (b" \n", "not empty"),
        (b"x" * 1_001, "larger than"),
    ],
)
def test_what_is_no_file_is_refused(visitor, content, words, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1_000)
    refused = visitor.send("/newsroom/uploads", file=(io.BytesIO(content), "x.csv"))
    assert refused.status_code in (413, 422)
    assert words in refused.text
    assert 'type="file"' in refused.text
    with intake.reading() as session:
        assert session.exec(select(Upload)).all() == []


def test_a_file_too_large_to_be_read_is_refused_on_the_form_that_names_the_limit(app, visitor):
    def send(client):
        body, kind = io.BytesIO(b"x" * 10_100_000), "multipart/form-data; boundary=x"
        return client.post("/newsroom/uploads", input_stream=body, content_length=10_100_000, content_type=kind)

    refused = send(visitor.client)
    assert refused.status_code == 413
    assert "The file is larger than 10 MB" in refused.text
    assert 'type="file"' in refused.text
    assert send(app.test_client()).status_code == 401


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('text\n"Bus 1', "quotation mark"),
        ("text,text\na,b\n", "two columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "text"),
        ("text\n" + "Bus was late.\n" * 10_001, "more than 10,000 rows"),
        (",".join(f"c{n}" for n in range(501)) + "\n", "more than 500 columns"),
        ("text\n" + "\n" * 100_001, "claims.csv has more than 100,000 empty rows"),
        ("text,tags\n" + " ,\n" * 100_001, "claims.csv has more than 100,000 empty rows"),
        ("\n" * 100_001 + "text", "claims.csv has more than 100,000 empty rows"),
    ],
    ids=[
        "an open quote",
        "a name twice",
        "a picture",
        "many rows",
        "many columns",
        "empty lines",
        "empty rows",
        "empty before the header",
    ],
)
def test_a_file_that_can_not_be_read_says_why(visitor, upload, content, words):
    page = visitor.open(upload(content))
    assert page.status_code == 422
    assert words in page.text
    assert "/send" not in page.text


def test_a_column_may_hold_an_equals_sign(visitor, upload):
    place = upload("Claim (a=b)\nBus 1 was late.\n")
    visitor.send(place, column=["Claim (a=b)"], field=["text"])
    assert "1 of 1 rows is a claim" in visitor.open(place).text


def test_a_quotation_keeps_its_mark_on_the_way_there_and_back(visitor, upload, run_errands):
    place = upload("text,urgency\n\"'-5 degrees' was measured.\",\n'=SUM' was written.,x\n")
    visitor.send(f"{place}/send", place)
    run_errands()
    report = visitor.open(f"{place}/refused.csv").data.decode("utf-8-sig")
    assert report.splitlines()[1].startswith("''=SUM' was written.")
    again = upload(report.replace(",x,", ",4,"))
    visitor.send(f"{again}/send", again)
    run_errands()
    assert [one.text for one in claims()] == ["'-5 degrees' was measured.", "'=SUM' was written."]


def test_columns_that_another_encoding_names_otherwise_are_chosen_anew(visitor, upload):
    place = upload("Brücke\nDie Brücke war zu.\n".encode("cp1252"))
    visitor.send(place, column=["Br\ufffdcke"], field=["text"], encoding="cp1252")
    assert "Choose the column that holds the claims" in visitor.open(place).text
    visitor.send(place, column=["Brücke"], field=["text"], encoding="cp1252")
    assert "1 of 1 rows is a claim" in visitor.open(place).text
