"""All that is written on cases, to be found by its words: claims, statements, evidence, notes, verdicts.

Whoever writes a text writes its words here; triggers would not do on SQLite, which with `trusted_schema=OFF` lets none write
to FTS5. Whoever moves a case has its texts follow it into the index of what is open, or out of it. What is looked for is a list
of words or, in quotation marks, of words that follow one another; all have to be found in one text. The last word may be the
beginning of one.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, Uuid, bindparam, text
from sqlmodel import Session

from services.review.models.words import OPEN_TABLE, WORDS_TABLE

MOST_PHRASES, MOST_LETTERS = 20, 100_000
LONGEST_TYPED = 200
OPENED = "*"  # in SQLite's words: what stands before is a beginning
# The vowels of Hindi, Thai or Arabic among them, which belong to the word that they are written at
MARKS = "".join(
    one
    for one in map(chr, (*range(0x300, 0x3100), *range(0xA600, 0xAC00)))
    if unicodedata.category(one).startswith("M")
)
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
PUT_ON_SQLITE = "INSERT INTO {table} (words, case_id, part) VALUES (:words, :case_id, :part)"
PUT_ON_POSTGRESQL = (
    "INSERT INTO {table} (words, case_id, part) VALUES (to_tsvector('case_search', :words), :case_id, :part)"
)
# FTS5 finds no row by a column that is not indexed for words: that would read all that was ever written
THEIRS_ON_SQLITE = "rowid IN (SELECT id FROM {table}_content WHERE c1 = :case_id AND c2 = :part AND id <= :last)"
THEIRS_ON_POSTGRESQL = "case_id = :case_id AND part = :part AND number <= :last"
LAST_ON_SQLITE = f"SELECT max(id) FROM {WORDS_TABLE}_content WHERE c1 = :case_id"  # noqa: S608
LAST_ON_POSTGRESQL = f"SELECT max(number) FROM {WORDS_TABLE} WHERE case_id = :case_id"  # noqa: S608
# The index of what is open follows the one of all: texts come into it with their numbers, and leave it
IS_OPEN = "SELECT id FROM cases WHERE state IN ('unverified', 'checked')"
THESE = " AND {column} IN :ids"
IN_ON_SQLITE = (
    f"INSERT INTO {OPEN_TABLE} (rowid, words, case_id, part) SELECT id, c0, c1, c2 FROM {WORDS_TABLE}_content "  # noqa: S608
    f"WHERE c1 IN ({IS_OPEN}{{of_these}}){{these}} AND id NOT IN (SELECT id FROM {OPEN_TABLE}_content)"
)
IN_ON_POSTGRESQL = (
    f"INSERT INTO {OPEN_TABLE} (number, words, case_id, part) SELECT number, words, case_id, part FROM {WORDS_TABLE} "  # noqa: S608
    f"WHERE case_id IN ({IS_OPEN}{{of_these}}){{these}} ON CONFLICT DO NOTHING"
)
OUT_ON_SQLITE = (
    f"DELETE FROM {OPEN_TABLE} WHERE rowid IN (SELECT id FROM {OPEN_TABLE}_content "  # noqa: S608
    f"WHERE c1 NOT IN ({IS_OPEN}{{of_these}}){{these}})"
)
OUT_ON_POSTGRESQL = f"DELETE FROM {OPEN_TABLE} WHERE case_id NOT IN ({IS_OPEN}{{of_these}}){{these}}"  # noqa: S608
GONE_ON_SQLITE = (
    f"DELETE FROM {OPEN_TABLE} WHERE rowid IN (SELECT id FROM {OPEN_TABLE}_content AS kept WHERE NOT EXISTS "  # noqa: S608
    f"(SELECT 1 FROM {WORDS_TABLE}_content AS written WHERE written.id = kept.id AND written.c1 = kept.c1))"
)
GONE_ON_POSTGRESQL = (
    f"DELETE FROM {OPEN_TABLE} WHERE NOT EXISTS "  # noqa: S608
    f"(SELECT 1 FROM {WORDS_TABLE} WHERE {WORDS_TABLE}.number = {OPEN_TABLE}.number)"
)
# So that lists by age go along the texts in the order of their cases: a case's first text opens a stretch of numbers, where its
# others follow
STRETCH = 1 << 20
LEAST_ROOM = 1 << 12
PUT_IN_ORDER_ON_SQLITE = (
    f"INSERT INTO {WORDS_TABLE} (rowid, words, case_id, part) VALUES (COALESCE("  # noqa: S608
    f"(SELECT max(id) + 1 FROM {WORDS_TABLE}_content WHERE c1 = :case_id), "
    f"(SELECT (COALESCE(max(id), 0) / {STRETCH} + 1) * {STRETCH} FROM {WORDS_TABLE}_content)), :words, :case_id, :part)"
)

# Where texts of a case belong that has none: behind those of the case before it. NULL: it has some, or has to go to the end
PLACE_ON_SQLITE = (
    f"WITH here AS (SELECT COALESCE(max(id), 0) AS low FROM {WORDS_TABLE}_content WHERE c1 = "  # noqa: S608
    f"(SELECT max(c1) FROM {WORDS_TABLE}_content WHERE c1 < :case_id)), "
    f"room AS (SELECT low, (SELECT min(id) FROM {WORDS_TABLE}_content WHERE id > low) AS high, (low / {STRETCH} + 1) * {STRETCH} "
    f"AS next FROM here) SELECT CASE WHEN EXISTS (SELECT 1 FROM {WORDS_TABLE}_content WHERE c1 = :case_id) THEN NULL "
    f"WHEN next < high THEN next WHEN high - low > {LEAST_ROOM} THEN (low + high) / 2 END FROM room"
)
PUT_THERE_ON_SQLITE = (
    f"INSERT INTO {WORDS_TABLE} (rowid, words, case_id, part) VALUES (:number, :words, :case_id, :part)"  # noqa: S608
)
REPUT_ON_SQLITE = "UPDATE {table} SET words = :words WHERE rowid = :number"
REPUT_ON_POSTGRESQL = "UPDATE {table} SET words = to_tsvector('case_search', :words) WHERE number = :number"


class Sought(NamedTuple):
    """One thing that is looked for, as it was typed: words that follow one another, or that stand anywhere. The last of them may be
    the beginning of one."""

    words: Sequence[str]
    typed: str
    is_phrase: bool
    is_open: bool = False


class Written(NamedTuple):
    """A text on a case, and what part of the case it is: claim, statement, evidence, note, verdict."""

    case_id: UUID
    part: str
    words: str


def keep(session: Session, written: Iterable[Written], table: str = WORDS_TABLE) -> None:
    """Write down the words of texts, in the index of the cases or another."""
    is_sqlite, written = _is_sqlite(session), list(written)
    rows = [_row(session, one) for one in written if one.words.strip()]
    if rows:
        session.flush()
        put = PUT_ON_SQLITE if is_sqlite else PUT_ON_POSTGRESQL
        put = PUT_IN_ORDER_ON_SQLITE if is_sqlite and table == WORDS_TABLE else put.format(table=table)
        session.connection().execute(text(put), rows)
        if table == WORDS_TABLE:
            _bring_in(session, {one.case_id for one in written})


def put_anew(session: Session, case_id: UUID, part: str, texts: Iterable[str]) -> None:
    """Write down the texts of one part of a case as they stand, and forget those of before: in this order, so that the case keeps
    its place among the others."""
    session.flush()
    is_sqlite, connection = _is_sqlite(session), session.connection()
    which = {"case_id": case_id.hex if is_sqlite else case_id, "part": part}
    last = connection.execute(text(LAST_ON_SQLITE if is_sqlite else LAST_ON_POSTGRESQL), which).scalar_one()
    keep(session, [Written(case_id, part, one) for one in texts])
    theirs = THEIRS_ON_SQLITE if is_sqlite else THEIRS_ON_POSTGRESQL
    for table in (WORDS_TABLE, OPEN_TABLE):
        connection.execute(text(f"DELETE FROM {table} WHERE {theirs.format(table=table)}"), which | {"last": last})  # noqa: S608


def put_in_place(session: Session, written: Iterable[tuple[int, Written]], table: str) -> None:
    """Write other words into rows of an index that are there, by their numbers."""
    rows = [{"number": number, "words": as_put(session, one.words)} for number, one in written]
    if rows:
        put = REPUT_ON_SQLITE if _is_sqlite(session) else REPUT_ON_POSTGRESQL
        session.connection().execute(text(put.format(table=table)), rows)


def put_back(session: Session, written: Iterable[Written], table: str) -> None:
    """Write down texts that an index has lost: on SQLite each case in its place among the others, as far as there is room."""
    left = list(written)
    if table == WORDS_TABLE and _is_sqlite(session):
        connection, first = session.connection(), {one.case_id: one for one in reversed(left)}
        for case_id in sorted(first):
            row = _row(session, first[case_id])
            place = connection.execute(text(PLACE_ON_SQLITE), row).scalar_one()
            if place is not None:
                connection.execute(text(PUT_THERE_ON_SQLITE), row | {"number": place})
                left.remove(first[case_id])
    keep(session, left, table)


def as_put(session: Session, words: str) -> str:
    """A text's words as they are given to the database."""
    return _plain(words) if _is_sqlite(session) else " ".join(WORD.findall(_plain(words)))


