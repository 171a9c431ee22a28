"""A request that carries an `Idempotency-Key` is done once; repeats get the first answer, byte for byte.

After draft-ietf-httpapi-idempotency-key-header. The key's row is written in the transaction of the effect: of two
at once, one waits for the other's commit and then replays. Keys are kept for seven days.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Session, col

from services.intake.models import IdempotencyKey
from shared.clock import now
from shared.db import table_of
from shared.errors import BadRequest, Invalid
from shared.openapi import Parameter
from shared.rows import Rows, add_absent, write_all

KEEP = timedelta(days=7)
KEY = r"[\x21-\x7e]{1,255}"


class Name(NamedTuple):
    """A key belongs to the newsroom that chose it. Sorted, so that two processes lock keys in the same order."""

    newsroom_id: UUID
    key: str


class Answer(NamedTuple):
    """An answer as it is kept. `replayed`: it was given before."""

    status: int
    body: bytes
    location: str
    replayed: bool = False


class Taken(NamedTuple):
    """A key that is in use: by a request with this fingerprint, which was answered so or, if None, is to be."""

    fingerprint: str
    answer: Answer | None


_KEYS = table_of(IdempotencyKey)


def header(description: str) -> Parameter:
    """The header field for the OpenAPI document."""
    return Parameter(description, {"type": "string", "pattern": f"^{KEY}$"})


def read_key(header: str | None) -> str | None:
    """The key in a header: a quoted string (RFC 8941) or, as most clients send it, bare. Raises BadRequest."""
    if header is None:
        return None
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not re.fullmatch(KEY, key):
        raise BadRequest("Idempotency-Key has to be 1 to 255 visible ASCII characters, such as a UUID.")
    return key


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    return sha256(b"\x00".join((method.encode(), path.encode(), body))).hexdigest()


def reused() -> Invalid:
    """The problem with a key that comes with another request than before."""
    return Invalid("This Idempotency-Key was used with another request. Use a new one for a new request.")


def take_all(session: Session, wanted: Mapping[Name, str]) -> dict[Name, Taken]:
    """Take keys, each for the request with this fingerprint, or find what they were taken for before.

    Waits while another transaction is at one of them.
    """
    if not wanted:
        return {}
    moment = now()
    added = add_absent(
        session,
        IdempotencyKey,
        [{**name._asdict(), "fingerprint": wanted[name], "used_at": moment} for name in sorted(wanted)],
    )
    if added == len(wanted):
        return {name: Taken(fingerprint, None) for name, fingerprint in wanted.items()}
    keys = _KEYS.c
    chosen = select(keys.newsroom_id, keys.key, keys.fingerprint, keys.status, keys.body, keys.location).where(
        keys.newsroom_id.in_({name.newsroom_id for name in wanted}), keys.key.in_({name.key for name in wanted})
    )
    return {
        Name(row.newsroom_id, row.key): Taken(
            row.fingerprint, None if row.status is None else Answer(row.status, row.body, row.location, replayed=True)
        )
        for row in session.connection().execute(chosen)
    }


def keep_all(session: Session, answers: Iterable[tuple[Name, str, Answer]]) -> None:
    """Keep the answers to requests, each with its fingerprint, whose keys were taken in this transaction."""
    write_all(session, [keeping(answers)._replace(conflict="replace")])


def keeping(answers: Iterable[tuple[Name, str, Answer]]) -> Rows:
    """Takes keys and keeps the answers to their requests in one, in the order in which `take_all` takes keys."""
    moment = now()
    kept = [
        {
            **name._asdict(),
            "fingerprint": fingerprint,
            "status": given.status,
            "location": given.location,
            "body": given.body,
            "used_at": moment,
        }
        for name, fingerprint, given in sorted(answers)
    ]
    return Rows(IdempotencyKey, kept, "pass")


def is_taken(session: Session, name: Name) -> bool:
    """Whether a request under this key was answered."""
    return session.get(IdempotencyKey, name) is not None


def give_back(session: Session, names: Sequence[Name]) -> None:
    """Forget keys taken in this transaction: nothing was done under them."""
    for name in names:
        session.execute(
            delete(IdempotencyKey).where(
                col(IdempotencyKey.newsroom_id) == name.newsroom_id, col(IdempotencyKey.key) == name.key
            )
        )


def tidy(session: Session) -> None:
    """Forget keys used over seven days ago."""
    session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.used_at) < now() - KEEP))
