"""Signing in by the newsroom's own provider, a real one on loopback."""

from urllib.parse import urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey
from provider import Provider
from served import served
from sqlmodel import select

from services.review import history, queries
from services.review.app import create_app
from services.review.models import Identity, Person
from services.review.schemas import InviteIn
from services.review.workflow import invitations


@pytest.fixture
def provider():
    made = Provider()
    with served(made.app) as url:
        made.url = url
        yield made


@pytest.fixture
def settings():
    """More settings than where the provider is."""
    return {}


@pytest.fixture
def review(start_service, provider, settings):
    return start_service(
        "review", oidc_issuer=provider.url, oidc_client_id="desk", oidc_client_secret="kept from browsers",
        oidc_name="Newsroom account", oidc_domains="desk.example,paper.example", **settings,
    )  # fmt: skip


@pytest.fixture
def come(app):
    """`come()`: a browser goes to the provider and comes back; returns it and the desk's answer."""

    def back(client=None, change=lambda address: address):
        client = client or app.test_client()
        there = client.get("/sign-in/provider?next=/desks")
        assert there.status_code == 302
        answer = requests.get(there.headers["Location"], allow_redirects=False, timeout=240)
        parts = urlsplit(change(answer.headers["Location"]))
        return client, client.get(f"{parts.path}?{parts.query}")

    return back


def is_in(client):
    return client.get("/account").status_code == 200


def test_whoever_the_provider_vouches_for_comes_in_by_their_address(come, provider, review, people, client):
    assert "Newsroom account" in client.get("/sign-in").text
    ada, answer = come()
    assert answer.headers["Location"] == "/desks"
    assert is_in(ada)
    assert "by the newsroom’s sign-in" in ada.get("/account").text
    asked = provider.asked[-1]
    assert len(asked["nonce"]) >= 20
    assert len(asked["state"]) >= 20
    provider.user |= {"email": "ada.byron@elsewhere.example", "email_verified": False}
    assert is_in(come()[0]), "the subject counts once it is known"
    with review.reading() as session:
        (found,) = session.exec(select(Identity)).all()
        assert (found.subject, found.person_id) == ("u1", people["ada"].id)
        assert [one.action for one in queries.list_acts(session, 9)] == ["provider linked"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"email_verified": False}, "does not say that your e-mail address is verified"),
        ({"email_verified": "false"}, "does not say that your e-mail address is verified"),
        ({"email": "ada@evil.example"}, "are not let in"),
        ({"email": "ada@notdesk.example"}, "are not let in"),
        ({"email": "new@desk.example"}, "Ask an admin of the desk to invite you"),
    ],
)
def test_others_are_told_why_they_do_not_come_in(come, provider, people, said, words):
    provider.user |= said
    client, answer = come()
    assert answer.status_code == 403
    assert words in answer.text
    assert not is_in(client)


def test_who_has_left_does_not_come_in_that_way(come, review, people):
    with review.transaction() as session:
        session.get(Person, people["ada"].id).active = False
    client, answer = come()
    assert answer.status_code == 403
    assert not is_in(client)


def test_an_invitation_is_accepted_by_the_provider(come, provider, review, people):
    provider.user = {"sub": "u2", "email": "Nia@paper.example", "email_verified": True, "name": "Nia Njoroge"}
    with review.transaction() as session:
        invitations.invite(session, InviteIn(email="nia@paper.example", role="editor"), people["root"])
    client, _ = come()
    assert is_in(client)
    with review.reading() as session:
        nia = queries.find_person(session, "nia@paper.example")
        assert (nia.name, nia.roles, nia.password_hash) == ("Nia Njoroge", ["editor"], "")
        assert history.verify(session).broken == []
    assert client.post("/sign-in", data={"email": "nia@paper.example", "password": ""}).status_code == 401


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "another"}, {"aud": "somebody else"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": None},
    ],
)  # fmt: skip
def test_an_answer_that_does_not_hold_opens_nothing(come, provider, people, spoil, caplog):
    provider.spoil = spoil
    client, answer = come()
    assert answer.status_code == 401
    assert "did not come to its end" in answer.text
    assert not is_in(client)
    assert any("does not hold" in line for line in caplog.messages)


def test_nor_does_one_with_another_key_or_another_state_or_in_another_browser(come, provider, people, app):
    provider.sign_with = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert come()[1].status_code == 401
    provider.sign_with = provider.key
    assert come(change=lambda address: address.replace("state=", "state=x"))[1].status_code == 401
    stolen = []
    come(change=lambda address: stolen.append(address) or address)
    for thief in (app.test_client(), come()[0]):
        parts = urlsplit(stolen[0])
        assert thief.get(f"{parts.path}?{parts.query}").status_code == 401
    client = app.test_client()
    assert client.get("/sign-in/provider/back?error=access_denied&state=x").status_code == 401
    assert not is_in(client)


def test_a_provider_that_is_away_is_said_so(start_service, people, review):
    review.settings.oidc_issuer = "http://127.0.0.1:9"
    app = create_app(review.settings)
    answer = app.test_client().get("/sign-in/provider")
    assert answer.status_code == 503
    assert "can&#39;t be reached" in answer.text


class TestWhereGroupsGiveRoles:
    @pytest.fixture
    def settings(self):
        return {"oidc_role_claim": "groups", "oidc_roles": {"desk": "checker", "chiefs": "editor", "it": "admin"}}

    def test_they_are_followed_at_each_sign_in(self, come, provider, review, people):
        provider.user = {
            "sub": "u3",
            "email": "nia@paper.example",
            "email_verified": True,
            "groups": ["desk", "chiefs"],
        }
        assert is_in(come()[0])
        provider.user["groups"] = ["desk"]
        assert is_in(come()[0])
        with review.reading() as session:
            assert queries.find_person(session, "nia@paper.example").roles == ["checker"]
            assert [one.action for one in queries.list_acts(session, 9)] == [
                "rights changed", "provider linked", "person added",
            ]  # fmt: skip

    def test_the_last_admin_stays_one(self, come, provider, review, people):
        provider.user |= {"email": "root@desk.example", "groups": []}
        assert is_in(come()[0])
        with review.reading() as session:
            assert queries.find_person(session, "root@desk.example").roles == ["admin"]
