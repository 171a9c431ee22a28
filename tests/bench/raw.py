"""The limits, each a process of its own: what a database does by itself with a claim and its message, a commit for each.

python raw.py sqlite PATH COUNT | python raw.py postgresql URL COUNT; writes one JSON object. THREADS: connections, usually one.
"""

import json
import os
import sqlite3
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg

CLAIM, MESSAGE = "x" * 600, "x" * 900  # about as long as what intake writes for a short claim
TABLES = (
    "CREATE TABLE raw_claims (id TEXT PRIMARY KEY, b TEXT)",
    "CREATE TABLE raw_outbox (id TEXT PRIMARY KEY, b TEXT)",
)
THREADS = int(os.environ.get("THREADS", "1"))  # to PostgreSQL


def sqlite(path, count):
    """One connection, as durably as intake's."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *TABLES):
        connection.execute(statement)
    began = time.perf_counter()
    for _ in range(count):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO raw_claims VALUES (?, ?)", (str(uuid.uuid4()), CLAIM))
        connection.execute("INSERT INTO raw_outbox VALUES (?, ?)", (str(uuid.uuid4()), MESSAGE))
        connection.execute("COMMIT")
    return time.perf_counter() - began


def postgresql(url, count):
    """THREADS threads, a connection each."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("raw_claims", "raw_outbox"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in TABLES:
            connection.execute(statement)

    def post(number):
        with psycopg.connect(url) as connection:
            for _ in range(number):
                connection.execute("INSERT INTO raw_claims VALUES (%s, %s)", (str(uuid.uuid4()), CLAIM))
                connection.execute("INSERT INTO raw_outbox VALUES (%s, %s)", (str(uuid.uuid4()), MESSAGE))
                connection.commit()

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(post, [count // THREADS] * THREADS))
    return time.perf_counter() - began


def flush_ms(folder):
    """What one flush of a file takes here: the median of twenty."""
    taken = []
    with open(os.path.join(folder, f"flush-{os.getpid()}"), "wb") as file:
        for _ in range(20):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    os.unlink(file.name)
    return sorted(taken)[10] * 1000


if __name__ == "__main__":
    kind, where, count = sys.argv[1:]
    took = {"sqlite": sqlite, "postgresql": postgresql}[kind](where, int(count))
    folder = os.path.dirname(where) if kind == "sqlite" else os.environ.get("TMPDIR", "/tmp")
    print(json.dumps({"rate": int(count) / took, "flush_ms": flush_ms(folder)}))
