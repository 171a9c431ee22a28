"""Texts are put into an index, and taken out: their words at once, their vectors afterwards, because a model takes its time.

Writers of one index queue for the row that counts its texts, so that what is seen of it is always a whole.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, func, or_, select

from shared.db import table_of
from shared.matching.encoding import Encoder, Space, spaces_for
from shared.matching.languages import language_of
from shared.matching.lexical import CHANGES, PLACES, TEXTS, WORDS
from shared.matching.shelves import OPEN, mark, marked, off, on
from shared.matching.tables import Tables, TextRow
from shared.matching.words import stems

LONGEST = 10_000  # characters of a text that are indexed
AT_ONCE = 500  # texts in a statement


class Entry(NamedTuple):
    """A text to be found: what it is and stands for in the service, its wording, what else is known of it, and on which shelf it
    stands."""

    kind: str
    subject: UUID
    main: str
    title: str | None = None
    more: str | None = None
    speaker: str | None = None
    said_at: datetime | None = None
    language: str | None = None
    shelf: str = OPEN

    @property
    def stamp(self) -> str:
        """Of what it says, wherever it stands."""
        return sha256(repr(self[2:-1]).encode(errors="replace")).hexdigest()


def put(session: Session, tables: Tables, entries: Sequence[Entry]) -> int:
    """Index the words of texts; those that are there as they are stay, or are put on another shelf. Returns how many are new or
    have changed."""
    wanted = {(one.kind, one.subject): one for one in entries}
    take_turn(session, tables)
    there = _rows(session, tables, list(wanted))
    changed = {key: one for key, one in wanted.items() if key not in there or there[key].stamp != one.stamp}
    _take_out(session, tables, [there[key] for key in changed if key in there])
    if changed:
        _write(session, tables, list(changed.values()))
    moved = [
        (there[key], one.shelf)
        for key, one in wanted.items()
        if key in there and key not in changed and there[key].shelf != one.shelf
    ]
    if moved:
        _move(session, tables, moved)
    return len(changed) + len(moved)


def remove(session: Session, tables: Tables, kind: str, subjects: Iterable[UUID]) -> int:
    """Take texts out. Returns how many there were."""
    take_turn(session, tables)
    rows = _rows(session, tables, [(kind, subject) for subject in subjects])
    _take_out(session, tables, list(rows.values()))
    return len(rows)


def empty(session: Session, tables: Tables) -> None:
    """Take everything out, to begin anew."""
    session.connection().execute(text(f"DELETE FROM {tables.words}"))  # noqa: S608
    terms = table_of(tables.terms)
    for model in (tables.vectors, tables.texts):
        session.connection().execute(delete(table_of(model)))
    session.connection().execute(delete(terms).where(~terms.c.term.like(f"%{CHANGES}")))
    session.connection().execute(update(terms).values(texts=terms.c.texts + 1))  # what is left counts the changes


def missing(session: Session, tables: Tables, tag: str, most: int) -> Sequence[TextRow]:
    """Texts that have no vectors of these models yet, the oldest first."""
    encoded = col(tables.texts.encoded)
    chosen = select(tables.texts).where(or_(encoded < tag, encoded > tag)).order_by(col(tables.texts.number))
    return session.exec(chosen.limit(most)).all()


def count_missing(session: Session, tables: Tables, tag: str) -> int:
    """How many texts have no vectors of these models yet."""
    encoded = col(tables.texts.encoded)
    chosen = select(func.count()).select_from(tables.texts).where(or_(encoded < tag, encoded > tag))
    return session.exec(chosen).one()


class Encoded(NamedTuple):
    """The vectors of texts: rows to be stored, and which texts they are of."""

    rows: Sequence[Mapping[str, Any]]
    numbers: Sequence[int]
    tag: str


def encode(texts: Sequence[TextRow], encoder: Encoder) -> Encoded:
    """Make the vectors of texts. Takes a while, and needs no database. Raises Broken."""
    from shared.matching.semantic import code_of, stored  # numpy, for those who encode

    rows: list[dict[str, Any]] = []
    groups: dict[Space, list[TextRow]] = {}
    for one in texts:
        for space in spaces_for(one.language, encoder.models):
            groups.setdefault(space, []).append(one)
    for space, some in groups.items():
        titled = [one for one in some if one.title]
        wholes = [f"{one.title}. {one.main}" if one.title else one.main for one in some]
        vectors = encoder.encode(space.model, [*wholes, *(one.main for one in titled)])
        mains = {one.number: vectors[len(some) + place] for place, one in enumerate(titled)}
        codes = code_of(vectors[: len(some)])
        rows += [
            {
                "space": space.name,  # on whatever shelf it stands when they are kept
                "number": one.number,
                "code": codes[place].tobytes(),
                "whole": stored(vectors[place]),
                "main": stored(mains[one.number]) if one.number in mains else None,
            }
            for place, one in enumerate(some)
        ]
    return Encoded(rows, [one.number for one in texts], encoder.tag)


def keep(session: Session, tables: Tables, made: Encoded) -> None:
    """Store vectors, of those texts that are still there."""
    take_turn(session, tables)
    numbers = col(tables.texts.number)
    table, texts = table_of(tables.vectors), table_of(tables.texts)
    shelves = select(texts.c.number, texts.c.shelf).where(texts.c.number.in_(made.numbers))
    there: dict[int, str] = {row.number: row.shelf for row in session.connection().execute(shelves)}
    session.connection().execute(delete(table).where(table.c.number.in_(there)))
    rows = [{**row, "space": on(row["space"], there[row["number"]])} for row in made.rows if row["number"] in there]
    _count(session, tables, {mark(shelf) + CHANGES: 1 for shelf in there.values()})
    if rows:
        session.connection().execute(insert(table), _placed(session, tables, rows))
    session.connection().execute(update(table_of(tables.texts)).where(numbers.in_(there)).values(encoded=made.tag))


def _placed(session: Session, tables: Tables, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The rows with places that no vector ever had: what a process remembers of a place holds. PostgreSQL's sequences give such;
    SQLite would give the place of what was taken out last again."""
    if _dialect(session) != "sqlite":
        return rows
    terms, vectors = table_of(tables.terms), table_of(tables.vectors)
    given = session.connection().scalar(select(terms.c.texts).where(terms.c.term == PLACES)) or 0
    highest = max(given, session.connection().scalar(select(func.max(vectors.c.place))) or 0)
    _count(session, tables, {PLACES: highest + len(rows) - given})
    return [{**row, "place": highest + number} for number, row in enumerate(rows, 1)]


