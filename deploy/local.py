"""`make run`: a whole desk on one machine, in the foreground, until Ctrl-C.

PORT_BASE=8101 VAR=/some/folder SAMPLE=no make run     a second, separate one without the sample story
"""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from deploy import first_start
from deploy.layout import SERVICES, Layout
from deploy.redis_server import NoRedis
from deploy.supervisor import Supervisor

PATIENCE = 60  # seconds until the web processes have to answer


class CannotStart(Exception):
    """Says what a person has to do about it."""


def main() -> None:
    """Start, show, wait, stop. Exits with 1 if the desk can't start."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        layout = Layout.from_environment()
        with _only_one(layout):
            _check_ports(layout)
            _run(layout)
    except (CannotStart, NoRedis, ValueError, RuntimeError, PermissionError) as error:
        sys.exit(f"Factdesk can't start. {error}")
    except KeyboardInterrupt:
        _say("Stopped.")


def _run(layout: Layout) -> None:
    began = time.monotonic()
    fresh = not layout.local_file.exists()
    if fresh:
        _say(f"A new desk in {layout.var}: making its tables")
        first_start.migrate(layout)
        if os.environ.get("SAMPLE", "yes") != "no" and first_start.is_empty(layout):
            layout.sample_mark.touch()
    supervisor = Supervisor(layout)
    supervisor.start()
    try:
        first_start.migrate(layout)
        if fresh:
            _say("Making people and a key")
        local = first_start.write_local_file(layout) if fresh else first_start.read_local_file(layout)
        _wait_until_ready(layout, supervisor)
        _say(f"Ready after {time.monotonic() - began:.1f} seconds")
        supervisor.start_background()
        if fresh and layout.sample_mark.exists():
            _load_sample(local)
        _show(layout, local)
        supervisor.wait()
        raise CannotStart(f"Supervisord has ended; see {layout.logs}/supervisord.log.")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _say("Stopping")
        supervisor.stop()


def _load_sample(local: dict[str, Any]) -> None:
    from deploy import sample  # only the first start needs it, and it loads requests

    _say("Bringing in the sample story")
    sample.load(local, say=_say)


def _wait_until_ready(layout: Layout, supervisor: Supervisor) -> None:
    """Until every service's /readyz answers 200. Raises CannotStart, with the place to look."""
    deadline = time.monotonic() + PATIENCE
    waiting = list(SERVICES)
    while waiting:
        if not supervisor.runs:
            raise CannotStart(f"Supervisord did not start; see {layout.logs}/supervisord.log.")
        if time.monotonic() > deadline:
            raise CannotStart(f"{', '.join(waiting)} did not get ready; see {layout.logs}/{waiting[0]}-web.log.")
        waiting = [name for name in waiting if not _is_ready(layout.urls[name])]
        time.sleep(0.05)


def _is_ready(url: str) -> bool:
    with suppress(URLError, OSError), urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310
        return bool(answer.status == 200)
    return False


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
def _only_one(layout: Layout) -> Iterator[None]:
    """Hold the folder for ourselves; the kernel gives it free when we die."""
    with open(layout.var / "desk.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"A desk runs in {layout.var} already. Another folder: VAR=/some/folder make run"
            ) from None
        yield


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
    print(words, flush=True)  # noqa: T201


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
