"""The command: submit, status, claims, match, and which desk they ask."""

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import get_args, get_origin
from uuid import UUID

import pytest
import requests
from click.testing import CliRunner
from pydantic import BaseModel
from served import done_but, drop, refuse, served
from sqlmodel import select

from factdesk.command import cli
from factdesk.command.fields import closed, kind_of, kinds, path_for, put
from services.intake.models import Change
from services.intake.schemas import ClaimIn
from services.intake.service import service as intake
from services.intake.workflow import note_case_moved
from shared.contracts import CaseMoved

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database_kind():
    return "sqlite"  # what differs between databases is tested with the client itself


def told(result, code=0):
    """The JSON lines that a command printed."""
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def close(claim_id):
    message = CaseMoved(
        claim_id=UUID(claim_id), revision=2, state="closed", verdict_revision=1, kind="first",
        close_reason="not_checkable", moved_at=datetime.now(UTC),
    )  # fmt: skip
    with intake.transaction() as session:
        note_case_moved(session, message)


def test_a_claim_is_submitted_with_its_fields(run, desk):
    (sent,) = told(
        run("submit", "The bridge was closed on four days.", "--claimant", "Jo Marten", "--tags", "transport, bridge",
            "--urgency", 2, "--appearance", "https://example.org/1", "--appearance", "https://example.org/2",
            "--set", "statements.0.stance=denies", "--set", "statements.0.unnamed.count=8", "--set",
            "statements.0.unnamed.described_as=people", "--external-id", "wire-7", "--submitter", "Jo Doe",
            "--platform", "phone", "--test", "--json")
    )  # fmt: skip
    assert sent["is_new"]
    found = desk.status(sent["id"])
    assert (found.test, found.submissions[0].external_id) == (True, "wire-7")
    with intake.reading() as session:
        from services.intake.models import Claim, Submission

        record = session.get(Claim, UUID(sent["id"])).record
        submission = session.exec(select(Submission)).one()
    assert record.claimant.name == "Jo Marten"
    assert submission.submitter == {"name": "Jo Doe", "platform": "phone"}
    assert (record.tags, record.urgency) == (("transport", "bridge"), 2)
    assert [one.url for one in record.appearances] == ["https://example.org/1", "https://example.org/2"]
    assert record.statements[0].unnamed.count == 8


def test_what_is_said_to_people(run):
    first = run("submit", "--text", "Bus 7 was\nlate.", "--key", "k-1")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "Bus 7 was late." in first.stdout
    assert "/receipts/" in first.stdout
    assert "under this key" in run("submit", "--text", "Bus 7 was\nlate.", "--key", "k-1").stdout
    assert "another submission" in run("submit", "BUS 7 was late").stdout


