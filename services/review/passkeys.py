"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds.

A passkey must verify its user, by a finger, a face or a PIN, and be found without a name being typed. So it is two factors in one,
and nothing of it can be given away on a page of somebody else's: it answers to this desk's address alone.
"""

import ipaddress
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shared.errors import Invalid

TIMEOUT = 120_000  # milliseconds
NAME = "Factdesk"


class Site(NamedTuple):
    """Whom passkeys belong to: the host's name, and the address of its pages."""

    host: str
    origin: str


class Made(NamedTuple):
    """A passkey that was made: its id and public key (base64url), how often it was used, whether it is kept by a password
    manager."""

    id: str
    public_key: str
    sign_count: int
    is_synced: bool


def is_id(given: object) -> bool:
    """Whether this can be the id of a passkey."""
    return isinstance(given, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,1400}", given) is not None


def site_of(public_base_url: str) -> Site | None:
    """The desk as passkeys know it; None if its address can't have any: a number, or unencrypted."""
    parts = urlsplit(public_base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        secure = parts.scheme == "https" or host == "localhost"
        return Site(host, f"{parts.scheme}://{parts.netloc}") if secure else None
    return None


def ask_to_make(site: Site, person_id: UUID, email: str, name: str, challenge: bytes, known: Sequence[str]) -> Any:
    """What a browser is asked to make a passkey by; not on a device that holds one of the `known` ones."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=person_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return json.loads(options_to_json(options))


def read_made(site: Site, answer: dict[str, Any], challenge: bytes) -> Made:
    """The passkey that a browser made. Raises Invalid."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Invalid.field("credential", "is not an answer to what was asked") from error
    return Made(
        bytes_to_base64url(found.credential_id),
        bytes_to_base64url(found.credential_public_key),
        found.sign_count,
        found.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
    )


def ask_to_use(site: Site, challenge: bytes) -> Any:
    """What a browser is asked to sign in by, whatever passkey of this desk it holds."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=TIMEOUT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return json.loads(options_to_json(options))


def read_used(site: Site, answer: dict[str, Any], challenge: bytes, public_key: str, sign_count: int) -> int:
    """The passkey's new count of signatures. Raises Invalid if the answer does not hold, or the count has gone back: a copy."""
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Invalid.field("credential", "is not an answer to what was asked") from error
    return found.new_sign_count
