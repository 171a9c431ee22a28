"""Whose account is opened otherwise from now on learns of it, ends what they do not know, and comes by a passkey alone."""

import pyotp
import pytest
from errand_runner import do_errands
from post_office import mail_server
from review_desk import PASSWORD

from services.review import auth, codes, queries, workflow
from services.review.passkeys import Made
from services.review.schemas import InviteIn, ReadIn
from services.review.workflow import invitations, passkeys
from shared.clock import now

NEW = "another long horse"
NONSENSE = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "AAAA"}}


@pytest.fixture
def mail():
    with mail_server() as (keeper, url):
        yield keeper, url


@pytest.fixture
def review(start_service, mail):
    return start_service("review", smtp_url=mail[1], public_base_url="http://localhost:8002")


def test_whoever_s_account_is_opened_otherwise_is_mailed_though_it_was_read_in_the_page(
    review, mail, ada, people, desk
):
    secret_key, browser = review.settings.secret_key, desk("ada")
    with review.transaction() as session:
        factor = workflow.begin_factor(session, ada)
        typed = pyotp.TOTP(codes.secret_of(secret_key, factor.salt)).at(now())
        session.flush()
        workflow.confirm_factor(session, typed, ada, secret_key)
        recovery = workflow.renew_recovery_codes(session, ada)
        assert workflow.use_code(session, ada.id, recovery[0], secret_key) == "recovery"
        assert workflow.use_code(session, ada.id, recovery[0], secret_key) is None
        workflow.reset_factor(session, ada.id, people["root"])
        passkeys.add_passkey(session, Made("AAAA", "AAAA", 0, False), "work phone", ada)
        passkeys.remove_passkey(session, "AAAA", ada)
        workflow.renew_password(session, session.merge(ada), PASSWORD, None)
    browser = desk("ada")
    assert browser.post("/account/password", data={"password": PASSWORD, "new": NEW}).status_code == 302
    page = browser.get("/notifications").text
    with review.reading() as session:
        told = queries.list_notifications(session, ada, 50)
    with review.transaction() as session:
        workflow.read_notifications(session, ada, ReadIn().ids)
    said = [
        "Your password was changed.", "Your password was renewed, by a command", "“work phone” was removed",
        "“work phone” was added", "taken away, with its recovery codes, by Root.", "A recovery code was used",
        "New recovery codes were made", "A second factor was set up",
    ]  # fmt: skip
    assert [(one.kind, one.case_id, one.claim) for one in told] == [("account", None, None)] * len(said)
    assert [words for words, one in zip(said, told, strict=True) if words not in one.words or words not in page] == []
    do_errands(review)
    letters = mail[0].letters
    assert {one["To"] for one in letters} == {"ada@desk.example"}
    assert len({one["Message-ID"] for one in letters}) == len(letters) == len(said)
    texts = [" ".join(one.get_content().split()) for one in letters]
    assert [words for words in said if sum(words in one for one in texts) != 1] == []
    assert all("http://localhost:8002/account" in one for one in texts)
    opened = browser.post(f"/notifications/{told[0].id}/open", data={"case": ""})
    assert opened.headers["Location"] == "/account"


def test_sessions_end_one_by_one_by_their_owner_or_an_admin(review, desk, people, client):
    here, there, root = desk("ada"), desk("ada"), desk("root")
    with review.reading() as session:
        newest, older = [one.id for one in queries.list_sign_ins(session, people["ada"].id, now() - auth.IDLE)]
    at = f"/people/{people['ada'].id}/sessions"
    assert root.get(at).text.count("Sign out there") == 2
    ben = desk("ben")
    assert [ben.get(at).status_code, ben.post(f"{at}/{newest}/end").status_code] == [403, 403]
    assert root.post(f"/people/{people['ben'].id}/sessions/{newest}/end").status_code == 404
    assert root.post(f"{at}/{newest}/end").status_code == 302
    assert [one.get("/account").status_code for one in (here, there)] == [200, 302]
    with review.transaction() as session:
        ada, admin = (
            {"Authorization": f"Bearer {auth.make_token(session, people[one], 'x')}"} for one in ("ada", "root")
        )
    (mine,) = client.get("/v1/me/sessions", headers=ada).json["data"]
    assert (mine["id"], mine["way"]) == (str(older), "password")
    assert client.get(f"/v1{at}", headers=admin).json["data"] == [mine]
    (his,) = client.get("/v1/me/sessions", headers=admin).json["data"]
    assert client.get(f"/v1{at}", headers=ada).status_code == 403
    assert client.delete(f"/v1/me/sessions/{his['id']}", headers=ada).status_code == 404
    assert [client.delete(f"/v1{at}/{mine['id']}", headers=admin).status_code for _ in range(2)] == [204, 404]
    assert here.get("/account").status_code == 302
    with review.reading() as session:
        assert [one.action for one in queries.list_acts(session, 2)] == ["session ended", "session ended"]


def test_an_invitation_is_accepted_by_a_passkey_that_was_made_for_it_alone(app, review, people):
    with review.transaction() as session:
        links = [
            invitations.invite(session, InviteIn(email=f"{one}@desk.example"), people["root"]) for one in ("nia", "al")
        ]
        nia, al = (invitations.address_of(one).removeprefix("http://localhost:8002") for one in links)
        nia_id = links[0].id
    client = app.test_client()
    assert "come-by-passkey" in client.get(nia).text
    asked = client.post(f"{nia}/passkey/options", json={"name": "Nia"}).json
    assert (asked["user"]["name"], asked["user"]["displayName"]) == ("nia@desk.example", "Nia")
    answer = {"credential": NONSENSE, "name": "Nia"}
    assert client.post(f"{al}/passkey", json=answer).status_code == 400, "what was asked for one invitation"
    client.post(f"{nia}/passkey/options", json={"name": "Nia"})
    assert client.post(f"{nia}/passkey", json=answer).status_code == 422
    assert client.post(f"{nia[:-3]}xyz/passkey/options", json={"name": "Nia"}).status_code == 404
    assert client.post(f"{nia}/passkey/options", json={"name": ""}).status_code == 422
    assert client.get(nia).status_code == 200, "it is open still"
    with review.transaction() as session:
        token = nia.rpartition("/")[2]
        come = invitations.accept_by_passkey(session, token, "Nia", Made("BBBB", "BBBB", 0, True), "Firefox")
        assert (come.id, come.email, come.password_hash) == (nia_id, "nia@desk.example", "")
    assert client.post(f"{nia}/passkey/options", json={"name": "Nia"}).status_code == 404