def forget(session: Session, ids: Collection[UUID], table: str) -> None:
    """Take out the texts of these, of an index that is not that of cases."""
    if ids:
        of_sqlite = f"rowid IN (SELECT id FROM {table}_content WHERE c1 IN :ids)"  # noqa: S608
        theirs = of_sqlite if _is_sqlite(session) else "case_id IN :ids"
        gone = text(f"DELETE FROM {table} WHERE {theirs}")  # noqa: S608
        session.connection().execute(gone.bindparams(bindparam("ids", sorted(ids), expanding=True, type_=Uuid())))


def follow(session: Session, case_ids: Iterable[UUID] | None = None) -> None:
    """Have the texts of these cases, or of all, stand in the index of what is open if their case is open, else not."""
    session.flush()
    ids = None if case_ids is None else set(case_ids)
    _run_for(session, OUT_ON_SQLITE if _is_sqlite(session) else OUT_ON_POSTGRESQL, ids)
    _bring_in(session, ids)


def compare(session: Session) -> None:
    """Have the index of what is open hold what it should: the texts of open cases, and none that was erased."""
    session.connection().execute(text(GONE_ON_SQLITE if _is_sqlite(session) else GONE_ON_POSTGRESQL))
    follow(session)


def _row(session: Session, one: Written) -> dict[str, Any]:
    case_id = one.case_id.hex if _is_sqlite(session) else one.case_id
    return {"case_id": case_id, "part": one.part, "words": as_put(session, one.words)}


