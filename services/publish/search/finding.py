"""What is asked for, found: by all of its words; if no check has all of them, by some; and by what it says (`alike`).

The databases only choose: the newest few hundred that have the words, from what a check is about before what stands in its text.
Those are ranked here, alike for both, so that a word which stands in half of all checks costs no more than one in a few hundred.
A word that nobody has written stands for those that differ from it by one letter; the last one may be the beginning of one.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from services.publish.models import WORDS_TABLE, Check
from services.publish.search import alike, spelling
from services.publish.search.asking import Asked
from services.publish.search.keeping import FENCE, STANDS, token
from services.publish.search.words import claim_in, corrected, is_quoting, languages_of, phrases, says_something
from services.publish.service import service
from shared.matching.words import stem

MOST = 300  # hits that can be leafed through
CHOSEN = 300  # by the database, to be ranked
FIELDS = (
    1.0,
    1.2,
    0.9,
    0.5,
)  # how much a word tells in a headline, a claim, a claimant's name, and what more it is about
SENTENCE = 4  # words that say something: so many say what is claimed

ON_SQLITE = (
    f"SELECT rowid FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :words AND rowid BETWEEN :first AND :last "  # noqa: S608
    "ORDER BY rowid DESC LIMIT :most OFFSET :offset"
)
ON_POSTGRESQL = (
    f"SELECT position FROM {WORDS_TABLE} WHERE words @@ to_tsquery('simple', :words) "  # noqa: S608
    "AND position BETWEEN :first AND :last ORDER BY position DESC LIMIT :most OFFSET :offset"
)


class Found(NamedTuple):
    """Places in the list, the closest check first; the stems that were looked for, to mark them; the words that were taken for
    others; whether the checks have all that was asked for, or some of it; which say the same in whatever words."""

    positions: list[int]
    stems: frozenset[str] = frozenset()
    taken_for: Mapping[str, str] = {}
    all_words: bool = True
    meant: frozenset[int] = frozenset()


class Term(NamedTuple):
    """A word or phrase by stems, as the likely languages cut it; what else it may mean; what counts as a beginning."""

    ways: tuple[tuple[str, ...], ...]
    others: tuple[tuple[str, ...], ...] = ()
    beginning: str | None = None


def find(session: Session, asked: Asked) -> Found:
    """The checks that fit best; without words, the newest.

    Who asks a whole sentence, or has words that no check has together, gets first what says the same in whatever words; between
    quotation marks words stand for themselves.
    """
    claim = claim_in(asked.question)
    wanted = phrases(claim)
    if not wanted:
        return Found(_choose(session, asked, (), "any", MOST) if not asked.question.strip() else [])
    languages = languages_of(claim, asked.under.get("language"), service.settings.language)
    found = _by_words(session, asked, wanted, languages)
    telling = [phrase for phrase in wanted if says_something(phrase, languages)]
    if is_quoting(claim) or not (_is_sentence(telling) or _has_unknown(session, telling, found)):
        return found
    meant = alike.find(session, asked, corrected(claim, found.taken_for))
    ordered = (
        [*meant.likely, *found.positions, *meant.near]
        if found.all_words
        else [*meant.likely, *meant.near, *found.positions]
    )
    return found._replace(positions=list(dict.fromkeys(ordered))[:MOST], meant=frozenset(meant.likely + meant.near))


def _is_sentence(telling: Sequence[Sequence[str]]) -> bool:
    return len(telling) >= SENTENCE


def _has_unknown(session: Session, telling: Sequence[Sequence[str]], found: Found) -> bool:
    """Whether nothing has all that is asked, and that is several words, or one that nobody wrote and that is no slip."""
    if found.all_words or not telling:
        return False
    return len(telling) > 1 or not (found.taken_for or spelling.is_known(session, telling[0][0]))


def _by_words(session: Session, asked: Asked, wanted: Sequence[list[str]], languages: Sequence[str]) -> Found:
    """The checks that have all of the words; if there is none, those that have some."""
    taken_for: dict[str, str] = {}
    terms = [_term(session, phrase, languages, taken_for, is_last=phrase is wanted[-1]) for phrase in wanted]
    telling = [term for term, phrase in zip(terms, wanted, strict=True) if says_something(phrase, languages)]
    told = frozenset(stem for term in telling or terms for way in term.ways + term.others for stem in way)
    chosen = _choose(session, asked, terms, "about", CHOSEN)
    if len(chosen) < CHOSEN:
        chosen = list(dict.fromkeys([*chosen, *_choose(session, asked, terms, "any", CHOSEN)]))
    if chosen:
        return Found(_ranked(session, chosen, terms)[:MOST], told, taken_for)
    for term in telling if len(terms) > 1 else ():
        chosen += _choose(session, asked, [term], "about", CHOSEN // 4)
    ranked = _ranked(session, list(dict.fromkeys(chosen)), telling) if chosen else []
    return Found(ranked[:MOST], told, taken_for, all_words=False)


def newest(session: Session, asked: Asked, offset: int, most: int) -> list[int]:
    """Without words: the newest checks after so many."""
    return _choose(session, asked, (), "any", most, offset)


def _term(
    session: Session, phrase: Sequence[str], languages: Sequence[str], taken_for: dict[str, str], is_last: bool
) -> Term:
    """With what a misspelt word may mean."""
    ways = tuple(dict.fromkeys(tuple(stem(word, language) for word in phrase) for language in languages))
    if len(phrase) > 1:
        return Term(ways)
    [word] = phrase
    meant = spelling.meant(session, word)
    if meant:
        taken_for[word] = meant[0]
    others = dict.fromkeys((stem(one, language),) for one in meant for language in languages)
    is_beginning = is_last and len(word) > 2 and not spelling.is_known(session, word)
    return Term(ways, tuple(one for one in others if one not in ways), word if is_beginning else None)


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
    ways = [f'"{" ".join(way)}"' for way in term.ways + term.others]
    return " OR ".join([*ways, f'"{term.beginning}"*'] if term.beginning else ways)


def _on_postgresql(term: Term, weights: str) -> str:
    ways = ["(" + " <-> ".join(f"{word}:{weights}" for word in way) + ")" for way in term.ways + term.others]
    return " | ".join([*ways, f"{term.beginning}:*{weights}"] if term.beginning else ways)


def _ranked(session: Session, positions: Sequence[int], terms: Sequence[Term]) -> list[int]:
    """The closest first; of equals the newest."""
    place = "rowid" if session.get_bind().dialect.name == "sqlite" else "position"
    chosen = text(f"SELECT {place}, about FROM {WORDS_TABLE} WHERE {place} IN :positions")  # noqa: S608
    given = {"positions": list(positions)}
    rows = session.connection().execute(chosen.bindparams(bindparam("positions", expanding=True)), given)
    scored = [(_closeness(about, terms), position) for position, about in rows]
    return [position for _, position in sorted(scored, reverse=True)]


def _closeness(about: str, terms: Sequence[Term]) -> int:
    """How close a check is: where each term stands, more for a field that says little else, and for terms that stand together.
    What is written otherwise, or only begins so, counts for less."""
    total = 0.0
    for weight, joined in zip(FIELDS, f" {about} ".split(FENCE), strict=False):
        here = sum(_fit(term, joined) for term in terms)
        if here:
            total += weight * (here + here / (joined.count(" ") ** 0.5 + 1))
            if len(terms) > 1 and f" {' '.join(' '.join(term.ways[0]) for term in terms)} " in joined:
                total += weight * len(terms)
    return round(total * 1000)


def _fit(term: Term, joined: str) -> float:
    for way in term.ways:
        if f" {' '.join(way)} " in joined:
            return float(len(way))
    for way in term.others:
        if f" {' '.join(way)} " in joined:
            return 0.6 * len(way)
    return 0.5 if term.beginning and f" {term.beginning}" in joined else 0.0
