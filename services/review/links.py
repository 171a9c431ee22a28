"""Addresses that open something once: an invitation, a new password.

What stands in the address is the link's id, signed with `SECRET_KEY`. So nothing secret is stored: the desk can show a
link again, or mail it later, and a copy of the database opens nothing.
"""

import hmac
from uuid import UUID

from shared.signing import Signer

PURPOSE = "one-time link"


def token_of(secret_key: str, link_id: UUID) -> str:
    """What stands in the address."""
    return f"{link_id.hex}{Signer(secret_key, PURPOSE).sign(link_id.hex)[:40]}"


def id_in(secret_key: str, token: str) -> UUID | None:
    """The link that an address names; None if we did not make it."""
    if len(token) != 72 or not token.isascii() or not token.isalnum():
        return None
    try:
        link_id = UUID(hex=token[:32])
    except ValueError:
        return None
    made = Signer(secret_key, PURPOSE).sign(link_id.hex)[:40]
    return link_id if hmac.compare_digest(made, token[32:]) else None
