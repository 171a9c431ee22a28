"""`python -m deploy.first_start`: make what a new desk needs once: tables, people, a key, and the file that tells
scripts about them.

A first start that was interrupted is taken up where it stopped. It runs eight commands of the services, each of which would
load a service for a second: all are loaded once, and on Linux each command is run by a copy of this process.
"""

import json
import os
import runpy
import secrets
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from multiprocessing import get_context
from typing import Any, NamedTuple

from sqlalchemy import inspect, text

from deploy.layout import ROOT, SERVICES, Layout, write_private
from shared.db import Database
from shared.migrations import is_current
from shared.process import die_with_parent

PEOPLE = (
    ("Amara Okafor", "amara@desk.example", "checker"),
    ("Jonas Lind", "jonas@desk.example", "checker"),
    ("Elena Petrov", "elena@desk.example", "editor"),
    ("Ruth Adler", "ruth@desk.example", "admin"),
)
NEWSROOM = "Local newsroom"
PROCESSES: Any = get_context("fork" if sys.platform == "linux" else "spawn")


class Command(NamedTuple):
    """A command of a service, and what is typed into it."""

    service: str
    words: tuple[str, ...]
    given: str = ""


def is_empty(layout: Layout) -> bool:
    """Whether nothing has ever been submitted or checked here."""
    return not any(
        _has_rows(layout, name, table)
        for name, table in (("intake", "claims"), ("review", "cases"), ("publish", "checks"))
    )


def prepare(layout: Layout) -> None:
    """Make what is missing of it, in a process that ends with it. Raises RuntimeError with what it complained of."""
    told = os.environ | {"VAR": str(layout.var), "PORT_BASE": str(layout.port_base)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.first_start"],
        env=told, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip())


def main() -> None:
    """In that process."""
    from deploy import preloaded

    die_with_parent()
    layout = Layout.from_environment()
    preloaded.load()
    try:
        migrate(layout)
        if not layout.local_file.exists():
            write_local_file(layout)
    except RuntimeError as error:
        sys.exit(str(error))


def migrate(layout: Layout) -> None:
    """Bring every service's tables to the newest form."""
    _run(layout, [Command(name, ("migrate",)) for name in SERVICES if not _is_current(layout, name)])


def write_local_file(layout: Layout) -> None:
    """Make the people and the key, and write `local.json` (for this user alone)."""
    making = ("keys", "create", "--newsroom", NEWSROOM, "--name", "local", "--every-scope", "--per-minute", "1000000",
              "--per-day", "1000000000", "--json")  # fmt: skip
    told = ("--password-stdin", "--token", "--json")
    passwords = [secrets.token_urlsafe(12) for _ in PEOPLE]
    with _database(layout, "review") as database, database.reading() as session:
        left = set(session.scalars(text("SELECT email FROM people")))  # by a start that was interrupted
    adding = [
        Command("review", ("people", "renew", email, *told), password)
        if email in left  # with a password that nobody knows
        else Command("review", ("people", "add", "--email", email, "--name", name, "--role", role, *told), password)
        for (name, email, role), password in zip(PEOPLE, passwords, strict=True)
    ]
    key, *made = (json.loads(printed) for printed in _run(layout, [Command("intake", making), *adding]))
    people = [
        {"name": name, "email": email, "password": password, "token": one["token"], "roles": [role]}
        for (name, email, role), password, one in zip(PEOPLE, passwords, made, strict=True)
    ]
    local = {**layout.urls, "redis": layout.redis_url, "api_key": key["key"], "people": people}
    write_private(layout.local_file, json.dumps(local, indent=1))


def _run(layout: Layout, commands: Sequence[Command]) -> list[str]:
    """Run commands beside one another; what each printed. Raises RuntimeError with what the first that failed complained of."""
    environment = layout.environment() | {"LOG_LEVEL": "WARNING"}
    running = []
    for command in commands:
        answers, sender = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=_be, args=(command, environment, sender))
        process.start()
        sender.close()
        running.append((command, process, answers))
    printed = []
    for command, process, answers in running:
        try:
            code, out, complaint = answers.recv()
        except EOFError:  # it was ended from outside
            code, out, complaint = 1, "", "It ended without a word."
        process.join()
        if code:
            raise RuntimeError(f"{command.service} {' '.join(command.words)} failed:\n{complaint or out}")
        printed.append(out)
    return printed


def _be(command: Command, environment: dict[str, str], sender: Any) -> None:
    """Be, in this process, what `python -m services.NAME …` is; send its exit code, what it printed and what it complained of."""
    die_with_parent()
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.stdin = [command.service, *command.words], StringIO(command.given)
    code: Any = None
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as complaint:
        try:
            runpy.run_module(f"services.{command.service}", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            code = end.code
        except BaseException:  # noqa: BLE001 - as Python itself does with what nobody catches
            traceback.print_exc()
            code = 1
    sender.send((code, out.getvalue(), complaint.getvalue()))


def _is_current(layout: Layout, name: str) -> bool:
    with _database(layout, name) as database:
        return is_current(database, ROOT / "services" / name / "migrations")


def _has_rows(layout: Layout, name: str, table: str) -> bool:
    with _database(layout, name) as database, database.reading() as session:
        if not inspect(session.connection()).has_table(table):
            return False
        return session.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608


@contextmanager
def _database(layout: Layout, name: str) -> Iterator[Database]:
    database = Database()
    database.connect(layout.environment()[f"{name.upper()}_DATABASE_URL"])
    try:
        yield database
    finally:
        database.close()


if __name__ == "__main__":
    main()
