"""Forms of the desk that could not be taken: what was typed is kept, and the page says what to do."""

import re

from review_desk import VERDICT, submit

from services.review.schemas import NoteIn, ReturnIn


def test_what_was_typed_is_kept_and_the_error_stands_beside_the_field(desk, make_case, look):
    ada, case_id = desk("ada"), make_case()
    answer = submit(
        ada,
        case_id,
        "evidence",
        kind="document",
        stance="refutes",
        title="My title",
        url="javascript:alert(1)",
        public="true",
    )
    assert answer.status_code == 422
    assert 'value="My title"' in answer.text
    assert 'id="evidence-url-error"' in answer.text
    assert 'aria-describedby="evidence-url-error"' in answer.text
    assert look(case_id).version == 1


def test_a_headline_that_is_too_long_is_told_in_letters(desk, make_case):
    case_id, typed = make_case(), VERDICT.model_dump(exclude_none=True) | {"headline": "W" * 201}
    page = submit(desk("ada"), case_id, "check", **typed).text
    assert "This is too long: it may have 200 letters." in page
    assert "items" not in page
    assert typed["headline"] in page


def test_what_depends_on_two_fields_is_said_at_the_one_that_is_to_be_mended(desk, make_case):
    typed = {"stance": "refutes", "kind": "document", "title": "Log", "public": "false"}
    page = submit(desk("ada"), make_case(), "evidence", **typed).text
    assert '<a href="#evidence-withheld_reason">Why it is withheld</a>' in page
    assert 'id="evidence-withheld_reason-error">Has to tell readers why they don&#39;t see it' in page


def test_a_stale_form_keeps_what_was_typed_beside_what_another_wrote(desk, make_case, do, people):
    ada, case_id = desk("ada"), make_case()
    do(case_id, "note", people["eve"], NoteIn(text="Eve was here."))
    answer = ada.post(f"/cases/{case_id}/note", data={"seen": "1", "text": "My own words"})
    assert answer.status_code == 412
    assert "My own words" in answer.text
    assert "Eve was here." in answer.text


def test_a_double_click_does_it_once(desk, make_case, look):
    ada, case_id = desk("ada"), make_case()
    for expected in (302, 412):
        assert ada.post(f"/cases/{case_id}/note", data={"seen": "1", "text": "Once."}).status_code == expected
    assert look(case_id).version == 2


def test_a_reply_and_a_reason_that_are_refused_are_kept_where_they_were_typed(desk, make_case, do, ada, look):
    case_id = make_case()
    do(case_id, "note", ada, NoteIn(text="First."))
    client = desk("ada")
    note_id = re.search(r'name="reply_to" value="([^"]+)"', client.get(f"/cases/{case_id}").text).group(1)
    reply = submit(client, case_id, "note", reply_to=note_id, text="My reply" + "\x07")
    assert reply.status_code == 422
    assert f'id="note-{note_id}-text-error"' in reply.text
    assert re.search(rf'<textarea id="note-{note_id}-text"[^>]*>\s*My reply', reply.text)
    assert re.search(r'<textarea id="note-text"[^>]*>\s*</textarea>', reply.text), "the other form stays empty"
    strike = submit(client, case_id, "strike", note_id=note_id, reason="Too " + "long" * 3000)
    assert strike.status_code == 422
    assert f'id="strike-{note_id}-reason-error"' in strike.text
    assert look(case_id).version == 2


def test_what_was_typed_is_kept_when_its_form_is_no_longer_there(desk, make_checked, make_case, do, ada, evidence):
    client, case_id = desk("ben"), make_checked()
    late = client.post(
        f"/cases/{case_id}/check",
        data={"seen": "4", "rating": "true", "headline": "Ben's", "summary": "S.", "text": "Ben's long text."},
    )
    assert late.status_code == 412
    assert "Ben&#39;s long text." in late.text
    assert "It was one day" in late.text, "the verdict that stands is shown beside it"
    assert "Ada</strong> gave a verdict" in late.text or "Ada gave a verdict" in late.text


def test_a_verdict_typed_on_an_older_version_stands_beside_the_one_that_was_written(desk, make_checked, do, eve):
    case_id = make_checked()
    do(case_id, "return", eve, ReturnIn(note="Name the engineer."))
    page = desk("ada").get(f"/cases/{case_id}").text
    assert "Sent back by Eve" in page
    assert "Name the engineer." in page
    ada = desk("ada")
    late = ada.post(
        f"/cases/{case_id}/check",
        data={"seen": "5", "rating": "true", "headline": "Mine", "summary": "The log shows one.", "text": "Mine."},
    )
    assert late.status_code == 412
    standing, mine = re.search(r"<dt>Rating</dt>\s*<dd>(.*?)</dd>\s*<dd>(.*?)</dd>", late.text).groups()
    assert "False" in standing
    assert "True" in mine
    assert "Eve sent it back" in late.text
    assert 'value="Mine"' in late.text


def test_a_form_that_is_sent_twice_says_that_it_was_done_once(desk, make_case):
    ada, case_id = desk("ada"), make_case()
    for _ in range(2):
        answer = ada.post(f"/cases/{case_id}/note", data={"seen": "1", "text": "Once."})
    assert answer.status_code == 412
    assert "You have done this already; it was done once." in answer.text


def test_an_act_that_is_not_possible_says_so_on_the_page(desk, make_case):
    answer = submit(desk("eve"), make_case(), "approve")
    assert answer.status_code == 409
    assert "A claim that is unverified cannot be approved." in answer.text
