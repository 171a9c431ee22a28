"""The desk's pages: the same verbs by forms."""

import re
from datetime import timedelta

from markupsafe import escape
from review_desk import NASTY, VERDICT, submit
from sqlalchemy import event
from sqlmodel import select

from services.review import queries, workflow
from services.review.models import Note, Person
from services.review.schemas import CloseIn, ReopenIn
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


def test_a_case_that_has_its_evidence_asks_for_none(desk, make_case, do, ada, evidence):
    case_id, browser = make_case(), desk("ada")
    assert "It needs evidence and a verdict." in browser.get(f"/cases/{case_id}").text
    for title in ("Log", "Minutes"):
        do(case_id, "evidence", ada, evidence(title))
    page = browser.get(f"/cases/{case_id}").text
    assert "It needs a verdict." in page
    assert "It needs evidence" not in page


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
        ("reopen", {"note": "It can be checked.", "take": "true"}),
        ("release", {}),
        ("evidence", {"kind": "data", "stance": "context", "title": "Table", "public": "true"}),
    ):
        assert submit(eve, case_id, name, **fields).status_code == 302, name
    page = eve.get(f"/cases/{case_id}").text
    item = re.search(r'name="evidence_id" value="([^"]+)"', page).group(1)
    assert submit(eve, case_id, "strike", evidence_id=item, reason="Wrong table.").status_code == 302
    page = eve.get(f"/cases/{case_id}").text
    for words in ("nobody → Ada", "Not checkable", "“Wrong table.”", "unverified → closed", "closed → unverified",
                  "Ada → Eve"):  # fmt: skip
        assert words in page, words
    assert look(case_id).version == 9


def test_who_reopens_a_claim_says_whether_they_work_on_it(desk, make_published, look, people):
    """Checkers reopen what they are about to mend, editors mostly what others will."""
    case_id, ada, eve = make_published(), desk("ada"), desk("eve")

    def is_ticked(page):
        (box,) = re.findall(r'<input type="checkbox" name="take" value="true"([^>]*)>\s+I work on it', page)
        return "checked" in box

    assert (is_ticked(ada.get(f"/cases/{case_id}").text), is_ticked(eve.get(f"/cases/{case_id}").text)) == (True, False)
    for browser, sent in ((ada, {}), (eve, {"take": "true"})):
        without_kind = submit(browser, case_id, "reopen", note="It was two days.", **sent)
        assert (without_kind.status_code, is_ticked(without_kind.text)) == (422, bool(sent)), "as it was sent"
        kept = {"seen": look(case_id).version, "draft": "reopen", "note": "It was two days."} | sent
        assert browser.post(f"/cases/{case_id}/draft", data=kept).status_code == 200
        assert is_ticked(browser.get(f"/cases/{case_id}").text) == bool(sent), "as it was left"
        elsewhere = submit(browser, case_id, "note", text="")
        assert (elsewhere.status_code, is_ticked(elsewhere.text)) == (422, bool(sent)), "as it was left"
    assert submit(ada, case_id, "reopen", kind="correction", note="It was two days.", take="true").status_code == 302
    assert look(case_id).assignee_id == people["ada"].id


def test_who_hands_a_claim_over_sees_how_many_open_claims_each_colleague_has(desk, make_case, make_checked, do, people):
    """Of those that are checked, closed or tries they have nothing in hand any more."""
    ada, ben = people["ada"], people["ben"]
    case_id, closed = make_case(), make_case()
    for one, who in (
        (case_id, ben),
        (make_case(), ada),
        (make_case(), ada),
        (make_case(test=True), ada),
        (closed, ada),
    ):
        do(one, "take", who)
    do(closed, "close", people["eve"], CloseIn(reason="spam", note="x"))
    make_checked()
    for browser in (desk("eve"), desk("ben")):
        form = browser.get(f"/cases/{case_id}").text.partition('id="assign-to"')[2].partition("</select>")[0]
        offered = re.findall(r">([A-Z][^<]+)</option>", form)
        assert offered == ["Ada · 2", "Ben · 1", "Eve · 0", "Root · 0"]


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