def test_the_text_comes_from_where_it_is_said_to(run, tmp_path, desk):
    (tmp_path / "text").write_text("It was in a file.\n", encoding="utf-8")
    (tmp_path / "claim.json").write_text(json.dumps({"text": "It was a whole claim.", "urgency": 3}))
    texts = [
        told(run(*words, "--json", given=given))[0]["text"]
        for words, given in [
            (("submit", "--file", "text"), None),
            (("submit", "-"), "Größe came in.\n"),
            (("submit", "--claim", "claim.json"), None),
            (("submit", "Other words.", "--claim", "claim.json"), None),
        ]
    ]
    assert texts == ["It was in a file.", "Größe came in.", "It was a whole claim.", "Other words."]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "What is the claim"),
        (("one", "--text", "two"), "once"),
        (("one", "--set", "urgency"), "FIELD=VALUE"),
        (("one", "--set", "claimant.nam=x"), "claimant.name"),
        (("one", "--urgency", "soon"), "whole number"),
        (("one", "--set", "test=maybe"), "yes or no"),
        (("one", "--file", "nowhere"), "nowhere"),
        (("one", "--local", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_can_not_be_meant_ends_with_2_and_is_not_sent(run, way, words, said):
    result = run("submit", *words)
    assert (result.exit_code, way.asked) == (2, [])
    assert said in result.stderr


def test_a_refused_claim_ends_with_1_and_names_its_fields(run):
    result = run("submit", "Bus 7 was late.", "--urgency", 12)
    assert result.exit_code == 1
    assert "#/urgency" in result.stderr
    (problem,) = told(run("submit", "Bus 7 was late.", "--urgency", 12, "--json"), code=1)
    assert problem["errors"][0]["pointer"] == "#/urgency"
    assert problem["request_id"]


@pytest.mark.parametrize("trouble", [drop, done_but("504 Late")], ids=["the connection breaks", "a proxy answers"])
def test_when_no_answer_comes_the_key_is_told_with_which_to_be_sure(run, way, stored, trouble):
    way.troubles += [trouble] * 50
    result = run("submit", "Bus 7 was late.", "--patience", 0.3)
    assert result.exit_code == 1
    assert not re.search(r"Errno|Error\(|Exception|Traceback", result.stderr)
    way.troubles.clear()
    key = result.stderr.split("--key ")[1].split()[0]
    assert told(run("submit", "Bus 7 was late.", "--key", key, "--json"))[0]["is_replayed"]
    assert stored()["submissions"] == 1


def test_the_status_is_shown_and_watched_until_the_desk_has_done(run, way, desk):
    claim_id = desk.submit("Bus 7 was late.").id
    assert "unverified" in run("status", claim_id).stdout
    assert "'cms-4711' is not a valid UUID" in run("status", "cms-4711").stderr, (
        "its own name, rather than the desk's id"
    )

    def then_it_is_closed(environ, start_response, app):
        close(claim_id)
        return app(environ, start_response)

    way.troubles += [lambda *given: given[2](*given[:2])] * 2 + [then_it_is_closed]
    found = told(run("status", claim_id, "--watch", "--every", 0.1, "--json"))
    assert [one["state"] for one in found] == ["unverified", "closed"], "what has not changed is not shown again"
    assert "not checkable" in run("status", claim_id, "--watch").stdout


def test_watching_ends_in_time(run, desk):
    claim_id = desk.submit("Bus 7 was late.").id
    assert run("status", claim_id, "--watch", "--every", 0.1, "--at-most", 0.25).exit_code == 1


def test_claims_are_listed(run, desk):
    ids = [desk.submit(f"Bus {n} was late.").id for n in range(5)]
    assert [one["id"] for one in told(run("claims", "--json", "--most", 3))] == ids[:1:-1]
    assert [one["id"] for one in told(run("claims", "--json", "--since", "2020-01-01T00:00:00Z"))] == ids
    assert told(run("claims", "--json", "--state", "closed")) == []
    assert run("claims", "--since", "yesterday").exit_code == 1


def test_changes_are_told_once(run, desk, tmp_path):
    claim_id = desk.submit("Bus 7 was late.").id
    words = ("changes", "--from", "cursor.txt")
    assert [one["kind"] for one in told(run(*words, "--json"))] == ["submitted"]
    assert told(run(*words, "--json")) == []
    close(claim_id)
    assert "not checkable" in run(*words).stdout
    assert [one.name for one in tmp_path.iterdir()] == ["cursor.txt"]
    assert len(told(run("changes", "--json"))) == 2
    assert run("changes", "--cursor", "nonsense").exit_code == 1


def test_a_desk_that_was_put_back_behind_the_cursor_says_so(run, desk, put_back, tmp_path):
    desk.submit("Bus 7 was late.")
    run("changes", "--from", "cursor.txt")
    put_back(intake, Change, 0)
    desk.submit("Bus 8 was late.")
    result = run("changes", "--from", "cursor.txt")
    assert result.exit_code == 1
    assert "put back to an older state" in result.stderr
    (tmp_path / "cursor.txt").unlink()
    assert "Bus 8" in run("changes", "--from", "cursor.txt").stdout


def test_a_desk_that_can_not_match_is_said_to_be_so(api_key):
    with served(refuse_all) as bare:
        result = CliRunner().invoke(cli, ["match", "Bus 7", "--url", bare, "--api-key", api_key])
    assert result.exit_code == 1
    assert "does not offer GET /v1/match" in result.stderr


def test_what_was_checked_before_is_told_by_match_and_by_submit(run, address, api_key):
    made = [{
        "url": "https://x.example/ferry", "claim": "The ferry to Port Ellery carried five million people in 2019.",
        "rating": {"label": "Mostly false"}, "publisher": {"name": "Ellery Checks"},
    }]  # fmt: skip
    headers = {"Authorization": f"Bearer {api_key}"}
    requests.post(f"{address}/v1/earlier-checks", json=made, headers=headers, timeout=240)
    shown = run("match", "The ferry to Port Ellery carried fifty million people in 2019.").stdout
    assert "Mostly false, Ellery Checks" in shown
    assert "number: here fifty million, there five million" in shown
    for share in (1, 0):  # told in the answer, or asked for
        intake.start(intake.settings.model_copy(update={"match_posts": share, "match_encoder": "off"}))
        sent = run(
            "submit", f"The ferry to Port Ellery carried five million people in 2019, they say{'!' * share}"
        ).stdout
        assert "Probably checked before" in sent
        assert "https://x.example/ferry" in sent
    (sent,) = told(run("submit", "Bus 7 was late.", "--json"))
    assert sent["earlier"] is None
    assert "Probably" not in run("submit", "Bus 7 was late.").stdout


def test_earlier_checks_are_shown_and_end_where_they_should(run, address, api_key):
    made = [
        {"url": f"https://x.example/{n}", "claim": f"Ferry {n} sank.", "rating": {"label": "False"}, "claimant": "Jo Marten",
         "publisher": {"name": "Ellery\u202e Checks"}, "published_at": "2024-05-04T08:00:00Z"}
        for n in range(5)
    ]  # fmt: skip
    headers = {"Authorization": f"Bearer {api_key}"}
    requests.post(f"{address}/v1/earlier-checks", json=made, headers=headers, timeout=240)
    shown = run("earlier", "ferry", "sank", "--most", 2).stdout
    assert shown.count("https://x.example/") == 2
    assert "Ferry 4 sank. (claimed by Jo Marten)" in shown
    assert "False: Ellery\N{REPLACEMENT CHARACTER} Checks, 2024-05-04" in shown
    assert len(told(run("earlier", '"ferry 3"', "--json"))) == 1
    assert "Nothing that holds these words is known" in run("earlier", "submarine").stdout
    assert run("earlier", "!!").exit_code == 1


def refuse_all(environ, start_response):
    return refuse("404 Not Found")(environ, start_response, None)


def test_what_says_the_same_is_shown():
    verdict = {"rating": {"slug": "false", "label": "False"}, "headline": "On time", "url": "https://x.example"}
    one = {"text": "Bus 7\x1b[2J was late.", "score": 0.934, "state": "published", "url": "https://x.example/1"}
    found = {"data": [one | {"verdict": verdict}]}

    def knows(environ, start_response):
        start_response("200 OK", [])
        return [json.dumps(found).encode()]

    with served(knows) as address:
        words = ["match", "Bus 7", "--url", address, "--api-key", "fdk_x"]
        shown = CliRunner().invoke(cli, words)
        assert told(CliRunner().invoke(cli, [*words, "--json"])) == found["data"]
    assert "0.93" in shown.stdout
    assert "False: On time" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_which_desk_comes_from_a_local_file_unless_it_is_said(address, api_key, tmp_path, monkeypatch):
    for name in ("FACTDESK_URL", "FACTDESK_API_KEY", "FACTDESK_LOCAL"):
        monkeypatch.delenv(name, raising=False)
    runner, local = CliRunner(), tmp_path / "local.json"
    local.write_text(json.dumps({"intake": address, "api_key": api_key}))
    assert runner.invoke(cli, ["claims"]).exit_code == 2
    assert "Which desk" in runner.invoke(cli, ["claims"]).stderr
    assert runner.invoke(cli, ["claims", "--local", local]).exit_code == 0
    other = runner.invoke(cli, ["claims", "--local", local, "--api-key", "fdk_" + "a" * 8 + "_" + "b" * 43])
    assert "401" in other.stderr
    wrong = {"FACTDESK_URL": "http://127.0.0.1:9"}
    assert runner.invoke(cli, ["claims", "--local", local], env=wrong).exit_code == 0, "what is said counts more"
    for text in ("{", "[]", "{}"):
        local.write_text(text)
        assert runner.invoke(cli, ["claims", "--local", local]).exit_code == 2
    assert runner.invoke(cli, ["claims", "--url", "ftp://x", "--api-key", "fdk_x"]).exit_code == 2


def test_as_a_process_with_an_output_that_knows_no_unicode(address, api_key):
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "services/intake/client"),
        "FACTDESK_URL": address, "FACTDESK_API_KEY": api_key, "PYTHONIOENCODING": "ascii",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "factdesk", "submit", "Größe: 日本語の三つ目。"],
        env=environment, capture_output=True, text=True, timeout=240, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "unverified" in done.stdout


