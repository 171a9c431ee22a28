"""A file of claims is uploaded on a page: mapped, tried, sent in the background; what was refused can be mended and sent again."""

import io
import re
from datetime import timedelta

from intake_uploads import FILE, claims, mapped
from newsroom_browser import Browser, link_for
from sqlmodel import select

from services.intake import backlog, uploads
from services.intake import errands as jobs
from services.intake.models import ApiKey, Upload
from services.intake.service import service as intake
from shared import errands
from shared.clock import now
from shared.contracts import Submitter


def test_columns_say_who_sends_each_claim_in(visitor, upload, run_errands, told):
    place = upload(
        "text,submitter.name,Submitter role,From\nBus 1 was late.,Jo Doe,driver,DE\nBus 2 was late.,Kim,,Germany\n"
    )
    mapped(visitor, place, text="text", From="submitter.country", **{"submitter.name": "submitter.name"})
    assert "Row 2: <bdi>From: must be the two letters" in visitor.open(place).text
    visitor.send(f"{place}/send", place)
    run_errands()
    [[sent]] = [message.submissions for message in told()]
    assert sent.submitter == Submitter(name="Jo Doe", country="DE")


def test_a_file_is_mapped_tried_and_sent_and_what_was_refused_is_mended(visitor, upload, run_errands):
    place = upload(FILE)
    page = visitor.open(place).text
    assert "Choose the column that holds the claims" in page
    mapped(visitor, place, Claim="text", Who="claimant.name", Urgency="urgency")
    page = visitor.open(place).text
    assert "2 of 4 rows are claims" in page
    assert "Row 2: <bdi>Claim: is empty" in page
    assert "Row 3: <bdi>Urgency:" in page
    assert claims() == []

    assert visitor.send(f"{place}/send", place).status_code == 303
    sending = visitor.open(place)
    assert (sending.headers["Refresh"], "0 of 4 rows" in sending.text) == ("1", True)
    run_errands()
    page = visitor.open(place)
    assert "Refresh" not in page.headers
    assert "4 rows: 2 new claims, 2 refused" in page.text
    assert [(one.text, one.claimant and one.claimant.name, one.urgency) for one in claims()] == [
        ("Bus 1 was late.", "Jo Doe", 2), ("Bus 3 was late.", None, 5),
    ]  # fmt: skip

    report = visitor.open(f"{place}/refused.csv").data.decode("utf-8-sig")
    assert report.splitlines()[0] == "Claim,Who,Urgency,refused_row,refused_because"
    assert [line.split(",")[3] for line in report.splitlines()[1:]] == ["2", "3"]
    again = upload(report.replace("high", "3"))
    mapped(visitor, again, Claim="text", Who="claimant.name", Urgency="urgency")
    visitor.send(f"{again}/send", again)
    run_errands()
    assert "2 rows: 1 new claim, 1 refused" in visitor.open(again).text
    assert [one.text for one in claims()] == ["Bus 1 was late.", "Bus 2 was late.", "Bus 3 was late."]


def chosen(page):
    """The field that is chosen on the page for each column."""
    return dict(re.findall(r'name="column" value="([^"]+)">(?:(?!</select>).)*?<option selected>([^<]+)', page, re.S))


def test_refused_rows_that_come_back_are_mapped_as_the_file_was_and_may_be_mapped_otherwise(
    visitor, upload, run_errands
):
    names = {"Claim": "text", "Who": "claimant.name", "Urgency": "urgency"}
    place = upload("Claim;Who;Urgency;When\nBus 1 was late.;Jo Doe;high;2026-03-30\n", "buses.csv")
    visitor.send(place, column=[*names, "When"], field=[*names.values(), "claimed_at"], zone="Europe/Kyiv")
    visitor.send(f"{place}/send", place)
    run_errands()
    report = visitor.open(f"{place}/refused.csv").data.decode("utf-8-sig")
    again = upload(report.replace("high", "3"), "refused.csv")
    page = visitor.open(again).text
    assert chosen(page) == names | {"When": "claimed_at"}
    assert "The columns are those of <bdi>buses.csv</bdi>" in page
    assert ('value="Europe/Kyiv" selected' in page, "Send 1 claim<" in page) == (True, True)
    mapped(visitor, again, Claim="text", Who="claimant.name")
    page = visitor.open(again).text
    assert chosen(page) == {"Claim": "text", "Who": "claimant.name"}
    assert "The columns are those of" not in page
    visitor.send(f"{again}/send", again)
    run_errands()
    assert [(one.claimant.name, one.urgency, one.claimed_at) for one in claims()] == [("Jo Doe", 5, None)]
    assert chosen(visitor.open(upload(FILE)).text) == {"Urgency": "urgency"}, "of other columns what their names say"


