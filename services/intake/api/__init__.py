"""The JSON door for newsroom systems."""

from flask import Blueprint

from services.intake.api import (
    archive,
    batch,
    changes,
    claims,
    earlier,
    feeds,
    inbound,
    keys,
    matching,
    stories,
    webhooks,
)
from shared.parameters import refuse_unknown

bp = Blueprint("api", __name__, url_prefix="/v1")
bp.before_request(refuse_unknown)
for part in (claims, batch, changes, keys, webhooks, archive, feeds, stories, inbound, earlier, matching):
    bp.register_blueprint(part.bp)

__all__ = ["bp"]
