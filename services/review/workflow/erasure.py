"""A person's data is erased, by law or by wish, and the history still holds.

They become "former colleague N": in their row, in whatever the desk has written that names them, and in the details of the
history. The chain runs over digests of details, so a new digest is needed for each entry whose details change; those digests are
written down in entries of their own, which the chain covers. Whoever verifies it sees how many entries were rewritten; details that
were changed in any other way are found as before.

What is not touched is listed with its reason in `KEPT`; anything else that a table holds is, tables of later years too.

A large desk has written much, and others go on writing. So it is done piece by piece: it begins with the person's own row and what
is theirs alone; then what names them is looked for while nothing is locked, and rewritten some hundred rows in a transaction, the
history and its new digests together. Until it has ended, who they were stands in `erasures` alone; what broke off goes on there.
"""

import re
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Column, String, Text, bindparam, cast, delete, func, or_, tuple_, update
from sqlalchemy import Table as SqlTable
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from services.review import history, texts
from services.review.models import (
    DeskRole,
    Draft,
    EarlierCheck,
    Erasure,
    Identity,
    Notification,
    NotificationChoice,
    OneTimeLink,
    Passkey,
    Person,
    RecoveryCode,
    SavedList,
    SecondFactor,
    SignIn,
    Table,
    Token,
)
from shared.clock import now
from shared.db import is_one_of, table_of
from shared.errors import NotAllowed, NotFound

AT_ONCE = 200  # rows that are rewritten in one transaction
LOOKED_AT = 5_000  # rows that are looked at by one statement
HISTORY = "history"

# Tables and columns that stay as they are: "*" is all of a table's.
KEPT: dict[str, frozenset[str]] = {
    "people": frozenset("*"),  # the row is written by itself
    "history": frozenset("*"),  # but for its details
    "erasures": frozenset("*"),  # gone at the end
    "figure_columns": frozenset("*"),
    "chain_head": frozenset("*"),
    "outbox": frozenset("*"),  # on their way: gone within days
    "inbox": frozenset("*"),
    "desks": frozenset({"slug", "name"}),
    # the words of others, and what readers read
    "cases": frozenset({"claim", "submissions", "also_submitted", "before_merge", "story_key", "url"}),
    "case_sources": frozenset("*"),
    "stories": frozenset("*"),
    "evidence": frozenset({"kind", "title", "url", "publisher", "stance", "quote", "archive_url"}),
    "verdicts": frozenset(
        {"told", "rating", "headline", "summary", "text", "unknown", "confidence", "rests_on", "change", "kind", "url"}
    ),
    "notices": frozenset({"told", "headline", "text", "url"}),
    "policies": frozenset("*"),
    "senders": frozenset({"newsroom"}),
    "remarks": frozenset({"text"}),
    "disputes": frozenset({"wrong", "reason", "answer", "url", "contact"}),
}
OWN = (  # what is theirs alone
    SignIn, Token, SecondFactor, RecoveryCode, Passkey, Identity, NotificationChoice, Notification, Draft, DeskRole,
)  # fmt: skip


class Erased:
    """Replaces what tells who somebody was."""

    def __init__(self, person: Erasure) -> None:
        number = person.number
        self.name, self.email = f"former colleague {number}", f"former-colleague-{number}@erased.invalid"
        handle = person.email.partition("@")[0]
        self._whole = {person.email: self.email, person.name: self.name}
        patterns = [(rf"(?<![\w.+-]){re.escape(person.email)}(?![\w-]|\.\w)", self.email)]
        if " " in person.name:  # one word alone may be somebody else's, or no name at all
            patterns.append((rf"(?<!\w){re.escape(person.name)}(?!\w)", self.name))
        if person.is_only_handle:
            patterns.append((rf"(?<![\w@.])@{re.escape(handle)}(?![\w@])", f"@former-colleague-{number}"))
        self._patterns = [(re.compile(pattern, re.IGNORECASE), new) for pattern, new in patterns]
        self.needles = [_pattern(one) for one in (person.email, person.name, f"@{handle}")]

    def __call__(self, value: Any) -> Any:
        """A text, or a JSON value, without them."""
        if isinstance(value, str):
            return self._in_text(value)
        if isinstance(value, list):
            return [self(one) for one in value]
        if isinstance(value, dict):
            return {self._whole.get(name, name): self(one) for name, one in value.items()}
        return value

    def _in_text(self, text: str) -> str:
        if text in self._whole:
            return self._whole[text]
        for pattern, new in self._patterns:
            text = pattern.sub(new, text)
        return text


class Part(NamedTuple):
    """The rows of a part of a table that have to be looked at, by their primary keys, and where the next part begins; None: there
    is none."""

    keys: list[tuple[Any, ...]]
    after: tuple[Any, ...] | None


def begin_erasure(session: Session, email: str) -> Erasure:
    """Begin to take out of the desk what tells who somebody was who has left, or take up again what was begun. Raises NotFound, and
    NotAllowed unless they have been deactivated."""
    history.take_turn(session)
    if begun := session.exec(select(Erasure).where(Erasure.email == email.strip().casefold())).first():
        return begun
    former = session.exec(select(Person.id).where(Person.email == email.strip().casefold())).first()
    if former is None:
        raise NotFound("Nobody has or had this address.")
    person = session.get_one(Person, former, with_for_update=True, populate_existing=True)
    if person.active:
        raise NotAllowed(f"{person.name} is at the desk. Deactivate them first.")
    if person.erased_at is not None:
        raise NotAllowed("Of this person nothing is known any more.")
    number = session.exec(select(func.count()).where(col(Person.erased_at).is_not(None))).one() + 1
    begun = Erasure(
        person_id=person.id, number=number, name=person.name, email=person.email,
        is_only_handle=_has_handle_alone(session, person),
    )  # fmt: skip
    session.add(begun)
    _drop_own(session, person)
    without = Erased(begun)
    person.name, person.email, person.password_hash, person.roles = without.name, without.email, "", []
    person.erased_at = now()
    return begun


