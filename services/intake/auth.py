"""Who is asking: newsrooms by their API keys.

A key is `fdk_<id>_<secret>`. The secret is random and long, so that a plain SHA-256 of it is enough to keep.
"""

import hmac
import re
import secrets
import string
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from flask import Response, g, request
from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from services.intake.models import ApiKey, Newsroom
from services.intake.quotas import Account
from services.intake.service import service
from services.intake.workflow import blocked
from shared import pressing
from shared.clock import now
from shared.errors import Forbidden, Invalid, NotFound, Unauthenticated
from shared.rates import Rates
from shared.remembered import Remembered
from shared.rows import Question

Scope = Literal["claims:write", "claims:read", "webhooks:write", "webhooks:read", "earlier-checks:write"]
SCOPES: tuple[str, ...] = get_args(Scope)
USUAL: tuple[str, ...] = tuple(
    scope for scope in SCOPES if scope != "earlier-checks:write"
)  # the others change what all newsrooms see: the desk's admin gives them
KEY = re.compile(r"fdk_([A-Za-z0-9]{8})_([A-Za-z0-9]{43})")
LETTERS = string.ascii_letters + string.digits
MOST_KEYS = 50  # that open something, of one newsroom that makes them itself
_rates = Rates()
_keys: Remembered[str, Any] = Remembered(seconds=1)  # so long a key that another process revokes may still open
_keys.forget_with(ApiKey, Newsroom)


KEY_AND_OWNER = Question(
    columns(
        col(ApiKey.newsroom_id),
        col(ApiKey.secret_hash),
        col(ApiKey.scopes),
        col(ApiKey.expires_at),
        col(ApiKey.revoked_at),
        col(ApiKey.per_minute),
        col(ApiKey.per_day),
        col(ApiKey.made_from),
        col(Newsroom.name).label("newsroom"),
        col(Newsroom.blocked_at),
    )
    .join(Newsroom, col(Newsroom.id) == col(ApiKey.newsroom_id))
    .where(col(ApiKey.id) == bindparam("key_id"))
)


class Caller(NamedTuple):
    """A newsroom, by one of its keys."""

    newsroom_id: UUID
    newsroom: str
    key_id: str
    scopes: list[str]
    expires_at: datetime | None
    per_minute: int | None
    account: Account


