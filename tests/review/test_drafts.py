"""What is typed and not sent is kept, for its writer alone, and a verdict stands beside what was before it."""

import re

import pytest
from review_desk import NASTY, VERDICT, submit

from services.review.schemas import ReopenIn, ReturnIn


def keep(client, case_id, form, seen="1", **fields):
    return client.post(f"/cases/{case_id}/draft", data={"seen": seen, "draft": form} | fields)


def test_what_was_typed_stands_in_the_form_when_its_writer_comes_back_and_for_nobody_else(desk, make_case):
    case_id, ada, ben = make_case(), desk("ada"), desk("ben")
    answer = keep(ada, case_id, "check", headline="One day, not four", text="The **log** says <b>one</b>.")
    assert answer.json["saved_at"]
    assert answer.json["preview"] == '<p dir="auto">The <strong>log</strong> says &lt;b&gt;one&lt;/b&gt;.</p>\n'
    assert 'value="One day, not four"' in ada.get(f"/cases/{case_id}").text
    assert "Not sent yet" in ada.get(f"/cases/{case_id}").text
    assert "One day, not four" not in ben.get(f"/cases/{case_id}").text
    keep(ada, case_id, "check", headline="One day", text="")
    assert 'value="One day"' in ada.get(f"/cases/{case_id}").text


