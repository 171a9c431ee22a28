"""The published head of the desk's history."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.publish import queries
from services.publish.api.answers import answer
from services.publish.schemas import HistoryHeadOut, HistoryHeadsOut
from services.publish.service import reading
from shared.errors import NotFound
from shared.openapi import operation
from shared.web import readable_anywhere

bp = Blueprint("history", __name__, url_prefix="/history")
bp.after_request(readable_anywhere)

EARLIER = 400  # a year and a month of days


@bp.get("/head.json")
@operation({200: HistoryHeadsOut}, problems=(404,), secured=False)
def show_head() -> ResponseReturnValue:
    """How long the desk's history is, and the hash of its last entry, noted once a day.

    Each entry's hash covers the one before. Whoever keeps a head can ask the desk later to prove that nothing before it was
    changed, removed or put in between: `python -m services.review verify --head HASH`.
    """
    with reading() as session:
        found = [
            HistoryHeadOut(entries=one.entries, hash=one.hash, noted_at=one.noted_at)
            for one in queries.history_heads(session, EARLIER)
        ]
    if not found:
        raise NotFound("No head of the history has been noted yet.")
    return answer(HistoryHeadsOut(**found[0].model_dump(), earlier=found[1:]))
