"""The record as data: checks, what became of them, and items for content management systems."""

from flask import Blueprint

from services.publish.api import changes, checks, history
from shared.parameters import refuse_unknown
from shared.web import readable_anywhere

bp = Blueprint("api", __name__, url_prefix="/v1")
bp.before_request(refuse_unknown)
bp.after_request(readable_anywhere)
bp.register_blueprint(checks.bp)
bp.register_blueprint(changes.bp)

__all__ = ["bp", "history"]
