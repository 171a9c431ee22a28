"""What services told each other, laid side by side: finds what was lost beyond the outbox's memory.

Each service has a `ledger.py` that lists, from its own records and never from its outbox or inbox, what the
others must know (`told`) and what it knows from them (`known`). Comparing the lists needs no service to ask
another, and no access to another's database: they are text, one JSON object a line.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol, TextIO

from sqlmodel import Session


class Entry(NamedTuple):
    """The receiver `queue` must know (or knows) record `key` at `revision` or newer, by messages of `topic`.

    Where each revision has to arrive and not the newest alone, the key carries it: `<id>/<revision>`.
    """

    topic: str
    queue: str
    key: str
    revision: int


class Ledger(Protocol):
    """A service's `ledger` module."""

    def told(self, session: Session) -> Iterator[Entry]: ...
    def known(self, session: Session) -> Iterator[Entry]: ...
    def tell_again(self, session: Session, entry: Entry) -> None:
        """Write the message behind an entry to the outbox once more, with the record as it stands now."""


def write(ledger: Ledger, session: Session, out: TextIO) -> None:
    """All of a service's ledger as JSON lines."""
    for side, entries in (("told", ledger.told(session)), ("known", ledger.known(session))):
        for entry in entries:
            out.write(json.dumps({"side": side, **entry._asdict()}) + "\n")


def read(lines: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    """What `write` wrote: the side, "told" or "known", and the entry."""
    for line in lines:
        found: dict[str, Any] = json.loads(line)
        yield found.pop("side", "told"), Entry(**found)


def differences(lines: Iterable[str]) -> list[Entry]:
    """The entries that somebody told and the receiver does not know, from the ledgers of all services."""
    told: list[Entry] = []
    known: dict[tuple[str, str, str], int] = {}
    for side, entry in read(lines):
        if side == "told":
            told.append(entry)
        else:
            place = (entry.topic, entry.queue, entry.key)
            known[place] = max(entry.revision, known.get(place, -1))
    return [e for e in told if known.get((e.topic, e.queue, e.key), -1) < e.revision]
