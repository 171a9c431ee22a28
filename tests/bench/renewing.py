"""Whether a hundred thousand pages are made anew, after a change of templates, at what ten cost, in memory that does not grow, and
without a reader who sees half of a page, or new ones and old ones at once.

`BENCH_PAGES=100000 make bench BENCH=renewing` for a hundred thousand, which take a quarter of an hour of a processor and eight
gigabytes of disk; usually there are five thousand. While they are made, a reader asks for one page after the other, as they come.
"""

import gzip
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import text
from sqlmodel import Session, select

from bench.door import ROOT, environment, serve
from bench.figures import Figure
from bench.publishing import SAMPLE
from services.publish import rendering, renewing, workflow
from services.publish.models import Card, Change, Check, Facet, Listing, Renewal, ReviewNode, Revision
from services.publish.rendering.environment import environment as templates
from services.publish.service import service
from shared.clock import new_id, now
from shared.contracts import VerdictApproved
from shared.db import row_of, table_of
from shared.migrations import migrate

PAGES = int(os.environ.get("BENCH_PAGES", "5000"))
WRITTEN, AT_ONCE = 200, 2_000
PAUSE = 0.02  # between two pages that are read: what is measured is the making
TOPICS, CLAIMANTS = 50, 20
MARK = b"<!-- of the new template -->"  # it stands at the head and the foot of every page


class Seen(NamedTuple):
    """What a reader saw: pages of the old template, pages of the new one, and what was wrong with others."""

    old: int
    new: int
    wrong: list[str]


def measure(folder: Path) -> Iterator[Figure]:
    """Fill the record, and make all of its pages anew while they are read."""
    env = environment(folder)
    os.environ.update({name: env[name] for name in ("SECRET_KEY", "PUBLISH_DATABASE_URL", "REDIS_URL", "LOG_LEVEL")})
    service.start()
    migrate(service.database, service.migrations)
    paths = fill(PAGES)
    with serve("services.publish.app:create_app()", folder, 1, 4) as port:
        reader = Reader(port, paths)
        made = [json.loads(line) for line in _make_anew(env)]
        seen = reader.stop()
    yield from _figures(made, seen)


