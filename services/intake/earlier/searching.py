"""Earlier checks are found by their words: those that hold all of them, the closest first; if none does, those that hold some.

The words of a claim count for more than those of its headline and the claimant's name (1 and 0.6). On SQLite the closeness is BM25,
on PostgreSQL ts_rank, which does not know how rare a word is.

Where any word will do, frequent ones would bring up half of all checks. So, once there are many, a check has to hold one of the
rarest words; all of them count for its closeness.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from services.intake.earlier.words import phrases, telling
from services.intake.models import EarlierCheck
from services.intake.models.earlier import WORDS_TABLE
from services.intake.schemas import EarlierCheckOut, EarlierPublisherOut, EarlierRatingOut
from shared import cursor

Holding = Literal["all", "any"]

ON_SQLITE = f"""
    WITH hits AS MATERIALIZED (
        SELECT rowid AS number, CAST(round(bm25({WORDS_TABLE}, 1.0, 0.6) * -1000000) AS INTEGER) AS score
        FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :words
    )
    SELECT number, score FROM hits
    WHERE score < :score OR (score = :score AND number < :number)
    ORDER BY score DESC, number DESC LIMIT :most
"""  # noqa: S608
ON_POSTGRESQL = """
    WITH hits AS MATERIALIZED (
        SELECT number, round(ts_rank('{{0, 0, 0.6, 1.0}}', words, asked, 1) * 1000000)::bigint AS score
        FROM {table}, (SELECT {asked} AS asked) AS query WHERE words @@ asked
    )
    SELECT number, score FROM hits
    WHERE score < :score OR (score = :score AND number < :number)
    ORDER BY score DESC, number DESC LIMIT :most
"""
HIGHEST = 2**62
MANY = 50_000  # checks
RARE = 0.03  # a rare word stands in so many of them, at most
MOST_RARE = 12


class Place(NamedTuple):
    """Where a page of hits ends: which words its hits hold, and the last one's closeness and number."""

    holding: Holding
    score: int
    number: int


class Hits(NamedTuple):
    """A page of hits, which words they hold, and where the next page begins, if there is one."""

    checks: Sequence[EarlierCheck]
    holding: Holding
    following: Place | None


def search(session: Session, query: str, most: int, after: Place | None = None) -> Hits:
    """The checks that are closest to these words, after a place."""
    found = phrases(query)
    if after is not None:
        return _page(session, found, after.holding, most, after)
    hits = _page(session, found, "all", most)
    if not hits.checks and len(found) > 1:
        some = _page(session, telling(found), "any", most)
        return some if some.checks else hits
    return hits


def list_newest(session: Session, most: int, before: int | None = None) -> Hits:
    """The checks that were imported last, before the one with this number."""
    chosen = select(EarlierCheck).order_by(col(EarlierCheck.number).desc()).limit(most + 1)
    if before is not None:
        chosen = chosen.where(col(EarlierCheck.number) < before)
    found = session.exec(chosen).all()
    more = Place("all", 0, found[most - 1].number) if len(found) > most else None
    return Hits(found[:most], "all", more)


def place_in(given: str) -> Place:
    """The place in a cursor, which is written of a Place's values. Raises NotFound."""
    holding, score, number = cursor.read(given, str, int, int)
    if holding not in ("all", "any") or abs(score) > HIGHEST or not 0 <= number <= HIGHEST:
        raise cursor.bad()
    return Place(holding, score, number)


def describe(check: EarlierCheck) -> EarlierCheckOut:
    """A check as it is shown to whoever asks."""
    alike = set(EarlierCheckOut.model_fields) - {"rating", "publisher"}
    return EarlierCheckOut(
        **check.model_dump(include=alike),
        rating=EarlierRatingOut(
            label=check.rating_label, value=check.rating_value, best=check.rating_best, worst=check.rating_worst
        ),
        publisher=EarlierPublisherOut(name=check.publisher_name, url=check.publisher_url),
    )


def _page(session: Session, found: list[str], holding: Holding, most: int, after: Place | None = None) -> Hits:
    rare = None
    if holding == "any":
        found = telling(found)
        rare = _rarest(session, found)
    if not found:
        return Hits([], holding, None)
    place = after or Place(holding, HIGHEST, HIGHEST)
    asked = {"score": place.score, "number": place.number, "most": most + 1}
    rows = session.connection().execute(*_statement(session, found, rare, asked)).all()
    checks = _in_order(session, [row.number for row in rows[:most]])
    more = Place(holding, rows[most - 1].score, rows[most - 1].number) if len(rows) > most else None
    return Hits(checks, holding, more)


def _statement(
    session: Session, found: list[str], rare: list[str] | None, asked: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The search, in the language of the database: for all that is looked for or, with `rare`, for any of it and one of those.
    What is looked for holds nothing but letters, digits and spaces."""
    if _is_sqlite(session):
        if rare is None:
            words = " AND ".join(map(_quoted, found))
        else:
            words = f"({' OR '.join(map(_quoted, rare))}) AND ({' OR '.join(map(_quoted, found))})"
        return text(ON_SQLITE), asked | {"words": words}
    parts = {phrase: f"phraseto_tsquery('earlier_search', :words{n})" for n, phrase in enumerate(found)}
    joined = (" && " if rare is None else " || ").join(parts.values())
    if rare is not None:
        joined = f"({' || '.join(parts[phrase] for phrase in rare)}) && ({joined})"
    statement = ON_POSTGRESQL.format(table=WORDS_TABLE, asked=joined)
    return text(statement), asked | {f"words{n}": phrase for n, phrase in enumerate(found)}


def _rarest(session: Session, found: list[str]) -> list[str]:
    """Of many checks: the words that are rare among them, or else the rarest three. Of fewer: all."""
    connection = session.connection()
    total = connection.scalar(select(func.max(EarlierCheck.number))) or 0
    if total < MANY or not found:
        return found
    most = int(total * RARE)
    holds = (
        f"{WORDS_TABLE} MATCH :words" if _is_sqlite(session) else "words @@ phraseto_tsquery('earlier_search', :words)"
    )
    count = text(f"SELECT count(*) FROM (SELECT 1 FROM {WORDS_TABLE} WHERE {holds} LIMIT :enough) AS counted")  # noqa: S608
    counts = {
        phrase: connection.scalar(
            count, {"words": _quoted(phrase) if _is_sqlite(session) else phrase, "enough": most + 3}
        )
        for phrase in found
    }
    known = sorted((phrase for phrase in found if counts[phrase]), key=lambda phrase: counts[phrase] or 0)
    rare = [phrase for phrase in known if (counts[phrase] or 0) <= most]
    return rare[:MOST_RARE] or known[:3] or found


def _quoted(phrase: str) -> str:
    return f'"{phrase}"'


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _in_order(session: Session, numbers: Sequence[int]) -> list[EarlierCheck]:
    found = session.exec(select(EarlierCheck).where(col(EarlierCheck.number).in_(numbers)))
    by_number = {check.number: check for check in found}
    return [by_number[number] for number in numbers if number in by_number]
