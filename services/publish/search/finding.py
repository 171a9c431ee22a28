"""What is asked for, found: by all of its words; if no check has all of them, by some; and by what it says (`alike`).

The databases only choose a few hundred that have the words, from what a check is about before what stands in its text: all of them,
or, where there are more, those in which every word tells most, and the newest. Those are ranked here (`closeness`), alike for both.
So a word that stands in half of all checks costs no more than one in a few hundred, and what fits well is found however old it is.
A word that nobody has written stands for those that differ from it by one letter; the last one may be the beginning of one.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from services.publish.models import WORDS_TABLE, Check
from services.publish.search import alike, spelling
from services.publish.search.asking import Asked
from services.publish.search.closeness import ABOUT, RANKS, Term, closeness, ranked
from services.publish.search.keeping import STANDS, token
from services.publish.search.words import claim_in, corrected, is_quoting, languages_of, phrases, says_something
from services.publish.service import service
from shared.matching.words import stem

MOST = 300  # hits that can be leafed through
CHOSEN = 300  # by the database at a time, to be ranked
BEGUN = 50  # words that begin as one does, to be looked for by themselves
SENTENCE = 4  # words that say something: so many say what is claimed

ON_SQLITE = (
    f"SELECT rowid FROM {WORDS_TABLE} WHERE {WORDS_TABLE} MATCH :words AND rowid BETWEEN :first AND :last "  # noqa: S608
    "ORDER BY rowid DESC LIMIT :most OFFSET :offset"
)
ON_POSTGRESQL = (
    f"SELECT position FROM {WORDS_TABLE} WHERE words @@ to_tsquery('simple', :words) "  # noqa: S608
    "AND position BETWEEN :first AND :last ORDER BY {order} DESC LIMIT :most OFFSET :offset"
)
# Of what nobody's headline or claim begins with PostgreSQL expects a fiftieth of all checks, and would read them in order.
ORDER, ORDER_OF_FEW = "position", "position + 0"


class Found(NamedTuple):
    """Places in the list, the closest check first; the stems that were looked for, to mark them; the words that were taken for
    others; whether the checks have all that was asked for, or some of it; which say the same in whatever words."""

    positions: list[int]
    stems: frozenset[str] = frozenset()
    taken_for: Mapping[str, str] = {}
    all_words: bool = True
    meant: frozenset[int] = frozenset()


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
    told = frozenset(stem for term in telling or terms for way in term.named for stem in way)
    chosen = _closest(session, asked, terms, CHOSEN)
    if len(chosen) < CHOSEN:
        anywhere = dict.fromkeys(_choose(session, asked, terms, "any", CHOSEN))
        if len(anywhere) == CHOSEN and len(terms) > 1:  # of more, first those that are about one of the terms
            for term in terms:
                anywhere |= dict.fromkeys(_choose(session, asked, terms, "any", CHOSEN, least={term: ABOUT}))
        chosen |= anywhere
    if chosen:
        return Found(_ranked(session, list(chosen), terms)[:MOST], told, taken_for)
    for term in telling if len(terms) > 1 else ():
        chosen |= _closest(session, asked, [term], CHOSEN // 4)
    ordered = _ranked(session, list(chosen), telling) if chosen else []
    return Found(ordered[:MOST], told, taken_for, all_words=False)


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
    term = Term(ways, tuple(one for one in others if one not in ways))
    if not is_last or len(word) < 3 or word.isdecimal() or spelling.is_known(session, word):
        return term
    known = spelling.beginning_with(session, word, BEGUN + 1)
    begun = dict.fromkeys(stem(one, language) for one in known for language in languages)
    return term._replace(beginning=word, begun=tuple(begun) if len(known) <= BEGUN else None)


def _closest(session: Session, asked: Asked, terms: Sequence[Term], most: int) -> dict[int, None]:
    """The checks that are about all of the terms. Of more than `most` the newest, those in which the terms stand side by side, and
    those in which each tells most: no other check has all of them in better places."""
    found = dict.fromkeys(_choose(session, asked, terms, "about", most))
    if len(found) < most:
        return found
    if len(terms) > 1 and all(len(term.ways[0]) == 1 for term in terms):
        side_by_side = Term((tuple(term.ways[0][0] for term in terms),))
        found |= dict.fromkeys(_choose(session, asked, [side_by_side], "about", most))
    best: dict[int, None] = {}
    for least in range(len(RANKS) - 1, 0, -1):
        best |= dict.fromkeys(_choose(session, asked, terms, "about", most, least=dict.fromkeys(terms, least)))
        if len(best) >= most:
            break
    return found | best


def _choose(
    session: Session,
    asked: Asked,
    terms: Sequence[Term],
    where: str,
    most: int,
    offset: int = 0,
    least: Mapping[Term, int] = {},
) -> list[int]:
    """The newest checks that have all of the terms, in what they are about or anywhere; these at least with such ranks."""
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
        words += [f"under : ({_ranks_on_sqlite(term, rank)})" for term, rank in least.items()]
        words += [f'under : "{one}"' for one in under]
        found = session.connection().execute(text(ON_SQLITE), given | {"words": " AND ".join(words)})
    else:
        words = [f"({_on_postgresql(term, 'A' if where == 'about' else 'AB')})" for term in terms]
        words += [f"({_ranks_on_postgresql(term, rank)})" for term, rank in least.items()]
        words += [f"{one}:C" for one in under]
        is_of_few = any(term.open and term.begun is not None for term in terms)
        asking = text(ON_POSTGRESQL.format(order=ORDER_OF_FEW if is_of_few else ORDER))
        found = session.connection().execute(asking, given | {"words": " & ".join(words)})
    return list(found.scalars())


def _on_sqlite(term: Term) -> str:
    """Words hold letters and digits alone, so that none can say anything in the database's language."""
    ways = [f'"{" ".join(way)}"' for way in term.named]
    return " OR ".join([*ways, f'"{term.open}"*'] if term.open else ways)


def _on_postgresql(term: Term, weights: str) -> str:
    ways = ["(" + " <-> ".join(f"{word}:{weights}" for word in way) + ")" for way in term.named]
    return " | ".join([*ways, f"{term.open}:*{weights}"] if term.open else ways)


def _ranks_on_sqlite(term: Term, least: int) -> str:
    ways = [_all(way, least, '"{}"', " OR ", " AND ") for way in term.named]
    return " OR ".join([*ways, *(f'"{one}"*' for one in ranked(term.open, least))] if term.open else ways)


def _ranks_on_postgresql(term: Term, least: int) -> str:
    ways = [_all(way, least, "{}:C", " | ", " & ") for way in term.named]
    return " | ".join([*ways, *(f"{one}:*C" for one in ranked(term.open, least))] if term.open else ways)


def _all(words: Sequence[str], least: int, word: str, either: str, both: str) -> str:
    """Words that have all at least this rank."""
    each = [either.join(word.format(one) for one in ranked(stem, least)) for stem in words]
    return "(" + both.join(f"({one})" for one in each) + ")"


def _ranked(session: Session, positions: Sequence[int], terms: Sequence[Term]) -> list[int]:
    """The closest first; of equals the newest."""
    place = "rowid" if session.get_bind().dialect.name == "sqlite" else "position"
    chosen = text(f"SELECT {place}, about FROM {WORDS_TABLE} WHERE {place} IN :positions")  # noqa: S608
    given = {"positions": list(positions)}
    rows = session.connection().execute(chosen.bindparams(bindparam("positions", expanding=True)), given)
    scored = [(closeness(about, terms), position) for position, about in rows]
    return [position for _, position in sorted(scored, reverse=True)]
