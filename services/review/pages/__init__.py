"""The desk's pages: the same verbs as the API, by forms."""

from flask import Blueprint, Response, request

from services.review.pages import account, cases, queue

bp = Blueprint("pages", __name__)
for part in (account, queue, cases):
    part.add_to(bp)


def keep_private(response: Response) -> Response:
    """Nothing of the desk is kept by caches or found by search engines."""
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


__all__ = ["bp", "keep_private"]
