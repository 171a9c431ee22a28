"""What services told each other, laid side by side: finds what was lost beyond the outbox's memory.

Each service has a `ledger.py` that lists, from its own records and never from its outbox or inbox, what the
others must know (`told`) and what it knows from them (`known`). Comparing the lists needs no service to ask
another, and no access to another's database: they are text, one JSON object a line.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol, TextIO

from sqlmodel import Session

from shared.contracts import CaseMoved, CorrectionsUrged, ScalePosted, SourcesNamed, WorkNoted

# What review tells as it stands now, numbered by a counter of its own. Receivers take only what is newer than they know.
LIFTED = frozenset(one.topic for one in (CaseMoved, CorrectionsUrged, ScalePosted, SourcesNamed, WorkNoted))


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

    def lift(self, session: Session, entry: Entry) -> None:
        """Number what is told of this key above `entry.revision`, which its receiver knows, and tell it as it stands now. Nothing
        where it is numbered so already, or where there is no such record. Of the topics in `LIFTED`."""


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
    told, known = _sides(lines)
    newest = _newest(known)
    return [e for e in told if newest.get(e[:3], -1) < e.revision]


def known_newer(lines: Iterable[str]) -> list[Entry]:
    """What a receiver knows newer than its teller tells it, from the ledgers of all services: the teller was restored from an older
    backup, and what it tells next would be taken for old news."""
    told, known = _sides(lines)
    newest = _newest(told)
    return [e for e in known if e.topic in LIFTED and newest.get(e[:3], -1) < e.revision]


def _sides(lines: Iterable[str]) -> tuple[list[Entry], list[Entry]]:
    sides: dict[str, list[Entry]] = {"told": [], "known": []}
    for side, entry in read(lines):
        sides[side].append(entry)
    return sides["told"], sides["known"]


def _newest(entries: Iterable[Entry]) -> dict[tuple[str, str, str], int]:
    """The newest revision by topic, queue and key."""
    newest: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        newest[entry[:3]] = max(entry.revision, newest.get(entry[:3], -1))
    return newest
