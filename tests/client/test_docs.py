"""What the docs show is done as it stands there, on a desk, and answered as they say."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^<!-- (run|file: (?P<file>\S+)) -->\n```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S)
BLOCKS = list(BLOCK.finditer((ROOT / "docs/client.md").read_text(encoding="utf-8")))
# Pages whose requests are run, and how many blocks of them.
REQUESTS = {"api": 4, "stories": 1, "inbound": 2, "earlier-checks": 1}


@pytest.fixture
def database_kind():
    return "sqlite"


def test_the_python_examples_run(address, api_key, monkeypatch):
    monkeypatch.setenv("FACTDESK_URL", address)
    monkeypatch.setenv("FACTDESK_API_KEY", api_key)
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in BLOCKS:
            if block["kind"] == "python":
                exec(compile(block["body"], "docs/client.md", "exec"), names)
    names["desk"].close()
    shown = printed.getvalue()
    for words in ("unverified http", "4 text: must not be empty ['#/text']", "submitted unverified Bus 2", "#/urgency"):
        assert words in shown, shown


def test_the_commands_answer_as_shown(address, api_key, tmp_path):
    if shutil.which("jq") is None:
        _write_jq(tmp_path / "bin")
    _write_program(tmp_path / "bin", "factdesk", f'exec {sys.executable} -m factdesk "$@"')
    work = tmp_path / "work"
    work.mkdir()
    environment = os.environ | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "services/intake/client"),
        "FACTDESK_URL": address, "FACTDESK_API_KEY": api_key, "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    for block in BLOCKS:
        if block["file"]:
            (work / block["file"]).write_text(block["body"], encoding="utf-8")
        elif block["kind"] == "console":
            for command, shown in _commands(block["body"]):
                done = subprocess.run(
                    ["bash", "-c", command], cwd=work, env=environment, text=True, encoding="utf-8", timeout=240,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                )  # fmt: skip
                pattern = ".*?".join(re.escape(part) for part in shown.split("…"))
                assert re.fullmatch(pattern, done.stdout, re.S), f"{command}\n{done.stdout}"


@pytest.mark.parametrize("page", REQUESTS)
def test_the_requests_are_answered_as_shown(address, make_key, tmp_path, page):
    """In one shell, from top to bottom. Answers are shown with more spaces than there are."""
    if shutil.which("jq") is None:
        _write_jq(tmp_path / "bin")
    blocks = [found["body"] for found in BLOCK.finditer((ROOT / f"docs/{page}.md").read_text(encoding="utf-8"))]
    assert len(blocks) == REQUESTS[page]
    asked = [pair for body in blocks for pair in _commands(body)]
    key = make_key("Local newsroom", per_minute=1_000_000, per_day=1_000_000_000)
    done = subprocess.run(
        ["bash", "-c", "".join(f"{command}\nprintf '\\0'\n" for command, _ in asked)], cwd=tmp_path, text=True, encoding="utf-8",
        env=os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "URL": address, "KEY": key}, timeout=240,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    for (command, shown), printed in zip(asked, done.stdout.split("\0")[:-1], strict=True):
        pattern = ".*?".join(re.escape(_packed(part)) for part in shown.split("…"))
        assert re.fullmatch(pattern, _packed(printed), re.S), f"{command}\n{printed}"


def _packed(text):
    return re.sub(r"\s+", "", text)


def test_examples_that_are_not_run_are_few():
    """Those that need a public address."""
    text = (ROOT / "docs/client.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^```\w+$", text, re.M)) - len(BLOCKS) == 3


def _commands(body):
    """Each command of a console block, with what is shown under it. A command's further lines are indented by seven spaces."""
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        command, shown = re.fullmatch(r"([^\n]*\n(?: {7}[^\n]*\n)*)(.*)", part, re.S).groups()
        yield command.rstrip("\n"), shown


def _write_program(folder, name, line):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/bash\n{line}\n")
    (folder / name).chmod(0o755)


def _write_jq(folder):
    """Where there is no jq, as much of it as the pages use: `jq [-r] .names[0].name`."""
    program = (
        "import json, re, sys; v = json.load(sys.stdin)\n"
        "for n in re.findall(r'\\w+', sys.argv[-1]): v = v[int(n) if n.isdecimal() else n]\n"
        "print(v if isinstance(v, str) else json.dumps(v))"
    )
    folder.mkdir(exist_ok=True)
    (folder / "jq.py").write_text(program)
    _write_program(folder, "jq", f'exec {sys.executable} {folder / "jq.py"} "$@"')
