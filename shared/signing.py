"""Messages and answers are signed: whoever can write to Redis must not be able to publish anything.

HMAC-SHA256 with a key derived from `SECRET_KEY`, over the canonical JSON of what is signed.
"""

import hmac
import json
from hashlib import sha256
from typing import Any


class Signer:
    """Signs and checks for one purpose; a signature for another purpose does not hold."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._key = hmac.new(secret_key.encode(), purpose.encode(), sha256).digest()

    def sign(self, value: Any) -> str:
        """The signature of a JSON value, as hexadecimal."""
        return hmac.new(self._key, canonical(value), sha256).hexdigest()

    def holds(self, value: Any, signature: object) -> bool:
        return isinstance(signature, str) and hmac.compare_digest(self.sign(value).encode(), signature.encode())


def canonical(value: Any) -> bytes:
    """A JSON value as bytes, the same for equal values: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
