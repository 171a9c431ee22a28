"""`make run`: a whole desk on one machine, in the foreground, until Ctrl-C.

PORT_BASE=8101 VAR=/some/folder SAMPLE=no make run     a second, separate one without the sample story

A start with nothing to prepare loads neither SQLAlchemy nor Alembic here: the web processes need both cores.
"""

import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import urlopen

from deploy.layout import SERVICES, Layout, write_private
from deploy.redis_server import NoRedis
from deploy.supervisor import Supervisor
from shared.process import die_with_parent

PATIENCE = 120  # seconds until the web processes have to answer, and until the last desk in the folder has to be gone
PATIENCE_WITH_ENCODER = 15
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(Exception):
    """Says what a person has to do about it."""


def main() -> None:
    """Start, show, wait, stop. Exits with 1 if the desk can't start.

    With `--with-parent` it stops when its parent dies, however that dies.
    """
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    if "--with-parent" in sys.argv[1:]:
        die_with_parent()
    try:
        layout = Layout.from_environment()
        with _only_one(layout) as held:
            _check_ports(layout)
            _run(layout, held)
    except (CannotStart, NoRedis, ValueError, RuntimeError, OSError) as error:
        sys.exit(f"Factdesk can't start. {error}")
    except KeyboardInterrupt:
        _say("Stopped.")


def _run(layout: Layout, held: IO[str]) -> None:
    began = time.monotonic()
    fresh = not layout.local_file.exists()
    if fresh:
        _mark_sample(layout)
    supervisor = Supervisor(layout)
    supervisor.start(held)
    try:
        if fresh:  # while supervisord loads
            _prepare(layout)
        local = _read_local_file(layout)
        supervisor.start_front(PATIENCE)
        _wait_until_ready(layout, supervisor)
        _say(f"Ready after {time.monotonic() - began:.1f} seconds")
        _wait_for_encoder(layout)
        supervisor.start_background()
        if layout.sample_mark.exists() and layout.sample_mark.read_text() != "loaded":
            _load_sample(layout, local)
        _show(layout, local)
        supervisor.wait()
        raise CannotStart(f"Supervisord has ended; see {layout.logs}/supervisord.log.")
    finally:
        _ignore_signals()
        _say("Stopping")
        supervisor.stop()


def _mark_sample(layout: Layout) -> None:
    """A desk that is empty gets the sample, unless it shall not. Its programs are told when supervisord starts."""
    from deploy import first_start

    if os.environ.get("SAMPLE", "yes") != "no" and first_start.is_empty(layout):
        layout.sample_mark.touch()


def _prepare(layout: Layout) -> None:
    from deploy import first_start

    _say(f"A new desk in {layout.var}: making its tables, people and a key")
    first_start.prepare(layout)


def _read_local_file(layout: Layout) -> dict[str, Any]:
    """What the first start wrote, with the addresses of this one."""
    written: dict[str, Any] = json.loads(layout.local_file.read_text())
    now = written | layout.urls | {"redis": layout.redis_url}
    if now != written:
        write_private(layout.local_file, json.dumps(now, indent=1))
    return now


def _load_sample(layout: Layout, local: dict[str, Any]) -> None:
    """Bring the sample in, or what an earlier start did not get to. The desk runs without it as well."""
    from deploy import sample

    _say("Bringing in the sample story")
    try:
        sample.load(local, say=_say)
    except (sample.SampleFailed, OSError) as error:
        _say(f"It did not come in completely; the next start goes on with it. {error}")
    else:
        layout.sample_mark.write_text("loaded")


def _wait_until_ready(layout: Layout, supervisor: Supervisor) -> None:
    """Until every service's /readyz answers 200. Raises CannotStart, with the place to look.

    The services know whether their tables are of an older version; if one says so, they are brought up to date.
    """
    deadline = time.monotonic() + PATIENCE
    waiting, migrated = list(SERVICES), False
    while waiting:
        if not supervisor.runs:
            raise CannotStart(f"Supervisord did not start; see {layout.logs}/supervisord.log.")
        if time.monotonic() > deadline:
            raise CannotStart(f"{', '.join(waiting)} did not get ready; see {layout.logs}/{waiting[0]}-web.log.")
        answers = {name: _ask_ready(layout.urls[name]) for name in waiting}
        if not migrated and any(answer.get("migrations") == "behind" for answer in answers.values()):
            from deploy import first_start

            _say("Bringing the tables to the newest form")
            first_start.prepare(layout)
            migrated = True
        waiting = [name for name, answer in answers.items() if not answer.get("ready")]
        time.sleep(0.05)


def _wait_for_encoder(layout: Layout) -> None:
    """Until it listens, so that those who ask it first don't do so in vain. The desk runs without it as well."""
    deadline = time.monotonic() + PATIENCE_WITH_ENCODER
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(layout.encoder_socket)) == 0:
                return
        time.sleep(0.05)
    _say(
        f"The encoder does not answer: texts are found by their words alone until it does. See {layout.logs}/encoder.log."
    )


def _ask_ready(url: str) -> dict[str, Any]:
    """What /readyz says: `ready`, and each of its checks. Nothing if it does not answer yet."""
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310
            found = json.load(answer)
    except HTTPError as error:
        with error:
            found = json.loads(error.read() or b"{}") if error.code == 503 else {}
    except (OSError, HTTPException, ValueError):
        return {}
    checks: dict[str, Any] = found.get("checks", {})
    return checks | {"ready": found.get("ready") is True}


def _check_ports(layout: Layout) -> None:
    for name, port in layout.ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CannotStart(
                    f"Port {port}, meant for {name}, is in use. Stop what uses it, or choose others: PORT_BASE=8101 make run"
                ) from None


@contextmanager
def _only_one(layout: Layout) -> Iterator[IO[str]]:
    """Hold the folder for ourselves; the kernel gives it free when we die.

    Gives a second lock, for supervisord to hold: should we be killed, its processes take a moment to stop, and the
    next desk must not start beside them.
    """
    with open(layout.var / "desk.lock", "w") as ours, open(layout.var / "supervisord.lock", "w") as supervisors:
        if not _lock(ours):
            raise CannotStart(f"A desk runs in {layout.var} already. Another folder: VAR=/some/folder make run")
        if not _lock(supervisors):
            _say("Waiting until the processes of the last desk in this folder have stopped")
            deadline = time.monotonic() + PATIENCE
            while not _lock(supervisors):
                if time.monotonic() > deadline:
                    raise CannotStart(f"They did not stop: see {layout.var}/supervisord.pid.")
                time.sleep(0.1)
        yield supervisors


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _show(layout: Layout, local: dict[str, Any]) -> None:
    width = max(len(person["email"]) for person in local["people"])
    lines = [
        "",
        f"  the desk          {local['review']}",
        f"  the public pages  {local['publish']}",
        f"  intake, its API   {local['intake']}/docs",
        "",
        "  sign in as",
        *(f"    {p['email']:<{width}}  {p['password']}   {', '.join(p['roles'])}" for p in local["people"]),
        "",
        f"  all of this, the API key and tokens: {layout.local_file}",
        "  Ctrl-C stops everything.",
        "",
    ]
    _say("\n".join(lines))


def _say(words: str) -> None:
    try:
        print(words, flush=True)  # noqa: T201
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - whoever read is gone; the desk still has to stop in order


def _interrupt(*_: Any) -> None:
    """Once: `make` passes on a signal that the terminal has sent to us as well."""
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
