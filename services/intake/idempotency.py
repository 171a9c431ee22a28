"""A request that carries an `Idempotency-Key` is done once; repeats get the first answer, byte for byte.

After draft-ietf-httpapi-idempotency-key-header. The key's row is written in the transaction of the effect: of two
at once, one waits for the other's commit and then replays. Keys are kept for seven days.
"""

import re
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from services.intake.models import IdempotencyKey
from shared.clock import now
from shared.errors import BadRequest, Invalid

KEEP = timedelta(days=7)


def read_key(header: str | None) -> str | None:
    """The key in a header: a quoted string (RFC 8941) or, as most clients send it, bare. Raises BadRequest."""
    if header is None:
        return None
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise BadRequest("Idempotency-Key has to be 1 to 255 visible ASCII characters, such as a UUID.")
    return key


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    return sha256(b"\x00".join((method.encode(), path.encode(), body))).hexdigest()


def take(session: Session, newsroom_id: UUID, key: str, print_: str) -> IdempotencyKey:
    """The key's row: new, to be filled with the answer, or with the first answer in it.

    Waits while another transaction is at the same key. Raises Invalid if it was used with another body.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"newsroom_id": newsroom_id, "key": key, "fingerprint": print_, "used_at": now()}
    session.execute(insert(IdempotencyKey).values(values).on_conflict_do_nothing())
    row = session.get(IdempotencyKey, (newsroom_id, key), populate_existing=True)
    if row is None:
        raise RuntimeError("an idempotency key vanished while it was taken")
    if row.fingerprint != print_:
        raise Invalid("This Idempotency-Key was used with another request. Use a new one for a new request.")
    return row


def tidy(session: Session) -> None:
    """Forget keys used over seven days ago."""
    session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.used_at) < now() - KEEP))
