"""The desk's commands."""

import json

import pytest
from click.testing import CliRunner
from conftest import SECRET
from sqlalchemy import text

from services.review.cli import cli

ADA = ["people", "add", "--name", "Ada", "--email", "Ada@Desk.example", "--role", "checker"]


@pytest.fixture
def run(review, monkeypatch):
    """`run("people", "list")`: a command on this test's database."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_DATABASE_URL", review.settings.database_url)

    def invoke(*words, given=None):
        return CliRunner().invoke(cli, list(words), input=given)

    return invoke


def test_a_person_is_added_with_a_password_and_a_token_that_open(run, client):
    made = json.loads(run(*ADA, "--role", "editor", "--token", "--json").output)
    assert (made["email"], made["roles"]) == ("ada@desk.example", ["checker", "editor"])
    answer = client.post("/sign-in", data={"email": made["email"], "password": made["password"]})
    assert answer.status_code == 302
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {made['token']}"}).json["name"] == "Ada"


def test_a_password_from_standard_input_is_not_shown(run, client):
    shown = run(*ADA, "--password-stdin", given="correct horse battery\n").output
    assert "horse" not in shown
    answer = client.post("/sign-in", data={"email": "ada@desk.example", "password": "correct horse battery"})
    assert answer.status_code == 302


@pytest.mark.parametrize("left", [False, True])
def test_an_address_is_given_once_even_when_its_owner_has_left(run, left):
    assert run(*ADA).exit_code == 0
    if left:
        assert run("people", "deactivate", "ada@desk.example").exit_code == 0
    again = run(*ADA)
    assert again.exit_code == 1
    assert "email" in again.output


def test_a_new_password_closes_what_the_old_one_opened(run, client):
    old = json.loads(run(*ADA, "--token", "--json").output)
    new = json.loads(run("people", "renew", "ADA@desk.example", "--token", "--json").output)
    assert new["roles"] == ["checker"]
    assert [client.get("/v1/me", headers={"Authorization": f"Bearer {made['token']}"}).status_code for made in (old, new)] == [
        401, 200,
    ]  # fmt: skip
    for made, status in ((old, 401), (new, 302)):
        assert (
            client.post("/sign-in", data={"email": "ada@desk.example", "password": made["password"]}).status_code
            == status
        )
    assert run("people", "renew", "nobody@desk.example").exit_code == 1


def test_who_is_deactivated_is_still_listed(run):
    run(*ADA)
    assert run("people", "deactivate", "ADA@desk.example").exit_code == 0
    assert "(deactivated)" in run("people", "list").output
    assert run("people", "deactivate", "ada@desk.example").exit_code == 1


def test_a_head_that_was_noted_is_proved_later(run, make_case):
    assert run("head").output.strip() == ""
    make_case()
    head = run("head").output.strip()
    assert len(head) == 64
    make_case("Another claim.")
    assert run("head").output.strip() != head
    proved = run("verify", "--head", head, "--json")
    assert proved.exit_code == 0
    assert json.loads(proved.output)["entries"] == 2


def test_a_history_that_was_changed_ends_with_1_and_names_the_entry(run, review, make_case):
    make_case()
    make_case("Another claim.")
    with review.transaction() as session:
        session.execute(text("UPDATE history SET action = 'approve' WHERE seq = 1"))
    found = run("verify")
    assert found.exit_code == 1
    assert "Entry 1 (approve) was changed" in found.output
    assert run("verify", "--json", "--head", "0" * 64).exit_code == 1
