"""Whether what says the same is found as fast among very many texts, in what memory, and how long texts take to be indexed.

`BENCH_ROWS=1000000 make bench BENCH=matching` for a million: twenty minutes and 3 GB of disk; the usual hundred thousand take two
minutes. Times are of one processor's work, so that what else the machine does counts for little; on PostgreSQL, which works in
processes of its own, they are by the clock. The vectors of all but the wanted texts are made up: a model would need hours.
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import guestbook
import numpy as np
from sqlalchemy import text
from sqlmodel import func, select

from bench.figures import Figure
from shared.db import Database, table_of
from shared.matching import Asked, Entry, Matcher, encoder, indexing, lexical
from shared.matching.semantic import code_of, stored

FEW, MANY = 10_000, int(os.environ.get("BENCH_ROWS", "100000"))
WANTED = 50  # texts that are asked for, in other words
AT_ONCE = 5_000
INDEXED = 200  # texts, of which the time for a thousand is reckoned
SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
SPACE = "english"
MILLISECONDS_OF_FEW, MILLISECONDS_OF_MANY, MEGABYTES, SECONDS = 40, 150, 500, 20  # what each may take


def measure(folder: Path) -> Iterator[Figure]:
    """Fill, ask among few, fill on, ask among many."""
    url = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/notes.sqlite3")
    database = Database()
    database.connect(url)
    guestbook.Table.metadata.create_all(database.engine)
    texts = Texts()
    for number, wanted in ((FEW, MILLISECONDS_OF_FEW), (MANY, MILLISECONDS_OF_MANY)):
        began = time.perf_counter()
        fill(database, texts, number)
        took = time.perf_counter() - began
        found = _in_a_process_of_its_own(url)
        yield Figure(
            f"a question, among {number:,}", found["ms"], wanted, "it may take", "ms", 1.0, at_most=True,
            note=f"95th percentile {found['p95']:.0f} ms, by the clock {found['clock']:.0f} ms, the first "
            f"{found['cold']:.0f} ms; the right text first for {found['first']:.0%}; filled in {took:.0f} s; "
            f"{database_size(database) / 1e6:,.0f} MB on disk",
        )  # fmt: skip
        yield Figure(
            f"its words, among {number:,}",
            found["words"],
            found["any"],
            "any of the words alone",
            "ms",
            1.1,
            at_most=True,
        )
        yield Figure(
            f"memory of who asks, among {number:,}", found["mb"], MEGABYTES, "it may be", "MB", 1.0, at_most=True,
            note=f"of which the models and the program {found['mb_before']:.0f} MB",
        )  # fmt: skip
    yield index_some(database, texts)
    database.close()


class Texts:
    """Sentences of made-up words, a few of them in every second text, most of them rare; the same ones in every run."""

    def __init__(self) -> None:
        chance = random.Random(7)
        self.words = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(30_000)]
        self.shares = np.cumsum([1 / (place + 3) for place in range(len(self.words))])
        self.shares /= self.shares[-1]

    def text(self, number: int) -> str:
        chance = np.random.default_rng(number)
        return " ".join(self.words[at] for at in np.searchsorted(self.shares, chance.random(14))).capitalize() + "."

    def other_words(self, number: int) -> str:
        """A text with two of its words gone and one that was not there."""
        words = self.text(number)[:-1].split()
        return " ".join([*words[:5], self.words[number], *words[7:]])


def fill(database: Database, texts: Texts, until: int) -> None:
    """Index texts up to this number."""
    table = table_of(guestbook.Note)
    with database.reading() as session:
        first = session.exec(select(func.count()).select_from(guestbook.Note)).one()
    for start in range(first, until, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, until))
        with database.transaction() as session:
            entries = [Entry("note", UUID(int=number), texts.text(number), language="en") for number in numbers]
            indexing.put(session, guestbook.TABLES, entries)
            known = session.exec(
                select(guestbook.Note.number, guestbook.Note.subject).where(table.c.number > start)
            ).all()
            vectors = _vectors(texts, [subject.int for _, subject in known])
            codes = code_of(vectors)
            rows = [
                {"space": SPACE, "number": number, "code": codes[at].tobytes(), "whole": stored(vectors[at]), "main": None}
                for at, (number, _) in enumerate(known)
            ]  # fmt: skip
            made = indexing.Encoded(rows, [number for number, _ in known], encoder((SPACE,), "here").tag)
            indexing.keep(session, guestbook.TABLES, made)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _vectors(texts: Texts, numbers: list[int]) -> np.ndarray:
    """Made-up vectors around a thousand centres; those of the texts that will be asked for are the model's."""
    chance = np.random.default_rng(numbers[0])
    centres = np.random.default_rng(7).standard_normal((1_000, 384)).astype(np.float32)
    made = centres[np.array(numbers) % 1_000] + chance.standard_normal((len(numbers), 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    real = [at for at, number in enumerate(numbers) if number < WANTED]
    if real:
        made[real] = encoder((SPACE,), "here").encode(SPACE, [texts.text(numbers[at]) for at in real])
    return made


def _in_a_process_of_its_own(url: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", "bench.matching", url], capture_output=True, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def ask(url: str) -> dict[str, float]:
    """How long questions take a process that is warm, and how large it grows."""
    database = Database()
    database.connect(url)
    clock = time.process_time if database.is_sqlite else time.perf_counter
    texts, by = Texts(), encoder((SPACE,), "here")
    matcher = Matcher(guestbook.TABLES, by)
    by.encode(SPACE, ["warm"])
    before = _megabytes()
    began = clock()
    with database.reading() as session:
        matcher.match(session, Asked(texts.other_words(WANTED), language="en"), 10)
    cold = (clock() - began) * 1000
    taken, by_the_clock, first = [], [], 0
    for turn in range(-5, WANTED):
        began, began_by_the_clock = clock(), time.perf_counter()
        with database.reading() as session:
            found = matcher.match(session, Asked(texts.other_words(turn % WANTED), language="en"), 10).found
        if turn >= 0:
            taken.append((clock() - began) * 1000)
            by_the_clock.append((time.perf_counter() - began_by_the_clock) * 1000)
            first += found[0].subject.int == turn
    return {
        "ms": statistics.median(taken), "p95": statistics.quantiles(taken, n=20)[-1], "first": first / WANTED,
        "clock": statistics.median(by_the_clock), "mb": _megabytes(), "mb_before": before, "cold": cold,
        **_words_alone(database, texts, clock),
    }  # fmt: skip


def _words_alone(database: Database, texts: Texts, clock) -> dict[str, float]:
    """What the words cost as they are looked for here, and what any of them, without regard to how rare they are, would."""
    taken: dict[str, list[float]] = {"words": [], "any": []}
    for number in range(20):
        with database.reading() as session:
            query = lexical.query_of(session, guestbook.TABLES, texts.other_words(number), "en")
            for name, one in (("words", query), ("any", query._replace(rare=list(query.terms), newest=0))):
                began = clock()
                lexical.search(session, guestbook.TABLES, one, 100)
                taken[name].append((clock() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def index_some(database: Database, texts: Texts) -> Figure:
    """What indexing a thousand texts with titles takes: words and vectors of both models, as shipped."""
    by = encoder(("english", "many"), "here")
    by.encode("english", ["warm"])
    by.encode("many", ["warm"])
    entries = [
        Entry("note", UUID(int=10**12 + number), _plain_english(number), f"What the guest in room {number} says", language="en")
        for number in range(INDEXED)
    ]  # fmt: skip
    began = time.process_time()
    with database.transaction() as session:
        indexing.put(session, guestbook.TABLES, entries)
        some = session.exec(select(guestbook.Note).where(guestbook.Note.encoded == "")).all()
        made = indexing.encode(some, by)
    encoded = time.process_time() - began
    with database.transaction() as session:
        indexing.keep(session, guestbook.TABLES, made)
    took = (time.process_time() - began) * 1000 / INDEXED
    return Figure(
        "indexing a thousand texts with titles", took, SECONDS, "it may take", "s", 1.0, at_most=True,
        note=f"of which the models {encoded * 1000 / INDEXED:.1f} s",
    )  # fmt: skip


def _plain_english(number: int) -> str:
    return (
        f"The guest in room {number} says that {number % 37 + 2} of the lamps were broken, that breakfast was late on "
        "Sunday, and that nobody at the desk had heard of it."
    )


def database_size(database: Database) -> int:
    """How much is kept on disk."""
    with database.reading() as session:
        if not database.is_sqlite:
            return int(session.connection().scalar(text("SELECT pg_database_size(current_database())")) or 0)
        pages, size = (session.connection().scalar(text(f"PRAGMA page_{one}")) for one in ("count", "size"))
    return int(pages or 0) * int(size or 0)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(ask(sys.argv[1])))
