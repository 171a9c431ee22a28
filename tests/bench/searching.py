"""Whether readers and programs find as fast among a hundred thousand checks as among a thousand: rare words, frequent ones,
misspelt ones, filters, lists and feeds, and whole sentences, which are looked for by their meaning, too.

`BENCH_ROWS=1000000 make bench BENCH=searching` for a million; the usual hundred thousand takes some minutes on each database;
`BENCH_DATABASES=sqlite` leaves PostgreSQL out. What an answer costs is processor time, the database server's too, the best of many.
"""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy
from databases import PostgresServer, create_database
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session

from bench.figures import Figure
from bench.processor import Processor
from services.publish import search
from services.publish.app import create_app
from services.publish.models import MATCH_TABLES, Check, Facet, Listing, Shelf, Spelling
from services.publish.search.alike import CHECK
from services.publish.search.closeness import ranks
from services.publish.search.keeping import IN_ON_POSTGRESQL, IN_ON_SQLITE, STANDS, about_words, token
from services.publish.service import service
from services.publish.settings import Settings
from shared.clock import new_id, now
from shared.db import insert_if_absent, row_of, table_of
from shared.matching import Entry, indexing
from shared.matching.indexing import Encoded
from shared.matching.semantic import code_of, stored
from shared.matching.words import plain, stems
from shared.migrations import migrate

FEW, MANY = 1_000, int(os.environ.get("BENCH_ROWS", "100000"))
DATABASES = os.environ.get("BENCH_DATABASES", "sqlite postgresql").split()
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
    "the list of all": "/",
    "the list of all, its last page": "/page/{last}",
    "the list of a rating": "/ratings/false",
    "the list of a rating, in its middle": "/ratings/false?before={middle}",
    "the list of a topic": "/topics/topic-7",
    "the ratings": "/ratings",
}
ON_A_PAGE = 20  # of a list


def measure(folder: Path) -> Iterator[Figure]:
    """On each database: ask among few, fill, and ask the same among many."""
    if "sqlite" in DATABASES:
        yield from _measure("SQLite", f"sqlite:///{folder}/publish.sqlite3", Processor())
    if "postgresql" in DATABASES:
        server = PostgresServer(durable=True)
        try:
            yield from _measure("PostgreSQL", create_database(server.admin_url, "publish"), Processor(server))
        finally:
            service.database.close()
            server.stop()


def _measure(where: str, url: str, processor: Processor) -> Iterator[Figure]:
    settings = Settings(
        database_url=url, public_base_url="https://facts.example", secret_key="only for measuring, not for use",
        redis_url="unix:///nowhere", searches_per_minute=10**9, log_level="WARNING",
    )  # fmt: skip
    app = create_app(settings)
    migrate(service.database, service.migrations)
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=4)) for _ in range(20_000)]
    rare, other = words[11], words[471]
    given = {"rare": rare, "other": other, "misspelt": rare[:3] + rare[4:]}
    _fill(words, chance, 0, FEW)
    few = _ask(app, given, FEW, processor)
    _fill(words, chance, FEW, MANY)
    many = _ask(app, given, MANY, processor)
    for name in QUESTIONS:
        beside, note = few[name].ms, f"{many[name].clock:.0f} ms by the clock"
        yield Figure(
            f"{where}: {name}, of {MANY:,}", many[name].ms, beside, f"of {FEW:,}", "ms", 1.5, at_most=True, note=note
        )


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
    facets, listings, index, known = [], [], [], set()
    for row in rows:
        under = {("rating", row["rating_slug"]), ("topic", _topic(row["position"])), ("language", "en")}
        facets += [
            {"claim_id": row["claim_id"], "kind": kind, "slug": slug, "label": slug, "updated_at": row["updated_at"]}
            for kind, slug in under
        ]
        listings += [
            {"kind": kind, "slug": slug, "position": row["position"], "claim_id": row["claim_id"]}
            for kind, slug in under
            if kind != "language"
        ]
        about = f"{row['headline']} {row['claim_text']}"
        known |= set(plain(about).split())
        fields = (row["headline"], row["claim_text"], row["claimant"], "")
        written = about_words((one, "en") for one in fields)
        index.append(
            {"position": row["position"], "about": written,
             "body": " ".join(stems(row["summary"], "en")),
             "under": " ".join([*(token(kind, slug) for kind, slug in under), token(STANDS, STANDS), *ranks(written)])}
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
        connection.execute(table_of(Listing).insert(), listings)
        shelves = {(one["kind"], one["slug"]) for one in listings}
        connection.execute(
            insert_if_absent(session, Shelf),
            [row_of(Shelf, kind=kind, slug=slug, name=slug, count=20) for kind, slug in sorted(shelves)],
        )
        connection.execute(IN_ON_SQLITE if service.database.is_sqlite else IN_ON_POSTGRESQL, index)
        connection.execute(insert_if_absent(session, Spelling), spelt)
        _index(session, rows)


def _index(session: Session, rows: list[dict]) -> None:
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


class Answered(NamedTuple):
    """What an answer cost at best: milliseconds of processor time, and by the clock."""

    ms: float
    clock: float


def _ask(app: Flask, given: dict[str, str], count: int, processor: Processor) -> dict[str, Answered]:
    """What each costs among so many checks, asked in turns."""
    reader = app.test_client()
    given |= {"last": str(count // ON_A_PAGE), "middle": str(count // 2)}
    asked = {name: path.format(**given) for name, path in QUESTIONS.items()}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for turn in range(ASKED + 5):
        for name, path in asked.items():
            cost, took, answer = processor.cost(partial(reader.get, path))
            assert answer.status_code == 200, answer.text
            if turn >= 5:
                taken[name].append((cost, took))
    return {name: Answered(*(min(one) * 1000 for one in zip(*times, strict=True))) for name, times in taken.items()}