def test_an_editor_is_told_of_links_that_readers_cannot_follow(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    text = "[The log](http://10.0.0.3/log) and [its copy](https://copies.example/log)."
    assert keep(ada, case_id, "check", text=text).json["inside"] == ["http://10.0.0.3/log"]
    assert keep(ada, case_id, "note", text=text).json["inside"] == []
    warning = (
        "Readers don’t get these addresses, because they lead into a private network: <bdi>http://10.0.0.3/log</bdi>"
    )
    assert warning not in ada.get(f"/cases/{case_id}").text
    submit(ada, case_id, "take")
    sent = VERDICT.model_dump(include={"rating", "headline", "summary"}) | {
        "waiver": "One log is enough.",
        "text": text,
    }
    submit(ada, case_id, "check", **sent)
    assert warning in ada.get(f"/cases/{case_id}").text


def test_sending_a_form_ends_its_draft_and_no_other(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    keep(ada, case_id, "note", text="Called the board.")
    keep(ada, case_id, "check", headline="One day")
    assert submit(ada, case_id, "note", text="Called the board, twice.").status_code == 302
    page = ada.get(f"/cases/{case_id}").text
    assert ">\nCalled the board.</textarea>" not in page
    assert 'value="One day"' in page
    assert ada.post(f"/cases/{case_id}/draft/drop", data={"draft": "check"}).status_code == 302
    assert 'value="One day"' not in ada.get(f"/cases/{case_id}").text


def test_a_form_that_is_refused_keeps_its_draft(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    keep(ada, case_id, "check", headline="One day")
    assert submit(ada, case_id, "check", headline="One day").status_code == 422
    assert 'value="One day"' in ada.get(f"/cases/{case_id}").text


def test_an_emptied_form_leaves_no_draft(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    keep(ada, case_id, "note", text="Called.")
    assert keep(ada, case_id, "note", text="  ").json["saved_at"] is None
    assert "Not sent yet" not in ada.get(f"/cases/{case_id}").text


@pytest.mark.parametrize("form", ["", "nothing", "check-1", "note-<script>", "a" * 300])
def test_a_form_that_the_page_does_not_have_is_refused(desk, make_case, form):
    assert keep(desk("ada"), make_case(), form, text="x").status_code == 400


def test_drafts_are_bounded_and_belong_to_a_case(desk, make_case):
    ada = desk("ada")
    assert keep(ada, make_case(), "note", text="x" * 200_001).status_code == 422
    assert keep(ada, "018f0000-0000-7000-8000-000000000000", "note", text="x").status_code == 404


def test_a_draft_is_text_wherever_it_stands(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    preview = keep(ada, case_id, "check", headline=NASTY, text=f"{NASTY} [x](javascript:alert(1))").json["preview"]
    assert "<script" not in preview
    assert "<img" not in preview
    assert 'href="javascript' not in preview
    assert "<script>alert(1)" not in ada.get(f"/cases/{case_id}").text


def test_an_editor_sees_what_is_new_since_a_verdict_was_sent_back(desk, make_checked, do, ada, eve):
    case_id = make_checked()
    assert "What is new since" not in desk("eve").get(f"/cases/{case_id}").text
    do(case_id, "return", eve, ReturnIn(note="Say which log."))
    do(case_id, "check", ada, VERDICT.model_copy(update={"summary": "The harbour log shows one."}))
    page = desk("eve").get(f"/cases/{case_id}").text
    assert "What is new since the verdict that was sent back" in page
    assert re.search("<ins> ?harbour ?</ins>", page)
    assert re.search(
        r'<th scope="row" role="rowheader">Headline</th>\s*<td role="cell" colspan="2">the same</td>', page
    )


def test_an_editor_sees_what_a_correction_changes(desk, make_published, do, ada):
    case_id = make_published()
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="It was two days."))
    form = desk("ada").get(f"/cases/{case_id}").text
    assert 'name="headline" type="text" dir="auto" value="It was one day"' in form  # it begins with what readers read
    assert re.search(r'value="false" required\s+checked', form)
    do(case_id, "check", ada, VERDICT.model_copy(update={"headline": "It was two days", "rating": "mostly-false"}))
    page = desk("eve").get(f"/cases/{case_id}").text
    assert "What is new since revision 1, which readers read" in page
    assert "<del>one day</del>" in page
    assert "<ins>two days</ins>" in page
    assert re.search("<ins>Mostly ?|Mostly", page)


def test_ties_that_a_checker_declares_go_to_readers(make_case, do, ada, eve, evidence, messages):
    case_id = make_case()
    do(case_id, "evidence", ada, evidence())
    do(case_id, "evidence", ada, evidence("Letter"))
    do(case_id, "check", ada, VERDICT.model_copy(update={"interests": "My brother works at the harbour."}))
    do(case_id, "approve", eve)
    told = next(one for one in messages() if one["topic"] == "verdict.approved.v1")
    assert told["message"]["interests"] == "My brother works at the harbour."


def test_an_earlier_version_of_a_verdict_is_read_and_put_back_into_the_form(desk, make_checked, do, eve, ada, look):
    case_id = make_checked()
    do(case_id, "return", eve, ReturnIn(note="The day is missing."))
    again = {"headline": "It was no day", "text": f"None. {NASTY}", "as_of": "2026-01-27T12:00:00Z"}
    do(case_id, "check", ada, VERDICT.model_validate(VERDICT.model_dump() | again))
    page, ada_s = desk("ada").get(f"/cases/{case_id}/versions").text, desk("ada")
    assert page.index("Version 2, the newest") < page.index("Version 1")
    assert "<del>one</del>" in page.replace("<del>one </del>", "<del>one</del>")
    assert "<script>alert(1)" not in page
    seqs = [int(one) for one in re.findall(rf"/cases/{case_id}/versions/(\d+)", page)]
    assert seqs == []  # it waits for an editor: nobody can give another verdict now
    do(case_id, "return", eve, ReturnIn(note="The first was better."))
    newest, first = re.findall(rf"/cases/{case_id}/versions/(\d+)", ada_s.get(f"/cases/{case_id}/versions").text)
    version = look(case_id).version
    assert ada_s.post(f"/cases/{case_id}/versions/{first}").headers["Location"].endswith(f"/cases/{case_id}#check")
    form = ada_s.get(f"/cases/{case_id}").text
    assert 'name="headline" type="text" dir="auto" value="It was one day"' in form
    assert look(case_id).version == version  # only the form is filled
    assert 'value="It was one day"' not in desk("ben").get(f"/cases/{case_id}").text.partition('id="check"')[2]
    ada_s.post(f"/cases/{case_id}/versions/{newest}")
    assert 'name="as_of" type="datetime-local" value="2026-01-27T12:00"' in ada_s.get(f"/cases/{case_id}").text
    assert ada_s.post(f"/cases/{case_id}/versions/999999").status_code == 404


def test_a_time_in_a_draft_is_the_same_time_when_its_writer_comes_back(desk, make_case):
    """The browser shows it in its own zone each time: so it is kept in UTC."""
    case_id, ada = make_case(), desk("ada")
    keep(ada, case_id, "check", as_of="2026-01-27T14:05", zone="Europe/Berlin")
    assert 'name="as_of" type="datetime-local" value="2026-01-27T13:05"' in ada.get(f"/cases/{case_id}").text
