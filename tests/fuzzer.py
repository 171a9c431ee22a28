"""Schemathesis against a service's own OpenAPI document: what it allows is answered as it says, what it does not allow is refused,
nothing is a 500."""

import os
import subprocess
import sys
from pathlib import Path

FUZZER = Path(sys.executable).with_name("schemathesis")
EXAMPLES = "2"  # of each operation; the phase that walks through the document's limits comes on top
PATIENCE = 1_500  # seconds; idle it is one minute
ALLOWED = """
[[operations]]
include-name = "{}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "409", "422", "429", "501"]
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501"]
"""
NOT_WALKED = """
phases.coverage.enabled = false
"""


def fuzz(address, folder, *options, unsayable=(), not_walked=(), examples=EXAMPLES, hooks=None):
    """Ask every operation of the document at this address. `unsayable` are those that refuse what the document can't rule out;
    `not_walked`, some of them, those whose limits are walked through where another operation has the same."""
    config = folder / "schemathesis.toml"
    config.write_text("".join(ALLOWED.format(one) + NOT_WALKED * (one in not_walked) for one in unsayable))
    extra = {"SCHEMATHESIS_HOOKS": hooks.stem, "PYTHONPATH": str(hooks.parent)} if hooks else {}
    done = subprocess.run(
        [
            FUZZER, "--config-file", str(config), "run", f"{address}/openapi.json", *options,
            "--exclude-path", "/readyz",  # no migration has made these tables: it is not ready, and says so by 503
            "--checks", "all", "--max-examples", examples,
            "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--generation-deterministic", "--no-color",
            "--request-timeout", "240",
        ],
        capture_output=True, text=True, cwd=folder, timeout=PATIENCE, env=os.environ | extra,
    )  # fmt: skip
    assert done.returncode == 0, "\n".join(line[:500] for line in done.stdout.splitlines())
    assert "No operations" not in done.stdout
