"""The commands that docs/newsrooms.md shows print what stands there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.intake.cli import cli
from services.intake.service import service as intake

TEXT = (Path(__file__).parents[2] / "docs/newsrooms.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ \.venv/bin/python -m services\.intake (.*)\n((?:(?!\$ |```).*\n)*)", TEXT, re.M)


@pytest.fixture
def database_kind():
    return "sqlite"


def test_the_commands_print_what_is_shown(service, make_key, monkeypatch):
    monkeypatch.setattr(intake, "start_process", lambda: None)  # it is started already
    make_key("Ellery Courier")
    assert len(SHOWN) == TEXT.count("\n$ ") == 3
    for words, shown in SHOWN:
        done = CliRunner().invoke(cli, shlex.split(words))
        pattern = re.escape(shown.replace("https://intake.example", service.settings.public_base_url))
        assert re.fullmatch(pattern.replace("…", r"\S+"), done.output), done.output