def tables_to_erase_from() -> list[str]:
    """The tables in which somebody may be named, the history last."""
    return [*(table.name for table in Table.metadata.sorted_tables if _columns_of(table)), HISTORY]


def find_rows(session: Session, erasure: Erasure, name: str, after: tuple[Any, ...] | None) -> Part:
    """Of the next some thousand rows of a table those that may name them, by the database's own look at them."""
    table = Table.metadata.tables[name]
    place = tuple_(*table.primary_key.columns)
    here = [place > _at(table, after)] if after is not None else []
    rows = sql_select(*table.primary_key.columns).order_by(*table.primary_key.columns)
    last = session.execute(rows.where(*here).offset(LOOKED_AT - 1).limit(1)).first()
    if last is not None:
        here.append(place <= _at(table, last))
    needles = Erased(erasure).needles
    named = [
        func.lower(cast(column, Text)).like(needle, escape="\\") for column in _columns_of(table) for needle in needles
    ]
    keys = [tuple(row) for row in session.execute(rows.where(*here, or_(*named)))]
    return Part(keys, tuple(last) if last is not None else None)


def rewrite_rows(session: Session, erasure: Erasure, name: str, keys: Sequence[tuple[Any, ...]]) -> None:
    """Rewrite the rows with these keys as far as they name them; at most `AT_ONCE`, for others wait meanwhile."""
    history.take_turn(session)
    table, without = Table.metadata.tables[name], Erased(erasure)
    columns = _columns_of(table)
    chosen = table.select().where(is_one_of([*table.primary_key.columns], keys)).with_for_update()
    stale: set[tuple[UUID, str]] = set()
    digests: dict[str, str] = {}
    for row in session.execute(chosen).mappings().all():
        new = {one.name: without(row[one.name]) for one in columns}
        changed = {one: value for one, value in new.items() if value != row[one]}
        if not changed:
            continue
        if name == HISTORY:
            changed["salt"] = secrets.token_hex(16)
            digests[str(row["seq"])] = history.digest(changed["salt"], changed["details"])
        parts = texts.parts_in(name)
        stale |= {(row["id"] if name == "cases" else row["case_id"], part) for part in parts}
        session.execute(
            update(table).where(*(one == row[one.name] for one in table.primary_key.columns)).values(changed)
        )
    session.expire_all()
    for case_id, part in sorted(stale):
        texts.put_anew(session, case_id, part)
    if name == "earlier_checks":
        texts.put_earlier(session, [row.taken for row in _checks(session, keys)], [key for (key,) in keys])
    if digests:
        history.append(session, history.REWRITTEN, None, None, {"after": {"digests": digests}})
        begun = session.get_one(Erasure, erasure.person_id)
        begun.entries += len(digests)


def end_erasure(session: Session, erasure: Erasure) -> Person:
    """All was looked through: forget who they were."""
    history.take_turn(session)
    begun = session.get_one(Erasure, erasure.person_id, with_for_update=True)
    person = session.get_one(Person, erasure.person_id)
    history.append(session, "person erased", None, None, {"after": {"person": person.name, "entries": begun.entries}})
    session.delete(begun)
    return person


def _has_handle_alone(session: Session, person: Person) -> bool:
    """Whether nobody else is meant by what stands before the @ of their address."""
    handle = person.email.partition("@")[0]
    alike = select(Person.id).where(col(Person.email).startswith(f"{handle}@", autoescape=True), Person.id != person.id)
    return session.exec(alike.limit(1)).first() is None


def _drop_own(session: Session, person: Person) -> None:
    for model in OWN:
        session.execute(delete(model).where(table_of(model).c.person_id == person.id))
    session.execute(delete(OneTimeLink).where(col(OneTimeLink.email) == person.email))
    session.execute(delete(SavedList).where(col(SavedList.person_id) == person.id, col(SavedList.is_shared).is_(False)))
    session.flush()


def _pattern(words: str) -> str:
    """For LIKE on a column that `lower()` was applied to. SQLite knows capitals of ASCII alone and writes JSON in it: so any other
    letters may stand where such letters stand."""
    escaped = re.sub(r"([\\%_])", r"\\\1", words.lower())
    return f"%{re.sub(r'[^ -~]+', '%', escaped)}%"


def _at(table: SqlTable, key: Sequence[Any]) -> Any:
    """A place among a table's primary keys."""
    columns = table.primary_key.columns
    return tuple_(*(bindparam(None, value, type_=one.type) for one, value in zip(columns, key, strict=True)))


def _columns_of(table: SqlTable) -> list[Column[Any]]:
    """The columns that may name somebody."""
    if table.name == HISTORY:
        return [table.c.details]
    kept = KEPT.get(table.name, frozenset())
    return [one for one in table.columns if "*" not in kept and one.name not in kept and _holds_words(one)]


def _holds_words(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text | JSON) and not column.foreign_keys


def _checks(session: Session, keys: Sequence[tuple[Any, ...]]) -> Sequence[EarlierCheck]:
    chosen = select(EarlierCheck).where(col(EarlierCheck.id).in_([key for (key,) in keys]))
    return session.exec(chosen.order_by(col(EarlierCheck.id))).all()
