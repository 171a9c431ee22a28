"""A person's data is erased, by law or by wish, and the history still holds.

They become "former colleague N": in their row, in whatever the desk has written that names them, and in the details of the
history. The chain runs over digests of details, so a new digest is needed for each entry whose details change; those digests are
written down in entries of their own, which the chain covers. Whoever verifies it sees how many entries were rewritten; details that
were changed in any other way are found as before.

What is not touched is listed with its reason in `KEPT`; anything else that a table holds is, tables of later years too.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, String, Text, cast, delete, func, or_, update
from sqlalchemy import Table as SqlTable
from sqlmodel import Session, col, select

from services.review import history, words
from services.review.models import (
    DeskRole,
    Draft,
    HistoryEntry,
    Identity,
    Note,
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
from services.review.workflow.people import find_member
from shared.clock import now
from shared.db import table_of
from shared.errors import NotAllowed

AT_ONCE = 500

# Tables and columns that stay as they are: "*" is all of a table's.
KEPT: dict[str, frozenset[str]] = {
    "people": frozenset("*"),  # the row is written by itself
    "history": frozenset("*"),  # so are its details
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
    "disputes": frozenset({"wrong", "reason", "answer", "url", "contact"}),
}
OWN = (  # what is theirs alone
    SignIn, Token, SecondFactor, RecoveryCode, Passkey, Identity, NotificationChoice, Notification, Draft, DeskRole,
)  # fmt: skip


class Erased:
    """Replaces what tells who somebody was."""

    def __init__(self, person: Person, number: int, is_only_handle: bool) -> None:
        self.name, self.email = f"former colleague {number}", f"former-colleague-{number}@erased.invalid"
        handle = person.email.partition("@")[0]
        self._whole = {person.email: self.email, person.name: self.name}
        patterns = [(rf"(?<![\w.+-]){re.escape(person.email)}(?![\w-]|\.\w)", self.email)]
        if " " in person.name:  # one word alone may be somebody else's, or no name at all
            patterns.append((rf"(?<!\w){re.escape(person.name)}(?!\w)", self.name))
        if is_only_handle:
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


def erase_person(session: Session, person_id: UUID) -> Person:
    """Take out of the desk what tells who somebody was. They have to have been deactivated: NotAllowed. Raises NotFound.

    It looks at all that the desk has written, while nobody else can write: on a large desk that takes seconds. Bylines of what was
    published stay as readers saw them.
    """
    history.take_turn(session)
    find_member(session, person_id)
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if person.active:
        raise NotAllowed(f"{person.name} is at the desk. Deactivate them first.")
    if person.erased_at is not None:
        raise NotAllowed("Of this person nothing is known any more.")
    number = session.exec(select(func.count()).where(col(Person.erased_at).is_not(None))).one() + 1
    without = Erased(person, number, _has_handle_alone(session, person))
    _drop_own(session, person)
    noted = _rewrite_tables(session, without)
    _write_words_anew(session, noted)
    count = _rewrite_history(session, without)
    person.name, person.email, person.password_hash, person.roles = without.name, without.email, "", []
    person.erased_at = now()
    history.append(session, "person erased", None, None, {"after": {"person": person.name, "entries": count}})
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


def _rewrite_tables(session: Session, without: Erased) -> set[UUID]:
    """Every text and every JSON value of every table. Returns the cases with notes that were changed."""
    noted: set[UUID] = set()
    for table in Table.metadata.sorted_tables:
        kept = KEPT.get(table.name, frozenset())
        columns = [one for one in table.columns if "*" not in kept and one.name not in kept and _holds_words(one)]
        for row in _rows_with(session, table, columns, without.needles):
            new = {one.name: without(row[one.name]) for one in columns}
            changed = {name: value for name, value in new.items() if value != row[name]}
            if changed:
                place = [one == row[one.name] for one in table.primary_key.columns]
                session.execute(update(table).where(*place).values(changed))
                if table.name == "notes":
                    noted.add(row["case_id"])
    session.expire_all()
    return noted


def _rewrite_history(session: Session, without: Erased) -> int:
    """The details of every entry that names them, and the new digests in entries of their own."""
    table = table_of(HistoryEntry)
    digests: dict[str, str] = {}
    for row in _rows_with(session, table, [table.c.details], without.needles):
        details = without(row["details"])
        if details != row["details"]:
            salt = secrets.token_hex(16)
            session.execute(update(table).where(table.c.seq == row["seq"]).values(salt=salt, details=details))
            digests[str(row["seq"])] = history.digest(salt, details)
    entries = sorted(digests.items(), key=lambda one: int(one[0]))
    for start in range(0, len(entries), AT_ONCE):
        part = dict(entries[start : start + AT_ONCE])
        history.append(session, history.REWRITTEN, None, None, {"after": {"digests": part}})
    return len(entries)


def _pattern(words: str) -> str:
    """For LIKE on a column that `lower()` was applied to. SQLite knows capitals of ASCII alone and writes JSON in it: so any other
    letters may stand where such letters stand."""
    escaped = re.sub(r"([\\%_])", r"\\\1", words.lower())
    return f"%{re.sub(r'[^ -~]+', '%', escaped)}%"


def _rows_with(
    session: Session, table: SqlTable, columns: Iterable[Column[Any]], needles: Iterable[str]
) -> Iterator[Any]:
    """The rows in which one of these words may stand in one of these columns, by the database's own look at them."""
    looked_at = [func.lower(cast(column, Text)).like(needle, escape="\\") for column in columns for needle in needles]
    if looked_at:
        rows = session.execute(table.select().where(or_(*looked_at))).mappings().all()
        yield from rows


def _holds_words(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text | JSON) and not column.foreign_keys


def _write_words_anew(session: Session, cases: Iterable[UUID]) -> None:
    """The index of words, for the notes that were changed."""
    for case_id in sorted(cases):
        texts = session.exec(select(Note.text).where(Note.case_id == case_id).order_by(col(Note.id))).all()
        words.put_anew(session, case_id, "note", texts)
