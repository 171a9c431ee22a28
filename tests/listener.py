"""The command `factdesk listen` as a process."""

import base64
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import requests
from standardwebhooks import Webhook

ROOT = Path(__file__).parents[1]
SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
BODY = json.dumps(
    {"type": "verdict.published", "timestamp": "2026-03-30T09:00:00Z", "data": {"claim_id": "x", "ü": "ß"}}
)


class Listener:
    """The command as a process."""

    def __init__(self, *options, secret=SECRET, port=0):
        environment = os.environ | {
            "PYTHONPATH": str(ROOT / "services/intake/client"), "FACTDESK_WEBHOOK_SECRET": secret, "PYTHONIOENCODING": "utf-8",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "factdesk", "listen", "--port", str(port), *options],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self.url = self.process.stderr.readline().split()[-1]

    def send(self, name="msg_1", body=BODY, secret=SECRET, at=None, **headers):
        at = at or datetime.now(UTC)
        signed = {
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, at, body),
        }
        return requests.post(f"{self.url}/hooks", data=body.encode(), headers=signed | headers, timeout=240).status_code

    def lines(self):
        """Stop it; what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        printed, self.complaints = self.process.communicate(timeout=240)
        assert self.process.returncode == 0, self.complaints
        return [json.loads(line) for line in printed.splitlines()]
