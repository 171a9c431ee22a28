"""What somebody sent in about themselves can be forgotten."""

import json

import pytest
from click.testing import CliRunner
from conftest import SECRET
from sqlmodel import select

from services.intake.cli import cli
from services.intake.models import Newsroom, Submission


@pytest.fixture
def run(service, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("INTAKE_DATABASE_URL", service.settings.database_url)
    return lambda *words: CliRunner().invoke(cli, words)


@pytest.mark.parametrize("by", ["id", "receipt"])
def test_a_submission_loses_what_came_with_the_claim_and_the_desk_is_told(run, newsroom, service, told, by):
    claim = {"text": "The bridge was closed on four days."}
    newsroom.post(claim | {"reason": "My neighbour's idea."})
    philippa = {"name": "Philippa Quennell", "email": "philippa@example.org"}
    second = {"reason": "My aunt Philippa says so.", "external_id": "patient 7", "submitter": philippa}
    second = newsroom.post(claim | second).json
    with service.reading() as session:
        mine = session.exec(select(Submission.id).where(Submission.reason.contains("Philippa"))).one()
    which = str(mine) if by == "id" else second["receipt_url"]
    shown = json.loads(run("submissions", "show", which).output)
    assert (shown["newsroom"], shown["submitter"], shown["external_id"]) == ("Wire Desk", philippa, "patient 7")
    assert run("submissions", "erase", which, "--yes").exit_code == 0
    with service.reading() as session:
        kept = session.exec(select(Submission).order_by(Submission.id))
        assert [(one.reason, one.external_id, one.submitter) for one in kept] == [
            ("My neighbour's idea.", None, None), (None, None, None),
        ]  # fmt: skip
    (last,) = told()  # what was told before is kept nowhere
    assert (last.revision, [one.reason for one in last.submissions]) == (3, ["My neighbour's idea.", None])
    assert [one.submitter for one in last.submissions] == [None, None]
    assert last.claim.text == claim["text"]
    for wrong in ("01a218f8-2086-7081-9ee9-7ab0acbce895", "x" * 32):
        assert run("submissions", "erase", wrong, "--yes").exit_code == 1
        assert run("submissions", "show", wrong).exit_code == 1


def test_a_newsroom_loses_its_address(run, service, make_key):
    make_key("Wire Desk")
    with service.transaction() as session:
        session.exec(select(Newsroom)).one().contact_email = "jo@wire.example"
    assert run("newsrooms", "forget-contact", "Wire Desk").exit_code == 0
    assert run("newsrooms", "forget-contact", "Nobody").exit_code == 1
    with service.reading() as session:
        assert session.exec(select(Newsroom)).one().contact_email is None
