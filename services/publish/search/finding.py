"""What is asked for, found: all of its words first; if no check has all of them, checks that have some.

The databases only choose: the newest few hundred that have the words, from what a check is about before what stands in its text.
Those are ranked here, alike for both, so that a word which stands in half of all checks costs no more than one in a few hundred.
A word that nobody has written stands for those that differ from it by one letter; the last one may be the beginning of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlalchemy import text
from sqlmodel import Session, col, select

from services.publish.models import WORDS_TABLE, Check
from services.publish.schemas import FacetKind
from services.publish.search import spelling
from services.publish.search.keeping import STANDS, token
from services.publish.search.words import COMMON, phrases, stem, stems

MOST = 300  # hits that can be leafed through
CHOSEN = 300  # by the database, to be ranked
LAST = 2**31 - 1  # the highest place in the list

ON_SQLITE = (
    f"SELECT rowid FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :words AND rowid BETWEEN :first AND :last "  # noqa: S608
    "ORDER BY rowid DESC LIMIT :most OFFSET :offset"
)
ON_POSTGRESQL = (
    f"SELECT position FROM {WORDS_TABLE} WHERE words @@ to_tsquery('simple', :words) "  # noqa: S608
    "AND position BETWEEN :first AND :last ORDER BY position DESC LIMIT :most OFFSET :offset"
)


class Asked(NamedTuple):
    """A question: words, what the checks have to be found under, and between which places of the list they stand. `standing`
    leaves out what was retracted."""

    question: str
    under: Mapping[FacetKind, str] = {}
    first: int = 1
    last: int = LAST
    standing: bool = False


class Found(NamedTuple):
    """Places in the list, the closest check first; the stems that were looked for, to mark them; the words that were taken for
    others; whether the checks have all that was asked for, or some of it."""

    positions: list[int]
    stems: frozenset[str] = frozenset()
    taken_for: Mapping[str, str] = {}
    all_words: bool = True


class Term(NamedTuple):
    """A word or phrase: the ways to write it, by stems; what counts as a beginning."""

    ways: tuple[tuple[str, ...], ...]
    beginning: str | None = None


def find(session: Session, asked: Asked) -> Found:
    """The checks that fit best; without words, the newest."""
    wanted = phrases(asked.question)
    if not wanted:
        return Found(_choose(session, asked, (), "any", MOST) if not asked.question.strip() else [])
    taken_for: dict[str, str] = {}
    terms = [_term(session, phrase, taken_for, is_last=phrase is wanted[-1]) for phrase in wanted]
    told = frozenset(stem for term in terms for way in term.ways for stem in way)
    chosen = _choose(session, asked, terms, "about", CHOSEN)
    if len(chosen) < CHOSEN:
        chosen = list(dict.fromkeys([*chosen, *_choose(session, asked, terms, "any", CHOSEN)]))
    if chosen:
        return Found(_ranked(session, chosen, terms)[:MOST], told, taken_for)
    telling = [term for term, phrase in zip(terms, wanted, strict=True) if len(phrase) > 1 or phrase[0] not in COMMON]
    for term in telling if len(terms) > 1 else ():
        chosen += _choose(session, asked, [term], "about", CHOSEN // 4)
    ranked = _ranked(session, list(dict.fromkeys(chosen)), telling) if chosen else []
    return Found(ranked[:MOST], told, taken_for, all_words=False)


def newest(session: Session, asked: Asked, offset: int, most: int) -> list[int]:
    """Without words: the newest checks after so many."""
    return _choose(session, asked, (), "any", most, offset)


def _term(session: Session, phrase: Sequence[str], taken_for: dict[str, str], is_last: bool) -> Term:
    """With what a misspelt word may mean."""
    if len(phrase) > 1:
        return Term((tuple(map(stem, phrase)),))
    [word] = phrase
    others = spelling.meant(session, word)
    if others:
        taken_for[word] = others[0]
    ways = dict.fromkeys((stem(one),) for one in (word, *others))
    is_beginning = is_last and len(word) > 2 and not spelling.is_known(session, word)
    return Term(tuple(ways), word if is_beginning else None)


def _choose(session: Session, asked: Asked, terms: Sequence[Term], where: str, most: int, offset: int = 0) -> list[int]:
    """The newest checks that have all of the terms, in what they are about or anywhere."""
    under = [token(kind, slug) for kind, slug in asked.under.items()]
    under += [token(STANDS, STANDS)] if asked.standing else []
    given = {"first": asked.first, "last": asked.last, "most": most, "offset": offset}
    if not terms and not under:
        places = col(Check.position)
        chosen = (
            select(places)
            .where(places.between(asked.first, asked.last))
            .order_by(places.desc())
            .limit(most)
            .offset(offset)
        )
        return [position for position in session.exec(chosen) if position]
    if session.get_bind().dialect.name == "sqlite":
        words = [f"{{about{'' if where == 'about' else ' body'}}} : ({_on_sqlite(term)})" for term in terms]
        words += [f'under : "{one}"' for one in under]
        found = session.connection().execute(text(ON_SQLITE), given | {"words": " AND ".join(words)})
    else:
        words = [f"({_on_postgresql(term, 'A' if where == 'about' else 'AB')})" for term in terms]
        words += [f"{one}:C" for one in under]
        found = session.connection().execute(text(ON_POSTGRESQL), given | {"words": " & ".join(words)})
    return list(found.scalars())


def _on_sqlite(term: Term) -> str:
    """Words hold letters and digits alone, so that none can say anything in the database's language."""
    ways = [f'"{" ".join(way)}"' for way in term.ways]
    return " OR ".join([*ways, f'"{term.beginning}"*'] if term.beginning else ways)


def _on_postgresql(term: Term, weights: str) -> str:
    ways = ["(" + " <-> ".join(f"{word}:{weights}" for word in way) + ")" for way in term.ways]
    return " | ".join([*ways, f"{term.beginning}:*{weights}"] if term.beginning else ways)


def _ranked(session: Session, positions: Sequence[int], terms: Sequence[Term]) -> list[int]:
    """The closest first; of equals the newest."""
    fields = (Check.headline, Check.claim_text, Check.claimant, Check.summary)
    chosen = select_columns(*map(col, (Check.position, *fields)))
    rows = session.execute(chosen.where(col(Check.position).in_(positions))).all()
    scored = [(_closeness(row[1:], terms), row[0] or 0) for row in rows]
    return [position for _, position in sorted(scored, reverse=True)]


def _closeness(fields: Iterable[str | None], terms: Sequence[Term]) -> int:
    """How close a check is: where each term stands, more for a field that says little else, and for terms that stand together.
    What is written otherwise, or only begins so, counts for less."""
    total = 0.0
    for weight, words in zip((1.0, 1.2, 0.9, 0.4), map(stems, fields), strict=True):
        known = dict.fromkeys(words)
        joined = f" {' '.join(words)} "
        here = [_fit(term, known, joined) for term in terms]
        if held := sum(here):
            total += weight * (held + held / (len(words) ** 0.5 + 1))
        if len(terms) > 1 and f" {' '.join(' '.join(term.ways[0]) for term in terms)} " in joined:
            total += weight * len(terms)
    return round(total * 1000)


def _fit(term: Term, known: Mapping[str, None], joined: str) -> float:
    for number, way in enumerate(term.ways):
        if (way[0] in known) if len(way) == 1 else (f" {' '.join(way)} " in joined):
            return len(way) * (0.6 if number else 1.0)
    if term.beginning and f" {term.beginning}" in joined:
        return 0.5
    return 0.0
