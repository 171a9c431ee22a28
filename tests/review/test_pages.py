"""The desk's pages: the same verbs by forms."""

import re
from datetime import timedelta

from markupsafe import escape
from review_desk import NASTY, VERDICT, submit
from sqlalchemy import event
from sqlmodel import select

from services.review import queries, workflow
from services.review.models import Note, Person
from services.review.schemas import NoteIn, ReopenIn, ReturnIn
from shared.clock import now
from shared.contracts import ClaimSubmitted

ELSEWHERE = {
    "move",
    "reply",
    "strike",
    "tag",
    "merge",
    "accept",  # where there is a candidate
    "refuse",
}  # need another desk, a request, a note, another claim; or the queue


def test_a_claim_goes_through_the_desk_by_forms(desk, make_case, look, confirm):
    ada, eve = desk("ada"), desk("eve")
    case_id = make_case("The bridge was closed.")
    assert "The bridge was closed." in ada.get("/").text
    assert submit(ada, case_id, "take").status_code == 302
    for title in ("Log", "Statement"):
        assert (
            submit(ada, case_id, "evidence", kind="document", stance="refutes", title=title, public="true").status_code
            == 302
        )
    assert submit(ada, case_id, "note", text="Call the board.").status_code == 302
    checked = submit(ada, case_id, "check", rating="false", headline="One day", summary="One.", text="One.", unknown="")
    assert checked.status_code == 302
    assert "Approve and publish" not in ada.get(f"/cases/{case_id}").text
    assert "Approve and publish" in eve.get(f"/cases/{case_id}").text
    assert submit(eve, case_id, "approve").status_code == 302
    confirm(case_id)
    assert "http://127.0.0.1:8003/checks" in eve.get(f"/cases/{case_id}").text
    assert submit(ada, case_id, "reopen", kind="correction", note="We missed one.").status_code == 302
    assert look(case_id).revision == 2


def test_who_of_a_newsroom_sent_a_claim_in_is_told_beside_why(desk, submitted, review):
    told = submitted(newsrooms=("Courier", "Radio", "Wire")).model_dump(mode="json")
    told["submissions"][0] |= {
        "reason": "It is shared.",
        "submitter": {"name": "Jo Doe", "role": "night editor", "country": "DE"},
    }
    told["submissions"][1]["submitter"] = {
        "name": NASTY,
        "platform": "WhatsApp",
        "language": "uk",
    }
    with review.transaction() as session:
        case_id = workflow.open_case(session, ClaimSubmitted.model_validate(told)).id
    page = desk("ada").get(f"/cases/{case_id}").text
    sent = page.partition('id="h-in"')[2].partition("</section>")[0]
    first, second, third = re.findall(r"<li[^>]*>(.*?)</li>", sent, re.S)
    assert "<bdi>It is shared.</bdi>" in first
    assert "<bdi>Jo Doe, night editor</bdi> · <bdi>Germany</bdi></span>" in first
    for part in ("by WhatsApp", "language uk", str(escape(NASTY))):
        assert f"<bdi>{part}</bdi>" in second
    assert 'class="small"><bdi>' not in third, "of whom nothing is known nothing is told"


def test_every_act_that_is_allowed_has_its_form_and_no_other_has(desk, make_case, make_checked, review, people):
    eve = desk("eve")
    for case_id in (make_case(), make_checked()):
        with review.reading() as session:
            allowed = set(queries.get_case(session, case_id, people["eve"]).allowed)
        page = eve.get(f"/cases/{case_id}").text
        offered = set(re.findall(rf'action="/cases/{case_id}/(\w+)"', page))
        assert offered - {"seal"} <= allowed  # a seal is made of a case in any state: no act
        assert allowed - offered <= ELSEWHERE


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


def test_a_case_that_has_its_evidence_asks_for_none(desk, make_case, do, ada, evidence):
    case_id, browser = make_case(), desk("ada")
    assert "It needs evidence and a verdict." in browser.get(f"/cases/{case_id}").text
    for title in ("Log", "Minutes"):
        do(case_id, "evidence", ada, evidence(title))
    page = browser.get(f"/cases/{case_id}").text
    assert "It needs a verdict." in page
    assert "It needs evidence" not in page


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


