"""The published head of the desk's history."""

import re

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from services.publish import queries, sites
from services.publish.api.answers import answer
from services.publish.models import HistoryHead
from services.publish.schemas import HistoryHeadOut, HistoryHeadsOut, StampBytes
from services.publish.service import reading
from shared.errors import NotFound
from shared.openapi import IF_NONE_MATCH, operation
from shared.web import readable_anywhere

bp = Blueprint("history", __name__, url_prefix="/history")
bp.after_request(readable_anywhere)

STAMP = "application/timestamp-reply"
COUNT = re.compile(r"[0-9]{1,18}")  # what a database can be asked for; there is no stamp of any other
EARLIER = 400  # a year and a month of days


@bp.get("/head.json")
@operation({200: HistoryHeadsOut, 304: None}, headers=IF_NONE_MATCH, problems=(404,), secured=False)
def show_head() -> ResponseReturnValue:
    """How long the desk's history is, and the hash of its last entry, noted once a day.

    Each entry's hash covers the one before. Whoever keeps a head can ask the desk later to prove that nothing before it was
    changed, removed or put in between: `python -m services.review verify --head HASH`.
    """
    with reading() as session:
        found = [_told(one) for one in queries.history_heads(session, EARLIER)]
    if not found:
        raise NotFound("No head of the history has been noted yet.")
    return answer(HistoryHeadsOut(**found[0].model_dump(), earlier=found[1:]))


@bp.get("/<entries>.tsr")
@operation({200: StampBytes}, gives=STAMP, problems=(404,), secured=False)
def show_stamp(entries: str) -> ResponseReturnValue:
    """What an authority outside of the desk answered when the head with so many entries was stamped.

    `openssl ts -verify -in ENTRIES.tsr -data FILE -CAfile ROOT` checks it, where the file holds the head's hash and nothing else.
    """
    with reading() as session:
        head = queries.find_history_head(session, int(entries)) if COUNT.fullmatch(entries) else None
    if head is None or head.stamp is None:
        raise NotFound("There is no stamp of a head with so many entries.")
    return Response(head.stamp, content_type=STAMP, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def _told(head: HistoryHead) -> HistoryHeadOut:
    stamp_url = f"{sites.here().url}/history/{head.entries}.tsr" if head.stamp else None
    return HistoryHeadOut(
        entries=head.entries,
        hash=head.hash,
        noted_at=head.noted_at,
        stamped_at=head.stamped_at,
        authority=head.authority,
        stamp_url=stamp_url,
    )
