"""Pages of intake for people: what it is, and what became of a submission."""

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from services.intake import queries
from services.intake.service import reading, service
from shared.web import wants_json

bp = Blueprint("pages", __name__)

CLOSED_BECAUSE = {
    "not_checkable": "it can't be checked: it is an opinion, a forecast, or nothing about it is on record",
    "out_of_scope": "it is outside what this desk checks",
    "withdrawn": "it was withdrawn by the newsroom that sent it",
    "spam": "it was taken for spam",
    "duplicate": "it says the same as another claim",
}

NEXT = {
    "first": "a new verdict",
    "correction": "a correction",
    "clarification": "a clarification",
    "update": "an update",
    "retraction": "a retraction",
}


@bp.get("/")
def show_front() -> ResponseReturnValue:
    """What this is, and where the documentation stands."""
    return render_template("front.html", base_url=service.settings.public_base_url)


@bp.get("/receipts/<token>")
def show_receipt(token: str) -> ResponseReturnValue:
    """What became of a submission, for whoever holds its receipt."""
    with reading() as session:
        receipt = queries.get_receipt(session, token)
    if wants_json():
        answer = jsonify(receipt.model_dump(mode="json"))
    else:
        answer = Response(render_template("receipt.html", receipt=receipt, closed_because=CLOSED_BECAUSE, next=NEXT))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return answer
