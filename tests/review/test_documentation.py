"""The requests that docs/desk.md shows are answered, in one shell from top to bottom."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from served import served

from services.review import auth

TEXT = (Path(__file__).parents[2] / "docs/desk.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^ {4}(?:curl|ID=).*\n(?:^ {8,}.*\n)*", TEXT, re.M)
# What curl answered with an error is told; of jq there is as much as is needed, where there may be none.
PRELUDE = """
curl() { command curl -sS --fail-with-body "$@" || echo "REFUSED $*" >&2; }
jq() { "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["id"])'; }
"""


@pytest.fixture
def database_kind():
    return "sqlite"


def test_the_requests_are_answered(app, review, people, make_case, make_desk, tmp_path):
    assert len(SHOWN) == TEXT.count("    curl ") + TEXT.count("    ID=$(curl ") >= 11
    make_desk("health")
    case_id = make_case("The bridge was closed on four days.")
    with review.transaction() as session:
        token = auth.make_token(session, people["root"], "test")
    (tmp_path / "log.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    with served(app) as address:
        done = subprocess.run(
            ["bash", "-c", PRELUDE + "".join(SHOWN)], cwd=tmp_path, text=True, timeout=240, capture_output=True,
            env=os.environ | {"DESK": address, "TOKEN": token, "CASE": str(case_id), "PYTHON": sys.executable},
        )  # fmt: skip
    refused = re.findall(r"^REFUSED .*?/v1/(.*)$", done.stderr, re.M)
    assert [one.split(" ")[0].rpartition("/")[2] for one in refused] == ["accept"], (
        done.stdout + done.stderr
    )  # no such match
    assert "was not found for this case" in done.stdout
