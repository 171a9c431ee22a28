"""stub"""

from flask import Blueprint, Response

bp = Blueprint("pages", __name__)


def keep_private(response: Response) -> Response:
    return response