def test_the_library_needs_requests_alone():
    program = (
        "import factdesk, sys;"
        "found = {'click', 'tqdm', 'standardwebhooks', 'services', 'shared', 'flask', 'pydantic'} & set(sys.modules);"
        "assert not found, found"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "services/intake/client")}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, cwd="/", timeout=240)


def test_the_command_is_declared_where_it_is():
    for path in (ROOT / "pyproject.toml", ROOT / "services/intake/client/pyproject.toml"):
        module, _, name = tomllib.loads(path.read_text())["project"]["scripts"]["factdesk"].partition(":")
        assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize("name", ["", *cli.commands])
def test_every_command_has_help_with_examples(name):
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout


# --- fields by their paths ---


def paths_of(model, before=""):
    """The API's own fields, by the same paths."""
    for name, field in model.model_fields.items():
        inner = [one for one in [field.annotation, *get_args(field.annotation)] if isinstance(one, type)]
        several = get_origin(field.annotation) is list
        nested = next((one for one in inner if get_origin(one) is None and issubclass(one, BaseModel)), None)
        if nested:
            yield from paths_of(nested, f"{before}{name}{'.N' if several else ''}.")
        else:
            yield f"{before}{name}"


def test_the_command_knows_every_field_of_the_api():
    assert set(kinds()) == set(paths_of(ClaimIn))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("text", "text"), (" Claimant name ", "claimant.name"), ("claimant.name", "claimant.name"), ("Due-at", "due_at"),
        ("Submitter e-mail", None), ("Submitter email", "submitter.email"),
        ("appearances.1.url", "appearances.1.url"), ("appearances_12_url", "appearances.12.url"),
        ("statements 0 via 1 name", "statements.0.via.1.name"), ("appearances.url", None), ("Date", None), ("", None),
        ("appearances.n.url", None), ("text 1", None),
    ],
)  # fmt: skip
def test_columns_named_as_fields_are_known(name, path):
    assert path_for(name) == path
    assert path is None or kind_of(path)


def test_numbers_in_paths_make_lists():
    claim = {}
    for path, value in [("a.2.b", 1), ("a.0.b", 2), ("a.10.b", 3), ("c", {})]:
        put(claim, path, value)
    assert closed(claim) == {"a": [{"b": 2}, {"b": 1}, {"b": 3}], "c": {}}
