"""Passwords: Argon2id with the library's parameters (RFC 9106, low memory)."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Invalid

SHORTEST, LONGEST = 12, 1000  # characters
COMMON = ("password", "passwort", "letmein", "welcome", "factdesk", "qwerty", "123456789012", "changeme")

hasher = PasswordHasher()
_NOBODY = hasher.hash(secrets.token_hex(16))  # what an unknown address is checked against, so that it takes as long


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