def test_a_mapping_is_for_files_of_the_same_newsroom(visitor, upload, app, other_newsroom):
    mapped(visitor, upload(FILE), Claim="text")
    other = Browser(app)
    other.send(link_for("Evening Courier"))
    theirs = other.send("/newsroom/uploads", file=(io.BytesIO(FILE.encode()), "x.csv")).headers["Location"]
    assert chosen(other.open(theirs).text) == {"Urgency": "urgency"}, "as its name says"
    assert chosen(visitor.open(upload(FILE)).text) == {"Claim": "text"}


def test_a_field_that_claims_have_no_more_is_mapped_to_nothing(visitor, upload):
    mapped(visitor, upload(FILE), Claim="text")
    with intake.transaction() as session:
        before = session.exec(select(Upload)).one()
        before.mapping = before.mapping | {"Who": "mood"}  # as a file of an older release may have
    page = visitor.open(upload(FILE)).text
    assert (chosen(page), "Send 3 claims<" in page) == ({"Claim": "text"}, True)


def test_columns_that_can_be_read_only_in_a_chosen_encoding_are_known_again(visitor, upload):
    content = "Größe;Behauptung\n1;Die Brücke war zu.\n"
    place = upload(content.encode("cp1252"))
    visitor.send(place, column=["Behauptung"], field=["text"], encoding="cp1252")
    visitor.send(place, column=["Behauptung"], field=["text"], encoding="cp1252")
    assert chosen(visitor.open(upload(content)).text) == {"Behauptung": "text"}


def test_columns_that_are_named_as_fields_need_no_mapping(visitor, upload):
    page = visitor.open(upload("text,claimant.name\nBus 1 was late.,Jo Doe\n")).text
    assert "1 of 1 rows is a claim." in page
    assert ("claimant.name: Jo Doe" in page, "Send 1 claim<" in page) == (True, True)


def test_the_same_file_again_makes_no_second_claim(visitor, upload, run_errands):
    for _ in range(2):
        place = upload("text\nBus 1 was late.\n")
        visitor.send(f"{place}/send", place)
        run_errands()
    assert len(claims()) == 1
    assert "1 whose wording had come before" in visitor.open(place).text


def test_a_try_counts_nowhere(visitor, upload, run_errands):
    place = upload("text\nBus 1 was late.\n")
    visitor.send(place, column=["text"], field=["text"], test="yes")
    visitor.send(f"{place}/send", place)
    run_errands()
    assert [one.test for one in claims()] == [True]


def test_rows_that_were_sent_are_not_sent_again_when_a_process_dies(visitor, upload, run_errands):
    place = upload("text\n" + "".join(f"Bus {n} was late.\n" for n in range(450)))
    visitor.send(f"{place}/send", place)
    with intake.reading() as session:
        mine = session.exec(select(Upload)).one()
    first = jobs.SendRows(upload_id=mine.id)
    with intake.transaction() as session:  # the same errand, ordered twice
        errands.order(session, intake.outbox, "intake", [(first, now()), (first, now())])
    run_errands()
    assert len(claims()) == 450
    assert "450 rows: 450 new claims, 0 refused" in visitor.open(place).text


def test_others_files_are_not_found_and_a_file_can_be_deleted(visitor, upload, app, other_newsroom):
    place = upload("text\nBus 1 was late.\n")
    other = Browser(app)
    other.send(link_for("Evening Courier"))
    assert other.open(place).status_code == 404
    assert other.open(f"{place}/refused.csv").status_code == 404
    assert other.send(f"{place}/send", "/newsroom/uploads").status_code == 404
    other.send(f"{place}/delete", "/newsroom/uploads")
    assert re.search("claims.csv", visitor.open("/newsroom/uploads").text)
    visitor.send(f"{place}/delete", place)
    assert visitor.open(place).status_code == 404


def test_a_second_press_of_send_ends_on_the_file_s_page_and_sends_nothing_twice(visitor, upload, run_errands):
    place = upload("text\nBus 1 was late.\n")
    for words in ("are sent. This page looks again", "<strong>Sent.</strong> 1 rows: 1 new claim"):
        pressed = visitor.send(f"{place}/send", "/newsroom/uploads")
        assert (pressed.status_code, pressed.headers["Location"]) == (303, place)
        again = visitor.send(f"{place}/send", "/newsroom/uploads")
        assert (again.status_code, again.headers["Location"]) == (303, place)
        assert words in visitor.open(place).text
        run_errands()
    assert len(claims()) == 1


def test_columns_that_are_named_as_fields_are_chosen_beforehand(visitor, upload, run_errands):
    place = upload("Claim,claimant.name\nBus 1 was late.,Jo Doe\n")
    page = visitor.open(place).text
    assert "<option selected>claimant.name" in page
    visitor.send(place, column=["Claim", "claimant.name"], field=["text", "claimant.name"])
    visitor.send(f"{place}/send", place)
    run_errands()
    assert claims()[0].claimant.name == "Jo Doe"


def test_what_is_beyond_the_day_s_claims_is_refused_and_can_be_sent_tomorrow(visitor, upload, newsroom, run_errands):
    with intake.transaction() as session:
        session.get_one(ApiKey, newsroom.key.split("_")[1]).per_day = 2
    place = upload("text\n" + "".join(f"Bus {n} was late.\n" for n in range(3)))
    visitor.send(f"{place}/send", place)
    run_errands()
    page = visitor.open(place).text
    assert "3 rows: 2 new claims, 1 refused" in page
    assert "as many claims as it may in a day" in page
    assert newsroom.get("/v1/me").json["claims_today"] == 2


def test_a_newsroom_without_a_key_that_may_submit_sends_nothing(visitor, upload, newsroom, run_errands):
    place = upload("text\nBus 1 was late.\n")
    with intake.transaction() as session:
        session.get_one(ApiKey, newsroom.key.split("_")[1]).scopes = ["claims:read"]
    visitor.send(f"{place}/send", place)
    run_errands()
    assert "no key that may submit claims" in visitor.open(place).text
    assert claims() == []


def test_a_desk_that_is_full_takes_no_file_and_goes_on_later(visitor, upload, run_errands, monkeypatch):
    place = upload("text\nBus 1 was late.\n")
    monkeypatch.setitem(backlog._seen, "at", 0.0)
    monkeypatch.setattr(intake.settings, "max_unacknowledged", 0)
    assert visitor.send(f"{place}/send", place).status_code == 503
    monkeypatch.undo()
    monkeypatch.setitem(backlog._seen, "at", 0.0)
    visitor.send(f"{place}/send", place)
    monkeypatch.setattr(intake.settings, "max_unacknowledged", 0)
    monkeypatch.setitem(backlog._seen, "at", 0.0)
    run_errands()
    assert claims() == []
    monkeypatch.undo()
    monkeypatch.setitem(backlog._seen, "at", 0.0)
    run_errands(early=True)
    assert len(claims()) == 1


def test_files_are_forgotten_after_a_month(visitor, upload):
    for _ in range(2):
        place = upload("text\nBus 1 was late.\n")
    with intake.transaction() as session:
        session.exec(select(Upload).order_by(Upload.id)).all()[1].made_at = (
            now() - uploads.kept.KEEP - timedelta(days=1)
        )
        session.flush()
        uploads.tidy(session)
        assert len(session.exec(select(Upload)).all()) == 1
    assert visitor.open(place).status_code == 404


def test_two_columns_for_one_field_are_named_and_nothing_is_sent(visitor, upload):
    place = upload("Claim,Words\nBus 1 was late.,It was late.\n")
    visitor.send(place, column=["Claim", "Words"], field=["text", "text"])
    assert "Two columns are to hold text" in visitor.open(place).text
    assert visitor.send(f"{place}/send", place).status_code == 422
