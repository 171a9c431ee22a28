"""`factdesk listen`: receives webhooks (Standard Webhooks 1.0), verifies and prints them."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click
from standardwebhooks import Webhook, WebhookVerificationError

MOST_BYTES = 1_000_000  # of a body; a webhook has some thousand
SLOWEST = 30  # seconds to wait for a sender
REMEMBERED = 10_000  # ids of webhooks, so that a repeat is not told twice


class Receiver:
    """Verifies webhooks and passes each on once: to standard output, a line of JSON each, and to a program, one at a time."""

    def __init__(self, secrets: Sequence[str], program: Sequence[str] = (), most: int | None = None) -> None:
        self._verifiers = [Webhook(secret) for secret in secrets]
        self._program = program
        self._left = most
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._one_at_a_time = threading.Lock()
        self.has_enough = threading.Event()

    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """The status and words of the answer. Only what was passed on is answered with 2xx, so that the rest comes again."""
        event = self._verified(headers, body)
        if event is None:
            return 401, "The signature does not hold."
        name = headers["webhook-id"]
        with self._one_at_a_time:
            if name in self._seen:
                return 204, ""
            if self.has_enough.is_set():
                return 503, "This receiver has ended."
            if not self._pass_on(name, event):
                return 500, "It could not be passed on."
            self._seen[name] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return 204, ""

    def _verified(self, headers: dict[str, str], body: bytes) -> dict[str, Any] | None:
        for verifier in self._verifiers:
            try:
                event = verifier.verify(body, headers)
            except (WebhookVerificationError, ValueError):  # ValueError: headers or a body that make no sense
                continue
            return event if isinstance(event, dict) else None
        return None

    def _pass_on(self, name: str, event: dict[str, Any]) -> bool:
        line = json.dumps({"id": name, **event}, ensure_ascii=False)
        if self._program:
            told = {"WEBHOOK_ID": name, "WEBHOOK_TYPE": str(event.get("type", ""))}
            try:
                ended = subprocess.run(
                    self._program, input=line.encode(), env=os.environ | told, check=False
                ).returncode
            except OSError as error:
                click.echo(f"{self._program[0]} can't be run: {error}", err=True)
                return False
            if ended:
                click.echo(f"{self._program[0]} ended with {ended}; {name} is to come again", err=True)
                return False
        click.echo(line)
        sys.stdout.flush()
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.has_enough.set()
        return True


class _Handler(BaseHTTPRequestHandler):
    """Answers POST at any path."""

    receiver: Receiver
    timeout = SLOWEST
    server_version = "factdesk-listen"
    sys_version = ""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._answer(411, "Say how long the body is.")
        elif int(length) > MOST_BYTES:
            self._answer(413, "That is too large for a webhook.")
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._answer(*self.receiver.receive(headers, body))

    def do_GET(self) -> None:
        self._answer(405, "Webhooks are sent here with POST.")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        pass

    def _answer(self, status: int, words: str) -> None:
        if status >= 400:
            click.echo(f"refused with {status}: {words}", err=True)
        body = f"{words}\n".encode() if words else b""
        self.send_response(status)
        if status == 405:
            self.send_header("Allow", "POST")
        if body:
            self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@click.command("listen")
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="0: any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    required=True,
    envvar="FACTDESK_WEBHOOK_SECRET",
    metavar="whsec_…",
    help="The endpoint's; two while it is being changed. [env: FACTDESK_WEBHOOK_SECRET]",
)
@click.option(
    "--forward-exec",
    metavar="COMMAND",
    help="Run it for each, with the line of JSON as its input. If it fails, the webhook is asked to come again.",
)
@click.option("--count", type=click.IntRange(min=1), help="End after so many.")
@click.option("--json", "as_json", is_flag=True, help="It prints JSON in any case.")
def listen(
    port: int, host: str, secrets: tuple[str, ...], forward_exec: str | None, count: int | None, as_json: bool
) -> None:
    """Receive webhooks and print each as a line of JSON.

    What is not signed with the secret, or was signed over five minutes ago, is refused. A webhook that comes again is
    answered and not printed again. Put a proxy with TLS in front of it: a desk sends to https addresses on the public
    internet alone.

    \b
    Examples:
      factdesk listen --secret whsec_… | jq -r 'select(.type == "verdict.published") | .data.verdict.url'
      factdesk listen --port 8400 --forward-exec './tell-the-cms'
    """
    try:
        receiver = Receiver(secrets, shlex.split(forward_exec or ""), count)
    except Exception as error:
        raise click.UsageError("A secret is whsec_ and base64, as the desk shows it.") from error
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise click.ClickException(f"Port {port} of {host} can't be had: {error.strerror or error}") from error
    serve(server, receiver)


def serve(server: ThreadingHTTPServer, receiver: Receiver) -> None:
    """Serve until there is enough, or Ctrl-C or SIGTERM."""
    server.daemon_threads = False  # closing waits for what is being answered
    stopped = receiver.has_enough
    before = {one: signal.signal(one, lambda *_: stopped.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    host, port = server.server_address[:2]
    click.echo(f"Listening on http://{host!s}:{port}", err=True)
    try:
        while not stopped.wait(0.5):  # in pieces, so that signals are heard everywhere
            pass
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for one, handler in before.items():
            signal.signal(one, handler)
