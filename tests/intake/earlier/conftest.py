"""Ways to take earlier checks in, and to see what is there."""

import json
import types

import pytest
from click.testing import CliRunner
from sqlmodel import select

from services.intake.cli import cli
from services.intake.earlier import search
from services.intake.models import EarlierCheck
from services.intake.service import service as intake


@pytest.fixture
def checks():
    """What is stored, in the order in which it came."""

    def look():
        with intake.reading() as session:
            return session.exec(select(EarlierCheck).order_by(EarlierCheck.number)).all()

    return look


@pytest.fixture
def find():
    """`find("ferry")`: the addresses of what is found, the closest first."""

    def look(words, most=50):
        with intake.reading() as session:
            return [one.url for one in search(session, words, most).checks]

    return look


@pytest.fixture
def run(service, monkeypatch, tmp_path):
    """`run(path, …)`: `earlier import`, in a folder of its own. Its answer, and the lines of its report."""
    monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already
    monkeypatch.chdir(tmp_path)

    def call(source, *options):
        report = tmp_path / "report.jsonl"
        report.unlink(missing_ok=True)
        done = CliRunner().invoke(cli, ["earlier", "import", str(source), "--report", str(report), *options, "--json"])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        found = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
        lines = [line for line in done.output.splitlines() if line.startswith("{")]
        told = json.loads(lines[-1]) if lines else {}
        return types.SimpleNamespace(**told | {"code": done.exit_code, "output": done.output, "report": found})

    return call


@pytest.fixture
def command(run):
    """`command("search", "ferry")`: another command of the group."""
    return lambda *arguments: CliRunner().invoke(cli, ["earlier", *map(str, arguments)])


@pytest.fixture
def write(tmp_path):
    """`write("a.json", value)`: a file that holds it; bytes and text as they are."""

    def make(name, value):
        path = tmp_path / name
        if not isinstance(value, bytes | str):
            value = json.dumps(value)
        path.write_bytes(value.encode() if isinstance(value, str) else value)
        return path

    return make
