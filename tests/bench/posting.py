"""Claims posted one by one by 32 clients, durably: to SQLite on this machine's disk and on one whose flush takes milliseconds, to
PostgreSQL; and in batches.

Each is held against one raw connection's insert and commit, and against Flask that stores nothing. Where a flush is cheap, one raw
connection is faster than any web server of Python's answers; the framework by itself is the limit there (see
`docs/decisions/0016-what-a-post-costs.md`).
"""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from databases import PostgresServer, create_database
from sqlalchemy import create_engine

from bench.door import load, prepare, raw, serve, slow_disk
from bench.figures import Figure
from services.intake.models import ApiKey, Claim, IdempotencyKey, Newsroom, Outbox, Submission
from shared.db import Database, table_of

ROUNDS = 5
ROWS = 2000
SHAPE = (1, 32)  # processes and threads, as intake is served: all who post at once share a commit
FLUSH_MS = 4  # of the slow disk: what one in a data centre takes, or this one on a bad day


def measure(folder: Path) -> Iterator[Figure]:
    """Rounds of limit, framework, ours; the median round counts."""
    with _rounds(folder) as (rounds, port, key):
        yield from _figures("SQLite", rounds)
        yield from _batches(port, key, folder)
    if slow := slow_disk(folder, FLUSH_MS):
        with _rounds(_folder(folder, "slow"), **slow) as (rounds, _, _):
            yield from _figures("SQLite on a slow disk", rounds)
    else:
        print("(no C compiler: a disk whose flush takes longer is not measured)")
    server = PostgresServer(durable=True)
    try:
        url = create_database(server.admin_url, "bench")
        with _rounds(_folder(folder, "postgresql"), INTAKE_DATABASE_URL=url) as (rounds, _, _):
            yield from _figures("PostgreSQL", rounds)
            eight = raw("postgresql", url, ROWS, THREADS="8")
            name = "claims posted, 32 clients, PostgreSQL"
            yield Figure(name, rounds[2]["rate"], eight["rate"], "eight raw connections", "/s", 0.4)
    finally:
        server.stop()


@contextmanager
def _rounds(folder: Path, **more: str):
    """The median round (limit, framework, ours, flush) by ours to the limit; the server is still there, at its port."""
    key = prepare(folder, **more)
    kind, where = ("postgresql", more["INTAKE_DATABASE_URL"]) if "INTAKE_DATABASE_URL" in more else ("sqlite", folder)
    with (
        serve("services.intake.app:create_app()", folder, *SHAPE, **more) as port,
        serve("bench.nothing:create_app()", folder, *SHAPE, **more) as bare,
    ):
        load(port, "/v1/claims", key, count=300)
        rounds = []
        for number in range(ROUNDS):
            place = where if kind == "postgresql" else where / f"limit{number}.sqlite3"
            limit = raw(kind, place, ROWS if "FLUSH_MS" not in more else ROWS // 4, **more)
            hello = load(bare, "/v1/claims", key, count=ROWS)
            ours = load(port, "/v1/claims", key, count=ROWS)
            rounds.append((limit["rate"], hello["rate"], ours, limit["flush_ms"]))
        yield sorted(rounds, key=lambda one: one[2]["rate"] / one[0])[ROUNDS // 2], port, key


def _figures(where: str, rounds) -> Iterator[Figure]:
    limit, hello, ours, flush = rounds
    each = f"a raw commit {1000 / limit:.2f} ms, a request that stores nothing {1000 / hello:.2f} ms"
    told = f"a flush takes {flush:.2f} ms, {each}"
    name = f"claims posted, 32 clients, {where}"
    yield Figure(name, ours["rate"], limit, "one raw connection's insert + commit", "/s", 2.0, note=told)
    yield Figure(name, ours["rate"], hello, "Flask that stores nothing", "/s", 0.5)
    yield Figure(f"{name}, 99th percentile", ours["p99_ms"], 100, "limit", "ms", 1.0, at_most=True)


def _folder(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


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
