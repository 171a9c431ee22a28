"""Whether readers and programs find as fast among a hundred thousand checks as among a thousand: rare words, frequent ones,
misspelt ones, filters, lists and feeds, and whole sentences, which are looked for by their meaning, too.

`BENCH_ROWS=1000000 make bench BENCH=searching` for a million; the usual hundred thousand takes some minutes.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy
from sqlalchemy import text

from bench.figures import Figure
from services.publish import search
from services.publish.app import create_app
from services.publish.models import MATCH_TABLES, Check, Facet, Spelling
from services.publish.search.alike import CHECK
from services.publish.search.keeping import IN_ON_POSTGRESQL, IN_ON_SQLITE, STANDS, about_words, token
from services.publish.service import service
from services.publish.settings import Settings
from shared.clock import new_id, now
from shared.db import insert_if_absent, row_of, table_of
from shared.matching import Entry, indexing
from shared.matching.indexing import Encoded
from shared.matching.semantic import code_of, stored
from shared.matching.words import plain, stems

FEW, MANY = 1_000, int(os.environ.get("BENCH_ROWS", "100000"))
AT_ONCE, ASKED = 2_000, 60
SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
RATINGS = ("true", "half-true", "false", "unproven")
QUESTIONS = {
    "a word that every second check has": "/search?q=council",
    "two words of which one is rare": "/search?q=council+{rare}",
    "a misspelt rare word": "/search?q={misspelt}",
    "a frequent word, a rating and a topic": "/search?q=council&rating=false&topic=topic-7",
    "a sentence of which no check has all": "/v1alpha1/claims:search?query=did+the+council+of+{rare}+say+{other}+yesterday",
    "a question": "/search?q=is+it+true+that+the+council+of+{rare}+wanted+{other}+to+be+closed",
    "all of the site's reviews": "/v1alpha1/claims:search?reviewPublisherSiteFilter=facts.example",
    "a feed of one topic": "/feeds/atom.xml?topic=topic-7",
}


def measure(folder: Path) -> Iterator[Figure]:
    """Ask among few, fill, and ask the same among many."""
    url = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/publish.sqlite3")
    settings = Settings(
        database_url=url, public_base_url="https://facts.example", secret_key="only for measuring, not for use",
        redis_url="unix:///nowhere", searches_per_minute=10**9, log_level="WARNING",
    )  # fmt: skip
    app = create_app(settings)
    Check.metadata.create_all(service.database.engine)
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=4)) for _ in range(20_000)]
    rare, other = words[11], words[471]
    asked = {
        name: path.format(rare=rare, other=other, misspelt=rare[:3] + rare[4:]) for name, path in QUESTIONS.items()
    }
    _fill(words, chance, 0, FEW)
    few = _ask(app, asked)
    _fill(words, chance, FEW, MANY)
    many = _ask(app, asked)
    for name in asked:
        yield Figure(f"{name}, of {MANY:,}", many[name], few[name], f"of {FEW:,}", "ms", 1.5, at_most=True)


def _fill(words: list[str], chance: random.Random, start: int, end: int) -> None:
    for first in range(start, end, AT_ONCE):
        _insert([_row(words, chance, number) for number in range(first, min(first + AT_ONCE, end))])
    with service.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _row(words: list[str], chance: random.Random, number: int) -> dict[str, object]:
    """A check: the words of a claim, and a page of thirty thousand bytes."""
    telling = chance.choices(words[1_000:], k=12)
    telling += words[number % 1_000 : number % 1_000 + 1] if number < FEW else []  # as rare among few as among many
    claim = " ".join(["The", "council" if number % 2 else "mayor", *telling]).capitalize()
    moment = now() - timedelta(days=30) + timedelta(seconds=number)
    return row_of(
        Check, claim_id=new_id(), path=f"2026/01/check-{number}", position=number + 1, revision=1, kind="first",
        headline=claim[:60], summary=claim, rating_slug=RATINGS[number % 4], rating_label=RATINGS[number % 4].title(),
        claim_text=claim, claimant="Jo Marten", language="en", first_published_at=moment, updated_at=moment,
        page=b"x" * 30_000,
    )  # fmt: skip


def _topic(position: int) -> str:
    """One of fifty; what is asked for is as rare among few as among many."""
    return f"topic-{position % 50 + (50 if position > FEW else 0)}"


def _insert(rows: list[dict]) -> None:
    facets, index, known = [], [], set()
    for row in rows:
        under = {("rating", row["rating_slug"]), ("topic", _topic(row["position"])), ("language", "en")}
        facets += [
            {"claim_id": row["claim_id"], "kind": kind, "slug": slug, "label": slug, "updated_at": row["updated_at"]}
            for kind, slug in under
        ]
        about = f"{row['headline']} {row['claim_text']}"
        known |= set(plain(about).split())
        fields = (row["headline"], row["claim_text"], row["claimant"], "")
        index.append(
            {"position": row["position"], "about": about_words((one, "en") for one in fields),
             "body": " ".join(stems(row["summary"], "en")),
             "under": " ".join([*(token(kind, slug) for kind, slug in under), token(STANDS, STANDS)])}
        )  # fmt: skip
    spelt = [
        {"shape": shape, "word": word}
        for word in sorted(known)
        for shape in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
    ]
    with service.transaction() as session:
        connection = session.connection()
        connection.execute(table_of(Check).insert(), rows)
        connection.execute(table_of(Facet).insert(), facets)
        connection.execute(IN_ON_SQLITE if service.database.is_sqlite else IN_ON_POSTGRESQL, index)
        connection.execute(insert_if_absent(session, Spelling), spelt)
        _index(session, rows)


def _index(session, rows: list[dict]) -> None:
    """What says the same is looked for among these, too. A model would take a quarter of an hour; where its vectors point does not
    matter to how fast they are compared."""
    entries = [
        Entry(CHECK, row["claim_id"], row["claim_text"], row["headline"], None, row["claimant"], None, "en")
        for row in rows
    ]
    for start in range(0, len(entries), 500):
        search.index.put(session, entries[start : start + 500])
    texts = indexing.missing(session, MATCH_TABLES, search.index.encoder.tag, len(rows))
    vectors = numpy.random.default_rng(7).normal(size=(len(texts), 384)).astype(numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    codes = code_of(vectors)
    made = [
        {
            "space": "english",
            "number": one.number,
            "code": code.tobytes(),
            "whole": stored(vector),
            "main": stored(vector),
        }
        for one, code, vector in zip(texts, codes, vectors, strict=True)
    ]
    indexing.keep(session, MATCH_TABLES, Encoded(made, [one.number for one in texts], search.index.encoder.tag))


def _ask(app, asked: dict[str, str]) -> dict[str, float]:
    """Median milliseconds of each, asked in turns."""
    reader = app.test_client()
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(ASKED + 5):
        for name, path in asked.items():
            began = time.perf_counter()
            answer = reader.get(path)
            took = time.perf_counter() - began
            assert answer.status_code == 200, answer.text
            if turn >= 5:
                taken[name].append(took)
    return {name: statistics.median(times) * 1000 for name, times in taken.items()}
