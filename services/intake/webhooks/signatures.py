"""How a delivery is signed, after Standard Webhooks 1.0: HMAC-SHA256 over id, time and body.

No secret is stored. It is derived from the endpoint's salt and a key that stands in no database, so that a copy of the
database signs nothing. A fingerprint tells whether the key has been changed since: then nothing is sent rather than
something that its receiver must refuse.
"""

import hmac
import secrets
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from services.intake.models import WebhookEndpoint
from services.intake.service import service
from shared.clock import now

BYTES = 32  # the standard wants 24 to 64


class LostSecret(Exception):
    """The key from which secrets are derived has changed since this one was made."""


class Secret(NamedTuple):
    """A secret for an endpoint, with what is kept so that it can be had again."""

    salt: bytes
    key: bytes

    @property
    def shown(self) -> str:
        """As the newsroom is given it, once."""
        return "whsec_" + b64encode(self.key).decode()

    @property
    def fingerprint(self) -> str:
        return sha256(self.key).hexdigest()[:12]


def new_secret(endpoint_id: UUID, salt: bytes | None = None) -> Secret:
    """A secret that no other endpoint has, nor this one had before, unless it had this `salt`."""
    salt = salt or secrets.token_bytes(BYTES)
    return Secret(salt, _derive(endpoint_id, salt))


def headers(endpoint: WebhookEndpoint, message_id: UUID, body: bytes, at: datetime) -> dict[str, str]:
    """What is sent along with a body: `webhook-id`, `webhook-timestamp`, and a signature by each secret that holds.

    Raises LostSecret.
    """
    keys = [_derive(endpoint.id, endpoint.salt)]
    if sha256(keys[0]).hexdigest()[:12] != endpoint.fingerprint:
        raise LostSecret
    keys += [_derive(endpoint.id, bytes.fromhex(one["salt"])) for one in reversed(endpoint.previous) if _holds(one)]
    seconds = str(int(at.timestamp()))
    signed = b".".join((str(message_id).encode(), seconds.encode(), body))
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _holds(previous: dict[str, str]) -> bool:
    return datetime.fromisoformat(previous["until"]) > now()


def _derive(endpoint_id: UUID, salt: bytes) -> bytes:
    settings = service.settings
    key = (settings.webhook_key or settings.secret_key).encode()
    return hmac.new(key, b"webhook secret\x00" + endpoint_id.bytes + salt, sha256).digest()


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