def take_turn(session: Session, tables: Tables) -> None:
    """Wait for whoever else writes to this index."""
    table = table_of(tables.terms)
    session.flush()
    _count(session, tables, {TEXTS: 0, WORDS: 0})
    session.connection().execute(select(table.c.term).where(table.c.term == TEXTS).with_for_update())


def _rows(session: Session, tables: Tables, keys: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], TextRow]:
    found: dict[tuple[str, UUID], TextRow] = {}
    for kind in {kind for kind, _ in keys}:
        subjects = [subject for one, subject in keys if one == kind]
        for start in range(0, len(subjects), AT_ONCE):
            some = subjects[start : start + AT_ONCE]
            chosen = select(tables.texts).where(tables.texts.kind == kind, col(tables.texts.subject).in_(some))
            found |= {(row.kind, row.subject): row for row in session.exec(chosen)}
    return found


def _write(session: Session, tables: Tables, entries: Sequence[Entry]) -> None:
    rows, parts = [], []
    for one in entries:
        language = language_of(one.main, one.language)
        fields = [stems((part or "")[:LONGEST], language) for part in (one.main, one.title, one.more)]
        rows.append(
            {
                **one._asdict(),
                "main": one.main[:LONGEST],
                "stamp": one.stamp,
                "language": language,
                "stems": "\n".join(" ".join(field) for field in fields),
                "length": sum(map(len, fields)),
                "encoded": "",
            }
        )
        parts.append(fields)
    table = table_of(tables.texts)
    numbers = {
        (kind, subject): number
        for number, kind, subject in session.connection().execute(
            insert(table).returning(table.c.number, table.c.kind, table.c.subject), rows
        )
    }
    texts = [(numbers[one.kind, one.subject], fields, one.shelf) for one, fields in zip(entries, parts, strict=True)]
    _write_words(session, tables, texts)
    _count_texts(session, tables, [], [(fields, shelf) for _, fields, shelf in texts])


