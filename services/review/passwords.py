"""Passwords: Argon2id with the library's parameters (RFC 9106, low memory)."""

import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Invalid

SHORTEST, LONGEST = 12, 1000  # characters
COMMON = ("password", "passwort", "letmein", "welcome", "factdesk", "qwerty", "123456789012", "changeme")

hasher = PasswordHasher()


def _nobody() -> str:
    """What an unknown address is checked against, so that it takes as long: in the form of a hash, and the hash of nothing that
    anybody knows. Nothing is hashed for it: that would cost every process 64 MB and a third of a second when it starts."""
    salt, found = (
        b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${found}"


_NOBODY = _nobody()


def hash_password(password: str) -> str:
    """What is stored of a password. Raises Invalid if it is short, or what anybody would try first."""
    if len(password) < SHORTEST:
        raise Invalid.field("password", f"has to have at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise Invalid.field("password", f"may have {LONGEST} characters at most")
    if len(set(password)) < 5 or _is_common(password):
        raise Invalid.field("password", "is one that anybody would try first; several words of your own are better")
    return hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. It takes as long where there is none to compare with, and is never right there."""
    try:
        return hasher.verify(password_hash or _NOBODY, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def _is_common(password: str) -> bool:
    """Whether little is left of it without the words and rows of keys that people begin with."""
    left = password.casefold()
    for word in COMMON:
        left = left.replace(word, "")
    return len(left) < 6
