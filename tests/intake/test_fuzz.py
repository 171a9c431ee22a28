"""Whatever the API's document allows is answered as the document says; what it does not allow is refused; nothing is a 500.

One check is left out, that everything the document allows is accepted: it can't say that a key was used before with
another request, or that a host does not exist.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from served import served

FUZZER = Path(sys.executable).with_name("schemathesis")
EXAMPLES = "8"  # of each operation; the phase that walks through the document's limits comes on top


@pytest.fixture
def database_kind():
    return "sqlite"  # what differs between databases is tested input by input in test_bad_input.py


@pytest.fixture
def address(app):
    with served(app) as url:
        yield url


def test_the_document_holds_for_every_operation(address, make_key, tmp_path):
    done = subprocess.run(
        [
            FUZZER, "run", f"{address}/openapi.json", "--header", f"Authorization: Bearer {make_key()}",
            "--checks", "all", "--exclude-checks", "positive_data_acceptance", "--max-examples", EXAMPLES,
            "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--generation-deterministic", "--no-color",
        ],
        capture_output=True, text=True, cwd=tmp_path, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, "\n".join(line[:500] for line in done.stdout.splitlines())
    assert "No operations" not in done.stdout
