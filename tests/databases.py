"""The databases that tests run on: SQLite files and a real PostgreSQL, each test on a clean one of each.

PostgreSQL is `TEST_POSTGRESQL_URL` if set, else a server of our own from the machine's PostgreSQL programs.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from itertools import permutations
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # for tests of what no database decides


def orders(these, kind):
    """Every order of these on SQLite; on PostgreSQL, whose statements are others but not what follows from them, two: as they are,
    and the last one first."""
    these = tuple(these)
    return list(permutations(these)) if kind == "sqlite" else [these, these[::-1]]


def find_programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`."""
    found = shutil.which("postgres")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class PostgresServer:
    """A PostgreSQL on a Unix socket in a temporary folder. It does not flush, what tests store may be lost, unless it is to be
    durable."""

    def __init__(self, durable: bool = False) -> None:
        programs = find_programs()
        if programs is None:
            raise RuntimeError("PostgreSQL is not installed. `make test` installs it; or set TEST_POSTGRESQL_URL.")
        self.folder = Path(tempfile.mkdtemp(prefix="factdesk-pg-", dir="/tmp"))
        user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        as_user = {"user": user} if os.getuid() == 0 else {}
        if as_user:
            shutil.chown(self.folder, user)
        data = self.folder / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-A", "trust", "-U", "factdesk", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd="/",
            **as_user,
        )
        options = [
            "-c",
            "listen_addresses=",
            "-c",
            f"unix_socket_directories={self.folder}",
            "-c",
            f"fsync={'on' if durable else 'off'}",
            "-c",
            "max_connections=300",
            "-c",
            "shared_buffers=64MB",
            "-c",
            f"synchronous_commit={'on' if durable else 'off'}",
        ]
        self._log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stdout=self._log, stderr=self._log, cwd="/", **as_user
        )
        self.admin_url = f"postgresql://factdesk@/postgres?host={quote(str(self.folder))}"
        self._wait()

    def _wait(self) -> None:
        for _ in range(1_200):
            try:
                psycopg.connect(self.admin_url).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                subprocess.run(["sleep", "0.05"], check=True)
        raise RuntimeError("PostgreSQL did not start in a minute.")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # at once: told politely, it waits for whoever is still connected
        self.process.wait(240)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def create_database(admin_url: str, name: str) -> str:
    """Make an empty database; returns its URL."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    before, _, after = admin_url.partition("/postgres?")
    return f"{before}/{name}?{after}"