def caller(scope: Scope | None = None) -> Caller:
    """Who sent the request. Raises Unauthenticated (401), Forbidden (403: the key may not do this) or TooManyRequests (429)."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    parts = KEY.fullmatch(token.strip()) if kind.lower() == "bearer" else None
    if parts is None:
        raise Unauthenticated("Send an API key: Authorization: Bearer fdk_…")
    key_id, secret = parts.groups()
    key = _keys.get(key_id, lambda: KEY_AND_OWNER.ask(service.database, key_id=key_id))
    if key is None or not hmac.compare_digest(key.secret_hash, digest(secret)):
        raise Unauthenticated("This API key is not known.")
    if key.revoked_at is not None:
        raise Unauthenticated("This API key has been revoked.")
    if key.expires_at is not None and key.expires_at <= now():
        raise Unauthenticated(f"This API key expired on {key.expires_at:%d %B %Y}.")
    account = Account(key.made_from or key_id, key.per_day)
    if key.blocked_at is not None:
        raise blocked()
    g.rate = _rates.spend(account.key_id, key.per_minute or service.settings.requests_per_minute)
    if scope and scope not in key.scopes:
        raise Forbidden(f"This API key lacks the scope {scope}.")
    return Caller(key.newsroom_id, key.newsroom, key_id, key.scopes, key.expires_at, key.per_minute, account)


def tell_rate(response: Response) -> Response:
    """After each request: how many more the caller may make."""
    if "rate" in g:
        response.headers.extend(g.rate.headers)
    return response


def make_key(
    session: Session,
    newsroom: str,
    name: str,
    scopes: list[Scope],
    expires_at: datetime | None = None,
    contact_email: str | None = None,
    per_minute: int | None = None,
    per_day: int | None = None,
    secret: str | None = None,
) -> str:
    """Make a key for a newsroom, which is made too if it is new. Returns the key; it can't be had again.

    `per_minute` requests and `per_day` claims are its limits, if not those of the settings. `contact_email` is whom
    to ask at the newsroom; it replaces the one that is known. Without a `secret` a new one is made.
    """
    owner = session.exec(select(Newsroom).where(Newsroom.name == newsroom).with_for_update()).first()
    if owner is None:
        owner = Newsroom(name=newsroom)
        session.add(owner)
    owner.contact_email = contact_email or owner.contact_email
    session.flush()
    key_id = "".join(secrets.choice(LETTERS) for _ in range(8))
    secret = secret or "".join(secrets.choice(LETTERS) for _ in range(43))
    session.add(
        ApiKey(
            id=key_id,
            newsroom_id=owner.id,
            name=name,
            secret_hash=digest(secret),
            scopes=list(scopes),
            expires_at=expires_at,
            per_minute=per_minute,
            per_day=per_day,
        )
    )
    return f"fdk_{key_id}_{secret}"


def make_key_from(
    session: Session, base_id: str, newsroom_id: UUID, name: str, scopes: list[Scope], expires_at: datetime, seed: bytes
) -> str:
    """Make a key from one that the newsroom has: with no more rights, not for longer, and with a share of its limits. What was made
    from this `seed` a moment ago is that key. Raises NotFound for a key that opens nothing or is another's, Invalid for a right
    that it does not have or one key too many, and NotAllowed when the seed was used long ago."""
    base = session.get(ApiKey, base_id, with_for_update=True)
    if base is None or base.newsroom_id != newsroom_id or not is_open(base):
        raise NotFound("You have no such key that opens anything.")
    secret = _secret_from(seed)
    mine = session.exec(select(ApiKey).where(ApiKey.newsroom_id == newsroom_id).order_by(ApiKey.id)).all()
    if made := next((one for one in mine if one.secret_hash == digest(secret)), None):
        pressing.refuse_later(made.created_at, made.revoked_at)
        return f"fdk_{made.id}_{secret}"
    if sum(map(is_open, mine)) >= MOST_KEYS:
        raise Invalid(f"You have {MOST_KEYS} keys. Revoke one that is not used any more.")
    if more := [one for one in scopes if one not in base.scopes]:
        raise Invalid.field("scope", f"the key that it is made from may not do {', '.join(more)}")
    until = min(expires_at, base.expires_at) if base.expires_at else expires_at
    owner = session.get_one(Newsroom, newsroom_id)
    key = make_key(
        session, owner.name, name, scopes, until, per_minute=base.per_minute, per_day=base.per_day, secret=secret
    )
    session.flush()
    session.get_one(ApiKey, key.split("_")[1]).made_from = base.made_from or base.id
    return key


def is_open(key: ApiKey) -> bool:
    """Whether a key opens anything now."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now())


def account_of(session: Session, newsroom_id: UUID) -> Account:
    """What counts that a newsroom sends by other ways than a key: the largest quota of a key of its that may submit. Raises
    Forbidden if it has none, or is blocked: then nothing comes in from it by any way."""
    if session.get_one(Newsroom, newsroom_id).blocked_at is not None:
        raise blocked()
    mine = session.exec(select(ApiKey).where(ApiKey.newsroom_id == newsroom_id).order_by(ApiKey.id)).all()
    able = [one for one in mine if is_open(one) and "claims:write" in one.scopes]
    if not able:
        raise Forbidden("The newsroom has no key that may submit claims. Ask the fact-check desk for one.")
    usual = service.settings.claims_per_day
    widest = max(able, key=lambda one: usual if one.per_day is None else one.per_day)
    return Account(widest.made_from or widest.id, widest.per_day)


def revoke_key(session: Session, key_id: str, newsroom_id: UUID | None = None) -> None:
    """The key opens nothing any more: in this process from now on, in others within a second. Raises NotFound, for others' keys too
    if a newsroom is named."""
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None or newsroom_id not in (None, key.newsroom_id):
        raise NotFound(f"There is no key {key_id}.")
    key.revoked_at = key.revoked_at or now()


def _secret_from(seed: bytes) -> str:
    """32 bytes, written with 43 letters and digits, as many as they need."""
    number, letters = int.from_bytes(seed), ""
    for _ in range(43):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return letters


def digest(secret: str) -> str:
    """What is kept of a secret that is random and long."""
    return sha256(secret.encode()).hexdigest()
