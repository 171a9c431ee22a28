"""The history: every act, appended to one hash chain for the whole desk.

An entry's hash covers its number, time, case, person, action, the *digest* of its details with a random salt, and the
hash before. Whoever noted a head can later prove that nothing before it was changed, removed or put in between. Details
may be erased, with their salt, without breaking the chain; then only their digest is left. They may be rewritten, too, when
somebody's data is erased: an entry that the chain covers then has their new digests. See `workflow.erasure`.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import ChainHead, HistoryEntry
from shared.clock import now
from shared.db import insert_if_absent, table_of
from shared.signing import canonical

REWRITTEN = "details rewritten"
TURN = "turn at the history"  # in the session's info: the locked head


class Act(NamedTuple):
    """What somebody did, or what came in. `details` is JSON: usually `before` and `after`."""

    action: str
    case_id: UUID | None
    person_id: UUID | None
    details: dict[str, Any]


def append(
    session: Session, action: str, case_id: UUID | None, person_id: UUID | None, details: dict[str, Any]
) -> None:
    """Write an act down, after everything before it."""
    append_all(session, [Act(action, case_id, person_id, details)])


def append_all(session: Session, acts: Iterable[Act]) -> None:
    """Write acts down, in this order, after everything before them."""
    head = session.info.get(TURN) or take_turn(session)
    rows = []
    for act in acts:
        salt = secrets.token_hex(16)
        row = {
            "seq": head.seq + 1,
            "at": now(),
            "case_id": act.case_id,
            "person_id": act.person_id,
            "action": act.action,
            "salt": salt,
            "details": act.details,
            "details_digest": digest(salt, act.details),
            "previous": head.hash,
        }
        row["hash"] = hash_of(row)
        head.seq, head.hash = row["seq"], row["hash"]
        rows.append(row)
    if rows:
        session.connection().execute(table_of(HistoryEntry).insert(), rows)


def take_turn(session: Session) -> ChainHead:
    """Lock the chain's head until the commit: acts are written one after the other.

    Verbs take their turn before they lock a case. Locks taken in one order by everybody can't deadlock.
    """
    session.connection().execute(insert_if_absent(session, ChainHead), {"id": 1, "seq": 0, "hash": ""})
    found = session.exec(select(ChainHead).with_for_update().execution_options(populate_existing=True)).one()
    session.info[TURN] = found  # what follows in this unit of work need not ask again
    return found


def head(session: Session) -> str:
    """The last entry's hash; empty before the first."""
    return session.exec(select(ChainHead.hash)).first() or ""


class Verified(NamedTuple):
    """What a look at the whole chain found. It holds if `broken` is empty."""

    entries: int
    erased: int
    head: str
    broken: list[str]
    rewritten: int = 0


def verify(session: Session, noted_head: str | None = None) -> Verified:
    """Recompute the chain. `noted_head` is a hash that somebody wrote down earlier; it must still be in the chain."""
    broken: list[str] = []
    previous, count, erased, seen = "", 0, 0, noted_head is None
    changed: dict[int, tuple[str, str]] = {}  # entries with other details than at first: digest now, and action
    known: dict[int, str] = {}  # digests that a rewriting left behind
    for entry in _all(session):
        count += 1
        broken += _faults(entry, count, previous)
        now_is = entry.details_digest if entry.details is None else digest(entry.salt or "", entry.details)
        if now_is != entry.details_digest:
            changed[entry.seq] = now_is, entry.action
        elif entry.action == REWRITTEN and entry.details:
            known |= {int(seq): one for seq, one in entry.details["after"]["digests"].items()}
        erased += entry.details is None
        seen = seen or entry.hash == noted_head
        previous = entry.hash
    rewritten = [seq for seq, (now_is, _) in changed.items() if known.get(seq) == now_is]
    broken += [
        f"The details of entry {seq} ({act}) were changed." for seq, (_, act) in changed.items() if seq not in rewritten
    ]
    head = session.get(ChainHead, 1)
    if (head.seq, head.hash) != (count, previous) if head else count:
        broken.append(
            f"The head says {head.seq if head else 0} entries; there are {count}: entries are missing at the end."
        )
    if not seen:
        broken.append(f"The noted head {noted_head} is not in the chain: what it stood for was changed or removed.")
    return Verified(count, erased, previous, broken, len(rewritten))


def digest(salt: str, details: dict[str, Any]) -> str:
    """SHA-256 over salt and details, hexadecimal."""
    return sha256(canonical({"salt": salt, "details": details})).hexdigest()


def hash_of(entry: Mapping[str, Any]) -> str:
    """SHA-256 over everything in an entry but its details, their salt and itself, hexadecimal."""
    return sha256(
        canonical(
            {
                "seq": entry["seq"],
                "at": entry["at"].isoformat(),
                "case_id": str(entry["case_id"]),
                "person_id": str(entry["person_id"]),
                "action": entry["action"],
                "details_digest": entry["details_digest"],
                "previous": entry["previous"],
            }
        )
    ).hexdigest()


def _faults(entry: HistoryEntry, number: int, previous: str) -> Iterator[str]:
    if entry.seq != number:
        yield f"Entry {number} is missing; {entry.seq} stands in its place."
    if entry.previous != previous:
        yield f"Entry {entry.seq} does not follow the one before it."
    if entry.hash != hash_of(vars(entry)):
        yield f"Entry {entry.seq} ({entry.action}) was changed."


def _all(session: Session) -> Iterator[HistoryEntry]:
    yield from session.exec(select(HistoryEntry).order_by(col(HistoryEntry.seq)).execution_options(yield_per=500))
