"""Who may come in: keys with scopes, an owner and an end."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from conftest import SECRET
from sqlmodel import select

from services.intake import auth
from services.intake.cli import cli
from services.intake.models import ApiKey, Newsroom
from services.intake.service import service as intake
from shared.clock import new_id, now

TEXT = "The harbour bridge was closed on four days in March."


@pytest.fixture
def ask(app):
    def ask(authorization):
        headers = {} if authorization is None else {"Authorization": authorization}
        return app.test_client().get("/v1/claims", headers=headers)

    return ask


def test_a_key_opens_the_door(ask, make_key):
    key = make_key()
    assert ask(f"Bearer {key}").status_code == 200
    assert ask(f"bearer {key}").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Bearer ", "Basic Zm9v", "fdk_aaaaaaaa_" + "a" * 43, "Bearer fdk_", "Bearer fdk_aaaaaaaa_",
        "Bearer fdk_aaaaaaaa_" + "a" * 43, "Bearer fdk_aaaaaaaa_" + "a" * 10_000, "Bearer fdk_ä_é", "Bearer fdk_\x00_\x00",
        "Bearer fdk_aaaa\x00aaa_" + "a" * 43, "Bearer " + "fdk_" * 100, "Bearer ' OR 1=1 --",
    ],
)  # fmt: skip
def test_without_a_key_that_is_known_nobody_comes_in(ask, header):
    answer = ask(header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


def test_the_secret_has_to_be_right_to_its_last_letter(ask, make_key):
    key = make_key()
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    assert ask(f"Bearer {wrong}").status_code == 401
    assert ask(f"Bearer {key}x").status_code == 401
    assert ask(f"Bearer {key} {key}").status_code == 401


def test_a_key_opens_nothing_once_it_has_expired(ask, make_key):
    assert ask(f"Bearer {make_key(expires_at=now() + timedelta(minutes=1))}").status_code == 200
    answer = ask(f"Bearer {make_key(expires_at=now())}")
    assert answer.status_code == 401
    assert "expired" in answer.json["detail"]


def test_a_key_opens_nothing_once_it_is_revoked(ask, make_key):
    key = make_key()
    assert ask(f"Bearer {key}").status_code == 200
    with intake.transaction() as session:
        auth.revoke_key(session, key.split("_")[1])
    answer = ask(f"Bearer {key}")
    assert answer.status_code == 401
    assert "revoked" in answer.json["detail"]


def test_a_key_may_do_only_what_its_scopes_say(app, make_key, stored):
    client = app.test_client()
    reads = {"Authorization": f"Bearer {make_key('Wire Desk', 'claims:read')}"}
    writes = {"Authorization": f"Bearer {make_key('Wire Desk', 'claims:write')}"}
    refused = client.post("/v1/claims", json={"text": TEXT}, headers=reads)
    assert refused.status_code == 403
    assert "claims:write" in refused.json["detail"]
    assert not any(stored().values())
    made = client.post("/v1/claims", json={"text": TEXT}, headers=writes)
    assert made.status_code == 201
    for path in ("/v1/claims", made.json["url"]):
        assert client.get(path, headers=writes).status_code == 403
        assert client.get(path, headers=reads).status_code == 200


def test_nothing_is_read_of_a_body_before_its_sender_is_known(app, stored):
    answer = app.test_client().post("/v1/claims", data="{", content_type="application/json")
    assert answer.status_code == 401


def test_a_newsroom_sees_its_own_claims_alone(newsroom, other_newsroom):
    mine = newsroom.post({"text": TEXT}).json
    assert newsroom.get(mine["url"]).status_code == 200
    hidden, nowhere = other_newsroom.get(mine["url"]), other_newsroom.get(f"/v1/claims/{new_id()}")
    assert hidden.status_code == nowhere.status_code == 404
    assert hidden.json["detail"] == nowhere.json["detail"]
    assert other_newsroom.get("/v1/claims").json["data"] == []


def test_only_a_digest_of_the_secret_is_kept(make_key):
    key = make_key()
    _, key_id, secret = key.split("_")
    with intake.reading() as session:
        row = session.get(ApiKey, key_id)
    assert len(secret) == 43
    assert secret not in row.model_dump_json()


# the commands


@pytest.fixture
def run(service, monkeypatch):
    monkeypatch.setenv("INTAKE_DATABASE_URL", service.settings.database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)

    def run(*arguments):
        return CliRunner().invoke(cli, ["keys", *arguments])

    return run


def test_a_key_is_made_shown_once_listed_and_revoked_by_commands(run, ask):
    made = run(
        "create", "--newsroom", "Wire Desk", "--name", "CMS", "--scope", "claims:read", "--expires-days", "30", "--json"
    )
    assert made.exit_code == 0
    found = json.loads(made.stdout.splitlines()[-1])
    assert found["scopes"] == ["claims:read"]
    assert ask(f"Bearer {found['key']}").status_code == 200
    key_id, secret = found["key"].split("_")[1:]
    listed = run("list").stdout
    assert "Wire Desk: CMS" in listed
    assert key_id in listed
    assert "expires" in listed
    assert secret not in listed
    assert run("revoke", key_id).exit_code == 0
    assert "revoked" in run("list").stdout
    assert ask(f"Bearer {found['key']}").status_code == 401
    with intake.transaction() as session:
        auth.make_key(session, "Wire Desk", "old", ["claims:read"], now() - timedelta(days=1))
    assert "  expired " in run("list").stdout


def test_two_keys_of_one_newsroom_share_its_claims_and_its_address(run):
    for name in ("CMS", "monitor"):
        assert run("create", "--newsroom", "Wire Desk", "--name", name, "--contact", "desk@example.org").exit_code == 0
    assert run("create", "--newsroom", "Wire Desk", "--name", "third").exit_code == 0
    with intake.reading() as session:
        [newsroom] = session.exec(select(Newsroom)).all()
    assert newsroom.contact_email == "desk@example.org"


@pytest.mark.parametrize(
    "arguments",
    [
        ("revoke", "aaaaaaaa"),
        ("create", "--newsroom", "W", "--name", "n", "--scope", "claims:all"),
        ("create", "--newsroom", "W", "--name", "n", "--expires-days", "0"),
        ("create", "--newsroom", "W", "--name", "n", "--expires-days", "99999999999"),
        ("create", "--newsroom", " ", "--name", "n"),
        ("create", "--name", "n"),
    ],
)
def test_a_command_that_makes_no_sense_says_so(run, arguments):
    found = run(*arguments)
    assert found.exit_code in (1, 2)
    assert isinstance(found.exception, SystemExit)
    assert "Error" in found.stderr
