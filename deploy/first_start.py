"""What a new desk needs once: tables, people, a key, and the file that tells scripts about them.

A first start that was interrupted is taken up where it stopped. Loads SQLAlchemy, which later starts don't wait for.
"""

import json
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from deploy.layout import ROOT, SERVICES, Layout, write_private
from shared.db import Database
from shared.migrations import is_current

PEOPLE = (
    ("Amara Okafor", "amara@desk.example", "checker"),
    ("Jonas Lind", "jonas@desk.example", "checker"),
    ("Elena Petrov", "elena@desk.example", "editor"),
    ("Ruth Adler", "ruth@desk.example", "admin"),
)
NEWSROOM = "Local newsroom"


def migrate(layout: Layout) -> None:
    """Bring every service's tables to the newest form. When they are, this takes no time."""
    environment = layout.environment()
    behind = [name for name in SERVICES if not _is_current(name, environment)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: run(layout, name, "migrate"), behind))


def is_empty(layout: Layout) -> bool:
    """Whether nothing has ever been submitted or checked here. Tables must be there."""
    environment = layout.environment()
    return not any(
        _has_rows(environment[f"{name.upper()}_DATABASE_URL"], table)
        for name, table in (("intake", "claims"), ("review", "cases"), ("publish", "checks"))
    )


def write_local_file(layout: Layout) -> dict[str, Any]:
    """Make the people and the key, and write `local.json` (for this user alone)."""
    key = json.loads(
        run(layout, "intake", "keys", "create", "--newsroom", NEWSROOM, "--name", "local", "--every-scope",
            "--per-minute", "1000000", "--per-day", "1000000000", "--json")
    )["key"]  # fmt: skip
    with ThreadPoolExecutor() as pool:
        people = list(pool.map(lambda person: _add_person(layout, *person), PEOPLE))
    local = {**layout.urls, "redis": layout.redis_url, "api_key": key, "people": people}
    write_private(layout.local_file, json.dumps(local, indent=1))
    return local


def run(layout: Layout, name: str, *arguments: str, given: str | None = None) -> str:
    """Run a command of a service; what it printed. Raises RuntimeError with what it complained of."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.{name}", *arguments],
        env=layout.environment() | {"LOG_LEVEL": "WARNING"}, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{name} {' '.join(arguments)} failed:\n{done.stderr or done.stdout}")
    return done.stdout


def _add_person(layout: Layout, name: str, email: str, role: str) -> dict[str, Any]:
    password = secrets.token_urlsafe(12)
    told = ("--password-stdin", "--token", "--json")
    try:
        made = run(layout, "review", "people", "add", "--email", email, "--name", name, "--role", role, *told,
                   given=password)  # fmt: skip
    except RuntimeError:  # left by a start that was interrupted, with a password that nobody knows
        made = run(layout, "review", "people", "renew", email, *told, given=password)
    return {"name": name, "email": email, "password": password, "token": json.loads(made)["token"], "roles": [role]}


def _is_current(name: str, environment: dict[str, str]) -> bool:
    database = Database()
    database.connect(environment[f"{name.upper()}_DATABASE_URL"])
    try:
        return is_current(database, ROOT / "services" / name / "migrations")
    finally:
        database.close()


def _has_rows(url: str, table: str) -> bool:
    database = Database()
    database.connect(url)
    try:
        with database.reading() as session:
            return session.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608
    finally:
        database.close()