def _bring_in(session: Session, ids: Collection[UUID] | None) -> None:
    _run_for(session, IN_ON_SQLITE if _is_sqlite(session) else IN_ON_POSTGRESQL, ids)


def _run_for(session: Session, statement: str, ids: Collection[UUID] | None) -> None:
    if ids is None:
        session.connection().execute(text(statement.format(of_these="", these="")))
        return
    theirs = THESE.format(column="c1" if _is_sqlite(session) else "case_id")
    limited = text(statement.format(of_these=THESE.format(column="id"), these=theirs))
    session.connection().execute(limited.bindparams(bindparam("ids", sorted(ids), expanding=True, type_=Uuid())))


def found_by(session: Session, asked: str, most: int, table: str = WORDS_TABLE) -> Any:
    """The ids of cases on which somebody wrote what is asked for, as a subquery: of the `most` newest texts. None if nothing is
    asked for that has letters or digits.

    To look for a beginning, SQLite reads every text with any word that begins so, and PostgreSQL the newest alone. So on SQLite the
    last word is whole where `most` texts have it as it stands: what is looked for by a frequent word costs what a rare one costs.
    """
    wanted = as_asked(session, asked)
    if not wanted:
        return None
    is_sqlite = _is_sqlite(session)
    if is_sqlite and wanted.endswith(OPENED):
        given = {"words": wanted, "whole": wanted.removesuffix(OPENED)}
        return _texts_with_most(most, table).bindparams(**given)
    return texts_with(is_sqlite, most, table).bindparams(words=wanted)


