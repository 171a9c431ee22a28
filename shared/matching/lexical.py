"""Texts that hold the words that are looked for, the closest first: BM25 over a text's wording, its title and what more there is,
weighted 1, 0.6 and 0.2.

SQLite's FTS5 ranks all texts that hold any of the words. PostgreSQL's ts_rank does not know how rare a word is, so that it only
chooses three hundred, which are ranked here by the same formula as FTS5's.

Of many texts, a frequent word would bring up a large part of them. So a text has to hold one of the dozen rarest words; all of
them count for its closeness. Words of which none is rare are looked for among the newest texts alone: there a million equal
texts cost no more than fifty thousand.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from shared.db import table_of
from shared.matching.languages import telling
from shared.matching.tables import WEIGHTS, Tables
from shared.matching.words import plain, stem

MOST_TERMS = 64  # of a query: the rarest
MANY = 50_000  # texts
RARE = 0.03  # a rare word stands in so many of them, at most
MOST_RARE = 12
CHOSEN = 300  # by PostgreSQL, to be ranked
SATURATION, BY_LENGTH = 1.2, 0.75  # k1 and b, as FTS5 has them


class Query(NamedTuple):
    """What is looked for: the words' stems, and how much each tells (its idf)."""

    terms: Mapping[str, float]
    worth: Mapping[str, float]  # how much each tells of a text that holds it; of words that stand in no text, too
    rare: Sequence[str]  # one of these has to be there
    newest: int  # texts to look among; 0 is all
    mean: float  # words of a text
    total: int  # texts
    language: str


class Hit(NamedTuple):
    """A text and how close it is by its words."""

    number: int
    score: float


def query_of(session: Session, tables: Tables, asked: str, language: str) -> Query:
    """What to look for in this index. Words that stand in no text are left out."""
    wanted = list(dict.fromkeys(stem(word, language) for word in telling(plain(asked).split(), language)))
    counts = counts_of(session, tables, wanted)
    total, words = counts.get("", 0), counts.get(" ", 0)
    known = sorted((term for term in wanted if counts.get(term)), key=lambda term: (counts[term], term))[:MOST_TERMS]
    terms = {term: idf(total, counts[term]) for term in known}
    rare, newest = known, 0
    if total > MANY:
        rare = [term for term in known if counts[term] <= total * RARE][:MOST_RARE]
        if not rare:
            rare, newest = known, MANY
    told = {term: worth(total, counts.get(term, 0)) for term in wanted}
    return Query(terms, told, rare, newest, words / total if total else 1.0, total, language)


def counts_of(session: Session, tables: Tables, terms: Sequence[str]) -> dict[str, int]:
    """In how many texts each word stands; "" all texts, " " all their words."""
    table = table_of(tables.terms)
    chosen = select(table.c.term, table.c.texts).where(table.c.term.in_(["", " ", *terms]))
    return {row.term: row.texts for row in session.connection().execute(chosen)}


def idf(total: int, count: int) -> float:
    """How much a word tells that stands in `count` of `total` texts."""
    return max(math.log((total - count + 0.5) / (count + 0.5)), 1e-6)


def worth(total: int, count: int) -> float:
    """How much a word tells, told so that it holds of a handful of texts, too."""
    return math.log(1 + (total + 100) / (count + 1))


def search(session: Session, tables: Tables, query: Query, most: int) -> list[Hit]:
    """The texts that are closest."""
    if not query.terms:
        return []
    oldest = _newest(session, tables) - query.newest if query.newest else 0
    if session.get_bind().dialect.name == "sqlite":
        return _on_sqlite(session, tables, query, most, oldest)
    return _on_postgresql(session, tables, query, most, oldest)


def _on_sqlite(session: Session, tables: Tables, query: Query, most: int, oldest: int) -> list[Hit]:
    wanted = " OR ".join(f'"{term}"' for term in query.terms)
    if len(query.rare) < len(query.terms):
        wanted = f"({' OR '.join(f'{chr(34)}{term}{chr(34)}' for term in query.rare)}) AND ({wanted})"
    weights = ", ".join(map(str, WEIGHTS))
    statement = text(
        f"SELECT rowid, -bm25({tables.words}, {weights}) AS score FROM {tables.words} "  # noqa: S608
        f"WHERE {tables.words} MATCH :wanted{' AND rowid > :oldest' if oldest else ''} "
        f"ORDER BY bm25({tables.words}, {weights}), rowid LIMIT :most"
    )
    given = {"wanted": wanted, "most": most} | ({"oldest": oldest} if oldest else {})
    return [Hit(number, score) for number, score in session.connection().execute(statement, given)]


def _on_postgresql(session: Session, tables: Tables, query: Query, most: int, oldest: int) -> list[Hit]:
    """Terms hold nothing but letters, digits and marks, so that they can be quoted as they are."""
    wanted = " | ".join(f"'{term}'" for term in query.terms)
    if len(query.rare) < len(query.terms):
        wanted = f"({' | '.join(f'{chr(39)}{term}{chr(39)}' for term in query.rare)}) & ({wanted})"
    statement = text(
        f"SELECT number FROM {tables.words}, CAST(:wanted AS tsquery) AS asked "  # noqa: S608
        f"WHERE words @@ asked{' AND number > :oldest' if oldest else ''} "
        "ORDER BY ts_rank('{0, 0.2, 0.6, 1.0}', words, asked, 1) DESC, number LIMIT :most"
    )
    given = {"wanted": wanted, "most": max(CHOSEN, most)} | ({"oldest": oldest} if oldest else {})
    numbers = [number for (number,) in session.connection().execute(statement, given)]
    chosen = select(tables.texts).where(col(tables.texts.number).in_(numbers))
    hits = [Hit(one.number, bm25(query, one.parts)) for one in session.exec(chosen)]
    return sorted(hits, key=lambda hit: (-hit.score, hit.number))[:most]


def bm25(query: Query, parts: Sequence[Sequence[str]]) -> float:
    """How close a text, by the stems of its parts, is to a query, as FTS5 reckons."""
    counts: dict[str, float] = {}
    for part, weight in zip(parts, WEIGHTS, strict=True):
        for term in part:
            if term in query.terms:
                counts[term] = counts.get(term, 0.0) + weight
    norm = SATURATION * (1 - BY_LENGTH + BY_LENGTH * sum(map(len, parts)) / (query.mean or 1.0))
    return sum(query.terms[term] * count * (SATURATION + 1) / (count + norm) for term, count in counts.items())


def _newest(session: Session, tables: Tables) -> int:
    newest: Any = session.connection().scalar(select(func.max(table_of(tables.texts).c.number)))
    return int(newest or 0)