def _move(session: Session, tables: Tables, moved: Sequence[tuple[TextRow, str]]) -> None:
    """Put texts on other shelves. What the models made of them goes along, to new places: there it is seen to have come."""
    vectors, shelves = table_of(tables.vectors), {row.number: (row.shelf, shelf) for row, shelf in moved}
    made = session.connection().execute(vectors.select().where(vectors.c.number.in_(shelves))).mappings().all()
    rows = [
        {name: value for name, value in one.items() if name != "place"}
        | {"space": on(off(one["space"], shelves[one["number"]][0]), shelves[one["number"]][1])}
        for one in made
    ]
    if rows:
        session.connection().execute(insert(vectors), _placed(session, tables, rows))
        session.connection().execute(delete(vectors).where(vectors.c.place.in_([one["place"] for one in made])))
    _take_words_out(session, tables, list(shelves))
    _write_words(session, tables, [(row.number, row.parts, shelf) for row, shelf in moved])
    _count_texts(
        session, tables, [(row.parts, row.shelf) for row, _ in moved], [(row.parts, shelf) for row, shelf in moved]
    )
    for row, shelf in moved:
        row.shelf = shelf
        session.add(row)


def _take_out(session: Session, tables: Tables, rows: Sequence[TextRow]) -> None:
    if not rows:
        return
    numbers = [row.number for row in rows]
    _take_words_out(session, tables, numbers)
    for model, column in ((tables.vectors, "number"), (tables.texts, "number")):
        table = table_of(model)
        session.connection().execute(delete(table).where(table.c[column].in_(numbers)))
    for row in rows:
        session.expunge(row)
    _count_texts(session, tables, [(row.parts, row.shelf) for row in rows], [])


def _write_words(session: Session, tables: Tables, texts: Sequence[tuple[int, Sequence[list[str]], str]]) -> None:
    written = []
    for number, parts, shelf in texts:
        main, title, more = (" ".join(marked(part, shelf)) for part in parts)
        written.append({"number": number, "main": main, "title": title, "more": more})
    session.connection().execute(text(WRITE[_dialect(session)].format(words=tables.words)), written)


def _take_words_out(session: Session, tables: Tables, numbers: Sequence[int]) -> None:
    of_words = "rowid" if _dialect(session) == "sqlite" else "number"
    gone = text(f"DELETE FROM {tables.words} WHERE {of_words} IN :numbers").bindparams(  # noqa: S608
        bindparam("numbers", expanding=True)
    )
    session.connection().execute(gone, {"numbers": numbers})


Counted = Sequence[tuple[Sequence[list[str]], str]]  # the parts of texts, and their shelves


def _count_texts(session: Session, tables: Tables, gone: Counted, come: Counted) -> None:
    counts = Counter[str]()
    for sign, some in ((-1, gone), (1, come)):
        for parts, shelf in some:
            before = mark(shelf)
            for term in {term for part in parts for term in part}:
                counts[before + term] += sign
            counts[before + TEXTS] += sign
            counts[before + WORDS] += sign * sum(map(len, parts))
    _count(session, tables, counts | {mark(shelf) + CHANGES: 1 for _, shelf in (*gone, *come)})


def _count(session: Session, tables: Tables, counts: Mapping[str, int]) -> None:
    """Add to the counts of terms, in one order, so that nobody waits in a circle."""
    rows = [{"term": one, "texts": counts[one]} for one in sorted(counts)]
    session.connection().execute(_adding(tables.terms, _dialect(session)), rows)


@cache
def _adding(terms: type[SQLModel], name: str) -> Any:
    table, dialect = table_of(terms), postgresql if name == "postgresql" else sqlite
    statement: Any = dialect.insert(table)
    return statement.on_conflict_do_update(
        index_elements=["term"], set_={"texts": table.c.texts + statement.excluded.texts}
    )


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


WRITE = {  # the words of a text, shelf and all
    "sqlite": "INSERT INTO {words} (rowid, main, title, more) VALUES (:number, :main, :title, :more)",
    "postgresql": (
        "INSERT INTO {words} (number, words) VALUES (:number, setweight(to_tsvector('simple', :main), 'A') || "
        "setweight(to_tsvector('simple', :title), 'B') || setweight(to_tsvector('simple', :more), 'C'))"
    ),
}
