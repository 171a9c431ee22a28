"""How the words of headlines and claims are spelt, to understand those that are misspelt.

A word is kept with every spelling of it that lacks one letter. Two words that differ by one letter (one more, one less, another
one, two exchanged) then share such a spelling, and are found by an index, however many words there are.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from services.publish.models import Spelling
from shared.db import insert_if_absent

SHORTEST, LONGEST = 4, 24  # letters of a word that may be misspelt
MOST = 4  # words that one may mean
AT_ONCE = 200
KNOWN = select(Spelling.word).where(  # to write it takes longer than to ask it
    col(Spelling.shape).in_(bindparam("words", expanding=True)), col(Spelling.shape) == col(Spelling.word)
)


def keep(session: Session, words: Iterable[str]) -> None:
    """Know these words from now on."""
    wanted = sorted(word for word in set(words) if 2 < len(word) <= LONGEST and not word.isdecimal())
    new = [
        word for start in range(0, len(wanted), AT_ONCE) for word in _unknown(session, wanted[start : start + AT_ONCE])
    ]
    rows = [{"shape": shape, "word": word} for word in new for shape in sorted(_shapes(word))]
    if rows:
        session.connection().execute(insert_if_absent(session, Spelling), rows)


def meant(session: Session, word: str) -> list[str]:
    """The words that a word which nobody has written may mean; none if it is known, or can't be misspelt."""
    if not SHORTEST <= len(word) <= LONGEST or word.isdecimal() or not _unknown(session, [word]):
        return []
    chosen = select(Spelling.word).where(col(Spelling.shape).in_(sorted(_shapes(word)))).distinct().limit(100)
    found = [one for one in session.exec(chosen) if _differ_by_one(one, word)]
    return sorted(found, key=lambda one: (one[0] != word[0], abs(len(one) - len(word)), one))[:MOST]


def is_known(session: Session, word: str) -> bool:
    """Whether somebody has written this word."""
    return not _unknown(session, [word])


def beginning_with(session: Session, word: str, most: int) -> list[str]:
    """Up to so many known words that begin with this one."""
    known, end = col(Spelling.word), f"{word}\U0010ffff"
    if session.get_bind().dialect.name == "sqlite":
        is_between = (known >= word) & (known < end)
    else:  # letter by letter, whatever the order of the database's language
        is_between = known.op("~>=~", is_comparison=True)(word) & known.op("~<~", is_comparison=True)(end)
    chosen = select(Spelling.word).where(is_between, col(Spelling.shape) == known).limit(most)
    return list(session.exec(chosen))


def _unknown(session: Session, words: Sequence[str]) -> list[str]:
    known = set(session.exec(KNOWN, params={"words": words}))
    return [word for word in words if word not in known]


def _shapes(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def _differ_by_one(one: str, other: str) -> bool:
    """By one letter more, less or another, or by two neighbours exchanged."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, its = one[start:], other[start:]
    return rest[1:] == its[1:] or rest[1:] == its or rest == its[1:] or (rest[1::-1] == its[:2] and rest[2:] == its[2:])
