"""The picture of one pixel by which views of pages are counted; see `reach`. It looks the same whether one is counted or not."""

from base64 import b64decode
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from services.publish import reach
from services.publish.service import service
from shared.errors import TooManyRequests
from shared.networks import network
from shared.rates import HOUR, Rates
from shared.web import shown_anywhere

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")  # a GIF of one transparent pixel
_rates = Rates(HOUR)


def count_page(claim_id: UUID) -> ResponseReturnValue:
    """Count that a check's page was opened."""
    return _counted(claim_id, framed=False)


def count_frame(claim_id: UUID) -> ResponseReturnValue:
    """Count that a check was shown in a frame of another site."""
    return _counted(claim_id, framed=True)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/views/<uuid:claim_id>.gif")(count_page)
    bp.get("/views/<uuid:claim_id>/frame.gif")(count_frame)


def _counted(claim_id: UUID, framed: bool) -> Response:
    if request.method == "GET" and service.settings.counts_views and _is_reader(claim_id):
        reach.counter.note(claim_id, framed)
    answer = shown_anywhere(Response(PIXEL, content_type="image/gif"))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _is_reader(claim_id: UUID) -> bool:
    name = request.headers.get("User-Agent", "")
    if reach.is_program(name, (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))):
        return False
    try:
        _rates.spend(f"{network()} {claim_id}", reach.OF_ONE_CHECK)
    except TooManyRequests:
        return False
    return True
