"""The key that is asking: what it may do, and how much of it is left."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from services.intake import quotas
from services.intake.auth import caller
from services.intake.schemas import KeyOut
from services.intake.service import reading, service
from shared.openapi import operation

bp = Blueprint("keys", __name__)


@bp.get("/me")
@operation({200: KeyOut}, problems=(403, 429))
def show_key() -> ResponseReturnValue:
    """Whose key this is, and its limits.

    Every answer says in `RateLimit` (draft-ietf-httpapi-ratelimit-headers) how many requests are left in this minute.
    """
    by = caller()
    settings = service.settings
    with reading() as session:
        used = quotas.spent(session, by.account.key_id)
    out = KeyOut(
        id=by.key_id,
        newsroom=by.newsroom,
        scopes=by.scopes,
        expires_at=by.expires_at,
        requests_per_minute=by.per_minute or settings.requests_per_minute,
        claims_per_day=settings.claims_per_day if by.account.per_day is None else by.account.per_day,
        claims_today=used,
    )
    answer = jsonify(out.model_dump(mode="json"))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
