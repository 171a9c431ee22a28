"""Timestamps (RFC 3161): an authority signs that it has seen a SHA-256, and when by its own clock.

Whoever trusts the authority need not trust the desk, nor its clock. The certificates that are trusted are the operator's choice, in
a file of their own: what an answer brings along proves nothing by itself.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import requests
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, TimeStampResponse, VerificationError, VerifierBuilder
from rfc3161_client import decode_timestamp_response as decode

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
MOST_BYTES, TIMEOUT = 100_000, 20  # of an answer, in seconds


class DoesNotHold(Exception):
    """A timestamp is not what it has to be, or none could be had."""


class Stamp(NamedTuple):
    """An authority's answer as it came (DER), and the time in it."""

    response: bytes
    at: datetime


def ask(authority: str, trusted: Path, content: bytes) -> Stamp:
    """Have the SHA-256 of something stamped. Raises DoesNotHold if the answer can't be relied on, OSError (requests' errors are
    such) if there is none."""
    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    headers = {"Content-Type": QUERY, "Accept": REPLY}
    with requests.post(
        authority, data=asked.as_bytes(), headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
    ) as answer:
        answer.raise_for_status()
        body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    if len(body) > MOST_BYTES:
        raise DoesNotHold(f"The answer is larger than {MOST_BYTES:,} bytes.")
    return Stamp(body, _verified(VerifierBuilder.from_request(asked), trusted, body, sha256(content).digest()))


def check(response: bytes, trusted: Path, digest: bytes) -> datetime:
    """When an authority has seen this SHA-256, by its answer. Raises DoesNotHold, or OSError if the certificates can't be read."""
    return _verified(VerifierBuilder(), trusted, response, digest)


def _verified(builder: VerifierBuilder, trusted: Path, response: bytes, digest: bytes) -> datetime:
    for one in _certificates(trusted):
        is_root = one.issuer == one.subject
        builder = builder.add_root_certificate(one) if is_root else builder.add_intermediate_certificate(one)
    try:
        answer: TimeStampResponse = decode(response)
        builder.build().verify(answer, digest)
        return answer.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        raise DoesNotHold(str(error)) from error


def _certificates(path: Path) -> Sequence[Certificate]:
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise DoesNotHold(f"{path} holds no certificates in PEM.") from error
