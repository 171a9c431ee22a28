"""What became of a submission, for whoever holds its receipt."""

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from services.intake import lookups
from services.intake.pictures import send_picture
from services.intake.schemas import ReceiptOut
from services.intake.service import reading
from shared.openapi import JSON, PAGE, operation
from shared.web import wants_json

bp = Blueprint("receipts", __name__)


@bp.get("/receipts/<token>")
@operation({200: ReceiptOut}, gives=(PAGE, JSON), problems=(404,), secured=False, any_query=True)
def show_receipt(token: str) -> ResponseReturnValue:
    """What became of a submission, for whoever holds its receipt: a page or, with `Accept: application/json`, JSON.

    The address is the key, and is told once, as `receipt_url`.
    """
    with reading() as session:
        receipt = lookups.get_receipt(session, token)
    if wants_json():
        answer = jsonify(receipt.model_dump(mode="json"))
    else:
        answer = Response(render_template("receipt.html", receipt=receipt))
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer


@bp.get("/receipts/<token>/pictures/<digest>")
def show_picture(token: str, digest: str) -> ResponseReturnValue:
    """What a page looked like that came with the submission, by the picture's SHA-256."""
    with reading() as session:
        found = lookups.get_receipt_picture(session, token, digest)
    return send_picture(found)


@bp.after_request
def keep_private(answer: Response) -> Response:
    """The address is the key: nothing of a receipt is kept by caches, found by search engines, or told to where its links lead."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