def texts_with(is_sqlite: bool, most: int, table: str = WORDS_TABLE) -> TextClause:
    """The ids of cases on which the parameter `words` was written, as `as_asked` has it: of the `most` newest texts."""
    holds, newest = (
        (f"{table} MATCH :words", "rowid") if is_sqlite else ("words @@ to_tsquery('case_search', :words)", "number")
    )
    return text(f"SELECT case_id FROM {table} WHERE {holds} ORDER BY {newest} DESC LIMIT {most:d}")  # noqa: S608


def _texts_with_most(most: int, table: str) -> TextClause:
    """The same on SQLite by the parameter `whole` if so many texts have that, else by `words`."""
    has_most = f"(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH :whole LIMIT {most:d})) = {most:d}"  # noqa: S608
    holds = f"{table} MATCH CASE WHEN {has_most} THEN :whole ELSE :words END"
    return text(f"SELECT case_id FROM {table} WHERE {holds} ORDER BY rowid DESC LIMIT {most:d}")  # noqa: S608


def as_asked(session: Session, asked: str) -> str:
    """What is looked for in the words of the database; empty if nothing is that has letters or digits."""
    written = _for_sqlite if _is_sqlite(session) else _for_postgresql
    return (" AND " if _is_sqlite(session) else " & ").join(map(written, sought_in(asked)))


def telling_words(text: str, most: int = 3) -> str:
    """The longest words of a text, to find texts that speak of the same: long words are rare ones."""
    found = dict.fromkeys(word.casefold() for word in WORD.findall(_plain(text)) if len(word) > 3)
    return " ".join(f'"{word}"' for word in sorted(found, key=len, reverse=True)[:most])


def sought_in(asked: str) -> Sequence[Sought]:
    """What is looked for: words, or several that follow one another; the last word may go on, if no quotation mark ends it."""
    found: list[Sought] = []
    left = MOST_PHRASES
    plain = _plain(asked).translate(str.maketrans("“”„«»", '"' * 5))
    for quoted, bare in re.findall(r'"([^"]*)"|([^\s"]+)', plain):
        words = WORD.findall(quoted or bare)[: None if quoted else left]
        if words and left > 0:
            found.append(Sought(words, quoted or bare, bool(quoted) and len(words) > 1))
            left -= 1 if quoted else len(words)
    if found and not found[-1].is_phrase and not plain.rstrip().endswith('"') and len(found[-1].words[-1]) > 1:
        found[-1] = found[-1]._replace(is_open=True)
    return found


def _for_sqlite(sought: Sought) -> str:
    if sought.is_phrase:
        return f'"{" ".join(sought.words)}"'
    return " AND ".join(f'"{word}"' for word in sought.words) + (OPENED if sought.is_open else "")


def _for_postgresql(sought: Sought) -> str:
    """PostgreSQL keeps 3.14, U.S. and addresses as one word each, and those of texts that were written before `keep` took them
    apart: such are looked for as they were typed, too."""
    opened = ":*" if sought.is_open else ""
    words = (" <-> " if sought.is_phrase else " & ").join(f"'{word}'" for word in sought.words) + opened
    if sought.words == [sought.typed] or len(sought.typed) > LONGEST_TYPED:
        return f"({words})"
    typed = sought.typed.replace("\\", " ").replace("'", "''")
    return f"({words} | '{typed}'{opened})"


def _plain(words: str) -> str:
    """Words without accents, so that both databases find alike; not too many, and none that PostgreSQL can't keep."""
    folded = unicodedata.normalize("NFKD", words[:MOST_LETTERS].replace("\x00", " "))
    return " ".join(word[:200] for word in re.sub(r"[\u0300-\u036f]", "", folded).split())


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
