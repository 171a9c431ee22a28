"""Texts that hold the words that are looked for, the closest first: BM25 over a text's wording, its title and what more there is,
weighted 1, 0.6 and 0.2.

The databases only choose, on each shelf by itself: SQLite's FTS5 by BM25; PostgreSQL three hundred by ts_rank, which does not know
how rare a word is. What they chose is ranked here, by FTS5's formula, with what is known of the shelves that are asked, and nothing
else.

Of many texts, a frequent word would bring up a large part of them. So a text has to hold one of the dozen rarest words; all of
them count for its closeness. Words of which none is rare are looked for among the newest texts alone: there a million equal
texts cost no more than fifty thousand.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, select, text
from sqlmodel import Session

from shared.db import table_of
from shared.matching.languages import telling
from shared.matching.shelves import OPEN, mark, marked
from shared.matching.tables import WEIGHTS, Tables, Text, any_of, dialect_of, given, texts_of
from shared.matching.words import plain, stem

MOST_TERMS = 64  # of a query: the rarest
MANY = 50_000  # texts
RARE = 0.03  # a rare word stands in so many of them, at most
MOST_RARE = 12
CHOSEN = 300  # by PostgreSQL, to be ranked
COUNTED = 5_000  # words of which it is asked in one statement in how many texts they stand
TEXTS, WORDS, CHANGES, PLACES = "", " ", "  ", "   "  # no words: what is counted beside them
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
    shelves: Sequence[str]


class Hit(NamedTuple):
    """A text and how close it is by its words."""

    row: Text
    score: float


def query_of(session: Session, tables: Tables, asked: str, language: str, shelves: Sequence[str] = (OPEN,)) -> Query:
    """What to look for on these shelves. Words that stand in no text are left out."""
    wanted = list(dict.fromkeys(stem(word, language) for word in telling(plain(asked).split(), language)))
    counts = counts_of(session, tables, [TEXTS, WORDS, *wanted], shelves)
    total, words = counts.get(TEXTS, 0), counts.get(WORDS, 0)
    known = sorted((term for term in wanted if counts.get(term)), key=lambda term: (counts[term], term))[:MOST_TERMS]
    terms = {term: idf(total, counts[term]) for term in known}
    rare, newest = known, 0
    if total > MANY:
        rare = [term for term in known if counts[term] <= total * RARE][:MOST_RARE]
        if not rare:
            rare, newest = known, MANY
    told = {term: worth(total, counts.get(term, 0)) for term in wanted}
    return Query(terms, told, rare, newest, words / total if total else 1.0, total, language, shelves)


def counts_of(session: Session, tables: Tables, terms: Sequence[str], shelves: Sequence[str]) -> dict[str, int]:
    """In how many texts of these shelves each word stands."""
    asked = {before + term: term for before in map(mark, shelves) for term in terms}
    counts: dict[str, int] = {}
    for key, texts in _counted(session, tables, list(asked)).items():
        counts[asked[key]] = counts.get(asked[key], 0) + texts
    return counts


def changes_of(session: Session, tables: Tables, shelves: Sequence[str]) -> dict[str, int]:
    """How often something was changed on each of these shelves."""
    counts = _counted(session, tables, [mark(shelf) + CHANGES for shelf in shelves])
    return {shelf: counts.get(mark(shelf) + CHANGES, 0) for shelf in shelves}


def _counted(session: Session, tables: Tables, keys: Sequence[str]) -> dict[str, int]:
    chosen = _counts_by_term(table_of(tables.terms), dialect_of(session))
    counts: dict[str, int] = {}
    for start in range(0, len(keys), COUNTED):
        some = {"given": given(session, keys[start : start + COUNTED])}
        counts.update((term, texts) for term, texts in session.connection().execute(chosen, some))
    return counts


@lru_cache(16)
def _counts_by_term(table: Table, dialect: str) -> Select[Any]:
    """The statement is made once: to make it takes as long as to run it."""
    return select(table.c.term, table.c.texts).where(any_of(table.c.term, dialect))


def idf(total: int, count: int) -> float:
    """How much a word tells that stands in `count` of `total` texts."""
    return max(math.log((total - count + 0.5) / (count + 0.5)), 1e-6)


def worth(total: int, count: int) -> float:
    """How much a word tells, told so that it holds of a handful of texts, too."""
    return math.log(1 + (total + 100) / (count + 1))


def search(session: Session, tables: Tables, query: Query, most: int) -> list[Hit]:
    """The texts that are closest: so many of each shelf."""
    if not query.terms:
        return []
    choose = _on_sqlite if dialect_of(session) == "sqlite" else _on_postgresql
    hits: list[Hit] = []
    for shelf in query.shelves:
        oldest = _oldest(session, tables, shelf, query.newest) if query.newest else 0
        numbers = choose(session, tables, query, shelf, most, oldest)
        hits += sorted((Hit(row, bm25(query, row.parts)) for row in texts_of(session, tables, numbers)), key=_closest)[
            :most
        ]
    return sorted(hits, key=_closest)


def _closest(hit: Hit) -> tuple[float, int]:
    return -hit.score, hit.row.number


def _on_sqlite(session: Session, tables: Tables, query: Query, shelf: str, most: int, oldest: int) -> list[int]:
    wanted = " OR ".join(f'"{term}"' for term in marked([*query.terms], shelf))
    if len(query.rare) < len(query.terms):
        rare = " OR ".join(f'"{term}"' for term in marked([*query.rare], shelf))
        wanted = f"({rare}) AND ({wanted})"
    weights = ", ".join(map(str, WEIGHTS))
    statement = text(
        f"SELECT rowid FROM {tables.words} "  # noqa: S608
        f"WHERE {tables.words} MATCH :wanted{' AND rowid > :oldest' if oldest else ''} "
        f"ORDER BY bm25({tables.words}, {weights}), rowid LIMIT :most"
    )
    given = {"wanted": wanted, "most": most} | ({"oldest": oldest} if oldest else {})
    return [number for (number,) in session.connection().execute(statement, given)]


def _on_postgresql(session: Session, tables: Tables, query: Query, shelf: str, most: int, oldest: int) -> list[int]:
    """Terms hold nothing but letters, digits and marks, so that they can be quoted as they are."""
    wanted = " | ".join(f"'{term}'" for term in marked([*query.terms], shelf))
    if len(query.rare) < len(query.terms):
        rare = " | ".join(f"'{term}'" for term in marked([*query.rare], shelf))
        wanted = f"({rare}) & ({wanted})"
    statement = text(
        f"SELECT number FROM {tables.words}, CAST(:wanted AS tsquery) AS asked "  # noqa: S608
        f"WHERE words @@ asked{' AND number > :oldest' if oldest else ''} "
        "ORDER BY ts_rank('{0, 0.2, 0.6, 1.0}', words, asked, 1) DESC, number LIMIT :most"
    )
    given = {"wanted": wanted, "most": max(CHOSEN, most)} | ({"oldest": oldest} if oldest else {})
    return [number for (number,) in session.connection().execute(statement, given)]


def bm25(query: Query, parts: Sequence[Sequence[str]]) -> float:
    """How close a text, by the stems of its parts, is to a query, as FTS5 reckons."""
    terms, counts = query.terms, dict[str, float]()
    for part, weight in zip(parts, WEIGHTS, strict=True):
        for term in part:
            if term in terms:
                counts[term] = counts.get(term, 0.0) + weight
    norm = SATURATION * (1 - BY_LENGTH + BY_LENGTH * sum(map(len, parts)) / (query.mean or 1.0))
    # summed exactly: texts of the same words in another order are equals
    return math.fsum([terms[term] * count * (SATURATION + 1) / (count + norm) for term, count in counts.items()])


def _oldest(session: Session, tables: Tables, shelf: str, newest: int) -> int:
    """The number before those of a shelf's newest texts."""
    table = table_of(tables.texts)
    numbers = select(table.c.number).where(table.c.shelf == shelf).order_by(table.c.number.desc())
    return int(session.connection().scalar(numbers.offset(newest).limit(1)) or 0)
