"""Claims posted one by one by 32 clients, durably, and in batches."""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import create_engine

from bench.door import load, prepare, serve
from bench.figures import Figure
from services.intake.models import ApiKey, Claim, IdempotencyKey, Newsroom, Outbox, Submission
from shared.db import Database, table_of

ROUNDS = 3
ROWS = 2000  # of one round of the bare limit
CLAIM, MESSAGE = "x" * 600, "x" * 900  # about as long as what intake writes for a short claim


def measure(folder: Path) -> Iterator[Figure]:
    """Rounds of limit, ours, limit; the median round counts."""
    key = prepare(folder)
    with serve("services.intake.app:create_app()", folder) as port, serve("bench.nothing:create_app()", folder) as bare:
        load(port, "/v1/claims", key, count=300)
        rounds = []
        for number in range(ROUNDS):
            limit = _one_connection(folder / f"limit{number}.sqlite3")
            hello = load(bare, "/v1/claims", key)
            ours = load(port, "/v1/claims", key)
            rounds.append((limit, hello["rate"], ours))
        limit, hello, ours = sorted(rounds, key=lambda one: one[2]["rate"] / one[0])[ROUNDS // 2]
        yield Figure("claims posted, 32 clients", ours["rate"], limit, "one raw connection's insert + commit", "/s", 2.0,
                     note="out of reach where a disk write costs less than a request: then the next line counts")  # fmt: skip
        yield Figure("claims posted, 32 clients", ours["rate"], hello, "Flask that stores nothing", "/s", 0.5)
        yield Figure("claims posted, 99th percentile", ours["p99_ms"], 100, "limit", "ms", 1.0, at_most=True)
        yield from _batches(port, key, folder)


def _one_connection(path: Path) -> float:
    """Claims a second that one connection inserts with its message, a commit each, as durably."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE claims (id TEXT PRIMARY KEY, b TEXT)",
                      "CREATE TABLE outbox (id TEXT PRIMARY KEY, b TEXT)"):  # fmt: skip
        connection.execute(statement)
    began = time.perf_counter()
    for _ in range(ROWS):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO claims VALUES (?, ?)", (str(uuid.uuid4()), CLAIM))
        connection.execute("INSERT INTO outbox VALUES (?, ?)", (str(uuid.uuid4()), MESSAGE))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return ROWS / took


def _batches(port: int, key: str, folder: Path) -> Iterator[Figure]:
    rates, memory = {}, {}
    for lines in (1_000, 10_000):
        rates[lines] = _batch(port, key, lines)
        memory[lines] = _memory(port)
    for _ in range(9):
        _batch(port, key, 10_000)
    yield Figure(
        "claims in batches of 10,000",
        rates[10_000],
        _executemany(folder),
        "Core's executemany of the same rows",
        "/s",
        0.25,
    )
    grown = _memory(port) - memory[1_000]
    yield Figure(
        "memory after 100,000 lines, above that after 1,000", max(grown, 0.1), 50, "limit", "MB", 1.0, at_most=True
    )


def _batch(port: int, key: str, count: int) -> float:
    """Lines a second of one batch that is taken in whole."""
    run = uuid.uuid4()
    body = b"\n".join(json.dumps({"text": f"Bus {n} was late on day {run}."}).encode() for n in range(count))
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson", "Idempotency-Key": str(run)}
    began = time.perf_counter()
    connection.request("POST", "/v1/claims/batch", body, headers)
    answer = connection.getresponse().read()
    took = time.perf_counter() - began
    connection.close()
    assert answer.count(b'"status": 201') == count
    return count / took


def _memory(port: int) -> float:
    """Megabytes that the largest of the server's processes holds (PSS)."""
    found = [0]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"127.0.0.1:{port}".encode() in (process / "cmdline").read_bytes():
                lines = (process / "smaps_rollup").read_text().splitlines()
                found.append(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")))
        except OSError:
            continue
    return max(found) / 1024


def _executemany(folder: Path) -> float:
    """Claims a second when SQLAlchemy Core writes the same rows to the same tables, two hundred a commit, and does
    nothing else."""
    source = create_engine(f"sqlite:///{folder}/intake.sqlite3")
    tables = [table_of(model) for model in (Claim, Submission, IdempotencyKey, Outbox)]
    with source.connect() as connection:
        ordered = [
            table.select().order_by(table.c.get("claim_id", next(iter(table.c)))).limit(ROWS) for table in tables
        ]
        rows = [[row._asdict() for row in connection.execute(chosen)] for chosen in ordered]
        owner = [row._asdict() for row in connection.execute(table_of(Newsroom).select())]
        keys = [row._asdict() for row in connection.execute(table_of(ApiKey).select())]
    target = Database()
    target.connect(f"sqlite:///{folder}/core.sqlite3")
    Claim.metadata.create_all(target.engine)
    with target.transaction() as session:
        for table, own in ((table_of(Newsroom), owner), (table_of(ApiKey), keys)):
            session.connection().execute(table.insert(), own)
    began = time.perf_counter()
    for start in range(0, ROWS, 200):
        with target.transaction() as session:
            for table, own in zip(tables, rows, strict=True):
                session.connection().execute(table.insert(), own[start : start + 200])
    took = time.perf_counter() - began
    target.close()
    source.dispose()
    return ROWS / took
