"""Codes of a second factor: those that an app shows for half a minute (TOTP, RFC 6238), and those on paper.

The app's secret is derived from `SECRET_KEY` and a salt of the person's, so that a copy of the database alone makes no codes.
"""

import base64
import hmac
import re
from datetime import datetime
from hashlib import sha256

import pyotp
import segno
from markupsafe import Markup

STEP = 30  # seconds
DRIFT = 1  # steps that a clock may be early or late
ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # none that is mistaken for another
RECOVERY_CODES, GROUPS, IN_GROUP = 10, 4, 4


def secret_of(secret_key: str, salt: str) -> str:
    """The secret that the app is given, in base32: 20 bytes, as RFC 4226 recommends."""
    key = hmac.new(secret_key.encode(), f"second factor\x00{salt}".encode(), sha256).digest()
    return base64.b32encode(key[:20]).decode()


def step_of(secret: str, typed: str, at: datetime) -> int | None:
    """The step of time whose code was typed; None if it is no code of this time or the steps beside it."""
    digits = re.sub(r"\s", "", typed)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    app = pyotp.TOTP(secret, interval=STEP)
    now = int(at.timestamp()) // STEP
    found = [
        step for step in range(now - DRIFT, now + DRIFT + 1) if hmac.compare_digest(app.generate_otp(step), digits)
    ]
    return found[-1] if found else None


def address_for_app(secret: str, email: str, desk: str) -> str:
    """The otpauth: address that an app reads from the picture."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=email, issuer_name=desk)


def picture(address: str) -> Markup:
    """The address as a QR code: SVG without script, dark on light whatever the page's colours."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, title="QR code for your app"
    )
    return Markup(drawn)  # noqa: S704 - drawn here; nothing that anybody typed stands in it as text


def recovery_codes(seed: bytes) -> list[str]:
    """Ten codes of 78 bits, as `abcd-efgh-jkmn-pqrs`: the same ones from the same 32 bytes, which nobody else can tell."""
    return [_recovery_code(hmac.digest(seed, b"recovery code %d" % place, "sha256")) for place in range(RECOVERY_CODES)]


def _recovery_code(key: bytes) -> str:
    number, letters = int.from_bytes(key), ""
    for _ in range(GROUPS * IN_GROUP):
        number, letter = divmod(number, len(ALPHABET))
        letters += ALPHABET[letter]
    return "-".join(letters[place : place + IN_GROUP] for place in range(0, len(letters), IN_GROUP))


def digest(recovery_code: str) -> str:
    """What is stored of a recovery code. However it was typed: with or without hyphens, in capitals."""
    plain = re.sub(r"[\s-]", "", recovery_code).casefold()
    return sha256(f"recovery\x00{plain}".encode()).hexdigest()