def test_a_source_with_a_reason_to_withhold_it_is_never_shown_by_mistake(desk, make_case):
    case_id, ada = make_case(), desk("ada")
    given = {
        "kind": "document",
        "title": "Notes of a call",
        "stance": "context",
        "withheld_reason": "It names a source.",
    }
    answer = submit(ada, case_id, "evidence", **given, public="true")
    assert answer.status_code == 422
    assert "choose that they don" in answer.text
    assert submit(ada, case_id, "evidence", **given, public="false").status_code == 302


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


def test_who_had_a_hand_reads_on_the_case_why_they_cannot_approve(desk, make_case, do, eve, evidence):
    case_id = make_case()
    for title in ("Log", "Letter"):
        do(case_id, "evidence", eve, evidence(title))
    do(case_id, "check", eve, VERDICT)
    client = desk("eve")
    assert "had no hand in this verdict" in client.get(f"/cases/{case_id}").text
    answer = submit(client, case_id, "approve")
    assert answer.status_code == 403
    assert "somebody else has to approve it" in answer.text
    assert "It was one day" in answer.text, "it is said on the case's page"


def test_the_rule_says_what_is_missing_before_a_check(desk, make_case, do, ada, evidence):
    client, case_id = desk("ada"), make_case()
    assert "2 pieces of evidence" in client.get(f"/cases/{case_id}").text
    do(case_id, "evidence", ada, evidence())
    fields = {"rating": "false", "headline": "H", "summary": "S", "text": "T"}
    refused = submit(client, case_id, "check", **fields)
    assert refused.status_code == 422
    assert 'id="check-waiver-error"' in refused.text
    assert 'href="#check-waiver"' in refused.text
    assert submit(client, case_id, "check", waiver="There is one register.", **fields).status_code == 302


def test_every_act_is_done_by_its_form(desk, make_case, make_published, look):
    """Those that the way of a claim above does not use."""
    eve, case_id = desk("eve"), make_case()
    for name, fields in (
        ("take", {}),
        ("release", {}),
        ("assign", {"to": "ada@desk.example", "note": "Please."}),
        ("close", {"reason": "not_checkable", "note": "An opinion."}),
        ("reopen", {"note": "It can be checked."}),
        ("evidence", {"kind": "data", "stance": "context", "title": "Table", "public": "true"}),
    ):
        assert submit(eve, case_id, name, **fields).status_code == 302, name
    page = eve.get(f"/cases/{case_id}").text
    item = re.search(r'name="evidence_id" value="([^"]+)"', page).group(1)
    assert submit(eve, case_id, "strike", evidence_id=item, reason="Wrong table.").status_code == 302
    page = eve.get(f"/cases/{case_id}").text
    for words in ("nobody → Ada", "Not checkable", "“Wrong table.”", "unverified → closed", "closed → unverified"):
        assert words in page, words
    assert look(case_id).version == 8


def test_a_changed_rating_is_shown_old_and_new(desk, make_published, do, ada, evidence):
    case_id = make_published()
    do(case_id, "reopen", ada, ReopenIn(kind="correction", note="A page was missing."))
    do(case_id, "check", ada, VERDICT.model_copy(update={"rating": "half-true"}))
    page = desk("eve").get(f"/cases/{case_id}").text
    revisions = page[page.index('id="h-revisions"') :]
    assert re.search(r"<del>.*False.*</del> →\s.*Half true", re.sub(r"<svg.*?</svg>", "", revisions, flags=re.S), re.S)
    assert "Correction: <bdi>A page was missing.</bdi>" in revisions


def test_a_very_deep_thread_is_read_like_any_other(desk, make_case, review):
    case_id = make_case()
    with review.transaction() as session:
        above = None
        person = session.exec(select(Person)).first()
        for number in range(400):
            note = Note(case_id=case_id, person_id=person.id, reply_to=above, text=f"No. {number}.", state="unverified")
            session.add(note)
            session.flush()
            above = note.id
    page = desk("ada").get(f"/cases/{case_id}")
    assert page.status_code == 200
    assert "No. 399." in page.text


def test_the_queue_is_read_page_by_page_and_keeps_its_filters(desk, make_case):
    for number in range(35):
        make_case(f"Claim {number:02} about lamps", tags=["budget"])
    make_case("Something else")
    ada, seen = desk("ada"), []
    path = "/?view=open&q=lamps&tag=budget"
    while path:
        page = ada.get(path).text
        seen += re.findall(r"Claim (\d\d) about lamps</bdi></a>", page)
        assert "Something else" not in page
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following and following.group(1).replace("&amp;", "&")
    assert seen == [f"{number:02}" for number in range(35)]


