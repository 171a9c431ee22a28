"""The desk's pages: the same verbs by forms."""

import re

import pytest
from review_desk import PASSWORD
from sqlalchemy import event

from services.review import auth, workflow
from services.review.app import create_app
from services.review.schemas import NoteIn

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": f"{name}@desk.example", "password": password} | more)


@pytest.fixture
def desk(app, people):
    """`desk("ada")`: a browser in which that person is signed in."""

    def browser(name):
        client = app.test_client()
        assert sign_in(client, name).status_code == 302
        return client

    return browser


def submit(client, case_id, name, **fields):
    page = client.get(f"/cases/{case_id}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    version = seen.group(1) if seen else "1"
    return client.post(f"/cases/{case_id}/{name}", data={"seen": version} | fields)


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


def test_every_act_that_is_allowed_has_its_form_and_no_other_has(desk, make_case, make_checked):
    eve = desk("eve")
    for case_id in (make_case(), make_checked()):
        page = eve.get(f"/cases/{case_id}").text
        offered = set(re.findall(rf'action="/cases/{case_id}/(\w+)"', page))
        assert offered in ({"take", "assign", "note", "evidence", "check", "close"}, {"note", "return", "approve"})


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, people):
    wrong = sign_in(client, "ada", "not the password")
    unknown = sign_in(client, "nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert auth.WRONG in wrong.text
    assert auth.WRONG in unknown.text
    assert 'value="ada@desk.example"' in wrong.text, "the address typed is kept"


def test_ten_wrong_passwords_close_the_door_for_a_while(client, people):
    for _ in range(10):
        sign_in(client, "ada", "guess")
    refused = sign_in(client, "ada")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert sign_in(client, "ben").status_code == 302, "nobody else is locked out"


def test_nothing_opens_without_signing_in(client, make_case):
    case_id = make_case()
    for path in ("/", f"/cases/{case_id}", "/account"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/sign-in?next=" in answer.headers["Location"]
    assert client.post(f"/cases/{case_id}/take", data={"seen": 1}).status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil", "https://evil.example", "javascript:1", "/\t/evil"]
)
def test_signing_in_never_leads_to_another_site(client, people, target):
    answer = sign_in(client, "ada", next=target)
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_one_came_from(client, people, make_case):
    path = f"/cases/{make_case()}"
    assert sign_in(client, "ada", next=path).headers["Location"] == path


def test_a_form_without_its_token_is_refused(review, people):
    client = create_app(review.settings).test_client()
    assert sign_in(client, "ada").status_code == 400
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    assert sign_in(client, "ada", csrf_token=token).status_code == 302
    assert client.post("/sign-out").status_code == 400


def test_the_session_changes_at_sign_in_and_its_cookie_is_guarded(client, people):
    answer = sign_in(client, "ada")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    first = client.get_cookie("factdesk_review").value
    sign_in(client, "ada")
    assert client.get_cookie("factdesk_review").value != first


def test_signing_out_ends_the_session_even_for_a_copied_cookie(app, desk):
    ada = desk("ada")
    copied = ada.get_cookie("factdesk_review").value
    ada.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("factdesk_review", copied)
    assert thief.get("/").status_code == 302


def test_sessions_can_be_seen_and_revoked(desk):
    here, there = desk("ada"), desk("ada")
    assert "Sign out there" in here.get("/account").text
    here.post("/account/sign-ins/revoke")
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_who_is_deactivated_or_loses_a_role_does_so_at_once(desk, review, people, make_checked):
    eve, ada = desk("eve"), desk("ada")
    case_id = make_checked()
    with review.transaction() as session:
        session.get(type(people["eve"]), people["eve"].id).roles = ["checker"]
        session.get(type(people["ada"]), people["ada"].id).active = False
    assert submit(eve, case_id, "approve").status_code == 403
    assert ada.get("/").status_code == 302


def test_a_personal_token_is_made_shown_once_and_revoked(desk, client):
    ada = desk("ada")
    page = ada.post("/account/tokens", data={"name": NASTY}).text
    token = re.search(r"fdt_[0-9a-f]+_[0-9a-f]+", page).group(0)
    assert "<script>alert" not in page
    header = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/me", headers=header).status_code == 200
    assert token not in ada.get("/account").text
    ada.post(f"/account/tokens/{token.split('_')[1]}/revoke")
    assert client.get("/v1/me", headers=header).status_code == 401


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


def test_an_empty_list_says_what_to_do(desk):
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
    for more in (1, 20):
        for number in range(more):
            make_case(f"Claim {number} of many")
        statements.clear()
        ada.get("/?view=open")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12
