"""The record as data."""

from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from services.publish import queries, rendering
from services.publish.service import reading
from shared.web import conditional

bp = Blueprint("api", __name__, url_prefix="/v1")


@bp.get("/checks/<uuid:claim_id>")
def get_check(claim_id: UUID) -> ResponseReturnValue:
    """A published check: the current revision, what stands behind it, and where the earlier ones are kept."""
    with reading() as session:
        check, revisions = queries.get_check(session, claim_id)
    body = rendering.record_of(check, revisions).model_dump_json(indent=1).encode()
    return conditional(Response(body, content_type="application/json"), rendering.etag(body), 60)