def test_the_queue_says_why_a_claim_is_here_and_how_long_is_left(desk, make_case):
    make_case("Urgent", newsrooms=("Courier", "Radio"), urgency=1, due_at=now() + timedelta(minutes=42, seconds=59))
    make_case("Late", due_at=now() - timedelta(hours=3, minutes=1))
    make_case("Some day", due_at=now() + timedelta(days=21, minutes=1))
    page = desk("ada").get("/?view=open").text
    for words in ("urgent", "sent in by 2 newsrooms", "due in 42 min", "overdue by 3 h", "due in 21 days"):
        assert words in page, words
    warned = re.findall(r'class="due"><time[^>]*>([^<]*)</time>', page)
    assert sorted(warned) == ["due in 42 min", "overdue by 3 h"]  # what is far off is no alarm


def test_an_act_that_is_not_possible_says_so_on_the_page(desk, make_case):
    answer = submit(desk("eve"), make_case(), "approve")
    assert answer.status_code == 409
    assert "A claim that is unverified cannot be approved." in answer.text


def test_html_in_every_field_is_shown_as_text(desk, review, people, submitted, do):
    party = {"name": NASTY, "title": NASTY, "organization": NASTY}
    message = submitted(
        NASTY,
        newsrooms=(NASTY,),
        claimant=party,
        hedge=NASTY,
        condition=NASTY,
        story={"headline": NASTY, "publisher": NASTY, "dateline": NASTY, "url": "https://x.example/?q=%22"},
        quote={"exact": NASTY, "prefix": NASTY, "suffix": NASTY},
        appearances=({"url": "https://x.example/", "title": NASTY, "publisher": NASTY, "medium": NASTY},),
        statements=(
            {
                "id": "a",
                "stance": "asserts",
                "speaker": party,
                "quote": NASTY,
                "paraphrase": NASTY,
                "via": [{"name": NASTY, "relation": NASTY}],
            },
            {"id": "b", "stance": "denies", "unnamed": {"described_as": NASTY, "basis": NASTY, "reason": NASTY}},
        ),
        requests_for_comment=(
            {"id": "r", "asked_by": NASTY, "asked": NASTY, "channel": NASTY, "reply": NASTY, "outcome": "answered"},
        ),
        tags=(NASTY[:40],),
    )
    with review.transaction() as session:
        case_id = workflow.open_case(session, message).id
    ada = desk("ada")
    submit(ada, case_id, "note", text=NASTY)
    submit(
        ada,
        case_id,
        "evidence",
        kind="document",
        stance="refutes",
        title=NASTY,
        publisher=NASTY,
        quote=NASTY,
        public="false",
        withheld_reason=NASTY,
    )
    submit(
        ada, case_id, "check", rating="false", headline=NASTY, summary=NASTY, text=NASTY, unknown=NASTY, waiver=NASTY
    )
    for path in (f"/cases/{case_id}", "/?view=approve"):
        page = ada.get(path).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert (
            "49" not in re.sub(r"\d{4,}|:49|49:|-49|v49", "", re.sub(r"[0-9a-f-]{30,}", "", page)) or "{{7*7}}" in page
        )


def test_pages_are_kept_by_nobody_and_carry_a_strict_policy(desk, make_case):
    answer = desk("ada").get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text)
    assert "<script>" not in answer.text


def test_an_empty_list_says_what_to_do(desk, make_case, do, ada):
    do(make_case(), "take", ada)
    assert "Nothing waits for a checker." in desk("ada").get("/?view=open").text
    assert "Nothing in this list fits." in desk("ada").get("/?view=open&q=zebra").text


def test_a_page_that_is_not_there_and_a_case_that_is_not_there(desk):
    ada = desk("ada")
    for path in ("/nowhere", "/cases/0199f3c0-0000-7000-8000-000000000000"):
        answer = ada.get(path)
        assert answer.status_code == 404
        assert "To the queue" in answer.text


def test_the_queue_page_asks_the_database_a_fixed_number_of_times(desk, make_case, review):
    ada = desk("ada")
    statements = []
    event.listen(review.database._reader, "before_cursor_execute", lambda *given: statements.append(given[2]))
    counts = []
    ada.get("/?view=open")  # what a process remembers of the desk is remembered
    for more in (1, 20):
        for number in range(more):
            make_case(f"Claim {number} of many")
        statements.clear()
        ada.get("/?view=open")
        counts.append(len([one for one in statements if one != "BEGIN"]))  # which SQLite alone is told by a statement
    assert counts[0] == counts[1] < 12
