"""Whether a list and a post cost the same however many claims there are: the first page beside a deep one, few beside many.

`BENCH_ROWS=1000000 make bench BENCH=lists` for a million; the usual hundred thousand takes half a minute.
"""

import json
import os
import statistics
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

from sqlmodel import select

from bench.door import environment, load, prepare, serve
from bench.figures import Figure
from services.intake.models import Claim, Newsroom
from services.intake.wording import wording_hash
from shared import cursor
from shared.clock import new_id
from shared.contracts import ClaimRecord
from shared.db import Database, row_of, table_of

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
AT_ONCE = 5_000
ASKED = 200  # times for each page
PAGE = 50


def measure(folder: Path) -> Iterator[Figure]:
    """Fill the table, and look at it from both ends."""
    key = prepare(folder)
    database = Database()
    database.connect(environment(folder)["INTAKE_DATABASE_URL"])
    with serve("services.intake.app:create_app()", folder) as port:
        load(port, "/v1/claims", key, count=1000)
        few = load(port, "/v1/claims", key, count=2000)["rate"]
        middle = _fill(database, ROWS)
        many = load(port, "/v1/claims", key, count=2000)["rate"]
        first, deep = _pages(port, key, ["", f"&cursor={cursor.write(str(middle))}"])
        changed, changed_deep = _pages(
            port, key, ["&state=unverified", f"&state=unverified&cursor={cursor.write(str(middle))}"]
        )
    yield Figure(f"a page in the middle of {ROWS:,} claims", deep, first, "the first page", "ms", 1.3, at_most=True)
    yield Figure("the same of one state", changed_deep, changed, "its first page", "ms", 1.3, at_most=True)
    yield Figure(f"posts with {ROWS:,} claims stored", many, few, "with 1,000 stored", "/s", 1 / 1.3)


def _fill(database: Database, count: int) -> UUID:
    """Store so many claims of the newsroom; returns the id of one in the middle."""
    with database.reading() as session:
        newsroom_id = session.exec(select(Newsroom.id)).one()
    middle = new_id()
    for start in range(0, count, AT_ONCE):
        texts = [f"Ship {number} was late." for number in range(start, start + AT_ONCE)]
        rows = [
            row_of(Claim, newsroom_id=newsroom_id, wording_hash=wording_hash(text),
                   received=ClaimRecord(text=text).model_dump(mode="json"))
            for text in texts
        ]  # fmt: skip
        with database.transaction() as session:
            session.connection().execute(table_of(Claim).insert(), rows)
        if start <= count // 2:
            middle = rows[-1]["id"]
    database.close()
    return middle


def _pages(port: int, key: str, queries: list[str]) -> list[float]:
    """Median milliseconds of each page, asked in turns."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    taken: list[list[float]] = [[] for _ in queries]
    for _ in range(ASKED):
        for query, times in zip(queries, taken, strict=True):
            began = time.perf_counter()
            connection.request("GET", f"/v1/claims?limit={PAGE}{query}", headers={"Authorization": f"Bearer {key}"})
            answer = json.loads(connection.getresponse().read())
            times.append(time.perf_counter() - began)
            assert len(answer["data"]) == PAGE
    connection.close()
    return [statistics.median(times) * 1000 for times in taken]