def _figures(made: list[dict[str, float]], seen: Seen) -> Iterator[Figure]:
    making = [one for one in made if one["done"] and not one["shown"]]
    first, last = _cost(making[: len(making) // 5 + 1]), _cost(making[-(len(making) // 5 + 1) :])
    count = f"{PAGES:,} pages"
    taken = f"{made[-1]['processor']:.0f} s of a processor, {made[-1]['clock']:.0f} s by the clock"
    told = f"{taken}, with what puts them in their places"
    yield Figure(f"a page made anew, the last fifth of {count}", last, first, "the first fifth", "ms", 1.3, True, told)
    half, peak = making[len(making) // 10]["memory"], max(one["memory"] for one in made)
    yield Figure(f"memory of who makes {count}, at most", peak, half, "after the first tenth", "MB", 1.2, True)
    told = f"{seen.old:,} old pages, then {seen.new:,} new ones; {', '.join(seen.wrong[:3]) or 'all of them whole'}"
    yield Figure(
        "pages a reader saw that were half, or of the other template", len(seen.wrong), 1, "limit", "", 0, True, told
    )


def _cost(stretch: list[dict[str, float]]) -> float:
    """Milliseconds of processor time for a page."""
    begin, end = stretch[0], stretch[-1]
    return (end["processor"] - begin["processor"]) / (end["done"] - begin["done"]) * 1000


def fill(count: int) -> list[str]:
    """So many checks, on shelves and with cards, their pages of the templates as they are. Some are published one by one; the rest
    are copies of those. Returns the paths."""
    chance = random.Random(7)
    written = [_publish(chance, number) for number in range(min(count, WRITTEN))]
    with service.reading() as session:
        originals = [_Original(session, claim_id) for claim_id in written]
    for start in range(len(written), count, AT_ONCE):
        copies = [
            originals[number % len(originals)].copy(number + 1) for number in range(start, min(start + AT_ONCE, count))
        ]
        with service.transaction() as session:
            for model in (Check, Revision, Facet, Listing, ReviewNode, Card, Change):
                rows = [row for one in copies for row in one[model]]
                session.connection().execute(table_of(model).insert(), rows)
    with service.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    with service.reading() as session:
        return list(session.exec(select(Check.path).order_by(Check.position)).all())


def _publish(chance: random.Random, number: int):
    claimant = {"name": f"Speaker {chance.randrange(CLAIMANTS)}"}
    tags = [f"topic {chance.randrange(TOPICS)}", f"topic {chance.randrange(TOPICS)}"]
    claim = SAMPLE["claim"] | {"claimant": claimant, "tags": sorted(set(tags))}
    given = SAMPLE | {"claim_id": str(new_id()), "headline": f"{SAMPLE['headline']} {number}", "claim": claim}
    with service.transaction() as session:
        check = workflow.publish(session, VerdictApproved.model_validate(given))
        found = rendering.card_of(check)
        session.add(Card(claim_id=check.claim_id, version=found.version, drawn_at=now(), image=b"x" * 20_000))
        return check.claim_id


class _Original:
    """A check that was published, with all that belongs to it."""

    def __init__(self, session: Session, claim_id) -> None:
        self._check = session.get(Check, claim_id)
        self._rows = {Check: [row_of(Check, **self._check.model_dump())]}
        for model in (Revision, Facet, Listing, Card, Change):
            found = session.exec(select(model).where(model.claim_id == claim_id))
            self._rows[model] = [row_of(model, **one.model_dump()) for one in found]
        node = session.get_one(ReviewNode, self._check.position)
        self._rows[ReviewNode] = [row_of(ReviewNode, **node.model_dump())]

    def copy(self, number: int) -> dict[type, list[dict]]:
        """Its rows as those of another check, in a place of its own; what was written of it, and its page, name the new one."""
        old, claim_id, path = self._check, new_id(), f"2026/01/another-check-{number}"

        def name(words: str) -> str:
            return words.replace(old.path, path).replace(str(old.claim_id), str(claim_id))

        page = name(old.page.decode()).encode()
        own = {
            "claim_id": claim_id, "path": path, "position": number, "etag": rendering.etag(page), "page": page,
            "page_gzip": gzip.compress(page, 1, mtime=0),
        }  # fmt: skip
        copied = {}
        for model, rows in self._rows.items():
            columns = table_of(model).columns.keys()
            copied[model] = [row | {key: value for key, value in own.items() if key in columns} for row in rows]
        for row in copied[Revision]:
            row["snapshot"] = json.loads(name(json.dumps(row["snapshot"])))
        for row in copied[ReviewNode]:
            row["node"] = name(row["node"])
        for row in copied[Change]:
            del row["seq"]
        return copied


class Reader(threading.Thread):
    """Reads pages as they come, and says of each whether it is whole and of which template."""

    def __init__(self, port: int, paths: list[str]) -> None:
        super().__init__()
        self._port, self._paths, self._is_over = port, paths, threading.Event()
        self._old = self._new = 0
        self._wrong: list[str] = []
        self.start()

    def stop(self) -> Seen:
        """What it saw."""
        self._is_over.set()
        self.join()
        return Seen(self._old, self._new, self._wrong)

    def run(self) -> None:
        """Until it is told to stop: one page whole, the next compressed."""
        chance, connection = random.Random(11), HTTPConnection("127.0.0.1", self._port)
        while not self._is_over.wait(PAUSE):
            path = chance.choice(self._paths)
            compressed = chance.random() < 0.5
            connection.request("GET", f"/checks/{path}", headers={"Accept-Encoding": "gzip"} if compressed else {})
            answer = connection.getresponse()
            body = answer.read()
            page = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
            self._look(path, answer.status, answer.headers["ETag"], page)
        connection.close()

    def _look(self, path: str, status: int, etag: str, page: bytes) -> None:
        marks = page.count(MARK)
        if (
            status != 200
            or rendering.etag(page) not in etag
            or not page.rstrip().endswith(b"</html>")
            or marks not in (0, 2)
        ):
            self._wrong.append(f"{path} was not whole")
        elif marks == 0 and self._new:
            self._wrong.append(f"{path} was old after others had been new")
        elif path.encode() not in page:
            self._wrong.append(f"{path} was another's page")
        self._old += marks == 0
        self._new += marks == 2


def _make_anew(env: dict[str, str]) -> Iterator[str]:
    """Lines of a process that makes all pages anew by other templates."""
    running = [sys.executable, "-m", "bench.renewing"]
    with subprocess.Popen(running, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        yield from process.stdout
    assert process.returncode == 0


def _main() -> None:
    """Make every page anew by changed templates; tell, as JSON, of each two hundredth part how far it is, and what it took."""
    service.start()
    loaded = templates("en")
    base = loaded.loader.get_source(loaded, "base.html")[0]
    changed = base.replace("<head>", f"<head>\n{MARK.decode()}").replace("</body>", f"{MARK.decode()}\n</body>")
    loaded.loader = ChoiceLoader([DictLoader({"base.html": changed}), loaded.loader])
    with service.transaction() as session:
        number = renewing.begin(session, all_pages=True).number
    began, told, is_over = time.perf_counter(), -1, False
    spent = time.process_time()
    while not is_over:
        is_over = not renewing.step(number)
        with service.reading() as session:
            found = session.get_one(Renewal, number)
        part = found.done * 200 // max(found.total, 1)
        if part != told or is_over:
            told = part
            memory = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
            line = {
                "done": found.done, "failed": found.failed, "shown": found.shown_at is not None, "memory": memory,
                "processor": time.process_time() - spent, "clock": time.perf_counter() - began,
            }  # fmt: skip
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    _main()
