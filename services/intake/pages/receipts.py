"""What became of a submission, for whoever holds its receipt."""

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from services.intake import lookups
from services.intake.service import reading
from shared.web import wants_json

bp = Blueprint("receipts", __name__)


@bp.get("/receipts/<token>")
def show_receipt(token: str) -> ResponseReturnValue:
    """The receipt as a page or, if that is asked for, as JSON."""
    with reading() as session:
        receipt = lookups.get_receipt(session, token)
    if wants_json():
        answer = jsonify(receipt.model_dump(mode="json"))
    else:
        answer = Response(render_template("receipt.html", receipt=receipt))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer
